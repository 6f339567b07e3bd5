### Words of the mapping pages and of the expression editor, for the window. The other files belong to the same catalogue.

## Undo and redo

undo-what = Undo: { $what }
undo-nothing = Undo: nothing to take back
redo-what = Redo: { $what }
redo-nothing = Redo: nothing was taken back
undone = Taken back: { $what }
redone = Done again: { $what }
undo = Undo

## The table of mappings

change-add = add { $target }
change-edit = edit { $target }
change-move = move { $target }
change-remove = remove { $target }
mapping-column-actions = Actions
mapping-keys = F2 edits a mapping, Insert adds one, Delete removes it, Alt with an arrow key moves it
mapping-row-menu = More for { $target }
mapping-row-edit = Edit
mapping-row-up = Move up
mapping-row-down = Move down
mapping-row-earlier = Try earlier
mapping-row-later = Try later
mapping-removed = The mapping of { $target } was removed
mapping-stays = { $target } stays. { $why }
mapping-moved = { $target } is now number { $place } of { $count }
mapping-moved-match = { $target } is tried as number { $precedence }
mapping-reset-body = { $changed ->
    [0] No mapping changes
    [one] One mapping changes
   *[other] { $changed } mappings change
}, { $added ->
    [0] none is added
    [one] one is added
   *[other] { $added } are added
}, { $removed ->
    [0] none goes away
    [one] one goes away
   *[other] { $removed } go away
}. Undo brings them back. What is live stays until you turn the change on.
mapping-needs-expression = Write the expression.
mapping-row-reset = Reset to default
mapping-more-kinds = More kinds of source
mapping-default-none = Leave as it is in GoTo
kind-none-menu = None: nothing flows from Entra
key-alt-up = Alt+Up
key-alt-down = Alt+Down
key-delete = Delete
actions-title = What may be done in GoTo
actions-create = Create
actions-update = Update
actions-delete = Delete
actions-users-note = People who leave are disabled by an update. Deleting cannot be taken back in GoTo; the guard of step 2 has to allow it as well.
actions-groups-note = Members are written by updates. Deleting a group in GoTo cannot be taken back; the guard of step 2 has to allow it as well.
drawer-discard-title = Discard this change?
drawer-discard-body = What you changed in { $what } has not been applied yet.
drawer-discard = Discard the change
drawer-keep = Keep editing

## The expression editor

editor-hint = Control and Space lists functions and attributes. Tab takes one or indents; press Escape and then Tab to leave the editor.
editor-tab-leaves = Tab now leaves the editor. Escape once more closes the drawer.
editor-example = Example: { $example }
editor-help = Help
editor-signature = How { $name } is written
editor-attribute = { $name }, { $type }
editor-attribute-of = { $name }, { $type }. For { $person }: { $value }
editor-no-value = empty
editor-functions = Functions
editor-functions-search = Search functions
editor-functions-found = { $count ->
    [one] One function
   *[other] { $count } functions
}
editor-checking = Checking
editor-empty = Write an expression, or press Control and Space for a list
editor-fine = Nothing wrong found
editor-place = Ln { $line }, Col { $column }
editor-line = Line { $line }: { $text }
editor-change-to = Change to { $name }
result-title = Result
result-for = Result for
result-person = Try it on this person
result-group = Try it on this group
result-last-valid = Last valid version
result-has = GoTo has
result-will = Will be
result-unknown = Not known yet
result-default = New accounts get “{ $value }”
result-nobody = Nobody to try this on: { $why }
result-trying = Trying it on the people in scope
result-many-failed = Not tried on everybody: { $why }
result-counts = { $all ->
    [yes] { $tried ->
        [one] Tried on the only one in scope
       *[other] Tried on all { $tried }
    }
   *[no] Tried on the first { $tried }
}: { $values ->
    [one] one gets a value
   *[other] { $values } get a value
}, { $empty ->
    [0] none stays empty
    [one] one stays empty
   *[other] { $empty } stay empty
}, { $failed ->
    [0] none fails
    [one] one fails
   *[other] { $failed } fail
}
result-show = Show who
result-hide = Hide who
result-all = Try on all { $count }
result-people = Who gets what
