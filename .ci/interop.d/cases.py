"""The list of all tests."""

CASES = {}


class Case:
    """A test, and how to run it."""

    def __init__(self, function, families, limit, seconds, is_undisturbed, is_alone):
        self.function = function
        self.families = families
        # After so many seconds it counts as failed, whatever it does.
        self.limit = limit
        # About how long it takes: the longest begin first.
        self.seconds = seconds
        # Whether its captures must be free of all that a bad link or a killed process leaves there.
        self.is_undisturbed = is_undisturbed
        # Whether nothing else may run at the same time.
        self.is_alone = is_alone


def case(name, *arguments, families=(4, 6), limit=120, seconds=2, is_undisturbed=True, is_alone=False):
    """Adds a function to the list, under a name and with arguments that stand behind the stage."""

    def add(function):
        assert name not in CASES
        CASES[name] = Case(
            lambda stage: function(stage, *arguments), families, limit, seconds, is_undisturbed, is_alone)
        return function

    return add


# The modules fill the list.
import transfers  # noqa: E402
import requests_by_curl  # noqa: E402
import endings  # noqa: E402
import waiting  # noqa: E402
import shut_windows  # noqa: E402
import urgency  # noqa: E402
import relays  # noqa: E402
import devices  # noqa: E402
import throughput  # noqa: E402
