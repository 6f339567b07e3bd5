//! The file's tables, one function each.

use toml::Spanned;
use toml::de::DeTable;
use url::Url;
use usher_engine::quiet::{Quiet, Wrong, ZONE_FORM, is_zone};
use usher_expression::nearest;
use usher_mapping::{Mappings, ObjectType, Profile, SyncScope};
use usher_plan::{ExistingAccounts, Guards};
use usher_runner::config::{
    Connection, DialectChoice, Domain, MailSecurity, Notice, RunnerChoice, RunnerKind, Scope, SecretRef,
    Smtp, SourceEndpoint, TargetEndpoint,
};

use super::problem::{ProblemKind, inside};
use super::reader::{Reader, Section, joined};
use super::{defaults, mapping, values};

const TOP: [&str; 13] = [
    "id", "name", "profile", "practice", "source", "target", "scope", "runner", "guards", "notice", "domain",
    "users", "groups",
];

/// The whole file. Absent when something is missing without which there is no connection; other problems leave
/// defaults in the place of what is wrong, so that everything else is looked at too.
pub(super) fn connection(reader: &mut Reader<'_>, document: &Spanned<DeTable<'_>>) -> Option<Connection> {
    let top = reader.section(document.get_ref(), 0, "", &TOP);
    let id = id(reader, top);
    let name = reader.text_at(top, "", "name").map(|(name, _)| name);
    let profiles = [("goto", Profile::Goto), ("gotomeeting", Profile::Gotomeeting), ("scim", Profile::Scim)];
    let chosen = reader.choice_at(top, "", "profile", &profiles);
    // Findings of a mapping depend on the profile; against a guessed one they would mislead.
    let is_certain = chosen.is_some() || !top.has("profile");
    let profile = chosen.unwrap_or(Profile::Goto);
    let checked = is_certain.then_some(profile);
    let practice = reader.boolean_at(top, "", "practice").unwrap_or(false);
    let source = source(reader, top);
    let target = target(reader, top, profile);
    let scope = scope(reader, top);
    let runner = runner(reader, top, profile);
    let guards = guards(reader, top);
    let notice = notice(reader, top);
    let domain = domain(reader, top);
    let built_in = usher_mapping::defaults(profile);
    let everyone = if scope.assigned_only { SyncScope::Assigned } else { SyncScope::Everyone };
    let users = mapping::table(reader, top, checked, ObjectType::User, everyone, built_in.users);
    let groups = mapping::table(reader, top, checked, ObjectType::Group, everyone, built_in.groups);
    let (id, source, target) = (id?, source?, target?);
    let name = name.unwrap_or_else(|| id.clone());
    let mappings = Mappings { users, groups };
    Some(Connection {
        id,
        name,
        profile,
        practice,
        source,
        target,
        scope,
        runner,
        guards,
        notice,
        mappings,
        domain,
    })
}

fn missing(reader: &mut Reader<'_>, at: usize, key: &str, expected: &'static str) {
    reader.error(at, key, ProblemKind::MissingKey { expected });
}

fn id(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Option<String> {
    const FORM: &str = "lower-case letters, digits and hyphens, at most 64";
    if !top.has("id") {
        missing(reader, 0, "id", FORM);
        return None;
    }
    let (id, span) = reader.text_at(top, "", "id")?;
    if values::is_id(&id) {
        return Some(id);
    }
    reader.error(span.start, "id", ProblemKind::BadValue { expected: FORM.into() });
    None
}

fn source(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Option<SourceEndpoint> {
    const KEYS: [&str; 6] = ["login", "graph", "portal", "tenant", "client_id", "client_secret"];
    if !top.has("source") {
        missing(reader, 0, "source", "the table [source]: where and as whom Microsoft Entra is read");
    }
    let section = reader.subsection(top, "", "source", &KEYS)?;
    let mut source = defaults::source();
    put(&mut source.login, address(reader, section, "source", "login"));
    put(&mut source.graph, address(reader, section, "source", "graph"));
    put(&mut source.portal, address(reader, section, "source", "portal"));
    put(&mut source.tenant, tenant(reader, section));
    put(&mut source.client_id, text(reader, section, "source", "client_id"));
    source.client_secret = secret(reader, section, "source", "client_secret");
    Some(source)
}

/// Empty until it is known.
fn tenant(reader: &mut Reader<'_>, section: Section<'_, '_>) -> Option<String> {
    let (text, span) = reader.text_at(section, "source", "tenant")?;
    if !text.is_empty() && !values::is_tenant(&text) {
        let kind = ProblemKind::BadValue { expected: values::TENANT_FORM.into() };
        reader.error(span.start, "source.tenant", kind);
    }
    Some(text)
}

fn target(reader: &mut Reader<'_>, top: Section<'_, '_>, profile: Profile) -> Option<TargetEndpoint> {
    const KEYS: [&str; 8] = [
        "base_url",
        "dialect",
        "admin_url",
        "issuer",
        "organization_center",
        "client_id",
        "redirect_port",
        "token",
    ];
    if !top.has("target") {
        missing(reader, 0, "target", "the table [target]: where and as whom the service provider is called");
    }
    let section = reader.subsection(top, "", "target", &KEYS)?;
    let base_url = address(reader, section, "target", "base_url");
    let is_named = section.has("base_url");
    let Some(mut target) = defaults::target(profile, base_url) else {
        if !is_named {
            missing(
                reader,
                section.start,
                "target.base_url",
                "the SCIM base address of the service provider",
            );
        }
        // The rest of the table is looked at all the same.
        address(reader, section, "target", "admin_url");
        secret(reader, section, "target", "token");
        return None;
    };
    let dialects =
        [("auto", DialectChoice::Auto), ("goto-v1", DialectChoice::GotoV1), ("scim2", DialectChoice::Scim2)];
    put(&mut target.dialect, reader.choice_at(section, "target", "dialect", &dialects));
    optional_address(reader, section, "admin_url", &mut target.admin_url);
    optional_address(reader, section, "issuer", &mut target.issuer);
    optional_address(reader, section, "organization_center", &mut target.organization_center);
    put(&mut target.client_id, text(reader, section, "target", "client_id"));
    let port = reader.number_at(section, "target", "redirect_port", 1024..=65535);
    put(&mut target.redirect_port, port.and_then(|port| u16::try_from(port).ok()));
    target.token = secret(reader, section, "target", "token");
    Some(target)
}

fn scope(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Scope {
    let mut scope = Scope { application: String::new(), assigned_only: true, ring: None };
    if let Some(section) = reader.subsection(top, "", "scope", &["application", "assigned_only", "ring"]) {
        put(&mut scope.application, text(reader, section, "scope", "application"));
        put(&mut scope.assigned_only, reader.boolean_at(section, "scope", "assigned_only"));
        scope.ring = reader.texts_at(section, "scope", "ring").map(|ids| {
            // An empty list could mean nobody or everybody.
            if ids.is_empty() || ids.iter().any(|(id, _)| id.is_empty() || id.trim() != id) {
                let at = ids.first().map_or_else(|| section.value_start("ring"), |(_, span)| span.start);
                let expected =
                    "object ids of people and groups, at least one; no such line lets everybody in";
                reader.error(at, "scope.ring", ProblemKind::BadValue { expected: expected.into() });
            }
            ids.into_iter().map(|(id, _)| id).collect()
        });
    }
    scope
}

fn runner(reader: &mut Reader<'_>, top: Section<'_, '_>, profile: Profile) -> RunnerChoice {
    let mut runner = defaults::runner(profile);
    const KEYS: [&str; 6] = ["kind", "interval_minutes", "requests_per_second", "log_days", "quiet", "zone"];
    if let Some(section) = reader.subsection(top, "", "runner", &KEYS) {
        let kinds = [("local", RunnerKind::Local), ("entra", RunnerKind::Entra)];
        put(&mut runner.kind, reader.choice_at(section, "runner", "kind", &kinds));
        put(&mut runner.interval_minutes, reader.number_at(section, "runner", "interval_minutes", 15..=1440));
        put(
            &mut runner.requests_per_second,
            reader.number_at(section, "runner", "requests_per_second", 0..=1000),
        );
        put(&mut runner.log_days, reader.number_at(section, "runner", "log_days", 1..=3650));
        runner.quiet = quiet(reader, section);
    }
    runner
}

/// Both keys or neither: hours without a zone would mean another time on another computer.
fn quiet(reader: &mut Reader<'_>, runner: Section<'_, '_>) -> Option<Quiet> {
    let hours = reader.text_at(runner, "runner", "quiet");
    let zone = reader.text_at(runner, "runner", "zone");
    for (there, key, expected) in [
        ("quiet", "zone", "the time zone of the quiet hours, such as \"Europe/Berlin\""),
        ("zone", "quiet", "the quiet hours that the time zone is for, such as \"Mon-Fri 08:00-18:00\""),
    ] {
        if runner.has(there) && !runner.has(key) {
            missing(reader, runner.value_start(there), &joined("runner", key), expected);
        }
    }
    // What is wrong with one of them is found whatever the other one says.
    if let Some((text, span)) = &hours
        && let Err(Wrong::Hours { at, expected }) = Quiet::new(text, "UTC")
    {
        let at = inside(reader.text, span.clone(), at);
        reader.error(at, "runner.quiet", ProblemKind::BadValue { expected: expected.into() });
    }
    let (name, span) = zone?;
    if !is_zone(&name) {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        let candidates = nearest(&name, known.iter().map(String::as_str).filter(|name| is_zone(name)));
        let kind = ProblemKind::BadValue { expected: ZONE_FORM.into() };
        reader.error_with(span.start, "runner.zone", kind, candidates);
    }
    Quiet::new(&hours?.0, &name).ok()
}

fn guards(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Guards {
    const KEYS: [&str; 10] = [
        "people_losing_access",
        "people_deletions",
        "group_deletions",
        "delete_grace_days",
        "members_leaving_group",
        "implausible_shrinkage",
        "existing_accounts",
        "protected",
        "users",
        "groups",
    ];
    const ANY: std::ops::RangeInclusive<u32> = 0..=u32::MAX;
    let mut guards = Guards::default();
    let Some(section) = reader.subsection(top, "", "guards", &KEYS) else { return guards };
    put(&mut guards.people_deletions, reader.number_at(section, "guards", "people_deletions", ANY));
    put(&mut guards.group_deletions, reader.number_at(section, "guards", "group_deletions", ANY));
    // Ten years: whoever means for ever leaves deleting switched off.
    put(&mut guards.delete_grace_days, reader.number_at(section, "guards", "delete_grace_days", 0..=3650));
    let path = "guards.people_losing_access";
    if let Some(inner) =
        reader.subsection(section, "guards", "people_losing_access", &["count", "percent", "at_least"])
    {
        let guard = &mut guards.people_losing_access;
        put(&mut guard.count, reader.number_at(inner, path, "count", ANY));
        put(&mut guard.percent, reader.number_at(inner, path, "percent", 0..=100));
        put(&mut guard.at_least, reader.number_at(inner, path, "at_least", ANY));
    }
    let path = "guards.members_leaving_group";
    if let Some(inner) = reader.subsection(section, "guards", "members_leaving_group", &["percent", "from"]) {
        let guard = &mut guards.members_leaving_group;
        put(&mut guard.percent, reader.number_at(inner, path, "percent", 0..=100));
        put(&mut guard.from, reader.number_at(inner, path, "from", ANY));
    }
    let path = "guards.implausible_shrinkage";
    if let Some(inner) = reader.subsection(section, "guards", "implausible_shrinkage", &["percent", "from"]) {
        let guard = &mut guards.implausible_shrinkage;
        put(&mut guard.percent, reader.number_at(inner, path, "percent", 0..=100));
        put(&mut guard.from, reader.number_at(inner, path, "from", ANY));
    }
    let words = [("adopt", ExistingAccounts::Adopt), ("ask", ExistingAccounts::Ask)];
    put(&mut guards.existing_accounts, reader.choice_at(section, "guards", "existing_accounts", &words));
    for (pattern, span) in reader.texts_at(section, "guards", "protected").unwrap_or_default() {
        // An empty one would protect nobody, and its author means somebody.
        if pattern.trim() == pattern && !pattern.is_empty() {
            guards.protected.push(pattern);
        } else {
            let expected = "user names, in which * stands for any characters".into();
            reader.error(span.start, "guards.protected", ProblemKind::BadValue { expected });
        }
    }
    for (name, allowed) in [("users", &mut guards.users), ("groups", &mut guards.groups)] {
        let path = joined("guards", name);
        let keys = ["create", "update", "disable", "delete"];
        if let Some(inner) = reader.subsection(section, "guards", name, &keys) {
            put(&mut allowed.create, reader.boolean_at(inner, &path, "create"));
            put(&mut allowed.update, reader.boolean_at(inner, &path, "update"));
            put(&mut allowed.disable, reader.boolean_at(inner, &path, "disable"));
            put(&mut allowed.delete, reader.boolean_at(inner, &path, "delete"));
        }
    }
    guards
}

fn notice(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Notice {
    let mut notice = Notice::default();
    let Some(section) = reader.subsection(top, "", "notice", &["email", "on_failure", "smtp"]) else {
        return notice;
    };
    for (address, span) in reader.texts_at(section, "notice", "email").unwrap_or_default() {
        if values::is_mail_address(&address) {
            notice.email.push(address);
        } else {
            reader.error(
                span.start,
                "notice.email",
                ProblemKind::BadValue { expected: "e-mail addresses".into() },
            );
        }
    }
    put(&mut notice.on_failure, reader.boolean_at(section, "notice", "on_failure"));
    notice.smtp = smtp(reader, section);
    notice
}

fn smtp(reader: &mut Reader<'_>, notice: Section<'_, '_>) -> Option<Smtp> {
    const PATH: &str = "notice.smtp";
    const KEYS: [&str; 6] = ["server", "port", "security", "user", "from", "password"];
    let section = reader.subsection(notice, "notice", "smtp", &KEYS)?;
    let bad = |reader: &mut Reader<'_>, key: &str, expected: &'static str| {
        let kind = if section.has(key) {
            ProblemKind::BadValue { expected: expected.into() }
        } else {
            ProblemKind::MissingKey { expected }
        };
        reader.error(section.value_start(key), &joined(PATH, key), kind);
    };
    let server = text(reader, section, PATH, "server").unwrap_or_default();
    if !values::is_host(&server) {
        bad(reader, "server", "the name of a mail server");
    }
    let security = reader.choice_at(section, PATH, "security", &MailSecurity::ALL);
    let security = security.unwrap_or(MailSecurity::StartTls);
    let port = reader.number_at(section, PATH, "port", 1..=65535);
    let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or_else(|| security.port());
    let user = text(reader, section, PATH, "user").unwrap_or_default();
    // Where people sign in with their address, it is the sender's, too.
    let from = text(reader, section, PATH, "from").unwrap_or_else(|| user.clone());
    if !values::is_mail_address(&from) {
        bad(reader, "from", "an e-mail address");
    }
    let password = secret(reader, section, PATH, "password");
    let smtp = Smtp { server, port, security, user, from, password };
    if security == MailSecurity::None && !smtp.is_loopback() {
        bad(reader, "security", "\"starttls\" or \"tls\": mail goes unprotected to this computer only");
    }
    Some(smtp)
}

fn domain(reader: &mut Reader<'_>, top: Section<'_, '_>) -> Domain {
    let mut domain = Domain::default();
    let Some(section) = reader.subsection(top, "", "domain", &["name", "code", "received", "confirmed"])
    else {
        return domain;
    };
    put(&mut domain.name, text(reader, section, "domain", "name"));
    put(&mut domain.code, text(reader, section, "domain", "code"));
    domain.received = text(reader, section, "domain", "received");
    put(&mut domain.confirmed, reader.boolean_at(section, "domain", "confirmed"));
    domain
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn text(reader: &mut Reader<'_>, section: Section<'_, '_>, path: &str, name: &str) -> Option<String> {
    reader.text_at(section, path, name).map(|(text, _)| text)
}

fn address(reader: &mut Reader<'_>, section: Section<'_, '_>, path: &str, name: &str) -> Option<Url> {
    let (text, span) = reader.text_at(section, path, name)?;
    let url = values::address(&text);
    if url.is_none() {
        let kind = ProblemKind::BadValue { expected: values::URL_FORM.into() };
        reader.error(span.start, &joined(path, name), kind);
    }
    url
}

/// An address that may also be switched off with an empty text.
fn optional_address(reader: &mut Reader<'_>, section: Section<'_, '_>, name: &str, place: &mut Option<Url>) {
    match reader.text_at(section, "target", name) {
        Some((text, _)) if text.is_empty() => *place = None,
        Some(_) => *place = address(reader, section, "target", name),
        None => {}
    }
}

/// Whatever is no reference is taken for a secret and never shown.
fn secret(reader: &mut Reader<'_>, section: Section<'_, '_>, path: &str, name: &str) -> Option<SecretRef> {
    let (text, span) = reader.text_at(section, path, name)?;
    let reference = values::secret_reference(&text);
    if reference.is_none() {
        reader.error(span.start, &joined(path, name), ProblemKind::PlainSecret);
    }
    reference
}
