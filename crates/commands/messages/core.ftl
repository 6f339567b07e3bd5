### Sentences that leave Rust as ids: findings, remedies, reasons, errors. Window and terminal share them.
### Sentence case; what happened, to whom, what to do next; no codes, no blame. A remedy is an instruction.
### Ids that begin with `piece-` are parts of other sentences here.

## Parts of sentences

# Why somebody is out of scope, or why something is withheld: the code that comes as $because.
piece-because = { $because ->
    [not-assigned] Not assigned to the application
    [nested-group-only] Only in a group inside an assigned group
    [NotEffectivelyEntitled] The assigned role does not entitle to provisioning
    [filtered-out] A scoping filter leaves it out
    [disabled-in-entra] The account is disabled in Entra
    [soft-deleted] The account is in Entra's recycle bin
    [soft-deleted-group] The group is in Entra's recycle bin
    [hard-deleted] The account was removed from Entra
    [hard-deleted-group] The group was removed from Entra
    [gone-from-entra] Entra no longer lists this account
    [gone-from-entra-group] Entra no longer lists this group
    [groups-off] Groups are not provisioned by this connection
    [inactive-by-mapping] The mapping of active gives false
    [target-not-read] GoTo was not read far enough
    [update-switched-off] Updating is switched off
    [withheld-incomplete-read] Entra was not read completely
   *[other] Out of scope
}
# What the reader of an expression expected.
piece-expected = { $expected ->
    [operand] an [attribute], a "text", a number or a function
    [comma-or-close] a comma or a closing parenthesis
    [end] the end of the expression
    [no-comparison] a value without a comparison
    [double-quotes] a text in straight double quotes
    [closing-quote] a closing double quote
    [closing-bracket] a closing bracket
    [attribute-name] the name of an attribute between the brackets
   *[number] a number that is not that large
}
# What a function takes at a place where a literal stands.
piece-literal = { $expected ->
    [integer] a whole number
    [position] a whole number of 1 or more
    [interval] one of yyyy, m, ww, d, h, n and s
    [character] one character
    [compare-type] vbTextCompare or vbBinaryCompare
    [some-text] a text that is not empty
   *[date] a date such as 2026-01-31
}
# Why an expression gave no value for one person or group: the code that comes as $code.
piece-no-value = { $code ->
    [EXPR-TYPE] a function got a value of a kind that it does not take
    [EXPR-STEPS] the expression takes too many steps, or its values grow too long
    [EXPR-REGEX] a regular expression in it is not correct, or takes too long to match
    [EXPR-NOT-EVALUATED] no page of Microsoft says what one of its functions does
    [InvalidValue] the attribute takes true or false, and this is neither
    [wrong-type] the attribute takes values of another type
    [SchemaPropertyCanOnlyAcceptValue] the attribute takes one value, and there are several
   *[other] it could not be evaluated
}
# Why a scoping filter gave no answer: the code that comes as $code.
piece-no-answer = { $code ->
    [FILTER-STEPS] matching the pattern takes too many steps
    [FILTER-TYPE] the value is of a type that the operator does not take
    [FILTER-SEVERAL-VALUES] the attribute has several values
    [FILTER-NOT-READ] the attribute was not read from Entra
   *[other] it could not be evaluated
}
# What an object has, and what a clause of a scoping filter wants: the arguments $attribute, $has, $actual, $operator, $value.
piece-has = { $has ->
    [nothing] { $attribute } is empty
   *[other] { $attribute } is “{ $actual }”
}
piece-must = { $operator ->
    [equals] must equal “{ $value }”
    [not-equals] must have another value than “{ $value }”
    [is-true] must be true
    [is-false] must be false
    [is-null] must be empty
    [is-not-null] must have a value
    [regex-match] must match the pattern { $value }
    [not-regex-match] must have a value that does not match the pattern { $value }
    [greater-than] must be greater than { $value }
    [greater-than-or-equals] must be { $value } or greater
    [includes] must contain “{ $value }”
    [ends-with] must end with “{ $value }”
    [within] must be a part of “{ $value }”
    [not-within] must have a value that is no part of “{ $value }”
   *[other] must be another value
}
# What was in the way the last time: the code that comes as $last.
piece-last = { $last ->
    [too-many-requests] GoTo asked to wait each time
    [trouble-at-target] GoTo had trouble of its own each time
    [target-unreachable] GoTo could not be reached
    [no-reply] no whole reply came back
   *[other] it failed each time
}

# Where in the scoping filters.
piece-clause = Scoping filter { $title }, clause { $clause }

## Why something is done, or is not (plan and provisioning log)

reason-in-scope-no-match = In scope, and no account with this user name exists yet
reason-matched = An account with the same { $attribute } is already there: { $value }
reason-attributes-differ = Differs from what Entra has
reason-reference-waited = Written last, because the account that it names is created in this same run
reason-re-enabled = Back in scope
reason-members-joined = Joined the group in Entra
reason-members-left = Left the group in Entra
reason-members-nobody-gave = In the group there, though Entra has nobody of that name
reason-inactive-by-mapping = In scope, but the mapping of active gives false
reason-not-assigned = Not assigned to the application
reason-nested-group-only = Only in { $group }, a group inside an assigned group; such members do not count
reason-NotEffectivelyEntitled = The role { $role } does not entitle to provisioning
reason-filtered-out = Left out by the scoping filter { $title }: { piece-has } and { piece-must }
reason-disabled-in-entra = The account is disabled in Entra
reason-soft-deleted = The account is in Entra's recycle bin
reason-hard-deleted = The account was removed from Entra
reason-gone-from-entra = Entra no longer lists this account
reason-groups-off = Groups are not provisioned by this connection
reason-RedundantExport = Already in step
reason-already-inactive = { piece-because }; already inactive
reason-already-gone = { piece-because }; already gone
reason-ImportSkipped = No matching attribute has a value: { $attributes }
reason-left-in-place = { piece-because }; left as it is
reason-account-left = The account { $account } is left as it is, as somebody decided
reason-account-undecided = The account { $account } was there before. Adopt it, or leave it as it is.
reason-waits-for-ring = In scope, but waits: only a first ring of people and groups gets accounts so far. Let it in under Turn on, or with usher ring.
reason-create-switched-off = Would be created, but creating is switched off
reason-update-switched-off = Would be changed, but updating is switched off
reason-disable-switched-off = { piece-because }; would be disabled, but disabling is switched off
reason-delete-switched-off = { piece-because }; would be deleted, but deleting is switched off
reason-delete-pending = { piece-because }; will be deleted on { $due } unless you keep it
reason-delete-kept = { piece-because }; would be deleted, but is kept
reason-delete-no-longer-pending = Entra lists it again, so it will not be deleted
reason-protected-account = { piece-because }; would lose access, but is protected
reason-withheld-incomplete-read = { piece-because }; would lose access, but Entra was not read completely
reason-DuplicateTargetEntries = Several accounts have the same { $attribute }: { $value }
reason-DuplicateSourceEntries = More than one in Entra claims the same { $attribute }: { $value }
reason-account-held-by-another = The GoTo account with { $attribute } { $value } belongs to somebody else, whom this run did not look at. The next cycle does.
reason-account-kept-for-another = The GoTo account with { $attribute } { $value } is kept for somebody who is no longer in scope. Give it to the new one under Accounts (usher accounts --adopt), or rename or delete it in GoTo.
reason-account-handed-over = The account goes to somebody else, as was decided
reason-names-exchanged = These take each other's { $attribute }: { $names }. Give one of their accounts a third name in GoTo; when they are tried again, the rest is done.
reason-EntryConflict = Another account already has this { $attribute }
reason-InvalidAnchor = The linked account is gone
reason-MissingValues = { $attribute } is required and has no value
reason-SchemaPropertyCanOnlyAcceptValue = { $attribute } takes one value, and Entra has several
reason-InvalidValue = { $attribute } takes true or false, and the value is neither
reason-wrong-type = { $attribute } takes values of the type { $type }, and this is none
reason-expression-failed = The expression for { $attribute } gave no value: { piece-no-value }
reason-open-value-gone = The random or redacted value for { $attribute } could not be filled in as it was planned, so nothing was sent. The next cycle plans it again.
reason-filter-failed = It is not known whether this is in scope, so nothing is changed. The scoping filter { $title } gave no answer for { $attribute }: { piece-no-answer }.
reason-target-not-read = The other side was not read far enough to know whether an account is there
reason-disable-not-mapped = { piece-because }; should be disabled, but no mapping sets active to false
reason-disable-not-supported = { piece-because }; should be disabled, but this service provider does not keep active
reason-group-too-large = { $members } members are more than the { $limit } that can be written
reason-attribute-not-supported = The service provider does not keep { $attribute }: it is left out
reason-reference-left-out = { $attribute } names another person, and only the manager of a person can be written there. It is left out.
reason-UnableToResolveReferenceAttributeValue = { $attribute } stays as it is: { $other } is not provisioned
reason-references-unresolved = { $count ->
    [one] One person has a manager who is not provisioned. { $attribute } stays as it is there.
   *[other] { $count } people have a manager who is not provisioned. { $attribute } stays as it is for them.
}
reason-roles-need-assignment = { $attribute } takes roles, which only assigned people have. This connection considers everybody, so it is left out.
reason-target-gone = The linked object is gone and is matched again
reason-unmanaged-members = { $count ->
    [one] One member is not managed by Usher and stays
   *[other] { $count } members are not managed by Usher and stay
}
reason-protected-members = { $count ->
    [one] One member left the group in Entra, but is protected and stays
   *[other] { $count } members left the group in Entra, but are protected and stay
}
reason-members-not-provisioned = { $count ->
    [one] One member is not provisioned and is left out
   *[other] { $count } members are not provisioned and are left out
}
reason-members-withheld = { $count ->
    [0] { piece-because }: the members stay as they are
    [one] { piece-because }: one change of a member is withheld
   *[other] { piece-because }: { $count } changes of members are withheld
}

# The same words where a code of writing is given as the reason.
reason-changed-at-target = { trouble-changed-at-target }
reason-deleted-in-this-run = { trouble-deleted-in-this-run }
reason-differs-after-write = { trouble-differs-after-write }
reason-InsufficientRights = { trouble-InsufficientRights }
reason-group-not-provisioned = { trouble-group-not-provisioned }
reason-interrupted = { trouble-interrupted }
reason-made-meanwhile = { trouble-made-meanwhile }
reason-linked-to-another = { trouble-linked-to-another }
reason-look-up-refused = { trouble-look-up-refused }
reason-no-account = { trouble-no-account }
reason-no-member-has-an-account = { trouble-no-member-has-an-account }
reason-made-and-not-shown = { trouble-made-and-not-shown }
reason-not-listed-back = { trouble-not-listed-back }
reason-not-supported-by-target = { trouble-not-supported-by-target }
reason-exists-outside-organisation = { trouble-exists-outside-organisation }
reason-person-failed = { trouble-person-failed }
reason-person-has-no-account = { trouble-person-has-no-account }
reason-refused-by-target = { trouble-refused-by-target }
reason-retries-exhausted = { trouble-retries-exhausted }
reason-unknown-outcome = { trouble-unknown-outcome }

# The same of a group, where the words above speak of a person or an account.
reason-group-no-match = In scope, and no group of this name is in GoTo yet
reason-group-matched = A group with the same { $attribute } is already there: { $value }
reason-group-soft-deleted = The group is in Entra's recycle bin
reason-group-hard-deleted = The group was removed from Entra
reason-group-gone-from-entra = Entra no longer lists this group
reason-group-left = The group { $account } is left as it is, as somebody decided
reason-group-undecided = The group { $account } was there before. Adopt it, or leave it as it is.
reason-group-several = Several groups have the same { $attribute }: { $value }
reason-group-kept-for-another = The GoTo group with { $attribute } { $value } is kept for a group that is no longer in scope. Give it to the new one under Accounts (usher accounts --adopt), or rename or delete it in GoTo.
reason-group-handed-over = The group in GoTo goes to another group in Entra, as was decided
reason-group-link-gone = The linked group is gone

## Why writing did not succeed (provisioning log)

trouble-changed-at-target = Somebody else changed it in GoTo after the plan was made. Usher looks at it again in the next cycle that is due.
trouble-EntryConflict = GoTo already has this name or address somewhere else. Free it in GoTo or change it in Entra. GoTo said: { $detail }
trouble-deleted-in-this-run = The member's account was deleted earlier in this run, so it is in no group any more
trouble-differs-after-write = GoTo accepted the change and shows other values for { $what }. If this comes back, check who else writes to GoTo.
trouble-DuplicateTargetEntries = { $count ->
    [one] Another account in GoTo fits this person. Remove or rename the one that is wrong.
   *[other] { $count } accounts in GoTo fit this person. Remove or rename those that are wrong.
}
trouble-InsufficientRights = The admin whom Usher acts for may not do this in GoTo. Check that the role is Organization admin, Read & Write. GoTo said: { $detail }
trouble-InvalidAnchor = The account is gone from GoTo. Usher looks for it again in the next cycle that is due. GoTo said: { $detail }
trouble-group-not-provisioned = The group is not in GoTo yet, so its members could not be written. Usher tries again in the next cycle that is due.
trouble-interrupted = The run was ended before it was known whether this was done. The next cycle sees what is there and goes on.
trouble-made-meanwhile = Somebody made this account after the plan was made, and you want to be asked before an existing account is adopted. The next preview lists it: adopt it, or leave it as it is.
trouble-linked-to-another = The account that fits already belongs to somebody else in Entra. Check which of the two should have it.
trouble-look-up-refused = GoTo refuses to search for this account, so Usher cannot know whether it exists. GoTo said: { $detail }
trouble-no-account = There is no GoTo account to change. Usher looks for one again in the next cycle that is due.
trouble-no-member-has-an-account = Nobody who was to join has a GoTo account yet. Usher tries again when they have one.
trouble-made-and-not-shown = GoTo says that this is made, and does not show it yet. It was not sent again; the next cycle that is due looks for it.
trouble-not-listed-back = GoTo accepted the change and does not list it yet. Usher looks again in the next cycle that is due.
trouble-not-supported-by-target = GoTo does not offer this change. GoTo said: { $detail }
trouble-exists-outside-organisation = A GoTo identity with this address exists outside your organization. Add it in the Organization Center under Users; the next cycle then links it.
trouble-person-failed = The member's own account could not be written, so the membership waits for it
trouble-person-has-no-account = The member has no GoTo account and is left out
trouble-UnableToResolveReferenceAttributeValue = The account that { $attribute } names could not be made, so { $attribute } waits for it
trouble-refused-by-target = GoTo refused the values. Correct them in Entra or change the mapping. GoTo said: { $detail }
trouble-retries-exhausted = Tried several times without success: { piece-last }. Usher tries again in the next cycle that is due.
trouble-unknown-outcome = Nobody knows whether GoTo took this, and it has no value to look it up by. Look in GoTo before you try again.
trouble-outcome-unknown = No whole reply came back, so it is not known whether GoTo took this. Usher looks it up before it sends anything again.

# The same words where a code of planning is given as the trouble.
trouble-account-held-by-another = { reason-account-held-by-another }
trouble-account-kept-for-another = { reason-account-kept-for-another }
trouble-names-exchanged = { reason-names-exchanged }
trouble-DuplicateSourceEntries = { reason-DuplicateSourceEntries }
trouble-MissingValues = { reason-MissingValues }
trouble-SchemaPropertyCanOnlyAcceptValue = { reason-SchemaPropertyCanOnlyAcceptValue }
trouble-InvalidValue = { reason-InvalidValue }
trouble-wrong-type = { reason-wrong-type }
trouble-expression-failed = { reason-expression-failed }
trouble-open-value-gone = { reason-open-value-gone }
trouble-filter-failed = { reason-filter-failed }
trouble-target-not-read = { reason-target-not-read }
trouble-disable-not-mapped = { reason-disable-not-mapped }
trouble-disable-not-supported = { reason-disable-not-supported }
trouble-group-too-large = { reason-group-too-large }

## Guards

guard-people-losing-access = The deletion guard would stop this run. { $count ->
    [one] One person
   *[other] { $count } people
} would lose access; your limit is { $limit }.
guard-people-deletions = { $count ->
    [one] One person
   *[other] { $count } people
} would be deleted, which cannot be undone; your limit is { $limit }.
guard-group-deletions = { $count ->
    [one] One group
   *[other] { $count } groups
} would be deleted; your limit is { $limit }.
guard-members-leaving-group = { $count } of { $of } members would leave { $group }; your limit is { $limit }.
guard-deletion-threshold = Microsoft's deletion threshold would stop this run. { $count ->
    [one] One person or group
   *[other] { $count } people and groups
} would be disabled or deleted; your limit is { $limit }.
guard-incomplete-read = Entra was not read completely, so nobody can be removed. Try again.
guard-accounts-gone = { $count } of { $of } people whose accounts Usher keeps are gone from the service provider's list at once; your limit is { $limit }. They would be made a second time. Look whether its list is complete, and whether it is the right organization.
guard-groups-gone = { $count } of { $of } groups that Usher keeps are gone from the service provider's list at once; your limit is { $limit }. They would be made a second time. Look whether its list is complete, and whether it is the right organization.
guard-people-renamed = { $count } of { $of } people would get another user name at once; your limit is { $limit }. Where nobody was renamed in Entra, the accounts may be other people's by now.
guard-other-target = The service provider's address is another one than before. { $count } people and groups are linked to accounts by their ids there: at another service the same ids are other people's. Approve if it is the same organization under a new address; else let everybody be matched again with usher restart --scope full.
guard-implausible-shrinkage = { $count } of { $of } people are gone from Entra's answer at once. This looks like a mistake.
guard-implausible-shrinkage-groups = { $count } of { $of } groups are gone from Entra's answer at once. This looks like a mistake.
guard-implausible-shrinkage-assignments = { $count } of { $of } assignments are gone from Entra's answer at once. This looks like a mistake.

## Attribute mappings

mapping-bad-path = { $target } is not an attribute path: expected { $expected }
mapping-unknown-target = GoTo is not known to have an attribute { $target }
mapping-read-only-target = Only GoTo itself writes { $target }; remove this mapping
mapping-duplicate-target = Mapping { $first } already fills { $target }; remove one of the two
mapping-required-target-unmapped = GoTo requires { $target }, and no mapping fills it
mapping-unknown-source = Entra has no attribute { $name }; capitals count
mapping-expression = { $diagnostic ->
    [EXPR-SYNTAX] The expression is not complete: expected { piece-expected }
    [EXPR-UNKNOWN-FUNCTION] There is no function { $name }; capitals count
    [EXPR-ARITY] The number of arguments does not fit; write { $signature }
    [EXPR-UNKNOWN-ATTRIBUTE] Entra has no attribute { $name }; capitals count
    [EXPR-TOO-LONG] The expression has { $length } characters; Entra takes { $limit } at most
    [EXPR-TOO-DEEP] Functions are nested more than { $limit } deep; split the expression
    [EXPR-REGEX] The regular expression cannot be used: { $problem }
    [EXPR-NOT-EVALUATED] No page of Microsoft says what { $function } does, so this computer cannot run the sync with it
    [EXPR-UNSUPPORTED-HERE] { $name } is not for provisioning to an application
    [EXPR-TYPE] { $function } takes { piece-literal } as { $parameter }, not “{ $found }”
    [EXPR-IIF-NULL] This condition looks at a value that can be empty
    [EXPR-SWITCH-DELTA] Switch looks at { $name } itself
    [EXPR-SWITCH-ISPRESENT] Switch looks at the answer of { $function }
    [EXPR-NONDETERMINISTIC] { $function } gives another value in every cycle
    [EXPR-ROLES-SYNCALL] { $function } needs assignments, and everybody is provisioned
    [EXPR-CASE-ONLY] { $function } alone changes nothing for accounts that are there already
    [EXPR-NEVER-CLEARS] An empty text does not clear the attribute
    [EXPR-OLD-FORM] FormatDateTime is written in its old form, without styles
    [EXPR-ESCAPE] The backslash in { $found } escapes nothing and stays in the text
   *[other] The expression is not correct
}
mapping-expression-why = { $diagnostic ->
    [EXPR-TYPE] Everybody whose value is computed there fails, and nothing is written for them.
    [EXPR-IIF-NULL] Microsoft's pages contradict each other about conditions on empty values. Usher takes them by the letter; Microsoft's service may decide otherwise.
    [EXPR-SWITCH-DELTA] In an incremental cycle in which { $name } did not change, Microsoft's service may take it as empty and give the default.
    [EXPR-SWITCH-ISPRESENT] Microsoft's page warns against it: what Switch sees for an empty value is not settled.
    [EXPR-NONDETERMINISTIC] The mapping is applied always, so every cycle writes every account again.
    [EXPR-ROLES-SYNCALL] Whoever is provisioned without an assignment has no role, and Microsoft's page rules the two out together.
    [EXPR-CASE-ONLY] The attribute is not case exact: a value that differs in letter case alone counts as equal and is not sent.
    [EXPR-NEVER-CLEARS] Provisioning never sends an empty value: the attribute keeps what it has.
    [EXPR-OLD-FORM] Microsoft's page describes the function with four arguments; three are still taken.
    [EXPR-ESCAPE] Only a backslash and a double quote can be escaped in a text.
   *[other] Entra refuses a mapping with such an expression, and so does this computer.
}
mapping-expression-remedy = { $diagnostic ->
    [EXPR-TYPE] Write { piece-literal }
    [EXPR-IIF-NULL] Put Coalesce around the attribute, or use Switch with a key "" for empty values
    [EXPR-SWITCH-DELTA] Use nested IIF instead, or make sure that the default is right for everybody
    [EXPR-SWITCH-ISPRESENT] Give the attribute itself to Switch, with a key "" for empty values
    [EXPR-NONDETERMINISTIC] Apply the mapping only during object creation
    [EXPR-ROLES-SYNCALL] Provision assigned people and groups only, or map another attribute
    [EXPR-CASE-ONLY] Leave the function out if only letter case is to change, or change the values in Entra
    [EXPR-NEVER-CLEARS] Give a value that stands for nothing, or clear the attribute in GoTo
    [EXPR-OLD-FORM] Put a comma after the first argument, so that the styles are left out
    [EXPR-ESCAPE] Write two backslashes
   *[other] Correct the expression; usher functions explains each function
}.
mapping-default-does-not-fit = The value for empty fields does not fit the type of { $target }
mapping-no-match = Nothing is used to match. People can't be found in GoTo without a match, so choose one mapping for it.
mapping-match-not-filterable = GoTo can't search by { $target }, so it can't be used to match
mapping-redacted-match = A value of Redact can't be used to match, and { $target } is
mapping-redacted-active = A value of Redact can't decide who is active
mapping-duplicate-precedence = Another mapping has the matching precedence { $precedence } too; give each its own
mapping-never-disables = Nothing fills active, so nobody who leaves is ever disabled
mapping-input-filter-not-evaluated = The job has input filters, which only Microsoft's service applies. Usher keeps them as they are.
mapping-filter-without-clauses = Scoping filter { $title } has no clause. It would let everybody in: add a clause or remove the filter.
mapping-filter-unknown-operator = { piece-clause }: { clause-unknown-operator }
mapping-filter-unknown-attribute = { piece-clause }: { clause-unknown-attribute }
mapping-filter-not-filterable = { piece-clause }: { clause-not-filterable }
mapping-filter-operator-not-for-type = { piece-clause }: { clause-operator-not-for-type }
mapping-filter-value-count = { piece-clause }: { clause-value-count }
mapping-filter-not-integer = { piece-clause }: { clause-not-integer }
mapping-filter-bad-pattern = { piece-clause }: { clause-bad-pattern }
mapping-filter-leaves-out-empty = { piece-clause }: { clause-leaves-out-empty }
# The same beside the clause itself, where its place need not be said.
clause-without-clauses = A filter without a condition would let everybody in. Add a condition or remove the filter.
clause-unknown-operator = there is no operator { $operator }
clause-unknown-attribute = Entra has no attribute { $attribute }; capitals count
clause-not-filterable = Entra takes no filter on { $attribute }
clause-operator-not-for-type = { $operator } does not work on { $attribute }, which is of the type { $type }
clause-value-count = { $given ->
    [none] { $operator } needs a value to compare { $attribute } with
   *[other] { $operator } takes no value
}
clause-not-integer = { $operator } needs a whole number of 0 or more, not “{ $value }”
clause-bad-pattern = the pattern { $value } is not correct: { $error }
clause-leaves-out-empty = whoever has no { $attribute } is left out too. To let them in, add a filter with { $attribute } IS NULL.
mapping-objects-unsupported = GoTo has no objects of this kind here; switch this table off
mapping-flow-type-unsupported = { $target } has the flow type { $flowType }, which this computer cannot follow for it
mapping-custom-name = { $target } is not a name for an attribute of your own
mapping-custom-twice = { $target } is in your own attribute list twice, or GoTo has it anyway
mapping-custom-unsupported = { $type ->
    [reference] Your own attribute { $target } can't be a reference
   *[other] Your own attribute { $target } can't have several values
}
mapping-default-never-used = The value for empty fields of { $target } is never used
mapping-default-on-reference = { $target } names other people or groups and takes no value for empty fields
mapping-row-does-nothing = The mapping of { $target } never writes anything
mapping-match-constant = Everybody would match the same account by { $target }
mapping-selectors-overlap = { $target } and mapping { $first } may mean the same entry of the list
mapping-null-never-clears = { $count ->
    [one] What is cleared in Entra stays in GoTo: { $targets }
   *[other] What is cleared in Entra stays in GoTo for these { $count } attributes: { $targets }
}
mapping-flow-always-kept = { $count ->
    [one] In Entra's job { $targets } is written again in every cycle
   *[other] In Entra's job these { $count } attributes are written again in every cycle: { $targets }
}

# Why a finding matters, and what to do.

mapping-bad-path-why = A request can only name an attribute by a path of RFC 7644.
mapping-bad-path-remedy = Write the path as in userName, name.givenName or emails[type eq "work"].value.
mapping-unknown-target-why = What GoTo does not know it refuses, or drops without a word.
mapping-unknown-target-remedy = Choose an attribute from the list. If the attribute is your own, add it to your attribute list.
mapping-read-only-target-why = GoTo makes { $target } itself and refuses a request that sets it.
mapping-read-only-target-remedy = Remove the mapping of { $target }.
mapping-duplicate-target-why = Both mappings would write, and the order alone would decide which value stays.
mapping-duplicate-target-remedy = Remove one of the two, or combine their sources in one expression.
mapping-required-target-unmapped-why = Without { $target } nobody can be created.
mapping-required-target-unmapped-remedy = Add a mapping for { $target }.
mapping-unknown-source-why = A name that Entra does not have never has a value.
mapping-unknown-source-remedy = Choose a source attribute from the list. Capitals count.
mapping-redacted-match-why = { $target } would be named in searches and in the log.
mapping-redacted-match-remedy = Match by another field, or leave Redact out.
mapping-redacted-active-why = A plan has to show who loses access.
mapping-redacted-active-remedy = Leave Redact out of { $target }.
mapping-default-does-not-fit-why = The value would be refused for everybody who has none in Entra.
mapping-default-does-not-fit-remedy = Write a value of the attribute's type, or none.
mapping-no-match-why = Without a match every account that is there already would be made a second time.
mapping-no-match-remedy = Give the mapping of userName the matching precedence 1.
mapping-match-not-filterable-why = Matching asks GoTo for the account with this value, and GoTo refuses the question.
mapping-match-not-filterable-remedy = Match by an attribute that can be searched by, as userName.
mapping-duplicate-precedence-why = Which of the two is tried first is then left to chance.
mapping-duplicate-precedence-remedy = Give each matching attribute a precedence of its own; the lower one is tried first.
mapping-never-disables-why = Only a mapping of active that reads IsSoftDeleted and applies always takes access away from who leaves.
mapping-never-disables-remedy = Map active with Switch([IsSoftDeleted], , "False", "True", "True", "False") and let it apply always.
mapping-input-filter-not-evaluated-why = Leaving such a filter out would let in people whom the job leaves out.
mapping-input-filter-not-evaluated-remedy = Run this connection by Microsoft Entra, or rebuild the filter as a scoping filter there.
mapping-filter-without-clauses-why = All clauses of none hold for everybody.
mapping-filter-without-clauses-remedy = Add a clause, or remove the filter.
mapping-filter-unknown-operator-why = A filter that is not understood is never taken for one that lets nobody, or everybody, in.
mapping-filter-unknown-operator-remedy = Use an operator of Entra, for example EQUALS.
mapping-filter-unknown-attribute-why = A name that Entra does not have never has a value, so the clause would leave everybody out.
mapping-filter-unknown-attribute-remedy = Choose a source attribute from the list. Capitals count.
mapping-filter-not-filterable-why = Microsoft lists the attributes that its service does not filter on, and { $attribute } is one.
mapping-filter-not-filterable-remedy = Filter on another attribute, or leave people out by their assignment.
mapping-filter-operator-not-for-type-why = Entra offers each operator for certain types only.
mapping-filter-operator-not-for-type-remedy = Choose an operator that works on the type { $type }.
mapping-filter-value-count-why = The clause would compare with nothing, or ignore what you wrote.
mapping-filter-value-count-remedy = Fill the value in or take it out, as the operator { $operator } asks.
mapping-filter-not-integer-why = The operator compares numbers.
mapping-filter-not-integer-remedy = Write digits only.
mapping-filter-bad-pattern-why = A pattern that cannot be read matches nobody and leaves nobody out.
mapping-filter-bad-pattern-remedy = Correct the pattern; it has to match the whole value.
mapping-filter-leaves-out-empty-why = In Entra a clause on an attribute without a value never holds, also a negative one.
mapping-filter-leaves-out-empty-remedy = If they should be in, add a filter with { $attribute } IS NULL.
mapping-objects-unsupported-why = The service takes no request for objects of this kind.
mapping-objects-unsupported-remedy = Switch the table off.
mapping-flow-type-unsupported-why = An attribute with one value can't be added to, and members who are never taken away would keep what the group gives them.
mapping-flow-type-unsupported-remedy = Let the mapping of { $target } apply always, or let Microsoft Entra run this connection.
mapping-custom-name-why = Entra takes attributes of your own only under a schema name of your own.
mapping-custom-name-remedy = Name it in the form { $example }.
mapping-custom-twice-why = Which of the two definitions counts would be left to chance.
mapping-custom-twice-remedy = Remove one of the two.
mapping-custom-unsupported-why = Entra does not offer such attributes of your own for this application.
mapping-custom-unsupported-remedy = Define { $target } as an attribute with one value of another type, or remove it.
mapping-default-never-used-why = A constant is never empty, so nothing is there to be filled.
mapping-default-never-used-remedy = Remove the value for empty fields, or the constant.
mapping-default-on-reference-why = A fixed text is the id of nobody.
mapping-default-on-reference-remedy = Remove the value for empty fields.
mapping-row-does-nothing-why = An empty text does not flow, and there is no value for empty fields.
mapping-row-does-nothing-remedy = Choose a source for { $target }, or remove the mapping.
mapping-match-constant-why = A fixed value is the same for all people, so the first account that has it would be everybody's.
mapping-match-constant-remedy = Match by an attribute that is different for each person, as userName.
mapping-selectors-overlap-why = One entry can answer to both filters, and each mapping would then overwrite the other.
mapping-selectors-overlap-remedy = Select both by the same attribute with different values, as type eq "work" and type eq "home".
mapping-null-never-clears-why = Entra's service never sends an empty value, and neither does this computer, so that both do the same.
mapping-null-never-clears-remedy = Where clearing matters, map an expression that gives a text in place of nothing, or clear the attribute in GoTo.
mapping-flow-always-kept-why = Usher compares and writes only what differs, which ends at the same values.
mapping-flow-always-kept-remedy = Nothing has to be done. The job keeps its setting.
did-you-mean = Did you mean { $name }?

# What differs between two mappings.
piece-table = { $table ->
    [users] People
   *[groups] Groups
}
diff-same = Nothing differs.
diff-enabled = { piece-table }: provisioning is switched { $state ->
    [on] on
   *[off] off
}
diff-actions = { piece-table }: the allowed actions change from { $before } to { $after }
diff-row-added = { piece-table }: { $target } is new, from { $source }
diff-row-removed = { piece-table }: { $target } is no longer mapped, so far from { $source }
diff-row-changed = { piece-table }: { $field ->
    [target] { $target } changes its spelling from { $before } to { $after }
    [source] { $target } comes from { $after }, so far from { $before }
    [default] the value for empty { $target } changes from { $before } to { $after }
    [matching] the matching precedence of { $target } changes from { $before } to { $after }
   *[apply] the flow type of { $target } changes from { $before } to { $after }
}
diff-reordered = { piece-table }: the mappings stand in another order, which changes no value
diff-filter-added = { piece-table }: the scoping filter { $title } is new: { $after }
diff-filter-removed = { piece-table }: the scoping filter { $title } is gone: { $before }
diff-filter-changed = { piece-table }: the scoping filter { $title } asks for { $after }, so far for { $before }
diff-custom-added = { piece-table }: your own attribute { $target } is new: { $after }
diff-custom-removed = { piece-table }: your own attribute { $target } is gone
diff-custom-changed = { piece-table }: your own attribute { $target } is { $after }, so far { $before }
sample-nothing = Nothing is written
sample-failed = No value: { piece-no-value }
sample-nobody = Nobody is assigned yet, so there is nobody to try this on
sample-redacted = The value is sent; previews and logs show this in its place
sample-drawn = A random value is drawn when the account is made
sample-uncertain = Entra may decide this differently, because an attribute in the condition is empty
sample-outdated = A newer version is being tried
sample-target-no-match = Without a match that has a value, nobody can be found in GoTo
sample-target-unread = GoTo could not be asked. Authorize in step 6 to see what it has.
sample-target-absent = GoTo has no such account yet

## 1 Sign in and prerequisites

sign-in-no-client = Usher's app registration is not filled in yet
sign-in-nobody = Nobody is signed in to Microsoft Entra
sign-in-nobody-remedy = Sign in with an account that may set up provisioning in your tenant.
sign-in-done = Signed in to { $tenant } as { $who }
sign-in-tenant-good = Your tenant supports provisioning
sign-in-tenant-unsupported = Provisioning does not work in a tenant of the type { $type }
sign-in-tenant-unsupported-remedy = Switch to an account of your organization's workforce tenant. Tenants for customers can't provision to GoTo.
sign-in-role-good = Your role can set up provisioning: { $role }
sign-in-role-missing = Your role can't set up provisioning
sign-in-role-missing-remedy = Activate the role Cloud Application Administrator or Application Administrator, or ask for it. Then check again.
sign-in-role-request = Please give my account the role Cloud Application Administrator in our Microsoft Entra tenant, or make it eligible for me. I need it to set up provisioning to GoTo with Usher.
sign-in-permissions-good = Usher has every permission that it asks for
sign-in-permissions-missing = An administrator has to approve Usher. Not granted yet: { $missing }
sign-in-permissions-missing-remedy = Grant admin consent for these permissions in the app registration under API permissions, then sign in again.
sign-in-permissions-request = Please grant admin consent in our Microsoft Entra tenant to the app registration that I use for Usher: App registrations, API permissions, Grant admin consent. Delegated Microsoft Graph permissions that are missing: { $missing }.
sign-in-licence-good = Your licence covers groups and provisioning logs
sign-in-licence-missing = Without Entra ID P1, groups can't be assigned in this tenant. You can still assign people one by one.
sign-in-goto-later = The GoTo account is checked in step 6, when you authorize Usher

permission-user-read = Signs you in and shows who you are
permission-application-readwrite-all = Finds or adds the GoTo application
permission-approleassignment-readwrite-all = Assigns people and groups to the GoTo application
permission-user-read-all = Reads the attributes of the people to be provisioned
permission-group-read-all = Reads groups and who is in them
permission-synchronization-readwrite-all = Sets up and watches the provisioning job of the application
permission-provisioninglog-read-all = Reads what Microsoft's service did, for the logs
scope-identity-scim-org = Reads and writes the people and groups of your GoTo organization
scope-identity = Checks your admin role and your licences
scope-identity-scim-me = Shows who authorized Usher

## 2 Plan

plan-chosen = Scope and runner are chosen
plan-not-chosen = Choose who is in scope and who runs the sync

## 3 Prepare GoTo

domain-no-code = Get a verification code in the Organization Center
domain-not-confirmed = Nobody has said yet that GoTo shows the domain as verified
domain-confirmed = You said that GoTo shows { $domain } as verified. Usher cannot check this itself.
domain-code-expired = The code has run out
domain-code-expired-remedy = Get a new code in the Organization Center, publish it in place of the old one, then check again.

domain-found = Found everywhere. Select Verify in the Organization Center.
domain-found-in-file = The file on your web server holds your code. Select Verify in the Organization Center.
domain-not-everywhere = Published, but not everywhere yet: { $seen } of { $answered } name servers have it.{ $minutes ->
    [0] {" "}Check again in a few minutes.
    [one] {" "}The others drop the old answer in one minute at most.
   *[other] {" "}The others drop the old answer in { $minutes } minutes at most.
}
domain-different-code = A different code is there. Publish the one that the Organization Center shows now.
domain-other-prefix = Your code is there, but the word before it differs. Publish the whole line exactly as the Organization Center shows it.
domain-curly-quotes = The quotes became curly. Type straight ones, or none.
domain-on-www = Your code is on the www name. It should be on the domain itself.
domain-absent = Your code isn't there yet. Publish it, then check again; a new record can take an hour to show.
domain-no-such = This domain does not exist. Check how it is written.
domain-no-answer = No name server answered. Check now tries again.

resolver-system = This computer's resolver
resolver-authoritative = Your domain's own name server, { $name }
resolver-public = A public resolver
resolver-practice = The practice world's name server

dns-no-such-domain = Says that the domain does not exist
dns-no-record = No TXT record
dns-server-failed = Could not answer; a signature of the zone may be broken
dns-refused = Refused to answer
dns-no-answer = Did not answer
dns-bad-name = This is not a domain name. Check how it is written.

web-name-not-found = The domain leads to no web server
web-private-address = The domain leads to an address inside a private network, which GoTo cannot see
web-no-answer = The web server did not answer
web-redirect = The web server sends visitors on to { $host }. The file has to be on the domain itself.
web-redirects = The web server redirects too often
web-status = The web server answered { $status } where the file should be
web-too-large = What is there is too large to be the file
web-byte-order-mark = The file begins with a byte-order mark. Save it as plain text without one.
web-white-space = There are spaces or line breaks around the code. Remove them.
web-utf-16 = The file is saved as UTF-16. Save it as plain text.
web-html = A web page is there, not the file. The server may show its own page for what it does not find.
web-redirected-on-host = The web server sends visitors on within the domain. If GoTo does not find the file, serve it without that.

## 4 Application

application-waits = Waits until you are signed in to Microsoft Entra
application-none = No GoTo application is chosen yet. Choose one of your tenant, or add one from the gallery.
application-chosen = { $name } is used by this connection
application-gone = The chosen application is no longer in your tenant
application-gone-remedy = Choose another application, or restore this one in Entra within 30 days after it was deleted.

## 5 People

people-wait = Waits until you are signed in to Microsoft Entra
people-wait-application = Waits until an application is chosen
people-nobody = Nobody is assigned yet. Start with one person whom you can ask whether it worked.
people-in-scope = { $count ->
    [0] Nobody
    [one] One person
   *[other] { $count } people
} { $groups ->
    [0] will be provisioned
    [one] and one group will be provisioned
   *[other] and { $groups } groups will be provisioned
}{ $filtered ->
    [0] { "" }
    [one] ; a scoping filter leaves one person out
   *[other] ; scoping filters leave { $filtered } people out
}
people-filter-wrong = A scoping filter is not understood, so it is not known whether this person is in scope
people-assigned = Assigned to the application
people-role = The role { $role } does not entitle to provisioning. Give another role.
people-unknown = Entra does not list this person
people-not-security-enabled = Not a security group, so its members are not provisioned
people-through-group = { $count ->
    [one] One direct member
   *[other] { $count } direct members
}
people-name = { $name }
people-finding-default-access = { $count ->
    [one] Default Access is the role of one person or group
   *[other] Default Access is the role of { $count } people and groups
}
people-finding-default-access-remedy = Give them another role of the application. The GoToMeeting connector never provisioned Default Access; a job made before April 2020 skips it too.
people-finding-not-security = { $count ->
    [one] One assigned group is not a security group, so its members are not provisioned
   *[other] { $count } assigned groups are not security groups, so their members are not provisioned
}
people-finding-not-security-remedy = Assign a security group with the same members, or assign the people one by one.
people-finding-nested = { $count ->
    [one] Groups inside groups aren't followed. One assigned group holds other groups.
   *[other] Groups inside groups aren't followed. { $count } assigned groups hold other groups.
}
people-finding-nested-remedy = Assign the inner groups too if their members should be in GoTo.
people-finding-undecided = { $count ->
    [one] It is not known whether one person is in scope, because a scoping filter gave no answer
   *[other] It is not known whether { $count } people are in scope, because a scoping filter gave no answer
}
people-finding-undecided-remedy = Correct the filter in step 9. Until then nothing is changed for them.
people-finding-filtered = { $count ->
    [one] A scoping filter leaves one person out
   *[other] Scoping filters leave { $count } people out
}
people-finding-filtered-remedy = Nothing has to be done if that is meant. Step 9 shows the filters.
people-finding-guests = { $count ->
    [one] One guest would get a GoTo account
   *[other] { $count } guests would get GoTo accounts
}
people-finding-guests-remedy = Decide whether guests belong in GoTo. Unassign those who don't.
people-finding-upn-mail = { $count ->
    [one] One person has a user name that differs from the mail address
   *[other] { $count } people have a user name that differs from the mail address
}
people-finding-upn-mail-remedy = Decide which of the two is the GoTo user name, and map it in step 7. People sign in to GoTo with it.
people-finding-other-domain = { $count ->
    [one] One person has a user name in another domain
   *[other] { $count } people have a user name in another domain
}
people-finding-other-domain-remedy = Verify that domain in the Organization Center too, or unassign them. GoTo refuses people of a domain that is not verified.

## 6 Connect

connect-no-client = The GoTo OAuth client is not filled in yet
connect-nobody = Nobody has authorized Usher in GoTo
connect-nobody-remedy = Choose Authorize and sign in as a GoTo admin with the role Organization admin, Read & Write.
connect-authorized = Authorized by { $who }
connect-scopes-missing = The authorization lacks permissions: { $missing }
connect-scopes-missing-remedy = Tick the missing scopes on the OAuth client in GoTo's developer portal, then authorize again.
connect-tested = The connection was tested and works
connect-not-tested = The connection has not been tested
connect-not-tested-remedy = Test the connection in step 6. The test changes nothing in GoTo.
connect-test-failed = The last connection test failed
connect-test-failed-remedy = Test the connection again in step 6 and follow what it says.

test-find-service-passed = GoTo is found and answers
test-find-service-failed = GoTo could not be found
test-find-service-not-proven = Not known whether GoTo is found
test-find-service-not-tried = Not tried: find GoTo
test-secure-connection-passed = Nobody can listen in on the connection
test-secure-connection-failed = The connection is not protected
test-secure-connection-not-proven = Not known whether the connection is protected
test-secure-connection-not-tried = Not tried: check that the connection is protected
test-sign-in-passed = The sign-in is accepted
test-sign-in-failed = The sign-in is not accepted
test-sign-in-not-proven = Not known whether the sign-in is accepted
test-sign-in-not-tried = Not tried: check the sign-in
test-read-people-passed = People can be read
test-read-people-failed = People cannot be read
test-read-people-not-proven = Not known whether people can be read
test-read-people-not-tried = Not tried: read people
test-write-people-passed = People may be added and changed
test-write-people-failed = People may not be added or changed
test-write-people-not-proven = Whether people may be added and changed is shown when the first person is provisioned
test-write-people-not-tried = Not tried: whether people may be added and changed
test-groups-passed = Groups can be read
test-groups-failed = Groups cannot be read
test-groups-not-proven = Not known whether groups can be read
test-groups-not-tried = Not tried: read groups
test-evidence = { $evidence }

diagnosis-name-not-found = The name of the service could not be found
diagnosis-name-not-found-remedy = Check the address and this computer's network. If other sites work, ask your network team whether the name is blocked.
diagnosis-connection-refused = Nothing listens at this address
diagnosis-connection-refused-remedy = Check the address. If it is right, ask your network team whether a firewall refuses the connection.
diagnosis-no-answer = GoTo did not answer
diagnosis-no-answer-remedy = Check this computer's network, proxy and firewall, then test again.
diagnosis-certificate = The certificate of the connection is not trusted
diagnosis-certificate-remedy = Check this computer's clock. If a proxy of your network opens secure connections, ask your network team to trust its certificate on this computer or to leave GoTo out.
diagnosis-connection-broken = The connection broke off before the answer was complete
diagnosis-connection-broken-remedy = Test again. If it happens each time, ask your network team whether a proxy cuts the connection.
diagnosis-not-signed-in = Nobody is signed in to GoTo, or the sign-in has ended
diagnosis-not-signed-in-remedy = Choose Authorize and sign in as a GoTo admin with the role Organization admin, Read & Write.
diagnosis-token-refused = GoTo no longer accepts the sign-in
diagnosis-token-refused-remedy = Authorize again. Somebody may have withdrawn access, or the sign-in has run out.
diagnosis-missing-scope = The authorization lacks a permission that Usher needs
diagnosis-missing-scope-remedy = Tick every scope of step 6 on the OAuth client in GoTo's developer portal, then authorize again.
diagnosis-organisation-role = The admin who authorized Usher has no role in the GoTo organization. A role in the account, even super admin, does not count.
diagnosis-organisation-role-remedy = Give that person the role Organization admin, Read & Write in the Organization Center under Users, or authorize as somebody who has it.
diagnosis-organisation-admin = The admin who authorized Usher may not administer the GoTo organization
diagnosis-organisation-admin-remedy = Give that person the role Organization admin, Read & Write in the Organization Center under Users, then test again.
diagnosis-not-allowed = GoTo does not allow this to the admin who authorized Usher
diagnosis-not-allowed-remedy = Check that person's role in the Organization Center: it has to be Organization admin, Read & Write.
diagnosis-wrong-address = Nothing is at this address
diagnosis-wrong-address-remedy = Correct the address of the service, or put the default one back.
diagnosis-not-scim = Something answers at this address, but it does not speak the protocol for provisioning
diagnosis-not-scim-remedy = Correct the address of the service. A sign-in page of your network may also have answered in its place; open a browser and look.
diagnosis-filter-ignored = The service does not search: it answers a search for nobody with somebody
diagnosis-filter-ignored-remedy = Do not go on: people could be taken for one another. Choose another address or dialect, or report this to the service's support.
diagnosis-filter-refused = The service refused a search for a person
diagnosis-filter-refused-remedy = Choose another dialect for this service, or report the details to its support.
diagnosis-too-many-requests = GoTo asks to wait: too many requests were made
diagnosis-too-many-requests-remedy = Wait a minute and test again. If other programs use the same client, let them pause.
diagnosis-service-fails = GoTo has trouble of its own
diagnosis-service-fails-remedy = Test again in a few minutes. GoTo's status page says whether the trouble is known.
diagnosis-no-groups = GoTo doesn't offer groups for this organization
diagnosis-no-groups-remedy = Switch groups off in step 8. People are still provisioned.

kept-entra-sign-in = Microsoft Entra sign-in
kept-goto-sign-in = GoTo sign-in
kept-goto-secret = Secret of the GoTo OAuth client
kept-mail-password = Password of the mail server
kept-passwords = Your own passwords
kept-mappings = Mappings, drafts and history
kept-in-keyring = This computer's keyring
kept-in-memory = Usher's memory, until Usher closes
kept-nowhere = Nowhere
kept-this-computer = Files on this computer, without secrets
keyring-memory = Credentials last until you close Usher.

## 7 to 9 Attributes and filters

attributes-count = { $count ->
    [one] One attribute is mapped
   *[other] { $count } attributes are mapped
}
filters-none = Everyone assigned is in scope. Usher applies no filter by attribute.
filters-count = { $count ->
    [one] One scoping filter decides who of them is provisioned
   *[other] { $count } scoping filters decide who of them is provisioned: one has to let a person or group in
}
filters-open = No filter is set, so everything passes
filters-passed = Let in by the scoping filter { $title }: { $clauses }
why-assigned = Assigned directly, with the role { $role }
why-through-group = Assigned through the group { $group }
why-everyone = Step 2 says all users and groups, so nobody has to be assigned
why-not-in-sample = Not among the { $count } people that Usher looked at. A preview looks at everybody.
why-not-in-entra = Entra did not list this one when Usher last read it
why-passes = passes the filter { $title }
why-no-filter-passes = no filter passes in full
why-has = has “{ $value }”
why-has-wants = has “{ $value }”, wants { $wanted }
why-has-nothing = has no value
why-has-nothing-wants = has no value, wants { $wanted }
why-would = { $operator ->
    [equals] { $attribute } were “{ $value }”
    [not-equals] { $attribute } had another value than “{ $value }”
    [is-true] { $attribute } were true
    [is-false] { $attribute } were false
    [is-null] { $attribute } were empty
    [is-not-null] { $attribute } had a value
    [regex-match] { $attribute } matched { $value }
    [not-regex-match] { $attribute } had a value that does not match { $value }
    [greater-than] { $attribute } were greater than { $value }
    [greater-than-or-equals] { $attribute } were { $value } or greater
    [includes] { $attribute } contained “{ $value }”
    [ends-with] { $attribute } ended with “{ $value }”
    [within] { $attribute } were a part of “{ $value }”
   *[other] { $attribute } had a value that is no part of “{ $value }”
}

## 10 Preview

preview-none = No preview has been made yet
preview-stale = The preview was made before the last change
preview-stale-remedy = Run the preview again. An approval does not carry over.
preview-guarded = A guard would stop this run
preview-guarded-remedy = Look at who would lose access. Then mend the cause, change the limit, or allow exactly this plan.
preview-ready = The preview is ready: { $create } create, { $update } update, { $disable } disable
phase-reading-people = Reading people from Entra
phase-reading-groups = Reading groups from Entra
phase-reading-target = Reading GoTo
phase-comparing = Comparing both sides
phase-writing = Writing to GoTo
phase-verifying = Reading back what was written
pace-free = { $rate ->
    [one] { $rate } request in the last second
   *[other] { $rate } requests in the last second
}
pace-of = { $rate ->
    [one] { $rate } request in the last second, { $ceiling } at most
   *[other] { $rate } requests in the last second, { $ceiling } at most
}
pace-waiting = GoTo asked to wait; Usher goes on by itself

report-title = Plan for { $connection }
report-made = Worked out { $time } for { $target }. Nothing has been sent.
report-note = The plan { $plan }. This page is for reading; usher apply carries out the saved plan, and refuses it where something has changed.
report-practice = This plan belongs to the practice world.
report-approvable = A person has to approve exactly this plan before anything is sent.
report-not-approvable = This can't be allowed. Mend the cause, then make a new plan.
report-disable = Lose access
report-delete = Are deleted
report-create = Are created
report-update = Are changed
report-members = Groups whose members change
report-link = Are taken over as they are
report-not-planned = Can't be worked out
report-skipped = Are skipped
report-in-step = Are in step already
report-notes = Worth knowing
report-who = Person or group
report-changes = What changes
report-because = Because

## 11 Turn on

turn-on-trial-worked = One person was provisioned with these settings
turn-on-no-trial = Nobody has been provisioned with these settings yet. Try one person first.
turn-on-is-on = Provisioning is on
turn-on-is-off = Provisioning is off
turn-on-draft-differs = Provisioning is on with earlier settings. Make the changes live when they are ready.
in-the-way-sign-in = Sign in and finish the prerequisites in step 1
in-the-way-plan = Choose scope and runner in step 2
in-the-way-application = Choose the application in step 4
in-the-way-people = Assign people in step 5
in-the-way-connect = Authorize Usher and pass the connection test in step 6
in-the-way-user-attributes = Review the user attributes in step 7
in-the-way-other-writers = Say whether another service writes people to this GoTo organization
in-the-way-preview = Run the preview of the current settings in step 10, and settle its guards

trial-create = The account was created
trial-update = The account was updated
trial-disable = The account was disabled
trial-delete = The account was deleted
trial-link = The account was already there and in step; Usher now keeps it that way
trial-group-create = The group was created
trial-group-update = The group was updated
trial-group-delete = The group was deleted
trial-group-link = The group was already there and in step; Usher now keeps it that way
step-import-done = Read from Entra
step-scope-in = In scope
step-scope-out = Not in scope
step-nothing-done = Nothing was done
step-nothing-to-do = In scope, and nothing to be done
step-match-none = No GoTo account fits, so one is created
step-match-none-group = No GoTo group fits, so one is created
step-match-found = The GoTo account was found
step-match-found-group = The GoTo group was found
step-match-failed = It could not be decided what to do in GoTo
step-match-searched = Looked for by { $attribute }: { $value }
step-match-key = Matched by { $attribute }: { $value }
step-action-done = GoTo accepted the change
step-action-failed = GoTo did not take the change
step-action-unknown = It is not known whether GoTo took the change
step-verify-done = Read back from GoTo: it is as it should be
step-verify-unseen = Read back from GoTo: not everything that was written shows
step-verify-unseen-which = GoTo accepted these and does not show them: { $attributes }

why-in-step = Everything is as it should be
why-import-gone = Entra does not have this person
why-scope-out = Not in scope
why-scope-unknown = It is not known whether this person is in scope
why-match-nothing = No GoTo account belongs to this person
why-match-not-theirs = GoTo has an account that fits, and Usher does not keep it for this person
why-found-holder = Usher keeps it for somebody else in Entra: { $other }
why-account-stays = Usher does not keep this account, so it stays active. To have it disabled, adopt it under Accounts (usher accounts --adopt).
why-action-would = The next cycle would do this
why-action-nothing = The next cycle would change nothing
why-action-failed = The next cycle could not do what it should
why-enabled = The Entra account is enabled
why-disabled = The Entra account is disabled
why-soft-deleted = The Entra account is in the recycle bin
why-is-assigned = Assigned to the application
why-through = Through the group { $group }
why-linked = GoTo account { $account }
why-created-here = Usher made this account
why-adopted = This account was there before, and Usher took it over
why-link-gone = It is not in GoTo any more
why-matched = Account { $account } has the same matching value
why-account-active = The GoTo account is active
why-account-inactive = The GoTo account is inactive
why-clause-passed = Passes { $clause }
why-clause-failed = Does not pass { $clause }
why-attribute = { $name }: { $value }

## Seats and User Sync

seats-none = This service has no licences that Usher knows of
seats-unknown = How many seats are free is not known
seats-free = { $free ->
    [one] One seat is free
   *[other] { $free } seats are free
}
seats-enough = { $people ->
    [0] Nobody new is expected
    [one] One new person is expected
   *[other] { $people } new people are expected
}, and { $free ->
    [one] one seat is free
   *[other] { $free } seats are free
}
seats-short = { $people ->
    [one] One new person is expected
   *[other] { $people } new people are expected
}, and { $free ->
    [0] no seat is free
    [one] only one seat is free
   *[other] only { $free } seats are free
} in all licences together. { $short ->
    [one] One person
   *[other] { $short } people
} would get an account and no product.
seats-no-products = Provisioning assigns no products: people appear in GoTo, and can't use anything until a User Sync rule gives their group a product. Usher can't see or make these rules.
seats-no-groups = Provisioning assigns no products, and groups are not provisioned here. User Sync goes by groups that are provisioned, so products have to be given by hand.
seats-all-groups = All groups that are in scope come to GoTo. The list names the ones that are assigned to the application.
seats-where = User Sync is in GoTo Admin under People > User Sync. A rule is made there by somebody who is an organization admin and a product admin.
seats-mail = GoTo may send mail to new people. Provision one person first, and tell your help desk.
seats-choose = Choose the product
seats-fits = Choose the product, such as { $licences }
seats-none-fits = { $most ->
    [0] Choose the product; no licence has a free seat
    [one] Choose the product; no licence has enough free seats, the most is one
   *[other] Choose the product; no licence has enough free seats, the most is { $most }
}
seats-people-unread = Who is in scope could not be read. { $why }
seats-other-token = This connection signs in to GoTo with a stored token or has no address of GoTo's Admin API, so licences can't be read. Look up your free seats in GoTo Admin.
seats-other-address = The Admin API is at another address than the service, so the sign-in is not sent there. Look up your free seats in GoTo Admin.
seats-not-authorized = Nobody is authorized at GoTo, so licences can't be read. Authorize in step 6.
seats-scope = The sign-in at GoTo lacks the scope { $scope }, so licences can't be read. Add it to your OAuth client and authorize again in step 6, or look up your free seats in GoTo Admin.
seats-refused = GoTo's Admin API refuses this sign-in, so licences can't be read. Check that your OAuth client has the scope { $scope }, and authorize again in step 6.
seats-not-allowed = The signed-in administrator may not use GoTo's Admin API. Ask a product admin how many seats are free.
seats-role = The signed-in administrator has no role in the account { $account } that shows licences, such as Super user or Manage seats. Ask a product admin how many seats are free.
seats-no-account = The signed-in administrator belongs to no GoTo account, so there are no licences to count. Ask a product admin how many seats are free.
seats-not-organisation-admin = The signed-in administrator is no organization admin, and can't make User Sync rules. Ask somebody who is both organization admin and product admin.
seats-not-product-admin = The signed-in administrator has no role in a GoTo account, and can't make User Sync rules. Ask somebody who is both organization admin and product admin.

## Operating

cycle-stopped-by-guard = A guard stopped the cycle before anything was written
cycle-stopped-lost-authentication = GoTo no longer accepted the sign-in, so the cycle stopped. Authorize again.
cycle-stopped-quota-spent = GoTo kept asking to wait, so the cycle stopped. The next one goes on where it ended.
cycle-stopped-target-unreachable = GoTo could not be reached, so the cycle stopped. The next one goes on where it ended.
cycle-stopped-wrong-address = At the address of GoTo a redirect or a web page answered, so the cycle stopped. Correct the base URL, or take away the sign-in page in front of it.
cycle-stopped-read-back-refused = Everything was written, but GoTo refused to show it. The next cycle looks again.
cycle-stopped-journal-failed = Usher could not write its journal on this computer, so the cycle stopped before it sent more. Check the disk.
report-members-refused = { $count ->
    [one] GoTo refused one member of this group. The others were written.
   *[other] GoTo refused { $count } members of this group. The others were written.
}
cycle-interrupted = Usher was ended during the cycle. The next one finds out what was done and goes on.
cycle-failed-entra-not-read = Entra could not be read, so nothing was written
cycle-failed-target-not-reached = GoTo could not be read, so nothing was written
cycle-failed-target-not-scim = The address of the service does not speak the protocol for provisioning. Correct it in step 6.
cycle-failed-storage = Usher's files on this computer could not be read or written. Check the disk.
cycle-failed-mappings-wrong = The attribute mappings can't be used. Correct them in steps 7 and 8.
cycle-failed-wrong-tenant = Another tenant answers than the one this connection belongs to, so nothing was read or written. Sign in to the right tenant in step 1.
cycle-failed-incomplete-read = Entra was not read to its end, so nothing was written. The next cycle tries again.
cycle-failed-guarded = A guard stopped the cycle before anything was written. Look at the preview.
cycle-failed-plan-stale = Something changed after the plan was made, so nothing was written. Make a new plan.
cycle-failed-plan-edited = The plan was altered after it was made, so nothing was written. Make a new plan.
cycle-failed-other-world = The plan and the connection are not of the same world, practice or live, so nothing was written
cycle-failed-other-connection = The plan belongs to another connection, so nothing was written
cycle-failed-not-settled = It could not be found out what an earlier run had written, so nothing new was begun. The next cycle tries again.
cycle-failed-plan-form = The plan could not be read, so nothing was written. Make a new plan.
cycle-failed-cancelled = Somebody cancelled the cycle

why-tries = { $count ->
    [one] This failed in the last cycle that tried, at { $since }; it is tried again at { $due }
   *[other] This failed in { $count } cycles, since { $since }; it is tried again at { $due }
}
outcome-running = Running
outcome-succeeded = Succeeded
outcome-in-part = Some people failed
outcome-failed = Failed
outcome-stopped-by-guard = Stopped by the deletion guard
outcome-cancelled = Cancelled
need-quarantine = Usher slowed this connection down because its cycles keep failing. See the logs for the cause.
need-approval = A guard stopped the last cycle. Decide in the preview.
need-authorize = GoTo no longer accepts the sign-in. Authorize again.
need-sign-in = A sign-in has ended. Sign in again.
need-cycle-failed = The last cycle failed. See the logs.
need-failures = { $count ->
    [one] One person or group failed in the last cycle
   *[other] { $count } people and groups failed in the last cycle
}
need-retries = { $count ->
    [one] One person or group is tried again later: it failed, or waits for somebody who did
   *[other] { $count } people and groups are tried again later: they failed, or wait for somebody who did
}
notice-credentials = A sign-in has ended, so cycles can't do anything and run less often
notice-credentials-remedy = Open Usher and sign in again: steps 1 and 6 say which sign-in it is.
notice-quarantine = { $count ->
    [one] One person or group failed, too large a share, so cycles run less often
   *[other] { $count } people and groups failed, too large a share, so cycles run less often
}
notice-quarantine-remedy = Open the log in Usher, mend the cause, then run a cycle.
notice-quarantine-ended = Cycles run as often as they should again
notice-quarantine-ended-remedy = Nothing needs to be done.
notice-decision = A guard stopped a cycle before anything was written, and cycles wait for a decision
notice-decision-remedy = Open the preview in Usher, look at who would lose access, and decide.
notice-cycle-failed = A cycle failed: { $because }
notice-not-begun = It could not begin
notice-cycle-failed-remedy = Usher tries again with the next cycle. If it goes on, open the log in Usher for the cause.
notice-gave-up = Provisioning was switched off after four weeks in which no cycle succeeded
notice-gave-up-remedy = People who leave keep their accounts until it is on again. Mend the cause, then switch it on.
notice-missed = { $count ->
    [one] One cycle did not run when it was due
   *[other] { $count } cycles did not run when they were due
}; the last one before began { $since }
notice-missed-remedy = The cycles go on now. Keep the computer awake and Usher running, or run it as a service on a computer that is.
notice-silent = A cycle that began { $since } has not come to its end
notice-silent-remedy = Open Usher and see how far it is. If nothing moves, end it; the next cycle goes on where it stopped.
mail-subject = Usher: { $connection }: { $what }
mail-subject-practice = [practice] Usher: { $connection }: { $what }
mail-about = Connection: { $connection } ({ $id }). Noticed { $time } on { $computer }.
mail-why = You get this because your address is in the connection's failure notices. Each change is told once.
mail-test = This is a test of failure notices
mail-test-remedy = Nothing needs to be done: the mail server takes what Usher sends.
off-runs-elsewhere = A cycle is still running in { $program } on { $host } (process { $pid }) and comes to its end there; the numbers below are not final. To end it now, interrupt that process.
off-stays-nobody = Usher keeps no account and no group in GoTo, so nothing there changes.
off-stays = { $people ->
    [0] No account
    [one] One account
   *[other] { $people } accounts
} and { $groups ->
    [0] no group
    [one] one group
   *[other] { $groups } groups
} stay in GoTo as they are.
off-stays-entra = Accounts and groups that Microsoft's service provisioned stay in GoTo as they are.
pending-switched-off = Deleting is switched off in this connection, so nobody who waits is deleted until it is switched on.
off-leavers = People who leave will keep their GoTo accounts until you switch it on again.
log-unreadable = This entry was written by another version of Usher and can't be shown in words
evidence-detail = { $name }: { $value }

not-live-name = The name
not-live-entra = The tenant or its app registration
not-live-target = The address or the OAuth client of GoTo
not-live-scope = Who is in scope
ring-takes-nothing = Nobody loses anything by a ring: whoever has an account goes on being looked after.
not-live-ring = Who goes first
not-live-runner = Who runs the sync, or how often
not-live-guards = The deletion guard, or what a cycle may do
not-live-notice = Who is told when it fails
not-live-users = The user attributes
not-live-groups = The group attributes

## Errors: what was asked for cannot be done

error-force-deletes-local = This computer runs the cycles: what a guard holds back is allowed by approving its plan, not by a restart
error-no-such-connection = There is no connection { $which } on this computer
error-several-connections = Several connections are called { $name }: { $ids }. Say which by its id.
error-no-such-preview = There is no preview of { $which } yet. Run one first.
error-no-such-pending-delete = { $which } is not among the deletes that wait. Look at the list again: a cycle may have ended since.
error-pending-several = Several deletes that wait go by the name { $which }. Give the user name or the object ID.
error-pending-entra = Microsoft Entra runs this connection and deletes by its own rules, so no delete waits here.
error-ring-entra = Microsoft Entra runs this connection, and there the assignment is the ring: assign one person first, then one group, then everybody.
error-ring-in-the-way = This connection lets only a first ring of people and groups in. Microsoft's service knows no rings and would provision everybody who is assigned. Let everybody in first, with usher ring and --all, and let the assignments say who goes first.
error-quiet-in-the-way = This connection has quiet hours. Microsoft's service decides by itself when its cycles run and would not keep them. Take quiet and zone out of the connection file first, or let this computer run the cycles.
error-ring-empty = Nobody was chosen. Choose a person or a group, or let everybody in.
error-large-group = The group has { $count } people; at most { $most } go on demand with their group. Name some of them, or let a cycle run.
error-ring-several-groups = Several groups go by the name { $which }. Give the object ID.
error-no-such-group = There is no group { $which } in this tenant
error-no-such-person = Nothing is known of this person: { $which }. Assign them to the application, or choose somebody else.
error-no-such-account = There is no account { $which } about which anything could be decided. What Usher keeps is decided already, and accounts of nobody in Entra are never touched.
error-account-several = Several accounts go by the name { $which }. Give the user name or the ID of the one that you mean. Nothing was noted.
error-account-two-decisions = Two different decisions were given for the account { $which }. Give one. Nothing was noted.
error-adopt-loses-access = { $count ->
    [one] This account belongs to somebody who is not in scope. Adopted, it loses access with the next cycle. Nothing was noted.
   *[other] These { $count } accounts belong to people who are not in scope. Adopted, they lose access with the next cycle. Nothing was noted.
}
error-no-such-decision = An account is adopted, left, or decided about later; { $which } is none of these
error-no-such-orphan = No orphan and no stranger is called { $which }. Run the command without --only to see who is listed.
error-no-such-application = No application was chosen. Choose one from the list.
error-no-such-attempt = This sign-in is no longer waiting. Start it again.
error-no-such-sign-in = The sign-in was not kept. Sign in again.
error-no-such-link = Usher has no page with the name { $which }
error-no-such-table = There is no mapping table with the name { $which }. There are users and groups.
error-unreadable-by-id = Connections whose file can't be read go by their ID: { $ids }
error-connection-name = A connection needs a name, of 100 characters at most.
error-tenant = This is no tenant. Give the tenant's ID or one of its domains, such as contoso.onmicrosoft.com.
error-schema-file = This is not a schema that Entra gives out: { $detail }
error-mapping-refused = These mappings cannot be used. Nothing was changed.
error-nothing-live = Nothing is live yet, so there is nothing to compare with
error-filters-refused = The draft's scoping filters are not correct, so nobody knows who is in scope. usher mapping lint says what is wrong.
error-expression = { $detail } ({ $code })
error-connection-file = The connection file can't be used. Correct what is listed and import it again.
error-base-url-needed = This target needs the address of its service. Make the connection from a connection file.
error-typed-name = The name does not match. Type the name of the connection exactly as it is shown.
error-typed-count = The number does not match. Type how many people and groups would lose access, as it is shown.
error-application-name = Give the application a name of 120 characters at most.
error-retired-connector = The retired GoToMeeting connector can't be used for provisioning. Choose or add the GoTo application instead.
error-default-access = Default Access doesn't work for provisioning with GoToMeeting. Give another role.
error-domain-code-needed = Fill in the domain and its verification code first.
error-interval = Choose a number of minutes from 15 to 1440.
error-guard-range = Choose a number of people from 1 to 10,000, and a percentage from 0 to 100.
error-address-form = This address can't be used. It has to begin with https:// and name a server.
error-address = This address can't be used: { $detail }
error-dialect = There is no such dialect. Choose auto, goto-v1 or scim2.
error-needs-entra-client = The app registration and the tenant are missing. Fill them in in step 1.
error-filters = The filters have a mistake, so nobody can be counted with them. Mend what is marked first.
error-needs-application = No application is chosen. Choose one in step 4.
error-needs-goto-client = The GoTo OAuth client is missing. Fill it in in step 6.
error-no-issuer = This connection has no sign-in service of GoTo. Use a token for it in the terminal.
error-no-token = No token is stored for this connection. Store one, then try again.
error-token-refused = { $service } refused the stored token. Store a new one.
error-secret-given = The secret could not be read: { $detail }
error-secret-reference = The secret could not be read from where the connection file points: { $detail }
error-reference-in-window = This connection takes a secret from a variable or a file. The window follows no such references; use the terminal, or enter the secret here.
error-entra-keeps-no-links = Microsoft Entra runs the cycles of this connection and does not tell which accounts it keeps, so nothing can be compared here. Choose this computer as the runner, or look at the provisioning log.
error-entra-runs-it = Microsoft Entra runs the cycles of this connection, so this computer does not. Look at its status, or choose this computer as the runner.
error-switched-off = Provisioning of this connection was switched off. Switch it on first.
error-never-on = This connection has never been switched on, so there is nothing to run. Turn it on first.
error-already-running = A cycle is already running. Wait until it ends.
error-not-ready = Provisioning can't be turned on yet
error-no-trial = Nobody has been provisioned with these settings yet. Try one person first, or turn on without trying it.
error-entra-runner-in-terminal = Microsoft Entra runs this connection. For now, it is switched on in the terminal.
error-not-approvable = This can't be allowed. Mend the cause, then run the preview again.
error-guarded = A guard stopped the run before anything was written. Look at the plan and decide.
error-approval-overtaken = Something changed since the plan was approved, so that approval has ended. A guard stopped the run before anything was written; look at the new plan and decide.
error-approve-entra = Microsoft Entra runs the cycles of this connection, so no plan waits here. What Entra holds back is allowed in the Entra admin center.
error-approve-nothing = No plan of this connection waits for an approval
error-approve-short = Name the plan by the first 8 characters of its hash at least, as they are shown
error-approve-other = This is not the plan that waits. Nothing was approved; look at what waits now.
error-withdraw-nothing = Nothing is approved that could be taken back
error-withdraw-used = A cycle has used the approval already, so it cannot be taken back. The log tells what was done.
error-plan-stale = Something changed after the plan was made, so nothing was written. Make a new plan; an approval does not carry over.
error-plan-edited = The plan was altered after it was made, so nothing was written. Make a new plan.
error-plan-form = The plan can't be read: { $detail }
error-mail-no-server = This connection has no mail server. Enter one in Settings, or as notice.smtp in the connection file.
error-mail-nobody = Nobody is to be written to. Enter an address in step 6, or as notice.email in the connection file.
error-mail-server = This can't be a mail server. Enter its name without a port, a port, and starttls, tls or none.
error-mail-address = { $address } is not an email address.
error-mail-unprotected = Mail goes unprotected to this computer only. Choose STARTTLS or TLS.
error-mail-practice = In practice mode mail goes to a server on this computer only.
error-mail-no-password = No password is stored for this mail server. Store one, then try again.
error-mail-login = { $server } did not accept the user name and password
error-mail-login-remedy = Check the user name and store the password again. Some services want an app password, or SMTP sign-in to be allowed first.
error-mail-refused = { $server } did not take the mail
error-mail-refused-remedy = The server's answer says why: often the sender's address is not allowed, or an address is unknown.
error-mail-untrusted = The certificate of { $server } is not trusted by this computer, so nothing was sent
error-mail-untrusted-remedy = Use the name that is in the certificate, or add your organization's certificate authority to this computer.
error-mail-unfit = { $server } doesn't offer what is needed
error-mail-unfit-remedy = Choose TLS in place of STARTTLS with its own port, or ask who runs the server.
error-mail-unreachable = No mail server answers at { $server }
error-mail-unreachable-remedy = Check name, port and firewall. Usher tries again after the next cycle.
error-mail-failed = { $server } could not be spoken to
error-export-form = The log is saved as CSV or as JSON. Choose one of them.
error-not-saved = The file could not be saved: { $detail }
error-other-connection = The plan belongs to another connection, so nothing was written.
error-other-world = Practice and live do not mix. Use this with the world that it was made in.
error-not-in-practice = This works in practice mode only.
error-practice-world-elsewhere = { $url } is not on this computer. The practice world only ever is: use the control address that `usher sandbox --json` prints.
error-practice-world-unusable = The practice world does not answer as it should. Start practice mode again.
error-unknown-fault = The practice world has no fault with the name { $fault }
error-mappings = The attribute mappings can't be used. Correct them in steps 7 and 8.
error-not-scim = Nothing at this address speaks the protocol for provisioning. Correct the address of the service.
error-other-tenant = The tenant { $found } answers, but this connection belongs to the tenant { $wanted }. Nothing was read or written.
error-other-tenant-remedy = Sign in to the right tenant in step 1. For another tenant, make a new connection.
error-incomplete-read = Entra was not read to its end, so nothing was done. Try again.
error-not-settled = It could not be found out what an earlier run had written, so nothing new was begun. Try again.
error-cancelled = Cancelled. What was already written stays.
error-saved-in-between = Somebody else saved this connection in the meantime. Load it again; your last changes are not saved.
error-runs-elsewhere = This connection is in use by { $program } on { $host } (process { $pid }). Wait until it ends, or end it there.
error-runs-elsewhere-unknown = This connection is in use by another Usher on this computer. Wait until it ends, or close it.
error-storage = Usher's files on this computer could not be read or written: { $detail }

## Errors: keyring

error-keyring-absent = This computer has no keyring that Usher can use
error-keyring-absent-remedy = Start a keyring service and try again, or keep credentials until Usher closes.
error-keyring-locked = The keyring is locked
error-keyring-locked-remedy = Unlock your keyring, then try again.
error-keyring-waiting = The keyring has not answered yet
error-keyring-waiting-remedy = Look for a window that asks for the keyring's password, enter it, then try again.
error-keyring-damaged = What the keyring holds for this connection is incomplete
error-keyring-damaged-remedy = Forget the credentials of this connection, then sign in again.
error-keyring-too-long = The secret is longer than a keyring entry may be
error-keyring-too-long-remedy = Check that only the secret itself was pasted, then enter it again.
error-keyring-failed = The keyring could not be used
error-keyring-failed-remedy = Open your system's password program and check that it works, then try again.

## Errors: signing in

error-sign-in-again = The sign-in for { $service } has ended. Sign in again.
error-sign-in-cancelled = The sign-in was cancelled
error-sign-in-refused = { $service } refused the sign-in
error-sign-in-refused-remedy = Sign in with an account of your organization. Your organization's sign-in rules may ask for a managed device; ask for an exception for Usher if so.
error-consent-denied = Access was denied in the browser
error-consent-denied-remedy = Sign in again and accept, or ask an administrator to approve Usher.
error-client-refused = { $service } refused Usher's OAuth client
error-goto-secret-missing-remedy = Usher has no secret of this connection's GoTo OAuth client. Give it with the authorization.
error-client-refused-remedy = Check the client ID and the client secret, and that the redirect URI is registered exactly as it is shown.
error-browser-did-not-open = Your browser could not be opened. Open this address yourself: { $url }
error-browser-did-not-return = { $minutes ->
    [one] The browser did not come back within one minute
   *[other] The browser did not come back within { $minutes } minutes
}
error-browser-did-not-return-remedy = Sign in again and finish in the browser.
error-port-taken = Another program uses port { $port }, where the browser would come back
error-port-taken-remedy = Close that program and sign in again, or use the spare address { $spare }, which has to be registered too.
error-port-taken-no-spare = Close the program that uses the port, then sign in again.
error-listener = Usher can't wait for the browser on this computer: { $detail }
error-redirect = { $uri } can't be used as a redirect URI. It has to look like http://localhost:47113/goto/callback.
error-forged-answer = The answer in the browser did not come from { $service }, so it was not accepted. Sign in again.
error-code-expired = The code has run out. Ask for a new one.
error-no-device-code = { $service } offers no sign-in by code. Sign in with your browser.
error-wrong-tenant = You signed in to the tenant { $found }, but this connection belongs to { $wanted }. Switch the account and sign in again.
error-bad-reply = { $service } sent an answer that Usher does not understand. Try again later.
error-token-lock = Another Usher is renewing the sign-in: { $detail }. Try again in a moment.
error-unreachable = { $service } could not be reached
error-unreachable-remedy = Check this computer's network and proxy, then try again.
error-other-origin = An answer pointed to another server, so Usher did not follow it
error-other-origin-remedy = Check the address of the service. If it is right, report the details to its support.

## Errors: Microsoft Entra

error-entra-sign-in = The sign-in to Microsoft Entra has ended
error-entra-sign-in-remedy = Sign in again; your draft is safe.
error-entra-client-refused = Microsoft Entra refuses the app registration itself, not a person
error-entra-client-refused-remedy = Check the client ID, the tenant and the client secret of the connection, and whether the secret has run out.
error-entra-step-up = Your organization's sign-in rules ask for another step
error-entra-step-up-remedy = Sign in again and finish the extra step. If it is refused, use a managed device or ask for an exception for Usher.
error-entra-forbidden = Your account or Usher's app registration may not do this in Microsoft Entra
error-entra-forbidden-remedy = Check your role and the approved permissions in step 1, then try again.
error-entra-not-found = Microsoft Entra no longer has what was asked for
error-entra-not-found-remedy = Look in Entra whether it was removed, then choose again.
error-entra-conflict = Microsoft Entra already has this, or it changed in the meantime
error-entra-conflict-remedy = Load the page again and look at what is there now.
error-entra-unreachable = Couldn't ask Microsoft Graph
error-entra-unreachable-remedy = Check this computer's network and proxy settings, then try again.
error-entra-throttled = Microsoft Graph asks to wait: too many requests were made
error-entra-throttled-remedy = Try again in a few minutes.
error-entra-replicating = What was just made is not visible everywhere in Microsoft Entra yet
error-entra-replicating-remedy = Wait a minute, then try again. Nothing has to be made twice.
error-entra-failed = Microsoft Graph could not do this
error-entra-failed-remedy = Try again. If it keeps failing, copy the details for Microsoft's support.

## Errors: GoTo

error-goto-organisation-role = The admin who authorized Usher has no role in the GoTo organization
error-goto-organisation-role-remedy = Give that person the role Organization admin, Read & Write in the Organization Center under Users, or authorize as somebody who has it.
error-goto-sign-in = GoTo no longer accepts the sign-in
error-goto-sign-in-remedy = Authorize again in step 6.
error-goto-scope = The authorization lacks a permission that Usher needs
error-goto-scope-remedy = Tick every scope of step 6 on the OAuth client in GoTo's developer portal, then authorize again.
error-goto-forbidden = GoTo does not allow this to the admin who authorized Usher
error-goto-forbidden-remedy = Check that person's role in the Organization Center: it has to be Organization admin, Read & Write.
error-goto-not-found = GoTo no longer has what was asked for
error-goto-not-found-remedy = Check the address of the service in step 6, then run the preview again.
error-goto-conflict = GoTo already has this, or it changed in the meantime
error-goto-conflict-remedy = Run the preview again and look at what is there now.
error-goto-throttled = GoTo asks to wait: too many requests were made
error-goto-throttled-remedy = Try again in a minute. If other programs use the same client, let them pause.
error-goto-unreachable = GoTo could not be reached
error-goto-unreachable-remedy = Check this computer's network and proxy, then try again.
error-goto-incomplete = GoTo's list could not be read to its end
error-goto-incomplete-remedy = Try again when nobody else is changing people in GoTo.
error-goto-failed = GoTo could not do this
error-goto-failed-remedy = Try again. If it keeps failing, copy the details for GoTo's support.

## Links of the table: what stands behind "Open"

link-entra = Open the Entra admin center
link-entra-app-registrations = Open app registrations in Entra
link-entra-application = Open the application in Entra
link-entra-connect = Open provisioning in Entra
link-entra-group-attributes = Open provisioning in Entra
link-entra-people = Open users and groups in Entra
link-entra-roles = Open your roles in Entra
link-entra-scoping-filters = Open provisioning in Entra
link-entra-turn-on = Open provisioning in Entra
link-entra-user-attributes = Open provisioning in Entra
link-goto-admin = Open GoTo Admin
link-goto-oauth-clients = Open GoTo's OAuth clients
link-guide = Open Microsoft's tutorial
link-guide-app-registration = Read how to register an app
link-guide-application = Open this step in Microsoft's guide
link-guide-connect = Open this step in Microsoft's guide
link-guide-deletions = Read about accidental deletions
link-guide-goto-oauth = Read how to make a GoTo OAuth client
link-guide-gotomeeting = Open Microsoft's page on the retired connector
link-guide-group-attributes = Open this step in Microsoft's guide
link-guide-how = Read how provisioning works
link-guide-mappings = Read about attribute mappings
link-guide-people = Open this step in Microsoft's guide
link-guide-plan = Open this step in Microsoft's guide
link-guide-prepare-goto = Open this step in Microsoft's guide
link-guide-preview = Open this step in Microsoft's guide
link-guide-quarantine = Read about quarantine
link-guide-roles = Read how to add roles to an application
link-guide-scoping-filters = Open this step in Microsoft's guide
link-guide-sign-in = Open this step in Microsoft's guide
link-guide-turn-on = Open this step in Microsoft's guide
link-guide-user-attributes = Open this step in Microsoft's guide
link-guide-user-sync = Read how User Sync works
link-organization-center = Open the Organization Center

## The job in Microsoft's cloud

job-application-not-chosen = No application is chosen yet. Choose one in the step Application.
job-no-synchronization-template = This application cannot be provisioned to GoTo. Add GoTo from the gallery.
job-no-synchronization-job = The application has no provisioning job yet. Set the connection up first.
job-would-drop-credentials = Changing these settings now would drop the authorization, because Microsoft hides the saved tokens. Authorize again afterwards, or leave the settings as they are.
job-settings-not-kept = Microsoft Graph accepted the settings but shows others. Try again in a minute.
job-not-authorized = The saved credentials do not work, or nobody has authorized yet. Authorize in the Entra admin center.
job-schema-not-understood = The mappings in Entra have a form that Usher does not know. Nothing was changed.
job-schema-rule-read-only = The mappings in Entra are read-only. Nothing was changed.
job-schema-not-kept = Microsoft Graph accepted the mappings but shows others. Try again in a minute.
job-schema-without-rule = The mappings in Entra have no rule for people. Restore the defaults in the Entra admin center.
job-entra-runner-on = Microsoft's provisioning service is on for this application. Switch it off first: only one runner at a time.
job-local-runner-on = This computer runs the cycles of this connection. Switch it off first: only one runner at a time.
job-force-deletes-alone = Releasing waiting deletions cannot be combined with another restart.
job-not-switched-on-again = Provisioning was paused for one person and could not be switched on again. Switch it on.
job-cancelled = Cancelled. Nothing was changed.
job-log-entry = Handled by Microsoft's provisioning service

## What the audit holds, in words.
audit-turned-on = Turned on
audit-turned-off = Turned off
audit-made-live = Made the draft what runs
audit-apply-begun = Began to apply a plan
audit-run-started = Started a cycle
audit-on-demand = Provisioned on demand
audit-approval-given = Approved a plan
audit-approval-withdrawn = Took an approval back
audit-pending-delete-kept = Kept an account that was to be deleted
audit-pending-delete-released = Let an account wait for its deletion again
audit-accounts-decided = Decided about existing accounts
audit-restarted = Restarted
audit-signed-in = Signed in
audit-credentials-forgotten = Made Usher forget credentials
audit-other = { $action }
error-ticket = A ticket reference has 1 to 100 characters and stands on one line.
