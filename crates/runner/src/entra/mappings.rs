//! The job's schema: our tables written into it, and read out of it. All that we do not know goes back unchanged.

use serde_json::Value;
use usher_mapping::{Finding, Mappings, SchemaDocument};

use super::{EntraError, JobAt};

/// Tables that were read from a job.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The tables.
    pub mappings: Mappings,
    /// What in the schema they cannot express.
    pub notes: Vec<Finding>,
}

/// What became of writing tables.
#[derive(Debug, Clone)]
pub struct Written {
    /// Whether anything was different and was written. The service then looks at everyone again.
    pub changed: bool,
    /// The schema as it was before, to be stored: [`restore_schema`] puts it back.
    pub backup: Value,
}

/// Reads the job's tables.
pub async fn import_mappings(at: &JobAt) -> Result<Imported, EntraError> {
    let document = SchemaDocument::new(read(at).await?)?;
    let (mappings, notes) = document.mappings()?;
    Ok(Imported { mappings, notes })
}

/// Writes the tables where they differ, touching nothing else, and reads them back.
pub async fn write_mappings(at: &JobAt, mappings: &Mappings) -> Result<Written, EntraError> {
    let backup = read(at).await?;
    let mut document = SchemaDocument::new(backup.clone())?;
    if !document.write(mappings)? {
        return Ok(Written { changed: false, backup });
    }
    let after = document.into_raw();
    read_only_rules(&backup, &after)?;
    at.graph.put_sync_schema(&at.application, &at.job, &without_context(after)).await?;
    // Written again, what was kept has no difference left.
    if SchemaDocument::new(read(at).await?)?.write(mappings)? {
        return Err(EntraError::SchemaNotKept);
    }
    Ok(Written { changed: true, backup })
}

/// Puts a schema back that [`write_mappings`] kept.
pub async fn restore_schema(at: &JobAt, backup: &Value) -> Result<(), EntraError> {
    Ok(at.graph.put_sync_schema(&at.application, &at.job, &without_context(backup.clone())).await?)
}

async fn read(at: &JobAt) -> Result<Value, EntraError> {
    Ok(at.graph.sync_schema(&at.application, &at.job).await?)
}

/// The address of the metadata is part of a reply, not of the schema.
fn without_context(mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("@odata.context");
    }
    schema
}

/// `editable: false` means that a rule must stay as it is (`synchronizationRule`).
fn read_only_rules(before: &Value, after: &Value) -> Result<(), EntraError> {
    let rules = |schema: &Value| schema["synchronizationRules"].as_array().cloned().unwrap_or_default();
    for (before, after) in rules(before).iter().zip(&rules(after)) {
        if before["editable"] == false && before != after {
            let rule = before["name"].as_str().unwrap_or_default().to_owned();
            return Err(EntraError::ReadOnlyRule { rule });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_that_is_read_only_must_stay_as_it_is() {
        let schema = |editable: bool, enabled: bool| {
            let rule =
                json!({ "name": "OUT", "editable": editable, "objectMappings": [{ "enabled": enabled }] });
            json!({ "synchronizationRules": [rule] })
        };
        assert!(read_only_rules(&schema(true, true), &schema(true, false)).is_ok());
        assert!(read_only_rules(&schema(false, true), &schema(false, true)).is_ok());
        let refused = read_only_rules(&schema(false, true), &schema(false, false));
        assert!(matches!(refused, Err(EntraError::ReadOnlyRule { rule }) if rule == "OUT"));
    }
}
