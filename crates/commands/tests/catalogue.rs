//! No sentence is forgotten: every id that Rust can produce has words, every one of them can be said with the
//! arguments that come with it, and none is left over.

#[path = "catalogue/produced.rs"]
mod produced;
#[path = "catalogue/scan.rs"]
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

const CORE: &str = include_str!("../messages/core.ftl");
const WINDOW: &str = include_str!("../messages/en.ftl");

/// Id and text of each message of a catalogue.
fn messages(catalogue: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut last = None;
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        let id = line.split_once(" =").map(|(id, _)| id);
        match id.filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
            Some(id) => {
                let text = line.split_once(" =").map_or("", |(_, text)| text);
                assert!(found.insert(id.to_owned(), text.to_owned()).is_none(), "{id} is there twice");
                last = Some(id.to_owned());
            }
            None => {
                if let Some(text) = last.as_ref().and_then(|id| found.get_mut(id)) {
                    text.push('\n');
                    text.push_str(line);
                }
            }
        }
    }
    found
}

/// The names that follow `mark` in a sentence: `$` for arguments, `{ ` for other messages.
fn named(text: &str, mark: &str) -> BTreeSet<String> {
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
    text.split(mark).skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

/// The arguments of a sentence and of those that it contains.
fn arguments(id: &str, all: &BTreeMap<String, String>) -> BTreeSet<String> {
    let text = all.get(id).unwrap_or_else(|| panic!("there is no message {id}"));
    let mut found = named(text, "$");
    for other in named(text, "{ ") {
        found.extend(arguments(&other, all));
    }
    found
}

#[test]
fn every_id_of_rust_has_a_sentence() {
    let all = produced::all().0;
    assert!(all.len() > 400, "only {} ids were found: the sources are not read as they are", all.len());
    let missing: Vec<_> = all.keys().filter(|id| !usher_commands::has(id)).collect();
    assert!(missing.is_empty(), "{} without a sentence in core.ftl: {missing:#?}", missing.len());
}

#[test]
fn ids_are_put_together_only_where_it_is_known() {
    let sources = produced::sources();
    let calls = sources.iter().flat_map(|source| source.calls("Message::new"));
    let found: BTreeSet<String> =
        calls.flat_map(|call| call.literals).filter(|text| text.contains('{')).collect();
    let known: BTreeSet<String> = produced::PUT_TOGETHER.iter().map(ToString::to_string).collect();
    assert_eq!(found, known, "a new family needs its lines in produced.rs");
}

#[test]
fn a_sentence_names_only_arguments_that_it_is_given() {
    let core = messages(CORE);
    let mut wrong = Vec::new();
    for (id, given) in produced::all().0 {
        if core.contains_key(&id) {
            let unknown: Vec<String> = arguments(&id, &core).difference(&given).cloned().collect();
            if !unknown.is_empty() {
                wrong.push((id, unknown));
            }
        }
    }
    assert!(wrong.is_empty(), "these would show as they are: {wrong:#?}");
}

#[test]
fn every_sentence_can_be_said() {
    let core = messages(CORE);
    let mut bundle = FluentBundle::new(vec!["en".parse().expect("`en` is a language tag")]);
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(CORE.to_owned()).expect("core.ftl is valid");
    bundle.add_resource(resource).expect("no id is there twice");
    for id in core.keys() {
        let message = bundle.get_message(id).unwrap_or_else(|| panic!("{id} was not read"));
        let pattern = message.value().unwrap_or_else(|| panic!("{id} has no words"));
        for number in [None, Some(0.0), Some(1.0), Some(2.0), Some(1286.0)] {
            let mut args = FluentArgs::new();
            for name in arguments(id, &core) {
                match number {
                    Some(number) => args.set(name, number),
                    None => args.set(name, "Ana"),
                }
            }
            let mut problems = Vec::new();
            let said = bundle.format_pattern(pattern, Some(&args), &mut problems);
            assert!(problems.is_empty(), "{id}: {problems:?}");
            assert!(!said.trim().is_empty() && !said.contains(['{', '}', '$']), "{id}: {said:?}");
            assert!(!said.contains("  ") && !said.contains('\n'), "{id}: {said:?}");
        }
    }
}

#[test]
fn no_sentence_is_left_over() {
    let core = messages(CORE);
    let mut used: BTreeSet<String> = produced::all().0.into_keys().collect();
    used.extend(core.values().flat_map(|text| named(text, "{ ")));
    let left: Vec<_> = core.keys().filter(|id| !used.contains(*id)).collect();
    assert!(left.is_empty(), "Rust produces none of these; the window's own words are in en.ftl: {left:#?}");
}

#[test]
fn the_two_catalogues_share_no_id() {
    let window = messages(WINDOW);
    let both: Vec<String> = messages(CORE).into_keys().filter(|id| window.contains_key(id)).collect();
    assert!(both.is_empty(), "the window would show only one of the two sentences: {both:?}");
}

#[test]
fn sentences_keep_the_style() {
    for (id, text) in messages(CORE) {
        let text = text.trim();
        assert!(!text.contains('!'), "{id} shouts");
        // A request is a letter from one person to another.
        let asks = text.to_lowercase().contains("please") && !id.ends_with("-request");
        assert!(!asks, "{id} says please");
        if id.ends_with("-remedy") {
            assert!(text.ends_with('.'), "{id} is an instruction: it ends with a full stop");
        }
        assert!(!text.contains("..") && !text.contains("oops"), "{id}");
    }
}
