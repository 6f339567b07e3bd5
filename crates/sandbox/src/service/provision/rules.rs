//! What the settings of a job mean: scope, the limit of deletions, who is left alone.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_mapping::Profile;
use usher_plan::{Allowed, BooleanForm, Guards, OutOfScope, Policy, RemovalLimit};

use crate::service::CycleRequest;

/// The limit of the portal's check box when no number is given (Microsoft Learn, "Enable accidental deletions
/// prevention").
const DEFAULT_LIMIT: u32 = 500;

/// The rules of one pass.
pub struct Rules {
    /// For the plan.
    pub policy: Policy,
    /// Everything is allowed that the mappings allow.
    pub guards: Guards,
    /// Everyone, whether assigned or not.
    pub everyone: bool,
}

/// Reads the rules of a pass.
pub fn rules(request: &CycleRequest, profile: Profile, limited: bool) -> Rules {
    let is = |key: &str, word: &str| {
        request.secrets.get(key).is_some_and(|value| value.eq_ignore_ascii_case(word))
    };
    let limit = if request.force_deletes || !limited { None } else { limit(&request.secrets) };
    let skip = is("SkipOutOfScopeDeletions", "true");
    let policy = Policy {
        removals: RemovalLimit::Threshold(limit),
        out_of_scope: if skip { OutOfScope::Leave } else { OutOfScope::Disable },
        // Text is published for the generic SCIM connector; GoTo's own one is the vendor's work and its interface
        // takes JSON Booleans.
        boolean: if profile == Profile::Goto { BooleanForm::Json } else { BooleanForm::Text },
        ..Policy::entra(profile)
    };
    let all = Allowed { create: true, update: true, disable: true, delete: true };
    let guards = Guards { users: all, groups: all, ..Guards::default() };
    Rules { policy, guards, everyone: is("SyncAll", "true") }
}

fn limit(secrets: &BTreeMap<String, String>) -> Option<u32> {
    let settings: Value = serde_json::from_str(secrets.get("SyncNotificationSettings")?).ok()?;
    if settings["DeleteThresholdEnabled"] != true {
        return None;
    }
    let value = settings["DeleteThresholdValue"].as_u64();
    Some(value.map_or(DEFAULT_LIMIT, |value| u32::try_from(value).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_only_when_it_is_switched_on() {
        let check = |text: &str, expected| {
            let secrets = BTreeMap::from([("SyncNotificationSettings".to_owned(), text.to_owned())]);
            assert_eq!(limit(&secrets), expected, "{text}");
        };
        check(r#"{"DeleteThresholdEnabled":true,"DeleteThresholdValue":7}"#, Some(7));
        check(r#"{"DeleteThresholdEnabled":true}"#, Some(500));
        check(r#"{"DeleteThresholdEnabled":false,"DeleteThresholdValue":7}"#, None);
        check("", None);
    }
}
