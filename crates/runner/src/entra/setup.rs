//! Making the job, and its settings: scope, notices and the limit of deletions.
//!
//! They are kept among the credentials, and `PUT` replaces all of them (Microsoft Learn, "Add synchronization
//! secrets"), so they are written before anybody authorises. Afterwards Graph shows tokens only as `*`.

use serde_json::{Map, Value, json};
use usher_auth::Secret;
use usher_graph::{
    Graph, GraphErrorKind, JobId, ScheduleState, SecretKey, SecretPair, ServicePrincipalId, SyncJob,
    SyncTemplate,
};
use usher_mapping::Profile;

use super::{EntraError, JobAt, application, credentials};
use crate::config::Connection;

/// What a set-up finds and would do.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The enterprise application.
    pub application: ServicePrincipalId,
    /// The synchronization template that fits it.
    pub template: SyncTemplate,
    /// The job, where there is one.
    pub job: Option<SyncJob>,
    /// Settings that differ.
    pub settings: Vec<Setting>,
    /// Keys whose values Graph hides: somebody has authorised, or entered a token.
    pub hidden: Vec<String>,
    /// What a person should know.
    pub notes: Vec<Note>,
    /// The whole set as it would be sent; hidden values are never part of it.
    set: Vec<SecretPair>,
}

impl Setup {
    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.job.is_some() && self.settings.is_empty()
    }

    /// Whether doing it drops an authorisation.
    #[must_use]
    pub fn drops_credentials(&self) -> bool {
        !self.settings.is_empty() && !self.hidden.is_empty()
    }
}

/// A setting that differs from what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `SyncAll` or `SyncNotificationSettings`.
    pub key: &'static str,
    /// As Graph shows it.
    pub before: Option<String>,
    /// As it is wanted.
    pub after: String,
}

/// What a person should know about a set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Nobody hears of failures: Microsoft asks for an address with the limit of deletions.
    NobodyIsTold,
    /// How several addresses are separated is not documented.
    SeveralAddresses,
    /// A smaller scope counts after a restart only (Microsoft Learn, "Known issues for provisioning").
    RestartForScope,
}

/// Whether stored credentials may be dropped by a change of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// No: refuse instead.
    Keep,
    /// Yes: a person will authorise again if they are lost.
    MayDrop,
}

/// What became of stored credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was sent that could have touched them.
    Untouched,
    /// They still work.
    Work,
    /// They no longer work: somebody has to authorise again. With Graph's own words.
    Lost(String),
}

/// A set-up that was carried out.
#[derive(Debug, Clone)]
pub struct Done {
    /// The job.
    pub at: JobAt,
    /// Whether it was made now.
    pub made: bool,
    /// Settings that were written.
    pub settings: Vec<Setting>,
    /// What became of stored credentials.
    pub credentials: Kept,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// Finds out what is there and what is missing. Writes nothing.
pub async fn plan_setup(graph: &Graph, connection: &Connection) -> Result<Setup, EntraError> {
    let (application, template, job) = place(graph, connection).await?;
    let secrets = graph.sync_secrets(&application).await?;
    let hidden = secrets.iter().filter(|pair| pair.is_masked()).map(|pair| pair.key.0.clone()).collect();
    let settings = differing(connection, &secrets);
    let mut notes = Vec::new();
    match connection.notice.email.len() {
        0 => notes.push(Note::NobodyIsTold),
        1 => {}
        _ => notes.push(Note::SeveralAddresses),
    }
    let narrower = settings.iter().any(|setting| {
        let was_all = setting.before.as_deref().is_some_and(|before| before.eq_ignore_ascii_case("true"));
        setting.key == SecretKey::SYNC_ALL && was_all
    });
    if narrower && job.as_ref().is_some_and(|job| job.status.last_execution.is_some()) {
        notes.push(Note::RestartForScope);
    }
    let set = whole(&secrets, &settings);
    Ok(Setup { application, template, job, settings, hidden, notes, set })
}

/// The application, the template that fits it, and the job, where there is one.
pub(super) async fn place(
    graph: &Graph,
    connection: &Connection,
) -> Result<(ServicePrincipalId, SyncTemplate, Option<SyncJob>), EntraError> {
    let application = application(connection)?;
    let template = template(graph, &application, connection.profile).await?;
    let job = find_job(graph, &application, &template).await?;
    Ok((application, template, job))
}

/// Makes the job unless there is one, and writes the settings that differ.
///
/// With [`Credentials::Keep`] nothing at all is written when that could drop an authorisation.
pub async fn apply_setup(
    graph: &Graph,
    connection: &Connection,
    credentials: Credentials,
) -> Result<Done, EntraError> {
    // Looked at anew, so that what is sent whole is never older than a moment.
    let setup = plan_setup(graph, connection).await?;
    if setup.drops_credentials() && credentials == Credentials::Keep {
        let settings = setup.settings.iter().map(|setting| setting.key).collect();
        return Err(EntraError::WouldDropCredentials { settings, hidden: setup.hidden });
    }
    let touches = setup.drops_credentials();
    let (job, made) = match setup.job {
        Some(job) => (job.id, false),
        None => (make_job(graph, &setup.application, &setup.template).await?, true),
    };
    let at = JobAt { graph: graph.clone(), application: setup.application, job };
    if !setup.settings.is_empty() {
        graph.put_sync_secrets(&at.application, &setup.set).await?;
        let kept = differing(connection, &graph.sync_secrets(&at.application).await?);
        if !kept.is_empty() {
            let keys = kept.iter().map(|setting| setting.key).collect();
            return Err(EntraError::SettingsNotKept { keys });
        }
    }
    let credentials = if touches {
        match credentials::prove_authorization(&at).await {
            Ok(()) => Kept::Work,
            Err(EntraError::NotAuthorized { message }) => Kept::Lost(message),
            Err(error) => return Err(error),
        }
    } else {
        Kept::Untouched
    };
    Ok(Done { at, made, settings: setup.settings, credentials, notes: setup.notes })
}

/// The template that provisions to this kind of service provider, the application's usual one first.
async fn template(
    graph: &Graph,
    application: &ServicePrincipalId,
    profile: Profile,
) -> Result<SyncTemplate, EntraError> {
    let mut templates = graph.sync_templates(application).await?;
    templates.sort_by_key(|template| !template.default);
    let mut found = Vec::new();
    for template in templates {
        let schema = graph.template_schema(application, &template.id).await?;
        let targets = targets(&schema);
        if fits(&targets, profile) {
            return Ok(template);
        }
        found.extend(targets);
    }
    Err(EntraError::NoTemplate { found })
}

/// The target directories of a schema's rules for people.
fn targets(schema: &Value) -> Vec<String> {
    let rules = schema.get("synchronizationRules").and_then(Value::as_array);
    let about_people = |rule: &&Value| {
        let mappings = rule.get("objectMappings").and_then(Value::as_array);
        mappings.into_iter().flatten().any(|mapping| {
            let name = mapping.get("sourceObjectName").and_then(Value::as_str);
            name.is_some_and(|name| name.eq_ignore_ascii_case("user"))
        })
    };
    let target = |rule: &Value| Some(rule.get("targetDirectoryName")?.as_str()?.to_owned());
    rules.into_iter().flatten().filter(about_people).filter_map(target).collect()
}

/// Any service provider may stand behind the profile for any; the others are GoTo's, whose predecessor's gallery entry
/// was called LogMeIn (Microsoft Learn, "Configure LogMeIn for automatic user provisioning").
fn fits(targets: &[String], profile: Profile) -> bool {
    let goto = |name: &String| {
        let name = name.to_lowercase();
        name.contains("goto") || name.contains("logmein")
    };
    match profile {
        Profile::Scim => !targets.is_empty(),
        Profile::Goto | Profile::Gotomeeting => targets.iter().any(goto),
    }
}

/// The job that was made from the template. Of several, one that runs counts first.
async fn find_job(
    graph: &Graph,
    application: &ServicePrincipalId,
    template: &SyncTemplate,
) -> Result<Option<SyncJob>, EntraError> {
    let mut jobs = graph.sync_jobs(application).await?;
    // Stable: Graph's own order decides among equals.
    jobs.sort_by_key(|job| job.schedule.state != ScheduleState::Active);
    Ok(jobs.into_iter().find(|job| job.template_id.as_ref() == Some(&template.id)))
}

async fn make_job(
    graph: &Graph,
    application: &ServicePrincipalId,
    template: &SyncTemplate,
) -> Result<JobId, EntraError> {
    match graph.create_sync_job(application, &template.id).await {
        Ok(job) => Ok(job.id),
        // It may have been made all the same, and a second one would provision the same people twice.
        Err(error) if matches!(error.kind, GraphErrorKind::LostReply | GraphErrorKind::Conflict) => {
            match find_job(graph, application, template).await? {
                Some(job) => Ok(job.id),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Settings whose value is not what the connection wants.
fn differing(connection: &Connection, secrets: &[SecretPair]) -> Vec<Setting> {
    let shown =
        |key: &str| secrets.iter().find(|pair| pair.key.0 == key).map(|pair| pair.value.expose().to_owned());
    let mut settings = Vec::new();
    let before = shown(SecretKey::SYNC_ALL);
    let after = if connection.scope.assigned_only { "false" } else { "true" };
    if !before.as_deref().is_some_and(|before| before.eq_ignore_ascii_case(after)) {
        settings.push(Setting { key: SecretKey::SYNC_ALL, before, after: after.to_owned() });
    }
    let before = shown(SecretKey::SYNC_NOTIFICATION_SETTINGS);
    let known: Map<String, Value> =
        before.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let wanted = notice(connection, known.clone());
    if wanted != known {
        let after = Value::Object(wanted).to_string();
        settings.push(Setting { key: SecretKey::SYNC_NOTIFICATION_SETTINGS, before, after });
    }
    settings
}

/// Notices and limit; other keys stay as they are. The limit is the count of our own guard, so that both runners stop
/// at the same number.
fn notice(connection: &Connection, mut known: Map<String, Value>) -> Map<String, Value> {
    let notice = &connection.notice;
    let limit = connection.guards.people_losing_access.count;
    known.insert("Enabled".into(), json!(notice.on_failure && !notice.email.is_empty()));
    known.insert("Recipients".into(), json!(notice.email.join(";")));
    known.insert("DeleteThresholdEnabled".into(), json!(true));
    known.insert("DeleteThresholdValue".into(), json!(limit));
    known
}

/// The whole set to send: what is there and not hidden, with the settings that differ.
fn whole(secrets: &[SecretPair], settings: &[Setting]) -> Vec<SecretPair> {
    let changes = |pair: &&SecretPair| settings.iter().any(|setting| setting.key == pair.key.0);
    let kept = secrets.iter().filter(|pair| !pair.is_masked() && !changes(pair)).cloned();
    let new = settings.iter().map(|setting| SecretPair::new(setting.key, Secret::new(setting.after.clone())));
    kept.chain(new).collect()
}
