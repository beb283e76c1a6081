"""What the parts of Fuzz/refresh share: git, and the report of what was done and what a person must do."""
import subprocess


def git(root, *words, text=None, check=True):
    """What git prints; nothing where it fails and `check` is off."""
    result = subprocess.run(["git", "-C", str(root), *words], input=text, capture_output=True, text=True)
    if result.returncode != 0:
        if check:
            raise SystemExit(f"git {' '.join(words)}: {result.stderr.strip()}")
        return ""
    return result.stdout


class Report:
    """Lines of the summary, files that were written, and what needs a person."""

    def __init__(self, root):
        self.root, self.lines, self.written, self.problems = root, [], set(), []

    def say(self, line):
        self.lines.append(line)

    def needs_a_person(self, line):
        self.problems.append(line)

    def write(self, path, text):
        """Writes a file of the repository where it differs; whether it did."""
        place = self.root / path
        if place.exists() and place.read_text() == text:
            return False
        place.write_text(text)
        self.written.add(str(path))
        return True

    def finish(self):
        """Prints everything; the exit status."""
        if self.written:
            print(git(self.root, "diff", "--stat", "HEAD", "--", *sorted(self.written)), end="")
        for line in self.lines:
            print(line)
        for line in self.problems:
            print(f"needs a person: {line}")
        return 1 if self.problems else 0
