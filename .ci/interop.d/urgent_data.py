"""Urgent data between the kernel and us."""

import fcntl
import os
import signal
import socket
import struct
import subprocess

import captures
from registry import case
from processes import check, wait_for

AT_MARK = 0x8905  # SIOCATMARK


def urgent_frames(fixture, is_arriving):
    """The segments of one side whose urgent pointer counts."""
    frames = captures.read(fixture.captures[0], fixture.kernel)
    found = [frame for frame in frames if frame.flags & captures.URG and frame.is_arriving == is_arriving]
    check(found, "no urgent pointer in the capture")
    return found


@case("urgent-from-kernel-server", "server")
@case("urgent-from-kernel-client", "client")
def from_kernel(fixture, role):
    """The kernel sends an urgent octet; our side has it in line, and the pointer is in the capture."""
    child, connection = fixture.open_connection(role, stdin=subprocess.PIPE)
    connection.sendall(b"plain ")
    connection.send(b"urgent!", socket.MSG_OOB)
    connection.sendall(b" plain again")
    connection.shutdown(socket.SHUT_WR)
    check(connection.recv(1) == b"", "text from nowhere")
    child.expect(0)
    check(child.output == b"plain urgent! plain again", "our side got", child.output)
    fixture.octets, fixture.equal = len(child.output), True
    # The pointer leads to the octet behind the last urgent one, counted from the first octet, whose number is
    # 1.
    frame = urgent_frames(fixture, True)[0]
    check(frame.sequence + frame.pointer == 1 + len(b"plain urgent!"), "the pointer is", frame.pointer)


def is_at_mark(connection):
    """The result of sockatmark()."""
    return struct.unpack("i", fcntl.ioctl(connection, AT_MARK, struct.pack("i", 0)))[0] == 1


@case("urgent-from-us-server", "server")
@case("urgent-from-us-client", "client")
def from_us(fixture, role):
    """We send urgent text; the kernel signals it, keeps it in line and stops readers at its last octet."""
    signals = []
    signal.signal(signal.SIGURG, lambda number, frame: signals.append(number))
    child, connection = fixture.open_connection(role, "--urgent", stdin=subprocess.PIPE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    child.process.stdin.write(b"all of it is urgent")
    child.process.stdin.flush()
    wait_for(lambda: signals, "SIGURG")
    received = b""
    while not is_at_mark(connection):
        piece = connection.recv(100)
        check(piece, "the text ended before the mark")
        received += piece
    check(received == b"all of it is urgen", "before the urgent mark was final", received)
    received += connection.recv(100)
    check(received == b"all of it is urgent", "the text was", received)
    fixture.octets, fixture.equal = len(received), True
    connection.close()
    child.process.stdin.close()
    child.expect(0)
    for frame in urgent_frames(fixture, False):
        check(frame.sequence + frame.pointer == 1 + len(received), "the pointer is", frame.pointer)
