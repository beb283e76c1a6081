"""Whether each `// survives` in the core is still about a mutant that Fuzz/mutants can make."""
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import SimpleNamespace

import markers


def refresh(root, report):
    loader = SourceFileLoader("mutants", str(root / "Fuzz/mutants"))
    mutants = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(mutants)
    possible = {}
    # A constant and a condition are changed in one of two ways, by chance; both count.
    for end in 0, -1:
        chance = SimpleNamespace(choice=lambda options, end=end: options[end])
        for kind in mutants.KINDS:
            for mutant in mutants.candidates(kind, chance):
                possible.setdefault(str(mutant.path), []).append(mutant)
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
