"""Which tests cite an identifier."""
import re
from dataclasses import dataclass

import swift_text
from cited import blocks, identifiers
from swift_text import Source

TYPE = r"^(?:(?:public|package|private|fileprivate) )?(?:struct|enum|final class|class|actor|extension) ([\w.]+)"


class Citing:
    """For each identifier, patterns of the names of tests, as `swift test --filter` takes them."""

    def __init__(self, root, modules, known):
        self.patterns, self.slow, self.titles = {}, set(), {}
        for module in modules:
            paths = sorted((root / "Tests" / module).rglob("*.swift"))
            sources = {path: Source(str(path), path.read_text()) for path in paths}
            tests = {path: tests_of(source) for path, source in sources.items()}
            for path, source in sources.items():
                self.read(module, source, tests[path], known, beside(path, tests))
                for test in tests[path]:
                    pattern = pattern_of(module, test.name)
                    self.titles.setdefault(test.title or test.name, set()).add(pattern)
                    # What is repeated for many arguments, or drives whole transfers, takes longer than the rest.
                    if test.hasArguments or module == "TCPLoopbackTests":
                        self.slow.add(pattern)

    def read(self, module, source, tests, known, beside):
        for first, last, comment in blocks(source):
            ids = identifiers(comment, known)
            if not ids:
                continue
            line = last + 1 if not source.has_code(last) and source.comments[last].startswith("///") else last
            own = [test.name for test in tests if test.first <= line <= test.last]
            names = own or [test.name for test in tests] or beside
            for one in ids:
                self.patterns.setdefault(one, set()).update(pattern_of(module, name) for name in names)

    def of(self, ids):
        """The patterns of all tests that cite one of some identifiers: the quick ones, and the others."""
        found = {pattern for one in ids for pattern in self.patterns.get(one, ())}
        return sorted(found - self.slow), sorted(found & self.slow)

    def named(self, title):
        """The patterns of the tests that have a name, as a failure says it."""
        return sorted(self.titles.get(title.strip('"').removesuffix("()"), ()))


def pattern_of(module, name):
    return rf"^{module}\.(.*/)?{name}\("


@dataclass
class Test:
    name: str
    title: str
    hasArguments: bool
    first: int
    last: int


def tests_of(source):
    """The test functions of a file."""
    found = []
    for match in re.finditer(r"@Test\b", source.code):
        function = re.compile(r"\bfunc (\w+)").search(source.code, match.end())
        if not function:
            continue
        brace = source.brace(function.start())
        end = source.other[brace] if brace is not None else function.end()
        head = source.text[match.end():function.start()]
        title = re.match(r'\s*\(\s*"((?:\\.|[^"\\])*)"', head)
        found.append(Test(function[1], title[1] if title else "", "arguments:" in source.code[match.end():function.start()],
                          source.line_of(match.start()), source.line_of(end)))
    return found


def beside(path, tests):
    """The tests of the other files of a folder: a model that they use cites for them."""
    return sorted({test.name for other, found in tests.items() if other.parent == path.parent for test in found})
