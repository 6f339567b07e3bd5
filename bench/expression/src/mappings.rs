//! The nine mappings: as an administrator writes them, and in the Common Expression Language.

/// What it does, ours, theirs.
pub const ALL: [(&str, &str, &str); 9] = [
    ("direct, always there", "[userPrincipalName]", "userPrincipalName"),
    ("direct", "[givenName]", "givenName"),
    ("direct", "[surname]", "surname"),
    (
        "Switch on IsSoftDeleted",
        r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
        r#"IsSoftDeleted ? "False" : "True""#,
    ),
    (
        "Join over Coalesce",
        r#"Join(" ", Coalesce([extensionAttribute1], [givenName]), [surname])"#,
        r#"[extensionAttribute1 != null ? extensionAttribute1 : givenName, surname].filter(part, part != null).join(" ")"#,
    ),
    (
        "IIF with IsNullOrEmpty",
        r#"IIF(IsNullOrEmpty([department]), "Unassigned", [department])"#,
        r#"department == null || department == "" ? "Unassigned" : department"#,
    ),
    (
        "ToLower of a literal Replace",
        r#"ToLower(Replace([displayName], " ", , , ".", , ))"#,
        r#"lower(displayName.replace(" ", "."))"#,
    ),
    (
        "regex Replace",
        r#"Replace([telephoneNumber], , "[^0-9+]", , "", , )"#,
        "telephoneNumber == null ? null : onlyDigits(telephoneNumber)",
    ),
    (
        "Mid with InStr",
        r#"Mid([mail], InStr([mail], "@"), 64)"#,
        r#"mail == null ? null : mail.substring(mail.indexOf("@"))"#,
    ),
];
