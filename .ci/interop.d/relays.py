"""Conversations through a bad link: `tcpcore relay` between two TUN devices.

    kernel's client or server -- near -- relay -- far -- another namespace, which forwards -- t0 -- our TCP

The two TUN devices of the relay are in different namespaces, so that the kernel has to send through it.
"""

import json
import os
import signal
import time

import captures
import payloads
from registry import case
from processes import Namespace, check
from fixture import DEVICE, KERNEL, command, set_up_device

COUNT = 8 << 20
NEAR = {4: "10.78.0.1", 6: "fd78::1"}
FAR = {4: "10.78.0.2", 6: "fd78::2"}
# Both TCPs bound their retransmission time-out from below by 200 ms, and the path adds some 30 ms. A gap in
# which nobody sends anything ends with a time-out at the latest. The first attempt and three repetitions of
# the same segment would have to be lost, each with about 3 %, for a gap of 0.25 s * 2^3 = 2 s before the
# next; 4 s is one more. It also covers the 3 s that RFC 6298 (5.7) asks for after a SYN that had to be
# repeated. What would take longer is no back-off but a timer that nobody has set.
LONGEST_GAP = 4.0


BAD_LINK = ("--loss", "0.02", "--reorder", "0.02", "--duplicate", "0.01", "--corrupt", "0.005")


def set_up(fixture, *impairments):
    """The relay's devices, and the namespace behind it with our device."""
    for name in ("near", "far"):
        command("ip", "tuntap", "add", "dev", name, "mode", "tun")
    behind = Namespace()
    words = [os.environ["TCPCORE"], "relay", "near", "far", *impairments]
    words += ["--delay", "10ms", "--seed", str(7 + fixture.family)]
    relay = fixture.spawn(words, "relay")
    relay.wait_for_text("relaying between")
    for name in ("far", DEVICE):
        os.set_inheritable(behind.descriptor, True)
        command("ip", "link", "set", name, "netns", f"/proc/self/fd/{behind.descriptor}", keep=(behind.descriptor,))
    set_up_device("near", NEAR[4], NEAR[6])
    set_up_device("far", FAR[4], FAR[6], behind)
    set_up_device(DEVICE, KERNEL[4], KERNEL[6], behind)
    # After the devices have no multicast any more: routers report the groups they are in.
    for setting in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        command("sh", "-c", f"echo 1 >/proc/sys/net/{setting}", namespace=behind)
    command("ip", "route", "add", "10.77.0.0/24", "dev", "near")
    command("ip", "-6", "route", "add", "fd77::/64", "dev", "near")
    fixture.kernel = NEAR[fixture.family]
    return relay, behind


def bad_checksums_of_kernel():
    """How many segments with a bad checksum the kernel has received in this namespace."""
    with open("/proc/self/net/snmp", encoding="ascii") as file:
        names, values = [line.split() for line in file if line.startswith("Tcp:")]
    return int(values[names.index("InCsumErrors")])


def look_through(fixture, ways):
    """All that is wrong in our capture must be the relay's work, and all that it did must be seen."""
    frames = captures.read(fixture.captures[0], fixture.kernel)
    towards_us, towards_kernel = ways
    arrived = [frame for frame in frames if frame.is_arriving]
    # Our process leaves when everything is acknowledged; what was duplicated or held back by then finds
    # nobody.
    missed = towards_us["delivered"] - len(arrived)
    check(0 <= missed <= 3, len(arrived), "have arrived of", towards_us)
    check(len(frames) - len(arrived) == towards_kernel["offered"], "we sent", len(frames) - len(arrived),
          "but the relay was offered", towards_kernel)
    bad = sum(frame.has_bad_checksum for frame in arrived)
    check(0 <= towards_us["corrupted"] - bad <= missed, bad, "bad checksums, but corrupted were",
          towards_us["corrupted"])
    found = bad_checksums_of_kernel()
    check(found == towards_kernel["corrupted"], "the kernel found", found, "bad checksums, but corrupted were",
          towards_kernel["corrupted"])
    for frame in frames:
        check(frame.is_segment, "frame", frame.number, "is no TCP segment")
        check(frame.has_bad_checksum or not frame.is_malformed, "frame", frame.number, "is malformed")
        check(not frame.has_bad_checksum or frame.is_arriving, "we sent a bad checksum, frame", frame.number)
    for way in ways:
        for number in ("lost", "duplicated", "reordered", "corrupted"):
            check(way[number] > 0, "the relay has", number, "nothing")
        check(way["overflowed"] == 0 and way["malformed"] == 0, "the relay was overrun:", way)
    gap, place = captures.longest_gap(frames)
    check(gap < LONGEST_GAP, "nothing moved for", gap, "s before frame", place)
    fixture.options = captures.negotiated([frame for frame in frames if not frame.has_bad_checksum])
    lost, corrupted = (sum(way[number] for way in ways) for number in ("lost", "corrupted"))
    repeated = sum(way["duplicated"] for way in ways)
    fixture.note = (
        f"relay: {sum(way['offered'] for way in ways)} datagrams, {lost} lost, {repeated} duplicated, "
        f"{corrupted} corrupted; longest gap {gap:.2f} s")


def exchange(fixture, role, relay, behind, *options):
    """8 MiB both ways at once between us, behind a relay, and the kernel; then the relay is stopped."""
    fixture.make_source(COUNT)
    child, connection = fixture.open_connection(
        role, *options, stdin=open(fixture.path("text"), "rb"), namespace=behind)
    received, sent = payloads.together(
        lambda: payloads.receive(connection),
        lambda: payloads.send_file(connection, fixture.payloads[1], COUNT))
    child.expect(0, seconds=60)
    payloads.compare(
        fixture, (payloads.of_file(fixture.path("text")), received), (sent, payloads.of_file(child.output_path)))
    time.sleep(1)  # what is still on its way arrives
    check(relay.stop(signal.SIGTERM) == 0, "the relay failed:", relay.error_text)


@case("relay-server", "server", seconds=40, is_undisturbed=False)
@case("relay-client", "client", seconds=40, is_undisturbed=False)
def through_relay(fixture, role):
    """8 MiB both ways at once."""
    relay, behind = set_up(fixture, *BAD_LINK)
    exchange(fixture, role, relay, behind)
    ways = json.loads(relay.output)["ways"]
    look_through(fixture, ways)
