"""Bulk transfers between us and the kernel, in both roles and all directions."""

import fcntl
import os
import struct
import subprocess

import payloads
from registry import case
from processes import check
from fixture import DEVICE

SERVICE_COUNT = 16 << 20


@case("down-server", "server", "down", seconds=6)
@case("down-client", "client", "down", seconds=6)
@case("up-server", "server", "up", seconds=6)
@case("up-client", "client", "up", seconds=6)
@case("both-server", "server", "both", seconds=9)
@case("both-client", "client", "both", seconds=9)
@case("offload-server", "server", "both", "--offload", seconds=6, is_undisturbed=False)
@case("offload-client", "client", "both", "--offload", seconds=6, is_undisturbed=False)
def transfer(fixture, role, direction, *words):
    """64 MiB from us (down for a client of ours), to us, or both ways at once.

    With the offload header checksums stay unfilled and segments uncut, so that a reader of the capture finds fault.
    """
    first, second = fixture.payloads
    # Who has nothing to send leaves the input open, so that our side closes after the kernel's.
    source = open(first, "rb") if direction != "up" else subprocess.PIPE
    child, connection = fixture.open_connection(role, *words, stdin=source)
    calls = [lambda: payloads.receive(connection)]
    if direction != "down":
        calls.append(lambda: payloads.send_file(connection, second))
    results = payloads.together(*calls)
    if direction == "down":
        connection.close()
    child.expect(0)
    pairs = []
    if direction != "up":
        pairs.append((payloads.of_file(first), results[0]))
    else:
        check(results[0].count == 0, "text from nowhere")
    if direction != "down":
        pairs.append((results[1], payloads.of_file(child.output_path)))
    payloads.compare(fixture, *pairs)


def echo_through(fixture, server):
    """Text to an echo server of ours and back, and the server's end."""
    connection = fixture.connect(7, 40.0)
    received, sent = payloads.together(
        lambda: payloads.receive(connection),
        lambda: payloads.send_file(connection, fixture.payloads[0], SERVICE_COUNT))
    payloads.compare(fixture, (sent, received))
    check(server.stop() == 0, "the server did not stop in order")


@case("open-descriptor", seconds=2)
def open_descriptor(fixture):
    """A device that somebody else has opened, as a program without rights gets it."""
    with open("/dev/net/tun", "r+b", buffering=0) as device:
        # TUNSETIFF with IFF_TUN and IFF_NO_PI, of linux/if_tun.h.
        fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", DEVICE.encode(), 0x1001))
        number = device.fileno()
        server = fixture.start("serve", "echo", device=("--fd", number), keep=(number,))
    echo_through(fixture, server)


@case("echo", seconds=4)
def echo(fixture):
    """Text to our echo server and back."""
    server = fixture.start("serve", "echo")
    echo_through(fixture, server)


@case("discard", seconds=3)
def discard(fixture):
    """Text to our discard server, which closes when all of it has come."""
    server = fixture.start("serve", "discard")
    connection = fixture.connect(9, 40.0)
    sent = payloads.send_file(connection, fixture.payloads[0], SERVICE_COUNT)
    check(payloads.receive(connection).count == 0, "the discard server answered")
    fixture.octets = sent.count
    check(server.stop() == 0, "the server did not stop in order")


@case("chargen", seconds=3)
def chargen(fixture):
    """Text from our character generator, until we have enough of it."""
    server = fixture.start("serve", "chargen")
    connection = fixture.connect(19, 40.0)
    received = payloads.receive(connection, SERVICE_COUNT)
    connection.close()
    expected = payloads.Payload()
    lines = []
    for line in range(95):
        lines.append(bytes(32 + (line + column) % 95 for column in range(72)) + b"\r\n")
    period = b"".join(lines)
    while expected.count < SERVICE_COUNT:
        expected.add(period[:SERVICE_COUNT - expected.count])
    payloads.compare(fixture, (expected, received))
    check(server.stop() == 0, "the server did not stop in order")


@case("http-server", seconds=5)
def http_server(fixture):
    """64 MiB from our HTTP server to curl, and 16 MiB back in a POST."""
    server = fixture.start("serve", "http", "--port", 8080)
    url = f"http://{fixture.endpoint(fixture.ours, 8080)}/octets/{64 << 20}"
    curl = fixture.spawn(["curl", "-sS", "--fail", "--globoff", "--noproxy", "*", url], "curl")
    curl.expect(0)
    with open(fixture.path("body"), "wb") as file:
        file.write(os.urandom(SERVICE_COUNT))
    post = ["curl", "-sS", "--fail", "--globoff", "--noproxy", "*", "--data-binary", "@" + fixture.path("body"), url]
    answer = fixture.spawn(post, "post")
    answer.expect(0)
    check(answer.output == b"%d\n" % SERVICE_COUNT, "the server counted", answer.output)
    payloads.compare(fixture, (payloads.pattern(64 << 20), payloads.of_file(curl.output_path)))
    fixture.octets += SERVICE_COUNT
    check(server.stop() == 0, "the server did not stop in order")


@case("http-get", seconds=5)
def http_get(fixture):
    """Our HTTP client, with a server behind a socket of the kernel."""
    fixture.side = "client"
    listener = fixture.listen(8080)
    client = fixture.start("get", f"http://{fixture.endpoint(fixture.kernel, 8080)}/text?of=it")
    connection = fixture.accept(listener)
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        check(piece, "the request ended early:", request)
        request += piece
    check(request.startswith(b"GET /text?of=it HTTP/1.0\r\n"), "the request was", request)
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")
    sent = payloads.send_file(connection, fixture.payloads[1])
    client.expect(0)
    connection.close()
    payloads.compare(fixture, (sent, payloads.of_file(client.output_path)))
