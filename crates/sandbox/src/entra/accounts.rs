//! Accounts that can sign in: administrators with directory roles, and one person without any.

use serde_json::json;

use super::{DOMAIN, State};
use crate::world::{PracticeUser, Service, World};

/// A directory role: name and `roleTemplateId` (Microsoft Entra built-in roles).
pub const ROLES: [(&str, &str); 5] = [
    ("Global Administrator", "62e90394-69f5-4237-9190-012177145e10"),
    ("Application Administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
    ("Cloud Application Administrator", "158c047a-c907-4556-b7ef-446551a6b5f7"),
    ("Hybrid Identity Administrator", "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"),
    ("Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
];

/// The roles that may administer applications and their provisioning.
const STRONG: [&str; 3] =
    ["Global Administrator", "Application Administrator", "Cloud Application Administrator"];

/// Given name, surname, local part, role.
const ACCOUNTS: [(&str, &str, &str, &str); 4] = [
    ("Adele", "Vance", "adele.vance", "Application Administrator"),
    ("Carl", "Cloud", "carl.cloud", "Cloud Application Administrator"),
    ("Rita", "Reader", "rita.reader", "Global Reader"),
    ("Noor", "Norole", "noor.norole", "None"),
];

/// An account that can sign in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Object id of the user.
    pub id: String,
    /// User principal name.
    pub user_name: String,
    /// Password.
    pub password: String,
    /// Directory roles by name.
    pub roles: Vec<String>,
}

impl Account {
    /// Whether it may administer applications.
    pub fn administers_applications(&self) -> bool {
        self.roles.iter().any(|role| STRONG.contains(&role.as_str()))
    }
}

/// The accounts as the endpoints list them.
pub fn practice_users(world: &World) -> Vec<PracticeUser> {
    let user = |(_, _, local, role): &(&str, &str, &str, &str)| PracticeUser {
        user_name: format!("{local}@{DOMAIN}"),
        password: format!("Practice-{}", super::hex(&world.random.bytes(&format!("password/{local}"))[..6])),
        role: (*role).to_owned(),
    };
    ACCOUNTS.iter().map(user).collect()
}

/// Adds the accounts, and a user object for each.
pub fn seed(world: &World, state: &mut State) {
    for ((given, surname, local, role), user) in ACCOUNTS.iter().zip(practice_users(world)) {
        let id = world.random.uuid(&format!("account/{local}"));
        world.issue(Service::Login, "password", user.password.clone());
        let attributes = json!({
            "accountEnabled": true, "displayName": format!("{given} {surname}"), "givenName": given,
            "surname": surname, "userPrincipalName": user.user_name, "mail": user.user_name,
            "mailNickname": local, "userType": "Member", "department": "IT", "jobTitle": "Administrator",
            "createdDateTime": "2020-03-02T09:00:00Z",
        });
        state.directory.put_user(&id, attributes);
        let roles = if *role == "None" { Vec::new() } else { vec![(*role).to_owned()] };
        state.accounts.push(Account { id, user_name: user.user_name, password: user.password, roles });
    }
}
