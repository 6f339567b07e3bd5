//! Domain verification: what every name server and the web server say of GoTo's code.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use usher_goto::domain::{
    Answer, DnsFailure, Reach, Resolver, Resolvers, Verdict, VerdictCode, WebAnswer, WebFailure, WebNote,
    check_file, look_up, verdict,
};

use crate::app::App;
use crate::dto::{CommandError, ConnectionRef, DomainReport, DomainServer, ErrorCode, Message, WebFile};
use crate::loaded::load;
use crate::problem::error;

/// GoTo gives ten days to publish the code (GoTo help, "Domains in the Organization Center").
const DAYS: i64 = 10;

/// The file that Microsoft's and GoTo's pages name.
const FILE: &str = "goto-verification-code.txt";

/// Looks the verification record and file up everywhere.
pub async fn domain_check(app: &Arc<App>, request: ConnectionRef) -> Result<DomainReport, CommandError> {
    let connection = load(app, &request.id).await?.connection;
    let domain = &connection.domain;
    if domain.name.is_empty() || domain.code.is_empty() {
        return Err(error(ErrorCode::Invalid, Message::new("error-domain-code-needed")));
    }
    let unusable = || error(ErrorCode::Practice, Message::new("error-practice-world-unusable"));
    let (resolvers, reach) = match app.practice() {
        None => (Resolvers::Live, Reach::Public),
        Some(world) => {
            let dns = world.dns.parse().map_err(|_| unusable())?;
            let web = world.web.socket_addrs(|| None).ok().and_then(|all| all.first().copied());
            (Resolvers::Given(vec![dns]), Reach::Practice(web.ok_or_else(unusable)?))
        }
    };
    let (lookup, web) =
        tokio::join!(look_up(&domain.name, &resolvers), check_file(&domain.name, FILE, &domain.code, &reach));
    let judged = verdict(&domain.code, &lookup);
    let found = judged.code == VerdictCode::FoundEverywhere || web.matches;
    Ok(DomainReport {
        verdict: sentence(&judged, &web),
        found,
        servers: lookup.answers.iter().map(|answer| server(answer, &domain.code)).collect(),
        web: Some(file(&web)),
        checked_at: app.now().to_string(),
        days_left: domain.received.as_deref().and_then(|received| days_left(received, app.now())),
    })
}

/// Days until the code runs out; negative afterwards.
pub(crate) fn days_left(received: &str, now: Timestamp) -> Option<i32> {
    let received: Timestamp = received.parse().ok()?;
    let ends = received.checked_add(SignedDuration::from_hours(DAYS * 24)).ok()?;
    let hours = ends.duration_since(now).as_hours();
    i32::try_from(if hours >= 0 { (hours + 23) / 24 } else { hours / 24 - 1 }).ok()
}

fn sentence(judged: &Verdict, web: &WebAnswer) -> Message {
    if web.matches && judged.code != VerdictCode::FoundEverywhere {
        return Message::new("domain-found-in-file");
    }
    let id = match judged.code {
        VerdictCode::FoundEverywhere => "domain-found",
        VerdictCode::NotEverywhere => "domain-not-everywhere",
        VerdictCode::DifferentCode => "domain-different-code",
        VerdictCode::OtherPrefix => "domain-other-prefix",
        VerdictCode::CurlyQuotes => "domain-curly-quotes",
        VerdictCode::OnWww => "domain-on-www",
        VerdictCode::Absent => "domain-absent",
        VerdictCode::NoSuchDomain => "domain-no-such",
        VerdictCode::NoAnswer => "domain-no-answer",
    };
    let minutes = judged.wait_seconds.map_or(0, |seconds| seconds.div_ceil(60));
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Message::new(id)
        .number("minutes", minutes)
        .number("seen", count(judged.seen_by))
        .number("answered", count(judged.answered))
}

fn server(answer: &Answer, code: &str) -> DomainServer {
    let (name, address) = match &answer.resolver {
        Resolver::System => (Message::new("resolver-system"), String::new()),
        Resolver::Authoritative { name, address } => {
            (Message::new("resolver-authoritative").text("name", name.clone()), address.to_string())
        }
        Resolver::Public { address } => (Message::new("resolver-public"), address.to_string()),
        Resolver::Given { address } => (Message::new("resolver-practice"), address.to_string()),
    };
    DomainServer {
        name,
        address,
        records: answer.records.iter().map(|record| visible(&record.text)).collect(),
        ttl: answer.records.iter().map(|record| record.ttl).max(),
        milliseconds: u32::try_from(answer.ms).unwrap_or(u32::MAX),
        found: answer.records.iter().any(|record| record.text.trim() == code.trim()),
        problem: answer.failure.map(|failure| {
            Message::new(match failure {
                DnsFailure::NoSuchDomain => "dns-no-such-domain",
                DnsFailure::NoRecord => "dns-no-record",
                DnsFailure::ServerFailed => "dns-server-failed",
                DnsFailure::Refused => "dns-refused",
                DnsFailure::NoAnswer => "dns-no-answer",
                DnsFailure::BadName => "dns-bad-name",
            })
        }),
    }
}

fn file(web: &WebAnswer) -> WebFile {
    let problem = match (&web.failure, web.notes.first()) {
        (Some(failure), _) => Some(match failure {
            WebFailure::BadName => Message::new("dns-bad-name"),
            WebFailure::NameNotFound => Message::new("web-name-not-found"),
            WebFailure::PrivateAddress => Message::new("web-private-address"),
            WebFailure::NoAnswer => Message::new("web-no-answer"),
            WebFailure::RedirectElsewhere { host } => Message::new("web-redirect").text("host", host.clone()),
            WebFailure::TooManyRedirects => Message::new("web-redirects"),
            WebFailure::Status => {
                Message::new("web-status").text("status", web.status.unwrap_or(0).to_string())
            }
            WebFailure::TooLarge => Message::new("web-too-large"),
        }),
        (None, Some(note)) => Some(Message::new(match note {
            WebNote::ByteOrderMark => "web-byte-order-mark",
            WebNote::WhiteSpace => "web-white-space",
            WebNote::Utf16 => "web-utf-16",
            WebNote::Html => "web-html",
            WebNote::RedirectedOnHost => "web-redirected-on-host",
        })),
        (None, None) => None,
    };
    WebFile {
        url: web.url.clone(),
        status: web.status.unwrap_or(0),
        body: web.text.as_deref().map(visible).unwrap_or_default(),
        found: web.matches,
        problem,
    }
}

/// A stranger's text with its control and direction characters made visible.
pub(crate) fn visible(text: &str) -> String {
    text.chars().take(600).map(visible_char).collect()
}

/// One character of such a text.
pub(crate) fn visible_char(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_days_count_down_and_run_out() {
        let check = |now: &str, expected: i32| {
            assert_eq!(
                days_left("2026-01-01T12:00:00Z", now.parse().expect("a time")),
                Some(expected),
                "{now}"
            );
        };
        check("2026-01-01T12:00:00Z", 10);
        check("2026-01-04T13:00:00Z", 7);
        check("2026-01-11T11:00:00Z", 1);
        check("2026-01-11T13:00:00Z", -1);
        assert_eq!(days_left("yesterday", Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn strange_characters_are_made_visible() {
        assert_eq!(visible("a\tb\u{202e}c"), "a\u{2409}b\u{fffd}c");
    }
}
