//! `usher`, the terminal host: the same operations as the window, for scripts and for people who like terminals.
// A terminal host prints: that is its business.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod accounts;
mod approve;
mod arguments;
mod audit;
mod connection;
mod daemon;
mod demo;
mod doctor;
mod drift;
mod everyone;
mod failure;
mod host;
mod language;
mod log;
mod mapping;
mod next;
mod notices;
mod operate;
mod options;
mod output;
mod pending;
mod person;
mod plan;
mod practice;
mod ring;
mod scope;
mod sign_in;
mod signals;
mod status;
mod why;

use arguments::{Arguments, Command};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use std::process::ExitCode;
use usher_commands::ring::Change;

fn main() -> ExitCode {
    let parsed = Arguments::command()
        .try_get_matches()
        .and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, connection_of(&matches))));
    let (arguments, connection) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // clap prints help to stdout with code 0, and mistakes to stderr with code 2.
            if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
                failure::usage_json(&error.render().to_string());
            }
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // A certificate that is not trusted is told in a sentence of ours.
    let usual = "error,rustls_platform_verifier=off";
    let filter = tracing_subscriber::EnvFilter::try_from_env("USHER_LOG").unwrap_or_else(|_| usual.into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("usher: the runtime could not be started: {error}");
            return ExitCode::from(1);
        }
    };
    let json = arguments.json;
    let code = match runtime.block_on(dispatch(arguments)) {
        Ok(code) => code,
        Err(failure) => failure.report(json, connection.as_deref()),
    };
    // A keyring's password window may still wait for somebody: that must not keep the terminal.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// The connection that a command is about, unless it is given as a file.
fn connection_of(matches: &ArgMatches) -> Option<String> {
    match matches.subcommand() {
        Some((_, deeper)) => connection_of(deeper),
        None => {
            let given = matches.try_get_one::<String>("connection").ok().flatten();
            given.filter(|text| !host::is_file(text)).cloned()
        }
    }
}

async fn dispatch(arguments: Arguments) -> Result<u8, failure::Failure> {
    let Arguments { command, json, .. } = &arguments;
    let json = *json;
    match command {
        Command::Sandbox(options) => practice::sandbox(options, json).await,
        Command::Demo(options) => demo::demo(options, &arguments).await,
        Command::Connection(what) => connection::run(what, &arguments).await,
        Command::Doctor { connection } => doctor::doctor(connection.as_deref(), &arguments).await,
        Command::SignIn { connection } => sign_in::entra(connection, &arguments).await,
        Command::Authorize { connection, secret } => {
            sign_in::goto(connection, secret.as_deref(), &arguments).await
        }
        Command::Forget { connection } => sign_in::forget(connection, &arguments).await,
        Command::TestConnection { connection } => doctor::test_connection(connection, &arguments).await,
        Command::Preview { connection, out, reports } => {
            plan::preview(connection, out.as_deref(), reports, &arguments).await
        }
        Command::Plan { plan, reports } => plan::show(plan, reports, json),
        Command::Why { connection, person } => why::why(connection, person, &arguments).await,
        Command::OnDemand { connection, people, groups } => {
            why::on_demand(connection, people, groups, &arguments).await
        }
        Command::Accounts(options) => accounts::accounts(options, &arguments).await,
        Command::Drift { connection, out, force } => {
            let out = out.as_deref().map(|path| (path, (*force).into()));
            drift::drift(connection, out, &arguments).await
        }
        Command::Orphans(options) => drift::orphans(options, &arguments).await,
        Command::Scope(_) => scope::scope(),
        Command::Apply { plan } => plan::apply(plan, &arguments).await,
        Command::Approve { connection, plan, run, withdraw } => {
            let what = match plan {
                Some(plan) => approve::What::Approve { plan, run: *run },
                None if *withdraw => approve::What::Withdraw,
                None => approve::What::Show,
            };
            approve::approve(connection, what, &arguments).await
        }
        Command::Run { connection, once: true, wait, .. } => {
            operate::once(connection, *wait, &arguments).await
        }
        Command::Run { connection, wait, health, .. } => {
            daemon::run(connection, *wait, health.as_deref(), &arguments).await
        }
        Command::Notices { connection, test, password } => {
            notices::notices(connection, *test, password.as_deref(), &arguments).await
        }
        Command::On { connection, other_writers } => {
            operate::on(connection, *other_writers, &arguments).await
        }
        Command::Off { connection, now, reason } => operate::off(connection, *now, reason, &arguments).await,
        Command::Restart { connection, scopes, yes } => {
            operate::restart(connection, scopes, *yes, &arguments).await
        }
        Command::Status { connection } => status::status(connection.as_deref(), &arguments).await,
        Command::Pending { connection, keep, release } => {
            pending::pending(connection, keep, release, &arguments).await
        }
        Command::Ring { connection, people, groups, all } => {
            let (people, groups) = (people.clone(), groups.clone());
            ring::ring(connection, &Change { people, groups, all: *all }, &arguments).await
        }
        Command::Mapping(what) => mapping::run(what, &arguments).await,
        Command::Eval {
            expression: Some(expression),
            connection: Some(connection),
            target,
            attribute,
            ..
        } => {
            everyone::eval(expression, connection, target.as_deref(), attribute.as_deref(), &arguments).await
        }
        Command::Eval { expression, inputs, jsonl, now, .. } => {
            let asked = language::Eval {
                expression: expression.as_deref(),
                inputs,
                jsonl: *jsonl,
                now: now.as_deref(),
            };
            language::eval(&asked, json)
        }
        Command::Functions { name } => language::functions(name.as_deref(), json),
        Command::Audit { connection, csv, force } => {
            audit::audit(connection, csv.as_deref(), (*force).into(), &arguments).await
        }
        Command::Log { connection, results, find, run, limit, all, csv, force } => {
            let filter =
                log::Filter { results, find, run: *run, limit: (!all && csv.is_none()).then_some(*limit) };
            log::log(connection, &filter, csv.as_deref(), (*force).into(), &arguments).await
        }
    }
}
