"""Whether each `// survives` in the core is still about a mutant that Fuzz/mutants or Fuzz/requirements can make."""
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import SimpleNamespace

import markers


def program(root, name):
    loader = SourceFileLoader(name, str(root / "Fuzz" / name))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def refresh(root, report):
    mutants, requirements = program(root, "mutants"), program(root, "requirements")
    possible = {}
    # A constant and a condition are changed in one of two ways, by chance; both count.
    for end in 0, -1:
        chance = SimpleNamespace(choice=lambda options, end=end: options[end])
        for kind in mutants.KINDS:
            for mutant in mutants.candidates(kind, chance):
                possible.setdefault(str(mutant.path), []).append(mutant)
    for place in requirements.places(requirements.known()):
        for edit in place.edits:
            for line in requirements.lines_about(place.path, edit):
                possible.setdefault(place.path, []).append(
                    SimpleNamespace(number=line + 1, old=edit.old, new=edit.new))
    count = 0
    for path in sorted((root / "Sources/TCPCore").rglob("*.swift")):
        name, lines = str(path.relative_to(root)), path.read_text().split("\n")
        for marker in markers.read(lines):
            if marker.kind != "survives":
                continue
            count += 1
            if not any(markers.is_about(marker, mutant.number - 1, mutant.old, mutant.new)
                       for mutant in possible.get(name, [])):
                report.needs_a_person(f"{name}:{marker.first + 1}: no mutant of the line is "
                                      f"{f'`{marker.code}`' if marker.code else 'a removal'}: {marker.reason}")
    report.say(f"survivors: {count} reasons")
