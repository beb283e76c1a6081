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
def by_kernel(stage, role):
    """The kernel closes its direction at once; ours still sends all of its text."""
    stage.make_source(COUNT)
    child, connection = stage.open_connection(role, stdin=open(stage.path("text"), "rb"))
    connection.shutdown(socket.SHUT_WR)
    received = payloads.receive(connection)
    child.expect(0)
    payloads.compare(stage, (payloads.of_file(stage.path("text")), received))
    frames = captures.read(stage.captures[0], stage.kernel)
    check(first(frames, True, FIN) < last_text(frames, False), "no text after the kernel's FIN")


@case("half-close-ours-server", "server")
@case("half-close-ours-client", "client")
def by_us(stage, role):
    """Our side closes its direction at once; the kernel sees that, and then sends."""
    child, connection = stage.open_connection(role)
    check(connection.recv(1) == b"", "text from nowhere")
    sent = payloads.send_file(connection, stage.payloads[1], COUNT)
    child.expect(0)
    payloads.compare(stage, (sent, payloads.of_file(child.output_path)))
    frames = captures.read(stage.captures[0], stage.kernel)
    arriving = [frame.number for frame in frames if frame.is_arriving and frame.count]
    check(first(frames, False, FIN) < min(arriving), "text before our FIN")


@case("close-at-once", seconds=2)
def at_once(stage):
    """Both sides close without a word."""
    child, connection = stage.open_connection("client")
    connection.close()
    child.expect(0)


@case("reset-by-kernel-server", "server")
@case("reset-by-kernel-client", "client")
def reset_by_kernel(stage, role):
    """The kernel resets in the middle of the text, and our side says so."""
    child, connection = stage.open_connection(role, stdin=open(stage.payloads[0], "rb"))
    received = payloads.receive(connection, 1 << 20)
    payloads.compare(stage, (payloads.of_file(stage.payloads[0], 1 << 20), received))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    child.expect(1, "connection reset by the peer")
    frames = captures.read(stage.captures[0], stage.kernel)
    check(first(frames, True, RST), "no reset from the kernel in the capture")


@case("refused-by-kernel")
def refused_by_kernel(stage):
    """Our client asks for a port of the kernel where nobody listens."""
    stage.side = "client"
    child = stage.start("connect", stage.endpoint(stage.kernel, 5001))
    child.expect(1, "connection refused")


@case("refused-by-us")
def refused_by_us(stage):
    """The kernel's client asks for a port of ours where nobody listens."""
    server = stage.start("serve", "echo")
    begin = time.monotonic()
    try:
        stage.connect(5001)
    except ConnectionRefusedError:
        pass
    else:
        check(False, "the kernel was not refused")
    check(time.monotonic() - begin < 2, "refused only after", time.monotonic() - begin, "s")
    check(server.stop() == 0, "the server did not stop in order")


def killed_peer(stage, role, act):
    """A process of the kernel's side that takes the only copy of the connection with it.

    Returns our process, and the process that has begun to act on the connection.
    """
    child, connection = stage.open_connection(
        role, stdin=open(stage.payloads[0], "rb") if act == "receive" else subprocess.PIPE)
    process = os.fork()
    if process == 0:
        die_with_parent()
        try:
            if act == "receive":
                payloads.receive(connection, 1 << 20)
                time.sleep(60)
            else:
                while True:
                    payloads.send_file(connection, stage.payloads[1], finish=False)
        finally:
            os._exit(1)
    connection.close()
    return child, process


@case("kernel-reader-killed-server", "server", seconds=3)
@case("kernel-reader-killed-client", "client", seconds=3)
def reader_killed(stage, role):
    """The receiving process is killed in the middle of the text: the kernel resets, and our side says so."""
    child, process = killed_peer(stage, role, "receive")
    time.sleep(1)  # by then it has its part, and more waits for it
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    child.expect(1, "connection reset by the peer")


@case("kernel-writer-killed-server", "server", seconds=3)
@case("kernel-writer-killed-client", "client", seconds=3)
def writer_killed(stage, role):
    """The sender is killed in the middle of the text: the kernel closes, and our side has what arrived."""
    child, process = killed_peer(stage, role, "send")
    wait_for(lambda: os.path.getsize(child.output_path) > COUNT, "text arrives")
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    child.expect(0)
    received = payloads.of_file(child.output_path)
    sent = payloads.Payload()
    while sent.count < received.count:
        with open(stage.payloads[1], "rb") as file:
            sent.add(file.read(min(64 << 20, received.count - sent.count)))
    payloads.compare(stage, (sent, received))


@case("abort-by-us-server", "server")
@case("abort-by-us-client", "client")
def abort(stage, role):
    """Our side resets after 1 MiB: the kernel has that, and then ECONNRESET."""
    child, connection = stage.open_connection(role, "--abort-after", "1MiB", stdin=open(stage.payloads[0], "rb"))
    received = payloads.receive(connection, 1 << 20)
    expect_reset(lambda: connection.recv(1))
    child.wait()
    payloads.compare(stage, (payloads.of_file(stage.payloads[0], 1 << 20), received))
    frames = captures.read(stage.captures[0], stage.kernel)
    check(first(frames, False, RST), "no reset of ours in the capture")


@case("terminated-idle")
def terminated_idle(stage):
    """SIGTERM while a connection is idle: it closes in order."""
    server = stage.start("serve", "echo")
    connection = stage.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    server.process.send_signal(signal.SIGTERM)
    check(connection.recv(1) == b"", "no end of the text")
    connection.close()
    check(server.wait() == 0, "the server did not end in order:", server.error_text)


@case("terminated-sending")
def terminated_sending(stage):
    """SIGTERM in the middle of a download: what was written is delivered, then a FIN; no reset."""
    server = stage.start("serve", "chargen")
    connection = stage.connect(19)
    count = payloads.receive(connection, COUNT).count
    server.process.send_signal(signal.SIGTERM)
    count += payloads.receive(connection).count
    connection.close()
    check(server.wait() == 0, "the server did not end in order:", server.error_text)
    stage.octets = count
    frames = captures.read(stage.captures[0], stage.kernel)
    check(first(frames, False, FIN) and not first(frames, False, RST), "no orderly end in the capture")


@case("killed-and-back", is_undisturbed=False, seconds=4)
def killed(stage):
    """Our process is killed and started again: the kernel's connection is unknown, and is reset."""
    server = stage.start("serve", "echo")
    connection = stage.connect(7)
    connection.sendall(b"here")
    check(connection.recv(4) == b"here", "no echo")
    server.stop(signal.SIGKILL)
    stage.start("serve", "echo", name="again")
    connection.sendall(b"still there?")
    expect_reset(lambda: connection.recv(1))
    another = stage.connect(7)
    another.sendall(b"anew")
    check(another.recv(4) == b"anew", "no echo after the restart")
    check(stage.children[-1].stop() == 0, "the server did not stop in order")
    # The capture of a process that is killed may end anywhere.
    frames = captures.read(stage.captures[1], stage.kernel)
    captures.look_through(frames)
    stage.options = captures.negotiated(frames)
