"""The lines of the core that are there for a requirement, and how each can be disabled.

A comment that cites an identifier of the tables is about the statement on its line, or the first one below it; a
documentation comment about the function or the value that it is about. An edit is made of insertions into the line,
behind a switch: `isDisabled(NUMBER)` is true in the run in which the line is disabled, so one build has them all.

    condition     an `if`, a `while` or a `for` whose block is never entered
    guard         a `guard` that lets everything pass; bindings stay
    removal       an assignment, a call, a `return`, `continue` or `throw` that is not carried out
    always, never a Bool that is always true, or always false
    empty         a function that returns 0 or nil at once; a length of time of 0
    skipped       a function without a result that returns at once
    constant      an integer: 1 for 0, one less up to 16, beyond that twice as much; false for true
    bound         a `min` or `max` that gives its first argument
    turned        a comparison, a sum or a difference in a value turned round

A function whose result is of another type has the edits of its body's statements instead.
"""
import re
from dataclasses import dataclass, field

import swift_text
from swift_text import DECLARATION, Source, parts

INTEGER = r"(Int|UInt)(8|16|32|64)?"
NUMBER = r"(?<![\w$])(?<!\w\.)(?<!\)\.)(0x[\dA-Fa-f_]+|\d[\d_]*)(?!\w)(?!\.\d| of )"
# What a field holds that has no value yet; who makes it sets it.
NOTHING = ("0", "false", "SequenceNumber(0)", "Instant(microseconds: 0)")
# The lesser or the greater of two, of which a number is one.
EITHER = r"(\S+) [<>]=? (\S+) \? (\1 : \2|\2 : \1)(?!\w)"
TURNED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "==", "&+": "&-", "&-": "&+", "+": "-", "-": "+"}


@dataclass
class Edit:
    kind: str
    inserts: list  # (place, text): what goes in there; `#` is the number of the edit
    first: int  # the places between which no other edit may be made in the same build
    last: int
    old: str  # what the line is, and what it amounts to, for readers
    new: str
    line: int = 0  # index


@dataclass
class Cited:
    path: str
    line: int  # index of the comment
    ids: list
    target: int = -1  # index of the line that it is about
    edits: list = field(default_factory=list)
    reason: str = ""  # why there are none


def cited(path, text, known):
    """All of a file."""
    source = Source(path, text)
    edits = Edits(source)
    found = {}
    for first, last, comment in blocks(source):
        ids = identifiers(comment, known)
        if not ids:
            continue
        place = Cited(path, first, ids)
        edits.find(place, last, is_documentation=source.comments[last].startswith("///"))
        # Two comments about the same line are one place.
        if place.edits and place.target in found:
            found[place.target].ids = sorted({*found[place.target].ids, *ids})
        else:
            found[place.target if place.edits else ("none", first)] = place
    return list(found.values())


def blocks(source):
    """Comments: first and last line, and the text. What is in lines of its own belongs together."""
    line = 0
    while line < len(source.lines):
        if line not in source.comments:
            line += 1
            continue
        first = line
        kind = source.comments[line][:3] == "///"
        if not source.has_code(line):
            while (line + 1 in source.comments and not source.has_code(line + 1)
                   and (source.comments[line + 1][:3] == "///") == kind):
                line += 1
        yield first, line, " ".join(source.comments[each].lstrip("/ ") for each in range(first, line + 1))
        line += 1


def identifiers(text, known):
    """The rows that a comment cites: also `{a,b}` lists, and `1...7` ranges of the last number."""
    found = []
    for match in re.finditer(r"[A-Z][A-Z0-9]*(-(\w+|\{[^}]*\}))+(\.\.\.\d+)?", text):
        for one in expand(match[0]):
            if one in known and one not in found:
                found.append(one)
    return found


def expand(notation):
    if match := re.match(r"([^{]*)\{([^}]*)\}(.*)", notation):
        return [one for choice in match[2].split(",") for one in expand(match[1] + choice.strip() + match[3])]
    if match := re.fullmatch(r"(.*?)(\d+)\.\.\.(\d+)", notation):
        return [match[1] + str(number) for number in range(int(match[2]), int(match[3]) + 1)]
    return [notation]


class Edits:
    def __init__(self, source):
        self.source = source

    def find(self, place, last, is_documentation):
        source = self.source
        if source.has_code(last):
            line = source.first_line(last)
        else:
            line = last + 1
            while line < len(source.lines) and (not source.has_code(line) and source.lines[line].strip()
                                                or re.match(r"\s*@\w+(\([^)]*\))?\s*$", source.code_of(line))
                                                or source.code_of(line).strip().startswith("#")):
                line += 1
            if line >= len(source.lines) or not source.has_code(line):
                place.reason = "a comment by itself"
                return
            if not is_documentation:
                line = source.first_line(line)
        place.target = line
        place.edits, place.reason = self.of_line(line)
        for edit in place.edits:
            edit.line = source.line_of(edit.first)

    # What a line is.

    def of_line(self, line):
        """The edits of the statement or declaration that begins on a line, or why there are none."""
        source = self.source
        begin = source.begin(line)
        code = source.code[begin:source.starts[line + 1] - 1]
        attributes = re.match(r"(@\w+(\([^)]*\))?\s+)*", code)
        begin, code = begin + attributes.end(), code[attributes.end():]
        if match := re.match(r"\}\s*", code):
            begin, code = begin + match.end(), code[match.end():]
            if not code.strip():
                return [], "the end of a block"
        head = re.match(DECLARATION, code)
        if head and head["kind"] == "case":
            return self.of_case(begin, code, line)
        if head and head["kind"] in ("func", "init", "subscript", "get", "set", "deinit"):
            return self.of_function(begin, head["kind"])
        if head and head["kind"] in ("var", "let"):
            edits, reason = self.of_value(begin, code)
            return (edits, reason) if edits else self.behind(line, reason)
        if head:
            return [], "a type"
        if re.match(r"(else|do|repeat|defer|default)\b", code) and not code.startswith("else if"):
            return self.of_next(begin)
        if re.match(r"(unsafe )?switch\b", code):
            return self.of_body(source.brace(begin))
        edits = self.of_statement(begin)
        return edits, "" if edits else "no mechanical edit"

    def of_next(self, begin):
        """The first statement of the block, or behind the colon, that begins at a place."""
        source = self.source
        colon = source.code.find(":", begin)
        brace = source.brace(begin) if not source.code.startswith("default", begin) else None
        place = (brace if brace is not None else colon) + 1
        line = source.line_of(place)
        if source.code[place:source.starts[line + 1] - 1].strip():
            while source.code[place].isspace():
                place += 1
            edits = self.of_statement(place)
            return edits, "" if edits else "no mechanical edit"
        line += 1
        while not source.has_code(line):
            line += 1
        return self.of_line(line)

    def of_case(self, begin, code, line):
        """A label of a `switch` is about the first statement behind it; a case of a type is a declaration."""
        source = self.source
        place, depth = begin, 0
        while place < len(source.code):
            character = source.code[place]
            depth += (character in swift_text.OPEN) - (character in swift_text.CLOSE)
            if depth == 0 and character == ":":
                break
            if depth < 0 or (character == "\n" and not self.goes_on(place)):
                return [], "a case of a type"
            place += 1
        behind = place + 1
        line = source.line_of(behind)
        if source.code[behind:source.starts[line + 1] - 1].strip():
            while source.code[behind].isspace():
                behind += 1
            edits = self.of_statement(behind)
            return edits, "" if edits else "no mechanical edit"
        line += 1
        while not source.has_code(line):
            line += 1
        return self.of_line(line)

    def behind(self, line, reason):
        """The edits of the next statement of the block: a local value without a number is part of that."""
        source = self.source
        begin, close = source.begin(line), self.block_end(source.begin(line))
        place = source.end(begin)
        line = source.line_of(place) + 1
        while line < len(source.lines) and not source.has_code(line):
            line += 1
        if close is None or line >= len(source.lines) or source.begin(line) >= close:
            return [], reason
        edits, other = self.of_line(line)
        return edits, "" if edits else reason

    def block_end(self, begin):
        """The end of the block around a place, where that is no block of a type."""
        source, place = self.source, begin
        while place > 0:
            place -= 1
            if source.code[place] in swift_text.CLOSE:
                place = source.other.get(place, place)
            elif source.code[place] == "{":
                head = source.code[source.begin(source.first_line(source.line_of(place))):place]
                is_type = re.match(r"((public|package|private|fileprivate|internal|indirect|@\w+) )*"
                                   r"(struct|enum|extension|protocol)\b", head)
                return None if is_type else source.other.get(place)
        return None

    def goes_on(self, place):
        line = self.source.line_of(place) + 1
        while line < len(self.source.lines) and not self.source.has_code(line):
            line += 1
        return line < len(self.source.lines) and self.source.is_continued(line)

    def of_value(self, begin, code):
        """A stored value, a constant, a local one or a computed one."""
        source = self.source
        brace, end = source.brace(begin), source.end(begin)
        if brace is not None and not re.search(r"[^=!<>]=[^=]", source.code[begin:brace]):
            return self.of_function(begin, "var")
        equals = re.search(r"(?<![=!<>])=(?!=)", source.code[begin:end])
        if not equals:
            return [], "a field"
        value = begin + equals.end() + len(re.match(r"\s*", source.code[begin + equals.end():])[0])
        edits = self.of_expression(value, end, begin)
        name = re.search(r"\b(?:let|var) (\w+)", source.code[begin:end])
        text = source.code[value:end]
        if text.strip() in NOTHING and self.block_end(begin) is None and "static" not in source.code[begin:value]:
            return [], "a field that begins at nothing"
        if text.strip() in ("true", "false"):
            return [self.change("constant", begin, value, end, 0, len(text), "true" if "f" in text else "false")], ""
        if name and re.match(r"(is|has|may|can|must|should|does|was|needs)[A-Z]", name[1]) or ": Bool" in source.code[
                begin:begin + equals.start()]:
            edits = self.constant_bool(value, end, begin) + edits
        elif re.match(r"(if|switch)\b", text):
            edits = []
        return edits, "" if edits else "a value without a number"

    # Functions.

    def of_function(self, begin, kind):
        source = self.source
        brace = source.brace(begin)
        if brace is None:
            return [], "a declaration"
        signature = source.code[begin:brace]
        result = None
        if kind == "func" or kind == "subscript":
            arrow = parts(signature, "->")
            result = re.split(r"\bwhere\b", arrow[-1][1])[0].strip() if len(arrow) > 1 else ""
        elif kind == "var":
            result = signature.partition(":")[2].strip()
        inner = self.inner(brace)
        if inner is not None:
            brace = inner
        if kind in ("init", "get", "set", "deinit") or result is None:
            return self.of_body(brace)
        result = result.removeprefix("throws").strip()
        if result == "":
            return self.whole(begin, brace, "skipped", [("", "return")])
        if result == "Bool":
            return self.whole(begin, brace, None, [("always", "return true"), ("never", "return false")])
        if result.endswith("?"):
            return self.whole(begin, brace, "empty", [("empty", "return nil")])
        if result == "Interval":
            return self.whole(begin, brace, "empty", [("empty", "return .microseconds(0)")])
        if re.fullmatch(INTEGER, result):
            edits, reason = self.whole(begin, brace, "empty", [("empty", "return 0")])
            only = self.only_expression(brace)
            if only:
                edits += self.of_expression(*only, only[0])
            return edits, reason
        if only := self.only_expression(brace):
            edits = self.of_expression(*only, only[0])
            return edits, "" if edits else "a value without a number"
        return self.of_body(brace)

    def inner(self, brace):
        """The brace of an accessor in the block of a property, where it says `get` or the like."""
        source = self.source
        match = re.match(r"\s*(mutating |borrowing |nonmutating )*(get|_read|set)\b[^{]*\{", source.code[brace + 1:])
        return brace + match.end() if match else None

    def whole(self, begin, brace, kind, answers):
        """The function answers at once."""
        source = self.source
        edits = []
        head = self.shown(begin, brace)
        only = self.only_expression(brace)
        for name, answer in answers:
            inserts = [(brace + 1, f" if isDisabled(#) {{ {answer} }};")]
            if only and answer != "return":
                inserts.append((only[0], "return "))
            edits.append(Edit(kind or name, inserts, begin, source.other[brace], head, f"{head} {{ {answer} }}"))
        return edits, ""

    def only_expression(self, brace):
        """The places of the one expression that a body is, without a `return`."""
        source = self.source
        place, close = brace + 1, source.other[brace]
        while place < close and source.code[place].isspace():
            place += 1
        body = source.code[place:close]
        if not body or re.match(r"(return|guard|for|while|repeat|let|var|throw|defer|do)\b", body):
            return None
        if re.match(r"(if|switch)\b", body):
            return None if re.search(r"\breturn\b", body) or not self.ends_at(place, close) else (place, close)
        end = source.end(place)
        if source.code[end:close].strip() or re.search(r"^[\w.\[\]]+ [&+\-*]*= ", body):
            return None
        return place, end

    def ends_at(self, place, close):
        """Whether the block, with each `else` behind it, is all that there is before a place."""
        source = self.source
        while True:
            brace = source.brace(place)
            if brace is None:
                return False
            place = source.other[brace] + 1
            rest = source.code[place:close].strip()
            if not rest:
                return True
            if not rest.startswith("else"):
                return False

    def of_body(self, brace):
        """The edits of all statements of a block."""
        source = self.source
        if brace is None:
            return [], "no block"
        close = source.other[brace]
        edits = []
        line = source.line_of(brace)
        if line == source.line_of(close):
            place = brace + 1
            while source.code[place].isspace():
                place += 1
            edits = self.of_statement(place)
        for each in range(line + 1, source.line_of(close)):
            if not source.has_code(each) or source.is_continued(each):
                continue
            begin = source.begin(each)
            code = source.code_of(each).strip()
            if re.match(r"(case\b.*|default):", code):
                behind = self.source.code.find(":", begin) + 1
                rest = source.code[behind:source.starts[each + 1] - 1]
                if not rest.strip() or "(" in code.partition(":")[0] and ":" in code.partition("(")[2].partition(")")[0]:
                    continue
                begin = behind + len(rest) - len(rest.lstrip())
            elif match := re.match(r"\}\s*else (?=if\b)", code):
                begin += match.end()
            elif re.match(r"\}|case\b", code):
                continue
            edits += self.of_statement(begin)
        for edit in edits:
            edit.line = source.line_of(edit.first)
        return edits, "" if edits else "no statement with a mechanical edit"

    # Statements.

    def of_statement(self, begin):
        source = self.source
        if match := re.match(r"else (?=if\b)", source.code[begin:begin + 10]):
            begin += match.end()
        code = source.code[begin:]
        word = re.match(r"\w*", code)[0]
        if word in ("if", "while"):
            brace = source.brace(begin)
            return [self.edit("condition", begin, brace, [(begin + len(word), " !isDisabled(#),")], "if false")] \
                if brace else []
        if word == "for":
            return self.of_loop(begin)
        if word == "guard":
            return self.of_guard(begin)
        if word in ("let", "var"):
            return self.of_value(begin, code)[0]
        if word in ("switch", "do", "repeat", "defer", "func", "case", "default", "else", "struct", "enum", "fallthrough"):
            return []
        end = source.end(begin)
        removal = self.edit("removal", begin, end, [(begin, "if !isDisabled(#) { "), (end, " }")], "")
        if word == "break":  # the end of a case, mostly
            return []
        if word in ("return", "throw", "continue"):
            value = begin + len(word) + 1
            more = self.of_expression(value, end, begin) if word == "return" and value < end else []
            if word == "return" and self.result_around(begin) == "Bool":
                more = self.constant_bool(value, end, begin) + more
            return [removal] + more
        if re.match(r"[\w.\[\]()!?]+(\([^\n]*?\)[\w.]*)* [&+\-|^<>*/]*=\s", code) or re.match(r"_ = ", code):
            equals = re.search(r" [&+\-|^<>*/]*=\s+", code).end()
            return [removal] + self.of_expression(begin + equals, end, begin)
        if re.match(r"(unsafe |try |_ = )*[\w.\[\]]+[?!]?[\w.]*\(", code) and source.code[end - 1] in ")}":
            return [removal]
        return self.of_expression(begin, end, begin)

    def of_loop(self, begin):
        source = self.source
        brace = source.brace(begin)
        if brace is None:
            return []
        head = source.code[begin:brace]
        where = re.search(r"\bwhere ", head)
        if where:
            inserts = [(begin + where.end(), "!isDisabled(#) && ("), (begin + len(head.rstrip()), ")")]
        else:
            inserts = [(begin + len(head.rstrip()), " where !isDisabled(#)")]
        return [self.edit("condition", begin, brace, inserts, "for … where false")]

    def of_guard(self, begin):
        source = self.source
        match = re.search(r"\belse\s*\{", source.code[begin:])
        if not match:
            return []
        head = begin + len("guard ")
        inserts = []
        for offset, clause in parts(source.code[head:begin + match.start()].rstrip(), ","):
            stripped = clause.strip()
            if not re.match(r"(unsafe )?(let|var|case)\b", stripped):
                place = head + offset + len(clause) - len(clause.lstrip())
                inserts += [(place, "isDisabled(#) ? true : ("), (place + len(stripped), ")")]
        # A removal, as Fuzz/mutants has it.
        return [self.edit("guard", begin, begin + match.start(), inserts, "")] if inserts else []

    def result_around(self, begin):
        """The type of the result of the function around a place."""
        source, place, depth = self.source, begin, 0
        while place > 0:
            place -= 1
            character = source.code[place]
            if character in swift_text.CLOSE:
                place = source.other.get(place, place)
            elif character == "{":
                line = source.first_line(source.line_of(place))
                head = source.code[source.begin(line):place]
                if re.search(r"\bfunc\b", head):
                    return parts(head, "->")[-1][1].strip() if "->" in head else ""
                if match := re.search(r"\bvar \w+: (\S+)", head):
                    return match[1]
        return ""

    # Values.

    def constant_bool(self, value, end, begin):
        return [self.edit(kind, begin, end, [(value, f"isDisabled(#) ? {answer} : ("), (end, ")")], answer, value)
                for kind, answer in (("always", "true"), ("never", "false"))]

    def of_expression(self, value, end, begin):
        """Numbers, bounds, comparisons and signs of a value."""
        source = self.source
        code = source.code[value:end]
        edits = []
        if re.match(r"(if|switch)\b", code) or "{" in code:
            return edits
        either = [match.span(2) for match in re.finditer(EITHER, code)]
        for match in re.finditer(NUMBER, code):
            if any(first <= match.start() < last for first, last in either):
                continue  # all the same, where it is the next one
            number = int(match[0].replace("_", ""), 0)
            other = number + 1 if number == 0 else number - 1 if number <= 16 else 2 * number
            changed = hex(other) if match[0].startswith("0x") else str(other)
            edits.append(self.change("constant", begin, value, end, match.start(), match.end(), changed))
        for match in re.finditer(r"(?<![\w.])(min|max)\(", code):
            close = source.other[value + match.end() - 1] - value
            arguments = parts(code[match.end():close], ",")
            if len(arguments) == 2:
                edits.append(self.change("bound", begin, value, end, match.start(), close + 1, f"({arguments[0][1]})"))
        for match in re.finditer(r"(?<= )(&[+\-]|[+\-]|[<>=!]=|[<>])(?= )", code):
            if match[0] in TURNED:
                edits.append(self.change(
                    "turned", begin, value, end, match.start(), match.end(), TURNED[match[0]]))
        return edits

    def shown(self, begin, end):
        """Code on one line, without comments."""
        source = self.source
        lines = []
        for line in range(source.line_of(begin), source.line_of(max(begin, end - 1)) + 1):
            text = source.text[max(begin, source.starts[line]):min(end, source.starts[line] + len(source.code_of(line).rstrip()))]
            lines.append(text.strip())
        return " ".join(line for line in lines if line)

    def change(self, kind, begin, value, end, first, last, text):
        """The value with a part changed, or the value as it is."""
        code = self.source.code[value:end]
        other = " ".join((code[:first] + text + code[last:]).split())
        old = self.shown(begin, end)
        head = self.shown(begin, value)
        return Edit(kind, [(value, f"isDisabled(#) ? ({other}) : ("), (end, ")")], begin, end, old, f"{head} {other}".strip())

    def edit(self, kind, begin, end, inserts, new, value=None):
        old = self.shown(begin, end)
        head = "" if value is None else self.shown(begin, value) + " "
        return Edit(kind, inserts, begin, end, old, head + new)
