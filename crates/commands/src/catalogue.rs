//! The message catalogue: ids with arguments in, words out. The window has the same files and the same rules.

use crate::dto::{Argument, Message};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::OnceLock;

/// The sentences that Rust produces.
pub const CORE: &str = include_str!("../messages/core.ftl");

fn bundle() -> &'static FluentBundle<FluentResource> {
    static BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let english = "en".parse().expect("`en` is a language tag");
        let mut bundle = FluentBundle::new_concurrent(vec![english]);
        // Isolation marks are invisible characters: they would end up in terminals, logs and copied text.
        bundle.set_use_isolating(false);
        let core = FluentResource::try_new(CORE.to_owned());
        bundle.add_resource_overriding(core.expect("core.ftl is valid: a test parses it"));
        bundle
    })
}

/// The sentence in words. An unknown id shows itself and its arguments, so that nothing is lost.
#[must_use]
pub fn words(message: &Message) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in &message.args {
        match value {
            Argument::Number(number) => args.set(name.as_str(), *number),
            Argument::Text(text) => args.set(name.as_str(), text.as_str()),
        }
    }
    let mut problems = Vec::new();
    let pattern = bundle().get_message(&message.id).and_then(|found| found.value());
    pattern.map_or_else(
        || unknown(message),
        |pattern| bundle().format_pattern(pattern, Some(&args), &mut problems).into_owned(),
    )
}

/// Whether the catalogue has a sentence for this id.
#[must_use]
pub fn has(id: &str) -> bool {
    bundle().has_message(id)
}

fn unknown(message: &Message) -> String {
    let args: Vec<String> = message
        .args
        .iter()
        .map(|(name, value)| match value {
            Argument::Number(number) => format!("{name}={number}"),
            Argument::Text(text) => format!("{name}={text}"),
        })
        .collect();
    format!("{} {}", message.id, args.join(" ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_valid() {
        let parsed = FluentResource::try_new(CORE.to_owned());
        assert!(parsed.is_ok(), "{:?}", parsed.map(|_| ()).map_err(|(_, errors)| errors));
    }

    #[test]
    fn plurals_and_arguments() {
        let limit = Message::new("guard-people-losing-access").number("count", 1).number("limit", 3);
        assert_eq!(
            words(&limit),
            "The deletion guard would stop this run. One person would lose access; your limit is 3."
        );
        let many = Message::new("guard-people-losing-access").number("count", 19).number("limit", 10);
        assert!(words(&many).contains("19 people"));
    }

    #[test]
    fn an_unknown_id_shows_itself() {
        assert_eq!(words(&Message::new("no-such-id").text("name", "Ana")), "no-such-id name=Ana");
    }

    #[test]
    fn every_reason_of_a_plan_has_a_sentence() {
        let missing: Vec<_> = usher_plan::reasons::Code::ALL
            .iter()
            .filter(|code| !has(&format!("reason-{}", code.as_str())))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
