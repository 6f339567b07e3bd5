//! Every message id that Rust can produce, with the arguments that come with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use usher_engine::StopReason;
use usher_goto::{CheckName, Diagnosis};
use usher_mapping::FindingCode;
use usher_plan::reasons::Code;
use usher_runner::Phase;

use crate::scan::{Source, files};

/// The values of an enum; a new variant does not compile until it is named here.
macro_rules! every {
    ($kind:ident: $($variant:ident),+ $(,)?) => {{
        let _exhaustive = |value: $kind| match value { $($kind::$variant => (),)+ };
        [$($kind::$variant),+]
    }};
}

/// Ids with the arguments that every place gives them.
#[derive(Default)]
pub struct Produced(pub BTreeMap<String, BTreeSet<String>>);

/// Beginnings of ids that reach `Message::new` through a variable or a helper.
const BEGINNINGS: &[&str] = &[
    "application-",
    "attributes-",
    "connect-",
    "cycle-",
    "dns-",
    "domain-",
    "error-",
    "evidence-",
    "filters-",
    "guard-",
    "kept-",
    "keyring-",
    "log-",
    "mail-",
    "need-",
    "not-live-",
    "notice-",
    "off-",
    "people-",
    "plan-",
    "preview-",
    "reason-",
    "report-",
    "resolver-",
    "sample-",
    "sign-in-",
    "step-",
    "test-",
    "trial-",
    "trouble-",
    "turn-on-",
    "web-",
    "why-",
];

/// Literals that begin like an id and are none: a key of the store, a fault of the practice world.
const NO_MESSAGES: &[&str] = &["off-since", "people-leave", "sign-in-withdrawn"];

/// Arguments that are added away from the id: the id is a variable there, or the message is already in a finding.
const ADDED_LATER: &[(&str, &[&str])] = &[
    ("domain-found", &["minutes", "seen", "answered"]),
    ("domain-not-everywhere", &["minutes", "seen", "answered"]),
    ("need-", &["count"]),
    ("reason-group-", &["attribute", "value", "account"]),
    ("error-port-taken-remedy", &["spare"]),
    ("sign-in-tenant-unsupported", &["type"]),
    ("sign-in-permissions-missing", &["missing"]),
    ("connect-scopes-missing", &["missing"]),
];

/// The ids that are put together at run time, as they are written in the sources. Each has its lines in [`all`].
pub const PUT_TOGETHER: &[&str] = &[
    "clause-{}",
    "cycle-failed-{code}",
    "cycle-stopped-{}",
    "cycle-{why}",
    "diagnosis-{id}",
    "diagnosis-{id}-remedy",
    "error-no-such-{what}",
    "guard-{}",
    "in-the-way-{}",
    "job-{}",
    "mapping-expression-{part}",
    "mapping-{}",
    "mapping-{}-remedy",
    "mapping-{}-why",
    "people-finding-{id}",
    "people-finding-{id}-remedy",
    "permission-{}",
    "phase-{}",
    "reason-{}",
    "scope-{}",
    "test-{}-{suffix}",
    "trial-{action}",
    "trouble-{}",
    "{id}-remedy",
    "{title}-remedy",
];

impl Produced {
    /// Adds an id; where it is produced in several places, only arguments that all of them give count.
    fn add<'a>(&mut self, id: impl Into<String>, given: impl IntoIterator<Item = &'a str>) {
        let given: BTreeSet<String> = given.into_iter().map(str::to_owned).collect();
        self.0.entry(id.into()).and_modify(|all| all.retain(|name| given.contains(name))).or_insert(given);
    }
}

/// The sources of this crate and of its hosts.
pub fn sources() -> Vec<Source> {
    let folders = ["src", "../cli/src", "../../src-tauri/src"];
    let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let all = folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| files(folder, ".rs"));
    all.map(|(name, text)| Source::new(&name, &text)).collect()
}

/// A file of another room, by its path below the rooms' folder.
fn read(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// Everything.
pub fn all() -> Produced {
    let mut found = Produced::default();
    let sources = sources();
    written_out(&mut found, &sources);
    reasons(&mut found);
    enumerated(&mut found);
    helpers(&mut found, &sources);
    found
}

fn is_id(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    text.contains('-') && text.split('-').all(word)
}

/// Ids that stand in the sources as they are.
fn written_out(found: &mut Produced, sources: &[Source]) {
    for source in sources {
        for call in source.calls("Message::new") {
            for id in call.literals.iter().filter(|text| is_id(text)) {
                found.add(id, call.given.iter().map(String::as_str));
            }
        }
    }
    for id in sources.iter().flat_map(Source::all) {
        let begins = BEGINNINGS.iter().any(|beginning| id.starts_with(beginning));
        if is_id(id) && begins && !NO_MESSAGES.contains(&id) && !found.0.contains_key(id) {
            let later = ADDED_LATER.iter().filter(|(beginning, _)| id.starts_with(beginning));
            found.add(id, later.flat_map(|(_, names)| names.iter().copied()));
        }
    }
}

/// Reasons of the plan, codes of writing, guards.
fn reasons(found: &mut Produced) {
    let text = read("plan/src/reasons.rs");
    let part = text.split("// Failures").nth(1).and_then(|rest| rest.split("// Notes").next());
    let part = part.expect("the reasons have a part on failures");
    let is_failure = |code: &&Code| part.contains(&format!("= \"{}\",", code.as_str()));
    let failures: Vec<&Code> = Code::ALL.iter().filter(is_failure).collect();
    assert!(failures.len() >= 12, "{failures:?}");
    for code in Code::ALL {
        // The description names the parameters behind "With".
        let named = code.doc().rsplit_once("With ").map_or("", |(_, names)| names);
        let given: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        found.add(format!("reason-{}", code.as_str()), given.iter().copied());
    }
    for (code, given) in engine_codes() {
        let given = given.iter().map(String::as_str);
        found.add(format!("trouble-{code}"), given.clone());
        found.0.entry(format!("reason-{code}")).or_insert_with(|| given.map(str::to_owned).collect());
    }
    for code in failures {
        let given = found.0[&format!("reason-{}", code.as_str())].clone();
        found.0.entry(format!("trouble-{}", code.as_str())).or_insert(given);
    }
    found.add("trouble-outcome-unknown", []);
    let guards = [
        usher_plan::PEOPLE_LOSING_ACCESS,
        usher_plan::PEOPLE_DELETIONS,
        usher_plan::GROUP_DELETIONS,
        usher_plan::MEMBERS_LEAVING_GROUP,
        usher_plan::DELETION_THRESHOLD,
        usher_plan::INCOMPLETE_READ,
        usher_plan::IMPLAUSIBLE_SHRINKAGE,
        usher_plan::FEWER_GROUPS,
        usher_plan::FEWER_ASSIGNMENTS,
        usher_plan::ACCOUNTS_GONE,
        usher_plan::GROUPS_GONE,
        usher_plan::PEOPLE_RENAMED,
        usher_plan::OTHER_TARGET,
    ];
    for guard in guards {
        found.add(format!("guard-{guard}"), ["count", "limit", "of", "group"]);
    }
}

/// The codes of writing with their parameters, which the table of the engine names beside each.
fn engine_codes() -> Vec<(String, Vec<String>)> {
    let text = read("engine/src/codes.rs");
    let table = text.split("CODES: &[&str] = &[").nth(1).and_then(|rest| rest.split("];").next());
    let table = table.expect("the engine has a table of codes");
    let mut all = Vec::new();
    for line in table.lines().filter(|line| line.contains("//")) {
        let (name, parameter) = line.split_once("//").expect("the line has a comment");
        let name = name.trim().trim_end_matches(',');
        let code =
            text.split(&format!("const {name}: &str = \"")).nth(1).and_then(|rest| rest.split('"').next());
        let parameter = parameter.split(';').next().unwrap_or_default().trim();
        let given = (parameter != "-").then(|| parameter.to_owned());
        all.push((code.expect("the code has a value").to_owned(), given.into_iter().collect()));
    }
    let codes: BTreeSet<&str> = all.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, usher_engine::CODES.iter().copied().collect(), "the table was not read as it is");
    all
}

/// Families whose members are the values of an enum.
fn enumerated(found: &mut Produced) {
    let stops = every!(StopReason: LostAuthentication, QuotaSpent, TargetUnreachable, WrongAddress, ReadBackRefused, JournalFailed);
    for stop in stops {
        found.add(format!("cycle-stopped-{}", stop.code()), []);
    }
    for code in Source::new("error.rs", &read("runner/src/error.rs")).part("pub fn code(", "\n    }\n") {
        found.add(format!("cycle-failed-{code}"), []);
    }
    let codes = Source::new("error.rs", &read("runner/src/entra/error.rs"));
    // The codes of Graph's own failures have sentences of their own.
    for code in codes.part("pub fn code(", "\n    }\n") {
        found.add(format!("job-{code}"), []);
    }
    let phases = every!(Phase: ReadingPeople, ReadingGroups, ReadingTarget, Comparing, Writing, Verifying);
    for phase in phases {
        found.add(format!("phase-{}", phase.as_str()), []);
    }
    let findings = every!(FindingCode:
        BadPath, UnknownTarget, ReadOnlyTarget, DuplicateTarget, RequiredTargetUnmapped, UnknownSource, Expression,
        DefaultDoesNotFit, NoMatch, MatchNotFilterable, RedactedMatch, RedactedActive, DuplicatePrecedence, NeverDisables, InputFilterNotEvaluated,
        FilterWithoutClauses, FilterUnknownOperator, FilterUnknownAttribute, FilterNotFilterable,
        FilterOperatorNotForType, FilterValueCount, FilterNotInteger, FilterBadPattern, FilterLeavesOutEmpty,
        ObjectsUnsupported, FlowTypeUnsupported, CustomName, CustomTwice, CustomUnsupported, DefaultNeverUsed,
        DefaultOnReference, RowDoesNothing, MatchConstant, SelectorsOverlap, NullNeverClears, FlowAlwaysKept,
    );
    for finding in findings {
        // As the description of each code in the mapping's findings says.
        let given: &[&str] = match finding {
            FindingCode::BadPath => &["target", "position", "expected"],
            FindingCode::DuplicateTarget | FindingCode::SelectorsOverlap => &["target", "first"],
            FindingCode::CustomName => &["target", "example"],
            FindingCode::CustomUnsupported => &["target", "type"],
            FindingCode::NullNeverClears | FindingCode::FlowAlwaysKept => &["targets", "count"],
            FindingCode::UnknownSource => &["name"],
            FindingCode::Expression => &[
                "diagnostic",
                "expected",
                "found",
                "name",
                "function",
                "parameter",
                "given",
                "signature",
                "length",
                "limit",
                "problem",
            ],
            FindingCode::DuplicatePrecedence => &["target", "precedence"],
            FindingCode::InputFilterNotEvaluated => &["filters"],
            FindingCode::FilterWithoutClauses => &["filter", "title"],
            FindingCode::FilterUnknownOperator
            | FindingCode::FilterUnknownAttribute
            | FindingCode::FilterNotFilterable
            | FindingCode::FilterLeavesOutEmpty => &["filter", "clause", "title", "attribute", "operator"],
            FindingCode::FilterOperatorNotForType => {
                &["filter", "clause", "title", "attribute", "operator", "type"]
            }
            FindingCode::FilterValueCount => &["filter", "clause", "title", "attribute", "operator", "given"],
            FindingCode::FilterNotInteger => &["filter", "clause", "title", "attribute", "operator", "value"],
            FindingCode::FilterBadPattern => {
                &["filter", "clause", "title", "attribute", "operator", "value", "error"]
            }
            FindingCode::FlowTypeUnsupported => &["target", "flowType"],
            FindingCode::NoMatch | FindingCode::NeverDisables | FindingCode::ObjectsUnsupported => &[],
            _ => &["target"],
        };
        for suffix in ["", "-why", "-remedy"] {
            found.add(format!("mapping-{}{suffix}", finding.as_str()), given.iter().copied());
        }
        // The scoping screen says it beside the clause.
        if let Some(code) = finding.as_str().strip_prefix("filter-") {
            found.add(format!("clause-{code}"), given.iter().copied());
        }
    }
    // The window names what a remedy's button opens.
    for link in usher_commands::links::LINKS {
        found.add(format!("link-{}", link.key), []);
    }
    for action in ["create", "update", "disable", "delete"] {
        found.add(format!("trial-{action}"), []);
    }
}

/// Families that a helper of this crate puts together.
fn helpers(found: &mut Produced, sources: &[Source]) {
    let file = |name: &str| {
        let path = Path::new("src").join(name);
        let found = sources.iter().find(|source| Path::new(&source.name).ends_with(&path));
        found.unwrap_or_else(|| panic!("{name} is gone"))
    };
    let checks = every!(CheckName: FindService, SecureConnection, SignIn, ReadPeople, WritePeople, Groups);
    let words = file("connect.rs").part("fn word(", "\n}\n");
    assert_eq!(words.len(), checks.len(), "one word for each check");
    for word in words {
        for suffix in ["passed", "failed", "not-proven", "not-tried"] {
            found.add(format!("test-{word}-{suffix}"), []);
        }
    }
    let diagnoses = every!(Diagnosis:
        NameNotFound, ConnectionRefused, NoAnswer, CertificateNotTrusted, ConnectionBroken, NotSignedIn, TokenRefused,
        MissingScope, NeedsOrganisationRole, NotOrganisationAdmin, NotAllowed, WrongAddress, NotScim, FilterIgnored,
        FilterRefused, TooManyRequests, ServiceFails, NoGroups,
    );
    let links = ["goto-oauth-clients", "organization-center"];
    let ids: Vec<String> = file("connect.rs")
        .part("match diagnosis {", "\n    };\n")
        .into_iter()
        .filter(|text| !links.contains(&text.as_str()))
        .collect();
    assert_eq!(ids.len(), diagnoses.len(), "one id for each diagnosis: {ids:?}");
    for id in ids {
        found.add(format!("diagnosis-{id}"), []);
        found.add(format!("diagnosis-{id}-remedy"), []);
    }
    for step in needed_steps(file("steps/mod.rs")) {
        found.add(format!("in-the-way-{step}"), []);
    }
    for permission in file("access.rs").part("const ENTRA_PERMISSIONS", "];") {
        found.add(format!("permission-{}", permission.replace('.', "-").to_lowercase()), []);
    }
    for scope in file("access.rs").part("const GOTO_SCOPES", "];") {
        found.add(format!("scope-{}", scope.trim_end_matches(':').replace([':', '.'], "-")), []);
    }
    for call in file("people.rs").calls("say") {
        let id = call.literals.first().expect("a finding has an id");
        found.add(format!("people-finding-{id}"), ["count"]);
        found.add(format!("people-finding-{id}-remedy"), []);
    }
    // The reader of connection files has a helper of the same name for keys of the file.
    let others = sources.iter().filter(|source| !source.name.contains("connection_file"));
    for call in others.flat_map(|source| source.calls("missing")) {
        let what = call.literals.first().expect("what is missing has a name");
        found.add(format!("error-no-such-{what}"), ["which"]);
    }
    let steps = ["mod.rs", "sign_in.rs", "connect.rs", "go_live.rs"].map(|name| format!("steps/{name}"));
    for call in steps.iter().flat_map(|name| file(name).calls("fix")) {
        let title = call.literals.get(1).expect("a finding has a title");
        found.add(format!("{title}-remedy"), []);
    }
    let remedied = ["From<VaultError>", "From<GraphError>", "From<GotoError>"];
    for id in remedied.iter().flat_map(|one| file("problem.rs").part(one, "\n}\n")) {
        if id.starts_with("error-") {
            found.add(format!("{id}-remedy"), []);
        }
    }
}

/// The steps that turning on waits for, as `steps/mod.rs` lists them.
fn needed_steps(steps: &Source) -> Vec<String> {
    let start = steps.code.find("let needed = [").expect("the needed steps are listed");
    let list = steps.code[start..].split(']').next().unwrap_or_default();
    let kebab = |name: &str| {
        let mut text = String::new();
        for character in name.chars().take_while(|c| c.is_ascii_alphanumeric()) {
            if character.is_ascii_uppercase() && !text.is_empty() {
                text.push('-');
            }
            text.push(character.to_ascii_lowercase());
        }
        text
    };
    let found: Vec<String> = list.split("StepId::").skip(1).map(kebab).collect();
    assert!(found.len() >= 7, "{found:?}");
    found
}
