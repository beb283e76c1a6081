"""How connections end: half-closed, reset, refused, with a killed process on either side."""

import os
import signal
import socket
import struct
import subprocess
import time

import captures
import payloads
from registry import case
from processes import check, die_with_parent, wait_for
from captures import FIN, RST

COUNT = 8 << 20


def first(frames, is_arriving, flag):
    """The number of the first datagram of one direction with a flag."""
    return next((frame.number for frame in frames if frame.is_arriving == is_arriving and frame.flags & flag), None)


def last_text(frames, is_arriving):
    """The number of the last datagram of one direction with text."""
    return max((frame.number for frame in frames if frame.is_arriving == is_arriving and frame.count), default=0)


def expect_reset(call):
    """The call must fail with ECONNRESET."""
    try:
        call()
    except ConnectionResetError:
        return
    check(False, "the kernel saw no reset")


@case("half-close-kernel-server", "server")
@case("half-close-kernel-client", "client")
def by_kernel(fixture, role):
    """The kernel closes its direction at once; ours still sends all of its text."""
    fixture.make_source(COUNT)
    child, connection = fixture.open_connection(role, stdin=open(fixture.path("text"), "rb"))
    connection.shutdown(socket.SHUT_WR)
    received = payloads.receive(connection)
    child.expect(0)
    payloads.compare(fixture, (payloads.of_file(fixture.path("text")), received))
    frames = captures.read(fixture.captures[0], fixture.kernel)
    check(first(frames, True, FIN) < last_text(frames, False), "no text after the kernel's FIN")


@case("half-close-ours-server", "server")
@case("half-close-ours-client", "client")
def by_us(fixture, role):
    """Our side closes its direction at once; the kernel sees that, and then sends."""
    child, connection = fixture.open_connection(role)
    check(connection.recv(1) == b"", "text from nowhere")
    sent = payloads.send_file(connection, fixture.payloads[1], COUNT)
    child.expect(0)
    payloads.compare(fixture, (sent, payloads.of_file(child.output_path)))
    frames = captures.read(fixture.captures[0], fixture.kernel)
    arriving = [frame.number for frame in frames if frame.is_arriving and frame.count]
    check(first(frames, False, FIN) < min(arriving), "text before our FIN")


@case("close-at-once", seconds=2)
def at_once(fixture):
    """Both sides close without a word."""
    child, connection = fixture.open_connection("client")
    connection.close()
    child.expect(0)


@case("reset-by-kernel-server", "server")
@case("reset-by-kernel-client", "client")
def reset_by_kernel(fixture, role):
    """The kernel resets in the middle of the text, and our side says so."""
    child, connection = fixture.open_connection(role, stdin=open(fixture.payloads[0], "rb"))
    received = payloads.receive(connection, 1 << 20)
    payloads.compare(fixture, (payloads.of_file(fixture.payloads[0], 1 << 20), received))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    child.expect(1, "connection reset by the peer")
    frames = captures.read(fixture.captures[0], fixture.kernel)
    check(first(frames, True, RST), "no reset from the kernel in the capture")


@case("refused-by-kernel")
def refused_by_kernel(fixture):
    """Our client asks for a port of the kernel where nobody listens."""
    fixture.side = "client"
    child = fixture.start("connect", fixture.endpoint(fixture.kernel, 5001))
    child.expect(1, "connection refused")


@case("refused-by-us")
def refused_by_us(fixture):
    """The kernel's client asks for a port of ours where nobody listens."""
    server = fixture.start("serve", "echo")
    begin = time.monotonic()
    try:
        fixture.connect(5001)
    except ConnectionRefusedError:
        pass
    else:
        check(False, "the kernel was not refused")
    check(time.monotonic() - begin < 2, "refused only after", time.monotonic() - begin, "s")
    check(server.stop() == 0, "the server did not stop in order")


def killed_peer(fixture, role, act):
    """A process of the kernel's side that takes the only copy of the connection with it.

    Returns our process, and the process that has begun to act on the connection.
    """
    child, connection = fixture.open_connection(
        role, stdin=open(fixture.payloads[0], "rb") if act == "receive" else subprocess.PIPE)
    process = os.fork()
    if process == 0:
        die_with_parent()
        try:
            if act == "receive":
                payloads.receive(connection, 1 << 20)
                time.sleep(60)
            else:
                while True:
                    payloads.send_file(connection, fixture.payloads[1], finish=False)
        finally:
            os._exit(1)
    connection.close()
    return child, process


@case("kernel-reader-killed-server", "server", seconds=3)
@case("kernel-reader-killed-client", "client", seconds=3)
def reader_killed(fixture, role):
    """The receiving process is killed in the middle of the text: the kernel resets, and our side says so."""
    child, process = killed_peer(fixture, role, "receive")
    time.sleep(1)  # by then it has its part, and more waits for it
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    child.expect(1, "connection reset by the peer")


@case("kernel-writer-killed-server", "server", seconds=3)
@case("kernel-writer-killed-client", "client", seconds=3)
def writer_killed(fixture, role):
    """The sender is killed in the middle of the text: the kernel closes, and our side has what arrived."""
    child, process = killed_peer(fixture, role, "send")
    wait_for(lambda: os.path.getsize(child.output_path) > COUNT, "text arrives")
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    child.expect(0)
    received = payloads.of_file(child.output_path)
    sent = payloads.Payload()
    while sent.count < received.count:
        with open(fixture.payloads[1], "rb") as file:
            sent.add(file.read(min(64 << 20, received.count - sent.count)))
    payloads.compare(fixture, (sent, received))


@case("abort-by-us-server", "server")
@case("abort-by-us-client", "client")
def abort(fixture, role):
    """Our side resets after 1 MiB: the kernel has that, and then ECONNRESET."""
    child, connection = fixture.open_connection(role, "--abort-after", "1MiB", stdin=open(fixture.payloads[0], "rb"))
    received = payloads.receive(connection, 1 << 20)
    expect_reset(lambda: connection.recv(1))
    child.wait()
    payloads.compare(fixture, (payloads.of_file(fixture.payloads[0], 1 << 20), received))
    frames = captures.read(fixture.captures[0], fixture.kernel)
    check(first(frames, False, RST), "no reset of ours in the capture")


@case("terminated-idle")
def terminated_idle(fixture):
    """SIGTERM while a connection is idle: it closes in order."""
    server = fixture.start("serve", "echo")
    connection = fixture.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    server.process.send_signal(signal.SIGTERM)
    check(connection.recv(1) == b"", "no end of the text")
    connection.close()
    check(server.wait() == 0, "the server did not end in order:", server.error_text)


@case("terminated-sending")
def terminated_sending(fixture):
    """SIGTERM in the middle of a download: what was written is delivered, then a FIN; no reset."""
    server = fixture.start("serve", "chargen")
    connection = fixture.connect(19)
    count = payloads.receive(connection, COUNT).count
    server.process.send_signal(signal.SIGTERM)
    count += payloads.receive(connection).count
    connection.close()
    check(server.wait() == 0, "the server did not end in order:", server.error_text)
    fixture.octets = count
    frames = captures.read(fixture.captures[0], fixture.kernel)
    check(first(frames, False, FIN) and not first(frames, False, RST), "no orderly end in the capture")


@case("killed-and-back", is_undisturbed=False, seconds=4)
def killed(fixture):
    """Our process is killed and started again: the kernel's connection is unknown, and is reset."""
    server = fixture.start("serve", "echo")
    connection = fixture.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    server.stop(signal.SIGKILL)
    fixture.start("serve", "echo", name="again")
    connection.sendall(b"still there?")
    expect_reset(lambda: connection.recv(1))
    another = fixture.connect(7)
    another.sendall(b"next")
    check(another.recv(4) == b"next", "no echo after the restart")
    check(fixture.children[-1].stop() == 0, "the server did not stop in order")
    # The capture of a process that is killed may end anywhere.
    frames = captures.read(fixture.captures[1], fixture.kernel)
    captures.look_through(frames)
    fixture.options = captures.negotiated(frames)
