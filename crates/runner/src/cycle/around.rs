//! Reading the service provider around what a pass looks at: the accounts and groups of those objects, and no list of
//! everybody unless that takes fewer requests.

use std::collections::BTreeSet;

use usher_goto::{Class, ServiceProvider};
use usher_plan::{
    Action, EntraObjectId, Link, Links, ObjectKind, Question, Request, TargetPart, TargetSnapshot, Waiting,
    questions,
};
use usher_store::{Kind, LinkOrigin, Store, StoreError};

use crate::error::RunError;
use crate::journal::kind;
use crate::memory::Memory;
use crate::progress::Watch;
use crate::source::{About, Part};
use crate::target::{Asked, Paths, pages};

const KINDS: [ObjectKind; 2] = [ObjectKind::User, ObjectKind::Group];

/// Asks what the plan needs to know. Gives what was answered, with the links that belong to it.
pub(super) async fn read(
    request: &Request<'_>,
    about: &About,
    provider: &ServiceProvider,
    paths: &Paths,
    memory: &Memory,
    watch: &Watch,
) -> Result<(TargetSnapshot, Links), RunError> {
    let sources = looked_at(about);
    let links = some_links(memory, sources.clone(), Default::default()).await?;
    let mut asked = Asked::new(provider, paths);
    answer(&Request { links: &links, ..*request }, &mut asked, provider, memory, watch).await?;
    let snapshot = asked.snapshot();
    let mut whole = whole_groups(about, &links);
    whole.extend(adopted(&Request { target: &snapshot, links: &links, ..*request }));
    let mut accounts: BTreeSet<String> =
        snapshot.objects(ObjectKind::User).map(|account| account.id().to_owned()).collect();
    for group in whole.iter().filter(|group| snapshot.object(ObjectKind::Group, group).is_some()) {
        accounts.extend(asked.members(group, watch).await?);
    }
    let groups = snapshot.objects(ObjectKind::Group).map(|group| group.id().to_owned()).collect();
    let links = some_links(memory, sources, [accounts, groups]).await?;
    fill_in(about, &links, &snapshot, &mut asked);
    // Of the groups that are looked at: no other group is in the snapshot.
    asked.builder().completed(TargetPart::Members);
    Ok((asked.finish(), links))
}

/// Ids of the people and groups whose links matter.
fn looked_at(about: &About) -> [BTreeSet<String>; 2] {
    let mut people = about.people.clone();
    people.extend(about.only.users.iter().map(ToString::to_string));
    for part in about.groups.values() {
        if let Part::Some { before, .. } = part {
            people.extend(before.iter().cloned());
        }
    }
    [people, about.groups.keys().cloned().collect()]
}

/// Asks the service provider until the plan has no question left.
async fn answer(
    request: &Request<'_>,
    asked: &mut Asked<'_>,
    provider: &ServiceProvider,
    memory: &Memory,
    watch: &Watch,
) -> Result<(), RunError> {
    let (mut listed, mut confirmed) = (BTreeSet::new(), false);
    loop {
        let snapshot = asked.snapshot();
        let open = questions(&Request { target: &snapshot, ..*request });
        if open.is_empty() {
            if listed.is_empty() || confirmed {
                return Ok(());
            }
            // Whoever turns up may lead to further questions.
            confirmed = true;
            unlisted(request, asked, false, watch).await?;
            continue;
        }
        for object in KINDS {
            let open: Vec<&Question> = open.iter().filter(|question| of_kind(question) == object).collect();
            let size = provider.capabilities().page_size;
            let listing = memory.with(move |store| pages(store, object, size)).await?;
            let list = open.len() > listing && !listed.contains(&object);
            if list || !ask(asked, &open, watch).await? {
                listed.insert(object);
                asked.list(object, watch).await?;
            }
        }
    }
}

/// Asks by id for whoever is linked and was left out of a list, before anything follows from it.
pub(super) async fn unlisted(
    request: &Request<'_>,
    asked: &mut Asked<'_>,
    with_members: bool,
    watch: &Watch,
) -> Result<(), RunError> {
    let missing = usher_plan::unlisted(request, |kind, id| asked.knows(kind, id));
    for group in asked.unlisted(&missing, watch).await?.iter().filter(|_| with_members) {
        asked.members(group, watch).await?;
    }
    Ok(())
}

/// Linked groups that are looked at with everybody in them.
fn whole_groups(about: &About, links: &Links) -> Vec<String> {
    let whole = about.groups.iter().filter(|(_, part)| matches!(part, Part::All));
    whole.filter_map(|(group, _)| links.target_of(ObjectKind::Group, group)).map(str::to_owned).collect()
}

/// A group that is found by its name is adopted with the members that it has.
fn adopted(request: &Request<'_>) -> Vec<String> {
    let found = usher_plan::plan(request);
    let linked = found
        .operations
        .iter()
        .filter(|operation| operation.kind == ObjectKind::Group && operation.action == Action::Link);
    linked.filter_map(|operation| Some(operation.target.as_ref()?.to_string())).collect()
}

/// Members who are known without asking: who was there before a change, and who has an account at all.
fn fill_in(about: &About, links: &Links, snapshot: &TargetSnapshot, asked: &mut Asked<'_>) {
    for (group, part) in &about.groups {
        let (Part::Some { before, total }, Some(target)) = (part, links.target_of(ObjectKind::Group, group))
        else {
            continue;
        };
        if snapshot.object(ObjectKind::Group, target).is_none() {
            continue;
        }
        asked.builder().count_members(target, *total);
        for account in before.iter().filter_map(|id| links.target_of(ObjectKind::User, id)) {
            asked.builder().member(target, account);
        }
    }
    // Members who are not looked at themselves: that they have an account is all that counts.
    for id in about.people.iter().filter(|id| !about.only.users.contains(id.as_str())) {
        if let Some(account) = links.target_of(ObjectKind::User, id)
            && !asked.builder().has(ObjectKind::User, account)
        {
            asked.builder().object(ObjectKind::User, account, None, &[]);
        }
    }
}

fn of_kind(question: &Question) -> ObjectKind {
    match question {
        Question::Object { kind, .. } | Question::Value { kind, .. } => *kind,
    }
}

/// Asks one by one; says whether the service provider can be asked this way.
async fn ask(asked: &mut Asked<'_>, open: &[&Question], watch: &Watch) -> Result<bool, RunError> {
    for question in open {
        match asked.ask(question, watch).await {
            Err(RunError::Target(error)) if error.class == Class::Unsupported => return Ok(false),
            other => other?,
        }
    }
    Ok(true)
}

/// Every link.
pub(super) async fn all_links(memory: &Memory) -> Result<Links, RunError> {
    memory
        .with(|store| {
            let mut all = Vec::new();
            for object in KINDS {
                all.extend(store.links(kind(object))?.into_iter().map(|found| link(object, found)));
            }
            Ok(all.into_iter().collect::<Links>().waiting_for(waiting(store)?))
        })
        .await
}

/// The links of these people and groups, and of these accounts; with how many there are in all.
async fn some_links(
    memory: &Memory,
    sources: [BTreeSet<String>; 2],
    targets: [BTreeSet<String>; 2],
) -> Result<Links, RunError> {
    memory
        .with(move |store| {
            let mut some = Vec::new();
            for (object, (sources, targets)) in KINDS.into_iter().zip(sources.iter().zip(&targets)) {
                let found = links_of(store, object, sources, targets)?;
                some.extend(found.into_iter().map(|found| link(object, found)));
            }
            let (people, groups) = store.count_links()?;
            let waiting = waiting(store)?;
            Ok(some.into_iter().collect::<Links>().among(people, groups).waiting_for(waiting))
        })
        .await
}

/// Every delete that waits. There are few: what is not looked at does no harm.
fn waiting(
    store: &Store,
) -> Result<impl Iterator<Item = ((ObjectKind, EntraObjectId), Waiting)> + use<>, StoreError> {
    let pending = store.pending_deletes()?.into_iter();
    Ok(pending.map(|one| {
        let object = match one.kind {
            Kind::User => ObjectKind::User,
            Kind::Group => ObjectKind::Group,
        };
        let waiting = Waiting { since: one.since, due: one.due, kept: one.kept.is_some() };
        ((object, one.source.into()), waiting)
    }))
}

fn links_of(
    store: &Store,
    object: ObjectKind,
    sources: &BTreeSet<String>,
    targets: &BTreeSet<String>,
) -> Result<Vec<usher_store::Link>, StoreError> {
    let mut found = Vec::new();
    for source in sources {
        found.extend(store.link_of_source(kind(object), source)?);
    }
    for target in targets {
        found.extend(store.link_of_target(kind(object), target)?);
    }
    Ok(found)
}

fn link(object: ObjectKind, link: usher_store::Link) -> Link {
    Link {
        kind: object,
        source: link.source.into(),
        target: link.target.into(),
        origin: match link.origin {
            LinkOrigin::Created => usher_plan::Origin::Created,
            LinkOrigin::Adopted => usher_plan::Origin::Adopted,
        },
        active: link.active,
        managed: link.managed,
    }
}
