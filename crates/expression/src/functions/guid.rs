//! `Guid`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Guid".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function};
use crate::evaluate::Stop;
use crate::value::Value;

/// A new random GUID (version 4) in lower case.
///
/// A preview has nothing to draw from and shows a placeholder. Use it in mappings that apply only during creation: every
/// cycle draws another one.
pub(super) static GUID: Function = Function {
    name: "Guid",
    parameters: &[],
    repeating: 0,
    summary: "A new random GUID.",
    example: r#"Guid()"#,
    code: Code::Body(guid),
};

fn guid<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let mut draw = arguments.draw();
    let mut bytes: [u8; 16] = std::array::from_fn(|_| draw.byte());
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(Value::owned(parts.join("-")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Guid()"#, r#""Guid()""#),
            (r#"Append(Guid(), "-x")"#, r#""Append(Guid(), \"-x\")""#),
            (r#"IIF([a] = "y", Guid(), [a])"#, r#""x""#),
        ]);
    }
}
