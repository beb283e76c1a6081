"""Rebases the patches of Fuzz/KnownMutants onto the present sources.

A patch names the blob that it was made on, so that blob, the same with the patch applied, and the present file are
the three sides of a merge. What does not merge by lines is looked for where its text has moved to, and then merged
by words, so that a name that changed in the same line is no conflict.
"""
import re
from dataclasses import dataclass

from common import git
from merging import follow_names, merge, merge_words
from typecheck import errors_of

FOLDER = "Fuzz/KnownMutants"
CORE = "Sources/TCPCore"


@dataclass
class Hunk:
    start: int  # index of the first line
    old: list
    new: list


@dataclass
class Section:
    """What a patch changes in one file."""
    path: str
    base: str  # the abbreviated blob, or nothing
    hunks: list


def parse(text):
    """The header, and the sections."""
    header, *parts = re.split(r"^(?=diff --git )", text, flags=re.M)
    sections = []
    for part in parts:
        path = re.search(r"^\+\+\+ b/(.*)$", part, flags=re.M)[1]
        base = re.search(r"^index ([0-9a-f]+)\.\.", part, flags=re.M)
        hunks = []
        for start, count, body in re.findall(r"^@@ -(\d+)(,0)?.* @@.*\n((?:[ +\-].*\n?|\n)*)", part, flags=re.M):
            lines = [line or " " for line in body.split("\n")]
            if lines[-1] == " ":
                lines.pop()
            hunks.append(Hunk(int(start) - (not count), [line[1:] for line in lines if line[0] != "+"],
                              [line[1:] for line in lines if line[0] != "-"]))
        sections.append(Section(path, base[1] if base else "", hunks))
    return header, sections


def without_blobs(text):
    return re.sub(r"^index .*$", "", text, flags=re.M)


def places(lines, block):
    return [at for at in range(len(lines) - len(block) + 1) if lines[at:at + len(block)] == block]


def apply(text, hunks, context=True):
    """The text with the hunks applied: where they say, or else at the one place that they fit; or nothing.
    Without context, lines around a change that are no longer there do not count."""
    lines, shift = text.split("\n"), 0
    for hunk in hunks:
        for old, new, skipped in [(hunk.old, hunk.new, 0)] if context else trimmed(hunk):
            found, wanted = places(lines, old), hunk.start + skipped + shift
            if wanted in found or len(found) == 1:
                break
        else:
            return None
        at = wanted if wanted in found else found[0]
        lines[at:at + len(old)] = new
        shift += len(new) - len(old)
    return "\n".join(lines)


def trimmed(hunk):
    """The hunk with less and less context, as long as something is left by which to find it."""
    def shared(old, new):
        pairs = list(zip(old, new))
        return next((count for count, (a, b) in enumerate(pairs) if a != b), len(pairs))
    above = shared(hunk.old, hunk.new)
    below = shared(hunk.old[:above - len(hunk.old) - 1:-1], hunk.new[:above - len(hunk.new) - 1:-1])
    for front, back in sorted(((a, b) for a in range(above + 1) for b in range(below + 1)), key=sum):
        old, new = hunk.old[front:len(hunk.old) - back], hunk.new[front:len(hunk.new) - back]
        if any(re.search(r"\w", line) for line in old):
            yield old, new, front


def renames(root):
    """Where files went, by what git knows: its history, its index and the tree."""
    moved = {}
    log = git(root, "log", "--reverse", "-M", "--diff-filter=R", "--name-status", "--format=", "--", "Sources")
    log += git(root, "diff", "-M", "--diff-filter=R", "--name-status", "HEAD", "--", "Sources")
    for line in log.splitlines():
        _, old, new = line.split("\t")
        moved[old] = new
    return moved


class Rebase:
    """The present sources, and what is known of their past."""

    def __init__(self, root):
        self.root, self.moved, self.errors = root, renames(root), {}
        files = sorted((root / CORE).rglob("*.swift"))
        self.sources = {str(path.relative_to(root)): path.read_text() for path in files}

    def home(self, path):
        """Where a file is now."""
        seen = set()
        while path not in self.sources and path in self.moved and path not in seen:
            seen.add(path)
            path = self.moved[path]
        return path

    def past(self, path):
        """The blobs of a file in history, newest first."""
        log = git(self.root, "log", "--follow", "--raw", "--no-abbrev", "--format=", "--", path, check=False)
        for line in log.splitlines():
            blob = line.split()[3]
            if set(blob) != {"0"}:
                yield blob

    def base(self, section, path):
        """The text that a section was made on, and the same with the bug; or nothing. The blob that the patch names
        may be gone, or the patch was changed by hand since; then the newest text that it fits."""
        def texts():
            named = section.base and git(
                self.root, "cat-file", "blob", f"{section.base}^{{blob}}", check=False)
            if named:
                yield named
            if path in self.sources:
                yield self.sources[path]
            for blob in self.past(path):
                yield git(self.root, "cat-file", "blob", blob)
        for text in texts():
            mutant = apply(text, section.hunks)
            if mutant is not None:
                return text, mutant
        return None

    def elsewhere(self, section):
        """The one file of the core into which what the section changes has moved."""
        found = {path: apply(text, section.hunks) for path, text in self.sources.items()}
        found = {path: text for path, text in found.items() if text is not None}
        return list(found.items())[0] if len(found) == 1 else (None, None)

    def section(self, section):
        """Path, present text with the bug, and remarks; or, as a path of nothing, what conflicts."""
        path = self.home(section.path)
        now, sides, conflict = self.sources.get(path), self.base(section, path), ""
        if now is not None and sides:
            base, mutant, remarks = follow_names(*sides, now)
            merged, conflict = merge(now, base, mutant)
            if merged is not None:
                return path, merged, remarks
        if now is not None and (fitted := apply(now, section.hunks)) is not None:
            return path, fitted, []
        if now is not None and sides and (merged := merge_words(now, base, mutant)) is not None:
            return path, merged, ["merged by words", *remarks]
        there, fitted = self.elsewhere(section)
        if there:
            return there, fitted, [f"its lines were found in {there}"]
        if now is not None and (fitted := apply(now, section.hunks, context=False)) is not None:
            return path, fitted, ["found with less context"]
        return None, conflict or f"{section.path} has no lines that it fits, now or in history", []

    def difference(self, path, mutant):
        """The section of a patch, made on the present blob, which git keeps so that the next refresh finds it."""
        blobs = [git(self.root, "hash-object", "-w", "--stdin", text=text).strip()
                 for text in (self.sources[path], mutant)]
        text = git(self.root, "diff", "-U2", "--inter-hunk-context=0", "--abbrev=7", "--no-color", "--no-ext-diff",
                   "--src-prefix=a/", "--dst-prefix=b/", *blobs)
        for side, blob in zip("ab", blobs):
            text = text.replace(f"{side}/{blob}", f"{side}/{path}", 2)
        return text

    def patch(self, text):
        """The rebased patch, remarks, and problems."""
        header, sections = parse(text)
        parts, remarks, problems, mutant_files = [], [], [], {}
        for section in sections:
            path, mutant, said = self.section(section)
            if path is None:
                problems.append("conflicts:\n" + mutant.rstrip("\n"))
                continue
            if mutant == self.sources[path]:
                problems.append(f"no longer changes anything in {path}")
                continue
            remarks += said
            mutant_files[path] = mutant
            parts.append(self.difference(path, mutant))
        if problems:
            return text, [], problems
        # What fits may still name something that is gone. Where the sources have errors of their own, nothing
        # is known.
        rebased = header + "".join(parts)
        if rebased != text and not self.own_errors(mutant_files.keys()):
            if errors := errors_of(self.sources | mutant_files, mutant_files):
                return text, [], ["fits, but does not compile:\n" + errors]
        # A change elsewhere in the file changes its blob and nothing else: the blob that the patch was made on is in
        # history, and serves the next merge as well.
        if without_blobs(rebased) == without_blobs(text):
            return text, [], []
        return rebased, remarks, []

    def own_errors(self, paths):
        """The errors of present files, which are compiled once."""
        for path in paths - self.errors.keys():
            self.errors[path] = errors_of(self.sources, [path])
        return any(self.errors[path] for path in paths)


def refresh(root, report):
    rebase, changed = Rebase(root), []
    patches = sorted((root / FOLDER).glob("*.patch"))
    for file in patches:
        text, remarks, problems = rebase.patch(file.read_text())
        for problem in problems:
            report.needs_a_person(f"{file.stem} {problem}")
        if report.write(file.relative_to(root), text):
            changed.append(file.stem)
        for remark in remarks:
            report.say(f"{file.stem}: {remark}")
    for path, errors in rebase.errors.items():
        if errors:
            report.needs_a_person(f"{path} does not compile, so none of its patches was compiled:\n{errors}")
    report.say(f"patches: {len(changed)} of {len(patches)} rewritten")
    return changed
