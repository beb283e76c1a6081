"""The mutants of Fuzz/KnownMutants/recorded, and which of them fuzzing has to find again."""
import subprocess

from common import git
from patches import parse

FILE = "Fuzz/KnownMutants/recorded"


def changed_since(root):
    """The names of the mutants in files that have changed since the record was made."""
    # The commit that wrote its rows: one that only moves the file says nothing about them.
    commit = git(root, "log", "-1", "--follow", "--diff-filter=AM", "--format=%H", "--", FILE).strip()
    files = set(git(root, "diff", "--name-only", "--no-renames", commit, "--", "Sources/TCPCore").split())
    rows = [line.split()[0] for line in (root / FILE).read_text().splitlines() if not line.startswith("#")]
    return [name for name in rows if any(
        section.path in files for section in parse((root / f"Fuzz/KnownMutants/{name}.patch").read_text())[1])]


def refresh(root, report, again):
    names = changed_since(root)
    if not again:
        count = f"recorded: {len(names)} in files that have changed since; --record fuzzes them again"
        report.say(f"{count}: {' '.join(names)}" if names else count)
        return
    lines = (root / FILE).read_text().splitlines()
    for name in names:
        command = ["Fuzz/known-mutants", "--record", name]
        row = subprocess.run(command, cwd=root, capture_output=True, text=True).stdout.strip()
        if row.startswith(f"{name} "):
            lines = [row if line.startswith(f"{name} ") else line for line in lines]
        else:
            report.needs_a_person(f"{FILE}: not every seed finds {name} any more")
        # Each takes long, so what was found is saved at once.
        report.write(FILE, "\n".join(lines) + "\n")
    report.say(f"recorded: {len(names)} fuzzed again")
