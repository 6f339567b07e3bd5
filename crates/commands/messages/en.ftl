### Words of the window. Sentences that leave Rust as codes are in core.ftl; both files are one catalogue.
### Sentence case; what happened, to whom, what to do next; no codes, no blame.

## Everywhere

product = Usher
window-title = { $page } - Usher
all-connections = All connections
bar-home = Usher, all connections
switch-connection = Switch connection, now { $name }
theme = Theme
theme-system = Same as the system
theme-light = Light
theme-dark = Dark
theme-high-contrast = High contrast
help = Help and shortcuts
palette-open = Search or run a command
palette-connections = Switch to a connection
palette-connections-hint = Connections on this computer
palette-signs = > commands, @ people, # settings
palette-pages = Pages
palette-commands = Commands
palette-step = Step { $n } of the set-up
palette-preview = Preview changes
palette-theme = Theme: { $theme }
palette-theme-now = Chosen now
palette-count = { $count ->
    [one] One entry
   *[other] { $count } entries
  }
palette-nothing = Nothing found for “{ $text }”
palette-nothing-here = Nothing to show here
palette-searching = Looking…
palette-still-setting-up = Opens when the set-up is done and provisioning has been switched on
palette-no-connection = Open a connection first
palette-person-waits = Opens once provisioning has been switched on
palette-people-no-connection = Open a connection first: people are found in its tenant
palette-people-signed-out = Sign in to Microsoft Entra first: people are found in its directory
palette-people-failed = People couldn't be searched. Look at the sign-in, or try again.
signed-in-as = Signed in as { $name }
version = Usher { $version }
loading = Loading
cancel = Cancel
close = Close
done = Done
apply = Apply
open = Open
copy = Copy
show = Show
hide = Hide
back = Back
finish = Finish
change = Change
change-name = Change { $name } in { $step }
yes = Yes
no = No
none = None
never = Never
off = Off
not-reported = Not reported by Microsoft Entra
not-signed-in = Not signed in yet
not-authorized = Not authorized yet
try-again = Try again
check-again = Check again
check-now = Check now
clear-filters = Clear filters
no-match = Nothing matches these filters
recommended = Recommended
see-guide = See this step in the guide
open-in-entra = Open in Entra admin center
open-organization-center = Open Organization Center
open-page = the page
opens-browser = { $label }, opens your browser
copy-name = Copy { $name }
copy-done = Copied
copy-refused = The system did not take it. Select the text and copy it by hand.
copy-all = Copy all
error-details = Technical details
error-copy = Copy details
part-failed = This part could not be loaded. Try again.
number-range = Choose a number from { $min } to { $max }.
choice-name = { $label }: { $value }
filter-count = { $label } { $count }
drawer-previous = Previous
drawer-next = Next
lost-title = This page does not exist
lost-body = The address leads nowhere
connection-opening = Opening the connection
host-unreachable = The window can't reach Usher's own process. Close Usher and open it again.
host-answer = Usher's own process gave an answer that the window does not understand. Close Usher and open it again.

## Times and numbers

moment-yesterday = Yesterday, { $time }
moment-older = { $date }, { $time }
duration-ms = { $n } ms
duration-s = { $n } s
duration-min = { $min } min { $s } s
left-seconds = about { $n } s left
left-minutes = about { $n } min left
percent = { $n }%
progress-of = { $done } of { $total }
progress-so-far = { $done } so far

## Status words

status-setting-up = Setting up
status-on = On
status-running-now = Running now
status-on-with-problems = On, with problems
status-on-waiting = On, waiting for this computer
status-quarantined = Quarantined
status-off = Off
status-not-reachable = Not reachable
result-passed = Passed
result-fix-this = Fix this
result-warning = Warning
result-later = Later
result-not-tried = Not tried
result-information = Information
action-create = Create
action-update = Update
action-disable = Disable
action-delete = Delete
action-skip = Skip
action-no-change = No change
action-failed = Failure
log-success = Success
log-failure = Failure
log-skipped = Skipped
log-warning = Warning

## Shortcuts

shortcuts-title = Keyboard shortcuts
key-regions = Next or previous region: bar, navigation, page, drawer, footer
key-navigation = Navigation items or steps in order
key-steps = Next or previous step
key-primary = Primary button of the page or dialog
key-history = Back or forward
key-search = Search in the page's table
key-refresh = Check again or refresh
key-drawer = Previous or next item in an open drawer
key-zoom = Larger, smaller, usual size
key-settings = Settings
key-escape = Close the topmost thing
key-help = This list

## Practice mode

practice-label = Practice mode
practice-strip = Practice: nothing leaves this computer.
practice-world = { $tenant } · { $people ->
    [one] one invented person
   *[other] { $people } invented people
} · clock { $time }
practice-advance = Skip 40 minutes
practice-skipped = Skipped { $minutes } minutes
practice-faults = Make something fail
practice-fill = Fill in the practice registration
practice-fill-note = Stands in for the steps below, which need a real console.
fault-role-missing = The GoTo admin loses the role
fault-sign-in-withdrawn = GoTo withdraws the sign-in
fault-too-many-requests = GoTo asks to wait
fault-goto-unreachable = GoTo can't be reached
fault-none = Put everything right
fault-set = It fails from now on
fault-mended = Everything works again

## Steps and navigation

nav-setup = Set up GoTo
nav-operate = Connection
nav-overview = Overview
nav-logs = Logs
nav-configuration = Configuration
nav-connection = Connection
nav-more = More
nav-all-steps = All set-up steps
nav-settings = Settings
nav-pending = Pending deletes
phase-get-ready = Get ready
phase-connect = Connect
phase-choose-data = Choose the data
phase-go-live = Go live
step-sign-in = Sign in and prerequisites
step-plan = Plan
step-prepare-goto = Prepare GoTo
step-application = Application
step-people = People
step-connect = Connect
step-user-attributes = User attributes
step-group-attributes = Group attributes
step-scoping-filters = Scoping filters
step-preview = Preview
step-turn-on = Turn on
step-of = Step { $n } of { $total } · { $phase }
step-item = { $n } { $title }, { $state }
step-state-done = done
step-state-attention = needs attention
step-state-blocked = waits for an earlier step
step-state-not-started = not started
steps-done = { $done } of { $total } done
next-step = Next: { $step }
save-and-close = Save and close
save-and-continue = Save and continue
checked-title = What Usher checked
checked-at = Checked { $time }
read-at = Read { $time }
refresh = Refresh
checked-summary = Checked { $time } · { $ready } ready, { $fix } to fix, { $later } later
fix-to-continue = { $count ->
    [one] Fix one item to continue
   *[other] Fix { $count } items to continue
}
report-failed = Usher could not check the steps.
draft-new = Not saved yet
draft-saved = Draft saved on this computer, { $time }
draft-saving = Saving the draft
draft-not-saved = The draft is not saved
draft-conflict-title = This draft was changed somewhere else.
draft-conflict-body = Another window or the terminal saved it in between. Reload to see that version; your last unsaved edits are given up.
draft-reload = Reload
not-live = { $count ->
    [one] One change isn't live yet
   *[other] { $count } changes aren't live yet
}
all-live = Everything here is live.
review-changes = Review and make live
review-tip = Opens the last step, where the changes are shown and switched on together
remedy-title = How to fix it
remedy-request = Copy a request for my admin
remedy-sign-in = Sign in
remedy-go-to = Go to { $step }

## Connections home

home-title = Connections
home-lead = One Microsoft Entra application and one GoTo organization, kept in step.
home-new = New connection
home-import = Import configuration
home-find = Find a connection
home-filter-all = All
home-filter-attention = Needs attention
home-failed = The connections could not be listed
home-no-match = No connection matches
home-empty-title = Connect Microsoft Entra to GoTo
home-empty-body = It takes about 30 minutes. Nothing reaches GoTo until you turn it on.
home-nothing-connected = Nothing connected yet
home-unreadable = Unreadable
home-unreadable-body = This connection's file can't be read. Restore it from your backup of Usher's data folder, or remove it from this computer.
home-draft-saved = Draft saved
home-last-cycle = Last cycle
home-ready = Ready to turn on
home-next = Next: { $step }
home-nothing-reaches = Nothing reaches GoTo until you turn it on.
home-off = Turned off
home-off-since = Turned off, { $when }
home-off-body = People who left since then still have their GoTo accounts.
home-more-needs = { $count ->
    [one] and one more
   *[other] and { $count } more
}
home-in-step = { $count ->
    [one] person in step
   *[other] people in step
}
home-local-note = Runs only while this computer is awake and Usher is open.
home-continue = Continue setup
home-continue-name = Continue setup of { $name }
home-open-name = Open { $name }
home-more-name = More for { $name }
home-export = Export configuration
home-remove = Remove from this computer
runs-in = Runs in
runner-entra = Microsoft Entra
runner-local = This computer
remove-title = Remove '{ $name }' from this computer?
remove-body-entra = Provisioning in Microsoft Entra keeps running; Usher only forgets it, with its draft, its history and its stored credentials.
remove-body-local = This computer stops provisioning it. Usher forgets its draft, its history and its stored credentials. People keep their GoTo accounts.
remove-type = Type the name to confirm: { $name }
remove-confirm = Remove connection
remove-done = { $name } was removed from this computer
export-title = Configuration of { $name }
export-body = This file holds the draft: mappings, scope, guards and notices. No secret is in it.
export-file = Connection file
export-save = Save the file
import-title = Import a configuration
import-body = The file becomes a new draft. No secrets are in it; you will sign in and authorize again.
import-choose = Choose a connection file
import-paste = Or paste its text
import-confirm = Import as draft

export = Export
export-html = Report to read and print (HTML)
export-csv = Table for spreadsheets (CSV)
export-json = For other programs (JSON)
export-plan = Plan for the terminal (JSON)
export-saved = Saved as { $path }.

## New connection

new-title = New connection
new-lead = A name and a target. Everything else has its place in the steps.
new-name-title = Name
new-name = Name of the connection
new-name-hint = Only you see it, for example GoTo, or GoTo - test.
new-name-empty = Give the connection a name.
new-target-title = What people are provisioned to
profile-goto = GoTo
profile-goto-note = Users and groups of a GoTo organization.
profile-gotomeeting = GoToMeeting
profile-gotomeeting-note = Users only, each with a real role. Takes over the job of the retired GoToMeeting connector.
new-create = Create and start
new-failed = The connection was not created

## 1 Sign in and prerequisites

sign-in-lead = Sign in to the tenant that holds your people. Usher then checks that nothing will stop you half-way.
sign-in-title = Sign in to Microsoft Entra
sign-in-browser = Sign in with your browser
sign-in-needs-client = First fill in the app registration above.
sign-in-note-first = Sign in to continue
sign-in-note-ready = Everything needed now is ready
sign-in-waiting = Finish in your browser. Usher is waiting.
sign-in-waiting-host = The page is on { $host }. Your password stays in the browser.
sign-in-not-opened = Your browser could not be opened. Copy the address and open it yourself.
sign-in-nothing-happened = Nothing happened? Open the page again, or copy the address into another browser on this computer.
sign-in-waiting-redirect = Does the page refuse the redirect URI? Cancel here and compare it with the one that is registered.
sign-in-open-again = Open again
sign-in-copy-address = Copy the address
sign-in-address-copied = Address copied
sign-in-aside = Permissions and credentials
account-title = Account
signed-in = Signed in
switch-account = Switch account
tenant = Tenant
cloud = Cloud
cloud-worldwide = Worldwide
cloud-us-gov-l4 = US Government L4
cloud-us-gov-l5 = US Government L5 (DoD)
cloud-china = China (21Vianet)
cloud-practice = Practice
prerequisites = Prerequisites
permissions-title = What Usher may do
permission-granted = Granted
password-title = Your password stays out
password-body = You sign in in your own browser, with your usual second factor. Usher keeps only a token, in { $keyring }.
registration-title = Usher's app registration
registration-body = Usher signs in through an app registration of your own, so that you decide what it may do. It takes about five minutes, once.
registration-missing = Not filled in yet.
registration-done = Client ID { $client }
registration-step-new = In the Entra admin center, open App registrations and add one with the name below, for accounts in this organization only.
registration-step-redirect = Under Authentication, add the platform "Mobile and desktop applications" with the redirect URI below.
registration-step-permissions = Under API permissions, add the delegated Microsoft Graph permissions below and grant admin consent.
registration-step-back = Bring the Application (client) ID and the Directory (tenant) ID back here.
registration-name = Name
registration-redirect = Redirect URI
registration-permissions = Permissions
registration-open = Open App registrations
registration-request = Please make an app registration named Usher in our Microsoft Entra tenant, for accounts in this organization only. Platform: Mobile and desktop applications. Redirect URI: { $redirect }. Delegated Microsoft Graph permissions, with admin consent: { $permissions }. Then send me the Application (client) ID and the Directory (tenant) ID. No secret is needed.
registration-client = Application (client) ID
registration-tenant = Directory (tenant) ID or domain
registration-tenant-hint = For example contoso.com
not-a-guid = A client ID looks like 00000000-0000-0000-0000-000000000000.

## 2 Plan

plan-lead = Two decisions shape everything that follows. Nothing is sent anywhere yet.
plan-note = You can change these answers later
plan-facts-failed = People, groups and old connectors could not be counted
plan-scope-title = Who is in scope?
scope-assigned = Assigned users and groups
scope-assigned-body = People and groups that you assign to the GoTo application in step 5.
scope-assigned-fact-1 = The same list decides who can sign in
scope-assigned-fact-2 = You can start with one test person
scope-all = All users and groups
scope-all-body = Everyone in the tenant.
scope-all-fact = { $people ->
    [one] One person
   *[other] { $people } people
} and { $groups ->
    [one] one group
   *[other] { $groups } groups
} today
scope-all-unknown = Counted after you sign in
scope-all-longer = The first cycle takes much longer
plan-runner-title = Who runs the sync?
runner-entra-title = Microsoft Entra runs it
runner-entra-body = Microsoft's provisioning service works around the clock, about every 40 minutes.
runner-entra-fact-1 = Keeps going when this computer is off
runner-entra-fact-2 = Logs and alerts also show in the portal
runner-entra-fact-3 = Needs Entra ID P1 for groups and logs
runner-entra-terminal = For now, authorized and switched on in the terminal
runner-local-title = This computer runs it
runner-local-body = Usher reads Microsoft Graph and writes to GoTo itself, on the interval you choose.
runner-local-fact-1 = Full preview and detail of every request
runner-local-fact-2 = Stops while this computer sleeps or Usher is closed
runner-local-fact-3 = Only one computer may run a connection
runner-change-title = Change who runs it?
runner-change-body = Only one runner works at a time. The draft changes now; what is live stays as it is until you turn the change on in the last step.
runner-change-confirm = Change the runner
entra-terminal-title = With Microsoft Entra as the runner, some parts are only in the terminal for now.
entra-terminal-body = Planning, the application, people and mappings work here. Authorizing the job, its test, starting and pausing it work with the usher command.
retired-title = Your tenant still has the retired GoToMeeting connector.
retired-body = Its provisioning no longer works; its single sign-on does. Set up the GoTo application here, then switch off provisioning in "{ $name }". Keep that application if people sign in through it.
retired-none = No old GoToMeeting connector found.
retired-applications = See the applications
guard-title = Deletion guard
guard-body = A cycle stops before it takes access away from more than { $count } people or { $percent } % of them, whichever is smaller, but always lets { $least } through. Disabling counts as losing access.
guard-count = People, at most
guard-percent = Or percent of them
guard-least = But at least
guard-entra = Microsoft Entra stores only the number. The percentage holds for previews and for this computer.
guard-protected = Whoever Usher is signed in as keeps access in any case, and so do these accounts, which the connection file names: { $names }
guard-actions = What a cycle may do
guard-do-create = Create people and groups
guard-do-update = Update people and groups
guard-do-disable = Disable people who leave
guard-do-delete = Delete people and groups
guard-delete-warning = A deleted GoTo account can't be brought back. Disabling keeps it.

## 3 Prepare GoTo

prepare-lead = Prove to GoTo that you own your domain. That creates your GoTo organization, with you as its admin.
prepare-lead-domain = Prove to GoTo that you own { $domain }. That creates your GoTo organization, with you as its admin.
prepare-note = You can go on; Usher looks again every 5 minutes while this step is open
prepare-note-done = You said that GoTo shows the domain as verified. Step 6 tests the rest.
prepare-code-title = Get your code from GoTo
prepare-domain = Domain
prepare-domain-hint = The part after the @ of your people's addresses.
prepare-code = Verification code
prepare-code-hint = Paste the code or the whole line. GoTo issues a new code after 10 days.
prepare-code-wrong = This does not look like a GoTo verification code. It is a line such as goto-verification-code=00000000-0000-0000-0000-000000000000.
prepare-code-ended = The code has run out
prepare-days-left = { $count ->
    [one] One day left
   *[other] { $count } days left
}
prepare-publish-title = Publish it
prepare-publish-waits = Fill in the domain and the code first.
prepare-dns = DNS TXT record
prepare-web = Web server file
dns-type = Type
dns-host = Host
dns-value = Value
dns-zone = Zone line
prepare-mail = Please add this TXT record to the zone of { $domain }, host @: { $value }
prepare-mail-copy = Copy a request for my DNS admin
prepare-subdomains = Add one more record for every subdomain that people sign in with.
web-location = Location
web-contents = Contents
web-save = Save the file
web-note = No spaces, no line break, no byte-order mark.
web-found = The file is there and holds your code
web-not-found = The server answered { $status }; the file does not hold your code
prepare-check-title = Check what the world sees
prepare-check-waits = Waits for the domain and the code.
prepare-check-body = Usher asks your domain's own name server, this computer's resolver and a public one.
prepare-checking = Looking the record up
prepare-checked = Checked { $time }
prepare-records-found = { $count ->
    [one] One TXT record, and it is your code
   *[other] { $count } TXT records, your code is one of them
}
prepare-records-none = { $count ->
    [0] No TXT record
    [one] One TXT record, and it is not your code
   *[other] { $count } TXT records, none is your code
}
prepare-ttl = May be kept for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} · answered in { $took }
prepare-same-check = The same check in a terminal
prepare-verify-title = Select Verify in the Organization Center
prepare-verify-body = A verified domain can't be removed from the organization later, so make sure it is the right one.
prepare-confirm = GoTo shows the domain as verified

## 4 Application

application-lead = Choose the GoTo application of your tenant, or add one from the gallery.
application-note = Choose or add an application to continue
application-note-chosen = { $name } is used by this connection
application-failed = The applications could not be listed
application-in-tenant = In your tenant
application-list-none = There is no GoTo application in your tenant yet. Add one from the gallery below.
application-used = Used here
application-use = Use this one
application-use-name = Use this one: { $name }
application-gallery = Add from the gallery
application-new-title = New to this?
application-new-body = Add a separate application named "GoTo - test". Your sign-in setup stays untouched.
application-search = Search the gallery
application-found = { $count ->
    [0] No entry found
    [one] One entry found
   *[other] { $count } entries found
}
application-retired = Retired for provisioning
application-provisioning = Automatic provisioning
application-name = Name of the application
application-name-taken = An application called '{ $name }' already exists. Names may repeat, but you'll mix them up.
application-used-now = { $name } is used now
application-add = Add application
application-adding = Adding the application and waiting until it is usable everywhere. This may take a minute.
provisioning-none = Not set up
column-name = Name
column-created = Created
column-sso = Single sign-on
column-provisioning = Provisioning
column-assigned = Assigned
column-choose = Choose

## 5 People

people-lead = Only people and groups assigned to the application are provisioned. Start with one person; add the rest once you trust the result.
people-lead-all = Everyone in the tenant is in scope. Assignments decide who can sign in.
people-note = Start with one person; add the rest once you trust the result
people-note-left = { $count ->
    [one] One assigned person won't be provisioned. You can fix it later.
   *[other] { $count } assigned people won't be provisioned. You can fix it later.
}
people-failed = The assignments could not be listed
people-no-application = Choose the application first.
people-figure-in-scope = people will be provisioned
people-assignments = assignments
people-groups = groups will be provisioned
people-left-out = assigned, but not provisioned
people-empty = Nobody is assigned yet
people-empty-body = Start with one person whom you can ask whether it worked.
people-choose-first = Choose a test person
people-add = Add users and groups
people-find = Find in assignments
people-table = Assigned people and groups
people-findings = Worth a look
people-users = Users
people-groups-tab = Groups
people-search = Name or address
people-found = { $count ->
    [0] Nobody found
    [one] One found
   *[other] { $count } found
}
people-no-role = The application has no role that can be given. Add an app role in its manifest, then check again.
people-assign = Assign
people-assign-name = Assign { $name }
people-is-assigned = Assigned
people-role-of = Role of { $name }
people-remove-name = Unassign { $name }
people-remove-title = Unassign { $name }?
people-remove-body = This person falls out of scope and would be disabled in GoTo at the next cycle.
people-remove-group = { $count ->
    [one] One person falls
   *[other] { $count } people fall
} out of scope, unless assigned otherwise, and would be disabled in GoTo at the next cycle.
people-remove-confirm = Unassign
people-select = Select { $name }
people-select-all = Select all shown rows
people-selected-none = Nothing selected
people-selected = { $count } of { $total } selected
people-selected-all = { $count ->
    [one] The only row is selected
   *[other] All { $count } rows selected
}
people-selected-hidden = { $text }, { $count } of them not shown by the search
people-bulk-toolbar = Selected rows
people-bulk-role = Change role
people-bulk-clear = Clear selection
people-bulk-group = { $name } ({ $count ->
    [one] one person
   *[other] { $count } people
})
people-bulk-remove-title = Unassign { $count } people and groups?
people-bulk-remove-confirm = Unassign { $count }
people-bulk-remove-type = Type { $count } to confirm
people-bulk-remove-stays = Nobody falls out of scope: everyone in the tenant is provisioned, assigned or not.
people-bulk-remove-for-good = This can't be undone here for all of them: a role that they have can't be given any more.
people-bulk-running-role = Changing roles
people-bulk-running-unassign = Unassigning
people-bulk-running-back = Putting back
people-bulk-cancelling = Stopping after this one
people-bulk-done-role = { $count ->
    [one] { $name } has the role { $role } now
   *[other] { $count } have the role { $role } now
}
people-bulk-done-unassign = { $count ->
    [one] { $name } is unassigned
   *[other] { $count } are unassigned
}
people-bulk-done-back = { $count ->
    [one] { $name } is assigned as before
   *[other] { $count } are assigned as before
}
people-bulk-part-role = { $done } of { $total } roles changed
people-bulk-part-unassign = { $done } of { $total } unassigned
people-bulk-part-back = { $done } of { $total } put back
people-bulk-nothing = They have the role { $role } already
people-bulk-cancelled = You stopped it. What was done stays done.
people-bulk-both = { $name } has both roles now
people-bulk-left = { $count ->
    [one] One was not tried.
   *[other] { $count } were not tried.
}
people-bulk-more = and { $count } more
people-bulk-again = { $count ->
    [one] Try again
   *[other] Try again for { $count }
}
people-bulk-go-on = { $count ->
    [one] Go on with the other one
   *[other] Go on with the other { $count }
}
people-bulk-undo = Undo for { $count }
people-bulk-see = Open People
kind-user = User
kind-group = Group
column-type = Type
column-people = People
column-role = Role
column-provisioned = Will be provisioned
column-remove = Unassign

## 6 Connect

connect-lead = Say who hears of failures, let Usher sign in to GoTo, and prove that it works.
connect-lead-entra = Say who hears of failures, then let Microsoft Entra sign in to GoTo.
connect-note-authorize = Authorize to continue
connect-note-test = The test must pass before you can continue
connect-note-passed = The connection works
connect-entra-body = Microsoft Entra keeps GoTo's token itself and Usher never sees it. For now, authorize and test the job with: usher authorize, then usher test-connection.
notices-title = Failure notices
notices-email = Notification email
notices-hint = Several addresses are separated by semicolons.
notices-wrong = { $text } is not an email address.
notices-nobody = Enter an address, or do not send an email notification.
notices-failure = Send an email notification when a failure occurs
no-mail-server = Nothing is sent by mail until a mail server is entered under Settings.
no-mail-server-open = Open Settings
client-title = GoTo OAuth client
client-body = GoTo lets Usher in through an OAuth client of your organization. It takes about three minutes, once.
client-missing = Not filled in yet.
client-done = Client ID { $client }
client-step-new = In GoTo's developer portal, open OAuth Clients and add one named Usher.
client-step-redirects = Add the redirect URIs below, each exactly as it is.
client-step-scopes = Tick the scopes below.
client-step-secret = Copy the client secret at once: GoTo shows it only while the client is being created.
client-redirect = Redirect URI
client-redirect-spare = Spare URI { $n }
client-scopes = Scopes
client-open = Open OAuth Clients
client-request = Please make an OAuth client named Usher in GoTo's developer portal, with the redirect URIs { $redirects } and the scopes { $scopes }. Then enter its client ID and secret in Usher on this computer; please do not send the secret by mail.
client-id = Client ID
client-secret = Client secret
client-secret-hint = Stored in this computer's keyring and never shown again.
client-secret-stored = A secret is stored. Enter another one to replace it.
client-secret-store = Store
client-secret-replace = Replace
client-port = Port of the redirect URI
client-port-hint = Change it only when another program uses this port, and register the matching URI.
authorize-title = GoTo authorization
authorize-body = Sign in as a GoTo organization admin with Read and Write. The page opens in your browser.
authorize = Authorize
authorize-again = Authorize again
authorize-needs-client = First fill in the OAuth client above.
authorize-who = GoTo organization { $organization } · { $when }
authorized = Authorized
forget = Forget
kept-title = What is kept where
kept-what = What
kept-where = Where
kept-nothing = nothing stored now
keyring-locked = { $name } is locked.
keyring-absent = This computer has no keyring that Usher can use.
keyring-waiting = { $name } is waiting for you to unlock it.
keyring-until-close = Credentials last until you close Usher.
keyring-keep = Keep them until Usher closes
forget-goto-title = Forget the GoTo sign-in?
forget-goto-body = Provisioning stops at the next cycle until you authorize again. The client secret is forgotten too. Access stays granted in GoTo until you withdraw it there.
forget-entra-title = Forget the Entra sign-in?
forget-entra-body = Usher signs out of your tenant. Provisioning by this computer stops at the next cycle until you sign in again. The app registration and its consent stay in Entra.
forget-all-title = Forget all credentials of this connection?
forget-all-body = Provisioning by this computer stops at the next cycle until you sign in and authorize again. The app registration, the OAuth client and their consents stay in Entra and GoTo.
test-title = Connection test
test = Test connection
test-waits = Waits until GoTo is authorized.
test-body = Finds the service, checks the connection and the sign-in, and reads without changing anything.
test-running = Testing the connection
test-passed = { $count ->
    [one] Connected. One check passed in { $took }.
   *[other] Connected. { $count } checks passed in { $took }.
}
test-failed = The connection does not work yet.
test-at = Tested { $time } · secrets are removed
test-details = Copy details for GoTo support

## 7 and 8 Attributes

mapping-users-lead = What GoTo stores about each person, and where the value comes from.
mapping-groups-lead = What GoTo stores about each group, and where the value comes from.
mapping-note = Going on marks this table as reviewed
mapping-note-reviewed = You have reviewed this table
mapping-note-bad = { $count ->
    [one] Fix one mapping to continue
   *[other] Fix { $count } mappings to continue
}
mapping-add = Add mapping
mapping-edit = Edit mapping: { $target }
mapping-edit-name = Edit the mapping of { $target }
mapping-count = { $count ->
    [one] One mapping
   *[other] { $count } mappings
}
mapping-summary = { $matches ->
    [one] one match
   *[other] { $matches } matches
}, { $calculated } calculated
mapping-help-failed = Attributes and samples could not be loaded. The table can still be edited.
mapping-reset = Reset to default
mapping-reset-title = Reset the whole table?
mapping-column-source = Value from Microsoft Entra
mapping-column-arrow = becomes
mapping-column-target = GoTo attribute
mapping-column-kind = Kind
mapping-column-sample = Sample
mapping-column-sample-of = For { $name }
mapping-column-match = Match
kind-attribute = Direct
kind-constant = Constant
kind-expression = Expression
kind-none = None
mapping-source = Source attribute
mapping-constant = Constant value
mapping-none-note = Nothing flows from Entra; only the default below is written.
mapping-gives = For { $name } this gives: { $value }
mapping-default = If the value is empty
mapping-default-hint = Used for new people only. Leave empty to write nothing.
mapping-when = Apply
mapping-always = Always
mapping-creation = Only when creating
mapping-match = Use this attribute to match
mapping-match-not-offered = Not offered: GoTo can't search by { $target }.
mapping-precedence = Matching precedence
mapping-last-match = People can't be found in GoTo without a match, so the last one stays.
mapping-required = GoTo requires this attribute.
mapping-remove = Remove mapping
mapping-needs-target = Choose the GoTo attribute.
mapping-needs-source = Choose the source attribute.
mapping-twice = { $target } is already filled by another mapping.
groups-switch-title = Provision groups
groups-on-body = Groups are provisioned. Only members who are provisioned themselves are written.
groups-off-body = Groups aren't provisioned. People still are.

## 10 Preview

preview-lead-next = What the next cycle would do, worked out against real data. Nothing is sent to GoTo.
preview-lead = What the first cycle would do, worked out against real data. Nothing is sent to GoTo.
preview-start = Work out the preview
preview-again = Run again
preview-empty = Nothing worked out yet
preview-empty-body = Usher reads people and GoTo accounts, compares them, and shows every change with its reason. It only reads.
preview-running = Working it out
preview-failed = The preview could not be worked out
preview-note-run = Run the preview to continue
preview-note-running = Only reading; nothing is sent to GoTo
preview-note-stale = Run the preview again to continue
preview-note-guard = Settle the deletion guard to continue
preview-note-ready = Nothing has been sent to GoTo
preview-stale-title = This preview is out of date: it was worked out { $time }.
preview-stale-body = Something in the configuration, in Entra or in GoTo is different now, or a cycle has run since. Run it again; an approval does not carry over.
preview-not-seen = Not everything could be looked at.
preview-nothing = GoTo already matches
preview-nothing-body = The first cycle would change nothing.
preview-counts = Filter by action
preview-count-filter = { $action } { $count }, filter
preview-find = Find a person or group
preview-shown = { $count ->
    [one] One row
   *[other] { $count } rows
}
preview-made = Worked out { $time } from { $people ->
    [one] one person or group
   *[other] { $people } people and groups
} in { $took }
preview-table = Planned changes
preview-taken-over = Managed by Usher from now on
preview-attributes = { $count ->
    [one] One attribute
   *[other] { $count } attributes
}
preview-nothing-sent = Nothing has been sent to GoTo.
would-be-set = Would be set
column-action = Action
column-person = Person or group
column-changes = What changes
column-because = Because
change-was = was
change-becomes = becomes
change-empty = empty
guard-allow-hint = If that is what you want, allow it for exactly this plan.
guard-not-approvable = This can't be allowed. Run the preview again when the cause is mended.
guard-review = Review the { $count }
guard-allow = Allow once...
guard-change = Change the limit
guard-approved-title = Allowed once by you.
guard-approved-body = Exactly this plan may run. Any change makes a new plan that needs its own approval.
allow-title = Allow this plan once?
allow-body = { $count ->
    [one] One person loses
   *[other] { $count } people lose
} access to GoTo. The approval holds for exactly this plan; any change makes a new one.
allow-body-entra = With Microsoft Entra as the runner, this releases every deletion that the service has staged, not only these.
allow-more = and { $count } more
allow-type = Type { $count } to confirm
allow-confirm = { $count ->
    [one] Allow for one person
   *[other] Allow for { $count } people
}

## Accounts that GoTo has already
accounts-title = Accounts already at GoTo
accounts-decide = Decide...
accounts-show = Show them
accounts-matched = { $count ->
    [one] 1 account matches somebody in scope
   *[other] { $count } accounts match people in scope
 }: { $adopt } to adopt, { $leave } left as they are, { $later } waiting for a decision.
accounts-ambiguous = { $count ->
    [one] 1 account is left alone until it is clear whose it is.
   *[other] { $count } accounts are left alone until it is clear whose they are.
 }
accounts-orphan = { $count ->
    [one] 1 account that Usher keeps has nobody in scope any more.
   *[other] { $count } accounts that Usher keeps have nobody in scope any more.
 }
accounts-nobody = { $count ->
    [one] 1 account belongs to nobody in scope. Usher does not touch it.
   *[other] { $count } accounts belong to nobody in scope. Usher does not touch them.
 }
accounts-lead-adopt = Unless you decide otherwise, Usher keeps an account that matches from the next cycle on, and brings it in step with Entra.
accounts-lead-ask = Usher does nothing with these accounts until you decide.
accounts-nobody-lead = Nothing here changes but what Usher keeps: an orphan loses access with the next cycle, within the deletion guard.
accounts-tab-decide = To decide
accounts-tab-nobody = Nobody in scope
accounts-find = Find an account
accounts-none = There are none.
accounts-select-all = Select all
accounts-select = Select { $name }
accounts-shown = { $first } to { $last } of { $total }
accounts-people = In Entra: { $names }
accounts-inactive = { $name } (inactive)
accounts-adopt = Adopt
accounts-leave = Leave as they are
accounts-later = Decide later
accounts-becomes-adopt = Adopted with the next cycle
accounts-becomes-leave = Left as it is
accounts-becomes-later = Waits for a decision
accounts-is-orphan = Kept by Usher
accounts-is-out-of-scope = In Entra, not in scope
accounts-is-stranger = Nobody in Entra has this account
accounts-done-adopt = { $count ->
    [one] 1 account will be adopted. The preview is out of date now.
   *[other] { $count } accounts will be adopted. The preview is out of date now.
 }
accounts-done-leave = { $count ->
    [one] 1 account is left as it is. The preview is out of date now.
   *[other] { $count } accounts are left as they are. The preview is out of date now.
 }
accounts-done-later = { $count ->
    [one] 1 account waits for a decision. The preview is out of date now.
   *[other] { $count } accounts wait for a decision. The preview is out of date now.
 }

## 11 Turn on

turn-on-lead = Try it with one person. When that looks right, switch it on for everyone in scope.
turn-on-confirm = Save and turn on
turn-on-save = Save and make live
turn-on-again = Save and switch back on
turn-on-failed = Provisioning was not turned on
turn-on-note-entra = Turn this one on in the terminal: usher on
turn-on-note-gated = Finish what is listed under "Before everyone joins"
turn-on-note-failed = The trial failed. See what happened.
turn-on-note-trial = Try one person first, or turn on without trying it
turn-on-note-again = A cycle starts at once; later ones follow your interval
turn-on-note-ready = The first cycle starts at once; later ones follow your interval
turn-on-entra-body = The trial, starting and pausing Microsoft's job work with: usher on, usher off and usher status.
trial-title = Provision one person first
trial-body = This really creates or updates one GoTo account.
trial-person = Person
trial-pick = Choose or search a person
trial-run = Provision this person
trial-again = Provision again
trial-running = Provisioning one person
trial-see = See what happened
story-import = Import
story-scope = Scope
story-match = Match
story-action = Action
story-verify = Read back
story-title = Import, scope, match and action
modified-attributes = Modified attributes
summary-title = Look it over
summary-copy = Copy summary
summary-from = From
summary-to = To
summary-scope = Scope
summary-data = Data
summary-first-cycle = First cycle
summary-next-cycle = Next cycle
summary-notices = If it fails
summary-runner-entra = Microsoft Entra, about every 40 minutes
summary-runner-local = This computer, every { $minutes } minutes while Usher is open
summary-data-both = { $users } user attributes, { $groups } group attributes
summary-data-users = { $users } user attributes, groups are not provisioned
summary-no-preview = No preview yet
summary-counts = { $create } create · { $update } update · { $disable } disable · { $remove } delete
summary-approved = allowed once by you
summary-stale = made before your last change
summary-guard = Stops at { $count } people or { $percent } %, whichever is smaller, but at least { $least }
summary-notices-to = Email to { $to }
summary-notices-unsent = Nothing is sent by mail to { $to } until a mail server is entered under Settings
summary-no-notices = Nobody is told
switch-title = Switch it on
switch-will-be-on = On once you save
switch-note = Takes effect when you save. You can switch off at any time; people already in GoTo stay as they are.
provisioning = Provisioning
before-title = Before everyone joins
before-ready = Every step before this one is ready
seats-title = Seats and User Sync
seats-failed = Seats at GoTo could not be read.
seats-show = Show seats and the list of rules
seats-hide = Hide seats and the list of rules
seats-account = Licences of { $name }
seats-licence = Licence
seats-products = Products
seats-all = Seats
seats-used = Used
seats-left = Free
seats-not-told = not told
seats-not-in-force = Not in force
seats-rules = User Sync rules to make
seats-group = Group
seats-people = People in scope
seats-rule = Rule
seats-open = Open GoTo Admin
seats-guide = How to set up User Sync
mail-may-title = GoTo may send mail to new people.
mail-may-body = Whether it does, and what it says, can't be seen from here. Provision one person first and ask them; then tell your help desk before everyone joins.
mail-help-desk-name = The text for the help desk
mail-help-desk-copy = Copy text for the help desk
mail-help-desk-text = For the help desk: accounts at GoTo
    { mail-help-desk-rest }
mail-help-desk-text-of = For the help desk: accounts at GoTo ({ $organization })
    { mail-help-desk-rest }
mail-help-desk-rest =
    Accounts at GoTo are now made and updated by themselves from Microsoft Entra ID, for people who are assigned to GoTo there.
    New people may get a mail from GoTo that welcomes them or asks them to sign in. Such a mail is expected. Whoever doubts one should not follow its links, but open GoTo as usual.
    An account alone has no product. Whoever can't use anything yet lacks one: an administrator gives it to their group in GoTo Admin, under People > User Sync.
    A wrong name or department is corrected in Microsoft Entra ID. It reaches GoTo with the next cycle.
without-link = Turn on without trying it
without-title = Turn on without trying one person?
without-body-again = The next cycle then writes for everyone in scope at once. The deletion guard still holds.
without-body = The first cycle then writes for everyone in scope at once. The deletion guard still holds.
without-confirm = Turn on without a trial
turn-on-done = Provisioning is on
turn-on-done-lead-again = The next cycle brings everyone in scope in step.
turn-on-done-lead = The first cycle goes over everyone in scope.
turn-on-done-note = You can switch off at any time in the overview
turn-on-done-quiet = It begins when quiet hours end: { $time } { $zone }. Run now in the overview does not wait for that.
turn-on-done-body = Later cycles come every { $minutes } minutes.
go-to-overview = Go to overview

## Overview

overview-of = Overview of { $name }
overview-entra-body = What Microsoft's job is doing shows in the Entra admin center and with: usher status and usher log.
runner-entra-runs = Microsoft Entra runs it
runner-local-runs = This computer runs it
next-cycle = next cycle { $time }
run-now = Run now
status-failed = The status could not be read
cycle-initial = Initial cycle
cycle-incremental = Incremental cycle
cycle-of-unknown-kind = Cycle
cycle-running = { $cycle } running
cycle-started = Started { $time }
cycle-cancel = Stop this cycle
cycle-cancelling = Stopping after what is under way
cycle-last = Last: { $cycle }
cycle-never = No cycle has run yet
cycle-never-on = The first cycle starts within a few minutes; later ones come every { $minutes } minutes.
cycle-never-quiet = The first cycle starts when quiet hours end; later ones come every { $minutes } minutes.
quiet-until = Quiet until { $time } { $zone }
quiet-what = No cycle begins by itself until then. Run now does not wait.
cycle-never-off = Provisioning is off.
cycle-created = { $count } created
cycle-updated = { $count } updated
cycle-disabled = { $count } disabled
cycle-failed = { $count } failed
cycles-title = { $count ->
    [0] Last cycles
    [one] Last cycle
   *[other] Last { $count } cycles
}
cycles-none = Each cycle shows here with what it changed.
cycles-sentence = { $count ->
    [one] One cycle
   *[other] { $count } cycles
} with { $changes } changes in all, { $failed } of them failed
cycles-tallest = tallest: { $count }
show-table = Show as table
show-chart = Show as chart
series-created = Created
series-updated = Updated
series-disabled = Disabled
series-failed = Failed
in-step-title = In step
in-step-people = { $count ->
    [one] person active in GoTo through this connection
   *[other] people active in GoTo through this connection
}
in-step-pending = { $count ->
    [one] One delete waits
   *[other] { $count } deletes wait
  }
in-step-groups = { $count ->
    [one] One group
   *[other] { $count } groups
}
needs-title = Needs you
needs-none = Nothing needs you
needs-cycle-failed = The last cycle failed. { $reason }
needs-open = Take me there
needs-open-name = Take me there: { $what }
why-card = Why is somebody in GoTo, or not?
why-title = Why { $name } is in GoTo, or not
why-now = Why is that so now?
why-not-worked-out = It could not be worked out
why-nothing-sent = Worked out from both sides just now, with the current draft. Nothing has been sent.
why-open-log = Open the log
why-state-in = In GoTo
why-state-arrives = Gets access
why-state-leaves = Loses access
why-state-inactive = Inactive in GoTo
why-state-out = Not in GoTo
why-state-failed = Not worked out
recent-title = Recent activity
recent-none = Nothing has happened yet.
open-logs = Open logs
off-title = Switch provisioning off?
off-body = People who leave will keep their GoTo accounts until you switch it on again.
off-reason = Reason (optional)
off-cancel = Stop the running cycle as soon as what is in flight is done
off-confirm = Switch off
off-because = off because: { $reason }
off-done = Provisioning is off.

## Logs

logs-of = Logs of { $name }
logs-lead = What was done to whom, newest first. Times are in { $zone }.
logs-find = Person or group
logs-count = { $count ->
    [one] One entry
   *[other] { $count } entries
}
logs-one-cycle = One cycle only
logs-failed = The log could not be read
logs-empty = No entries yet
logs-empty-body = Each person and group that a cycle looks at leaves an entry here, with what was read, decided and written.
copy-change-id = Copy change ID
id-entra = Id in Entra
id-goto = Id in GoTo
column-time = Time
column-who = Who
column-what = What happened
column-status = Status
column-cycle = Cycle

## Settings

settings-of = Settings of { $name }
settings-lead = Appearance applies at once. What concerns cycles waits in the draft until you make it live.
settings-name = Name
settings-appearance = Appearance
settings-credentials = Connection and credentials
settings-cycle = Cycle
settings-cycle-entra = Set by Microsoft, about every 40 minutes.
settings-quiet = Quiet hours
settings-quiet-none = None: cycles begin at any hour.
settings-quiet-hint = No cycle begins by itself in these hours. They are changed in the connection file.
settings-interval = Minutes between cycles
settings-interval-hint = 15 minutes to one day. The default is 40.
smtp-title = Failure notices by mail
smtp-entra = Microsoft Entra runs this connection and sends its notices itself.
smtp-to = Goes to { $to }.
smtp-no-server = Nothing is sent by mail to { $to } until you enter a mail server.
smtp-to-nobody = Nobody is written to yet.
smtp-to-change = Change in step 6
smtp-server = Mail server
smtp-server-hint = Leave it empty to send no mail.
smtp-server-wrong = Enter the name of a server alone, such as smtp.example.com.
smtp-security = Protection
smtp-starttls = STARTTLS
smtp-tls = TLS
smtp-none = None, on this computer only
smtp-security-wrong = Mail goes unprotected to this computer only. Choose STARTTLS or TLS.
smtp-port = Port
smtp-from = Sender
smtp-from-wrong = Enter the address that the mail comes from.
smtp-user = User name
smtp-user-hint = Empty where the server asks nobody to sign in.
smtp-password = Password
smtp-test = Send test mail
smtp-testing = Sending...
smtp-test-nobody = Enter an address in step 6 first.
smtp-test-sent = Sent to { $to }. The server answered: { $answer }
smtp-waiting = { $count ->
    [one] One notice could not be sent yet.
   *[other] { $count } notices could not be sent yet.
}
smtp-waiting-next = Usher tries again after the next cycle.
smtp-last = Last mail { $time }. The server answered: { $answer }
forget-entra = Forget Entra sign-in
forget-goto = Forget GoTo credentials
forget-all = Forget everything

## Other services

writers-title = Other services
writers-body = Does anything else write people to this GoTo organization, such as an Active Directory connector, Okta, OneLogin or another provisioning job? Two writers undo each other's work: what one adds the other takes away.
writers-none = No, only Usher
writers-accepted = Yes, and I accept that both write
writers-accepted-note = Expect changes that come back. Keep each to people of its own, and after the first cycles look at what came back with: usher drift

## Who goes first

ring-title = Who goes first
ring-body = Start small: whoever you choose gets an account in GoTo, everybody else in scope waits. Whoever has one goes on being looked after.
ring-user = One person, or a few
ring-group = One group, or a few
ring-everybody = Everybody in scope
ring-pick-user = Search a person
ring-pick-group = Search a group
ring-nobody-yet = Choose somebody. Until then everybody in scope gets an account.
ring-members = Goes first
ring-member-people = { $count ->
    [one] One person in scope
   *[other] { $count } people in scope
  }
ring-member-out = Nobody in scope comes by this
ring-member-unknown = Entra does not have this ID
ring-member-remove = Take { $name } out
ring-next = { $count ->
    [0] Nobody new gets an account.
    [one] One person gets an account once this is live.
   *[other] { $count } people get an account once this is live.
  }
ring-waiting = { $count ->
    [0] Nobody waits.
    [one] One person waits.
   *[other] { $count } people wait.
  }
ring-provisioned = { $count ->
    [0] Nobody is provisioned yet.
    [one] One person is provisioned already.
   *[other] { $count } people are provisioned already.
  }
ring-about = There are more people than were read, so these numbers are estimates.
ring-failed = It could not be counted who waits
ring-toast-in = { $name } goes first
ring-toast-out = { $name } waits with the others
ring-toast-everybody = Everybody in scope gets an account
ring-bar-title = { $count ->
    [0] Nobody waits for an account.
    [one] One person waits for an account.
   *[other] { $count } people wait for an account.
  }
ring-bar-body = New accounts are limited to { $names }.
ring-bar-more = New accounts are limited to { $names } and { $count } more.
ring-open = Let everybody in
ring-open-title = Let everybody in?
ring-open-body = { $count ->
    [0] Nobody waits at the moment. Whoever comes into scope from now on gets an account.
    [one] One person who waits gets an account in GoTo.
   *[other] { $count } people who wait get an account in GoTo.
  }
ring-open-groups = { $count ->
    [one] One group that waits is provisioned, too.
   *[other] { $count } groups that wait are provisioned, too.
  }
ring-open-then = Nothing happens yet: look at the preview, then make it live on Turn on.
ring-open-confirm = Go to the preview
summary-ring = { $count ->
    [one] One person or group goes first, the others wait
   *[other] { $count } people and groups go first, the others wait
  }

## Pending deletes

pending-of = Pending deletes of { $name }
pending-lead = Whoever was removed from Entra for good is disabled at once and deleted days later. Until then you can take it back.
pending-lead-days = { $days ->
    [0] Whoever is removed from Entra for good is deleted with the next cycle. Who waits already can be kept.
    [one] Whoever is removed from Entra for good is disabled at once and deleted a day later. Until then you can take it back.
   *[other] Whoever is removed from Entra for good is disabled at once and deleted { $days } days later. Until then you can take it back.
  }
pending-waiting = { $count ->
    [one] One account or group will be deleted
   *[other] { $count } accounts and groups will be deleted
  }
pending-kept = { $count ->
    [one] One account or group is kept
   *[other] { $count } accounts and groups are kept
  }
pending-selected = { $count ->
    [0] None selected
   *[other] { $count } selected
  }
pending-select-all = Select all
pending-keep = Keep
pending-keep-name = Keep { $name }
pending-keep-selected = Keep selected
pending-release = Undo Keep
pending-release-name = Undo Keep for { $name }
pending-release-selected = Undo Keep for selected
pending-since = Waits since { $time }
pending-kept-by = Kept by { $who }
pending-due = Due now
column-due = To be deleted
column-kept = Kept
column-why = Why
column-decide = Decide
pending-toast-kept = { $count ->
    [one] { $name } is kept
   *[other] { $count } are kept
  }
pending-toast-released = { $count ->
    [one] { $name } waits to be deleted again
   *[other] { $count } wait to be deleted again
  }
pending-not-decided = Nothing was changed
pending-failed = The deletes that wait could not be read
pending-empty = Nobody waits to be deleted
pending-empty-body = Deleting is off at first. Where you allow it, in the deletion guard of Settings and among the actions of the user attributes, whoever is removed from Entra for good shows here first.
