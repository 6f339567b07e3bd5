//! Any JSON as a schema document: read, written back without a change, and changed in one place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use usher_mapping::{SchemaDocument, Source};

fuzz_target!(|text: &str| {
    let Ok(raw) = serde_json::from_str::<Json>(text) else { return };
    let Ok(mut document) = SchemaDocument::new(raw.clone()) else { return };
    let Ok((mut mappings, _)) = document.mappings() else { return };
    // Nothing changed, nothing is touched.
    assert_eq!(document.write(&mappings), Ok(false));
    assert_eq!(document.raw(), &raw);
    let Some(row) = mappings.users.attributes.first_mut() else { return };
    row.source = Source::Constant("another \"one\"".into());
    row.default_value = Some("x".into());
    mappings.users.enabled = !mappings.users.enabled;
    assert_eq!(document.write(&mappings), Ok(true));
    let (read, _) = document.mappings().expect("what was written is read");
    assert_eq!(read.users, mappings.users);
    assert_eq!(document.write(&mappings), Ok(false));
});
