"""Bulk transfers between us and the kernel, in both roles and all directions."""

import fcntl
import os
import struct
import subprocess

import payloads
from registry import case
from processes import check
from stage import DEVICE

SERVICE_COUNT = 16 << 20


@case("down-server", "server", "down", seconds=6)
@case("down-client", "client", "down", seconds=6)
@case("up-server", "server", "up", seconds=6)
@case("up-client", "client", "up", seconds=6)
@case("both-server", "server", "both", seconds=9)
@case("both-client", "client", "both", seconds=9)
@case("offload-server", "server", "both", "--offload", seconds=6, is_undisturbed=False)
@case("offload-client", "client", "both", "--offload", seconds=6, is_undisturbed=False)
def transfer(stage, role, direction, *words):
    """64 MiB from us (down for a client of ours), to us, or both ways at once.

    With the offload header checksums stay unfilled and segments uncut, so that a reader of the capture finds fault.
    """
    first, second = stage.payloads
    # Who has nothing to send leaves the input open, so that our side closes after the kernel's.
    source = open(first, "rb") if direction != "up" else subprocess.PIPE
    child, connection = stage.open_connection(role, *words, stdin=source)
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
    payloads.compare(stage, *pairs)


def echo_through(stage, server):
    """Text to an echo server of ours and back, and the server's end."""
    connection = stage.connect(7, 40.0)
    received, sent = payloads.together(
        lambda: payloads.receive(connection),
        lambda: payloads.send_file(connection, stage.payloads[0], SERVICE_COUNT))
    payloads.compare(stage, (sent, received))
    check(server.stop() == 0, "the server did not stop in order")


@case("open-descriptor", seconds=2)
def open_descriptor(stage):
    """A device that somebody else has opened, as a program without rights gets it."""
    with open("/dev/net/tun", "r+b", buffering=0) as device:
        # TUNSETIFF with IFF_TUN and IFF_NO_PI, of linux/if_tun.h.
        fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", DEVICE.encode(), 0x1001))
        number = device.fileno()
        server = stage.start("serve", "echo", device=("--fd", number), keep=(number,))
    echo_through(stage, server)


@case("echo", seconds=4)
def echo(stage):
    """Text to our echo server and back."""
    server = stage.start("serve", "echo")
    echo_through(stage, server)


@case("discard", seconds=3)
def discard(stage):
    """Text to our discard server, which closes when all of it has come."""
    server = stage.start("serve", "discard")
    connection = stage.connect(9, 40.0)
    sent = payloads.send_file(connection, stage.payloads[0], SERVICE_COUNT)
    check(payloads.receive(connection).count == 0, "the discard server answered")
    stage.octets = sent.count
    check(server.stop() == 0, "the server did not stop in order")


@case("chargen", seconds=3)
def chargen(stage):
    """Text from our character generator, until we have enough of it."""
    server = stage.start("serve", "chargen")
    connection = stage.connect(19, 40.0)
    received = payloads.receive(connection, SERVICE_COUNT)
    connection.close()
    expected = payloads.Payload()
    lines = []
    for line in range(95):
        lines.append(bytes(32 + (line + column) % 95 for column in range(72)) + b"\r\n")
    period = b"".join(lines)
    while expected.count < SERVICE_COUNT:
        expected.add(period[:SERVICE_COUNT - expected.count])
    payloads.compare(stage, (expected, received))
    check(server.stop() == 0, "the server did not stop in order")


@case("http-server", seconds=5)
def http_server(stage):
    """64 MiB from our HTTP server to curl, and 16 MiB back in a POST."""
    server = stage.start("serve", "http", "--port", 8080)
    url = f"http://{stage.endpoint(stage.ours, 8080)}/octets/{64 << 20}"
    curl = stage.spawn(["curl", "-sS", "--fail", "--globoff", "--noproxy", "*", url], "curl")
    curl.expect(0)
    with open(stage.path("body"), "wb") as file:
        file.write(os.urandom(SERVICE_COUNT))
    post = ["curl", "-sS", "--fail", "--globoff", "--noproxy", "*", "--data-binary", "@" + stage.path("body"), url]
    answer = stage.spawn(post, "post")
    answer.expect(0)
    check(answer.output == b"%d\n" % SERVICE_COUNT, "the server counted", answer.output)
    payloads.compare(stage, (payloads.pattern(64 << 20), payloads.of_file(curl.output_path)))
    stage.octets += SERVICE_COUNT
    check(server.stop() == 0, "the server did not stop in order")


@case("http-get", seconds=5)
def http_get(stage):
    """Our HTTP client, with a server behind a socket of the kernel."""
    stage.side = "client"
    listener = stage.listen(8080)
    client = stage.start("get", f"http://{stage.endpoint(stage.kernel, 8080)}/text?of=it")
    connection = stage.accept(listener)
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(4096)
        check(piece, "the request ended early:", request)
        request += piece
    check(request.startswith(b"GET /text?of=it HTTP/1.0\r\n"), "the request was", request)
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")
    sent = payloads.send_file(connection, stage.payloads[1])
    client.expect(0)
    connection.close()
    payloads.compare(stage, (sent, payloads.of_file(client.output_path)))
