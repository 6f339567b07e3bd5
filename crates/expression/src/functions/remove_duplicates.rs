//! `RemoveDuplicates`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "RemoveDuplicates".

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Several values without repetitions. An absent attribute stays null (register Q-05).
pub(super) static REMOVE_DUPLICATES: Function = Function {
    name: "RemoveDuplicates",
    parameters: &[required("attribute")],
    repeating: 0,
    summary: "Several values, each of them once.",
    example: r#"RemoveDuplicates([proxyAddresses])"#,
    code: Code::Body(remove_duplicates),
};

fn remove_duplicates<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    match arguments.value(0)? {
        Value::Multi(values) => Ok(Value::Multi(distinct(values))),
        value => Ok(value),
    }
}

/// Register Q-17: the first one stays, and case counts; no page says either.
fn distinct(mut values: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
    values
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"RemoveDuplicates(Split("b,a,b,B", ","))"#, r#"["b", "a", "B"]"#),
            (r#"RemoveDuplicates([a])"#, r#""x""#),
            (r#"RemoveDuplicates([none])"#, r#"null"#),
        ]);
    }
}
