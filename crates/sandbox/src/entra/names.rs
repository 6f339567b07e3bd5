//! Names of people in several scripts. Each comes with the Latin spelling that its user name uses.

/// A name and its spelling in a user name.
pub type Name = (&'static str, &'static str);

/// Given names, surnames, language tag, country.
pub struct Culture {
    /// Given names.
    pub given: &'static [Name],
    /// Surnames.
    pub surnames: &'static [Name],
    /// `preferredLanguage`.
    pub language: &'static str,
    /// `usageLocation`.
    pub country: &'static str,
    /// How many of 24 people.
    pub weight: u64,
}

/// All cultures; the weights add up to 24.
pub const CULTURES: &[Culture] = &[
    Culture {
        given: &[
            ("Emma", "emma"),
            ("Liam", "liam"),
            ("Olivia", "olivia"),
            ("Noah", "noah"),
            ("Grace", "grace"),
            ("Aoife", "aoife"),
            ("D'Angelo", "dangelo"),
            ("Mary Jane", "maryjane"),
            ("Oscar", "oscar"),
        ],
        surnames: &[
            ("O'Brien", "o'brien"),
            ("Smith", "smith"),
            ("O'Neill-Carter", "oneill-carter"),
            ("Johnson", "johnson"),
            ("MacDonald", "macdonald"),
            ("Brown", "brown"),
            ("Wright", "wright"),
            ("Patel", "patel"),
            ("St. John", "stjohn"),
        ],
        language: "en-GB",
        country: "GB",
        weight: 7,
    },
    Culture {
        given: &[
            ("Zoë", "zoe"),
            ("Jürgen", "juergen"),
            ("Anaïs", "anais"),
            ("François", "francois"),
            ("Søren", "soeren"),
            ("Åsa", "aasa"),
            ("Łukasz", "lukasz"),
            ("Jiří", "jiri"),
            ("Inês", "ines"),
        ],
        surnames: &[
            ("Müller", "mueller"),
            ("Lefèvre", "lefevre"),
            ("García Márquez", "garciamarquez"),
            ("Øvergård", "oevergaard"),
            ("Straße", "strasse"),
            ("Nuñez", "nunez"),
            ("Dvořák", "dvorak"),
            ("Żółć", "zolc"),
            ("D’Amico", "damico"),
            ("van der Berg", "vanderberg"),
        ],
        language: "de-DE",
        country: "DE",
        weight: 7,
    },
    Culture {
        given: &[("Ольга", "olga"), ("Дмитрий", "dmitry"), ("Юлія", "yuliia"), ("Игорь", "igor")],
        surnames: &[("Щербакова", "shcherbakova"), ("Іваненко", "ivanenko"), ("Соловьёв", "solovyov")],
        language: "uk-UA",
        country: "UA",
        weight: 2,
    },
    Culture {
        given: &[("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Ναυσικά", "nafsika")],
        surnames: &[("Παπαδόπουλος", "papadopoulos"), ("Αθανασίου", "athanasiou"), ("Μαΐδης", "maidis")],
        language: "el-GR",
        country: "GR",
        weight: 2,
    },
    Culture {
        given: &[("فاطمة", "fatima"), ("محمد", "mohammed"), ("ليلى", "layla")],
        surnames: &[("الحسيني", "alhusseini"), ("بن يوسف", "benyoussef"), ("النجار", "alnajjar")],
        language: "ar-AE",
        country: "AE",
        weight: 2,
    },
    Culture {
        given: &[("小龍", "xiaolong"), ("さくら", "sakura"), ("지민", "jimin"), ("雅婷", "yating")],
        surnames: &[("陳", "chen"), ("佐藤", "sato"), ("김", "kim"), ("歐陽", "ouyang")],
        language: "ja-JP",
        country: "JP",
        weight: 3,
    },
    Culture {
        given: &[("Priya", "priya"), ("Nguyễn Thị", "nguyenthi"), ("Chinwe", "chinwe"), ("Ngozi", "ngozi")],
        surnames: &[("Ramakrishnan", "ramakrishnan"), ("Đặng", "dang"), ("Okonkwo", "okonkwo")],
        language: "en-US",
        country: "US",
        weight: 1,
    },
];

/// A name at the edge of what systems expect: 64 characters each.
pub const LONG: (Name, Name) = (
    ("Maximiliane Alexandrina Wilhelmina Theophania Bernardina Elisabeth", "maximiliane"),
    ("Hohenlohe-Schillingsfürst-Wittgenstein-Berleburg zu Leiningen", "hohenlohe-schillingsfuerst"),
);

/// Department, division, cost centre.
pub const DEPARTMENTS: &[(&str, &str, &str)] = &[
    ("Sales", "Commercial", "CC-1100"),
    ("Marketing", "Commercial", "CC-1200"),
    ("Engineering", "Product", "CC-2100"),
    ("Customer Support", "Operations", "CC-3100"),
    ("Finance & Controlling", "Corporate", "CC-4100"),
    ("People, Culture", "Corporate", "CC-4200"),
    ("Forschung & Entwicklung", "Product", "CC-2200"),
];

/// Titles.
pub const TITLES: &[&str] = &["Specialist", "Manager", "Consultant", "Director", "Engineer", "Analyst"];
