//! What a plan leaves open, filled in when it is carried out: random values are drawn, redacted ones computed again.

use jiff::Timestamp;
use usher_expression::Context;
use usher_mapping::Table;

use crate::digest::DigestKey;
use crate::model::{Action, Change, ObjectKind, Operation, Reason, Value};
use crate::policy::BooleanForm;
use crate::reasons::Code;
use crate::snapshot::SourceSnapshot;
use crate::values::{Field, Subject};

/// What a plan was made from, as far as its open values need it.
pub struct Filling {
    /// What was read from Entra.
    pub source: SourceSnapshot,
    /// The compiled table of people.
    pub users: Table,
    /// The compiled table of groups.
    pub groups: Table,
    /// When the plan was made: expressions see the same time of day again.
    pub made_at: Timestamp,
    /// How updates write Booleans.
    pub boolean: BooleanForm,
    /// With what the plan's digests were made.
    pub key: DigestKey,
}

impl Filling {
    /// The value to send for a change whose plan holds a placeholder or a digest. `seed` is fresh for each value.
    ///
    /// A redacted value that no longer has the digest of the plan is refused: nobody approved it.
    pub fn value(&self, operation: &Operation, change: &Change, seed: [u8; 32]) -> Result<Value, Reason> {
        let gone = || Code::OpenValueGone.with([("attribute", change.attribute.to_string())]);
        let source = operation.source.as_ref().ok_or_else(gone)?;
        let (subject, table) = match operation.kind {
            ObjectKind::User => (
                self.source.user(source.as_str()).map(|user| {
                    // A policy may create people who are disabled in Entra: for them `IsSoftDeleted` was true.
                    let subject = Subject::user(user);
                    if user.account_enabled() && !user.soft_deleted() { subject } else { subject.leaving() }
                }),
                &self.users,
            ),
            ObjectKind::Group => (self.source.group(source.as_str()).map(Subject::group), &self.groups),
        };
        let subject = subject.ok_or_else(gone)?;
        let row = table.rows().iter().find(|row| row.target.to_string() == *change.attribute);
        let row = row.ok_or_else(gone)?;
        let field = Field { path: change.attribute.clone(), required: false, row, key: &self.key };
        let context = Context { seed: Some(seed), ..Context::at(self.made_at) };
        // What the plan saw as a value may turn out to be none once it is drawn.
        let wanted = field.value(&subject, &context)?.ok_or_else(gone)?;
        let creates = operation.action == Action::Create;
        let wanted = if creates { wanted } else { wanted.in_update(self.boolean) };
        let value = wanted.in_clear();
        match &change.after {
            digest @ Value::Redacted { .. } if field.redacted(source.as_str(), &value) != *digest => {
                Err(gone())
            }
            _ => Ok(value),
        }
    }
}
