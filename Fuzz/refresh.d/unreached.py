#!/usr/bin/env python3
"""Fuzz/refresh.d/unreached.py EXPORT [--compare]: the regions of the core that llvm-cov counts no run of, of what it
exports as JSON; a line each. With --compare, only those without a marker (see markers.py), and the markers without
such a region; it fails where there are any.
"""
import json, os, re, subprocess, sys
from pathlib import Path

sys.dont_write_bytecode = True
import markers

CORE = "Sources/TCPCore"


def regions(export):
    """(path, line, column, last line) of each region without a run, in order; lines from 1."""
    runs = {}
    for function in json.loads(Path(export).read_text())["data"][0]["functions"]:
        for line, column, end, end_column, count, file, _, kind in function["regions"]:
            path = os.path.relpath(function["filenames"][file])
            if kind == 0 and path.startswith(CORE):
                place = (path, line, column, end, end_column)
                runs[place] = runs.get(place, 0) + count
    return [place[:4] for place, count in sorted(runs.items()) if count == 0]


def compare(found, root="."):
    """Regions without a marker, and (path, marker) without a region; of all files of the core."""
    places = {}
    for path, line, column, _ in found:
        places.setdefault(path, []).append((line - 1, column))
    bare, idle = [], []
    for file in sorted(Path(root, CORE).rglob("*.swift")):
        path, lines = str(file.relative_to(root)), file.read_text().split("\n")
        marks = [marker for marker in markers.read(lines) if marker.kind == "unreached"]
        here = {line for line, _ in places.get(path, [])}
        covered = {line for marker in marks for line in marker.lines}
        bare += [(path, line, column, lines[line].strip())
                 for line, column in places.get(path, []) if line not in covered]
        idle += [(path, marker) for marker in marks if not here.intersection(marker.lines)]
    return bare, idle


def complaints(bare, idle):
    return [f"{path}:{line + 1}:{column}: not reached, and no `// unreached: reason`: {text}"
            for path, line, column, text in bare] + [
        f"{path}:{marker.first + 1}: reached, or gone; take the marker away: {marker.reason}"
        for path, marker in idle]


def without(lines, marker):
    """The lines without a marker."""
    line = lines[marker.first]
    rest = [] if markers.is_comment(line) else [line[:line.index("// unreached:")].rstrip()]
    return lines[:marker.first] + rest + lines[marker.end:]


def refresh(root, report):
    """Takes the markers of what is reached now away, and reports what has none."""
    export = root / ".build-fuzz/coverage/export.json"
    result = subprocess.run(["Fuzz/coverage"], cwd=root, capture_output=True, text=True)
    if not export.exists() or "regions not reached" not in result.stdout:
        report.needs_a_person(f"Fuzz/coverage fails: {(result.stdout + result.stderr).strip()[-300:]}")
        return
    os.chdir(root)
    found = regions(export)
    bare, idle = compare(found)
    open_files, taken = {path for path, *_ in bare}, 0
    for path in sorted({path for path, _ in idle} - open_files):
        lines = Path(path).read_text().split("\n")
        for marker in sorted((m for p, m in idle if p == path), key=lambda m: -m.first):
            lines = without(lines, marker)
            taken += 1
            report.say(f"reached now, its marker is gone: {path}:{marker.first + 1}: {marker.reason}")
        report.write(path, "\n".join(lines))
    # Where both are in a file, the code may have moved away from its marker.
    for line in complaints(bare, [(path, marker) for path, marker in idle if path in open_files]):
        report.needs_a_person(line)
    report.say(f"unreached: {len(found)} regions, {len(bare)} of them without a reason; {taken} markers taken away")


def main():
    found = regions(sys.argv[1])
    if "--compare" in sys.argv:
        wrong = complaints(*compare(found))
        print("\n".join(wrong), end="\n" if wrong else "")
        return bool(wrong)
    for path, line, column, end in found:
        lines = Path(path).read_text().split("\n")[line - 1:]
        # What follows a block begins at its brace, which alone says nothing.
        text = lines[0].strip() if lines[0].strip() != "}" else f"}} {lines[1].strip()}"
        print(f"{path}:{line}:{column}-{end}: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
