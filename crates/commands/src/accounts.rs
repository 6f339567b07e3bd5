//! Accounts that were at the service provider before Usher: listed as the last preview found them, and decided about.

use std::sync::Arc;

use serde_json::json;
use usher_plan::{Account, Accounts, Code, Decision, Decisions, ExistingAccounts, ObjectKind, Standing};
use usher_runner::{Revision, Watch};
use usher_store::{Choice, Kind};

use crate::app::App;
use crate::audit;
use crate::drift::is_named;
use crate::dto::{
    AccountCounts, AccountDecision, AccountPage, AccountRow, AccountsRequest, CommandError, DecideAccounts,
    ErrorCode, Message,
};
use crate::loaded::{Loaded, load};
use crate::preview::{person, reading};
use crate::problem::{error, missing};
use crate::rows;
use crate::running::between_cycles;

/// What the last preview found.
pub(crate) const ACCOUNTS: &str = "accounts";

/// Rows of the accounts, with how many there are of which kind.
pub async fn accounts(app: &Arc<App>, request: AccountsRequest) -> Result<AccountPage, CommandError> {
    let loaded = load(app, &request.id).await?;
    let found: Option<Accounts> = loaded.memory.with(|store| store.state(ACCOUNTS)).await?;
    let looked = found.is_some();
    let found = with_decisions(found.unwrap_or_default(), &usher_runner::decisions(&loaded.memory).await?);
    let default = loaded.connection.guards.existing_accounts;
    let text = request.text.to_lowercase();
    let wanted = |row: &AccountRow| {
        let listed = request.standings.is_empty() || request.standings.contains(&row.standing);
        let mut texts = [&row.name, &row.user_name].into_iter().chain(&row.people);
        listed && (text.is_empty() || texts.any(|found| found.to_lowercase().contains(&text)))
    };
    let all: Vec<AccountRow> =
        found.accounts.iter().map(|account| row(account, default)).filter(wanted).collect();
    Ok(AccountPage {
        looked,
        counts: counts(&found, default),
        asks: default == ExistingAccounts::Ask,
        total: u32::try_from(all.len()).unwrap_or(u32::MAX),
        rows: all.into_iter().skip(request.offset as usize).take(request.limit.min(500) as usize).collect(),
    })
}

/// Decides about accounts that the last preview found. The preview is out of date afterwards.
pub async fn accounts_decide(app: &Arc<App>, request: DecideAccounts) -> Result<AccountPage, CommandError> {
    let loaded = load(app, &request.id).await?;
    let found: Accounts = loaded.memory.with(|store| store.state(ACCOUNTS)).await?.unwrap_or_default();
    let mut decided = Vec::with_capacity(request.decisions.len());
    let mut adopted = Vec::new();
    for AccountDecision { kind, target, decision } in &request.decisions {
        let account = found.accounts.iter().find(|account| {
            account.target.as_str() == target && word_of(account.kind) == kind && can_decide(account)
        });
        let account = account.ok_or_else(|| missing("account", target))?;
        let choice = decision.as_deref().map(choice).transpose()?;
        adopted.extend((choice == Some(Choice::Adopt)).then_some(account));
        decided.push((usher_runner::store_kind(account.kind), target.clone(), choice));
    }
    nobody_loses_access(&adopted)?;
    save(app, &loaded, decided).await?;
    let nothing =
        AccountsRequest { id: request.id, standings: Vec::new(), text: String::new(), offset: 0, limit: 0 };
    accounts(app, nothing).await
}

/// What a person decides in the terminal: user names or ids.
#[derive(Debug, Default)]
pub struct Decide {
    /// Usher keeps these from now on.
    pub adopt: Vec<String>,
    /// Usher never writes to these.
    pub leave: Vec<String>,
    /// Nothing is done with these for now.
    pub later: Vec<String>,
    /// Whoever is adopted and not in scope may lose access by it.
    pub lose_access: bool,
}

/// Reads both sides by the draft, notes decisions, and gives everything that is there.
pub async fn look(app: &App, id: &str, decide: &Decide, watch: &Watch) -> Result<Found, CommandError> {
    let loaded = load(app, id).await?;
    if !loaded.connection.is_local() {
        return Err(error(ErrorCode::Invalid, Message::new("error-entra-keeps-no-links")));
    }
    crate::running::ready(&loaded.connection)?;
    let reading = reading(app, &loaded).await?;
    let revision = Revision { connection: &loaded.connection, hash: &loaded.revision.hash };
    let (_, found) = usher_runner::preview_with_accounts(&reading, revision, false, watch).await?;
    let decided = chosen(&found, decide)?;
    let noted: Vec<(Kind, String)> =
        decided.iter().map(|(kind, target, _)| (*kind, target.clone())).collect();
    if !decided.is_empty() {
        save(app, &loaded, decided).await?;
    }
    let found = with_decisions(found, &usher_runner::decisions(&loaded.memory).await?);
    let default = loaded.connection.guards.existing_accounts;
    let rows: Vec<AccountRow> = found.accounts.iter().map(|account| row(account, default)).collect();
    let is_noted = |row: &&AccountRow| {
        noted.iter().any(|(kind, target)| (kind.as_str(), target) == (row.kind.as_str(), &row.target))
    };
    let noted = rows.iter().filter(is_noted).cloned().collect();
    Ok(Found { counts: counts(&found, default), rows, noted })
}

/// Everything that is there, for the terminal.
#[derive(Debug, serde::Serialize)]
pub struct Found {
    /// How many of which kind.
    pub counts: AccountCounts,
    /// Every account that is not simply kept.
    pub rows: Vec<AccountRow>,
    /// What was decided about just now, as it stands from now on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<AccountRow>,
}

/// What somebody decides by name: all of it or nothing.
fn chosen(found: &Accounts, decide: &Decide) -> Result<Vec<(Kind, String, Option<Choice>)>, CommandError> {
    let mut decided = Vec::new();
    for (names, choice) in
        [(&decide.adopt, Choice::Adopt), (&decide.leave, Choice::Leave), (&decide.later, Choice::Later)]
    {
        let accounts = names.iter().map(|who| named(found, who)).collect::<Result<Vec<_>, _>>()?;
        if choice == Choice::Adopt && !decide.lose_access {
            nobody_loses_access(&accounts)?;
        }
        for (account, who) in accounts.into_iter().zip(names) {
            let (kind, target) = (usher_runner::store_kind(account.kind), account.target.to_string());
            let is_other = |(before, id, chosen): &(Kind, String, Option<Choice>)| {
                (*before, id) == (kind, &target) && *chosen != Some(choice)
            };
            if decided.iter().any(is_other) {
                let message = Message::new("error-account-two-decisions").text("which", who.clone());
                return Err(error(ErrorCode::Invalid, message));
            }
            decided.push((kind, target, Some(choice)));
        }
    }
    Ok(decided)
}

/// The account that somebody means: one that is spelled exactly so, or the only one of that name.
fn named<'a>(found: &'a Accounts, who: &str) -> Result<&'a Account, CommandError> {
    let all: Vec<&Account> =
        found.accounts.iter().filter(|account| can_decide(account) && is_named(account, who)).collect();
    let is_exact = |account: &&&Account| account.name == who.trim() || account.target.as_str() == who.trim();
    let exact: Vec<&Account> = all.iter().filter(is_exact).copied().collect();
    match (&all[..], &exact[..]) {
        ([], _) => Err(missing("account", who)),
        ([one], _) | (_, [one]) => Ok(*one),
        (several, _) => {
            let refused = error(ErrorCode::Invalid, Message::new("error-account-several").text("which", who));
            Err(several.iter().fold(refused, |refused, account| {
                refused.detail(account.target.as_str(), format!("{} ({})", account.name, account.display))
            }))
        }
    }
}

/// Refuses to adopt accounts of people who are not in scope: the next cycle would disable them.
fn nobody_loses_access(adopted: &[&Account]) -> Result<(), CommandError> {
    let outside: Vec<_> = adopted.iter().filter(|account| account.standing == Standing::OutOfScope).collect();
    if outside.is_empty() {
        return Ok(());
    }
    let count = u32::try_from(outside.len()).unwrap_or(u32::MAX);
    let refused =
        error(ErrorCode::NeedsPerson, Message::new("error-adopt-loses-access").number("count", count));
    Err(outside.into_iter().fold(refused, |refused, account| {
        refused.detail(account.target.as_str(), format!("{} ({})", account.name, account.display))
    }))
}

/// What Usher keeps is decided, and strangers are never touched.
fn can_decide(account: &Account) -> bool {
    matches!(account.standing, Standing::Matched | Standing::Ambiguous | Standing::OutOfScope)
}

/// Notes decisions. Refused while a cycle runs: it could write to the very account that somebody leaves alone now.
async fn save(
    app: &App,
    loaded: &Loaded,
    decided: Vec<(Kind, String, Option<Choice>)>,
) -> Result<(), CommandError> {
    let lock = between_cycles(app, &loaded.id)?;
    let (who, at) = (person(), app.now());
    let said: Vec<_> =
        decided.iter().map(|(kind, target, choice)| json!([kind.as_str(), target, word(*choice)])).collect();
    let entry = audit::entry(app, "accounts-decided", None, &json!({ "decided": said }));
    loaded
        .memory
        .with(move |store| {
            store.decide(&decided, &who, at)?;
            store.append_audit(&entry)
        })
        .await?;
    drop(lock);
    Ok(())
}

/// What was found, with what is decided by now.
fn with_decisions(found: Accounts, decisions: &Decisions) -> Accounts {
    let accounts = found
        .accounts
        .into_iter()
        .map(|account| Account { decision: decisions.of(account.kind, account.target.as_str()), ..account });
    let mut accounts: Vec<Account> = accounts.collect();
    let given: Vec<bool> = accounts.iter().map(|account| is_given(account, &accounts)).collect();
    for (account, _) in accounts.iter_mut().zip(given).filter(|(_, given)| *given) {
        (account.standing, account.because) = (Standing::Matched, None);
    }
    Accounts { accounts, ..found }
}

/// Whether a decision made it clear whose an account is: it goes over from whoever has left, or it is the one among several.
fn is_given(account: &Account, all: &[Account]) -> bool {
    let is_adopted = |one: &&Account| one.kind == account.kind && one.decision == Some(Decision::Adopt);
    let code = account.because.as_ref().map_or("", |why| &*why.code);
    let rivals = || all.iter().filter(is_adopted).filter(|one| one.claimants == account.claimants);
    account.standing == Standing::Ambiguous
        && is_adopted(&account)
        // With whoever has left, only one who would have it.
        && ((code == Code::KeptForAnother.as_str() && account.claimants.len() <= 2)
            || (code == Code::DuplicateTargetEntries.as_str() && rivals().count() == 1))
}

fn counts(found: &Accounts, default: ExistingAccounts) -> AccountCounts {
    let mut counts =
        AccountCounts { managed: found.managed, to_create: found.to_create, ..AccountCounts::default() };
    for account in &found.accounts {
        match account.standing {
            Standing::Matched => {
                counts.matched += 1;
                match becomes(account, default) {
                    Decision::Adopt => counts.adopt += 1,
                    Decision::Leave => counts.leave += 1,
                    Decision::Later => counts.later += 1,
                }
            }
            Standing::Ambiguous => counts.ambiguous += 1,
            Standing::Orphan => counts.orphan += 1,
            Standing::OutOfScope => counts.out_of_scope += 1,
            Standing::Stranger => counts.stranger += 1,
        }
    }
    counts
}

/// What becomes of an account as things stand. Only who matches is adopted without a word.
fn becomes(account: &Account, default: ExistingAccounts) -> Decision {
    // Whoever waits for the ring waits with what a person decided about the account.
    if account.because.as_ref().is_some_and(|why| why.code == Code::WaitsForRing.as_str()) {
        return Decision::Later;
    }
    account.decision.unwrap_or(match (account.standing, default) {
        (Standing::Matched, ExistingAccounts::Adopt) => Decision::Adopt,
        (Standing::Matched | Standing::Ambiguous, _) => Decision::Later,
        _ => Decision::Leave,
    })
}

fn row(account: &Account, default: ExistingAccounts) -> AccountRow {
    let standing = match account.standing {
        Standing::Matched => "matched",
        Standing::Ambiguous => "ambiguous",
        Standing::Orphan => "orphan",
        Standing::OutOfScope => "out-of-scope",
        Standing::Stranger => "stranger",
    };
    let name = |decision| {
        match decision {
            Decision::Adopt => "adopt",
            Decision::Leave => "leave",
            Decision::Later => "later",
        }
        .to_owned()
    };
    let people = account
        .claimants
        .iter()
        .map(|who| if who.display.is_empty() { who.source.to_string() } else { who.display.clone() });
    AccountRow {
        kind: word_of(account.kind).to_owned(),
        target: account.target.to_string(),
        name: account.display.clone(),
        user_name: account.name.clone(),
        active: account.active,
        standing: standing.to_owned(),
        decision: account.decision.map(name),
        becomes: name(becomes(account, default)),
        can_decide: can_decide(account),
        people: people.collect(),
        because: account.because.as_ref().map(|why| rows::reason_about(word_of(account.kind), why)),
    }
}

fn word_of(kind: ObjectKind) -> &'static str {
    usher_runner::store_kind(kind).as_str()
}

fn word(choice: Option<Choice>) -> Option<&'static str> {
    choice.map(|choice| match choice {
        Choice::Adopt => "adopt",
        Choice::Leave => "leave",
        Choice::Later => "later",
    })
}

fn choice(word: &str) -> Result<Choice, CommandError> {
    match word {
        "adopt" => Ok(Choice::Adopt),
        "leave" => Ok(Choice::Leave),
        "later" => Ok(Choice::Later),
        other => Err(missing("decision", other)),
    }
}

#[cfg(test)]
mod tests;
