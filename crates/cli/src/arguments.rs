//! The command line, with help that teaches.

use crate::options::{
    AccountOptions, ConnectionSettings, DemoOptions, OrphanOptions, OtherWriters, ProfileName, Reports,
    Reset, SandboxOptions, ScopeOptions,
};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use url::Url;

/// Sets up and runs automatic user provisioning from Microsoft Entra ID to GoTo.
///
/// New here? `usher demo` does the whole job on a practice world inside this computer. `usher connection new` begins
/// a real one; `usher doctor` then always says what is done, what is missing and how to mend it.
///
/// Wherever CONNECTION is asked for, give its id, its name, or the path of a connection file (docs/connection-file.md).
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a person has to decide, 4 sign-in or permission, 5 done in part.
#[derive(Parser)]
#[command(name = "usher", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// Prints JSON instead of text. Progress stays on standard error.
    #[arg(long, global = true)]
    pub json: bool,

    /// Where Usher keeps its connections, instead of the platform's data folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,

    /// Practises on a running sandbox: the control address that `usher sandbox --json` prints.
    #[arg(long, global = true, value_name = "URL")]
    pub sandbox: Option<Url>,

    /// Keeps credentials in memory until the command ends, instead of in the system's keyring.
    #[arg(long, global = true)]
    pub memory_credentials: bool,

    /// Your own reference for what this command does, such as a ticket's number: it goes into the audit.
    #[arg(long, global = true, value_name = "REFERENCE")]
    pub ticket: Option<String>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Runs the practice world until interrupted: both clouds on this computer, strict and seeded.
    ///
    /// With --json the first line is one JSON object with every address and practice credential. docs/sandbox.md
    /// explains the control endpoint: change people, set faults, move the clock, read what was received.
    Sandbox(SandboxOptions),

    /// Does the whole job unattended on an embedded practice world, one line for each step.
    Demo(DemoOptions),

    /// Makes, changes, lists, shows, checks, imports, exports and removes connections.
    #[command(subcommand)]
    Connection(ConnectionCommand),

    /// Shows, checks, compares, imports, exports and resets the attribute mappings of a connection.
    ///
    /// What is changed is the draft. `usher preview` then shows what it would do, `usher on` makes it live.
    #[command(subcommand)]
    Mapping(MappingCommand),

    /// Checks every step of the set-up and says how to mend what is not done.
    Doctor { connection: Option<String> },

    /// Signs in at Microsoft Entra in your browser.
    SignIn { connection: String },

    /// Authorizes at GoTo in your browser.
    Authorize {
        connection: String,
        /// Where the GoTo client secret is: env:USHER_NAME or file:/path. Stored in the keyring.
        #[arg(long, value_name = "REFERENCE")]
        secret: Option<String>,
    },

    /// Forgets the stored sign-ins and secrets of a connection.
    Forget { connection: String },

    /// Tests the connection to GoTo or another service provider. Changes nothing there.
    TestConnection { connection: String },

    /// Works out what a cycle over everyone would do. Cannot write.
    Preview {
        connection: String,
        /// Saves the plan, to be reviewed and carried out with `usher apply`.
        #[arg(long, value_name = "PLAN")]
        out: Option<PathBuf>,
        #[command(flatten)]
        reports: Reports,
    },

    /// Shows a saved plan, or turns it into a table or a page. Asks nobody.
    Plan {
        plan: PathBuf,
        #[command(flatten)]
        reports: Reports,
    },

    /// Tries scoping filters on people and groups that you make up. Needs no connection.
    ///
    /// With --jsonl each line of standard input is one question and each line of standard output its answer, in order:
    ///
    ///   {"id": "1", "inputs": {"department": "HR"}, "filter": {"groups": [{"name": "Sales",
    ///    "clauses": [{"sourceOperandName": "department", "operatorName": "EQUALS",
    ///                 "targetOperand": {"values": ["Sales"]}}]}]}}
    ///
    ///   {"id":"1","inScope":false,"because":"Left out by the scoping filter Sales: ..."}
    ///
    /// A question stands on one line. All clauses of one group have to hold and one group
    /// suffices; without groups everything passes. `inputs` are the attributes: text, number,
    /// true, false, null, or a list. "objectType": "Group" asks about a group. The type of an
    /// attribute that Usher does not know follows from its value.
    ///
    /// A filter that Entra would refuse, or that cannot be evaluated, is answered with
    /// {"id", "error": {"code", "message"}}: it is never "out of scope". So is a line that is no
    /// question, and the exit code is 1 then.
    #[command(verbatim_doc_comment)]
    Scope(ScopeOptions),

    /// Carries out exactly a saved plan, or refuses it as out of date or edited.
    ///
    /// Handing the plan over is your approval of it, including removals that a guard stopped. In a terminal you are
    /// asked to type how many people lose access.
    Apply { plan: PathBuf },

    /// Shows the plan that a guard stopped and that waits for a person, or approves exactly it.
    ///
    /// Without an option it shows which guard stopped it and who would lose access, and ends with 3 while a plan waits.
    /// What you approve, the next cycle works out again and carries out once; where anything differs, it is refused and
    /// the approval has ended. `usher apply` does the same with a plan in a file.
    Approve {
        connection: String,
        /// Approves this plan: its hash as it is shown, or the first 8 characters of it at least.
        #[arg(long, value_name = "HASH")]
        plan: Option<String>,
        /// Runs the cycle now.
        #[arg(long, requires = "plan")]
        run: bool,
        /// Takes an approval back that no cycle has used yet.
        #[arg(long, conflicts_with = "plan")]
        withdraw: bool,
    },

    /// Tells why somebody is in GoTo, or is not, step by step. Sends nothing.
    Why {
        connection: String,
        /// A user principal name, or an object id from Entra.
        person: String,
    },

    /// Provisions these people now, by the draft, and tells every step.
    #[command(name = "on-demand")]
    OnDemand {
        connection: String,
        /// User principal names, or object ids from Entra.
        #[arg(required_unless_present = "groups")]
        people: Vec<String>,
        /// A group with its members (100 at most), by name or object id.
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },

    /// Lists the accounts that are at GoTo already, sorted by whose they are, and notes which of them Usher shall keep.
    ///
    /// Without a decision an account that matches is adopted, or waits for one: `existing_accounts` under [guards] in the
    /// connection file says which. Nothing is written to GoTo here: the next preview and cycle go by what you decide.
    Accounts(AccountOptions),

    /// Shows what was changed at GoTo behind Usher's back, attribute by attribute and member by member. Cannot write.
    ///
    /// Everyone is read on both sides and compared with what is live. What differs because Entra changed since the last
    /// cycle is only counted: the next cycle brings it in step.
    Drift {
        connection: String,
        /// Saves a plan that puts exactly this right, to be reviewed and carried out with `usher apply`.
        #[arg(long, value_name = "PLAN")]
        out: Option<PathBuf>,
        /// Replaces a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
    },

    /// Lists accounts and memberships at GoTo that nobody in scope has. Cannot write.
    ///
    /// Orphans are accounts that Usher keeps although their people are no longer in scope. Strangers, whom Entra does not
    /// know, are listed apart: their accounts are never touched. Nothing is ever deleted.
    Orphans(OrphanOptions),

    /// Runs cycles of a connection: one with --once, else one after another until interrupted.
    ///
    /// Without --once it is a service: it says how it is doing in one line on standard output, and a new line only when
    /// something changes; with --json each line is one JSON object. Ctrl+C and SIGTERM end it cleanly with code 0: nothing
    /// new is begun, what is in flight is finished, the lock is free. A second one ends it at once with code 1; the next
    /// run looks up what was in flight.
    Run {
        connection: String,
        /// Ends after one cycle.
        #[arg(long)]
        once: bool,
        /// Waits where another process runs the cycles, and goes on when it ends.
        #[arg(long)]
        wait: bool,
        /// Keeps the last line, as JSON, in this file, for monitoring. It is replaced as a whole.
        #[arg(long, value_name = "FILE", conflicts_with = "once")]
        health: Option<PathBuf>,
    },

    /// Shows whom a connection tells of failures, through which mail server, and what could not be sent yet.
    Notices {
        connection: String,
        /// Sends a mail now, and says what the server answered.
        #[arg(long)]
        test: bool,
        /// Where the mail server's password is: env:USHER_NAME or file:/path. Stored in the keyring.
        #[arg(long, value_name = "REFERENCE")]
        password: Option<String>,
    },

    /// Switches provisioning on. The cycles run while Usher's window or `usher run` lives.
    ///
    /// Two services that write people to one organization undo each other's work: say once whether another one does.
    On {
        connection: String,
        /// Whether another service writes people to this organization, such as an Active Directory connector, Okta or
        /// OneLogin: none, or one that you accept beside Usher.
        #[arg(long, value_name = "ANSWER")]
        other_writers: Option<OtherWriters>,
    },

    /// Switches provisioning off and says what stays in GoTo.
    Off {
        connection: String,
        /// Cancels a cycle that runs in this process instead of letting it finish.
        #[arg(long)]
        now: bool,
        /// Why; shown later.
        #[arg(long, default_value = "")]
        reason: String,
    },

    /// Lets the next cycle look at everyone again. Failures and quarantine are forgotten, links stay.
    Restart {
        connection: String,
        /// Resets only this; may be given several times.
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<Reset>,
        /// Forgets links without asking, for `--scope full`.
        #[arg(long)]
        yes: bool,
    },

    /// Shows how connections are doing.
    Status { connection: Option<String> },

    /// Lists deletes that wait for their day: who, since when, until when, why.
    ///
    /// Whoever was removed from Entra for good is disabled at once and deleted days later, where deleting is switched
    /// on (guards.delete_grace_days). Until then the delete can be taken back.
    Pending {
        connection: String,
        /// Keeps these accounts: they stay disabled, and Usher does not delete them. User names, names or object ids.
        #[arg(long, value_name = "WHO", num_args = 1..)]
        keep: Vec<String>,
        /// Lets accounts that were kept wait again; at least as long as a new one where their day has passed.
        #[arg(long, value_name = "WHO", num_args = 1.., conflicts_with = "keep")]
        release: Vec<String>,
    },

    /// Shows who goes first while not everybody gets an account yet, and how many wait; chooses others, or everybody.
    ///
    /// One person, one group, all: whoever is chosen gets an account with the next cycle, the others in scope wait. Nobody
    /// loses anything by it: who is provisioned already goes on being updated, and disabled when they leave. Each choice
    /// replaces the one before and changes the draft: `usher preview` shows what it does, `usher on` makes it live. For
    /// this computer's cycles; with Microsoft's service the assignment is the ring.
    Ring {
        connection: String,
        /// These people go first. User principal names or object ids from Entra.
        #[arg(long = "person", value_name = "WHO", num_args = 1..)]
        people: Vec<String>,
        /// These groups go first, with the people in them. Names or object ids from Entra.
        #[arg(long = "group", value_name = "WHICH", num_args = 1..)]
        groups: Vec<String>,
        /// Everybody in scope gets an account.
        #[arg(long, conflicts_with_all = ["people", "groups"])]
        all: bool,
    },

    /// Shows the provisioning log, newest first.
    Log {
        connection: String,
        /// Only these results.
        #[arg(long = "result", value_name = "RESULT", value_parser = ["success", "failure", "skipped", "warning"])]
        results: Vec<String>,
        /// Only people and groups whose name or user name, or one of whose ids, has this in it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        find: String,
        /// Only this cycle, by its number.
        #[arg(long, value_name = "NUMBER")]
        run: Option<u32>,
        /// How many entries.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
        /// Every entry that fits.
        #[arg(long, conflicts_with = "limit")]
        all: bool,
        /// Saves every entry that fits as a table for spreadsheets. With --json --all they come as JSON.
        #[arg(long, value_name = "FILE", conflicts_with = "limit")]
        csv: Option<PathBuf>,
        /// Replaces a file that is there.
        #[arg(long, requires = "csv")]
        force: bool,
    },

    /// Shows who did what with a connection, newest first: plans applied and approved, on and off with every setting that
    /// changed, on demand, restarts, sign-ins.
    ///
    /// Appended to, never changed. What cycles did by themselves is in `usher log`.
    Audit {
        connection: String,
        /// Saves it as a table for spreadsheets. With --json it comes as JSON.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// Replaces a file that is there.
        #[arg(long, requires = "csv")]
        force: bool,
    },

    /// Tries an expression of Entra's attribute mappings, for values that you give.
    ///
    /// usher eval 'Join(" ", [givenName], [surname])' --input givenName=Ana --input surname=Kim
    ///
    /// With --jsonl, one JSON object a line comes on standard input, {"id", "expression", "inputs"}, and one a line goes
    /// to standard output in the same order: {"id", "value"}, where `value` is the text form (Booleans as True and
    /// False, points in time as M/d/yyyy h:mm:ss tt in UTC), a list of texts, or null when nothing flows, and `log`
    /// when the provisioning log shows something else; or {"id", "error": {"code", "message", "start", "end"}} with
    /// places in characters from 0.
    Eval {
        /// The expression, as typed in the mapping editor.
        expression: Option<String>,
        /// A source attribute and its value. Give a name twice for several values, a name alone for an absent one.
        #[arg(long = "input", value_name = "NAME=VALUE")]
        inputs: Vec<String>,
        /// Many, as JSON lines.
        #[arg(long)]
        jsonl: bool,
        /// The time of day that Now() gives, instead of this moment (ISO 8601).
        #[arg(long, value_name = "TIME")]
        now: Option<String>,
        /// Evaluates for everybody whom this connection has in scope, and lists who changes, is empty or fails.
        #[arg(long, value_name = "CONNECTION", requires = "expression", conflicts_with_all = ["inputs", "jsonl", "now"])]
        connection: Option<String>,
        /// Compares with what the draft's mapping of this target gives, in the target's type.
        #[arg(long, value_name = "TARGET", requires = "connection", conflicts_with = "attribute")]
        target: Option<String>,
        /// Compares with this attribute in Entra.
        #[arg(long, value_name = "NAME", requires = "connection")]
        attribute: Option<String>,
    },

    /// Lists the functions of the expression language, or explains one.
    Functions { name: Option<String> },
}

#[derive(Subcommand)]
pub enum ConnectionCommand {
    /// Makes a connection with the defaults of its target.
    New {
        name: String,
        /// Named defaults: goto, or gotomeeting (people only), or scim (any SCIM 2.0 service provider, by file).
        #[arg(long, value_enum, default_value = "goto")]
        profile: ProfileName,
        #[command(flatten)]
        settings: ConnectionSettings,
    },
    /// Changes settings of a connection's draft; `usher on` makes it live. The rest is in its file: export and import it.
    Set {
        connection: String,
        /// Another name for it. Its id stays.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        settings: ConnectionSettings,
    },
    /// Lists connections, those that need somebody first.
    List,
    /// Shows a connection as its file.
    Show { connection: String },
    /// Checks a connection file: every problem with line, column and what was expected.
    Check { file: PathBuf },
    /// Imports a connection file as a new draft.
    Import { file: PathBuf },
    /// Writes a connection file. No secret is in it.
    Export {
        connection: String,
        /// The file; standard output when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replaces a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// Removes a connection and its credentials from this computer. GoTo and Entra stay as they are.
    Remove {
        connection: String,
        /// The connection's name once more, to confirm.
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum MappingCommand {
    /// Shows the mappings of the draft.
    Show { connection: String },
    /// Says what is wrong or worth a look in the draft, why it matters and what to do. Code 1 when it cannot be used.
    Lint { connection: String },
    /// Says what differs: from what is live to the draft, or between any two of draft, live, defaults and a FILE.
    Diff {
        connection: String,
        /// draft, live, defaults, or a connection file, or a schema document of Entra.
        #[arg(default_value = "live")]
        from: String,
        /// The same.
        #[arg(default_value = "draft")]
        to: String,
    },
    /// Takes the mappings of a schema document of Entra, or of a connection file, into the draft, and says what changes.
    Import {
        connection: String,
        /// What Graph gives for the job's schema, or what the portal downloads under "Review your schema here".
        file: PathBuf,
        /// Says what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Writes the mappings of the draft as a schema document of Entra.
    Export {
        connection: String,
        /// The file; standard output when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replaces a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// Puts the defaults into the draft, after saying what that changes.
    Reset {
        connection: String,
        /// Does it without asking.
        #[arg(long)]
        yes: bool,
    },
}

impl MappingCommand {
    /// The connection that it is about.
    pub fn connection(&self) -> &str {
        match self {
            Self::Show { connection }
            | Self::Lint { connection }
            | Self::Diff { connection, .. }
            | Self::Import { connection, .. }
            | Self::Export { connection, .. }
            | Self::Reset { connection, .. } => connection,
        }
    }
}
