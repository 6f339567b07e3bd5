//! The licence of every dependency, Rust and npm, against one list.

use crate::peers;
use crate::step::step;
use anyhow::{Result, bail};
use spdx::{Expression, LicenseItem};

/// Licences that may be distributed with Usher, or used to build it. Copyleft beyond the file is not among them.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "OFL-1.1",
    "OpenSSL",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

/// Checks both package lists.
pub fn check() -> Result<()> {
    step(
        "Licences",
        "replace the dependency, or discuss its licence and add it to xtask/src/licences.rs",
        || {
            let mut refused = Vec::new();
            for manifest in ["Cargo.toml", "bench/Cargo.toml", "fuzz/Cargo.toml"] {
                refused.extend(rust(manifest)?);
            }
            for folder in peers::NPM.iter().chain(&["ui"]) {
                refused.extend(npm(&format!("{folder}/package-lock.json"))?);
            }
            if refused.is_empty() {
                return Ok(());
            }
            bail!("not on the list:\n  {}", refused.join("\n  "))
        },
    )
}

fn rust(manifest: &str) -> Result<Vec<String>> {
    let metadata = cargo_metadata::MetadataCommand::new().manifest_path(manifest).exec()?;
    let mut refused = Vec::new();
    for package in &metadata.packages {
        let licence = package.license.as_deref().unwrap_or("");
        if !allowed(licence) {
            refused.push(format!("{} {}: {licence:?}", package.name, package.version));
        }
        let banned = ["openssl-sys", "native-tls"];
        if banned.contains(&package.name.as_str()) {
            refused.push(format!("{}: TLS is rustls here, and nothing else", package.name));
        }
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        if source.is_some_and(|source| !source.starts_with("registry+")) {
            refused.push(format!("{}: not from the registry", package.name));
        }
    }
    Ok(refused)
}

fn npm(path: &str) -> Result<Vec<String>> {
    let lock: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let packages = lock["packages"].as_object().cloned().unwrap_or_default();
    let mut refused = Vec::new();
    for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        // The lock of some old packages has no licence field; node_modules has it in one of two older forms.
        let licence =
            package["license"].as_str().map(str::to_owned).or_else(|| installed_licence(path, name));
        let licence = licence.unwrap_or_default();
        if !allowed(&licence) {
            refused.push(format!("{name} (npm): {licence:?}"));
        }
    }
    Ok(refused)
}

fn installed_licence(lock: &str, name: &str) -> Option<String> {
    let folder = std::path::Path::new(lock).parent()?;
    let text = std::fs::read_to_string(folder.join(name).join("package.json")).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    let field = package.get("license").or_else(|| package.get("licenses")?.get(0))?;
    field.as_str().or_else(|| field.get("type")?.as_str()).map(str::to_owned)
}

fn allowed(licence: &str) -> bool {
    // Crates of before 2018 write `MIT/Apache-2.0`.
    let Ok(expression) = Expression::parse_mode(&licence.replace('/', " OR "), spdx::ParseMode::LAX) else {
        return false;
    };
    expression.evaluate(|requirement| match &requirement.license {
        LicenseItem::Spdx { id, .. } => ALLOWED.contains(&id.name),
        LicenseItem::Other(_) => false,
    })
}
