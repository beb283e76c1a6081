"""Three-way merges of a known mutant: by lines, by words, and of names that changed in the function around it."""
import difflib, re, subprocess, tempfile
from pathlib import Path

WORD = r"\w+|[^\S\n]+|\n|[^\w\s]"
NAME = r"[A-Za-z_]\w*"


def merge_files(now, base, mutant):
    """What `git merge-file` makes of three texts, and the number of conflicts."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("now", "base", "mutant")]
        for file, text in zip(files, (now, base, mutant)):
            file.write_text(text)
        result = subprocess.run(
            ["git", "merge-file", "-p", "--diff3", *(x for file in files for x in ("-L", file.name)), *files],
            capture_output=True, text=True)
    if not 0 <= result.returncode < 128:
        raise SystemExit(f"git merge-file: {result.stderr.strip()}")
    return result.stdout, result.returncode


CONFLICT = r"^<<<<<<< now\n(.*?)^\|\|\|\|\|\|\| base\n(.*?)^=======\n(.*?)^>>>>>>> mutant\n"


def merge(now, base, mutant):
    """The merged text, or nothing and what conflicts."""
    text, conflicts = merge_files(now, base, mutant)
    if not conflicts:
        return text, ""
    return None, "".join(match[0] for match in re.finditer(CONFLICT, text, flags=re.M | re.S))


def merge_words(now, base, mutant):
    """The merged text, each conflict of lines merged again with a word for a line; or nothing."""
    text, _ = merge_files(now, base, mutant)
    failed = False

    def by_words(match):
        nonlocal failed
        # A line end is a word, too; written as a letter it stays on its line.
        sides = ["".join(word.replace("\n", "\\n") + "\n" for word in re.findall(WORD, side))
                 for side in match.groups()]
        merged, conflicts = merge_files(*sides)
        failed = failed or conflicts > 0
        return "".join("\n" if word == "\\n" else word for word in merged.split("\n"))

    text = re.sub(CONFLICT, by_words, text, flags=re.M | re.S)
    return None if failed else text


def indentation(line):
    return len(line) - len(line.lstrip())


MEMBER = r"\s*(@\S+ |[a-z]+(\(set\))? )*((func|init|subscript)\b|var\b.*\{$)"


def function_around(lines, index):
    """First line and end of the function that a line lies in. Swift is formatted, so indentation tells it."""
    first = index = min(index, len(lines) - 1)
    depth = indentation(lines[index]) if lines[index].strip() else 999
    while first > 0 and not (re.match(MEMBER, lines[first]) and indentation(lines[first]) <= depth):
        first -= 1
        if lines[first].strip():
            depth = min(depth, indentation(lines[first]))
    if lines[first].count("{") == lines[first].count("}") > 0:
        return first, max(first, index) + 1
    closing, end = " " * indentation(lines[first]) + "}", max(first + 1, index)
    while end < len(lines) and not lines[end].startswith(closing):
        end += 1
    return first, end + 1


def words(lines):
    return re.findall(WORD, "\n".join(lines))


def same_function(function, lines):
    """The function of a file that is most like another, or nothing that is like it."""
    starts = [index for index, line in enumerate(lines) if re.match(MEMBER, line)]
    functions = [lines[slice(*function_around(lines, start))] for start in starts]
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(words(function))
    best, found = 0.6, []
    for candidate in functions:
        matcher.set_seq1(words(candidate))
        if matcher.quick_ratio() > best:
            best, found = matcher.quick_ratio(), candidate
    return found


def changed(old, new):
    """(start of old, end of old, start of new, end of new) of each difference of two lists of lines."""
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [block[1:] for block in blocks if block[0] != "equal"]


def renamed(before, after):
    """The names of a function that another name has taken the place of, everywhere."""
    a, b, became = words(before), words(after), {}
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for old, new in zip(a[i1:i2], b[j1:j2]) if tag == "replace" and i2 - i1 == j2 - j1 else []:
            if re.fullmatch(NAME, old) and re.fullmatch(NAME, new):
                became.setdefault(old, set()).add(new)
    return {old: new.pop() for old, new in became.items() if old not in b and len(new) == 1 and not new & set(a)}


def follow_names(base, mutant, now):
    """Base and mutated text with the names that the functions around the bug have now, and remarks."""
    base, mutant, now, remarks = base.split("\n"), mutant.split("\n"), now.split("\n"), set()
    for start, end, first, last in changed(base, mutant):
        before = base[slice(*function_around(base, start))]
        after = same_function(before, now)
        if not after or before == after:
            continue
        # Names in the lines of the bug and beside them: elsewhere a difference may be more than another name.
        near = set(words(base[max(start - 1, 0):end + 1] + mutant[first:last]))
        names = {old: new for old, new in renamed(before, after).items() if old in near}
        for lines, spot in (base, start), (mutant, first):
            for index in range(*function_around(lines, spot)) if names else []:
                if index < len(lines):
                    lines[index] = re.sub(r"\b(" + "|".join(names) + r")\b", lambda m: names[m[0]], lines[index])
        remarks |= {f"`{old}` is called `{new}` now" for old, new in names.items()}
        # A line of the bug may name what is gone.
        lost = (set(words(mutant[first:last])) & set(words(before))) - set(words(after))
        remarks |= {f"`{name}` is no longer named in its function" for name in lost if re.fullmatch(NAME, name)}
    return "\n".join(base), "\n".join(mutant), sorted(remarks)
