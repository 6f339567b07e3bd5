//! What the answers mean. Pure.

use serde::{Deserialize, Serialize};

use super::dns::{Answer, DnsFailure, Lookup, Resolver, TxtRecord};

/// What to tell the administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The sentence.
    pub code: VerdictCode,
    /// What else was noticed, in a fixed order.
    pub notes: Vec<Note>,
    /// How many resolvers see the code.
    pub seen_by: usize,
    /// How many resolvers answered at all.
    pub answered: usize,
    /// The longest time in seconds that a cache may still hold an older answer; nothing when nobody knows.
    pub wait_seconds: Option<u32>,
}

/// The sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VerdictCode {
    /// Every resolver that answered sees the code.
    FoundEverywhere,
    /// Some see it, some do not yet: wait.
    NotEverywhere,
    /// A verification code is there, but another one.
    DifferentCode,
    /// The code is there with `logmein-` where `goto-` is expected, or the reverse. GoTo's and Microsoft's pages
    /// differ in the prefix; only the one that GoTo shows counts.
    OtherPrefix,
    /// The code is there in typographic quotation marks, copied from a formatted text.
    CurlyQuotes,
    /// The code is at `www.` instead of the domain.
    OnWww,
    /// No verification code is there.
    Absent,
    /// The domain does not exist.
    NoSuchDomain,
    /// Nobody answered.
    NoAnswer,
}

/// Side remarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// The record is stored in several pieces, which is fine.
    SplitPieces,
    /// There is an older code besides the right one; it does no harm.
    OlderCodeToo,
    /// The record carries straight quotation marks of its own; most panels add them themselves.
    StraightQuotes,
    /// White space around the code.
    WhiteSpace,
    /// Not every resolver answered.
    SomeSilent,
    /// The domain's own servers have it, only caches do not: it will come by itself.
    OwnServersHaveIt,
    /// The expected text does not look like a code of GoTo; it is compared as it is.
    UnusualCode,
}

const PREFIXES: [&str; 2] = ["goto-verification-code=", "logmein-verification-code="];

/// Judges what the resolvers answered against the text that GoTo shows.
pub fn verdict(expected: &str, lookup: &Lookup) -> Verdict {
    let expected = expected.trim();
    let answered: Vec<&Answer> = lookup
        .answers
        .iter()
        .filter(|answer| {
            !matches!(
                answer.failure,
                Some(
                    DnsFailure::NoAnswer
                        | DnsFailure::ServerFailed
                        | DnsFailure::Refused
                        | DnsFailure::BadName
                )
            )
        })
        .collect();
    let sees = |answer: &Answer| answer.records.iter().any(|record| plain(&record.text) == expected);
    let seen_by = answered.iter().filter(|answer| sees(answer)).count();
    let records = || answered.iter().flat_map(|answer| &answer.records);
    let any = |test: &dyn Fn(&TxtRecord) -> bool| records().any(test);

    let code = if answered.is_empty() {
        VerdictCode::NoAnswer
    } else if seen_by == answered.len() {
        VerdictCode::FoundEverywhere
    } else if seen_by > 0 {
        VerdictCode::NotEverywhere
    } else if any(&|record| uncurled(&record.text).is_some_and(|text| text == expected)) {
        VerdictCode::CurlyQuotes
    } else if any(&|record| same_but_prefix(plain(&record.text), expected)) {
        VerdictCode::OtherPrefix
    } else if any(&|record| is_code(plain(&record.text))) {
        VerdictCode::DifferentCode
    } else if lookup.on_www.iter().any(|record| plain(&record.text) == expected) {
        VerdictCode::OnWww
    } else if answered.iter().all(|answer| answer.failure == Some(DnsFailure::NoSuchDomain)) {
        VerdictCode::NoSuchDomain
    } else {
        VerdictCode::Absent
    };

    let right = |record: &&TxtRecord| plain(&record.text) == expected;
    let mut notes = Vec::new();
    let mut note = |when: bool, note: Note| notes.extend(when.then_some(note));
    note(records().filter(right).any(|record| record.pieces > 1), Note::SplitPieces);
    note(
        seen_by > 0 && any(&|record| is_code(plain(&record.text)) && plain(&record.text) != expected),
        Note::OlderCodeToo,
    );
    note(records().filter(right).any(|record| record.text.contains('"')), Note::StraightQuotes);
    note(records().filter(right).any(|record| record.text.trim() != record.text), Note::WhiteSpace);
    note(answered.len() < lookup.answers.len(), Note::SomeSilent);
    let own = |answer: &&&Answer| matches!(answer.resolver, Resolver::Authoritative { .. });
    let own_have_it =
        answered.iter().filter(own).count() > 0 && answered.iter().filter(own).all(|own| sees(own));
    note(code == VerdictCode::NotEverywhere && own_have_it, Note::OwnServersHaveIt);
    note(!is_code(expected), Note::UnusualCode);

    let stale = answered.iter().filter(|answer| !sees(answer)).flat_map(|answer| &answer.records);
    let wait_seconds = match code {
        VerdictCode::NotEverywhere => stale.map(|record| record.ttl).max(),
        _ => None,
    };
    Verdict { code, notes, seen_by, answered: answered.len(), wait_seconds }
}

/// Without white space and straight quotation marks around it.
fn plain(text: &str) -> &str {
    text.trim().trim_matches('"').trim()
}

/// Without the quotation marks that word processors make, if it had any.
fn uncurled(text: &str) -> Option<&str> {
    let curly = |letter: char| {
        "\u{201c}\u{201d}\u{201e}\u{201f}\u{2018}\u{2019}\u{201a}\u{ab}\u{bb}".contains(letter)
    };
    let inner = plain(text).trim_matches(curly).trim();
    (inner != plain(text)).then_some(inner)
}

fn split(text: &str) -> Option<(&str, &str)> {
    PREFIXES.iter().find_map(|prefix| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| (*prefix, &text[prefix.len()..]))
    })
}

/// `goto-verification-code=` or `logmein-verification-code=` and a UUID.
fn is_code(text: &str) -> bool {
    split(text).is_some_and(|(_, id)| {
        id.len() == 36 && id.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
    })
}

fn same_but_prefix(found: &str, expected: &str) -> bool {
    match (split(found), split(expected)) {
        (Some((a, found)), Some((b, expected))) => a != b && found.eq_ignore_ascii_case(expected),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    const CODE: &str = "goto-verification-code=3f0c9a52-6c1d-4c4e-9a63-6f8f5f7f2b11";
    const OTHER: &str = "goto-verification-code=00000000-6c1d-4c4e-9a63-6f8f5f7f2b11";
    const OLD: &str = "logmein-verification-code=3f0c9a52-6c1d-4c4e-9a63-6f8f5f7f2b11";

    fn record(text: &str) -> TxtRecord {
        TxtRecord { text: text.to_owned(), pieces: 1, ttl: 300 }
    }

    fn saw(texts: &[&str]) -> Answer {
        let records: Vec<_> = texts.iter().map(|text| record(text)).collect();
        let failure = records.is_empty().then_some(DnsFailure::NoRecord);
        Answer { resolver: Resolver::System, records, failure, ms: 1 }
    }

    fn failed(failure: DnsFailure) -> Answer {
        Answer { failure: Some(failure), ..saw(&[]) }
    }

    fn check(answers: Vec<Answer>, code: VerdictCode, notes: &[Note]) -> Verdict {
        let found = verdict(CODE, &Lookup { answers, on_www: Vec::new() });
        assert_eq!((found.code, found.notes.as_slice()), (code, notes));
        found
    }

    #[test]
    fn found_or_on_its_way() {
        let spf = "v=spf1 -all";
        check(vec![saw(&[spf, CODE]), saw(&[CODE])], VerdictCode::FoundEverywhere, &[]);
        let partly = check(vec![saw(&[CODE]), saw(&[spf])], VerdictCode::NotEverywhere, &[]);
        assert_eq!((partly.seen_by, partly.answered, partly.wait_seconds), (1, 2, Some(300)));
        let address: SocketAddr = "192.0.2.1:53".parse().unwrap();
        let own = Answer { resolver: Resolver::Authoritative { name: "ns".into(), address }, ..saw(&[CODE]) };
        check(vec![own, saw(&[])], VerdictCode::NotEverywhere, &[Note::OwnServersHaveIt]);
        check(
            vec![saw(&[CODE]), failed(DnsFailure::NoAnswer)],
            VerdictCode::FoundEverywhere,
            &[Note::SomeSilent],
        );
        check(vec![saw(&[CODE, OTHER])], VerdictCode::FoundEverywhere, &[Note::OlderCodeToo]);
    }

    #[test]
    fn forms_that_are_fine_or_not() {
        let mut pieces = saw(&[CODE]);
        pieces.records[0].pieces = 2;
        check(vec![pieces], VerdictCode::FoundEverywhere, &[Note::SplitPieces]);
        check(vec![saw(&[&format!("\"{CODE}\"")])], VerdictCode::FoundEverywhere, &[Note::StraightQuotes]);
        check(vec![saw(&[&format!("{CODE} ")])], VerdictCode::FoundEverywhere, &[Note::WhiteSpace]);
        check(vec![saw(&[&format!("\u{201c}{CODE}\u{201d}")])], VerdictCode::CurlyQuotes, &[]);
        check(vec![saw(&[OLD])], VerdictCode::OtherPrefix, &[]);
        check(vec![saw(&[OTHER])], VerdictCode::DifferentCode, &[]);
    }

    #[test]
    fn not_there() {
        check(vec![saw(&["v=spf1 -all"]), saw(&[])], VerdictCode::Absent, &[]);
        check(vec![failed(DnsFailure::NoSuchDomain)], VerdictCode::NoSuchDomain, &[]);
        check(vec![failed(DnsFailure::ServerFailed)], VerdictCode::NoAnswer, &[Note::SomeSilent]);
        let on_www = verdict(CODE, &Lookup { answers: vec![saw(&[])], on_www: vec![record(CODE)] });
        assert_eq!(on_www.code, VerdictCode::OnWww);
        let unusual = verdict("abc", &Lookup { answers: vec![saw(&["abc"])], on_www: vec![] });
        assert_eq!((unusual.code, unusual.notes), (VerdictCode::FoundEverywhere, vec![Note::UnusualCode]));
    }
}
