//! `ConvertToBase64`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "ConvertToBase64".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Base64 of the UTF-16 little-endian bytes, which .NET calls Unicode. An absent value gives null (register Q-05).
pub(super) static CONVERT_TO_BASE64: Function = Function {
    name: "ConvertToBase64",
    parameters: &[required("source")],
    repeating: 0,
    summary: "The text in Base64, of its UTF-16 form.",
    example: r#"ConvertToBase64([givenName])"#,
    code: Code::Body(convert_to_base64),
};

fn convert_to_base64<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return absent() };
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(Value::owned(STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"ConvertToBase64("Hello world!")"#, r#""SABlAGwAbABvACAAdwBvAHIAbABkACEA""#),
            (r#"ConvertToBase64("A")"#, r#""QQA=""#),
            (r#"ConvertToBase64("")"#, r#""""#),
            (r#"ConvertToBase64([none])"#, r#"null"#),
        ]);
    }
}
