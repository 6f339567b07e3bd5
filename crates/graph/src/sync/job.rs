//! Synchronization templates and jobs.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::application::list_or_null;
use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph};
use crate::ids::{JobId, ServicePrincipalId, SyncTemplateId};
use crate::sync::status::{ScheduleState, SyncStatus, lenient};

/// A template that a job can be made from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncTemplate {
    /// Template id, what a new job wants.
    pub id: SyncTemplateId,
    /// Whether it is the application's usual one.
    #[serde(default)]
    pub default: bool,
    /// Text.
    pub description: Option<String>,
    /// Name inside Microsoft's service.
    pub factory_tag: Option<String>,
    /// Facts such as `IsOAuthEnabled`.
    #[serde(default, deserialize_with = "list_or_null")]
    pub metadata: Vec<MetadataEntry>,
}

/// One metadata entry of a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MetadataEntry {
    /// Name.
    pub key: String,
    /// Value, often JSON in a string.
    pub value: Option<String>,
}

impl SyncTemplate {
    /// A metadata value.
    pub fn fact(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|entry| entry.key == key)?.value.as_deref()
    }
}

/// A synchronization job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncJob {
    /// Job id.
    pub id: JobId,
    /// The template it was made from.
    pub template_id: Option<SyncTemplateId>,
    /// Whether and how often it runs.
    #[serde(default)]
    pub schedule: Schedule,
    /// How it is doing.
    #[serde(default)]
    pub status: SyncStatus,
    /// Named settings, read-only for us, such as `QuarantineTooManyDeletesThreshold`.
    #[serde(default, deserialize_with = "list_or_null")]
    pub synchronization_job_settings: Vec<JobSetting>,
}

/// A named setting of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobSetting {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Option<String>,
}

/// The schedule of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Schedule {
    /// ISO 8601 duration as text: a fresh job may carry ten million days, which fits no duration type.
    #[serde(default)]
    pub interval: String,
    /// On or off.
    #[serde(default, deserialize_with = "lenient")]
    pub state: ScheduleState,
}

/// What a restart forgets (`synchronizationJobRestartScope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetScope {
    /// Failures, so that they are not retried on their own.
    Escrows,
    /// The watermark: everyone is evaluated again.
    Watermark,
    /// The quarantine, for now.
    QuarantineState,
    /// All of it and the links between objects too.
    Full,
    /// Lets held-back deletions through; sent alone, and not part of `Full`.
    ForceDeletes,
}

impl ResetScope {
    fn as_str(self) -> &'static str {
        match self {
            Self::Escrows => "Escrows",
            Self::Watermark => "Watermark",
            Self::QuarantineState => "QuarantineState",
            Self::Full => "Full",
            Self::ForceDeletes => "ForceDeletes",
        }
    }
}

#[derive(Deserialize)]
struct List<T> {
    value: Vec<T>,
}

impl Graph {
    /// The templates that a job for this application can be made from.
    pub async fn sync_templates(&self, sp: &ServicePrincipalId) -> Result<Vec<SyncTemplate>, GraphError> {
        let list: List<_> = self.json(Call::get(self.sync_url(sp, &["templates"])).synchronization()).await?;
        Ok(list.value)
    }

    /// The jobs of an application.
    pub async fn sync_jobs(&self, sp: &ServicePrincipalId) -> Result<Vec<SyncJob>, GraphError> {
        let list: List<_> = self.json(Call::get(self.sync_url(sp, &["jobs"])).synchronization()).await?;
        Ok(list.value)
    }

    /// One job.
    pub async fn sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<SyncJob, GraphError> {
        self.json(Call::get(self.sync_url(sp, &["jobs", job.as_str()])).synchronization()).await
    }

    /// Makes a job; it is created switched off. After a lost reply list the jobs before trying again.
    pub async fn create_sync_job(
        &self,
        sp: &ServicePrincipalId,
        template: &SyncTemplateId,
    ) -> Result<SyncJob, GraphError> {
        let body = json!({ "templateId": template.as_str() });
        let call = Call::new(Method::POST, self.sync_url(sp, &["jobs"]), Some(body));
        self.json(call.synchronization().once()).await
    }

    /// Switches a job on; also lifts a quarantine. Not to be called while it runs: read the state first.
    pub async fn start_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        self.job_action(sp, job, "start", None).await
    }

    /// Switches a job off; a running cycle finishes first.
    pub async fn pause_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        self.job_action(sp, job, "pause", None).await
    }

    /// Restarts a job. Without a scope the service does what the portal's button does.
    pub async fn restart_sync_job(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        scope: &[ResetScope],
    ) -> Result<(), GraphError> {
        let scope: Vec<&str> = scope.iter().map(|part| part.as_str()).collect();
        let criteria = if scope.is_empty() { json!({}) } else { json!({ "resetScope": scope.join(", ") }) };
        self.job_action(sp, job, "restart", Some(json!({ "criteria": criteria }))).await
    }

    /// Deletes a job with all its state; one that is gone already counts as done.
    pub async fn delete_sync_job(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<(), GraphError> {
        let call = Call::new(Method::DELETE, self.sync_url(sp, &["jobs", job.as_str()]), None);
        match self.send(call.synchronization()).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == GraphErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn job_action(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        action: &str,
        body: Option<Value>,
    ) -> Result<(), GraphError> {
        let url = self.sync_url(sp, &["jobs", job.as_str(), action]);
        self.send(Call::new(Method::POST, url, body).synchronization()).await.map(|_| ())
    }
}
