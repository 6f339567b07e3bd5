//! `usher doctor`: the set-up report with its remedies. `usher test-connection`.

use crate::arguments::Arguments;
use crate::failure::{Failure, as_json};
use crate::host::{find_or_only, open, take};
use crate::next;
use crate::output::{json, line};
use usher_commands::dto::{CheckResult, ConnectionRef, Finding, Seats, StepId, StepState};
use usher_commands::{connect, seats, steps, words};

/// The step's number and title, as in the window.
pub fn title(step: StepId) -> (&'static str, &'static str) {
    match step {
        StepId::SignIn => ("1", "Sign in and prerequisites"),
        StepId::Plan => ("2", "Plan"),
        StepId::PrepareGoto => ("3", "Prepare GoTo"),
        StepId::Application => ("4", "Application"),
        StepId::People => ("5", "People"),
        StepId::Connect => ("6", "Connect"),
        StepId::UserAttributes => ("7", "User attributes"),
        StepId::GroupAttributes => ("8", "Group attributes"),
        StepId::ScopingFilters => ("9", "Scoping filters"),
        StepId::Preview => ("10", "Preview"),
        StepId::TurnOn => ("11", "Turn on"),
    }
}

fn state(state: StepState) -> &'static str {
    match state {
        StepState::Done => "done",
        StepState::Attention => "needs attention",
        StepState::Blocked => "waits",
        StepState::NotStarted => "not started",
    }
}

fn result(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Passed => "ok",
        CheckResult::FixThis => "FIX",
        CheckResult::Warning => "note",
        CheckResult::Later => "later",
        CheckResult::NotTried => "-",
        CheckResult::Information => "i",
    }
}

/// The set-up report.
pub async fn doctor(connection: Option<&str>, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = match connection {
        Some(named) => take(&app, named).await?,
        None => find_or_only(&app, None).await?,
    };
    let named = id.clone();
    let report = steps::setup_report(&app, ConnectionRef { id: id.clone() }).await?;
    // Seats are advice: that GoTo is away, or that they are short, is told and makes nothing fail.
    let seats = seats::seats(&app, ConnectionRef { id }).await;
    if arguments.json {
        let mut whole = serde_json::to_value(&report)?;
        whole["seats"] = match &seats {
            Ok(seats) => serde_json::to_value(seats)?,
            Err(problem) => as_json(problem, Some(&named)),
        };
        json(&whole)?;
    } else {
        for step in &report.steps {
            let (number, name) = title(step.step);
            line(&format!("{number:>2}  {name:<28} {}", state(step.state)));
            for finding in &step.findings {
                show(finding);
            }
            if let Some(next) = next::of(step, &named) {
                line(&format!("      next: {next}"));
            }
        }
        match &seats {
            Ok(seats) if seats.applies => show_seats(seats),
            Ok(_) => {}
            Err(problem) => {
                line(&format!("    Seats at GoTo could not be read. {}", words(&problem.message)))
            }
        }
        if report.can_turn_on {
            line("Ready to be switched on.");
        } else {
            line("In the way of switching on:");
            for message in &report.in_the_way {
                line(&format!("    {}", words(message)));
                if let Some(next) = next::of_message(&message.id, Some(&named)) {
                    line(&format!("      next: {next}"));
                }
            }
        }
    }
    let broken = report
        .steps
        .iter()
        .flat_map(|step| &step.findings)
        .any(|finding| finding.result == CheckResult::FixThis);
    Ok(if broken { 3 } else { 0 })
}

fn show(finding: &Finding) {
    line(&format!("      {:<5} {}", result(finding.result), words(&finding.title)));
    for evidence in &finding.evidence {
        line(&format!("            {}", words(evidence)));
    }
    if let Some(remedy) = &finding.remedy {
        for step in &remedy.steps {
            line(&format!("            -> {}", words(step)));
        }
    }
}

/// Seats, the rules to make at GoTo, and what to expect there.
fn show_seats(seats: &Seats) {
    line(&format!("    {:<28} {}", "Seats and User Sync", result(seats.result)));
    line(&format!("            {}", words(&seats.summary)));
    let number = |number: Option<u32>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    for account in &seats.accounts {
        for licence in &account.licences {
            let (seats, used, free) = (number(licence.seats), number(licence.used), number(licence.free));
            let over = if licence.enabled { "" } else { ", not in force" };
            let (account, name) = (&account.name, &licence.name);
            line(&format!("            {account}: {name}: {seats} seats, {used} used, {free} free{over}"));
        }
    }
    for group in &seats.groups {
        let people = if group.people == 1 { "person" } else { "people" };
        let (name, count, advice) = (&group.name, group.people, words(&group.advice));
        line(&format!("      {:<5} {name}: {count} {people}. {advice}", result(group.result)));
    }
    for message in seats.missing.iter().chain(&seats.notes) {
        line(&format!("            -> {}", words(message)));
    }
}

/// Tests the connection to the service provider.
pub async fn test_connection(connection: &str, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    let test = connect::test_connection(&app, ConnectionRef { id }).await?;
    if arguments.json {
        json(&test)?;
    } else {
        for row in &test.rows {
            let evidence = words(&row.evidence);
            line(&format!("{:<5} {:>6} ms  {}", result(row.result), row.milliseconds, words(&row.title)));
            if !evidence.is_empty() {
                line(&format!("                {evidence}"));
            }
        }
        if let Some(diagnosis) = &test.diagnosis {
            show(diagnosis);
        }
    }
    // Sign-in and permission are 4; a service that is away or wrong is no matter of credentials.
    let credentials = [
        "not-signed-in",
        "token-refused",
        "missing-scope",
        "organisation-role",
        "organisation-admin",
        "not-allowed",
    ];
    let why = test.diagnosis.as_ref().and_then(|diagnosis| diagnosis.title.id.strip_prefix("diagnosis-"));
    Ok(match (test.passed, why) {
        (true, _) => 0,
        (false, Some(why)) if credentials.contains(&why) => 4,
        (false, _) => 1,
    })
}
