//! A text that must never be seen: the only way secrets travel inside Usher.

use std::fmt;

use zeroize::Zeroizing;

/// A token, client secret, code or password.
///
/// There is no `Display`, `Serialize`, `Deref` or `PartialEq`, so printing, saving or comparing one
/// by accident does not compile; `Debug` prints `[secret]`, and the memory is overwritten on drop.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller's `String` is moved, not copied.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Shows the text. Every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is any text at all: an empty secret is a missing one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_hides_the_text_also_inside_other_types() {
        let secret = Secret::new("canary-1");
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(format!("{:?}", Some(&secret)), "Some([secret])");
        assert_eq!(secret.expose(), "canary-1");
    }
}
