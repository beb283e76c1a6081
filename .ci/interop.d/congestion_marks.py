"""RFC 3168 between us and the kernel, over a relay that marks instead of dropping."""

import captures
import relays
from registry import case
from processes import check
from fixture import command


@case("ecn-server", "server", seconds=10, is_undisturbed=False)
@case("ecn-client", "client", seconds=10, is_undisturbed=False)
def marks(fixture, role):
    """8 MiB both ways at once: the side that opens offers ECN, and each must answer the marks of the other's text."""
    relay, behind = relays.set_up(fixture, "--mark", "0.02")
    command("sh", "-c", "echo 1 >/proc/sys/net/ipv4/tcp_ecn")
    relays.exchange(fixture, role, relay, behind, *(["--ecn"] if role == "client" else []))
    frames = captures.read(fixture.captures[0], fixture.kernel)
    captures.look_through(frames)
    fixture.options = captures.negotiated(frames) + " ECN"
    counts = captures.ecn(frames)
    for side, words in ((fixture.ours, "we"), (fixture.kernel, "the kernel")):
        for number in ("ECT", "ECE", "CWR"):
            check(counts[side, number] > 0, words, "sent nothing with", number)
    check(counts[fixture.kernel, "CE"] > 0, "no mark has arrived")
    check(counts[fixture.ours, "CE"] == 0, "we sent marks")
    fixture.note = ", ".join(
        f"{words}: {counts[side, 'ECE']} ECE, {counts[side, 'CWR']} CWR"
        for side, words in ((fixture.ours, "ours"), (fixture.kernel, "the kernel")))
