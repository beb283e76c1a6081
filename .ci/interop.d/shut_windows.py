"""What the kernel must accept while its receive window is closed: our acknowledgments and our reset."""

import errno
import fcntl
import os
import select
import signal
import socket
import struct
import termios
import time

import captures
import payloads
from registry import case
from processes import check, wait_for
from captures import RST

UPLOAD = 8 << 20
# How much of the answer crosses our upload, and how much comes when the window has been shut for a while.
CROSSING = 1 << 20
REST = 25 << 20
BOUND = 30.0
# Where `tcpi_bytes_received` is in the kernel's `struct tcp_info`; `tcpi_segs_out` and `tcpi_segs_in` follow.
BYTES_RECEIVED = 128
# No progress for so long is a stall: nothing is lost here, and the first probe comes after 0.2 s.
STALL = 5.0
# How long our side tries to end in order, in seconds.
GRACE = 3


def unacknowledged(connection):
    """How many octets the kernel still keeps because we have not acknowledged them."""
    return struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, struct.pack("i", 0)))[0]


def answer(connection, source, count):
    """Sends octets of an open file and waits until we have acknowledged every one of them."""
    text = payloads.Payload()
    while text.count < count:
        piece = source.read(min(payloads.PIECE, count - text.count))
        text.add(piece)
        try:
            connection.sendall(piece)
        except TimeoutError:
            check(False, "the answer has stopped,", unacknowledged(connection), "octets unacknowledged")
    wait_for(lambda: unacknowledged(connection) == 0, "the answer is acknowledged", STALL)


def wait_until_shut(connection):
    """Waits until the kernel's window is full and three segments have come that it did not take: our probes.

    They leave after 0.2 s, 0.6 s and 1.4 s; how long the machine takes to fill the window is another matter.
    """
    last = [0, 0]  # octets taken, and segments that had come by then

    def is_probed():
        information = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        octets, _, segments = struct.unpack_from("=QII", information, BYTES_RECEIVED)
        if octets != last[0]:
            last[:] = octets, segments
        return octets > 0 and segments >= last[1] + 3

    wait_for(is_probed, "three probes of a full window")


@case("answer-first-server", "server", seconds=10)
@case("answer-first-client", "client", seconds=10)
def answer_first(fixture, role):
    """The kernel's side reads nothing of our upload before all of its own answer is acknowledged.

    It drops an acknowledgment beyond its window, and both sides would wait without end.
    """
    fixture.make_source(UPLOAD)
    begin = time.monotonic()
    child, connection = fixture.open_connection(role, stdin=open(fixture.path("text"), "rb"))
    connection.settimeout(STALL)
    with open(fixture.payloads[1], "rb") as source:
        answer(connection, source, CROSSING)
        wait_until_shut(connection)
        middle = time.monotonic()
        answer(connection, source, REST)
    answered = time.monotonic() - middle
    connection.shutdown(socket.SHUT_WR)
    received = payloads.receive(connection)
    connection.close()
    child.expect(0)
    elapsed = time.monotonic() - begin
    sent = payloads.of_file(fixture.payloads[1], CROSSING + REST)
    payloads.compare(
        fixture, (payloads.of_file(fixture.path("text")), received), (sent, payloads.of_file(child.output_path)))
    check(elapsed < BOUND, "it took", elapsed, "s")
    frames = captures.read(fixture.captures[0], fixture.kernel)
    shut = sum(frame.count for frame in frames if frame.is_arriving and frame.window == 0)
    check(shut >= REST, "only", shut, "octets of the answer came while the window was shut")
    fixture.note = f"{shut} octets came from behind a shut window, {REST >> 20} MiB of them within {answered:.1f} s"


def shut_window(fixture, role, **arguments):
    """A connection whose window the kernel has shut, and which we probe."""
    child, connection = fixture.open_connection(role, stdin=open(fixture.payloads[0], "rb"), **arguments)
    wait_until_shut(connection)
    return child, connection


def wait_for_reset(connection, seconds):
    """The kernel's socket must end with ECONNRESET by then; returns after how many seconds it did."""
    begin = time.monotonic()
    poll = select.poll()
    poll.register(connection, 0)  # only errors and hang-ups: text to read is there all the time
    found = poll.poll(seconds * 1000)
    elapsed = time.monotonic() - begin
    check(found, "the kernel's socket is still open after", seconds, "s")
    error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    check(error == errno.ECONNRESET, "the kernel's socket ended with", os.strerror(error))
    return elapsed


def look_at_end(fixture):
    """In the capture the window is shut and probed when our reset goes out; says how long and how often."""
    frames = captures.read(fixture.captures[0], fixture.kernel)
    end = next((index for index, frame in enumerate(frames) if not frame.is_arriving and frame.flags & RST), None)
    check(end is not None, "no reset of ours in the capture")
    before = frames[:end]
    last = next(frame for frame in reversed(before) if frame.is_arriving)
    check(last.window == 0, "the window was", last.window, "when we reset")
    shut = next(frame for frame in before if frame.is_arriving and frame.window == 0)
    probes = sum(
        not frame.is_arriving and (frame.has("probe") or frame.has("keep_alive") or frame.has("again"))
        for frame in before if frame.number > shut.number)
    check(probes >= 2, "only", probes, "probes before the reset")
    return f"window shut for {frames[end].time - shut.time:.1f} s, {probes} probes"


@case("abort-window-shut-server", "server", seconds=4)
@case("abort-window-shut-client", "client", seconds=4)
def abort(fixture, role):
    """The reader of our output goes away, so that our side resets at the next octet; the kernel accepts it."""
    path = fixture.path("pipe")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    child, connection = shut_window(fixture, role, stdout=path)
    os.close(reader)
    connection.sendall(b"x")
    elapsed = wait_for_reset(connection, 3)
    child.expect(1, "cannot write to standard output")
    fixture.note = f"{look_at_end(fixture)}; the kernel saw the reset {1000 * elapsed:.0f} ms after its octet"


@case("terminated-window-shut-server", "server", seconds=7)
@case("terminated-window-shut-client", "client", seconds=7)
def terminated(fixture, role):
    """SIGTERM: what was written cannot be delivered in the time for an orderly end, and our side resets."""
    child, connection = shut_window(fixture, role)
    child.process.send_signal(signal.SIGTERM)
    elapsed = wait_for_reset(connection, GRACE + 1)
    check(elapsed > GRACE - 0.5, "reset after", elapsed, "s already")
    check(child.wait() == 0, "our side did not end in order:", child.error_text)
    fixture.note = f"{look_at_end(fixture)}; the kernel saw the reset {elapsed:.1f} s after SIGTERM"
