//! Preview and approval.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
pub use usher_plan::Plan;
use usher_plan::verify;
use usher_runner::{Prepared, Reader, Reading, Revision, RunError, Watch, saved};
use usher_store::StoreError;

use crate::access;
use crate::app::App;
use crate::dto::{
    ApprovePlan, CommandError, ConnectionRef, ErrorCode, GuardNotice, Message, PlanRow, PlanRows,
    PlanRowsRequest, PlanSummary, Preview, PreviewState, Progress,
};
use crate::loaded::{Loaded, load};
use crate::problem::{error, missing};
use crate::{accounts, rows};

/// Previews that are being worked out, and why the last one failed.
#[derive(Default)]
pub struct Jobs(Mutex<HashMap<String, Job>>);

enum Job {
    Running { watch: Watch, progress: Arc<Mutex<Option<usher_runner::Progress>>> },
    Failed(CommandError),
}

impl Jobs {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is remembered of the last preview besides its plan.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    hash: String,
    milliseconds: u32,
    looked_at: u32,
}

const PREVIEW: &str = "preview";

/// Clients for reading only.
pub(crate) async fn reading(app: &App, loaded: &Loaded) -> Result<Reading, CommandError> {
    reading_for(app, loaded, &loaded.connection).await
}

/// The same for another revision than the draft.
pub(crate) async fn reading_for(
    app: &App,
    loaded: &Loaded,
    connection: &usher_runner::config::Connection,
) -> Result<Reading, CommandError> {
    Ok(Reading {
        graph: access::graph(app, connection).await?,
        target: Reader::new(access::provider(app, connection).await?),
        memory: loaded.memory.clone(),
        clock: app.clock.reader(),
        acting: access::acting(app, connection).await?,
    })
}

/// Works the draft's plan out and keeps it. For hosts that wait for it.
pub async fn make(app: &App, id: &str, watch: &Watch) -> Result<Plan, CommandError> {
    let loaded = load(app, id).await?;
    crate::running::ready(&loaded.connection)?;
    let reading = reading(app, &loaded).await?;
    let began = std::time::Instant::now();
    let revision = Revision { connection: &loaded.connection, hash: &loaded.revision.hash };
    // As the next cycle reads: a guard that only a read of everything trips has to be seen to be approved.
    let reread = crate::running::everything(&loaded).await?;
    let (Prepared { plan, looked_at, .. }, found) =
        usher_runner::preview_with_accounts(&reading, revision, reread, watch).await?;
    let milliseconds = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (keep, kept) = (saved(&plan)?, Kept { hash: plan.hash.clone(), milliseconds, looked_at });
    loaded
        .memory
        .with(move |store| {
            store.put_plan(&keep)?;
            store.set_state(accounts::ACCOUNTS, &found)?;
            store.set_state(PREVIEW, &kept)
        })
        .await?;
    Ok(plan)
}

/// Begins a preview.
pub async fn preview_start(app: &Arc<App>, request: ConnectionRef) -> Result<Preview, CommandError> {
    if !matches!(app.previews.lock().get(&request.id), Some(Job::Running { .. })) {
        let progress: Arc<Mutex<Option<usher_runner::Progress>>> = Arc::default();
        let heard = Arc::clone(&progress);
        let watch =
            Watch::new(move |news| *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(news));
        app.previews.lock().insert(request.id.clone(), Job::Running { watch: watch.clone(), progress });
        let (app, id) = (Arc::clone(app), request.id.clone());
        tokio::spawn(async move {
            let result = make(&app, &id, &watch).await;
            let mut jobs = app.previews.lock();
            match result {
                Ok(_) => jobs.remove(&id),
                Err(problem) if problem.code == ErrorCode::Cancelled => jobs.remove(&id),
                Err(problem) => jobs.insert(id, Job::Failed(problem)),
            };
        });
    }
    preview(app, request).await
}

/// Gives a running preview up.
pub async fn preview_cancel(app: &Arc<App>, request: ConnectionRef) -> Result<Preview, CommandError> {
    if let Some(Job::Running { watch, .. }) = app.previews.lock().remove(&request.id) {
        watch.cancel.cancel();
    }
    preview(app, request).await
}

/// Where the preview stands.
pub async fn preview(app: &Arc<App>, request: ConnectionRef) -> Result<Preview, CommandError> {
    let job = match app.previews.lock().get(&request.id) {
        Some(Job::Running { progress, .. }) => {
            Some((PreviewState::Running, *progress.lock().unwrap_or_else(PoisonError::into_inner), None))
        }
        Some(Job::Failed(problem)) => Some((PreviewState::Failed, None, Some(problem.clone()))),
        None => None,
    };
    if let Some((state, news, error)) = job {
        return Ok(Preview { state, progress: news.map(|news| progress(&news)), error, plan: None });
    }
    let loaded = load(app, &request.id).await?;
    let Some((plan, kept)) = kept(&loaded).await? else {
        return Ok(Preview { state: PreviewState::Absent, progress: None, error: None, plan: None });
    };
    let fresh = is_current(&loaded, &plan).await? && !overtaken(&loaded, &plan).await?;
    let approval = approval(&loaded, &plan.hash).await?;
    let summary = PlanSummary {
        hash: plan.hash.clone(),
        made_at: plan.made_at.to_string(),
        milliseconds: kept.milliseconds,
        counts: rows::counts(&plan),
        people: kept.looked_at,
        guards: guard_notices(&plan),
        approved: approval.is_some(),
        approved_by: approval.as_ref().map(|approval| approval.who.clone()),
        approved_at: approval.as_ref().map(|approval| approval.at.to_string()),
        not_seen: plan
            .notes
            .iter()
            .filter(|note| note.source.is_none())
            .map(|note| rows::reason(&note.reason))
            .collect(),
    };
    let state = if fresh { PreviewState::Ready } else { PreviewState::Stale };
    Ok(Preview { state, progress: None, error: None, plan: Some(summary) })
}

/// Whether the plan was made by the draft as it is, and by what was decided about accounts.
async fn is_current(loaded: &Loaded, plan: &Plan) -> Result<bool, CommandError> {
    let decisions = usher_runner::decisions(&loaded.memory).await?;
    let rules = decisions.rules(&usher_plan::Policy::local(loaded.connection.profile));
    Ok(plan.configuration == loaded.revision.hash && plan.policy == rules)
}

/// Whether a cycle has ended since: what it did is no longer to be done.
async fn overtaken(loaded: &Loaded, plan: &Plan) -> Result<bool, CommandError> {
    let last = loaded.memory.with(|store| store.cycles(1)).await?;
    Ok(last.first().and_then(|run| run.ended).is_some_and(|ended| ended > plan.made_at))
}

pub(crate) async fn approval(
    loaded: &Loaded,
    hash: &str,
) -> Result<Option<usher_store::Approval>, CommandError> {
    let hash = hash.to_owned();
    let all = loaded.memory.with(move |store| store.approvals(&hash)).await?;
    Ok(all.into_iter().rev().find(|approval| approval.used_by.is_none()))
}

pub(crate) fn progress(news: &usher_runner::Progress) -> Progress {
    Progress {
        phase: Message::new(format!("phase-{}", news.phase.as_str())),
        done: news.done,
        total: news.total,
        seconds_left: news.remaining.map(|left| u32::try_from(left.div_ceil(1000)).unwrap_or(u32::MAX)),
        pace: news.pace.map(pace),
    }
}

fn pace(pace: usher_runner::Pace) -> Message {
    match pace.ceiling {
        _ if pace.waiting => Message::new("pace-waiting"),
        Some(ceiling) => Message::new("pace-of").number("rate", pace.rate).number("ceiling", ceiling),
        None => Message::new("pace-free").number("rate", pace.rate),
    }
}

/// The last preview's plan, exactly as it was worked out.
async fn kept(loaded: &Loaded) -> Result<Option<(Plan, Kept)>, CommandError> {
    let found = loaded
        .memory
        .with(|store| {
            let Some(kept) = store.state::<Kept>(PREVIEW)? else { return Ok(None) };
            Ok::<_, StoreError>(store.plan(&kept.hash)?.map(|saved| (saved, kept)))
        })
        .await?;
    let Some((saved, kept)) = found else { return Ok(None) };
    let plan: Plan =
        serde_json::from_str(&saved.body).map_err(|problem| RunError::PlanForm(problem.to_string()))?;
    verify(&plan).map_err(|_| RunError::Edited)?;
    Ok(Some((plan, kept)))
}

/// The last preview's plan, whether or not it still fits.
pub(crate) async fn last(loaded: &Loaded) -> Result<Option<Plan>, CommandError> {
    Ok(kept(loaded).await?.map(|(plan, _)| plan))
}

/// Whether the preview belongs to the draft as it is now, and whether a guard still waits for a decision.
pub(crate) async fn standing(loaded: &Loaded) -> Result<Standing, CommandError> {
    let Some((plan, _)) = kept(loaded).await? else { return Ok(Standing::Absent) };
    if !is_current(loaded, &plan).await? {
        return Ok(Standing::Stale);
    }
    if plan.guards.is_empty() || approval(loaded, &plan.hash).await?.is_some() {
        return Ok(Standing::Ready(Box::new(plan)));
    }
    Ok(Standing::Guarded(Box::new(plan)))
}

/// The last preview's plan where a guard would stop it and nothing has overtaken it.
pub(crate) async fn guarded(loaded: &Loaded) -> Result<Option<Plan>, CommandError> {
    match standing(loaded).await? {
        Standing::Guarded(plan) if !overtaken(loaded, &plan).await? => Ok(Some(*plan)),
        _ => Ok(None),
    }
}

/// Where the preview stands for the steps.
pub(crate) enum Standing {
    Absent,
    Stale,
    Guarded(Box<Plan>),
    Ready(Box<Plan>),
}

/// Rows with the user names of people who are linked.
async fn named(loaded: &Loaded, mut rows: Vec<PlanRow>) -> Result<Vec<PlanRow>, CommandError> {
    Ok(loaded.memory.with(move |store| rows::name_people(store, &mut rows).map(|()| rows)).await?)
}

/// Rows of the preview.
pub async fn preview_rows(app: &Arc<App>, request: PlanRowsRequest) -> Result<PlanRows, CommandError> {
    let loaded = load(app, &request.id).await?;
    let Some((plan, _)) = kept(&loaded).await? else { return Err(missing("preview", &request.id)) };
    let text = request.text.to_lowercase();
    let listed = |row: &PlanRow| request.actions.is_empty() || request.actions.contains(&row.action);
    let mut all: Vec<PlanRow> = rows::plan(&plan).into_iter().filter(listed).collect();
    if !text.is_empty() {
        all = named(&loaded, all).await?;
        all.retain(|row| {
            let mut texts =
                [&row.name, &row.detail].into_iter().chain(row.changes.iter().map(|change| &change.after));
            texts.any(|found| found.to_lowercase().contains(&text))
        });
    }
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let page = all.into_iter().skip(request.offset as usize).take(request.limit.min(500) as usize);
    Ok(PlanRows { rows: named(&loaded, page.collect()).await?, total })
}

/// Approves exactly this plan. The typed number is checked here, not in the window.
pub async fn preview_approve(app: &Arc<App>, request: ApprovePlan) -> Result<Preview, CommandError> {
    let loaded = load(app, &request.id).await?;
    let Some((plan, _)) = kept(&loaded).await? else { return Err(missing("preview", &request.id)) };
    if plan.hash != request.hash {
        return Err(error(ErrorCode::Stale, Message::new("error-plan-stale")));
    }
    if plan.counts.disable + plan.counts.delete != request.typed_count {
        return Err(error(ErrorCode::Invalid, Message::new("error-typed-count")));
    }
    crate::approval::record(app, &loaded, &plan, Some(request.typed_count)).await?;
    preview(app, ConnectionRef { id: request.id }).await
}

/// Who sits here, as the operating system names them: anybody may say anything in `USER`.
pub(crate) fn person() -> String {
    whoami::username().ok().filter(|name| !name.is_empty()).unwrap_or_else(nameless)
}

/// Somebody without an entry in the system's list of users, as in many containers.
fn nameless() -> String {
    #[cfg(target_os = "linux")]
    if let Ok(this) = std::fs::metadata("/proc/self") {
        return format!("uid {}", std::os::unix::fs::MetadataExt::uid(&this));
    }
    "unknown".to_owned()
}

/// The plan as a file: pretty JSON with a newline at the end.
pub fn to_json(plan: &Plan) -> Result<String, CommandError> {
    let text =
        serde_json::to_string_pretty(plan).map_err(|problem| RunError::PlanForm(problem.to_string()))?;
    Ok(text + "\n")
}

/// A plan from a file. Whether it was edited is checked when it is applied.
pub fn from_json(text: &str) -> Result<Plan, CommandError> {
    Ok(serde_json::from_str(text).map_err(|problem| RunError::PlanForm(problem.to_string()))?)
}

/// A plan from a file, for a report: one that was edited would tell what nobody has worked out.
pub fn from_json_unedited(text: &str) -> Result<Plan, CommandError> {
    let plan = from_json(text)?;
    verify(&plan).map_err(|_| RunError::Edited)?;
    Ok(plan)
}

/// The plan as people read it.
#[must_use]
pub fn to_text(plan: &Plan) -> String {
    usher_plan::render(plan)
}

pub(crate) fn guard_notices(plan: &Plan) -> Vec<GuardNotice> {
    let notice = |guard: &usher_plan::GuardFinding| GuardNotice {
        message: rows::guard(guard),
        count: guard.count,
        limit: guard.limit,
        approvable: guard.approvable,
    };
    plan.guards.iter().map(notice).collect()
}

/// What its guards say.
#[must_use]
pub fn guards(plan: &Plan) -> Vec<Message> {
    plan.guards.iter().map(rows::guard).collect()
}

/// Who would lose access.
#[must_use]
pub fn losing_access(plan: &Plan) -> Vec<String> {
    use usher_plan::Action;
    let losing = plan.operations.iter().filter(|one| matches!(one.action, Action::Disable | Action::Delete));
    losing.map(|operation| operation.display.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::person;

    const ASKED: &str = "USHER_TEST_WHO";

    #[test]
    fn who_sits_here_is_not_what_the_environment_says() {
        if let Some(answer) = std::env::var_os(ASKED) {
            return std::fs::write(answer, person()).expect("it can be written");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let answer = folder.path().join("who");
        let mut other = std::process::Command::new(std::env::current_exe().expect("this test"));
        other.args(["--exact", "preview::tests::who_sits_here_is_not_what_the_environment_says"]);
        other.env(ASKED, &answer).envs(["USER", "USERNAME", "LOGNAME"].map(|name| (name, "mallory")));
        other.output().expect("it runs");
        let said = std::fs::read_to_string(answer).expect("it answers");
        assert!(said == person() && said != "mallory", "{said}");
    }
}
