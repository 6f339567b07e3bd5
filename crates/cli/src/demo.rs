//! `usher demo`: the main job unattended on an embedded practice world, every step in order with one line each, ending
//! with the counts read back from GoTo.

mod world;

use crate::arguments::Arguments;
use crate::doctor::title;
use crate::failure::Failure;
use crate::host::{free, write_file};
use crate::operate::watched;
use crate::options::{DemoOptions, RunnerName};
use crate::output::{json, line};
use crate::person::Person;
use crate::practice::clock;
use anyhow::{Context as _, anyhow};
use serde_json::{Value, json as object};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_commands::dto::*;
use usher_commands::{
    App, Options, application, connect, connections, domain, operate, people, practice, preview, sign_in,
    steps, words,
};
use usher_sandbox::{ClockMode, Running};
use world::{ask, change_somebody, in_goto, list, read_back, sign_in_name, tell, writes};

/// When the demo takes place: a Monday morning, the same one every time, so that the same seed gives the same bytes.
const NOW: &str = "2026-01-05T08:00:00Z";

/// What the demo prints, step by step, and as JSON at the end.
struct Story {
    as_json: bool,
    steps: Vec<Value>,
}

impl Story {
    fn tell(&mut self, step: StepId, what: &str) {
        let (number, name) = title(step);
        if self.as_json {
            self.steps.push(object!({ "step": number, "title": name, "what": what }));
        } else {
            line(&format!("{number:>2}  {name:<28} {what}"));
        }
    }
}

/// Runs the demo.
pub async fn demo(choice: &DemoOptions, arguments: &Arguments) -> Result<u8, Failure> {
    free(choice.plan_out.as_deref(), choice.force.into())?;
    let now = NOW.parse().map_err(|_| anyhow!("the demo's own time cannot be read"))?;
    let world = usher_sandbox::start(usher_sandbox::Options {
        seed: choice.seed,
        clock: ClockMode::Pinned(now),
        application: false,
        ..usher_sandbox::Options::default()
    })
    .await
    .context("the practice world could not be started")?;
    let app = open(&world, arguments).await?;
    let mut story = Story { as_json: arguments.json, steps: Vec::new() };
    let told = match choice.runner {
        RunnerName::Local => local(&app, &world, choice, &mut story).await?,
        RunnerName::Entra => entra(&app, &world, choice, &mut story).await?,
    };
    let good = told["missing"].as_array().is_none_or(Vec::is_empty)
        && told["unexpected"].as_array().is_none_or(Vec::is_empty);
    if arguments.json {
        json(&object!({ "steps": story.steps, "result": told, "ok": good }))?;
    } else {
        line(&format!(
            "In GoTo now, read back: {} active people, {} groups, {} memberships.",
            told["people"], told["groups"], told["memberships"]
        ));
        for (what, names) in [("missing", &told["missing"]), ("unexpected", &told["unexpected"])] {
            for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                line(&format!("  {what}: {name}"));
            }
        }
        line(if good {
            "Everybody who should be there is there, and nobody else."
        } else {
            "GoTo is not as it should be."
        });
    }
    app.close().await;
    world.stop().await;
    Ok(u8::from(!good))
}

/// The application on the embedded world: credentials in memory, the practice person instead of a browser.
async fn open(world: &Running, arguments: &Arguments) -> Result<Arc<App>, Failure> {
    let endpoints = world.endpoints.clone();
    let open_browser = move |url: &Url| {
        let login = url.as_str().starts_with(&endpoints.login);
        let person = if login {
            Person {
                user_name: endpoints.entra.user_name.clone(),
                password: endpoints.entra.password.clone(),
            }
        } else {
            Person { user_name: endpoints.goto.user_name.clone(), password: endpoints.goto.password.clone() }
        };
        let url = url.clone();
        tokio::spawn(async move {
            if let Err(error) = person.visit(&url).await {
                tracing::error!("the practice person did not get through: {error:#}");
            }
        });
        true
    };
    let control = world.endpoints.control.parse().context("the practice world's address")?;
    let options = Options {
        data: arguments.data_dir.clone(),
        ends_with_world: true,
        sandbox: Some(control),
        clock: Some(clock(world)),
        memory_vault: true,
        references: false,
        open_browser: Arc::new(open_browser),
        program: "usher demo",
        ..Options::default()
    };
    Ok(App::open(options).await?)
}

fn reference(id: &str) -> ConnectionRef {
    ConnectionRef { id: id.to_owned() }
}

async fn sign_in_at(app: &Arc<App>, id: &str, cloud: CloudName) -> Result<SignedIn, CommandError> {
    let attempt = sign_in::sign_in_begin(app, BeginSignIn { id: id.to_owned(), cloud }).await?;
    sign_in::sign_in_wait(app, AttemptRef { attempt: attempt.attempt }).await
}

async fn edit(app: &Arc<App>, id: &str, change: impl FnOnce(&mut Draft)) -> Result<(), CommandError> {
    let view = connections::connection(app, reference(id)).await?;
    let mut draft = view.draft;
    change(&mut draft);
    connections::draft_save(app, SaveDraft { id: id.to_owned(), revision: view.revision, draft }).await?;
    Ok(())
}

/// Steps 1 to 5, the same for both runners: sign in, plan, domain, application, people.
pub async fn prepare(
    app: &Arc<App>,
    world: &Running,
    runner: Runner,
    tell: &mut (dyn FnMut(StepId, &str) + Send),
) -> Result<String, Failure> {
    let new = NewConnection { name: "Practice".to_owned(), profile: TargetProfile::Goto };
    let id = connections::connection_new(app, new).await?.summary.id;
    practice::practice_fill(app, PracticeFill { id: id.clone(), cloud: CloudName::Entra }).await?;
    let signed_in = sign_in_at(app, &id, CloudName::Entra).await?;
    tell(StepId::SignIn, &format!("signed in as {}", signed_in.account.user_name));

    let facts = steps::plan_facts(app, reference(&id)).await?;
    edit(app, &id, |draft| {
        draft.runner = runner;
        draft.assigned_only = true;
        draft.planned = true;
    })
    .await?;
    tell(
        StepId::Plan,
        &format!(
            "assigned people and groups only; the tenant has {} people, {} groups",
            facts.people, facts.groups
        ),
    );

    let (name, code) = verification_code(world).await?;
    edit(app, &id, |draft| {
        draft.domain.name.clone_from(&name);
        draft.domain.code = code;
        draft.domain.received = world.world.clock.now().to_string();
    })
    .await?;
    let report = domain::domain_check(app, reference(&id)).await?;
    if !report.found {
        return Err(
            anyhow!("the verification record of {name} was not found: {}", words(&report.verdict)).into()
        );
    }
    edit(app, &id, |draft| draft.domain.confirmed = true).await?;
    tell(StepId::PrepareGoto, &format!("{name}: {}", words(&report.verdict)));

    let gallery = application::applications(app, reference(&id)).await?.gallery;
    let template = gallery.iter().find(|row| row.provisioning).context("the gallery has no GoTo")?;
    let add = AddApplication { id: id.clone(), template: template.id.clone(), name: "GoTo".to_owned() };
    let added = application::application_add(app, add).await?;
    tell(StepId::Application, &format!("added {} from the gallery", added.name));

    let assigned = assign_groups(app, &id).await?;
    let mended = mend(world, &name).await?;
    let people = people::people(app, reference(&id)).await?;
    let scope = format!("{} people, {} groups in scope", people.in_scope, people.groups);
    tell(StepId::People, &format!("assigned {assigned} groups with the role User: {scope}; {mended}"));
    Ok(id)
}

/// The code as the Organization Center shows it, through the practice world's control endpoint.
async fn verification_code(world: &Running) -> Result<(String, String), Failure> {
    let domains = ask(world, "goto/domains").await?;
    // The shortest name is the tenant's own domain; the others are below it.
    let own = domains.as_object().and_then(|all| all.iter().min_by_key(|(name, _)| name.len()));
    let (name, domain) = own.context("the practice organisation has no domain")?;
    let code = domain["value"].as_str().context("the domain has no code")?;
    Ok((name.clone(), code.to_owned()))
}

/// Assigns every group that can carry people, as a person would in the drawer.
async fn assign_groups(app: &Arc<App>, id: &str) -> Result<usize, Failure> {
    let role = people::people(app, reference(id))
        .await?
        .roles
        .first()
        .context("the application has no role")?
        .id
        .clone();
    let search = SearchPrincipals { id: id.to_owned(), text: String::new(), kind: "group".to_owned() };
    let mut assigned = 0;
    for group in people::principals(app, search).await?.into_iter().filter(|group| group.warning.is_none()) {
        people::assign(app, Assign { id: id.to_owned(), principal: group.id, role: role.clone() }).await?;
        assigned += 1;
    }
    Ok(assigned)
}

/// What an administrator does about accounts that GoTo would refuse: a last name is added, a name of more than 60
/// characters is shortened, people of domains that are not verified leave the groups.
async fn mend(world: &Running, domain: &str) -> Result<String, Failure> {
    let (mut without_name, mut too_long, mut elsewhere) = (0, 0, BTreeSet::new());
    let people = ask(world, "people").await?;
    for person in list(&people, "people") {
        let text = |field: &str| person[field].as_str().unwrap_or_default();
        let change = |field: &str, value: &str| object!({ field: value });
        let path = format!("people/{}", text("id"));
        if !sign_in_name(text("userPrincipalName")).ends_with(&format!("@{domain}")) {
            elsewhere.insert(text("id").to_owned());
        } else {
            for field in ["givenName", "surname"] {
                let length = text(field).chars().count();
                if length == 0 {
                    tell(world, "PATCH", &path, &change(field, "Unnamed")).await?;
                    without_name += 1;
                } else if length > LONGEST_NAME {
                    let shorter: String = text(field).chars().take(LONGEST_NAME).collect();
                    tell(world, "PATCH", &path, &change(field, shorter.trim_end())).await?;
                    too_long += 1;
                }
            }
        }
    }
    let groups = ask(world, "groups").await?;
    let mut left = BTreeSet::new();
    for group in list(&groups, "groups") {
        let members = list(&group["members"], "members").iter().filter_map(Value::as_str);
        let leaving: Vec<&str> = members.filter(|member| elsewhere.contains(*member)).collect();
        if !leaving.is_empty() {
            let path = format!("groups/{}/members", group["id"].as_str().unwrap_or_default());
            tell(world, "POST", &path, &object!({ "add": [], "remove": leaving })).await?;
            left.extend(leaving.into_iter().map(str::to_owned));
        }
    }
    Ok(format!(
        "mended in Entra before GoTo refuses them: {without_name} names missing, {too_long} names too long, {} people of other domains",
        left.len()
    ))
}

/// GoTo takes names of at most 60 characters (GoTo's SCIM description: `name.givenName`, `name.familyName`).
const LONGEST_NAME: usize = 60;

/// Steps 7 and 8: the mappings are looked at.
pub async fn review(
    app: &Arc<App>,
    id: &str,
    tell: &mut (dyn FnMut(StepId, &str) + Send),
) -> Result<(), Failure> {
    edit(app, id, |draft| {
        draft.users_reviewed = true;
        draft.groups_reviewed = true;
    })
    .await?;
    let draft = connections::connection(app, reference(id)).await?.draft;
    tell(StepId::UserAttributes, &format!("{} attributes reviewed", draft.users.rows.len()));
    tell(StepId::GroupAttributes, &format!("{} attributes reviewed", draft.groups.rows.len()));
    Ok(())
}

/// Authorizes Usher's own GoTo sign-in and tests the connection.
pub async fn authorize(app: &Arc<App>, id: &str) -> Result<String, Failure> {
    practice::practice_fill(app, PracticeFill { id: id.to_owned(), cloud: CloudName::Goto }).await?;
    let authorized = sign_in_at(app, id, CloudName::Goto).await?;
    let test = connect::test_connection(app, reference(id)).await?;
    if !test.passed {
        let why = test.diagnosis.map(|finding| words(&finding.title)).unwrap_or_default();
        return Err(anyhow!("the connection test failed: {why}").into());
    }
    Ok(format!("authorized by {}; {} checks passed", authorized.account.user_name, test.rows.len()))
}

/// Works the preview out and, if asked to, saves its plan.
pub async fn previewed(app: &Arc<App>, id: &str, choice: &DemoOptions) -> Result<(Value, String), Failure> {
    let plan = preview::make(app, id, &watched()).await?;
    let text = preview::to_json(&plan)?;
    if let Some(path) = &choice.plan_out {
        write_file(path, &text, choice.force.into())?;
    }
    let what = format!(
        "{} create, {} link, {} update, {} skip",
        plan.counts.create, plan.counts.link, plan.counts.update, plan.counts.skip
    );
    Ok((serde_json::from_str(&text)?, what))
}

async fn local(
    app: &Arc<App>,
    world: &Running,
    choice: &DemoOptions,
    story: &mut Story,
) -> Result<Value, Failure> {
    let (before, _, _) = in_goto(world).await?;
    let mut tell = |step: StepId, what: &str| story.tell(step, what);
    let id = prepare(app, world, Runner::Local, &mut tell).await?;
    let what = authorize(app, &id).await?;
    tell(StepId::Connect, &what);
    review(app, &id, &mut tell).await?;
    tell(StepId::ScopingFilters, "everyone assigned is in scope");
    let (plan, what) = previewed(app, &id, choice).await?;
    tell(StepId::Preview, &what);
    let first = first_created(&plan)?;
    let tried = operate::try_person(app, TryPerson { id: id.clone(), person: first }).await?;
    if tried.result != "success" {
        return Err(anyhow!("the trial of {} did not succeed: {}", tried.name, words(&tried.summary)).into());
    }
    // Trying somebody changes GoTo, so that the preview is made again before switching on.
    preview::make(app, &id, &watched()).await?;
    // A practice world has no other service.
    operate::other_writers(app, &id, Some(OtherWriters::None)).await?;
    let revision = connections::connection(app, reference(&id)).await?.revision;
    operate::turn_on(app, TurnOn { id: id.clone(), revision, without_trial: false }).await?;
    let done = operate::run_once(app, &id).await?;
    let summary = operate::summary(&done);
    tell(
        StepId::TurnOn,
        &format!(
            "tried {}; switched on; the first cycle created {}, updated {}",
            tried.name, summary.created, summary.updated
        ),
    );
    let began = Instant::now();
    let second = second_cycle(app, world, &id).await?;
    let (off, after_off) = switch_off(app, world, &id, began.elapsed()).await?;
    let found = read_back(world, &before).await?;
    Ok(object!({
        "runner": "local",
        "people": found.people,
        "groups": found.groups,
        "memberships": found.memberships,
        "missing": found.missing,
        "unexpected": found.unexpected,
        "first_cycle": operate::summary(&done),
        "second_cycle": second,
        "stays": off,
        "after_off": after_off,
        "plan_hash": plan["hash"],
    }))
}

/// The same job with the job in Microsoft's cloud: here its stand-in, which really provisions into the practice GoTo.
async fn entra(
    app: &Arc<App>,
    world: &Running,
    choice: &DemoOptions,
    story: &mut Story,
) -> Result<Value, Failure> {
    let (before, _, _) = in_goto(world).await?;
    let mut tell = |step: StepId, what: &str| story.tell(step, what);
    let id = prepare(app, world, Runner::Entra, &mut tell).await?;
    usher_commands::entra::authorize(app, &id, &CancellationToken::new()).await?;
    usher_commands::entra::test(app, &id).await?;
    // Reading GoTo for the preview needs Usher's own sign-in: the portal's authorisation gives Usher no token.
    let own = authorize(app, &id).await?;
    tell(
        StepId::Connect,
        &format!("authorized in the portal, saved credentials work; for the preview: {own}"),
    );
    review(app, &id, &mut tell).await?;
    tell(StepId::ScopingFilters, "everyone assigned is in scope");
    let (plan, what) = previewed(app, &id, choice).await?;
    tell(StepId::Preview, &what);
    let first = first_created(&plan)?;
    let tried = usher_commands::entra::try_person(app, &id, &first).await?;
    operate::on(app, &id).await?;
    let first_cycle = cycle_of_job(app, &id, None).await?;
    tell(
        StepId::TurnOn,
        &format!("tried one person: {tried}; switched on; the first cycle wrote {}", first_cycle.updated),
    );
    let writes = writes(world).await?;
    let began = Instant::now();
    world.world.clock.advance(40);
    let second = cycle_of_job(app, &id, Some(&first_cycle.started)).await?;
    let written = self::writes(world).await? - writes;
    let (off, after_off) = switch_off(app, world, &id, began.elapsed()).await?;
    let found = read_back(world, &before).await?;
    Ok(object!({
        "runner": "entra",
        "people": found.people,
        "groups": found.groups,
        "memberships": found.memberships,
        "missing": found.missing,
        "unexpected": found.unexpected,
        "first_cycle": first_cycle,
        "second_cycle": { "writes": written, "outcome": second.outcome },
        "stays": off,
        "after_off": after_off,
        "plan_hash": plan["hash"],
    }))
}

fn first_created(plan: &Value) -> Result<String, Failure> {
    let first = plan["operations"]
        .as_array()
        .and_then(|operations| {
            operations.iter().find(|one| one["kind"] == "user" && one["action"] == "create")
        })
        .and_then(|operation| operation["source"].as_str());
    Ok(first.context("the preview creates nobody")?.to_owned())
}

/// The job's last cycle, once there is one that began after the given one.
async fn cycle_of_job(app: &Arc<App>, id: &str, after: Option<&str>) -> Result<CycleSummary, Failure> {
    loop {
        let status = operate::status(app, reference(id)).await?;
        let last = status
            .cycles
            .into_iter()
            .find(|cycle| cycle.ended.is_some() && Some(cycle.started.as_str()) != after);
        if let Some(cycle) = last.filter(|_| status.progress.is_none()) {
            return Ok(cycle);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Forty minutes later the scheduler runs the next cycle by itself.
async fn second_cycle(app: &Arc<App>, world: &Running, id: &str) -> Result<Value, Failure> {
    app.start_scheduler();
    world.world.clock.advance(40);
    let cycle = operate::wait_for_cycle(app, id, 2).await?;
    Ok(
        object!({ "created": cycle.created, "updated": cycle.updated, "disabled": cycle.disabled, "outcome": cycle.outcome }),
    )
}

/// Off is off: somebody who was provisioned changes, forty minutes pass twice, and nothing is written. It waits as long as
/// the cycle before needed altogether, at least a second. What it says: what stays in GoTo, and what came after.
async fn switch_off(
    app: &Arc<App>,
    world: &Running,
    id: &str,
    needed: Duration,
) -> Result<(Vec<String>, Value), Failure> {
    let request = TurnOff { id: id.to_owned(), cancel_running: false, reason: "demo".to_owned() };
    let off = operate::turn_off(app, request).await?;
    let (cycles, before) = (operate::status(app, reference(id)).await?.cycles.len(), writes(world).await?);
    change_somebody(world).await?;
    for _ in 0..2 {
        world.world.clock.advance(40);
        tokio::time::sleep(needed.max(Duration::from_secs(1))).await;
    }
    let status = operate::status(app, reference(id)).await?;
    let (ran, written) = (status.cycles.len() - cycles, writes(world).await? - before);
    if status.on || ran != 0 || written != 0 {
        return Err(anyhow!("Off did not hold: {ran} cycles ran and {written} requests were written").into());
    }
    Ok((off.stays.iter().map(words).collect(), object!({ "cycles": ran, "writes": written })))
}
