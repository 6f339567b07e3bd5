//! The connection file: what is read, what is refused and where, and that printing is the inverse of reading.

use insta::assert_snapshot;
use proptest::prelude::*;
use usher_commands::connection_file::{local_references, new_connection, parse, print};
use usher_engine::quiet::Quiet;
use usher_mapping::{Actions, Apply, AttributeMapping, FilterClause, FilterGroup, Profile, Source};
use usher_plan::{Allowed, ExistingAccounts, Guards, MembersLeavingGroup, PeopleLosingAccess, Shrinkage};
use usher_runner::config::{
    Connection, DialectChoice, Domain, MailSecurity, Notice, RunnerChoice, RunnerKind, Scope, SecretRef,
    Smtp, SourceEndpoint, TargetEndpoint,
};

const SMALLEST: &str = "id = \"contoso\"\n[source]\n[target]\n";

/// Everything that is found in a file, one line each.
fn found(text: &str) -> String {
    let (label, problems) = match parse(text) {
        Ok(parsed) => ("ok", parsed.warnings),
        Err(errors) => ("refused", errors),
    };
    let lines = problems.iter().map(|problem| format!("\n{problem} [{}]", problem.kind.code()));
    label.to_owned() + &lines.collect::<String>()
}

#[test]
fn everything_but_id_source_and_target_has_a_default() {
    let parsed = parse(SMALLEST).expect("it is complete");
    assert_eq!(parsed.warnings, []);
    assert_eq!(Some(parsed.connection), new_connection("contoso", Profile::Goto, None));
    assert_snapshot!(found(""), @r#"
    refused
    line 1, column 1: `id` is missing: lower-case letters, digits and hyphens, at most 64 [file-missing-key]
    line 1, column 1: `source` is missing: the table [source]: where and as whom Microsoft Entra is read [file-missing-key]
    line 1, column 1: `target` is missing: the table [target]: where and as whom the service provider is called [file-missing-key]
    "#);
    assert_snapshot!(found("id = \"a\"\nprofile = \"scim\"\n[source]\n[target]\n"), @r#"
    refused
    line 4, column 1: `target.base_url` is missing: the SCIM base address of the service provider [file-missing-key]
    "#);
}

#[test]
fn a_mail_server_has_usual_ports_and_goes_unprotected_to_this_computer_only() {
    let with = |smtp: &str| format!("{SMALLEST}[notice]\nsmtp = {{ {smtp} }}\n");
    for (smtp, port, from) in [
        (r#"server = "smtp.contoso.com", user = "usher@contoso.com""#, 587, "usher@contoso.com"),
        (r#"server = "smtp.contoso.com", security = "tls", from = "a@b.c""#, 465, "a@b.c"),
        (r#"server = "localhost", security = "none", from = "a@b.c""#, 25, "a@b.c"),
        (r#"server = "smtp.contoso.com", port = 2525, from = "a@b.c", password = "vault""#, 2525, "a@b.c"),
    ] {
        let found = parse(&with(smtp)).expect(smtp).connection.notice.smtp.expect(smtp);
        assert_eq!((found.port, found.from.as_str()), (port, from), "{smtp}");
    }
    assert_snapshot!(found(&with(r#"server = "smtp.contoso.com", security = "none", from = "a@b.c""#)), @r#"
    refused
    line 5, column 50: `notice.smtp.security` must be "starttls" or "tls": mail goes unprotected to this computer only [file-bad-value]
    "#);
    assert_snapshot!(found(&with(r#"server = "https://smtp.contoso.com", user = "usher""#)), @r#"
    refused
    line 5, column 8: `notice.smtp.from` is missing: an e-mail address [file-missing-key]
    line 5, column 19: `notice.smtp.server` must be the name of a mail server [file-bad-value]
    "#);
    let secret = found(&with(r#"server = "localhost", from = "a@b.c", password = "hunter2""#));
    assert!(secret.contains("[file-plain-secret]") && !secret.contains("hunter2"), "{secret}");
}

#[test]
fn the_canonical_file_of_a_new_connection() {
    assert_snapshot!(print(&new_connection("contoso", Profile::Goto, None).expect("GoTo has an address")), @r#"
    # A connection of Usher. Every key is described in docs/connection-file.md. Secrets never stand here.
    id = "contoso"
    name = "contoso"
    profile = "goto"
    practice = false

    # Microsoft Entra: where and as whom it is read.
    [source]
    login = "https://login.microsoftonline.com/"
    graph = "https://graph.microsoft.com/"
    portal = "https://entra.microsoft.com/"
    tenant = ""
    client_id = ""

    # The service provider: where and as whom it is called.
    [target]
    base_url = "https://api.getgo.com/identity/v1"
    dialect = "auto"
    admin_url = "https://api.getgo.com/admin/rest/v1"
    issuer = "https://identity.goto.com/"
    organization_center = "https://organization.logmeininc.com/"
    client_id = ""
    redirect_port = 47113

    # Who is considered.
    [scope]
    application = ""
    assigned_only = true

    # Who performs the cycles: this computer (local) or Microsoft's service (entra).
    [runner]
    kind = "local"
    interval_minutes = 40
    requests_per_second = 8

    # Limits that stop a run until a person approves exactly what it would do.
    [guards]
    people_losing_access = { count = 10, percent = 5, at_least = 3 }
    people_deletions = 0
    group_deletions = 0
    delete_grace_days = 30
    members_leaving_group = { percent = 50, from = 10 }
    implausible_shrinkage = { percent = 50, from = 10 }
    existing_accounts = "adopt"
    protected = []
    users = { create = true, update = true, disable = true, delete = false }
    groups = { create = true, update = true, disable = true, delete = false }

    # Who hears of failures.
    [notice]
    email = []
    on_failure = false

    # The domain that GoTo is to trust, as far as it is known.
    [domain]
    name = ""
    code = ""
    confirmed = false

    # People: which value goes to which attribute.
    [users]
    enabled = true
    actions = ["create", "update"]

    [[users.mapping]]
    target = "userName"
    source = "userPrincipalName"
    matching = 1

    [[users.mapping]]
    target = "externalId"
    source = "objectId"

    [[users.mapping]]
    target = "active"
    expression = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'

    [[users.mapping]]
    target = "name.givenName"
    source = "givenName"

    [[users.mapping]]
    target = "name.familyName"
    source = "surname"

    [[users.mapping]]
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
    source = "department"

    [[users.mapping]]
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"
    source = "employeeId"

    [[users.mapping]]
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"
    source = "costCenter"

    [[users.mapping]]
    target = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"
    source = "division"

    # Groups.
    [groups]
    enabled = true
    actions = ["create", "update"]

    [[groups.mapping]]
    target = "displayName"
    source = "displayName"
    matching = 1

    [[groups.mapping]]
    target = "externalId"
    source = "objectId"

    [[groups.mapping]]
    target = "members"
    source = "members"
    "#);
}

#[test]
fn several_slips_are_reported_in_one_pass_with_what_was_meant() {
    let file = r#"id = "Contoso GoTo"
nmae = "x"
profile = "gotto"
practice = "yes"

[source]
login = "http://login.microsoftonline.com"
tennant = "contoso.com"

[target]
base_url = 7
dialect = "scim"
redirect_port = 80

[runner]
kind = "locale"
interval_minutes = 5
requests_per_second = -1

[guards]
people_losing_access = { count = 10, percent = 500, atleast = 3 }
group_deletions = 1.5

[notice]
email = ["admin@contoso.com", "nobody", 7]

[groups]
actions = ["create", "updaet"]

[[users.mapping]]
source = "mail"

[[users.mapping]]
target = "userName"
source = "mail"
constant = "x"

[[users.mapping]]
target = "active"
aplly = "always"
apply = "once"
matching = 0

[[users.filter]]
clause = [{ atribute = "department", operator = "EQUALS" }]
"#;
    assert_snapshot!(found(file), @r#"
    refused
    line 1, column 6: `id` must be lower-case letters, digits and hyphens, at most 64 [file-bad-value]
    line 2, column 1: there is no key `nmae`; did you mean `name`? [file-unknown-key]
    line 3, column 11: `profile` must be "goto" or "gotomeeting" or "scim"; did you mean `goto`? [file-bad-value]
    line 4, column 12: `practice` must be true or false, not text [file-wrong-type]
    line 7, column 9: `source.login` must be an address that begins with https:// (http:// only on this computer), without user name, query or fragment [file-bad-value]
    line 8, column 1: there is no key `source.tennant`; did you mean `tenant`? [file-unknown-key]
    line 11, column 12: `target.base_url` must be text in quotes, not a number [file-wrong-type]
    line 12, column 11: `target.dialect` must be "auto" or "goto-v1" or "scim2"; did you mean `scim2`? [file-bad-value]
    line 13, column 17: `target.redirect_port` must be a whole number from 1024 to 65535 [file-bad-value]
    line 16, column 8: `runner.kind` must be "local" or "entra"; did you mean `local`? [file-bad-value]
    line 17, column 20: `runner.interval_minutes` must be a whole number from 15 to 1440 [file-bad-value]
    line 18, column 23: `runner.requests_per_second` must be a whole number from 0 to 1000 [file-bad-value]
    line 21, column 48: `guards.people_losing_access.percent` must be a whole number from 0 to 100 [file-bad-value]
    line 21, column 53: there is no key `guards.people_losing_access.atleast`; did you mean `at_least`? [file-unknown-key]
    line 22, column 19: `guards.group_deletions` must be a whole number, not a fraction [file-wrong-type]
    line 25, column 31: `notice.email` must be e-mail addresses [file-bad-value]
    line 25, column 41: `notice.email` must be a list of texts, not a number [file-wrong-type]
    line 28, column 22: `groups.actions` must be a list of "create", "update", "delete"; did you mean `update`? [file-bad-value]
    line 30, column 1: `users.mapping[1].target` is missing: the attribute path at the service provider, for example "name.givenName" [file-missing-key]
    line 33, column 1: `users.mapping[2]` must be one of `source`, `constant` and `expression`, not several [file-bad-value]
    line 38, column 1: `users.mapping[3].source` is missing: `source`, `constant` or `expression`; or `default` alone, to fill what is empty [file-missing-key]
    line 40, column 1: there is no key `users.mapping[3].aplly`; did you mean `apply`? [file-unknown-key]
    line 41, column 9: `users.mapping[3].apply` must be "always" or "only-during-creation" or "adds-only" [file-bad-value]
    line 42, column 12: `users.mapping[3].matching` must be a whole number of 1 or more [file-bad-value]
    line 45, column 11: `users.filter[1].clause[1].attribute` is missing: a source attribute [file-missing-key]
    line 45, column 13: there is no key `users.filter[1].clause[1].atribute`; did you mean `attribute`? [file-unknown-key]
    "#);
}

#[test]
fn a_ring_of_nobody_is_refused_and_no_ring_lets_everybody_in() {
    let file = |scope: &str| format!("id = \"contoso\"\n[source]\n[target]\n[scope]\n{scope}\n");
    let ring = |scope: &str| parse(&file(scope)).map(|parsed| parsed.connection.scope.ring);
    assert_eq!(ring("").expect("it is right"), None);
    let named = ring("ring = [\"g-1\", \"u-1\", \"g-1\"]").expect("it is right");
    assert_eq!(named.map(|ids| ids.into_iter().collect::<Vec<_>>()), Some(vec!["g-1".into(), "u-1".into()]));
    for wrong in ["ring = []", "ring = [\"\"]", "ring = [\" u-1\"]", "ring = \"u-1\""] {
        let problems = ring(wrong).expect_err(wrong);
        assert_eq!(
            (problems.len(), problems[0].line, problems[0].key.as_str()),
            (1, 5, "scope.ring"),
            "{wrong}"
        );
    }
}

#[test]
fn quiet_hours_have_a_zone_and_an_error_is_shown_at_its_place() {
    let with = |runner: &str| format!("{SMALLEST}[runner]\n{runner}\n");
    let right = with("quiet = \"Mon-Fri 08:00-18:00\"\nzone = \"Europe/Berlin\"");
    let quiet = parse(&right).expect("it is right").connection.runner.quiet.expect("it is there");
    assert_eq!((quiet.hours(), quiet.zone()), ("Mon-Fri 08:00-18:00", "Europe/Berlin"));
    assert_eq!(parse(&with("")).expect("it is right").connection.runner.quiet, None);
    let all = [
        "quiet = \"daily 08:00-18:00\"",
        "zone = \"Europe/Berlin\"",
        "quiet = \"daily 08:00-18:00; Mo 19:00-20:00\"\nzone = \"Europe/Berlim\"",
        "quiet = \"daily 08:00-8:30\"\nzone = \"utc\"",
        "quiet = \"daily 00:00-24:00\"\nzone = \"UTC\"",
        "quiet = true\nzone = 1",
    ];
    assert_snapshot!(all.map(|runner| found(&with(runner))).join("\n"), @r#"
    refused
    line 5, column 9: `runner.zone` is missing: the time zone of the quiet hours, such as "Europe/Berlin" [file-missing-key]
    refused
    line 5, column 8: `runner.quiet` is missing: the quiet hours that the time zone is for, such as "Mon-Fri 08:00-18:00" [file-missing-key]
    refused
    line 5, column 29: `runner.quiet` must be days ("Mon", "Mon-Fri", "Sat,Sun" or "daily"), a blank and hours, such as "Mon-Fri 08:00-18:00; daily 22:00-06:00" [file-bad-value]
    line 6, column 8: `runner.zone` must be the name of a time zone, such as "Europe/Berlin" or "UTC"; did you mean `Europe/Berlin` or `Europe/Dublin` or `Europe/Jersey`? [file-bad-value]
    refused
    line 5, column 16: `runner.quiet` must be hours from 00:00 to 24:00 of which the two are not the same, such as "08:00-18:00" or "22:00-06:00,12:00-13:00" [file-bad-value]
    line 6, column 8: `runner.zone` must be the name of a time zone, such as "Europe/Berlin" or "UTC"; did you mean `UTC`? [file-bad-value]
    refused
    line 5, column 10: `runner.quiet` must be less than the whole week: no cycle would ever begin [file-bad-value]
    refused
    line 5, column 9: `runner.quiet` must be text in quotes, not true or false [file-wrong-type]
    line 6, column 8: `runner.zone` must be text in quotes, not a number [file-wrong-type]
    "#);
}

#[test]
fn a_pattern_that_would_protect_nobody_is_refused() {
    let file = SMALLEST.to_owned()
        + r#"
[guards]
protected = ["break-glass*@contoso.com", "", " ana@contoso.com", 7]
"#;
    let found = found(&file);
    let wrong: Vec<&str> =
        found.lines().skip(1).filter_map(|line| line.split_once(": ")).map(|line| line.1).collect();
    assert_eq!(
        wrong,
        [
            "`guards.protected` must be user names, in which * stands for any characters [file-bad-value]",
            "`guards.protected` must be user names, in which * stands for any characters [file-bad-value]",
            "`guards.protected` must be a list of texts, not a number [file-wrong-type]",
        ]
    );
}

#[test]
fn wrong_mappings_are_shown_at_the_character() {
    let file = r#"
id = "contoso"
source = {}
target = {}

[[users.mapping]]
target = "userName"
source = "userprincipalname"
matching = 1

[[users.mapping]]
target = "name.givenNam"
expression = 'Joni(" ", [givenName], [sn])'

[[users.mapping]]
target = "name.familyName"
expression = "Append(\"\u00e9\", [surname]"

[[users.mapping]]
target = "externalId"
expression = """
Join(" ",
  Apend([givenName], "x"), 'y')"""
matching = 2

[[users.mapping]]
target = "USERNAME"
constant = "x"

[[users.mapping]]
target = "emails[type eq work].value"
source = "mail"
"#;
    assert_snapshot!(found(file), @r#"
    refused
    line 6, column 3: `users`: no row writes `name.givenName`, which the service provider requires [required-target-unmapped]
    line 8, column 10: `users.mapping[1]`: Entra has no attribute `userprincipalname`; case counts; did you mean `userPrincipalName`? [unknown-source]
    line 12, column 10: `users.mapping[2]`: the service provider has no attribute `name.givenNam` that is known of; did you mean `name.givenName`? [unknown-target]
    line 13, column 15: `users.mapping[2]`: there is no function `Joni`; case counts; did you mean `Join`? [EXPR-UNKNOWN-FUNCTION]
    line 17, column 43: `users.mapping[3]`: expected a comma or a closing parenthesis, found the end [EXPR-SYNTAX]
    line 23, column 3: `users.mapping[4]`: there is no function `Apend`; case counts; did you mean `Append`? [EXPR-UNKNOWN-FUNCTION]
    line 23, column 28: `users.mapping[4]`: expected double quotes around a text, found `'y'` [EXPR-SYNTAX]
    line 24, column 12: `users.mapping[4]`: the service provider cannot search by `externalId`, so it cannot be matched on; did you mean `userName` or `displayName` or `name.givenName` or `name.familyName`? [match-not-filterable]
    line 27, column 10: `users.mapping[5]`: row 1 already writes `USERNAME` [duplicate-target]
    line 31, column 10: `users.mapping[6]`: this is no attribute path: at character 16 a value: text in double quotes, a number, true, false or null is expected [bad-path]
    "#);
}

#[test]
fn what_only_the_local_runner_cannot_do_is_a_warning() {
    let file = format!(
        "{SMALLEST}\n[[groups.mapping]]\ntarget = \"displayName\"\nexpression = 'Prepend(\"x\", [displayName])'\nmatching = 1\n"
    );
    assert_snapshot!(found(&file), @r#"
    ok
    line 7, column 15: `groups.mapping[1]`: no page of Microsoft says what `Prepend` does, so the local runner will refuse to run [EXPR-NOT-EVALUATED]
    "#);
}

#[test]
fn wrong_filters_are_shown_at_their_clause_and_refused() {
    let file = format!(
        r#"{SMALLEST}
[[users.filter]]
name = "IT"
[[users.filter.clause]]
attribute = "department"
operator = "equals"
values = ["IT"]
[[users.filter.clause]]
attribute = "departmnt"
operator = "EQUALS"
values = ["IT"]
[[users.filter.clause]]
attribute = "accountEnabled"
operator = "Greater_Than"
values = ["1"]
[[users.filter]]
name = "Empty"
[[users.filter]]
name = "More"
[[users.filter.clause]]
attribute = "manager"
operator = "IS NOT NULL"
[[users.filter.clause]]
attribute = "mail"
operator = "CONTAINS"
values = ["x"]
[[users.filter.clause]]
attribute = "mail"
operator = "NOT REGEX MATCH"
values = ["["]
[[users.filter.clause]]
attribute = "mail"
operator = "IS NULL"
values = ["x"]
[[users.filter.clause]]
attribute = "extension_a_level"
operator = "Greater_Than"
values = ["abc"]
[[users.filter.clause]]
attribute = "mail"
operator = "Includes"
"#
    );
    assert_snapshot!(found(&file), @r#"
    refused
    line 11, column 1: `users.filter[1].clause[2]`: Entra has no attribute `departmnt`; case counts; did you mean `department`? [filter-unknown-attribute]
    line 15, column 1: `users.filter[1].clause[3]`: `Greater_Than` does not work on `accountEnabled`, which is of the type Boolean; did you mean `IS TRUE` or `IS FALSE` or `IS NULL` or `IS NOT NULL`? [filter-operator-not-for-type]
    line 19, column 1: `users.filter[2]`: the filter has no clause and would let everybody in [filter-without-clauses]
    line 23, column 1: `users.filter[3].clause[1]`: Entra takes no filter on `manager` [filter-not-filterable]
    line 26, column 1: `users.filter[3].clause[2]`: there is no operator `CONTAINS` [filter-unknown-operator]
    line 30, column 1: `users.filter[3].clause[3]`: the pattern `[`: the pattern is not understood at character 1: a closing bracket is missing [filter-bad-pattern]
    line 34, column 1: `users.filter[3].clause[4]`: `IS NULL` takes no `values` [filter-value-count]
    line 38, column 1: `users.filter[3].clause[5]`: `Greater_Than` needs whole numbers of 0 or more, not `abc` [filter-not-integer]
    line 42, column 1: `users.filter[3].clause[6]`: `Includes` needs a value in `values` [filter-value-count]
    "#);
}

#[test]
fn a_filter_that_also_leaves_out_who_has_no_value_is_a_warning() {
    let file = format!(
        "{SMALLEST}\n[[users.filter]]\nname = \"Staff\"\n[[users.filter.clause]]\nattribute = \"department\"\n\
         operator = \"NOT EQUALS\"\nvalues = [\"contractors\"]\n"
    );
    assert_snapshot!(found(&file), @r#"
    ok
    line 7, column 1: `users.filter[1].clause[1]`: whoever has no `department` is left out too; a further filter with `department` IS NULL lets them in [filter-leaves-out-empty]
    "#);
}

#[test]
fn a_secret_in_the_file_is_refused_and_never_repeated() {
    let canary = "canary-9f3b7c-hunter2";
    for file in [
        format!("id = \"a\"\n[source]\nclient_secret = \"{canary}\"\n[target]\n"),
        format!("id = \"a\"\n[source]\n[target]\ntoken = \"{canary}\"\n"),
        format!("id = \"a\"\n[source]\n[target]\ntoken = \"env:{canary}\"\n"),
        format!("id = \"a\"\n[source]\nclient_secret = ['{canary}']\n[target]\n"),
        format!("id = \"a\"\n[source]\ntenant = [\"{canary}\"]\n[target]\n"),
        format!("id = \"{canary} \"\n[source]\n[target]\nbase_url = \"https://x:{canary}@goto.com\"\n"),
        format!("id = \"a\"\n[source]\n[target]\ntoken = \"{canary}\n"),
        format!("id = \"a\"\n[source]\n[target]\ntoken = {canary}\n"),
    ] {
        let errors = parse(&file).expect_err(&file);
        let shown = format!("{errors:?} {}", errors.iter().map(ToString::to_string).collect::<String>());
        assert!(!shown.contains(canary), "{shown}");
    }
    let file = "id = \"a\"\n[source]\nclient_secret = \"hunter2\"\n[target]\ntoken = \"env:PATH\"\n";
    assert_snapshot!(found(file), @r#"
    refused
    line 3, column 17: `source.client_secret` must be a reference, never the secret itself: "env:USHER_...", "file:/absolute/path" or "vault". Treat a secret that stood in a file as lost and make a new one [file-plain-secret]
    line 5, column 9: `target.token` must be a reference, never the secret itself: "env:USHER_...", "file:/absolute/path" or "vault". Treat a secret that stood in a file as lost and make a new one [file-plain-secret]
    "#);
}

#[test]
fn references_into_this_computer_are_named() {
    let check = |source: &str, target: &str, expected: &[&str]| {
        let file = format!("id = \"a\"\n[source]\n{source}\n[target]\n{target}\n");
        assert_eq!(local_references(&parse(&file).expect(&file).connection), expected);
    };
    check("", "", &[]);
    check("client_secret = \"vault\"", "token = \"vault\"", &[]);
    check(
        "client_secret = \"env:USHER_A\"",
        "token = \"file:/a\"",
        &["source.client_secret", "target.token"],
    );
}

#[test]
fn syntax_errors_have_a_place() {
    assert_snapshot!(found("id = \"a\"\n[source\ntenant = \n[target]\n"), @r#"
    refused
    line 2, column 8: this is not TOML: unclosed table, expected `]` [file-syntax]
    "#);
}

#[test]
fn the_reference_holds_every_key_and_a_complete_example() {
    let reference = include_str!("../../../docs/connection-file.md");
    let example =
        reference.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let parsed = parse(example).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>());
    let connection = parsed.expect("the example is right").connection;
    assert_eq!(connection.runner.kind, RunnerKind::Local);
    assert_eq!(connection.target.token, Some(SecretRef::Env("USHER_SCIM_TOKEN".into())));
    assert_eq!(parse(&print(&connection)).expect("what is printed is right").connection, connection);
    let full = print(&full());
    let keys = full.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    for (key, _) in keys {
        assert!(reference.contains(&format!("`{key}`")), "docs/connection-file.md says nothing of `{key}`");
    }
}

/// A connection in which nothing is as the profile has it.
fn full() -> Connection {
    let mut connection =
        new_connection("full", Profile::Scim, Some("https://scim.example.com/v2".parse().unwrap()))
            .expect("it has an address");
    connection.source.client_secret = Some(SecretRef::Vault);
    connection.target.token = Some(SecretRef::File("/run/token".into()));
    connection.domain.received = Some("2026-01-02".into());
    let rows = &mut connection.mappings.users.attributes;
    rows[2].default_value = Some("Nobody".into());
    rows[2].apply = Apply::OnlyDuringCreation;
    rows[3].source = Source::Constant("x".into());
    let clause =
        FilterClause { attribute: "department".into(), operator: "EQUALS".into(), values: vec!["IT".into()] };
    connection.mappings.users.scope = vec![FilterGroup { name: "IT".into(), clauses: vec![clause] }];
    connection
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9 .'\"\\\\#=\\[\\]\n\té]{0,12}", any::<String>()]
}

fn secrets() -> impl Strategy<Value = Option<SecretRef>> {
    let reference = prop_oneof![
        "USHER_[A-Z0-9_]{1,8}".prop_map(SecretRef::Env),
        "/[a-z/ \"']{1,8}".prop_map(SecretRef::File),
        Just(SecretRef::Vault)
    ];
    proptest::option::of(reference)
}

fn addresses() -> impl Strategy<Value = url::Url> {
    ("[a-z]{1,8}", "[a-zA-Z0-9 %é/]{0,8}")
        .prop_map(|(host, path)| format!("https://{host}.example.com/{path}").parse().expect("an address"))
}

/// Rows that are right for GoTo's users, so that no finding refuses the file.
fn rows() -> impl Strategy<Value = Vec<AttributeMapping>> {
    let source = || {
        prop_oneof![
            Just(Source::Attribute("mail".into())),
            texts().prop_map(Source::Constant),
            Just(Source::Expression("Join(\" \", [givenName],\n [surname])".into())),
            Just(Source::Expression("Append([mail], \"\\\\'''\\\"\")".into())),
            Just(Source::None),
        ]
    };
    let row = move |target: &'static str, matching: Option<u32>| {
        let default = proptest::option::of("[a-zé\"']{1,6}");
        (source(), default, any::<bool>()).prop_map(move |(source, default_value, once)| AttributeMapping {
            target: target.into(),
            // A fixed value for everybody is refused as a match.
            source: match source {
                Source::Constant(_) | Source::None if matching.is_some() => Source::Attribute("mail".into()),
                source => source,
            },
            default_value,
            matching,
            apply: if once { Apply::OnlyDuringCreation } else { Apply::Always },
        })
    };
    (
        row("userName", Some(1)),
        row("name.givenName", None),
        row("name.familyName", Some(7)),
        row("title", None),
    )
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

fn connections() -> impl Strategy<Value = Connection> {
    let tenant = prop_oneof![Just(String::new()), "[a-z0-9-]{1,12}(\\.[a-z]{2,9}){0,2}"];
    let source = (addresses(), addresses(), addresses(), tenant, texts(), secrets()).prop_map(
        |(login, graph, portal, tenant, client_id, client_secret)| SourceEndpoint {
            login,
            graph,
            portal,
            tenant,
            client_id,
            client_secret,
        },
    );
    let dialect =
        prop_oneof![Just(DialectChoice::Auto), Just(DialectChoice::GotoV1), Just(DialectChoice::Scim2)];
    let optional = || proptest::option::of(addresses());
    let target =
        (addresses(), dialect, (optional(), optional(), optional()), texts(), 1024..=65535_u16, secrets())
            .prop_map(
                |(
                    base_url,
                    dialect,
                    (admin_url, issuer, organization_center),
                    client_id,
                    redirect_port,
                    token,
                )| {
                    TargetEndpoint {
                        base_url,
                        dialect,
                        admin_url,
                        issuer,
                        organization_center,
                        client_id,
                        redirect_port,
                        token,
                    }
                },
            );
    let flags = proptest::array::uniform8(any::<bool>());
    let protected = proptest::collection::vec("[a-z*\\\\'\"]{1,5}@[a-z*]{1,5}", 0..3);
    let guards = (proptest::array::uniform9(0..100_u32), any::<u32>(), flags, protected).prop_map(
        |(n, group_deletions, f, protected)| Guards {
            people_losing_access: PeopleLosingAccess { count: n[0], percent: n[1], at_least: n[2] },
            people_deletions: n[7],
            group_deletions,
            delete_grace_days: n[8],
            members_leaving_group: MembersLeavingGroup { percent: n[3], from: n[4] },
            implausible_shrinkage: Shrinkage { percent: n[5], from: n[6] },
            existing_accounts: if n[0] % 2 == 0 { ExistingAccounts::Adopt } else { ExistingAccounts::Ask },
            protected,
            users: Allowed { create: f[0], update: f[1], disable: f[2], delete: f[3] },
            groups: Allowed { create: f[4], update: f[5], disable: f[6], delete: f[7] },
        },
    );
    let quiet = (1..24_u32, prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York"])).prop_map(
        |(hour, zone)| Quiet::new(&format!("Mon-Fri 00:00-{hour:02}:30"), zone).expect("it is right"),
    );
    let quiet = proptest::option::of(quiet);
    let runner = (any::<bool>(), 15..=1440_u32, 0..=1000_u32, 1..=3650_u32, quiet).prop_map(
        |(local, interval_minutes, rate, log_days, quiet)| RunnerChoice {
            kind: if local { RunnerKind::Local } else { RunnerKind::Entra },
            interval_minutes,
            requests_per_second: rate,
            log_days,
            quiet,
        },
    );
    let smtp = (texts(), 1..=u16::MAX, 0..3_usize, proptest::option::of("USHER_[A-Z]{1,5}")).prop_map(
        |(user, port, security, password)| Smtp {
            server: "localhost".into(),
            port,
            security: MailSecurity::ALL[security].1,
            user,
            from: "usher@contoso.com".into(),
            password: password.map(SecretRef::Env),
        },
    );
    let addresses = proptest::collection::vec("[a-z]{1,5}@[a-z]{1,5}", 0..3);
    let notice = (addresses, any::<bool>(), proptest::option::of(smtp))
        .prop_map(|(email, on_failure, smtp)| Notice { email, on_failure, smtp });
    let domain = (texts(), texts(), proptest::option::of(texts()), any::<bool>())
        .prop_map(|(name, code, received, confirmed)| Domain { name, code, received, confirmed });
    let ring = proptest::option::of(proptest::collection::btree_set("[a-z0-9-]{1,9}", 1..4));
    let scope = (texts(), any::<bool>(), ring).prop_map(|(application, assigned_only, ring)| Scope {
        application,
        assigned_only,
        ring,
    });
    let head = (texts(), any::<bool>(), scope, any::<bool>(), rows(), texts());
    (head, source, target, guards, runner, notice, domain).prop_map(
        |((name, practice, scope, groups, rows, filter), source, target, guards, runner, notice, domain)| {
            let mut mappings = usher_mapping::defaults(Profile::Goto);
            mappings.users.attributes = rows;
            mappings.users.actions =
                Actions { create: groups, update: practice, delete: scope.assigned_only };
            mappings.groups.enabled = groups;
            if !groups {
                mappings.groups.attributes.clear();
            }
            if !filter.is_empty() {
                let clause = FilterClause {
                    attribute: "city".into(),
                    operator: "&".into(),
                    values: vec![filter.clone()],
                };
                mappings.users.scope = vec![FilterGroup { name: filter, clauses: vec![clause] }];
            }
            Connection {
                id: "contoso".into(),
                name,
                profile: Profile::Goto,
                practice,
                source,
                target,
                scope,
                runner,
                guards,
                notice,
                mappings,
                domain,
            }
        },
    )
}

proptest! {
    #[test]
    fn reading_is_the_inverse_of_printing(connection in connections()) {
        let printed = print(&connection);
        let parsed = parse(&printed).map_err(|errors| {
            TestCaseError::fail(format!("{errors:#?}\n{printed}"))
        })?;
        prop_assert_eq!(&parsed.connection, &connection);
        prop_assert_eq!(print(&parsed.connection), printed);
    }

    #[test]
    fn reading_never_panics(text in "(?s).{0,200}|([a-z_]{1,9}( = |\\.)?(\"[^\"]{0,9}\"|[0-9]|\\[|\\]|\\{|\\}|'|\n)?){0,30}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_broken_file_never_panics(connection in connections(), cut in any::<prop::sample::Index>(), with in any::<char>()) {
        let printed = print(&connection);
        let at = cut.index(printed.len());
        if printed.is_char_boundary(at) {
            let _ = parse(&format!("{}{with}{}", &printed[..at], &printed[at..]));
            let _ = parse(&printed[..at]);
        }
    }
}
