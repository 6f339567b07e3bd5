//! A notice in words: what happened, and what to do next. Counts and the connection's name, nothing of anybody.

use usher_engine::cycle::QuarantineReason;
use usher_engine::notice::Notice;

use crate::catalogue::words;
use crate::domain::visible;
use crate::dto::Message;

/// What happened.
pub(super) fn what(notice: &Notice) -> Message {
    match notice {
        Notice::QuarantineBegan { reason: QuarantineReason::EncounteredQuarantineException, .. } => {
            Message::new("notice-credentials")
        }
        Notice::QuarantineBegan { failed, .. } => Message::new("notice-quarantine").number("count", *failed),
        Notice::QuarantineEnded => Message::new("notice-quarantine-ended"),
        Notice::NeedsDecision => Message::new("notice-decision"),
        Notice::CycleFailed { why } => {
            // What failed before a run could begin has a code of the window's errors, and no sentence of its own here.
            let because = Message::new(format!("cycle-{why}"));
            let known = crate::catalogue::has(&because.id);
            let because = if known { because } else { Message::new("notice-not-begun") };
            Message::new("notice-cycle-failed").text("because", words(&because))
        }
        Notice::GaveUp => Message::new("notice-gave-up"),
        Notice::Missed { count, since } => {
            Message::new("notice-missed").number("count", *count).text("since", since.to_string())
        }
        Notice::Silent { since } => Message::new("notice-silent").text("since", since.to_string()),
    }
}

/// What to do next.
pub(super) fn next(notice: &Notice) -> Message {
    Message::new(match notice {
        Notice::QuarantineBegan { reason: QuarantineReason::EncounteredQuarantineException, .. } => {
            "notice-credentials-remedy"
        }
        Notice::QuarantineBegan { .. } => "notice-quarantine-remedy",
        Notice::QuarantineEnded => "notice-quarantine-ended-remedy",
        Notice::NeedsDecision => "notice-decision-remedy",
        Notice::CycleFailed { .. } => "notice-cycle-failed-remedy",
        Notice::GaveUp => "notice-gave-up-remedy",
        Notice::Missed { .. } => "notice-missed-remedy",
        Notice::Silent { .. } => "notice-silent-remedy",
    })
}

/// A connection's name where a line break or an invisible character would mean something.
pub(super) fn name(name: &str) -> String {
    visible(name)
}
