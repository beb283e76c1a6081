"""A file of Swift source as far as Fuzz/requirements has to know it: what is code and what is comment, which bracket
closes which, where a statement begins and ends. It relies on the formatter: one statement begins on a line."""
import re

OPEN, CLOSE = "([{", ")]}"
# What a line begins with that goes on with the statement above it.
GOES_ON = r"(&&|\|\||[?:] |\.\w|&?[+\-*/=<>|^%]+ |& |->|[)\]{]|(else|where)\b)"
# What a line ends with that goes on below.
GOES_ON_BELOW = r"([,(\[]| [=?&|+\-*/<>^]+|\breturn|\belse)$"
DECLARATION = (r"((public|package|private|fileprivate|internal|static|mutating|nonmutating|borrowing|consuming|override"
               r"|indirect|unsafe|lazy|final)(\([a-z]+\))? )*"
               r"(?P<kind>func|init|subscript|struct|enum|extension|protocol|typealias|var|let|get|set|deinit|case)\b")


class Source:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.code, self.comments = split(text)
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.other = brackets(self.code)

    def line_of(self, place):
        """The index of the line of a place in the text."""
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.starts[middle] <= place else (low, middle - 1)
        return low

    def code_of(self, line):
        return self.code[self.starts[line]:self.starts[line + 1] - 1]

    def begin(self, line):
        """The place of the first code of a line."""
        code = self.code_of(line)
        return self.starts[line] + len(code) - len(code.lstrip())

    def has_code(self, line):
        return bool(self.code_of(line).strip())

    def line_above(self, line):
        """The last line with code above one; -1 where there is none."""
        line -= 1
        while line >= 0 and not self.has_code(line):
            line -= 1
        return line

    def is_continued(self, line):
        """Whether a line goes on with a statement that began above it."""
        above = self.line_above(line)
        if above < 0:
            return False
        text, before = self.code_of(line).strip(), self.code_of(above).rstrip()
        if before.endswith(("{", "}", ":")) and not re.match("[)\\]]", text):
            return self.is_in_parentheses(line)
        return bool(re.match(GOES_ON, text) or re.search(GOES_ON_BELOW, before)) or self.is_in_parentheses(line)

    def is_in_parentheses(self, line):
        """Whether the innermost bracket around the beginning of a line is no brace."""
        depth = 0
        for place in range(self.starts[line] - 1, -1, -1):
            character = self.code[place]
            if character in CLOSE:
                depth += 1
            elif character in OPEN:
                if depth == 0:
                    return character != "{"
                depth -= 1
        return False

    def first_line(self, line):
        """The line on which the statement of a line began."""
        while self.is_continued(line) and self.line_above(line) >= 0:
            line = self.line_above(line)
        return line

    def end(self, begin):
        """The place behind a simple statement, without spaces and comments behind it."""
        place = begin
        while place < len(self.code):
            character = self.code[place]
            if character in OPEN:
                place = self.other.get(place, len(self.code) - 1) + 1
                continue
            if character in CLOSE or character == ";":
                break
            if character == "\n":
                line = self.line_of(place) + 1
                while line < len(self.lines) and not self.has_code(line):
                    line += 1
                if line >= len(self.lines) or not self.is_continued(line):
                    break
            place += 1
        while place > begin and self.code[place - 1].isspace():
            place -= 1
        return place

    def brace(self, begin, limit=None):
        """The place of the brace that opens the block of a statement or declaration; nothing where it has none."""
        place = begin
        limit = len(self.code) if limit is None else limit
        while place < limit:
            character = self.code[place]
            if character == "{":
                return place
            if character in OPEN:
                place = self.other.get(place, limit) + 1
                continue
            if character in CLOSE:
                return None
            if character == "\n":
                line = self.line_of(place) + 1
                while line < len(self.lines) and not self.has_code(line):
                    line += 1
                if line >= len(self.lines):
                    return None
                if not self.is_continued(line):
                    return None
            place += 1
        return None


def split(text):
    """The text with comments, and what is in string literals, as spaces; and the comment of each line."""
    code, comments, place = list(text), {}, 0
    line = 0
    while place < len(text):
        if text.startswith("//", place):
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            comments[line] = text[place:end]
            code[place:end] = " " * (end - place)
            place = end
        elif text[place] == '"':
            quotes = '"""' if text.startswith('"""', place) else '"'
            end = place + len(quotes)
            while end < len(text) and not text.startswith(quotes, end):
                end += 2 if text[end] == "\\" else 1
            for index in range(place + 1, min(end, len(text))):
                if text[index] != "\n":
                    code[index] = " "
            code[min(end, len(text) - 1)] = '"'
            line += text.count("\n", place, end)
            place = end + len(quotes)
        else:
            line += text[place] == "\n"
            place += 1
    return "".join(code), comments


def brackets(code):
    """The place of the other bracket of each pair."""
    other, stack = {}, []
    for place, character in enumerate(code):
        if character in OPEN:
            stack.append(place)
        elif character in CLOSE and stack:
            opened = stack.pop()
            other[opened], other[place] = place, opened
    return other


def parts(code, separator):
    """The pieces between separators that no bracket encloses, each with its place."""
    found, depth, begin = [], 0, 0
    for place, character in enumerate(code):
        depth += (character in OPEN) - (character in CLOSE)
        if depth == 0 and code.startswith(separator, place):
            found.append((begin, code[begin:place]))
            begin = place + len(separator)
    return found + [(begin, code[begin:])]
