//! The schema of a job, kept whole: fields that this program does not know survive the round trip.

use http::Method;
use serde_json::Value;

use crate::error::GraphError;
use crate::http::{Call, Graph};
use crate::ids::{JobId, ServicePrincipalId, SyncTemplateId};

impl Graph {
    /// The schema of a job, as it came.
    pub async fn sync_schema(&self, sp: &ServicePrincipalId, job: &JobId) -> Result<Value, GraphError> {
        self.json(Call::get(self.sync_url(sp, &["jobs", job.as_str(), "schema"])).synchronization()).await
    }

    /// The schema of a template, as it came.
    pub async fn template_schema(
        &self,
        sp: &ServicePrincipalId,
        template: &SyncTemplateId,
    ) -> Result<Value, GraphError> {
        let url = self.sync_url(sp, &["templates", template.as_str(), "schema"]);
        self.json(Call::get(url).synchronization()).await
    }

    /// Replaces the whole schema; the service starts an initial cycle afterwards.
    pub async fn put_sync_schema(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
        schema: &Value,
    ) -> Result<(), GraphError> {
        let url = self.sync_url(sp, &["jobs", job.as_str(), "schema"]);
        let call = Call::new(Method::PUT, url, Some(schema.clone()));
        self.send(call.synchronization()).await.map(|_| ())
    }
}
