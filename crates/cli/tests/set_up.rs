//! A newcomer in the terminal: every step that is not done names its command, and the settings come in one by one.

use std::path::Path;
use std::process::Command;

/// Code, and both outputs together.
fn usher(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.arg("--data-dir").arg(folder).arg("--memory-credentials").args(arguments);
    let said = command.output().expect("usher starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (said.status.code().unwrap_or(-1), text(said.stdout) + &text(said.stderr))
}

fn shown(folder: &Path, name: &str) -> String {
    let (code, text) = usher(folder, &["connection", "show", name]);
    assert_eq!(code, 0, "{text}");
    text
}

const ENTRA: &str = "11111111-2222-3333-4444-555555555555";

#[test]
fn an_error_and_doctor_name_the_command_and_the_command_does_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    assert_eq!(usher(here, &["connection", "new", "Fresh"]).0, 0);
    let next = |wanted: &str| {
        let (_, said) = usher(here, &["doctor", "fresh"]);
        assert!(said.contains(&format!("next: {wanted}")), "{wanted}\n{said}");
    };
    next("`usher connection set fresh --tenant TENANT --entra-client ID`");
    next("`usher connection set fresh --goto-client ID`");
    next("`usher preview fresh`");
    next("`usher on fresh --other-writers none`, or accepted");
    next("`usher on-demand fresh PERSON`, then `usher on fresh`");
    for (command, wanted) in [
        ("sign-in", "usher connection set fresh --tenant TENANT --entra-client ID"),
        ("authorize", "usher connection set fresh --goto-client ID"),
        ("preview", "usher connection set fresh --tenant TENANT --entra-client ID"),
    ] {
        let (code, said) = usher(here, &[command, "fresh"]);
        assert!(code == 2 && said.contains(&format!("In this terminal: `{wanted}`")), "{command}\n{said}");
    }

    let all =
        ["--tenant", "contoso.com", "--entra-client", ENTRA, "--goto-client", "goto", "--name", " Contoso "];
    let (code, said) = usher(here, &[&["connection", "set", "fresh"], all.as_slice()].concat());
    assert_eq!(code, 0, "{said}");
    let (code, said) = usher(here, &["connection", "set", "Contoso", "--application", "app"]);
    assert_eq!(code, 0, "{said}");
    let file = shown(here, "fresh");
    for line in
        ["name = \"Contoso\"", "tenant = \"contoso.com\"", "client_id = \"goto\"", "application = \"app\""]
    {
        assert!(file.contains(line), "what is not given stays: {line}\n{file}");
    }
    next("`usher sign-in fresh`");
    next("`usher authorize fresh --secret env:USHER_");
}

#[test]
fn a_reference_that_was_typed_is_not_said_to_stand_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    assert_eq!(usher(here, &["connection", "new", "Fresh", "--goto-client", "goto"]).0, 0);
    let (code, said) = usher(here, &["authorize", "fresh", "--secret", "hunter2"]);
    assert!(code == 4 && said.contains("write env:USHER_NAME or file:PATH here"), "{said}");
    assert!(!said.contains("connection file"), "{said}");
}

#[test]
fn what_no_connection_can_have_is_refused_when_it_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let refused = |arguments: &[&str], why: &str| {
        let (code, said) = usher(here, arguments);
        assert!(code == 2 && said.contains(why), "{arguments:?}\n{said}");
    };
    refused(&["connection", "new", ""], "A connection needs a name");
    refused(&["connection", "new", "Fresh", "--tenant", "not a tenant!"], "This is no tenant");
    let (_, listed) = usher(here, &["connection", "list"]);
    assert!(listed.contains("There is no connection yet"), "nothing is left behind: {listed}");

    assert_eq!(usher(here, &["connection", "new", "Fresh", "--tenant", "contoso.com"]).0, 0);
    let before = shown(here, "fresh");
    refused(&["connection", "set", "fresh", "--tenant", "not a tenant!"], "This is no tenant");
    refused(&["connection", "set", "fresh", "--name", " "], "A connection needs a name");
    refused(&["connection", "set", "fresh"], "say what to set");
    assert_eq!(shown(here, "fresh"), before);

    let file = here.join("bad.toml");
    std::fs::write(&file, before.replace("contoso.com", "not a tenant!")).expect("written");
    let path = file.to_str().expect("a path");
    refused(
        &["connection", "check", path],
        "`source.tenant` must be a tenant id or one of the tenant's domains",
    );
    refused(&["connection", "import", path], "source.tenant");
}
