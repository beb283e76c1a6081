"""Trouble with the device, while it is used or before."""

from registry import case
from processes import check
from stage import DEVICE, command


def serve_one(stage):
    """A server with a connection on which text has moved."""
    server = stage.start("serve", "echo")
    connection = stage.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    return server, connection


@case("device-deleted", families=(4,), seconds=1)
def deleted(stage):
    """The device is deleted while we serve."""
    server, _ = serve_one(stage)
    command("ip", "link", "delete", DEVICE)
    server.expect(1, "it is gone", seconds=5)


@case("device-down", families=(4,), seconds=1)
def down(stage):
    """The device is taken down, and we have something to send."""
    server = stage.start("serve", "chargen")
    connection = stage.connect(19)
    check(connection.recv(100), "no text")
    command("ip", "link", "set", DEVICE, "down")
    server.expect(1, "is it up?", seconds=5)


def refused(stage, code, text, *words):
    """The tool must end at once with this exit code and text, and without a trace of a crash."""
    child = stage.start(*words, name="refused", capture=False)
    child.expect(code, text, seconds=5)
    check(len(child.error_text.splitlines()) <= 3, "too much was said:", child.error_text)


@case("device-name-too-long", families=(4,), seconds=1)
def too_long(stage):
    """A name that no device can have."""
    child = stage.start("connect", "10.77.0.1:1", device="a" * 16, name="long", capture=False)
    child.expect(1, "a name has 1 to 15 octets", seconds=5)
    child = stage.start("connect", "10.77.0.1:1", device="a/b", name="slash", capture=False)
    child.expect(1, "a name has 1 to 15 octets", seconds=5)


@case("device-not-a-tun", families=(4,), seconds=1)
def not_a_tun(stage):
    """A device that exists and is none of ours."""
    child = stage.start("connect", "10.77.0.1:1", device="lo", name="lo", capture=False)
    child.expect(1, "is no TUN device", seconds=5)


@case("device-busy", families=(4,), seconds=1)
def busy(stage):
    """A device that another process of ours has; that one is not disturbed."""
    server, connection = serve_one(stage)
    refused(stage, 1, "another program has it", "connect", "10.77.0.1:1")
    connection.sendall(b"still")
    check(connection.recv(5) == b"still", "no echo")
    connection.close()
    check(server.stop() == 0, "the server did not stop in order")


@case("command-line-wrong", families=(4,), seconds=1)
def wrong(stage):
    """Command lines that cannot be right."""
    refused(stage, 2, "connect expected", "connect", "nonsense")
    refused(stage, 2, "tun expected serve, listen, get or connect", "serve-nothing", "http")
