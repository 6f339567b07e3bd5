//! Comparing text without regard to case, as `caseExact` false asks for (RFC 7643 section 2.2).

use std::hash::{DefaultHasher, Hasher};

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether two texts differ at most in case.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left == right || (left.is_ascii() && right.is_ascii() && left.eq_ignore_ascii_case(right)) || {
        (!left.is_ascii() || !right.is_ascii()) && folded(left).eq(folded(right))
    }
}

/// A hash that is equal for texts that differ only in case.
pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    if text.is_ascii() {
        // The common case in one call; `folded` gives the same characters.
        hasher.write(text.to_ascii_lowercase().as_bytes());
    } else {
        hasher.write(folded(text).collect::<String>().as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_hash_equally() {
        let same_pairs =
            [("Ana@Contoso.com", "ana@contoso.COM"), ("ŁUCJA", "łucja"), ("\u{212a}", "K"), ("", "")];
        for (left, right) in same_pairs {
            assert!(same(left, right) && hash(left) == hash(right), "{left} {right}");
        }
        assert!(!same("ana", "anna") && !same("é", "e"));
    }
}
