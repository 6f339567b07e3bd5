//! Which command does what is not done: the sentences that window and terminal share name the steps of the window.

use usher_commands::dto::{Finding, StepId, StepReport, StepState};

const SET_ENTRA: &str = "`usher connection set NAME --tenant TENANT --entra-client ID`";
const SET_APPLICATION: &str = "`usher connection set NAME --application ID`: the object id of the enterprise application, from Entra's admin center";
const SET_GOTO: &str = "`usher connection set NAME --goto-client ID`";
const SIGN_IN: &str = "`usher sign-in NAME`";
const AUTHORIZE: &str = "`usher authorize NAME --secret env:USHER_GOTO_SECRET`";
const TEST: &str = "`usher test-connection NAME`";
const PREVIEW: &str = "`usher preview NAME`";
const DOMAIN: &str = "prove in GoTo's Organization Center that the domain is yours; step 3 of the window checks the record and notes it";
const ON: &str = "`usher on NAME`";

/// What a finding asks for, by its title; of several of one step the first one here.
const OF_FINDINGS: [(&str, &str); 17] = [
    ("sign-in-no-client", SET_ENTRA),
    ("sign-in-nobody", SIGN_IN),
    ("sign-in-permissions-missing", SIGN_IN),
    (
        "plan-not-chosen",
        "step 2 of the window; or [scope] and [runner] of `usher connection export NAME --out FILE`, then \
         `usher connection import FILE`",
    ),
    ("domain-no-code", DOMAIN),
    ("domain-code-expired", DOMAIN),
    ("domain-not-confirmed", DOMAIN),
    ("application-none", SET_APPLICATION),
    ("application-gone", SET_APPLICATION),
    ("people-nobody", "assign people to the application in Entra's admin center, or in step 5 of the window"),
    ("connect-no-client", SET_GOTO),
    ("connect-nobody", AUTHORIZE),
    ("connect-scopes-missing", AUTHORIZE),
    ("connect-not-tested", TEST),
    ("connect-test-failed", TEST),
    ("turn-on-no-trial", "`usher on-demand NAME PERSON`, then `usher on NAME`"),
    ("turn-on-is-off", ON),
];

/// What a sentence asks for that belongs to no step.
const OF_MESSAGES: [(&str, &str); 12] = [
    ("error-keyring-absent-remedy", "--memory-credentials keeps them until the command ends."),
    ("in-the-way-other-writers", "`usher on NAME --other-writers none`, or accepted where another one does"),
    ("error-needs-entra-client", SET_ENTRA),
    ("error-needs-application", SET_APPLICATION),
    ("error-needs-goto-client", SET_GOTO),
    ("error-other-tenant-remedy", SIGN_IN),
    ("error-entra-forbidden-remedy", SIGN_IN),
    ("error-entra-sign-in-remedy", SIGN_IN),
    ("error-goto-sign-in-remedy", AUTHORIZE),
    ("error-goto-scope-remedy", AUTHORIZE),
    ("error-goto-secret-missing-remedy", AUTHORIZE),
    ("error-goto-not-found-remedy", TEST),
];

/// What a step asks for whose findings say nothing of it.
fn of_step(step: StepId) -> Option<&'static str> {
    match step {
        StepId::UserAttributes | StepId::GroupAttributes | StepId::ScopingFilters => Some(
            "`usher mapping show NAME` and `usher mapping lint NAME`; the window notes that somebody has reviewed them",
        ),
        StepId::Preview => Some(PREVIEW),
        StepId::TurnOn => Some(ON),
        _ => None,
    }
}

/// What comes next in a step that is not done. One that waits for another step has nothing of its own.
pub fn of(step: &StepReport, connection: &str) -> Option<String> {
    if matches!(step.state, StepState::Done | StepState::Blocked) {
        return None;
    }
    let is_found = |title: &str| step.findings.iter().any(|found: &Finding| found.title.id == title);
    let found = OF_FINDINGS.iter().find(|(title, _)| is_found(title)).map(|(_, next)| *next);
    let next = found.or_else(|| of_step(step.step))?;
    Some(about(next, Some(connection)))
}

/// What comes next about a sentence that belongs to no step: of the set-up, or of an error.
pub fn of_message(message: &str, connection: Option<&str>) -> Option<String> {
    OF_MESSAGES.iter().find(|(id, _)| *id == message).map(|(_, next)| about(next, connection))
}

/// A command about this connection, as it is typed.
fn about(next: &str, connection: Option<&str>) -> String {
    match connection {
        Some(name) if name.contains(char::is_whitespace) => next.replace(" NAME", &format!(" '{name}'")),
        Some(name) => next.replace(" NAME", &format!(" {name}")),
        None => next.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_exists() {
        for (title, _) in OF_FINDINGS {
            assert!(usher_commands::has(title), "{title}");
        }
        for (message, _) in OF_MESSAGES {
            assert!(usher_commands::has(message), "{message}");
        }
    }

    #[test]
    fn a_command_names_the_connection_as_it_is_typed() {
        assert_eq!(about(SIGN_IN, Some("contoso")), "`usher sign-in contoso`");
        assert_eq!(about(SIGN_IN, Some("Contoso West")), "`usher sign-in 'Contoso West'`");
        assert_eq!(about(SIGN_IN, None), "`usher sign-in NAME`");
    }
}
