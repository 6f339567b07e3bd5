//! Between the stored configuration and what the window edits.

use sha2::{Digest as _, Sha256};
use url::Url;
use usher_mapping::{Actions, Apply, AttributeMapping, ObjectMapping, Profile, Source};
use usher_plan::{Allowed, PeopleLosingAccess};
use usher_runner::config::{Connection, DialectChoice, MailSecurity, RunnerKind, Scope, Smtp};

use crate::connection_file::{is_host, is_mail_address};
use crate::connections::profile_word;
use crate::dto::{
    CommandError, DomainSettings, Draft, ErrorCode, GuardSettings, MailServer, MappingRow, MappingTable,
    Message, ObjectActions, Runner, SourceKind, StepId, TargetProfile,
};
use crate::loaded::{Loaded, Marks};
use crate::problem::error;
use crate::{scoping_trial, settings};

/// The steps in order.
pub(crate) const ALL_STEPS: [StepId; 11] = [
    StepId::SignIn,
    StepId::Plan,
    StepId::PrepareGoto,
    StepId::Application,
    StepId::People,
    StepId::Connect,
    StepId::UserAttributes,
    StepId::GroupAttributes,
    StepId::ScopingFilters,
    StepId::Preview,
    StepId::TurnOn,
];

/// Microsoft's clouds: sign-in, Graph and portal (Microsoft Learn, "National cloud deployments" and "National cloud
/// authentication").
const CLOUDS: [(&str, [&str; 3]); 4] = [
    (
        "worldwide",
        ["https://login.microsoftonline.com", "https://graph.microsoft.com", "https://entra.microsoft.com"],
    ),
    (
        "us-gov-l4",
        ["https://login.microsoftonline.us", "https://graph.microsoft.us", "https://entra.microsoft.us"],
    ),
    (
        "us-gov-l5",
        ["https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://entra.microsoft.us"],
    ),
    (
        "china",
        [
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn",
            "https://entra.microsoftonline.cn",
        ],
    ),
];

/// What the window edits.
pub(crate) fn of(loaded: &Loaded) -> Draft {
    let connection = &loaded.connection;
    let reviewed = |mark: &Option<String>, mapping: &ObjectMapping| mark.as_ref() == Some(&seen(mapping));
    Draft {
        name: connection.name.clone(),
        profile: profile_word(connection.profile),
        tenant: connection.source.tenant.clone(),
        cloud: cloud(connection).to_owned(),
        entra_client_id: connection.source.client_id.clone(),
        goto_client_id: connection.target.client_id.clone(),
        goto_redirect_port: connection.target.redirect_port,
        base_url: connection.target.base_url.to_string(),
        dialect: match connection.target.dialect {
            DialectChoice::Auto => "auto",
            DialectChoice::GotoV1 => "goto-v1",
            DialectChoice::Scim2 => "scim2",
        }
        .to_owned(),
        application: connection.scope.application.clone(),
        assigned_only: connection.scope.assigned_only,
        ring: connection.scope.ring.as_ref().map(|ids| ids.iter().cloned().collect()),
        planned: loaded.marks.planned,
        other_writers: loaded.marks.other_writers,
        runner: runner(connection.runner.kind),
        interval_minutes: connection.runner.interval_minutes,
        guards: GuardSettings {
            people_count: connection.guards.people_losing_access.count,
            people_percent: connection.guards.people_losing_access.percent,
            people_at_least: connection.guards.people_losing_access.at_least,
            create: connection.guards.users.create,
            update: connection.guards.users.update,
            disable: connection.guards.users.disable,
            delete: connection.guards.users.delete,
            protected: connection.guards.protected.clone(),
        },
        notice_email: connection.notice.email.clone(),
        notice_on_failure: connection.notice.on_failure,
        mail_server: mail_server(connection),
        domain: DomainSettings {
            name: connection.domain.name.clone(),
            code: connection.domain.code.clone(),
            received: connection.domain.received.clone().unwrap_or_default(),
            confirmed: connection.domain.confirmed,
        },
        users: table(&connection.mappings.users),
        groups: table(&connection.mappings.groups),
        user_filters: scoping_trial::filters(&connection.mappings.users.scope),
        group_filters: scoping_trial::filters(&connection.mappings.groups.scope),
        users_reviewed: reviewed(&loaded.marks.users_reviewed, &connection.mappings.users),
        groups_reviewed: reviewed(&loaded.marks.groups_reviewed, &connection.mappings.groups),
    }
}

fn mail_server(connection: &Connection) -> MailServer {
    let usual = MailSecurity::StartTls;
    match &connection.notice.smtp {
        Some(smtp) => MailServer {
            server: smtp.server.clone(),
            port: smtp.port,
            security: smtp.security.word().to_owned(),
            user: smtp.user.clone(),
            from: smtp.from.clone(),
        },
        None => MailServer {
            server: String::new(),
            port: usual.port(),
            security: usual.word().to_owned(),
            user: String::new(),
            from: String::new(),
        },
    }
}

/// The mail server as it was typed; a reference to its password stays as it is.
fn smtp(before: Option<Smtp>, typed: &MailServer) -> Result<Option<Smtp>, CommandError> {
    let server = typed.server.trim();
    if server.is_empty() {
        return Ok(None);
    }
    let invalid = |id: &str| error(ErrorCode::Invalid, Message::new(id));
    let security = MailSecurity::ALL.iter().find(|(word, _)| *word == typed.security);
    let &(_, security) = security.ok_or_else(|| invalid("error-mail-server"))?;
    if !is_host(server) || typed.port == 0 {
        return Err(invalid("error-mail-server"));
    }
    if !is_mail_address(typed.from.trim()) {
        let message = Message::new("error-mail-address").text("address", typed.from.trim());
        return Err(error(ErrorCode::Invalid, message));
    }
    let smtp = Smtp {
        server: server.to_owned(),
        port: typed.port,
        security,
        user: typed.user.trim().to_owned(),
        from: typed.from.trim().to_owned(),
        password: before.and_then(|smtp| smtp.password),
    };
    if security == MailSecurity::None && !smtp.is_loopback() {
        return Err(invalid("error-mail-unprotected"));
    }
    Ok(Some(smtp))
}

fn cloud(connection: &Connection) -> &'static str {
    if connection.practice {
        return "practice";
    }
    let graph = connection.source.graph.host_str();
    let same = |address: &str| Url::parse(address).ok().as_ref().and_then(Url::host_str) == graph;
    CLOUDS.iter().find(|(_, [_, address, _])| same(address)).map_or("other", |(name, _)| name)
}

/// Whether a host is the sign-in service or the portal of one of Microsoft's clouds.
pub(crate) fn is_cloud_page(host: &str) -> bool {
    let same = |address: &str| Url::parse(address).ok().as_ref().and_then(Url::host_str) == Some(host);
    CLOUDS.iter().any(|(_, [login, _, portal])| same(login) || same(portal))
}

pub(crate) fn runner(kind: RunnerKind) -> Runner {
    match kind {
        RunnerKind::Entra => Runner::Entra,
        RunnerKind::Local => Runner::Local,
    }
}

pub(crate) fn profile(profile: TargetProfile) -> Profile {
    match profile {
        TargetProfile::Goto => Profile::Goto,
        TargetProfile::Gotomeeting => Profile::Gotomeeting,
        TargetProfile::Scim => Profile::Scim,
    }
}

/// A mapping table for the window.
pub(crate) fn table(mapping: &ObjectMapping) -> MappingTable {
    let rows = mapping.attributes.iter().map(|row| {
        let (kind, value) = match &row.source {
            Source::Attribute(name) => (SourceKind::Attribute, name.clone()),
            Source::Constant(text) => (SourceKind::Constant, text.clone()),
            Source::Expression(text) => (SourceKind::Expression, text.clone()),
            Source::None => (SourceKind::None, String::new()),
        };
        MappingRow {
            target: row.target.clone(),
            kind,
            value,
            default_value: row.default_value.clone().unwrap_or_default(),
            matching: row.matching.unwrap_or(0),
            only_during_creation: row.apply == Apply::OnlyDuringCreation,
        }
    });
    let Actions { create, update, delete } = mapping.actions;
    let actions = ObjectActions { create, update, delete };
    MappingTable { enabled: mapping.enabled, actions, rows: rows.collect() }
}

fn take_table(mapping: &mut ObjectMapping, table: &MappingTable) {
    mapping.enabled = table.enabled;
    let ObjectActions { create, update, delete } = table.actions;
    mapping.actions = Actions { create, update, delete };
    // The window knows two of the three ways to apply a row; the third stays where it was.
    let adds_only: Vec<String> = mapping
        .attributes
        .iter()
        .filter(|row| row.apply == Apply::AddsOnly)
        .map(|row| row.target.clone())
        .collect();
    let kept = |taken: AttributeMapping| match taken.apply {
        Apply::Always if adds_only.contains(&taken.target) => {
            AttributeMapping { apply: Apply::AddsOnly, ..taken }
        }
        _ => taken,
    };
    mapping.attributes = table.rows.iter().map(|taken| kept(row(taken))).collect();
}

/// A row as the window has it.
pub(crate) fn row(row: &MappingRow) -> AttributeMapping {
    AttributeMapping {
        target: row.target.clone(),
        source: match row.kind {
            SourceKind::Attribute => Source::Attribute(row.value.clone()),
            SourceKind::Constant => Source::Constant(row.value.clone()),
            SourceKind::Expression => Source::Expression(row.value.clone()),
            SourceKind::None => Source::None,
        },
        default_value: Some(row.default_value.clone()).filter(|value| !value.is_empty()),
        matching: Some(row.matching).filter(|precedence| *precedence > 0),
        apply: if row.only_during_creation { Apply::OnlyDuringCreation } else { Apply::Always },
    }
}

/// Takes the window's draft over. Addresses of the practice world and references to secrets stay as they are.
pub(crate) fn take(connection: &mut Connection, draft: &Draft) -> Result<(), CommandError> {
    let invalid = |id: &str| error(ErrorCode::Invalid, Message::new(id));
    let (name, tenant) = (settings::name(&draft.name)?, settings::tenant(&draft.tenant)?);
    if !(15..=1440).contains(&draft.interval_minutes) {
        return Err(invalid("error-interval"));
    }
    // An empty ring could mean nobody or everybody.
    if draft.ring.as_ref().is_some_and(Vec::is_empty) {
        return Err(invalid("error-ring-empty"));
    }
    if !(1..=10_000).contains(&draft.guards.people_count) || draft.guards.people_percent > 100 {
        return Err(invalid("error-guard-range"));
    }
    let before = connection.clone();
    name.clone_into(&mut connection.name);
    tenant.clone_into(&mut connection.source.tenant);
    draft.entra_client_id.trim().clone_into(&mut connection.source.client_id);
    draft.goto_client_id.trim().clone_into(&mut connection.target.client_id);
    connection.target.redirect_port = draft.goto_redirect_port;
    if !connection.practice {
        if let Some((_, [login, graph, portal])) = CLOUDS.iter().find(|(name, _)| *name == draft.cloud) {
            let address = |text: &str| Url::parse(text).map_err(|_| invalid("error-address-form"));
            connection.source.login = address(login)?;
            connection.source.graph = address(graph)?;
            connection.source.portal = address(portal)?;
        }
        let base = Url::parse(draft.base_url.trim()).map_err(|_| invalid("error-address-form"))?;
        usher_auth::Origin::of(&base).map_err(|_| invalid("error-address-form"))?;
        connection.target.base_url = base;
    }
    connection.target.dialect = match draft.dialect.as_str() {
        "auto" => DialectChoice::Auto,
        "goto-v1" => DialectChoice::GotoV1,
        "scim2" => DialectChoice::Scim2,
        _ => return Err(invalid("error-dialect")),
    };
    draft.application.clone_into(&mut connection.scope.application);
    connection.scope.assigned_only = draft.assigned_only;
    connection.scope.ring = draft.ring.as_ref().map(|ids| ids.iter().cloned().collect());
    connection.runner.kind = match draft.runner {
        Runner::Entra => RunnerKind::Entra,
        Runner::Local => RunnerKind::Local,
    };
    connection.runner.interval_minutes = draft.interval_minutes;
    connection.guards.people_losing_access = PeopleLosingAccess {
        count: draft.guards.people_count,
        percent: draft.guards.people_percent,
        at_least: draft.guards.people_at_least,
    };
    connection.guards.users = Allowed {
        create: draft.guards.create,
        update: draft.guards.update,
        disable: draft.guards.disable,
        delete: draft.guards.delete,
    };
    connection.notice.email = draft
        .notice_email
        .iter()
        .map(|address| address.trim().to_owned())
        .filter(|address| !address.is_empty())
        .collect();
    connection.notice.on_failure = draft.notice_on_failure;
    connection.notice.smtp = smtp(connection.notice.smtp.take(), &draft.mail_server)?;
    draft.domain.name.trim().to_lowercase().clone_into(&mut connection.domain.name);
    draft.domain.code.trim().clone_into(&mut connection.domain.code);
    connection.domain.received = Some(draft.domain.received.clone()).filter(|at| !at.is_empty());
    // A confirmation speaks of one domain and one code.
    let same_domain =
        before.domain.name == connection.domain.name && before.domain.code == connection.domain.code;
    connection.domain.confirmed = draft.domain.confirmed && (same_domain || before.domain.name.is_empty());
    take_table(&mut connection.mappings.users, &draft.users);
    take_table(&mut connection.mappings.groups, &draft.groups);
    connection.mappings.users.scope = scoping_trial::groups(&draft.user_filters);
    connection.mappings.groups.scope = scoping_trial::groups(&draft.group_filters);
    Ok(())
}

/// What was confirmed, bound to what was seen.
pub(crate) fn marks(draft: &Draft, connection: &Connection) -> Result<Marks, CommandError> {
    let mark = |reviewed: bool, mapping: &ObjectMapping| reviewed.then(|| seen(mapping));
    Ok(Marks {
        planned: draft.planned,
        users_reviewed: mark(draft.users_reviewed, &connection.mappings.users),
        groups_reviewed: mark(draft.groups_reviewed, &connection.mappings.groups),
        other_writers: draft.other_writers,
    })
}

/// Digest of a table as a person saw it.
fn seen(mapping: &ObjectMapping) -> String {
    let text = serde_json::to_string(mapping).unwrap_or_default();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn is_reviewed(mark: Option<&String>, mapping: &ObjectMapping) -> bool {
    mark == Some(&seen(mapping))
}

/// The steps that are done as far as it can be told without asking anybody: for cards. The pages ask.
pub(crate) fn steps_done(loaded: &Loaded, ever_on: bool) -> Vec<StepId> {
    let connection = &loaded.connection;
    let marks = &loaded.marks;
    let done = |step: &StepId| match step {
        StepId::SignIn => !connection.source.client_id.is_empty() && !connection.source.tenant.is_empty(),
        StepId::Plan => marks.planned,
        StepId::PrepareGoto => connection.domain.confirmed,
        StepId::Application | StepId::People => !connection.scope.application.is_empty(),
        StepId::Connect => !connection.target.client_id.is_empty() || connection.target.token.is_some(),
        StepId::UserAttributes => is_reviewed(marks.users_reviewed.as_ref(), &connection.mappings.users),
        StepId::GroupAttributes => is_reviewed(marks.groups_reviewed.as_ref(), &connection.mappings.groups),
        StepId::ScopingFilters => true,
        StepId::Preview | StepId::TurnOn => ever_on,
    };
    ALL_STEPS.into_iter().filter(done).collect()
}

/// What the draft changes of what runs, one sentence each.
pub(crate) fn differences(live: &Connection, draft: &Connection) -> Vec<Message> {
    let mut found = Vec::new();
    let mut note = |differs: bool, id: &str| {
        if differs {
            found.push(Message::new(id));
        }
    };
    note(live.name != draft.name, "not-live-name");
    note(live.source != draft.source, "not-live-entra");
    note(live.target != draft.target, "not-live-target");
    let scope = |one: &Connection| Scope { ring: None, ..one.scope.clone() };
    note(scope(live) != scope(draft), "not-live-scope");
    note(live.scope.ring != draft.scope.ring, "not-live-ring");
    note(live.runner != draft.runner, "not-live-runner");
    note(live.guards != draft.guards, "not-live-guards");
    note(live.notice != draft.notice, "not-live-notice");
    note(live.mappings.users != draft.mappings.users, "not-live-users");
    note(live.mappings.groups != draft.mappings.groups, "not-live-groups");
    found
}
