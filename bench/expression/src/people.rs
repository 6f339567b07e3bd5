//! A hundred thousand people who differ: with and without values, ASCII and not, short and long. Always the same ones.

use usher_expression::{Inputs, Value};

/// The attributes that the nine mappings read.
pub struct Person {
    pub user_principal_name: String,
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    /// `extensionAttribute1`.
    pub preferred_name: Option<String>,
    pub department: Option<String>,
    pub telephone_number: Option<String>,
    pub mail: Option<String>,
    pub is_soft_deleted: bool,
}

impl Inputs for Person {
    fn get(&self, name: &str) -> Value<'_> {
        let text = match name {
            "userPrincipalName" => return Value::text(&self.user_principal_name),
            "displayName" => return Value::text(&self.display_name),
            "IsSoftDeleted" => return Value::Boolean(self.is_soft_deleted),
            "givenName" => &self.given_name,
            "surname" => &self.surname,
            "extensionAttribute1" => &self.preferred_name,
            "department" => &self.department,
            "telephoneNumber" => &self.telephone_number,
            "mail" => &self.mail,
            _ => &None,
        };
        text.as_deref().map_or(Value::Null, Value::text)
    }
}

const GIVEN: [&str; 12] = [
    "Ana",
    "José",
    "Chloë",
    "Björn",
    "Mary Ann",
    "Li",
    "Oluwaseun",
    "Zoë",
    "Maximilian",
    "Noor",
    "Ève",
    "Ivan",
];
const FAMILY: [&str; 12] = [
    "Silva",
    "García Márquez",
    "O'Neill",
    "Müller",
    "van der Berg",
    "Nguyen",
    "Smith",
    "Łukasz",
    "Öztürk",
    "Ito",
    "Fernández de la Vega",
    "Kim",
];
const DEPARTMENTS: [&str; 5] = ["Sales", "Research & Development", "Support", "Finanças", "IT"];

/// Everybody.
pub fn people(count: usize) -> Vec<Person> {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    (0..count).map(|at| person(at, &mut numbers)).collect()
}

fn person(at: usize, numbers: &mut Numbers) -> Person {
    let given = GIVEN[numbers.below(GIVEN.len())];
    let family = FAMILY[numbers.below(FAMILY.len())];
    let has = |numbers: &mut Numbers, percent: usize| numbers.below(100) < percent;
    let phone = match numbers.below(3) {
        0 => format!("+49 (0) 30 {:04}-{:03}", numbers.below(10_000), numbers.below(1_000)),
        1 => format!("({:03}) 555-{:04}", numbers.below(1_000), numbers.below(10_000)),
        _ => format!("+1425555{:04}", numbers.below(10_000)),
    };
    let host = ["contoso.com", "emea.contoso.com", "fabrikam.example"][numbers.below(3)];
    Person {
        user_principal_name: format!("user{at}@contoso.com"),
        display_name: format!("{given} {family}"),
        given_name: has(numbers, 97).then(|| given.to_owned()),
        surname: has(numbers, 97).then(|| family.to_owned()),
        preferred_name: has(numbers, 20).then(|| GIVEN[numbers.below(GIVEN.len())].to_owned()),
        department: has(numbers, 70).then(|| DEPARTMENTS[numbers.below(DEPARTMENTS.len())].to_owned()),
        telephone_number: has(numbers, 80).then_some(phone),
        mail: has(numbers, 95).then(|| format!("user{at}@{host}")),
        is_soft_deleted: has(numbers, 5),
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
