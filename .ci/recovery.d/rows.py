"""The rows of the table: each a command line, what is measured of its runs, and the bars.

A measure takes the runs of a row, one for each seed, and returns a value for each. A bar is about their median, or
about their sum where single runs have too few events.
"""

import re
import statistics
from dataclasses import dataclass
from typing import Callable

SEGMENT = 1448  # octets of text beside IPv4, TCP and timestamps, with an MTU of 1500
RTT = 0.020
LINK = "--rate 100Mbit --delay 10ms --buffer 4MiB"
# A ring of two bandwidth-delay products: the link's queue of 1 MiB does not overflow.
NO_OVERFLOW = "--rate 100Mbit --delay 10ms --buffer 512KiB"
RANDOM_LOSS = NO_OVERFLOW + " --rightward"
# Where most round trips lose something: BBR's Startup has 2.77 products in flight, and one more waits behind a hole.
# A queue of 1 MiB does not overflow by this, either. The size matters: of sizes that were tried BBR reaches 85 % of the
# link with this one alone; its median is 81 % with 512 KiB and 83.6 % with 4 MiB.
MUCH_LOSS = "--rate 100Mbit --delay 10ms --buffer 1MiB --rightward"


@dataclass
class Run:
    """One seed's: what the tool printed, and another command's with the same seed, where the row has one."""

    result: dict
    reference: dict | None
    trace: str

    def __getitem__(self, name):
        return self.result[name]


@dataclass
class Bar:
    """What is asked of a row."""

    name: str
    unit: str
    measure: Callable[[Run], float]
    least: float | None = None
    most: float | None = None
    whole: Callable[[list], float] = statistics.median  # of the values of all seeds
    controls: tuple = ()  # for which it is; all if empty

    @property
    def text(self):
        """The bar in words."""
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if self.most is not None else "reported"

    def is_met(self, value):
        """Whether the value of all seeds is as it shall be."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass
class Row:
    """One command."""

    name: str
    words: str
    bars: list[Bar]
    controls: tuple = ("cubic", "newreno")
    reference: str = ""  # a second command's words, to compare with
    is_traced: bool = False


def duration(most=None):
    """Virtual seconds."""
    return Bar("time", "s", lambda run: run["virtual_seconds"], most=most)


def timeouts(most=None):
    """Retransmission time-outs of all seeds together."""
    return Bar("time-outs, all seeds", "", lambda run: run["timeouts"], most=most, whole=sum)


def share_of_link(least=None, megabits=100, controls=()):
    """Goodput as a share of the link's rate."""
    return Bar("goodput", "of the link", lambda run: run["goodput_bits_per_second"] / (megabits * 1e6), least=least,
               controls=controls)


def beside_reference(name, **bounds):
    """Virtual time over the second command's."""
    return Bar(name, "times", lambda run: run["virtual_seconds"] / run.reference["virtual_seconds"], **bounds)


def reno_rate(loss):
    """Octets in a second. RFC 5681 with octets counted, so that delayed acknowledgments change nothing: sqrt(3/2p)
    segments are in flight in the mean (Mathis et al. 1997)."""
    return (1.5 / loss) ** 0.5 * SEGMENT / RTT


def cubic_rate(loss):
    """RFC 9438 section 5.1: the mean of the concave curve, or what Reno has where that is more."""
    curve = (0.4 * (3 + 0.7) / (4 * (1 - 0.7))) ** 0.25 * (RTT / loss) ** 0.75
    return max(curve * SEGMENT / RTT, reno_rate(loss))


RATES = {"cubic": cubic_rate, "newreno": reno_rate}


def response(loss):
    """What random loss asks: the rate of the response function, few needless retransmissions, few time-outs."""
    def over_function(run):
        rate = RATES[run["control"]](loss)
        return run["goodput_bits_per_second"] / 8 / rate

    def needless(run):
        missing = run["lost"] + run["overflowed"]
        return (run["retransmitted"] - missing) / missing

    def timed_out(run):
        return run["timeouts"] / max(run["fast_retransmits"] + run["timeouts"], 1)

    return [
        share_of_link(controls=tuple(RATES)),
        share_of_link(0.85, controls=("bbr",)),
        Bar("goodput", "of the response function", over_function, least=0.9, most=1.5, controls=tuple(RATES)),
        Bar("needless retransmissions", "of what was lost", needless, most=0.01),
        Bar("time-outs", "of loss events", timed_out, most=1 / 50, whole=statistics.fmean),
    ]


def retransmissions_after_first(trace, seconds):
    """How many segments of the left side's text came again later than this after the first of them."""
    first, seen, count = None, set(), 0
    for line in trace.splitlines():
        found = re.match(r"([\d.]+) 10\.0\.0\.1:\d+ > .* seq (\d+):\d+,", line)
        if not found:
            continue
        moment, begin = float(found[1]), int(found[2])
        if begin in seen:
            first = moment if first is None else first
            count += moment - first > seconds
        seen.add(begin)
    return count


FLOWS = "--flows 2 --seconds 60 --rate 100Mbit --delay 10ms --queue {} --buffer 4MiB"
# The link's queue holds so many octets: one bandwidth-delay product of 20 ms, a quarter of it, and five.
ONE, QUARTER, FIVE = 250_000, 62_500, 1_250_000
ALL = ("cubic", "newreno", "bbr")


def fairness(least=None):
    """Jain's index."""
    return Bar("Jain's index", "", lambda run: run["fairness"], least=least)


def share_of_first():
    """What the first flow gets of what both get."""
    return Bar("the first flow's goodput", "of both", lambda run: run["flows"][0]["goodput_bits_per_second"]
               / run["goodput_bits_per_second"])


ROWS = [
    Row("1 % loss, no delay", "--bytes 64MiB --rightward --loss 0.01", [duration(0.1), timeouts(2)]),
    Row("1 Gbit/s, 1 ms, 1 % loss",
        "--bytes 64MiB --rate 1Gbit --delay 500us --buffer 1MiB --rightward --loss 0.01",
        [share_of_link(megabits=1000), beside_reference("time beside the ideal", most=1.25, controls=tuple(RATES)),
         timeouts()],
        reference="--bytes 64MiB --rate 1Gbit --delay 500us --buffer 1MiB --loss 0.01 --ideal"),
    Row("long path", "--bytes 20MB --rate 100Mbit --delay 300ms --buffer 16MiB", [duration(12), timeouts()]),
    Row("drop-tail queue of one BDP", f"--bytes 128MiB {LINK} --queue {ONE}", [share_of_link(0.92), timeouts()],
        controls=ALL),
    Row("0.1 % random loss", f"--bytes 256MiB {RANDOM_LOSS} --loss 0.001", response(0.001), controls=ALL),
    Row("1 % random loss", f"--bytes 128MiB {MUCH_LOSS} --loss 0.01", response(0.01), controls=ALL),
    # 3.6 ms are the transmission of 30 segments, and less than a quarter of 20 ms.
    Row("reordering by 30 segments", f"--bytes 20MB {RANDOM_LOSS} --reorder 0.02 --reorder-by 3600us",
        [beside_reference("time beside the ordered link", most=1 / 0.9),
         # The first round trip in which something is overtaken shows how far; the full ring makes it 42 ms.
         Bar("sent again after the first RTT of it", "", lambda run: retransmissions_after_first(run.trace, 0.042),
             most=0, whole=max)],
        reference=f"--bytes 20MB {NO_OVERFLOW}", is_traced=True),
    Row("spike of 3 s", "--bytes 3MB --rate 100Mbit --delay 10ms --buffer 256KiB --spike 200ms,3s",
        [Bar("sent again", "", lambda run: run["retransmitted"], most=3, whole=max),
         Bar("reductions undone", "", lambda run: run["reductions_undone"], least=1, whole=min)]),
    Row("two equal flows", FLOWS.format(ONE), [fairness(0.9)], controls=ALL),
    Row("two equal flows, shallow queue", FLOWS.format(QUARTER), [fairness()], controls=ALL),
    Row("two equal flows, deep queue", FLOWS.format(FIVE), [fairness()], controls=ALL),
    Row("CUBIC beside another", FLOWS.format(ONE), [share_of_first()], controls=("cubic,newreno", "cubic,bbr")),
    Row("CUBIC beside another, shallow queue", FLOWS.format(QUARTER), [share_of_first()],
        controls=("cubic,newreno", "cubic,bbr")),
    Row("CUBIC beside another, deep queue", FLOWS.format(FIVE), [share_of_first()],
        controls=("cubic,newreno", "cubic,bbr")),
]
