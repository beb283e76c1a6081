"""Which lines of a text another one changes."""
import difflib


def changed_lines(old, new):
    """The numbers of the lines that are changed or removed, or between which something is put in; from 1."""
    found = set()
    matcher = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    for kind, begin, end, _, _ in matcher.get_opcodes():
        if kind != "equal":
            found |= set(range(begin + 1, max(end, begin + 1) + 1))
    return found
