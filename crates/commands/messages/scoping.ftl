### Words of the scoping page, for the window. The other files belong to the same catalogue.

scope-lead = Narrow down who is provisioned by what their attributes say. A person needs to pass one whole filter.
scope-note = Everyone assigned in step 5 is in scope
scope-note-filtered = Filters apply on top of the assignments from step 5
scope-note-everyone = Filters apply to everyone in the tenant, as step 2 says
scope-tabs = Filters for
scope-users = Users
scope-groups = Groups
scope-everyone-assigned = Everyone assigned is in scope
scope-everyone = Everyone in the tenant is in scope
scope-empty = Add a filter to provision only those whose attributes fit: for example only one department, or only enabled accounts.

## Filters and conditions

scope-filter-n = Filter { $n }
scope-copy-of = Copy of { $title }
scope-people = { $count ->
    [one] one person
   *[other] { $number } people
}
scope-groups-count = { $count ->
    [one] one group
   *[other] { $number } groups
}
scope-add-filter = Add filter
scope-add-clause = Add condition
scope-capitals = EQUALS tells capitals apart: “employee” is not “Employee”.
scope-and-word = AND
scope-or-word = OR
scope-or = Or
scope-clause-first = Clause { $n } of { $total }
scope-clause = Clause { $n } of { $total }, and
scope-attribute = Attribute
scope-attribute-choose = Choose
scope-operator = Operator
scope-value = Value
scope-no-value = needs no value
scope-values-known = Values that people have
scope-several-values = Any one of these suffices; with NOT, none of them may be there.
scope-add-value = Another value
scope-remove-value = Remove { $value }
scope-list-offer = Match any of these { $count }, with a pattern
scope-kept = Usher does not know this condition. It is kept as it is.
scope-use = Use { $name }
scope-more = More for { $title }
scope-rename = Rename
scope-duplicate = Duplicate
scope-up = Move up
scope-down = Move down
scope-remove = Remove
scope-name = Name of the filter
scope-remove-clause = Remove clause { $n } of { $title }
scope-undo = Undo

## What was done, for undo

scope-did-add-filter = Filter added
scope-did-add-clause = Condition added
scope-did-rename = { $title } renamed
scope-did-duplicate = { $title } duplicated
scope-did-move = { $title } moved
scope-did-remove = { $title } removed
scope-did-restore = { $title } brought back
scope-did-change = { $title } changed
scope-did-remove-clause = Condition of { $title } removed

## In scope now

scope-side = What the filters do
scope-now-title = In scope now
scope-live = live
scope-read-again = Read people again, live
scope-read-at = People were read at { $time }
scope-counting = counting
scope-count-cancelled = Counting was stopped.
scope-count-failed = Couldn't count. The filter is still saved in your draft.
scope-mend-first = Mend what is marked, then it is counted again.
scope-about = about { $count }
scope-of-assigned = of { $total } assigned
scope-of-everyone = of { $total } in the tenant
scope-of-groups = { $count ->
    [one] of one group
   *[other] of { $total } groups
}
scope-sample = There are more than 20,000 people, so these numbers come from a sample.
scope-out = Out of scope
scope-several = { $count ->
    [one] One passes more than one filter; that's fine.
   *[other] { $count } pass more than one filter; that's fine.
}
scope-undecided = { $count ->
    [one] A filter gives no answer for one. Nothing is changed for it.
   *[other] A filter gives no answer for { $count }. Nothing is changed for them.
}
scope-nobody = Nobody passes.
scope-nobody-disabled = { $count ->
    [one] The next cycle would disable one person.
   *[other] The next cycle would disable { $count } people.
}
scope-nobody-provisioned = The next cycle would provision nobody.
scope-nobody-groups = The next cycle would provision no group.
scope-nobody-confirm = Go on
scope-leaving = { $count ->
    [one] One person would fall out
   *[other] { $count } people would fall out
}
scope-leaving-groups = { $count ->
    [one] One group would fall out
   *[other] { $count } groups would fall out
}
scope-since = since your last save.
scope-losing = { $count ->
    [one] One of them has a GoTo account and would be disabled.
   *[other] { $count } of them have a GoTo account and would be disabled.
}
scope-joining = { $count ->
    [one] One would come in.
   *[other] { $count } would come in.
}
scope-see-who = See who
scope-list-in = Who passes
scope-list-out = Who does not pass
scope-list-leaving = Who would fall out
scope-list-joining = Who would come in
scope-list-several = Who passes more than one filter
scope-list-undecided = For whom a filter gives no answer
scope-shown = { $first } to { $last } of { $total }
scope-page-before = Back
scope-page-after = More

## Why

scope-why-title = Why is this person in or out?
scope-why-group-title = Why is this group in or out?
scope-why-pick = Search a person
scope-why-pick-group = Search a group
scope-why-other = Choose another one
scope-why-button = Why?
scope-why-of = Why { $name }?
scope-why-in = In scope
scope-why-out = Out of scope
scope-why-undecided = Not known
scope-why-passed = Passed:
scope-why-failed = Failed:
scope-why-copy = Copy as text
scope-would-be-in = Would be in if { $conditions }.
scope-would-and = {" and "}
