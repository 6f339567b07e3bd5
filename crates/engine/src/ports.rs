//! The outside as small traits: the runner implements them over real clients, the simulator over a model.

use futures::future::BoxFuture;
use usher_plan::{EntraObjectId, Key, ObjectKind, ScimId};

use crate::{Facts, ReadBack, Record, Write, codes};

/// The service provider, for writing. Every call ends; time-outs become [`Reply::Unknown`].
pub trait Target: Send + Sync {
    /// Sends one write, once.
    fn write(&self, write: Write) -> BoxFuture<'_, Reply>;
    /// Looks an object up by its matching attribute.
    fn look_up(&self, kind: ObjectKind, key: Key) -> BoxFuture<'_, LookUp>;
    /// Reads the named objects back, by listing or one by one, whichever needs fewer requests.
    ///
    /// An object that is missing from the answer counts as absent, so an incomplete read must be an error. Its requests
    /// keep to the ceiling, in requests a second, that a 429 to a write showed.
    fn read_back(&self, wanted: ReadBack, ceiling: Option<u32>) -> BoxFuture<'_, Result<Facts, Trouble>>;
}

/// The durable journal.
pub trait Journal: Send + Sync {
    /// Appends the records in one transaction, in order; `Ok` means that they survive a kill and a power cut.
    fn append(&self, records: Vec<Record>) -> BoxFuture<'_, Result<(), JournalFailed>>;
}

/// The journal could not be written (for example because the disk is full): the run stops at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal could not be written: {detail}")]
pub struct JournalFailed {
    /// What the store said.
    pub detail: String,
}

/// What became of one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Accepted. A create carries the new object's id.
    Done {
        /// `id` of the object at the service provider.
        target: Option<ScimId>,
        /// Its version, where one was offered.
        etag: Option<String>,
    },
    /// The request surely never reached the service provider: no connection, no name, no route.
    NotProcessed {
        /// What happened, without addresses or values.
        detail: String,
    },
    /// The request may have been processed: time-out, reset connection, 502, 504.
    Unknown {
        /// What happened.
        detail: String,
    },
    /// The service provider said no.
    Refused {
        /// Which kind of no.
        class: Refusal,
        /// HTTP status, `scimType` and detail as received.
        detail: String,
        /// `Retry-After`, in milliseconds.
        retry_after: Option<u64>,
    },
}

/// Which kind of no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// 404: the object is not there.
    NotFound,
    /// 409: the key is taken.
    Conflict,
    /// 412: the object changed since the plan was made.
    Changed,
    /// 429: too many requests. Not processed.
    Throttled,
    /// 400, 422: a rule of the service provider is broken.
    Invalid,
    /// 403 for this object only.
    Forbidden,
    /// 405, 501: not offered.
    NotSupported,
    /// 500, 503: trouble at the service provider; the request may have been processed.
    Server,
    /// The credentials do not work any more, after one refresh.
    Authentication,
    /// A quota for the day or month is spent.
    QuotaSpent,
    /// A redirect, or a web page: no service provider is at this address.
    WrongAddress,
}

impl Refusal {
    /// Whether the same request may succeed later in this run.
    pub fn retryable(self) -> bool {
        matches!(self, Refusal::Throttled | Refusal::Server)
    }

    /// The stable code shown with a parked unit.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::NotFound => codes::GONE,
            Refusal::Conflict => codes::CONFLICT,
            Refusal::Changed => codes::CHANGED,
            Refusal::Throttled => "too-many-requests",
            Refusal::Invalid => codes::REFUSED,
            Refusal::Forbidden => codes::RIGHTS,
            Refusal::NotSupported => codes::NOT_SUPPORTED,
            Refusal::Server => "trouble-at-target",
            Refusal::Authentication => "lost-authentication",
            Refusal::QuotaSpent => "quota-spent",
            Refusal::WrongAddress => "wrong-address",
        }
    }
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUp {
    /// Exactly one object.
    Found {
        /// Its id.
        target: ScimId,
        /// To whom the link table already links it, if to anyone.
        linked_to: Option<EntraObjectId>,
    },
    /// None.
    NotFound,
    /// Several, where one was expected.
    Several {
        /// How many.
        count: u32,
    },
    /// The look-up itself failed.
    Failed(Trouble),
}

/// Why a read failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The credentials do not work any more.
    #[error("the credentials do not work any more: {detail}")]
    Authentication {
        /// As received.
        detail: String,
    },
    /// A quota for the day or month is spent.
    #[error("the quota is spent: {detail}")]
    QuotaSpent {
        /// As received.
        detail: String,
    },
    /// A redirect, or a web page: no service provider is at this address.
    #[error("no service provider is at this address: {detail}")]
    WrongAddress {
        /// What is there.
        detail: String,
    },
    /// 429.
    #[error("too many requests")]
    Throttled {
        /// `Retry-After`, in milliseconds.
        retry_after: Option<u64>,
    },
    /// May work later: network, time-out, 5xx.
    #[error("temporary trouble: {detail}")]
    Temporary {
        /// What happened.
        detail: String,
    },
    /// Will not work: the filter is refused, the path does not exist.
    #[error("refused: {detail}")]
    Permanent {
        /// As received.
        detail: String,
    },
}
