"""Connections on which nothing moves for a while: closed windows and keep-alive."""

import socket
import subprocess
import time

import captures
import payloads
from registry import case
from processes import check

COUNT = 8 << 20
PAUSE = 10


def closed_window(fixture, is_ours):
    """How long the window of one side was closed, and how many probes came from the other meanwhile."""
    frames = captures.read(fixture.captures[0], fixture.kernel)
    longest = 0.0
    probes = most = 0
    closed_at = None
    for frame in frames:
        if frame.is_arriving == is_ours:
            # What the other side sends into a closed window to learn whether it still is.
            if closed_at is not None and (
                    frame.has("probe") or frame.has("keep_alive") or frame.has("again")):
                probes += 1
        elif frame.window == 0 and not frame.flags & captures.RST:
            closed_at = frame.time if closed_at is None else closed_at
        elif closed_at is not None:
            if frame.time - closed_at > longest:
                longest, most = frame.time - closed_at, probes
            closed_at, probes = None, 0
    fixture.note = f"window closed for {longest:.1f} s, {most} probes"
    check(longest > PAUSE - 2, "the window was closed for", longest, "s only")
    # 0.2 s, doubled each time: 5 fit into 10 s.
    check(3 <= most <= 12, most, "probes in", longest, "s")


@case("zero-window-kernel-server", "server", seconds=13)
@case("zero-window-kernel-client", "client", seconds=13)
def kernel_pauses(fixture, role):
    """The kernel's reader pauses for 10 s; we probe its window, and all of the text arrives."""
    fixture.make_source(COUNT)
    child, connection = fixture.open_connection(role, stdin=open(fixture.path("text"), "rb"))
    time.sleep(PAUSE)
    received = payloads.receive(connection)
    connection.close()
    child.expect(0)
    payloads.compare(fixture, (payloads.of_file(fixture.path("text")), received))
    closed_window(fixture, is_ours=False)


@case("zero-window-ours-server", "server", seconds=13)
@case("zero-window-ours-client", "client", seconds=13)
def we_pause(fixture, role):
    """Our reader pauses for 10 s; the kernel probes our window, and all of the text arrives."""
    child, connection = fixture.open_connection(role, "--pause", f"{PAUSE}s", stdin=subprocess.PIPE)
    sent = payloads.send_file(connection, fixture.payloads[1], COUNT)
    check(payloads.receive(connection).count == 0, "text from nowhere")
    child.expect(0)
    payloads.compare(fixture, (sent, payloads.of_file(child.output_path)))
    closed_window(fixture, is_ours=True)


def still_alive(fixture, child, connection):
    """Text goes both ways, and the connection ends in order."""
    connection.sendall(b"from the kernel")
    child.process.stdin.write(b"from us")
    child.process.stdin.flush()
    check(connection.recv(100) == b"from us", "another text")
    child.process.stdin.close()
    check(connection.recv(1) == b"", "no end of the text")
    connection.close()
    child.expect(0)
    check(child.output == b"from the kernel", "our side got", child.output)
    fixture.octets, fixture.equal = 22, True


def probes_and_answers(fixture, is_arriving):
    """The keep-alive probes of one side, as tshark sees them; each must be answered first."""
    frames = captures.read(fixture.captures[0], fixture.kernel)
    probes = answers = 0
    for frame, following in zip(frames, frames[1:]):
        if frame.has("keep_alive") and frame.is_arriving == is_arriving:
            probes += 1
            answers += (
                following.is_arriving != is_arriving and following.count == 0 and following.time - frame.time < 0.5)
    fixture.note = f"{probes} keep-alive probes, {answers} answers"
    check(probes >= 3, probes, "keep-alive probes in 4.5 s")
    check(answers == probes, answers, "answers to", probes, "keep-alive probes")


@case("keep-alive-ours-server", "server", seconds=6)
@case("keep-alive-ours-client", "client", seconds=6)
def ours(fixture, role):
    """We probe an idle connection each second, and the kernel answers."""
    child, connection = fixture.open_connection(role, "--keep-alive", "1s", stdin=subprocess.PIPE)
    time.sleep(4.5)
    still_alive(fixture, child, connection)
    probes_and_answers(fixture, is_arriving=False)


@case("keep-alive-kernel-server", "server", seconds=6)
@case("keep-alive-kernel-client", "client", seconds=6)
def kernels(fixture, role):
    """The kernel probes an idle connection each second; it would give up after 2 without an answer."""
    child, connection = fixture.open_connection(role, stdin=subprocess.PIPE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    time.sleep(4.5)
    still_alive(fixture, child, connection)
    probes_and_answers(fixture, is_arriving=True)
