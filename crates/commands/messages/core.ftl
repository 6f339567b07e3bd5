### Sentences that leave Rust as codes: findings, remedies, reasons, errors. Window and terminal share them.
### Sentence case; what happened, to whom, what to do next; no codes, no blame.

## Why something is done, or is not (plan and provisioning log)

reason-in-scope-no-match = In scope, and no account with this user name exists yet
reason-matched = An account with the same { $attribute } is already there: { $value }
reason-attributes-differ = Changed in Entra
reason-re-enabled = Back in scope
reason-members-joined = Joined the group in Entra
reason-members-left = Left the group in Entra
reason-not-assigned = Not assigned to the application
reason-nested-group-only = Only in { $group }, a group inside an assigned group; such members do not count
reason-NotEffectivelyEntitled = The role { $role } does not entitle to provisioning
reason-disabled-in-entra = The account is disabled in Entra
reason-soft-deleted = The account is in Entra's recycle bin
reason-hard-deleted = The account was removed from Entra
reason-gone-from-entra = Entra no longer lists this account
reason-groups-off = Groups are not provisioned by this connection
reason-RedundantExport = Already in step
reason-already-inactive = Out of scope, and already inactive
reason-already-gone = Out of scope, and already gone
reason-ImportSkipped = No matching attribute has a value: { $attributes }
reason-left-in-place = Out of scope, and left as it is
reason-create-switched-off = Would be created, but creating is switched off
reason-update-switched-off = Would be changed, but updating is switched off
reason-disable-switched-off = Would be disabled, but disabling is switched off
reason-delete-switched-off = Would be deleted, but deleting is switched off
reason-withheld-incomplete-read = Would lose access, but Entra was not read completely
reason-DuplicateTargetEntries = Several accounts have the same { $attribute }: { $value }
reason-DuplicateSourceEntries = Several people in Entra claim the same { $attribute }: { $value }
reason-EntryConflict = Another account already has this { $attribute }
reason-InvalidAnchor = The linked account is gone
reason-MissingValues = { $attribute } is required and has no value
reason-expression-failed = The expression for { $attribute } could not be evaluated: { $error }
reason-target-not-read = The other side was not read far enough to know whether an account is there
reason-disable-not-mapped = Should be disabled, but no mapping sets active to false
reason-disable-not-supported = Should be disabled, but this service provider does not keep active
reason-group-too-large = { $members } members are more than the { $limit } that can be written
reason-attribute-not-supported = The service provider does not keep { $attribute }: it is left out
reason-target-gone = The linked object is gone and is matched again
reason-unmanaged-members = { $count ->
    [one] One member is not managed by Usher and stays
   *[other] { $count } members are not managed by Usher and stay
}
reason-members-not-provisioned = { $count ->
    [one] One member is not provisioned and is left out
   *[other] { $count } members are not provisioned and are left out
}
reason-members-withheld = Membership changes are withheld

## Guards

guard-people-losing-access = The deletion guard would stop this run. { $count ->
    [one] One person
   *[other] { $count } people
} would lose access; your limit is { $limit }.
guard-group-deletions = { $count ->
    [one] One group
   *[other] { $count } groups
} would be deleted; your limit is { $limit }.
guard-members-leaving-group = { $count } of { $of } members would leave { $group }; your limit is { $limit }.
guard-incomplete-read = Entra was not read completely, so nobody can be removed. Try again.
guard-implausible-shrinkage = { $count } of { $of } people are gone from Entra's answer at once. This looks like a mistake.

## Links of the table

