//! Groups of options, and the words that options take.

use clap::{Args, ValueEnum};
use std::path::PathBuf;
use usher_commands::settings::Settings;

#[derive(Clone, Copy, ValueEnum)]
pub enum ProfileName {
    Goto,
    Gotomeeting,
}

/// A plan as files to read.
#[derive(Args)]
pub struct Reports {
    /// Saves the plan as a table for spreadsheets, one row for each object and each attribute that changes.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Saves the plan as a page to read and print: one file, without a script and without anything from elsewhere.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Replaces files that are there.
    #[arg(long)]
    pub force: bool,
}

#[derive(Args)]
pub struct ScopeOptions {
    /// Reads questions from standard input, one JSON object a line.
    #[arg(long, required = true)]
    pub jsonl: bool,
}

#[derive(Args)]
pub struct AccountOptions {
    pub connection: String,
    /// Usher keeps this account from now on: a user name or id at GoTo. May be given several times, as may the others.
    ///
    /// The account of somebody who is not in scope loses access with the next cycle, within the guards: only with --yes.
    /// A name that several accounts have is refused.
    #[arg(long, value_name = "WHO")]
    pub adopt: Vec<String>,
    /// Usher never writes to this account, nor to its memberships.
    #[arg(long, value_name = "WHO")]
    pub leave: Vec<String>,
    /// Nothing is done with this account until you decide.
    #[arg(long, value_name = "WHO")]
    pub later: Vec<String>,
    /// Adopts also whoever is not in scope and loses access by it.
    #[arg(long, requires = "adopt")]
    pub yes: bool,
}

/// What the terminal sets of a connection, one by one; the rest is in its file.
#[derive(Args)]
pub struct ConnectionSettings {
    /// Tenant id or domain.
    #[arg(long)]
    pub tenant: Option<String>,
    /// Client id of your app registration in Entra.
    #[arg(long)]
    pub entra_client: Option<String>,
    /// Client id of your GoTo OAuth client.
    #[arg(long)]
    pub goto_client: Option<String>,
    /// Object id of the enterprise application whose assignments count.
    #[arg(long)]
    pub application: Option<String>,
}

impl ConnectionSettings {
    /// As the command takes them, beside the name.
    pub fn with(&self, name: Option<String>) -> Settings {
        Settings {
            name,
            tenant: self.tenant.clone(),
            entra_client: self.entra_client.clone(),
            goto_client: self.goto_client.clone(),
            application: self.application.clone(),
        }
    }
}

#[derive(Args)]
pub struct OrphanOptions {
    pub connection: String,
    /// Saves a plan that disables the orphans, to be reviewed and carried out with `usher apply`.
    #[arg(long, value_name = "PLAN")]
    pub out: Option<PathBuf>,
    /// Plans for these alone: user names or ids. May be given several times.
    #[arg(long, value_name = "WHO", requires = "out")]
    pub only: Vec<String>,
    /// Plans that strangers leave the groups that Usher keeps, too.
    #[arg(long, requires = "out")]
    pub memberships: bool,
    /// Replaces a file that is there.
    #[arg(long, requires = "out")]
    pub force: bool,
}

#[derive(Args)]
pub struct SandboxOptions {
    /// Invented people.
    #[arg(long, default_value_t = 60)]
    pub users: usize,
    /// Groups.
    #[arg(long, default_value_t = 6)]
    pub groups: usize,
    /// The same seed gives the same world.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Which dialect the `scim` address speaks.
    #[arg(long, value_enum, default_value = "goto-v1")]
    pub dialect: DialectName,
    /// Pins the clock to this instant; it moves only through the control endpoint.
    #[arg(long, value_name = "INSTANT")]
    pub pin: Option<jiff::Timestamp>,
    /// Requests per second that GoTo's API takes, 0 for no limit.
    #[arg(long, default_value_t = 10)]
    pub rate: u32,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum DialectName {
    /// GoTo's documented SCIM 1.x-like dialect.
    GotoV1,
    /// RFC 7643 and RFC 7644.
    Scim2,
}

#[derive(Args)]
pub struct DemoOptions {
    /// Who performs the cycles.
    #[arg(long, value_enum, default_value = "local")]
    pub runner: RunnerName,
    /// The same seed gives the same world.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Writes the preview's plan to a file.
    #[arg(long, value_name = "PLAN")]
    pub plan_out: Option<PathBuf>,
    /// Replaces a plan that is there.
    #[arg(long, requires = "plan_out")]
    pub force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunnerName {
    /// Usher's own engine on this computer.
    Local,
    /// The synchronization job in Microsoft's cloud (here: its stand-in).
    Entra,
}

/// Whether another service writes people to the same organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OtherWriters {
    /// Usher is the only one.
    None,
    /// Another one does, and that is accepted.
    Accepted,
}

/// What a restart resets (Graph: `synchronizationJobRestartScope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reset {
    /// Failures: whoever failed is tried again in the next cycle.
    Escrows,
    /// The watermark: the next cycle looks at everyone.
    Watermark,
    /// The quarantine.
    Quarantine,
    /// All of these and the links between people and accounts: everyone is matched again.
    Full,
    /// Lets deletions through that Entra's own threshold holds back; alone, and only where Microsoft Entra runs it.
    ForceDeletes,
}
