//! What has to be asked of the service provider before a plan for some objects can be made.
//!
//! A pass over what changed does not list every account: it asks for the accounts of exactly the objects that it looks
//! at. What is missing here is unknown to the plan, never absent.

use crate::in_scope::Side;
use crate::model::{Cycle, Key, ObjectKind, ScimId};
use crate::planning::adoptable_while_disabled;
use crate::request::Request;
use crate::scope::{Ruling, Scope};
use crate::snapshot::Link;
use crate::values::Subject;

/// One question to the service provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// What is this object like, and is it still there?
    Object {
        /// Person or group.
        kind: ObjectKind,
        /// Its id at the service provider.
        id: ScimId,
    },
    /// Which objects have this value of a matching attribute?
    Value {
        /// People or groups.
        kind: ObjectKind,
        /// The attribute and its value.
        key: Key,
    },
}

/// What the target snapshot does not answer yet, sorted and without repetition. Answers may lead to further questions:
/// ask until there are none.
#[must_use]
pub fn questions(request: &Request<'_>) -> Vec<Question> {
    let scope = Scope::new(request);
    let mut open = Vec::new();
    let people = Side::new(request, ObjectKind::User);
    let users = request.source.users();
    ask(&people, users.map(|user| (Subject::user(user), scope.user(user).ruling)), &mut open);
    let teams = Side::new(request, ObjectKind::Group);
    let groups = request.source.groups();
    ask(&teams, groups.map(|group| (Subject::group(group), scope.group(group).ruling)), &mut open);
    for kind in [ObjectKind::User, ObjectKind::Group] {
        let unlisted = request
            .links
            .pairs(kind)
            .filter(|(source, _)| request.considers(kind, source) && request.source.node(source).is_none());
        for (_, target) in unlisted {
            ask_for(request, kind, target, &mut open);
        }
    }
    open.sort();
    open.dedup();
    open
}

fn ask<'s>(side: &Side<'_>, subjects: impl Iterator<Item = (Subject<'s>, Ruling)>, open: &mut Vec<Question>) {
    let request = side.request;
    for (subject, ruling) in subjects.filter(|(subject, _)| request.considers(side.kind, subject.id())) {
        match ruling {
            Ruling::In => side.open_questions(&subject, open),
            Ruling::Out(why) if adoptable_while_disabled(side, &subject, &why) => {
                side.open_questions(&subject.leaving(), open);
            }
            Ruling::Out(_) | Ruling::Failed(_) => {
                if let Some(target) = request.links.target_of(side.kind, subject.id()) {
                    ask_for(request, side.kind, target, open);
                } else if is_asked_about(request) {
                    side.open_questions(&subject, open);
                }
            }
        }
    }
}

/// Whether somebody asks about this one alone: whoever is out of scope and has an account all the same wants to hear of it.
fn is_asked_about(request: &Request<'_>) -> bool {
    request.only.is_some_and(|only| only.users.len() + only.groups.len() == 1)
        && request.cycle == Cycle::OnDemand
}

fn ask_for(request: &Request<'_>, kind: ObjectKind, target: &str, open: &mut Vec<Question>) {
    if request.target.object(kind, target).is_none() && !request.target.is_gone(kind, target) {
        open.push(Question::Object { kind, id: target.into() });
    }
}

/// Accounts and groups that are linked, that `shown` does not know, and whose being gone would lead to something: whoever
/// is in scope would be made again, and whoever is not would count as having lost access already.
///
/// A list in pages shows no single moment (RFC 7644 section 3.4.2.4): whoever changes the organisation while it is read can
/// push somebody over the edge of a page. Asking by id tells.
#[must_use]
pub fn unlisted(
    request: &Request<'_>,
    shown: impl Fn(ObjectKind, &str) -> bool,
) -> Vec<(ObjectKind, ScimId)> {
    let mut scope = None;
    let mut matters = |link: &Link| {
        let scope = scope.get_or_insert_with(|| Scope::new(request));
        let ruling = match link.kind {
            ObjectKind::User => request.source.user(link.source.as_str()).map(|user| scope.user(user).ruling),
            ObjectKind::Group => {
                request.source.group(link.source.as_str()).map(|group| scope.group(group).ruling)
            }
        };
        link.active || matches!(ruling, Some(Ruling::In))
    };
    let missing = request.links.iter().filter(|link| {
        request.considers(link.kind, link.source.as_str()) && !shown(link.kind, link.target.as_str())
    });
    missing.filter(|link| matters(link)).map(|link| (link.kind, link.target)).collect()
}
