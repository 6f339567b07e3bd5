//! What differs at the service provider from what Usher wrote, and accounts and memberships that nobody in scope has: told
//! for the terminal, and planned to be mended. The plan goes through `apply` like any other.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use usher_plan::{Difference, EntraObjectId, Mending, ObjectKind, Only, Reason, ScimId, Standing, mended_by};
use usher_runner::config::Connection;
use usher_runner::{Revision, Survey, Watch};

use crate::app::App;
use crate::dto::{CommandError, ErrorCode, Message};
use crate::loaded::{Loaded, load};
use crate::preview::reading_for;
use crate::problem::{error, missing};
use crate::rows;

pub use usher_plan::{Account, Differs, Plan, Unmanaged};

/// Why nobody in scope has an account, as a sentence.
#[must_use]
pub fn because(reason: &Reason) -> Message {
    rows::reason(reason)
}

/// What differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// What was changed there, by person and group.
    pub differences: Vec<Differing>,
    /// How much more differs because Entra changed since the last cycle, or because writing failed before.
    pub waiting: u32,
    /// The plan that mends it, where one was asked for and there is anything to mend; its hash in the answer.
    #[serde(serialize_with = "hash")]
    pub plan: Option<Plan>,
}

/// One thing that differs, as people read it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Differing {
    /// `user` or `group`.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// The object at the service provider.
    pub target: Option<ScimId>,
    /// Name.
    pub name: String,
    /// What kind of difference.
    pub differs: Differs,
    /// The attribute path.
    pub attribute: Option<String>,
    /// What is there.
    pub there: Option<String>,
    /// What should be there.
    pub expected: Option<String>,
    /// Whether the plan mends it.
    pub can_be_mended: bool,
}

impl Differing {
    fn of(found: &Difference) -> Self {
        Self {
            kind: found.kind,
            source: found.source.clone(),
            target: found.target.clone(),
            name: found.display.clone(),
            differs: found.differs,
            attribute: found.attribute.as_ref().map(ToString::to_string),
            there: found.there.as_ref().map(rows::text),
            expected: found.expected.as_ref().map(rows::text),
            can_be_mended: found.differs.can_be_mended(),
        }
    }
}

/// Looks for what was changed at the service provider; with `mend`, plans to put it right.
pub async fn drift(app: &App, id: &str, mend: bool, watch: &Watch) -> Result<Drift, CommandError> {
    let want = |survey: &Survey, plan: &Plan| {
        let only = mended_by(&survey.drift, plan);
        let any = mend && !(only.users.is_empty() && only.groups.is_empty());
        any.then(|| Mending { only, ..Mending::default() })
    };
    let (survey, plan) = look(app, id, want, watch).await?;
    let differences = survey.drift.iter().map(Differing::of).collect();
    Ok(Drift { differences, waiting: survey.waiting, plan })
}

/// Accounts and memberships without anybody in scope.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Orphans {
    /// Accounts that Usher keeps, and groups, whose people are no longer in scope.
    pub orphans: Vec<Account>,
    /// Accounts of people in Entra who are not in scope. Usher does not keep them.
    pub out_of_scope: Vec<Account>,
    /// Accounts of nobody in Entra. Never touched.
    pub strangers: Vec<Account>,
    /// Strangers in groups that Usher keeps.
    pub memberships: Vec<Unmanaged>,
    /// How many who left are disabled already.
    pub disabled: u32,
    /// The plan that mends it, where one was asked for and there is anything to mend; its hash in the answer.
    #[serde(serialize_with = "hash")]
    pub plan: Option<Plan>,
}

/// What a plan about orphans is asked to do.
#[derive(Debug, Default)]
pub struct Choice {
    /// Only these, by user name, name or id; everybody when empty.
    pub only: Vec<String>,
    /// Whether strangers leave the groups that Usher keeps.
    pub memberships: bool,
}

/// Looks for accounts and memberships without anybody in scope; with a choice, plans to disable orphans and to take
/// strangers out of groups. Nothing is ever deleted, and strangers keep their accounts.
pub async fn orphans(
    app: &App,
    id: &str,
    choice: Option<&Choice>,
    watch: &Watch,
) -> Result<Orphans, CommandError> {
    let want = |survey: &Survey, _: &Plan| choice.and_then(|choice| mending(survey, choice));
    let (survey, plan) = look(app, id, want, watch).await?;
    if let Some(choice) = choice {
        known(&survey, choice)?;
    }
    let accounts = survey.accounts;
    let of = |standing| {
        let found = accounts.accounts.iter().filter(move |account: &&Account| account.standing == standing);
        found.cloned().collect()
    };
    Ok(Orphans {
        orphans: of(Standing::Orphan),
        out_of_scope: of(Standing::OutOfScope),
        strangers: of(Standing::Stranger),
        memberships: accounts.memberships,
        disabled: accounts.disabled,
        plan,
    })
}

fn hash<S: Serializer>(plan: &Option<Plan>, serializer: S) -> Result<S::Ok, S::Error> {
    plan.as_ref().map(|plan| &plan.hash).serialize(serializer)
}

/// Orphans are people: a group cannot be disabled, and stays.
fn is_orphan(account: &Account) -> bool {
    account.kind == ObjectKind::User && account.standing == Standing::Orphan
}

fn mending(survey: &Survey, choice: &Choice) -> Option<Mending> {
    let mut mending = Mending::default();
    let accounts = &survey.accounts;
    for account in accounts.accounts.iter().filter(|account| is_orphan(account) && chosen(account, choice)) {
        mending.only.users.extend(account.claimants.iter().map(|who| who.source.clone()));
    }
    if choice.memberships {
        let strangers = accounts.accounts.iter().filter(|account| chosen(account, choice));
        let strangers: BTreeSet<&ScimId> = strangers.map(|account| &account.target).collect();
        for group in &accounts.memberships {
            let leaving = group.members.iter().filter_map(|member| member.target.clone());
            let leaving: BTreeSet<ScimId> = leaving.filter(|id| strangers.contains(id)).collect();
            if !leaving.is_empty() {
                mending.only.groups.insert(group.source.clone());
                mending.strangers.insert(group.source.clone(), leaving);
            }
        }
    }
    (mending.only != Only::default()).then_some(mending)
}

fn chosen(account: &Account, choice: &Choice) -> bool {
    choice.only.is_empty() || choice.only.iter().any(|who| is_named(account, who))
}

/// Whether somebody means this account: by its user name or id, or by the id or name of whom it belongs to.
pub(crate) fn is_named(account: &Account, who: &str) -> bool {
    let who = who.trim();
    let names = [account.name.as_str(), account.target.as_str(), account.display.as_str()];
    let claimants = account.claimants.iter().map(|claimant| claimant.source.as_str());
    names.into_iter().chain(claimants).any(|name| name.to_lowercase() == who.to_lowercase())
}

/// Refuses a name that fits nobody: a mistyped one must not look like "nothing to do".
fn known(survey: &Survey, choice: &Choice) -> Result<(), CommandError> {
    let standings = [Standing::Orphan, Standing::Stranger];
    let listed = || survey.accounts.accounts.iter().filter(|account| standings.contains(&account.standing));
    match choice.only.iter().find(|who| !listed().any(|account| is_named(account, who))) {
        Some(who) => Err(missing("orphan", who)),
        None => Ok(()),
    }
}

/// Reads both sides for what is live, or the draft while nothing is.
async fn look(
    app: &App,
    id: &str,
    want: impl FnOnce(&Survey, &Plan) -> Option<Mending> + Send,
    watch: &Watch,
) -> Result<(Survey, Option<Plan>), CommandError> {
    let loaded = load(app, id).await?;
    let (connection, hash) = in_force(app, &loaded)?;
    if !connection.is_local() {
        return Err(error(ErrorCode::Invalid, Message::new("error-entra-keeps-no-links")));
    }
    crate::running::ready(&connection)?;
    let reading = reading_for(app, &loaded, &connection).await?;
    let revision = Revision { connection: &connection, hash: &hash };
    let (_, survey, plan) = usher_runner::survey(&reading, revision, want, watch).await?;
    Ok((survey, plan))
}

fn in_force(app: &App, loaded: &Loaded) -> Result<(Connection, String), CommandError> {
    match (loaded.live_connection(app)?, &loaded.live) {
        (Some(connection), Some(revision)) => Ok((connection, revision.hash.clone())),
        _ => Ok((loaded.connection.clone(), loaded.revision.hash.clone())),
    }
}
