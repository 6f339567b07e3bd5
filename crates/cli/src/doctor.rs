//! `usher doctor`: the set-up report with its remedies. `usher test-connection`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find_or_only, open, take};
use crate::output::{json, line};
use usher_commands::dto::{CheckResult, ConnectionRef, Finding, StepId, StepState};
use usher_commands::{connect, steps, words};

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
    let report = steps::setup_report(&app, ConnectionRef { id }).await?;
    if arguments.json {
        json(&report)?;
    } else {
        for step in &report.steps {
            let (number, name) = title(step.step);
            line(&format!("{number:>2}  {name:<28} {}", state(step.state)));
            for finding in &step.findings {
                show(finding);
            }
        }
        if report.can_turn_on {
            line("Ready to be switched on.");
        } else {
            line("In the way of switching on:");
            for message in &report.in_the_way {
                line(&format!("    {}", words(message)));
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
