//! Steps 10 and 11: what the preview says, and whether provisioning is on.

use usher_store::Store;

use super::{Checked, Facts, fix, plain};
use crate::dto::{CheckResult, Message, RemedyAction, StepId, StepState};
use crate::preview::{self, Standing};

pub(super) async fn previewed(facts: &Facts<'_>) -> Checked {
    let go = || vec![RemedyAction::GoTo { step: StepId::Preview }];
    Ok(match preview::standing(facts.loaded).await? {
        Standing::Absent => {
            (StepState::NotStarted, vec![plain("preview", CheckResult::Later, Message::new("preview-none"))])
        }
        Standing::Stale => (StepState::Attention, vec![fix("preview", "preview-stale", go())]),
        Standing::Guarded(plan) => {
            let mut findings = vec![fix("preview", "preview-guarded", go())];
            findings.extend(
                plan.guards
                    .iter()
                    .map(|guard| plain("guard", CheckResult::Warning, crate::rows::guard(guard))),
            );
            (StepState::Attention, findings)
        }
        Standing::Ready(plan) => {
            let title = Message::new("preview-ready")
                .number("create", plan.counts.create)
                .number("update", plan.counts.update + plan.counts.link)
                .number("disable", plan.counts.disable);
            (StepState::Done, vec![plain("preview", CheckResult::Passed, title)])
        }
    })
}

pub(super) async fn turned_on(facts: &Facts<'_>) -> Checked {
    let life: Option<usher_engine::cycle::Memory> =
        facts.loaded.memory.with(|store: &Store| store.state(usher_runner::state::LIFE)).await?;
    let trial: Option<crate::trial::Trial> =
        facts.loaded.memory.with(|store: &Store| store.state(crate::trial::TRIAL)).await?;
    let holds = trial.map(|trial| trial.holds(&facts.loaded.connection)).transpose();
    let tried = holds?.unwrap_or(false);
    let trial = match tried {
        true => plain("trial", CheckResult::Passed, Message::new("turn-on-trial-worked")),
        false => plain("trial", CheckResult::Later, Message::new("turn-on-no-trial")),
    };
    let on = life.is_some_and(|life| life.on);
    let current = facts.loaded.live.as_ref().is_some_and(|live| live.number == facts.loaded.revision.number);
    Ok(match (on, current) {
        (true, true) => {
            (StepState::Done, vec![plain("on", CheckResult::Passed, Message::new("turn-on-is-on")), trial])
        }
        (true, false) => (
            StepState::Attention,
            vec![plain("on", CheckResult::Warning, Message::new("turn-on-draft-differs")), trial],
        ),
        (false, _) => (
            StepState::NotStarted,
            vec![plain("on", CheckResult::Later, Message::new("turn-on-is-off")), trial],
        ),
    })
}
