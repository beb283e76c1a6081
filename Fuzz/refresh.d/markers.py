"""Comments that say why no input reaches a region or why no test notices a mutant, beside the code they are about.

    // unreached: REASON                a region that the corpus does not reach (Fuzz/coverage)
    // survives `CHANGED CODE`: REASON  a mutant that nobody notices (Fuzz/mutants): code that only its line has
    // survives removal: REASON         a statement that can be taken away

A marker is at the end of the line that it is about, or in lines of its own right above it; for a region whose
first line opens or closes a block, also right below it. It may go on in the comment lines below. A documentation
comment may come between a marker and its line.
"""
import re
from dataclasses import dataclass

MARK = r"//\s+(unreached|survives removal|survives `([^`]+)`): (.+)"


@dataclass
class Marker:
    kind: str  # "unreached" or "survives"
    code: str  # of a mutant; nothing for a removal
    reason: str
    first: int  # index of its first line
    end: int  # index behind its last line
    lines: tuple  # the indices of the lines that it may be about


def is_comment(line):
    return re.match(r"\s*//(?!/)", line) is not None


def read(lines):
    """The markers of a file."""
    found = []
    for index, line in enumerate(lines):
        match = re.search(MARK, line)
        if not match:
            continue
        reason, end = match[3].strip(), index + 1
        own = is_comment(line)
        while own and end < len(lines) and is_comment(lines[end]) and not re.search(MARK, lines[end]):
            reason += " " + lines[end].strip().lstrip("/ ")
            end += 1
        found.append(Marker(match[1].split()[0], match[2] or "", reason, index, end, about(lines, index, own)))
    return found


def about(lines, index, own):
    """The lines that a marker may be about."""
    if not own:
        return (index,)
    above, below = index - 1, index + 1
    while above > 0 and is_comment(lines[above]):
        above -= 1
    while below < len(lines) - 1 and lines[below].lstrip().startswith("//"):
        below += 1
    code = re.sub(r"\s*//.*", "", lines[above])
    return (above, below) if code.endswith(("{", ":", "}")) else (below,)


def is_about(marker, index, old, new):
    """Whether a marker gives the reason of a mutant: it shows code that only the new line has."""
    old, new = (re.sub(r"\s*//.*", "", line) for line in (old, new))
    shown = marker.code in new and marker.code not in old if marker.code else not new.strip()
    return marker.kind == "survives" and index == marker.lines[-1] and shown
