"""Numbers that programs print: instructions, and the sizes in README.md."""
import re, subprocess

TABLE = "Sources/TCPCoreBenchmarks/instructions"


def printed(root, report, *command):
    """What a command prints; nothing, and a problem, where it fails."""
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if result.returncode == 0:
        return result.stdout
    last = (result.stdout + result.stderr).strip().split("\n")[-1]
    report.needs_a_person(f"{' '.join(command)} fails: {last}")
    return None


def instructions(root, report):
    before = (root / TABLE).read_text()
    if printed(root, report, ".ci/bench", "--record") is None:
        return
    after = (root / TABLE).read_text()
    if after != before:
        report.written.add(TABLE)
    old, new = (dict(line.split("\t", 1) for line in text.splitlines()[1:]) for text in (before, after))
    changes = []
    for name in old.keys() & new.keys():
        for then, now in zip(old[name].split("\t"), new[name].split("\t")):
            changes.append((100 * int(now) / int(then) - 100, name))
    least, most = min(changes), max(changes)
    report.say(f"instructions: {sum(old.get(name) != new[name] for name in new)} of {len(new)} rows changed, "
               f"by {least[0]:+.1f} % ({least[1]}) to {most[0]:+.1f} % ({most[1]})")
    if most[0] > 5:
        report.needs_a_person(f"{most[1]} takes {most[0]:.1f} % more instructions: say why in the commit")


def key(line):
    """A row without its numbers: those in front, in the columns behind, or behind a colon."""
    return re.sub(r"^\s*\d+ +|( +\d+)+$|(?<=: )\d+", "", line)


def stale(root, target):
    """Whether an archive is missing, or older than a source of it."""
    archive = root / f".build-library/{target}/libtcpcore.a"
    sources = [*(root / "Sources/TCPCore").rglob("*"), *(root / "Sources/TCPCoreC").rglob("*")]
    return not archive.exists() or archive.stat().st_mtime < max(path.stat().st_mtime for path in sources)


def sizes(root, report):
    build = "Sources/TCPCoreC/build-library"
    targets = printed(root, report, build, "--list").split()
    old = [target for target in targets if stale(root, target)]
    if old and printed(root, report, build, *old) is None:
        return
    program = ["swift", "run", "-c", "release", "tcpcore", "sizes"]
    memory, code = printed(root, report, *program), printed(root, report, ".ci/sizes")
    if memory is None or code is None:
        return
    rows = memory.splitlines()[1:] + re.findall(r"^(?:\S+(?: +\d+){5}|example .*)$", code, flags=re.M)
    readme, changed = (root / "README.md").read_text().split("\n"), 0
    # Only rows of the section count; elsewhere a line of the same words may stand for something else.
    start = next((i for i, line in enumerate(readme) if line == "## Sizes"), 0)
    for row in rows:
        found = [i for i in range(start, len(readme)) if key(readme[i]) == key(row)]
        if len(found) != 1:
            report.needs_a_person(f"README.md has {len(found)} rows, not one, for: {row.strip()}")
            continue
        changed += readme[found[0]] != row
        readme[found[0]] = row
    report.write("README.md", "\n".join(readme))
    report.say(f"sizes: {changed} of {len(rows)} rows rewritten")
