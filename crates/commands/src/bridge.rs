//! The bridge: every command of the product, declared once.
//!
//! [`for_each_command!`] hands the whole table to another macro. From it come the desktop's handlers, the Tauri
//! permissions (exactly these commands), the TypeScript client and the test host's routes, so that a host that forgets
//! a command, or a window that calls one that does not exist, does not compile.

/// Calls the given macro with the table: `name (module) : Request => Response`, each with its doc.
#[macro_export]
macro_rules! for_each_command {
    ($($callback:ident)::+) => {
        $($callback)::+! {
            /// Everything the window needs at its start.
            app_state (app): Nothing => AppState,
            /// Chooses the theme.
            set_theme (app): SetTheme => Nothing,
            /// By explicit choice, keeps credentials in memory until Usher closes.
            keep_in_memory (app): KeepInMemory => KeyringState,
            /// Opens a page of the link table in the browser.
            open_link (app): OpenLink => Nothing,

            /// Lists connections, those that need a person first.
            connections (connections): Nothing => Vec<ConnectionSummary>,
            /// Makes a connection with the profile's defaults.
            connection_new (connections): NewConnection => ConnectionView,
            /// Shows one connection.
            connection (connections): ConnectionRef => ConnectionView,
            /// Removes a connection from this computer.
            connection_remove (connections): RemoveConnection => Nothing,
            /// Imports a connection file as a new draft.
            connection_import (connections): ImportConnection => ConnectionView,
            /// Exports the draft as a connection file.
            connection_export (connections): ConnectionRef => ExportedConnection,
            /// Saves the draft.
            draft_save (connections): SaveDraft => SavedDraft,

            /// Checks every step.
            setup_report (steps): ConnectionRef => SetupReport,
            /// Values to copy for registering the OAuth clients.
            client_guide (steps): ConnectionRef => ClientGuide,
            /// Counts people and groups, finds retired connectors.
            plan_facts (steps): ConnectionRef => PlanFacts,
            /// Looks the verification record and file up everywhere.
            domain_check (domain): ConnectionRef => DomainReport,
            /// Lists application instances and gallery entries.
            applications (application): ConnectionRef => Applications,
            /// Adds an application from the gallery and waits until it is usable everywhere.
            application_add (application): AddApplication => ApplicationRow,
            /// Chooses an application for this connection.
            application_use (application): UseApplication => ApplicationRow,
            /// Lists who is assigned, and who will be provisioned and why.
            people (people): ConnectionRef => People,
            /// Searches people or groups of the tenant.
            principals (people): SearchPrincipals => Vec<PrincipalRow>,
            /// Assigns a person or group with a role.
            assign (people): Assign => Nothing,
            /// Takes an assignment away.
            unassign (people): Unassign => Nothing,
            /// Help for a mapping table: attributes, findings, a sample.
            mapping_help (mappings): MappingHelpRequest => MappingHelp,
            /// The profile's default table.
            mapping_defaults (mappings): MappingHelpRequest => MappingTable,
            /// Every function of the expression language.
            functions (mapping_check): Nothing => Vec<FunctionInfo>,
            /// What is wrong with a row that need not be saved.
            mapping_check (mapping_check): MappingCheckRequest => MappingCheck,
            /// One person or group to try rows on: what Entra and GoTo have.
            mapping_subject (mapping_trial): MappingHelpRequest => MappingSubject,
            /// What a row that need not be saved gives for one person or group.
            mapping_try (mapping_trial): MappingTryRequest => MappingTrial,
            /// What it gives for the first so many in scope.
            mapping_try_many (mapping_trial): MappingTryManyRequest => MappingTrialOfMany,

            /// Counts who passes filters that need not be saved.
            scope_count (scoping_trial): ScopeRequest => ScopeCount,
            /// Names who passes, who does not, who comes or goes.
            scope_people (scoping_trial): ScopePeopleRequest => ScopePeople,
            /// Why one person or group is in scope, or is not.
            scope_why (scoping_why): ScopeWhyRequest => ScopeWhy,
            /// What a clause may say.
            scope_help (scoping_help): ScopeHelpRequest => ScopeHelp,
            /// Who is in a ring that need not be saved, and how many wait.
            ring (ring): RingRequest => Ring,
            /// How far the reading of everyone in scope by assignment is.
            population (population): ConnectionRef => PopulationState,
            /// Gives a reading of everyone up.
            population_cancel (population): ConnectionRef => PopulationState,

            /// Begins a sign-in in the system browser.
            sign_in_begin (sign_in): BeginSignIn => SignInAttempt,
            /// Waits until the browser comes back.
            sign_in_wait (sign_in): AttemptRef => SignedIn,
            /// Gives a waiting sign-in up.
            sign_in_cancel (sign_in): AttemptRef => Nothing,
            /// Opens the browser once more.
            sign_in_open (sign_in): AttemptRef => SignInAttempt,
            /// The address of a waiting sign-in, for a browser that does not open.
            sign_in_address (sign_in): AttemptRef => SignInAddress,
            /// Stores the GoTo client secret in the vault.
            goto_secret_store (sign_in): StoreGotoSecret => Nothing,
            /// Forgets stored credentials.
            credentials_forget (sign_in): ForgetCredentials => ConnectionView,
            /// Tests the connection to the service provider.
            test_connection (connect): ConnectionRef => ConnectionTest,

            /// Begins a preview.
            preview_start (preview): ConnectionRef => Preview,
            /// Where the preview stands.
            preview (preview): ConnectionRef => Preview,
            /// Gives a running preview up.
            preview_cancel (preview): ConnectionRef => Preview,
            /// Rows of the preview.
            preview_rows (preview): PlanRowsRequest => PlanRows,
            /// Approves exactly this plan.
            preview_approve (preview): ApprovePlan => Preview,
            /// Lists the accounts that the last preview found at the service provider.
            accounts (accounts): AccountsRequest => AccountPage,
            /// Decides which of them Usher keeps.
            accounts_decide (accounts): DecideAccounts => AccountPage,
            /// Saves the last preview's plan as a file.
            preview_export (export): ExportPlan => SavedFile,

            /// Whether there are seats for whoever comes, and what gives people a product.
            seats (seats): ConnectionRef => Seats,
            /// Provisions one person.
            try_person (operate): TryPerson => TrialResult,
            /// Makes the draft live and switches provisioning on.
            turn_on (operate): TurnOn => Status,
            /// Switches provisioning off.
            turn_off (operate): TurnOff => TurnedOff,
            /// The overview.
            status (operate): ConnectionRef => Status,
            /// Runs a cycle now.
            run_now (operate): ConnectionRef => RunStarted,
            /// Ends the running cycle as soon as what is in flight is done.
            run_cancel (operate): ConnectionRef => Status,
            /// Why a person is in GoTo, or is not.
            why_person (why): WhyRequest => Why,
            /// Pages through the provisioning log.
            log (operate): LogRequest => LogPage,
            /// Lists deletes that wait, and those that were taken back.
            pending_deletes (pending): ConnectionRef => PendingDeletes,
            /// Keeps accounts that were to be deleted, or lets them wait again.
            pending_decide (pending): DecidePending => PendingDeletes,
            /// Saves the provisioning log as it is filtered.
            log_export (export): ExportLog => SavedFile,

            /// Whom a connection tells of failures, through which server, and how that went.
            notices (notice): ConnectionRef => Notices,
            /// Stores the password of the mail server in the vault.
            mail_password_store (notice): StoreMailPassword => Notices,
            /// Sends a mail to try the server.
            mail_test (notice): ConnectionRef => MailTest,

            /// Moves the practice clock.
            practice_advance (practice): AdvanceClock => AppState,
            /// Makes something fail in the practice world.
            practice_fault (practice): PracticeFault => Nothing,
            /// Fills in the practice world's own client registrations.
            practice_fill (practice): PracticeFill => ConnectionView,
        }
    };
}
