"""The list of all tests. The modules of tests fill it with `@case` when main.py imports them."""

CASES = {}


class Case:
    """A test, and how to run it."""

    def __init__(self, function, families, limit, seconds, is_undisturbed, is_alone):
        self.function = function
        self.families = families
        # After so many seconds the test has failed.
        self.limit = limit
        # About how long it takes: the longest start first.
        self.seconds = seconds
        # Whether its captures must be free of the traces of a bad link or a killed process.
        self.is_undisturbed = is_undisturbed
        # Whether nothing else may run at the same time.
        self.is_alone = is_alone


def case(name, *arguments, families=(4, 6), limit=120, seconds=2, is_undisturbed=True, is_alone=False):
    """Adds a function to the list, under a name and with the arguments that follow the fixture."""

    def add(function):
        assert name not in CASES
        CASES[name] = Case(
            lambda fixture: function(fixture, *arguments), families, limit, seconds, is_undisturbed, is_alone)
        return function

    return add
