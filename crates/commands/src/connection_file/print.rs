//! The canonical file: every value written out, every table explained, the same bytes for the same connection.

use std::fmt::Write as _;

use toml::Value;
use url::Url;
use usher_mapping::{Apply, AttributeMapping, CustomAttribute, FilterGroup, ObjectMapping, Profile, Source};
use usher_plan::{Allowed, ExistingAccounts};
use usher_runner::config::{Connection, DialectChoice, LOG_DAYS, RunnerKind, Smtp};

use super::values::secret_text;

/// The file of a connection. It holds no secret, only references to secrets.
pub fn print(connection: &Connection) -> String {
    let mut file = Printer { text: String::new() };
    file.comment(
        "A connection of Usher. Every key is described in docs/connection-file.md. Secrets never stand here.",
    );
    file.pair("id", &connection.id);
    file.pair("name", &connection.name);
    file.pair("profile", profile(connection.profile));
    file.raw("practice", connection.practice);
    source(&mut file, connection);
    target(&mut file, connection);
    scope_and_runner(&mut file, connection);
    guards(&mut file, connection);
    file.table("notice", "Who hears of failures.");
    file.raw("email", texts(&connection.notice.email));
    file.raw("on_failure", connection.notice.on_failure);
    if let Some(server) = &connection.notice.smtp {
        file.raw("smtp", smtp(server));
    }
    file.table("domain", "The domain that GoTo is to trust, as far as it is known.");
    file.pair("name", &connection.domain.name);
    file.pair("code", &connection.domain.code);
    file.optional("received", connection.domain.received.as_deref());
    file.raw("confirmed", connection.domain.confirmed);
    objects(&mut file, "users", "People: which value goes to which attribute.", &connection.mappings.users);
    objects(&mut file, "groups", "Groups.", &connection.mappings.groups);
    file.text
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Goto => "goto",
        Profile::Gotomeeting => "gotomeeting",
        Profile::Scim => "scim",
    }
}

fn source(file: &mut Printer, connection: &Connection) {
    let source = &connection.source;
    file.table("source", "Microsoft Entra: where and as whom it is read.");
    file.pair("login", source.login.as_str());
    file.pair("graph", source.graph.as_str());
    file.pair("portal", source.portal.as_str());
    file.pair("tenant", &source.tenant);
    file.pair("client_id", &source.client_id);
    file.optional("client_secret", source.client_secret.as_ref().map(secret_text).as_deref());
}

fn target(file: &mut Printer, connection: &Connection) {
    let target = &connection.target;
    file.table("target", "The service provider: where and as whom it is called.");
    file.pair("base_url", target.base_url.as_str());
    file.pair(
        "dialect",
        match target.dialect {
            DialectChoice::Auto => "auto",
            DialectChoice::GotoV1 => "goto-v1",
            DialectChoice::Scim2 => "scim2",
        },
    );
    // An empty text switches off what the profile would fill in.
    file.pair("admin_url", target.admin_url.as_ref().map_or("", Url::as_str));
    file.pair("issuer", target.issuer.as_ref().map_or("", Url::as_str));
    file.pair("organization_center", target.organization_center.as_ref().map_or("", Url::as_str));
    file.pair("client_id", &target.client_id);
    file.raw("redirect_port", i64::from(target.redirect_port));
    file.optional("token", target.token.as_ref().map(secret_text).as_deref());
}

fn scope_and_runner(file: &mut Printer, connection: &Connection) {
    file.table("scope", "Who is considered.");
    file.pair("application", &connection.scope.application);
    file.raw("assigned_only", connection.scope.assigned_only);
    if let Some(ring) = &connection.scope.ring {
        let ids: Vec<String> = ring.iter().cloned().collect();
        file.raw("ring", texts(&ids));
    }
    file.table("runner", "Who performs the cycles: this computer (local) or Microsoft's service (entra).");
    file.pair("kind", if connection.runner.kind == RunnerKind::Local { "local" } else { "entra" });
    file.raw("interval_minutes", i64::from(connection.runner.interval_minutes));
    file.raw("requests_per_second", i64::from(connection.runner.requests_per_second));
    if connection.runner.log_days != LOG_DAYS {
        file.raw("log_days", i64::from(connection.runner.log_days));
    }
    if let Some(quiet) = &connection.runner.quiet {
        file.pair("quiet", quiet.hours());
        file.pair("zone", quiet.zone());
    }
}

fn guards(file: &mut Printer, connection: &Connection) {
    let guards = &connection.guards;
    file.table("guards", "Limits that stop a run until a person approves exactly what it would do.");
    let (people, members) = (guards.people_losing_access, guards.members_leaving_group);
    file.raw(
        "people_losing_access",
        format_args!(
            "{{ count = {}, percent = {}, at_least = {} }}",
            people.count, people.percent, people.at_least
        ),
    );
    file.raw("people_deletions", guards.people_deletions);
    file.raw("group_deletions", guards.group_deletions);
    file.raw("delete_grace_days", guards.delete_grace_days);
    let members = format_args!("{{ percent = {}, from = {} }}", members.percent, members.from).to_string();
    file.raw("members_leaving_group", members);
    let shrinkage = guards.implausible_shrinkage;
    let shrinkage = format!("{{ percent = {}, from = {} }}", shrinkage.percent, shrinkage.from);
    file.raw("implausible_shrinkage", shrinkage);
    let ask = guards.existing_accounts == ExistingAccounts::Ask;
    file.pair("existing_accounts", if ask { "ask" } else { "adopt" });
    file.raw("protected", texts(&guards.protected));
    file.raw("users", allowed(guards.users));
    file.raw("groups", allowed(guards.groups));
}

fn smtp(smtp: &Smtp) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let mut all = format!(
        "{{ server = {}, port = {}, security = \"{}\", user = {}, from = {}",
        text(&smtp.server),
        smtp.port,
        smtp.security.word(),
        text(&smtp.user),
        text(&smtp.from)
    );
    if let Some(password) = &smtp.password {
        all.push_str(&format!(", password = {}", text(&secret_text(password))));
    }
    all + " }"
}

fn texts(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(|text| text.as_str().into()).collect())
}

fn allowed(allowed: Allowed) -> String {
    let Allowed { create, update, disable, delete } = allowed;
    format!("{{ create = {create}, update = {update}, disable = {disable}, delete = {delete} }}")
}

fn objects(file: &mut Printer, name: &str, comment: &str, mapping: &ObjectMapping) {
    file.table(name, comment);
    file.raw("enabled", mapping.enabled);
    let actions = mapping.actions;
    let words = [(actions.create, "create"), (actions.update, "update"), (actions.delete, "delete")];
    let words = words.into_iter().filter(|(allowed, _)| *allowed).map(|(_, word)| Value::from(word));
    file.raw("actions", Value::Array(words.collect()));
    // Without it the profile's own rows would come back.
    if mapping.attributes.is_empty() {
        file.raw("mapping", "[]");
    }
    mapping.custom.iter().for_each(|attribute| custom_attribute(file, name, attribute));
    mapping.attributes.iter().for_each(|row| attribute_mapping(file, name, row));
    mapping.scope.iter().for_each(|group| filter(file, name, group));
}

fn attribute_mapping(file: &mut Printer, name: &str, row: &AttributeMapping) {
    file.header(&format!("[[{name}.mapping]]"));
    file.pair("target", &row.target);
    match &row.source {
        Source::Attribute(attribute) => file.pair("source", attribute),
        Source::Constant(text) => file.pair("constant", text),
        Source::Expression(text) => file.pair("expression", text),
        Source::None => {}
    }
    // An empty default is none; it is written where a row would say nothing at all.
    match row.default_value.as_deref().unwrap_or_default() {
        "" if row.source != Source::None => {}
        text => file.pair("default", text),
    }
    if let Some(precedence) = row.matching {
        file.raw("matching", precedence);
    }
    match row.apply {
        Apply::Always => {}
        Apply::OnlyDuringCreation => file.pair("apply", "only-during-creation"),
        Apply::AddsOnly => file.pair("apply", "adds-only"),
    }
}

fn custom_attribute(file: &mut Printer, name: &str, attribute: &CustomAttribute) {
    file.header(&format!("[[{name}.attribute]]"));
    file.pair("name", &attribute.name);
    file.pair("type", attribute.kind.as_str());
    for (key, truth) in [
        ("multi_valued", attribute.multivalued),
        ("required", attribute.required),
        ("case_exact", attribute.case_exact),
    ] {
        if truth {
            file.raw(key, truth);
        }
    }
}

fn filter(file: &mut Printer, name: &str, group: &FilterGroup) {
    file.header(&format!("[[{name}.filter]]"));
    file.pair("name", &group.name);
    for clause in &group.clauses {
        file.header(&format!("[[{name}.filter.clause]]"));
        file.pair("attribute", &clause.attribute);
        file.pair("operator", &clause.operator);
        let values: Vec<Value> = clause.values.iter().map(|value| value.as_str().into()).collect();
        file.raw("values", Value::Array(values));
    }
}

struct Printer {
    text: String,
}

impl Printer {
    fn comment(&mut self, comment: &str) {
        self.line(format_args!("# {comment}"));
    }

    fn table(&mut self, name: &str, comment: &str) {
        self.line(format_args!(""));
        self.comment(comment);
        self.line(format_args!("[{name}]"));
    }

    fn header(&mut self, header: &str) {
        self.line(format_args!(""));
        self.line(format_args!("{header}"));
    }

    fn pair(&mut self, key: &str, text: &str) {
        self.raw(key, Value::from(text));
    }

    fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.pair(key, text);
        }
    }

    fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        self.line(format_args!("{key} = {value}"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("writing to a text cannot fail");
    }
}
