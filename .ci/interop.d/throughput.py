"""How fast our HTTP server is."""

import re
import resource
import subprocess
import time

import payloads
from registry import case
from processes import check

COUNT = 1 << 30


def used_by_children():
    """User and system time of all children that have ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime, usage.ru_stime


@case("http-1-GiB", is_alone=True, seconds=15)
def download(fixture):
    """curl downloads 1 GiB. It takes no capture, which would cost more than the transfer."""
    server = fixture.start("serve", "http", "--port", 8080, "--buffer", "1MiB", "--state", capture=False)
    expected = payloads.pattern(COUNT)
    words = ["curl", "-sS", "--fail", "--globoff", "--noproxy", "*"]
    words += [f"http://{fixture.endpoint(fixture.ours, 8080)}/octets/{COUNT}"]
    curl = subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    received = payloads.Payload()
    begin = time.monotonic()
    try:
        while piece := curl.stdout.read1(payloads.PIECE):
            received.add(piece)
        elapsed = time.monotonic() - begin
        check(curl.wait(10) == 0, "curl ended with", curl.returncode)
    finally:
        curl.kill()
        curl.wait()
        curl.stdout.close()
    payloads.compare(fixture, (expected, received))
    before = used_by_children()
    check(server.stop() == 0, "the server did not stop in order")
    user, system = (after - earlier for after, earlier in zip(used_by_children(), before))
    # The answer's head takes a few; a datagram takes none, and there were some 700,000.
    counted = re.search(r"(\d+) heap allocations in (\d+) turns", server.error_text)
    check(counted, "no word of allocations:", server.error_text)
    check(int(counted[1]) < 100 < int(counted[2]), "allocations:", counted[0])
    share = 100 * system / max(user + system, 0.001)
    fixture.note = (
        f"1 GiB in {elapsed:.1f} s, {COUNT / elapsed / 1e6:.0f} MB/s ({8 * COUNT / elapsed / 1e9:.2f} Gbit/s); "
        f"tcpcore: {user:.2f} s user, {system:.2f} s system ({share:.0f} % system)")
