//! `usher accounts`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, open};
use crate::operate::watched;
use crate::options::AccountOptions;
use crate::output::{json, line, progress};
use usher_commands::accounts::{Decide, look};
use usher_commands::dto::{AccountRow, ErrorCode};
use usher_commands::words;

/// The kinds of accounts with what is said above them.
const TITLES: [(&str, &str); 5] = [
    ("matched", "Matched: one person in scope has this account by the matching attributes."),
    ("ambiguous", "Not clear whose: nothing is done with these until it is."),
    ("orphan", "Orphans: Usher keeps these, and nobody in scope has them."),
    ("out-of-scope", "Not in scope: Entra knows these people, Usher does not keep their accounts."),
    ("stranger", "Strangers: nobody in Entra has these accounts. They are never touched."),
];

/// Lists what is there, and notes decisions.
pub async fn accounts(options: &AccountOptions, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, &options.connection).await?;
    let decide = Decide {
        adopt: options.adopt.clone(),
        leave: options.leave.clone(),
        later: options.later.clone(),
        lose_access: options.yes,
    };
    let found = match look(&app, &id, &decide, &watched()).await {
        Err(refused) if refused.code == ErrorCode::NeedsPerson => {
            let code = Failure::from(refused).report(arguments.json, Some(&id));
            progress("--yes adopts all the same.");
            return Ok(code);
        }
        found => found?,
    };
    if arguments.json {
        json(&found)?;
        return Ok(0);
    }
    for (standing, title) in TITLES {
        let rows: Vec<&AccountRow> = found.rows.iter().filter(|row| row.standing == standing).collect();
        if !rows.is_empty() {
            line(title);
            rows.into_iter().for_each(|row| line(&told(row)));
        }
    }
    found.noted.iter().for_each(|row| line(&noted(row)));
    let counts = found.counts;
    line(&format!(
        "{} matched ({} to adopt, {} left, {} waiting for a decision), {} unclear, {} orphans, {} not in scope, {} \
         strangers. {} are kept already, {} would be created.",
        counts.matched,
        counts.adopt,
        counts.leave,
        counts.later,
        counts.ambiguous,
        counts.orphan,
        counts.out_of_scope,
        counts.stranger,
        counts.managed,
        counts.to_create,
    ));
    line("Nothing has been sent. --adopt, --leave and --later note what you decide.");
    Ok(0)
}

/// What was decided, and what follows from it.
fn noted(row: &AccountRow) -> String {
    let decision = row.decision.as_deref().unwrap_or_default();
    let follows = match (decision, row.becomes.as_str(), row.standing.as_str()) {
        ("adopt", "adopt", "out-of-scope") => "the next cycle takes it over, and it loses access",
        ("adopt", "adopt", "ambiguous") => "it is still not clear whose it is, so nothing is done with it",
        ("adopt", "adopt", _) => "the next cycle takes it over",
        ("adopt", ..) => "the first cycle that is allowed to takes it over",
        ("leave", ..) => "cycles leave it as it is",
        _ => "nothing is done with it until somebody decides",
    };
    format!("Noted: {decision} {} ({}): {follows}.", row.user_name, row.name)
}

fn told(row: &AccountRow) -> String {
    let state = if row.active { "" } else { " (inactive)" };
    let becomes = match (row.can_decide, row.becomes.as_str()) {
        (false, _) => "",
        (true, "adopt") if row.standing == "out-of-scope" => "  adopted, and loses access",
        (true, "adopt") => "  adopted",
        (true, "later") => "  waits for a decision",
        (true, _) => "  left as it is",
    };
    let why = row.because.as_ref().map(|why| format!(": {}", words(why))).unwrap_or_default();
    format!("  {:<40} {}{state}{becomes}{why}", row.user_name, row.name)
}

#[cfg(test)]
mod tests {
    use super::{AccountRow, noted};
    use serde_json::json;

    #[test]
    fn what_was_decided_is_told_with_what_follows() {
        let told = |standing: &str, decision: &str, becomes: &str| {
            let row = json!({ "kind": "user", "target": "k1", "name": "Ana", "user_name": "ana@x.example",
                "active": true, "standing": standing, "decision": decision, "becomes": becomes,
                "can_decide": true, "people": [] });
            noted(&serde_json::from_value::<AccountRow>(row).expect("a row"))
        };
        assert_eq!(
            told("matched", "adopt", "adopt"),
            "Noted: adopt ana@x.example (Ana): the next cycle takes it over."
        );
        assert!(told("out-of-scope", "adopt", "adopt").ends_with("takes it over, and it loses access."));
        assert!(told("ambiguous", "adopt", "adopt").contains("still not clear"));
        assert!(told("matched", "adopt", "later").contains("the first cycle that is allowed to"));
        assert!(told("matched", "leave", "leave").ends_with("cycles leave it as it is."));
    }
}
