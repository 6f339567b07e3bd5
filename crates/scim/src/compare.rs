//! Comparison of values as SCIM sees them.

use serde_json::Value;

use crate::filter::CompareOp;

/// Whether case distinguishes the values of an attribute (`caseExact`, RFC 7643 section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseExact {
    /// `Ana` and `ana` are two values.
    Yes,
    /// They are the same value.
    No,
}

/// Whether two values are the same to SCIM.
///
/// A Boolean equals its text regardless of case: Microsoft Entra writes `"True"` where the schema says Boolean
/// (Microsoft Learn, "Known issues and resolutions with SCIM 2.0 protocol compliance"). Members of objects compare
/// without regard to order or to the case of their names; lists compare in order.
pub fn same(left: &Value, right: &Value, case: CaseExact) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => same_text(left, right, case),
        (Value::Bool(truth), Value::String(text)) | (Value::String(text), Value::Bool(truth)) => {
            text.eq_ignore_ascii_case(if *truth { "true" } else { "false" })
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right, case))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right
                        .iter()
                        .any(|(other, found)| other.eq_ignore_ascii_case(name) && same(value, found, case))
                })
        }
        _ => left == right,
    }
}

fn same_text(left: &str, right: &str, case: CaseExact) -> bool {
    match case {
        CaseExact::Yes => left == right,
        CaseExact::No => left == right || left.to_lowercase() == right.to_lowercase(),
    }
}

/// One operator of a filter; `Ne` is decided by the caller, who sees all values.
pub(crate) fn compare(found: &Value, op: CompareOp, wanted: &Value) -> bool {
    let texts = found.as_str().zip(wanted.as_str()).map(|(l, r)| (l.to_lowercase(), r.to_lowercase()));
    let order = match (&texts, found.as_f64(), wanted.as_f64()) {
        (Some((left, right)), _, _) => Some(left.cmp(right)),
        (None, Some(left), Some(right)) => left.partial_cmp(&right),
        _ => None,
    };
    match op {
        CompareOp::Eq => same(found, wanted, CaseExact::No),
        CompareOp::Ne => !same(found, wanted, CaseExact::No),
        CompareOp::Co => texts.is_some_and(|(left, right)| left.contains(&right)),
        CompareOp::Sw => texts.is_some_and(|(left, right)| left.starts_with(&right)),
        CompareOp::Ew => texts.is_some_and(|(left, right)| left.ends_with(&right)),
        CompareOp::Gt => order.is_some_and(|order| order.is_gt()),
        CompareOp::Ge => order.is_some_and(|order| order.is_ge()),
        CompareOp::Lt => order.is_some_and(|order| order.is_lt()),
        CompareOp::Le => order.is_some_and(|order| order.is_le()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn case_counts_only_where_the_schema_says_so() {
        assert!(same(&json!("Ana@Contoso.com"), &json!("ana@contoso.com"), CaseExact::No));
        assert!(!same(&json!("Ana@Contoso.com"), &json!("ana@contoso.com"), CaseExact::Yes));
        assert!(same(&json!("ÅSA"), &json!("åsa"), CaseExact::No));
    }

    #[test]
    fn a_boolean_equals_its_text() {
        assert!(same(&json!(true), &json!("True"), CaseExact::Yes));
        assert!(!same(&json!(false), &json!("True"), CaseExact::No));
        assert!(!same(&json!(1), &json!(true), CaseExact::No));
    }

    #[test]
    fn objects_compare_by_member_and_lists_by_place() {
        assert!(same(&json!({"a": 1, "B": 2}), &json!({"b": 2, "A": 1}), CaseExact::No));
        assert!(!same(&json!([1, 2]), &json!([2, 1]), CaseExact::No));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": 2}), CaseExact::No));
    }
}
