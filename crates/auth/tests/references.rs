//! Headless secrets: which variables and files are accepted, and why others are not.

use usher_auth::{ReferenceError, SecretReference};

fn parse(text: &str) -> Result<String, ReferenceError> {
    text.parse::<SecretReference>().map(|reference| reference.to_string())
}

#[test]
fn only_our_variables_and_whole_paths_are_references() {
    for good in ["env:USHER_CLIENT_SECRET", "file:/run/secrets/token"] {
        assert_eq!(parse(good).as_deref(), Ok(good));
    }
    for foreign in
        ["env:PATH", "env:AWS_SECRET_ACCESS_KEY", "env:USHER_", "env:usher_x", "env:USHER_A=B", "env:"]
    {
        assert_eq!(parse(foreign), Err(ReferenceError::ForeignVariable), "{foreign}");
    }
    for secret in ["hunter2", "", "file:", "ENV:USHER_X", "https://example.org"] {
        let error = parse(secret).expect_err("not a reference");
        assert_eq!(error, ReferenceError::NotAReference, "{secret}");
        assert!(!error.to_string().contains("hunter2"), "the secret itself is not repeated");
    }
    assert!(matches!(parse("file:token"), Err(ReferenceError::NotAbsolute { .. })));
    assert!(matches!(
        "env:USHER_TEST_SURELY_NOT_SET".parse::<SecretReference>().expect("a reference").resolve(),
        Err(ReferenceError::NoVariable { .. })
    ));
}

#[cfg(unix)]
mod files {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use usher_auth::{ReferenceError, SecretReference};

    fn write(path: &Path, text: &[u8], mode: u32) {
        std::fs::write(path, text).expect("a file");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    }

    fn read(path: &Path) -> Result<String, ReferenceError> {
        let reference: SecretReference = format!("file:{}", path.display()).parse().expect("a reference");
        reference.resolve().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_private_file_of_one_line_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for (text, expected) in
            [("pa ss\n", "pa ss"), ("pass", "pass"), ("pass\r\n", "pass"), ("pä ss", "pä ss")]
        {
            write(&path, text.as_bytes(), 0o600);
            assert_eq!(read(&path).as_deref(), Ok(expected));
        }
        write(&path, b"pass", 0o400);
        assert_eq!(read(&path).as_deref(), Ok("pass"));
        for text in [&b""[..], b"\n", b"two\nlines\n", b"nul\0", b"\xff\xfe", &[b'x'; 70_000]] {
            write(&path, text, 0o600);
            assert_eq!(read(&path), Err(ReferenceError::NotOneLine { path: path.clone() }));
        }
    }

    #[test]
    fn open_linked_and_special_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for mode in [0o640, 0o604, 0o620, 0o610, 0o644] {
            write(&path, b"pass", mode);
            assert_eq!(read(&path), Err(ReferenceError::OpenToOthers { path: path.clone(), mode }));
        }
        write(&path, b"pass", 0o600);
        let link = folder.path().join("link");
        symlink(&path, &link).expect("a link");
        assert_eq!(read(&link), Err(ReferenceError::IsALink { path: link.clone() }));
        assert_eq!(read(folder.path()), Err(ReferenceError::NotAFile { path: folder.path().to_owned() }));
        assert_eq!(read(Path::new("/dev/null")), Err(ReferenceError::NotAFile { path: "/dev/null".into() }));
        let missing = folder.path().join("missing");
        let kind = std::io::ErrorKind::NotFound;
        assert_eq!(read(&missing), Err(ReferenceError::Unreadable { path: missing.clone(), kind }));
    }
}
