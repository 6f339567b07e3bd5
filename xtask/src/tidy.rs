//! What the compiler does not check: the architecture's arrows, file sizes, module docs, machine paths, leftovers.

use crate::step::{output, step};
use anyhow::{Result, bail};
use regex::Regex;
use std::collections::BTreeMap;

/// Who may know whom, directly. Everything else in the workspace is out of bounds.
const ARROWS: &[(&str, &[&str])] = &[
    ("usher-scim", &[]),
    ("usher-expression", &[]),
    ("usher-mapping", &["usher-expression", "usher-scim"]),
    ("usher-plan", &["usher-mapping", "usher-expression", "usher-scim"]),
    ("usher-engine", &["usher-plan", "usher-mapping", "usher-scim"]),
    ("usher-store", &[]),
    ("usher-auth", &[]),
    ("usher-graph", &["usher-auth"]),
    ("usher-goto", &["usher-auth", "usher-scim"]),
    (
        "usher-runner",
        &[
            "usher-engine",
            "usher-plan",
            "usher-mapping",
            "usher-expression",
            "usher-scim",
            "usher-store",
            "usher-graph",
            "usher-goto",
            "usher-auth",
        ],
    ),
    (
        "usher-commands",
        &[
            "usher-runner",
            "usher-engine",
            "usher-plan",
            "usher-mapping",
            "usher-expression",
            "usher-scim",
            "usher-store",
            "usher-graph",
            "usher-goto",
            "usher-auth",
        ],
    ),
    (
        "usher-sandbox",
        // Only its `service/provision`, the stand-in for Microsoft's provisioning service, uses them.
        &[
            "usher-runner",
            "usher-engine",
            "usher-plan",
            "usher-mapping",
            "usher-expression",
            "usher-store",
            "usher-goto",
            "usher-auth",
        ],
    ),
    ("usher-cli", &["usher-commands", "usher-sandbox", "usher-auth"]),
    ("usher-desktop", &["usher-commands", "usher-sandbox", "usher-auth"]),
    ("usher-tests", &["usher-sandbox", "usher-commands"]),
    ("xtask", &[]),
];

/// Lines beyond which a file needs a reason in its module doc (a line with the words "one file").
const LONG: usize = 600;

/// Runs every check and reports all findings at once.
pub fn check() -> Result<()> {
    step("Tidy", "mend each line above; the rules are in xtask/src/tidy.rs", || {
        let mut findings = arrows()?;
        for path in output("git", &["ls-files", "-co", "--exclude-standard"])?.lines() {
            if let Ok(text) = std::fs::read_to_string(path) {
                findings.extend(file(path, &text));
            }
        }
        if findings.is_empty() {
            return Ok(());
        }
        bail!("{} findings:\n  {}", findings.len(), findings.join("\n  "))
    })
}

fn arrows() -> Result<Vec<String>> {
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec()?;
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let Some(may) = allowed.get(package.name.as_str()) else {
            findings.push(format!("{}: not on the map (ARROWS)", package.name));
            continue;
        };
        for dependency in
            package.dependencies.iter().filter(|d| d.kind == cargo_metadata::DependencyKind::Normal)
        {
            let name = dependency.name.as_str();
            if name.starts_with("usher-") && !may.contains(&name) {
                findings.push(format!("{} must not know {name}", package.name));
            }
        }
    }
    Ok(findings)
}

fn file(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let generated =
        path.contains("/generated/") || path.ends_with("package-lock.json") || path == "Cargo.lock";
    if path.ends_with(".rs") && !text.trim_start().starts_with("//!") {
        findings.push(format!("{path}: no module doc"));
    }
    let source = [".rs", ".ts", ".tsx"].iter().any(|ending| path.ends_with(ending));
    let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
    let reason = text.lines().take(12).any(|line| line.contains("one file"));
    let test = path.contains("/tests/") || path.starts_with("tests/") || path.contains(".test.");
    if source && !generated && !test && lines > LONG && !reason {
        findings.push(format!("{path}: {lines} lines, and its module doc gives no reason"));
    }
    if !generated {
        for (pattern, why) in patterns(path) {
            for (number, line) in text.lines().enumerate().filter(|(_, line)| pattern.is_match(line)) {
                findings.push(format!("{path}:{}: {why}: {}", number + 1, line.trim()));
            }
        }
    }
    findings
}

/// The patterns are written so that this file does not match itself.
fn patterns(path: &str) -> Vec<(Regex, &'static str)> {
    let regex = |text: &str| Regex::new(text).expect("a constant pattern");
    let mut all = vec![(regex(r"(^|[^\w.])/(wor[k]|roo[t]|hom[e]/[a-z]+)/"), "a path of one machine")];
    if path.ends_with(".rs") {
        all.push((regex(r"\btod[o]!\(|unimplemente[d]!\(|#\[ignor[e]"), "unfinished or disabled"));
    }
    if path.ends_with(".ts") || path.ends_with(".tsx") {
        all.push((
            regex(r"\bas an[y]\b|: an[y]\s*([;,)=|&>\[{]|$)|@ts-ignor[e]|eslint-disabl[e]"),
            "a way around the types",
        ));
        all.push((regex(r"\b(it|test|describe)\.(ski[p]|onl[y]|tod[o])\("), "a disabled test"));
    }
    all
}
