"""Numbers that programs print: instructions, sizes, and how many requirements were decided how."""
import re, subprocess

TABLE = "Sources/TCPCoreBenchmarks/instructions"
SIZES = "Sources/TCPCoreC/sizes"
ARTICLE = "Sources/TCPCore/TCPCore.docc/Requirements.md"


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


def stale(root, target):
    """Whether an archive is missing, or older than a source of it."""
    archive = root / f".build-library/{target}/libtcpcore.a"
    sources = [path for folder in ("TCPCore", "TCPCoreC") for path in (root / "Sources" / folder).rglob("*")
               if path.suffix in (".swift", ".h") or path.name in ("build-library", "targets")]
    return not archive.exists() or archive.stat().st_mtime < max(path.stat().st_mtime for path in sources)


def sizes(root, report):
    build = "Sources/TCPCoreC/build-library"
    targets = printed(root, report, build, "--list").split()
    old = [target for target in targets if stale(root, target)]
    if old and printed(root, report, build, *old) is None:
        return
    before = (root / SIZES).read_text()
    if printed(root, report, ".ci/sizes", "--record") is None:
        return
    old, new = before.splitlines(), (root / SIZES).read_text().splitlines()
    if old != new:
        report.written.add(SIZES)
    report.say(f"sizes: {sum(row not in old for row in new)} of {len(new)} rows changed")


def counts(root, report):
    table = printed(root, report, "swift", "run", "-q", "tcpcore", "conformance", "--counts")
    if table is None:
        return
    text = (root / ARTICLE).read_text()
    new, found = re.subn(r"^\| document \|.*\n(\|.*\n)*", lambda _: table, text, flags=re.M)
    if found != 1:
        report.needs_a_person(f"{ARTICLE} has no table that begins with `| document |`")
        return
    changed = report.write(ARTICLE, new)
    report.say("counts of requirements: " + ("written again" if changed else "as they were"))
