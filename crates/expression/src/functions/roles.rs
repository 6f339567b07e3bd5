//! App roles, which the source gives as the values of one attribute.

use std::borrow::Cow;

use crate::arguments::Arguments;
use crate::evaluate::Stop;
use crate::value::Value;

/// The texts of the assigned roles. The source gives each role by its value, or by its display name where it has no
/// value (register Q-06: no page says which of the two it is).
pub(super) fn texts<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Vec<Cow<'v, str>>, Stop> {
    let mut roles = arguments.values(0)?;
    roles.retain(|role| !role.is_empty());
    Ok(roles)
}

/// All assigned roles; null when there is none.
pub(super) fn all<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let roles = texts(arguments)?;
    Ok(if roles.is_empty() { Value::Null } else { Value::Multi(roles) })
}
