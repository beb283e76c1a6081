"""Payloads: sent and received by the kernel's side, and compared by their SHA-256."""

import concurrent.futures
import hashlib
import socket

from processes import Failed, check

PIECE = 1 << 18


class Payload:
    """How many octets there were, and their SHA-256."""

    def __init__(self):
        self.count = 0
        self.hash = hashlib.sha256()

    def add(self, octets):
        """Adds octets at the end."""
        self.count += len(octets)
        self.hash.update(octets)

    def __eq__(self, other):
        return (self.count, self.hash.digest()) == (other.count, other.hash.digest())

    def __str__(self):
        return f"{self.count} octets {self.hash.hexdigest()[:16]}"


def of_file(path, count=None):
    """The text that a file holds, or the first octets of it."""
    text = Payload()
    with open(path, "rb") as file:
        while piece := file.read(PIECE if count is None else min(PIECE, count - text.count)):
            text.add(piece)
    return text


def pattern(count):
    """What our HTTP server serves, as its documentation says."""
    period = bytes((7 * i + i // 251) & 255 for i in range(251 * 256))
    text = Payload()
    while text.count < count:
        text.add(period[:min(len(period), count - text.count)])
    return text


def send_file(connection, path, count=None, finish=True):
    """Sends a file, or the first octets of it, and closes this direction."""
    text = Payload()
    with open(path, "rb") as file:
        while piece := file.read(PIECE if count is None else min(PIECE, count - text.count)):
            connection.sendall(piece)
            text.add(piece)
    if finish:
        connection.shutdown(socket.SHUT_WR)
    return text


def receive(connection, count=None):
    """Receives until the other side closes, or so many octets."""
    text = Payload()
    while count is None or text.count < count:
        piece = connection.recv(PIECE if count is None else min(PIECE, count - text.count))
        if not piece:
            break
        text.add(piece)
    check(count is None or text.count == count, "the text ended after", text.count, "of", count)
    return text


def together(*calls):
    """Makes calls at the same time and returns their results."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
        try:
            return [future.result(120) for future in futures]
        except TimeoutError as error:
            raise Failed(f"no progress: {error}") from None


def compare(fixture, *pairs):
    """Compares payloads as they were sent and as they were received."""
    fixture.octets = sum(sent.count for sent, _ in pairs)
    fixture.equal = all(sent == received for sent, received in pairs)
    for sent, received in pairs:
        check(sent == received, "sent", sent, "but received", received)
