"""Trouble with the device, while it is used or before."""

import time

from registry import case
from processes import check
from fixture import DEVICE, command


def serve_one(fixture):
    """A server with a connection on which text has moved."""
    server = fixture.start("serve", "echo")
    connection = fixture.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    return server, connection


@case("device-deleted", families=(4,), seconds=1)
def deleted(fixture):
    """The device is deleted while we serve."""
    server, _ = serve_one(fixture)
    command("ip", "link", "delete", DEVICE)
    server.expect(1, "it is gone", seconds=5)


@case("device-down", families=(4,), seconds=5)
def down(fixture):
    """The device is taken down while we send, and the text goes on when it comes up again."""
    server = fixture.start("serve", "chargen")
    connection = fixture.connect(19)
    check(connection.recv(100), "no text")
    command("ip", "link", "set", DEVICE, "down")
    server.wait_for_text("is down: waiting for it")
    time.sleep(4)
    drain(connection)
    begun = time.monotonic()
    command("ip", "link", "set", DEVICE, "up")
    check(connection.recv(100), "no text")
    passed = time.monotonic() - begun
    fixture.note = f"went on after {passed * 1000:.0f} ms"
    check(passed < 0.2, "it took", passed, "s to go on")
    server.wait_for_text("is up again")
    connection.close()
    check(server.stop() == 0, "the server did not stop in order")


def drain(connection):
    """Reads what has come already."""
    connection.setblocking(False)
    try:
        while connection.recv(1 << 16):
            pass
    except BlockingIOError:
        pass
    connection.settimeout(10.0)


@case("device-never-up", families=(4,), seconds=1)
def never_up(fixture):
    """The device is down from the beginning: that is no outage."""
    command("ip", "link", "set", DEVICE, "down")
    child = fixture.start("connect", "10.77.0.1:1", capture=False)
    child.expect(1, "is it up?", seconds=5)


def refused(fixture, code, text, *words):
    """The tool must end at once with this exit code and text, and without a trace of a crash."""
    child = fixture.start(*words, name="refused", capture=False)
    child.expect(code, text, seconds=5)
    check(len(child.error_text.splitlines()) <= 3, "too much was said:", child.error_text)


@case("device-name-too-long", families=(4,), seconds=1)
def too_long(fixture):
    """A name that no device can have."""
    child = fixture.start("connect", "10.77.0.1:1", device="a" * 16, name="long", capture=False)
    child.expect(1, "a name has 1 to 15 octets", seconds=5)
    child = fixture.start("connect", "10.77.0.1:1", device="a/b", name="slash", capture=False)
    child.expect(1, "a name has 1 to 15 octets", seconds=5)


@case("device-not-a-tun", families=(4,), seconds=1)
def not_a_tun(fixture):
    """A device that exists and is none of ours."""
    child = fixture.start("connect", "10.77.0.1:1", device="lo", name="lo", capture=False)
    child.expect(1, "is no TUN device", seconds=5)


@case("device-busy", families=(4,), seconds=1)
def busy(fixture):
    """A device that another process of ours has; that one is not disturbed."""
    server, connection = serve_one(fixture)
    refused(fixture, 1, "another program has it", "connect", "10.77.0.1:1")
    connection.sendall(b"still")
    check(connection.recv(5) == b"still", "no echo")
    connection.close()
    check(server.stop() == 0, "the server did not stop in order")


@case("command-line-wrong", families=(4,), seconds=1)
def wrong(fixture):
    """Command lines that cannot be right."""
    refused(fixture, 2, "connect expected", "connect", "nonsense")
    refused(fixture, 2, "tun expected serve, listen, get or connect", "serve-nothing", "http")
