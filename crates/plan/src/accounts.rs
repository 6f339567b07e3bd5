//! Whose the accounts at the service provider are: everybody's there, sorted by what Usher and Entra know of them.
//!
//! Read off the same facts as a plan for everyone. Nothing is decided here, and nothing of it is done.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decisions::Decision;
use crate::in_scope::Side;
use crate::memberships::people_in;
use crate::model::{EntraObjectId, Key, Member, ObjectKind, Plan, Reason, ScimId};
use crate::reasons::Code;
use crate::request::Request;
use crate::scope::{Ruling, Scope};
use crate::snapshot::{Attribute, TargetObject};
use crate::values::Subject;

/// What there is at the service provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accounts {
    /// Everybody's and every group's that is not simply kept, by kind, standing and name.
    pub accounts: Vec<Account>,
    /// How many people and groups in scope have an account that Usher keeps.
    pub managed: u32,
    /// How many people who left are disabled there, as they should be.
    pub disabled: u32,
    /// How many people and groups would be created.
    pub to_create: u32,
    /// Memberships that nobody gave, by group.
    pub memberships: Vec<Unmanaged>,
}

/// An account or a group at the service provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// A person's or a group.
    pub kind: ObjectKind,
    /// Its id.
    pub target: ScimId,
    /// A name to show.
    pub display: String,
    /// `userName`; of a group, its name.
    pub name: String,
    /// Whether it is active.
    pub active: bool,
    /// Whose it is.
    pub standing: Standing,
    /// What a person decided about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Decision>,
    /// Who in Entra has to do with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub claimants: Vec<Claimant>,
    /// Why nobody in scope has it, why it is not clear whose it is, or why it is not taken over yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<Reason>,
}

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Exactly one person in scope has it by the matching attributes. Usher does not keep it yet.
    Matched,
    /// It is one of several for one person, or several people claim it, or it is not known who is in scope.
    Ambiguous,
    /// Usher keeps it, and nobody in scope has it any more.
    Orphan,
    /// Somebody in Entra has it by the matching attributes who is not in scope. Usher does not keep it.
    OutOfScope,
    /// Nobody in Entra has it.
    Stranger,
}

/// Somebody in Entra who has to do with an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claimant {
    /// The object in Entra.
    pub source: EntraObjectId,
    /// A name to show.
    pub display: String,
}

/// Members of one group that Usher keeps, whom nobody put there as far as Entra and Usher know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmanaged {
    /// The group in Entra.
    pub source: EntraObjectId,
    /// The group at the service provider.
    pub target: ScimId,
    /// Its name.
    pub display: String,
    /// The members.
    pub members: Vec<Member>,
}

/// Sorts everything that is at the service provider. `request` and `plan` are those of a pass over everyone.
#[must_use]
pub fn accounts(request: &Request<'_>, plan: &Plan) -> Accounts {
    let scope = Scope::new(request);
    let mut found = Accounts { to_create: plan.counts.create, ..Accounts::default() };
    let people = Side::new(request, ObjectKind::User);
    let users = request.source.users().map(|user| (Subject::user(user), scope.user(user).ruling));
    survey(&people, users, &mut found);
    if request.groups_on() {
        let groups = Side::new(request, ObjectKind::Group);
        let teams = request.source.groups().map(|group| (Subject::group(group), scope.group(group).ruling));
        survey(&groups, teams, &mut found);
        found.memberships = memberships(request, &found.accounts);
    }
    found.accounts.sort_by(|a, b| {
        (a.kind, a.standing, &a.display, &a.target).cmp(&(b.kind, b.standing, &b.display, &b.target))
    });
    found
}

/// Somebody's claim to an account.
struct Claim {
    who: Claimant,
    how: How,
    /// Why not, for who is out of scope, or of whom it is not known.
    out: Option<Reason>,
    in_scope: bool,
    /// In scope, and not in the ring yet.
    waits: bool,
}

enum How {
    Linked,
    Matched { key: Key, of: usize },
}

fn survey<'s>(side: &Side<'_>, subjects: impl Iterator<Item = (Subject<'s>, Ruling)>, found: &mut Accounts) {
    let request = side.request;
    let row_of = |id: &str| Some(request.target.object(side.kind, id)?.row);
    let mut claims: BTreeMap<usize, Vec<Claim>> = BTreeMap::new();
    for (subject, ruling) in subjects {
        let who = Claimant { source: subject.id().into(), display: subject.display().to_owned() };
        let waits = side.waits(&subject);
        let (in_scope, out) = match ruling {
            Ruling::In => (true, None),
            Ruling::Out(why) | Ruling::Failed(why) => (false, Some(why)),
        };
        if let Some(linked) = request.links.target_of(side.kind, subject.id()) {
            if let Some(row) = row_of(linked) {
                claims.entry(row).or_default().push(Claim { who, how: How::Linked, out, in_scope, waits });
            }
            continue;
        }
        let fields = &side.fields.flowing;
        let Some((key, rows)) = side.matching.all(request, side.kind, fields, &subject, &side.context) else {
            continue;
        };
        for &row in &rows {
            let how = How::Matched { key: key.clone(), of: rows.len() };
            let claim = Claim { who: who.clone(), how, out: out.clone(), in_scope, waits };
            claims.entry(row as usize).or_default().push(claim);
        }
    }
    for (id, target) in request.links.pairs(side.kind) {
        if request.source.node(id).is_some() {
            continue;
        }
        if let Some(row) = row_of(target) {
            let code = if request.source.was_purged(id) { Code::HardDeleted } else { Code::GoneFromEntra };
            let who = Claimant { source: id.into(), display: String::new() };
            let claim =
                Claim { who, how: How::Linked, out: Some(code.reason()), in_scope: false, waits: false };
            claims.entry(row).or_default().push(claim);
        }
    }
    for object in request.target.objects(side.kind) {
        let claims = claims.remove(&object.row).unwrap_or_default();
        match standing(&claims) {
            Verdict::Managed => found.managed += 1,
            Verdict::Listed(Standing::Orphan, _) if !object.is_active() => found.disabled += 1,
            Verdict::Listed(standing, because) => {
                let decision = request.decisions.of(side.kind, object.id());
                let listed = account(object, side.kind, standing, because, claims);
                found.accounts.push(Account { decision, ..listed });
            }
        }
    }
}

enum Verdict {
    Managed,
    Listed(Standing, Option<Reason>),
}

fn standing(claims: &[Claim]) -> Verdict {
    if let Some(linked) = claims.iter().find(|claim| matches!(claim.how, How::Linked)) {
        // Somebody else has come who would have it: whose it is, is for a person to say.
        let heir = claims.iter().find_map(|claim| match &claim.how {
            How::Matched { key, .. } if claim.in_scope => Some(key),
            _ => None,
        });
        return match &linked.out {
            Some(why) if !is_unknown(why) && heir.is_some() => {
                let key = heir.expect("just looked at");
                let with = [
                    ("attribute", key.attribute.clone()),
                    ("value", key.value.clone()),
                    ("account", key.value.clone()),
                    ("other", linked.who.source.to_string()),
                ];
                Verdict::Listed(Standing::Ambiguous, Some(Code::KeptForAnother.with(with)))
            }
            // Neither in nor out: the account stays as it is.
            Some(why) if !is_unknown(why) => Verdict::Listed(Standing::Orphan, Some(why.clone())),
            _ => Verdict::Managed,
        };
    }
    let inside: Vec<&Claim> = claims.iter().filter(|claim| claim.in_scope).collect();
    match inside.as_slice() {
        [] => match claims.iter().find_map(|claim| claim.out.as_ref().filter(|why| is_unknown(why))) {
            Some(unknown) => Verdict::Listed(Standing::Ambiguous, Some(unknown.clone())),
            None => match claims.first() {
                Some(claim) => Verdict::Listed(Standing::OutOfScope, claim.out.clone()),
                None => Verdict::Listed(Standing::Stranger, None),
            },
        },
        [one] => match &one.how {
            How::Matched { key, of } if *of > 1 => {
                let with = [("attribute", key.attribute.clone()), ("value", key.value.clone())];
                Verdict::Listed(Standing::Ambiguous, Some(Code::DuplicateTargetEntries.with(with)))
            }
            _ => Verdict::Listed(Standing::Matched, one.waits.then(|| Code::WaitsForRing.reason())),
        },
        [one, other, ..] => {
            let (attribute, value) = match &one.how {
                How::Matched { key, .. } => (key.attribute.clone(), key.value.clone()),
                How::Linked => (String::new(), String::new()),
            };
            let other = other.who.source.to_string();
            let with = [("attribute", attribute), ("value", value), ("other", other)];
            Verdict::Listed(Standing::Ambiguous, Some(Code::DuplicateSourceEntries.with(with)))
        }
    }
}

/// Whether a reason says that scope is not known.
fn is_unknown(why: &Reason) -> bool {
    [Code::FilterFailed, Code::ExpressionFailed].iter().any(|code| why.code == code.as_str())
}

fn account(
    object: TargetObject<'_>,
    kind: ObjectKind,
    standing: Standing,
    because: Option<Reason>,
    claims: Vec<Claim>,
) -> Account {
    let name = match object.attribute("userName") {
        Attribute::Text(name) if kind == ObjectKind::User => name,
        _ => object.display(),
    };
    let mut claimants: Vec<Claimant> = claims.into_iter().map(|claim| claim.who).collect();
    claimants.sort();
    Account {
        kind,
        target: object.id().into(),
        display: object.display().to_owned(),
        name: name.to_owned(),
        active: object.is_active(),
        standing,
        decision: None,
        claimants,
        because,
    }
}

/// Members of groups that Usher keeps whom nobody put there: strangers, and people whose account Usher does not keep and who
/// are not in that group in Entra. Nothing is said of groups that are only about to be taken over.
fn memberships(request: &Request<'_>, accounts: &[Account]) -> Vec<Unmanaged> {
    let outside = [Standing::Stranger, Standing::OutOfScope];
    let outside: BTreeMap<&str, &Account> = accounts
        .iter()
        .filter(|account| account.kind == ObjectKind::User && outside.contains(&account.standing))
        .map(|account| (account.target.as_str(), account))
        .collect();
    let mut all = Vec::new();
    for group in request.target.objects(ObjectKind::Group) {
        let Some(link) = request.links.of_target(ObjectKind::Group, group.id()) else { continue };
        let people = OnceCell::new();
        let members = group.members().into_iter().filter_map(|id| outside.get(id)).filter(|account| {
            let belong = || match request.source.group(link.source.as_str()) {
                Some(there) => people_in(request, there),
                None => Vec::new(),
            };
            let people = people.get_or_init(belong);
            !people.iter().any(|&row| {
                let id = request.source.user_at(row as usize).id();
                account.claimants.iter().any(|claimant| claimant.source.as_str() == id)
            })
        });
        let members: Vec<Member> = members
            .map(|account| Member {
                source: None,
                target: Some(account.target.clone()),
                display: account.display.as_str().into(),
            })
            .collect();
        if !members.is_empty() {
            let (target, display) = (group.id().into(), group.display().to_owned());
            all.push(Unmanaged { source: link.source, target, display, members });
        }
    }
    all
}
