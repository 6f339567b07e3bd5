//! Progress of long work, in objects, and its cancellation.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

/// What is being done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// People are read from Entra.
    ReadingPeople,
    /// Groups are read from Entra.
    ReadingGroups,
    /// Accounts are read from the service provider.
    ReadingTarget,
    /// Both sides are compared.
    Comparing,
    /// Changes are written.
    Writing,
    /// What was written is read back.
    Verifying,
}

impl Phase {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadingPeople => "reading-people",
            Self::ReadingGroups => "reading-groups",
            Self::ReadingTarget => "reading-target",
            Self::Comparing => "comparing",
            Self::Writing => "writing",
            Self::Verifying => "verifying",
        }
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Objects done in this phase.
    pub done: u32,
    /// Objects in all, 0 when unknown.
    pub total: u32,
    /// Milliseconds left in this phase, where a steady rate tells.
    pub remaining: Option<u64>,
    /// How fast requests go out, while something is written.
    pub pace: Option<Pace>,
}

/// How fast requests go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests in the last second.
    pub rate: u32,
    /// Requests per second that are not exceeded, set or learned.
    pub ceiling: Option<u32>,
    /// Whether everything waits because the service provider asked for it.
    pub waiting: bool,
}

/// Follows one piece of long work: hears of progress, and can cancel it.
#[derive(Clone)]
pub struct Watch {
    hear: Arc<dyn Fn(Progress) + Send + Sync>,
    /// Cancelled by a person.
    pub cancel: CancellationToken,
}

impl Watch {
    /// Hears of progress through `hear`.
    pub fn new(hear: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { hear: Arc::new(hear), cancel: CancellationToken::new() }
    }

    /// Nobody listens.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn say(&self, phase: Phase, done: usize, total: usize) {
        let count = |value| u32::try_from(value).unwrap_or(u32::MAX);
        (self.hear)(Progress { phase, done: count(done), total: count(total), remaining: None, pace: None });
    }

    pub(crate) fn tell(&self, progress: Progress) {
        (self.hear)(progress);
    }
}
