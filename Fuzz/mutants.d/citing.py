"""Which tests cite an identifier."""
import re
from pathlib import Path

import swift_text
from cited import blocks, identifiers
from swift_text import Source

TYPE = r"^(?:(?:public|package|private|fileprivate) )?(?:struct|enum|final class|class|actor|extension) ([\w.]+)"


class Citing:
    """For each identifier, patterns of the names of tests, as `swift test --filter` takes them."""

    def __init__(self, root, modules, known):
        self.patterns = {}
        for module in modules:
            paths = sorted((root / "Tests" / module).rglob("*.swift"))
            sources = {path: Source(str(path), path.read_text()) for path in paths}
            tests = {path: tests_of(source) for path, source in sources.items()}
            for path, source in sources.items():
                self.read(module, source, tests[path], known, beside(path, tests))

    def read(self, module, source, tests, known, beside):
        for first, last, comment in blocks(source):
            ids = identifiers(comment, known)
            if not ids:
                continue
            line = last + 1 if not source.has_code(last) and source.comments[last].startswith("///") else last
            own = [name for name, begin, end in tests if begin <= line <= end]
            names = own or [name for name, _, _ in tests] or beside
            for one in ids:
                self.patterns.setdefault(one, set()).update(rf"^{module}\.(.*/)?{name}\(" for name in names)

    def of(self, ids):
        """The patterns of all tests that cite one of some identifiers."""
        return sorted({pattern for one in ids for pattern in self.patterns.get(one, ())})


def tests_of(source):
    """Name, first and last line of each test function of a file."""
    found = []
    for match in re.finditer(r"@Test\b", source.code):
        function = re.compile(r"\bfunc (\w+)").search(source.code, match.end())
        if not function:
            continue
        brace = source.brace(function.start())
        end = source.other[brace] if brace is not None else function.end()
        found.append((function[1], source.line_of(match.start()), source.line_of(end)))
    return found


def beside(path, tests):
    """The tests of the other files of a folder: a model that they use cites for them."""
    return sorted({name for other, found in tests.items() if other.parent == path.parent for name, _, _ in found})
