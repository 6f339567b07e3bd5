//! Who may have the account that was found: one account belongs to one person.
//!
//! Whoever is linked keeps the account. Microsoft's service would link both (Microsoft Learn, "Known issues for
//! provisioning"); two people on one account is never what an administrator wants. A name that its holder gives up in the
//! same plan is free. An account whose holder is not in scope any more is another person's: who was made again in Entra is
//! a new person, and gets it only where somebody says so.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use crate::decisions::Decision;
use crate::in_scope::Side;
use crate::matching::{Candidate, Found};
use crate::model::{Key, ObjectKind, Reason};
use crate::reasons::Code;
use crate::scope::Ruling;
use crate::snapshot::TargetObject;
use crate::values::Subject;

/// What comes of everybody's claims.
pub(crate) struct Claims {
    /// For each subject: why it may not have the account that it found.
    pub refused: Vec<Option<Reason>>,
    /// Objects in Entra whose account goes to somebody else.
    pub handed_over: BTreeSet<String>,
}

/// What a subject that found somebody else's account may do.
enum Held {
    /// The name is given up in this plan: the account is its holder's, and the name is free.
    Freed,
    /// The account goes over.
    HandedOver,
    /// Neither.
    Kept(Reason),
}

/// Decides. Where a name is given up in this plan, the candidate becomes one for whom nothing was found.
pub(crate) fn claims(
    side: &Side<'_>,
    subjects: &[(Subject<'_>, Ruling)],
    candidates: &mut [Option<Candidate>],
) -> Claims {
    let mut refused = vec![None; subjects.len()];
    let mut handed_over = BTreeSet::new();
    let mut wanted: Vec<(u32, usize)> = Vec::new();
    let by_id = OnceCell::new();
    for (at, candidate) in candidates.iter_mut().enumerate() {
        let Some(Candidate { found, .. }) = candidate else { continue };
        let Found::Matched { row, key } = &*found else { continue };
        let account = side.request.target.object_at(side.kind, *row as usize);
        // Nobody gets what is left as it is.
        if side.request.is_left(side.kind, account.id()) {
            continue;
        }
        let link = side.request.links.of_target(side.kind, account.id());
        let Some(holder) = link.map(|link| link.source.to_string()).filter(|id| id != subjects[at].0.id())
        else {
            wanted.push((*row, at));
            continue;
        };
        let by_id = by_id.get_or_init(|| {
            let all = subjects.iter().enumerate();
            all.map(|(at, (subject, _))| (subject.id().to_owned(), at)).collect::<HashMap<_, _>>()
        });
        let known = by_id.get(&holder).map(|&at| &subjects[at]);
        match held(side, account, &holder, known, key) {
            Held::Freed => *found = Found::Nothing { key: key.clone() },
            Held::HandedOver => {
                wanted.push((*row, at));
                handed_over.insert(holder);
            }
            Held::Kept(why) => refused[at] = Some(why),
        }
    }
    for (one, other) in rivals(side, candidates, wanted) {
        for (at, rival) in [(one, other), (other, one)] {
            if let Some(Candidate { found: Found::Matched { key, .. } | Found::Nothing { key }, .. }) =
                &candidates[at]
            {
                refused[at] = Some(duplicate(key, subjects[rival].0.id()));
            }
        }
    }
    Claims { refused, handed_over }
}

/// Whether a name is given up, and an account may go over. `known` is the holder, where this pass looks at them.
fn held(
    side: &Side<'_>,
    account: TargetObject<'_>,
    holder: &str,
    known: Option<&(Subject<'_>, Ruling)>,
    key: &Key,
) -> Held {
    let request = side.request;
    match known {
        Some((subject, Ruling::In)) if side.frees(subject, account, key) => return Held::Freed,
        Some((_, Ruling::In | Ruling::Failed(_))) => return Held::Kept(duplicate(key, holder)),
        Some((_, Ruling::Out(_))) | None => {}
    }
    let decided = request.decisions.of(side.kind, account.id()) == Some(Decision::Adopt);
    // Of whom a pass over changes does not look at, nobody knows whether they are in scope.
    let looked_at = request.considers(side.kind, holder);
    let is_gone = request.source.was_purged(holder) || (looked_at && request.source.node(holder).is_none());
    // A group is what its members are, and they will be those of the new one. An account is somebody's.
    let remade = side.kind == ObjectKind::Group
        && is_gone
        && request.stance(side.kind, account.id()) == Decision::Adopt;
    if decided || remade {
        return Held::HandedOver;
    }
    let [attribute, value] = [("attribute", key.attribute.clone()), ("value", key.value.clone())];
    let other = ("other", holder.to_owned());
    if !looked_at && known.is_none() {
        return Held::Kept(Code::HeldByAnother.with([attribute, value, other]));
    }
    let shown = ("account", account.display().to_owned());
    Held::Kept(Code::KeptForAnother.with([attribute, value, shown, other]))
}

/// Pairs of subjects that found the same account, or would make accounts of the same name.
fn rivals(
    side: &Side<'_>,
    candidates: &[Option<Candidate>],
    mut wanted: Vec<(u32, usize)>,
) -> Vec<(usize, usize)> {
    let mut created: Vec<(Cow<'_, str>, &str, usize)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let Some(Candidate { found: Found::Nothing { key }, .. }) = candidate else { continue };
        let fields = &side.fields.flowing;
        let exact = fields.iter().any(|field| *field.path == *key.attribute && field.row.case_exact);
        let value = if exact { Cow::Borrowed(&*key.value) } else { Cow::Owned(key.value.to_lowercase()) };
        created.push((value, &key.attribute, at));
    }
    wanted.sort_unstable();
    created.sort_unstable();
    let found = wanted.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1));
    let made = created.windows(2).filter(|pair| (&pair[0].0, pair[0].1) == (&pair[1].0, pair[1].1));
    found.chain(made.map(|pair| (pair[0].2, pair[1].2))).collect()
}

fn duplicate(key: &Key, other: &str) -> Reason {
    Code::DuplicateSourceEntries.with([
        ("attribute", key.attribute.clone()),
        ("value", key.value.clone()),
        ("other", other.to_owned()),
    ])
}
