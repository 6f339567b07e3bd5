//! `Item`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Item".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The value at an index, counted from 1. Out of range is an error (Microsoft Learn, "Attribute mapping expressions in
/// Microsoft Entra Cloud Sync", section "Item"); an absent attribute gives null (register Q-05).
pub(super) static ITEM: Function = Function {
    name: "Item",
    parameters: &[required("attribute"), required("index")],
    repeating: 0,
    summary: "One of several values, counted from 1.",
    example: r#"Item([proxyAddresses], 1)"#,
    code: Code::Body(item),
};

fn item<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let mut values = arguments.values(0)?;
    if values.is_empty() {
        return Ok(Value::Null);
    }
    let Some(index) = arguments.integer(1)? else { return absent() };
    let at = index.checked_sub(1).and_then(|at| usize::try_from(at).ok()).filter(|at| *at < values.len());
    let at = at.ok_or_else(|| arguments.refuse(1, "the index of a value, from 1"))?;
    Ok(Value::Text(values.swap_remove(at)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Item([many], 2)"#, r#""q""#),
            (r#"Item([a], "1")"#, r#""x""#),
            (r#"Item([many], 3)"#, r#"error"#),
            (r#"Item([many], 0)"#, r#"error"#),
            (r#"Item([none], 1)"#, r#"null"#),
        ]);
    }
}
