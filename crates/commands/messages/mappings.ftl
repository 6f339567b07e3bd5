### Words of the mapping pages and of the expression editor, for the window. The other files belong to the same catalogue.

## Undo and redo

undo-what = Undo: { $what }
undo-nothing = Undo: nothing to take back
redo-what = Redo: { $what }
redo-nothing = Redo: nothing was taken back
undone = Taken back: { $what }
redone = Done again: { $what }
