//! `ConvertToUTF8Hex`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "ConvertToUTF8Hex".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Upper-case hexadecimal digits of the UTF-8 bytes, without separators. An absent value gives null (register Q-05).
pub(super) static CONVERT_TO_UTF8_HEX: Function = Function {
    name: "ConvertToUTF8Hex",
    parameters: &[required("source")],
    repeating: 0,
    summary: "The UTF-8 bytes of the text as hexadecimal digits.",
    example: r#"ConvertToUTF8Hex([objectId])"#,
    code: Code::Body(convert_to_utf8_hex),
};

fn convert_to_utf8_hex<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return absent() };
    Ok(Value::owned(text.bytes().map(|byte| format!("{byte:02X}")).collect()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"ConvertToUTF8Hex("Hello world!")"#, r#""48656C6C6F20776F726C6421""#),
            (r#"ConvertToUTF8Hex("é")"#, r#""C3A9""#),
            (r#"ConvertToUTF8Hex([none])"#, r#"null"#),
        ]);
    }
}
