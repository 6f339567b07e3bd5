"""Prints what a screen reader is told: role, name and description of everything in the session's windows, one a line."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def walk(node, depth):
    if node is None or depth > 60:
        return
    try:
        role, name, about = node.get_role_name(), node.get_name(), node.get_description()
    except gi.repository.GLib.Error:
        # It went away while it was looked at.
        return
    words = " ".join(name.split())
    print("\t".join([role, words, " ".join(about.split())]))
    if not words or role == "entry":
        try:
            text = node.get_text_iface()
            if text is not None:
                # U+FFFC stands for what is in there and comes by itself below.
                print("\t".join([role, " ".join(Atspi.Text.get_text(text, 0, -1).replace("\ufffc", " ").split()), ""]))
        except gi.repository.GLib.Error:
            pass
    for index in range(node.get_child_count()):
        walk(node.get_child_at_index(index), depth + 1)


Atspi.init()
desktop = Atspi.get_desktop(0)
for index in range(desktop.get_child_count()):
    walk(desktop.get_child_at_index(index), 0)
