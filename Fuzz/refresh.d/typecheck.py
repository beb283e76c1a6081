"""Whether the core compiles with a known mutant applied."""
import shutil, subprocess, tempfile
from pathlib import Path

FLAGS = ["-strict-memory-safety", "-warnings-as-errors", "-swift-version", "6", "-package-name", "tcp-core",
         "-parse-as-library", "-module-name", "TCPCore"]


def errors_of(sources, changed):
    """The first errors in the changed files, of texts by path; nothing where there are none, or no compiler."""
    compiler = shutil.which("swiftc")
    if not compiler:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        places = []
        for path, text in sources.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            places += ["-primary-file", place] if path in changed else [place]
        command = [compiler, "-frontend", "-typecheck", *FLAGS, *places]
        result = subprocess.run(command, capture_output=True, text=True)
    errors = [line.replace(folder + "/", "") for line in result.stderr.splitlines() if ": error: " in line]
    return "\n".join(errors[:3] or result.stderr.splitlines()[:3]) if result.returncode else ""
