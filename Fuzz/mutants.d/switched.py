"""Many mutants in one build: each function that mutants change becomes a choice between its own body and theirs.

    func size(of item: Item) -> Int { ... }

with mutants 3 and 7 becomes

    func size(of item: Item) -> Int {
      if isDisabled(3) { return size3(of: item) }
      if isDisabled(7) { return size7(of: item) }
      return size0(of: item)
    }

beside three functions with the bodies. A computed property is one, too. The number is in the environment, as
DISABLED_LINE. What changes something else (a stored property, an initializer, an accessor beside another) has to be
built alone.
"""
import re

from swift_text import DECLARATION, Source, parts

SWITCH_PATH = "Sources/TCPCore/Base/Disabled.swift"
SWITCH = """\
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The number of what is changed in this run; 0 for nothing.
let disabledNumber: Int = {
  guard let text = unsafe getenv("DISABLED_LINE") else { return 0 }
  return unsafe Int(atoi(text))
}()

@inline(always)
func isDisabled(_ number: Int) -> Bool { number == disabledNumber }
"""


class Unable(Exception):
    """Why a mutant cannot be one of many."""


class Function:
    """A function, or a property that is computed: its head (attributes included), its name, and its body."""

    def __init__(self, source, first, begin, kind, name, name_place, brace):
        self.first, self.kind, self.name, self.brace = source.starts[first], kind, name, brace
        self.last = source.other[brace] + 1
        self.text = source.text[self.first:self.last]
        self.lines = range(source.line_of(self.first), source.line_of(self.last - 1) + 1)
        self.head = source.text[self.first:brace]
        self.name_at = name_place - self.first
        code = source.code[begin:brace]
        self.throws = bool(re.search(r"\)\s*(async\s+)?throws\b", code))
        body = source.code[brace + 1:self.last - 1]
        kinds = "get|set|_read|_modify|willSet|didSet|borrow|mutate"
        accessors = re.findall(rf"^\s*(?:\w+ )*({kinds})\s*(?:\(|\{{)", body, re.M)
        self.accessor = re.match(r"\s*(?:@\w+(?:\(\w+\))?\s*)*((?:mutating |nonmutating )?get)\s*\{", body)
        self.problem = "several accessors" if len(accessors) > 1 or accessors and not self.accessor else ""
        self.arguments = arguments(source, begin, brace) if kind == "func" else None

    def copy(self, number):
        """The same under another name."""
        end = self.name_at + len(self.name)
        return f"{self.text[:self.name_at]}{self.name}{number}{self.text[end:]}"

    def choice(self, numbers):
        """The same head over a choice."""
        call = (lambda number: f"{'try ' * self.throws}{self.name}{number}"
                + (f"({self.arguments})" if self.kind == "func" else ""))
        lines = [f"if isDisabled({number}) {{ return {call(number)} }}" for number in numbers] + [f"return {call(0)}"]
        body = "; ".join(lines)
        return self.head + "{ " + (f"{self.accessor[1]} {{ {body} }}" if self.accessor else body) + " }"


def arguments(source, begin, brace):
    """How a function calls another with its own parameters."""
    opened = source.code.index("(", begin)
    passed = []
    for _, parameter in parts(source.code[opened + 1:source.other[opened]], ","):
        words, _, kind = parameter.strip().partition(":")
        if not words:
            continue
        names = re.findall(r"`?\w+`?", re.sub(r"@\w+(\([^)]*\))?", "", words))
        value = ("&" if re.match(r"\s*inout\b", kind) else "") + names[-1]
        passed.append(value if names[0] == "_" else f"{names[0]}: {value}")
    return ", ".join(passed)


def functions(source):
    """The outermost functions and computed properties of a file."""
    found, line = [], 0
    while line < len(source.lines):
        function = function_at(source, line)
        if function:
            found.append(function)
            line = function.lines[-1]
        line += 1
    return found


def function_at(source, line):
    code = source.code_of(line)
    head = re.match(r"\s*((?:@\w+(?:\([^)]*\))? )*)", code)
    match = re.match(DECLARATION + r"\s*(?P<name>`?\w+`?)", code[head.end():])
    if not match or match["kind"] not in ("func", "var"):
        return None
    begin = source.starts[line] + head.end()
    brace = source.brace(begin)
    if brace is None or brace not in source.other:
        return None
    if match["kind"] == "var" and "=" in source.code[begin:brace]:
        return None  # stored, with a closure or an observer
    first = line
    while first > 0 and re.match(r"\s*@\w+(\([^)]*\))?\s*$", source.code_of(first - 1)) and source.has_code(first - 1):
        first -= 1
    return Function(source, first, begin, match["kind"], match["name"], begin + match.start("name"), brace)


def changed_functions(old, new):
    """Pairs of functions that differ between two texts of a file; `Unable` where something else differs."""
    old, new = Source("", old), Source("", new)
    before, after = functions(old), functions(new)
    if len(before) != len(after) or [one.name for one in before] != [one.name for one in after]:
        raise Unable("functions differ in number or name")
    outside = [between(source.text, found) for source, found in ((old, before), (new, after))]
    if outside[0] != outside[1]:
        raise Unable("it changes what is no function")
    pairs = [(a, b) for a, b in zip(before, after) if a.text != b.text]
    for a, b in pairs:
        if a.head.split() != b.head.split():
            raise Unable(f"the head of {a.name} differs")
        if a.problem or b.problem:
            raise Unable(f"{a.name} has {a.problem or b.problem}")
    return pairs


def between(text, found):
    places = [0] + [place for one in found for place in (one.first, one.last)] + [len(text)]
    return [text[a:b] for a, b in zip(places[::2], places[1::2])]


def switched(text, mutants):
    """A file with all its mutants, given as (number, text); and why some cannot be in it, by number."""
    chosen, unable = {}, {}
    for number, mutant in mutants:
        try:
            for old, new in changed_functions(text, mutant):
                chosen.setdefault(old.first, (old, []))[1].append((number, new))
        except Unable as reason:
            unable[number] = str(reason)
    for first in sorted(chosen, reverse=True):
        function, bodies = chosen[first]
        bodies = [(number, new) for number, new in bodies if number not in unable]
        copies = [function.choice([number for number, _ in bodies]), function.copy(0)]
        copies += [new.copy(number) for number, new in bodies]
        text = text[:function.first] + "\n".join(copies) + text[function.last:]
    return text, unable
