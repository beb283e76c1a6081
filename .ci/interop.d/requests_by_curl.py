"""curl and socat as clients of our servers."""

import os
import re
import signal
import statistics

import captures
import payloads
from registry import case
from processes import check

CURL = ["curl", "-sS", "--fail", "--globoff", "--noproxy", "*"]
# In milliseconds. Without a delayed acknowledgment in between it is a tenth of one.
SLOWEST_TAIL = 10
REPORT = "%{http_code} %{num_connects} %{size_download}\\n"


def url(fixture, path):
    """A resource of our server."""
    return f"http://{fixture.endpoint(fixture.ours, 8080)}{path}"


def compare_files(fixture, counts):
    """Compares the files that curl has written with what our server serves; each is called by its length."""
    payloads.compare(fixture, *(
        (payloads.pattern(count), payloads.of_file(fixture.path(str(count)))) for count in counts))


def numbered(fixture, path, first, last, report):
    """The arguments with which curl requests numbered resources in turn, into files of the same numbers."""
    # curl's ranges and IPv6 addresses both want brackets: those of the address are escaped.
    place = url(fixture, path).replace("[", "\\[").replace("]", "\\]")
    words = [word for word in CURL if word != "--globoff"]
    return words + ["-w", report, "-o", fixture.path("#1"), f"{place}[{first}-{last}]"]


def asked_for(fixture, count):
    """Checks in the capture how many connections there were."""
    frames = captures.read(fixture.captures[-1], fixture.kernel)
    found = captures.connections(frames)
    check(found == count, found, "connections instead of", count)
    return frames


@case("curl-keep-alive")
def keep_alive(fixture):
    """Several requests on one connection: downloads, a HEAD, a POST that waits for leave."""
    server = fixture.start("serve", "http", "--port", 8080)
    counts = [0, 1, 1447, 1448, 65_536, 1_000_003]
    words = list(CURL)
    for count in counts:
        words += [
            "-o", fixture.path(str(count)), "-w", REPORT, url(fixture, f"/octets/{count}"), "--next", "-sS", "--fail"]
        words += ["--globoff", "--noproxy", "*"]
    with open(fixture.path("body"), "wb") as file:
        file.write(os.urandom(300_000))
    words += ["--data-binary", "@" + fixture.path("body"), "-H", "Expect: 100-continue", "-w", REPORT]
    words += [url(fixture, "/"), "--next", "-sS", "--noproxy", "*", "--globoff", "--head", "-w", REPORT]
    words += [url(fixture, "/octets/5")]
    curl = fixture.spawn(words, "curl")
    curl.expect(0)
    lines = curl.output.decode().splitlines()
    expected = [f"200 {1 if index == 0 else 0} {count}" for index, count in enumerate(counts)]
    check(lines[:len(counts)] == expected, "curl reported", lines)
    check(lines[len(counts)] == "300000", "the POST was answered with", lines[len(counts)])
    check("Content-Length: 5" in lines and lines[-1] == "200 0 0", "the HEAD was answered with", lines)
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(fixture, counts)
    asked_for(fixture, 1)


@case("curl-200-in-turn", seconds=4)
def in_turn(fixture):
    """200 connections, one after another."""
    server = fixture.start("serve", "http", "--port", 8080)
    words = numbered(fixture, "/octets/", 10_001, 10_200, REPORT)
    curl = fixture.spawn(words + ["-H", "Connection: close"], "curl")
    curl.expect(0)
    lines = curl.output.decode().splitlines()
    check(lines == [f"200 1 {count}" for count in range(10_001, 10_201)], "curl reported", lines[:3], "...")
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(fixture, range(10_001, 10_201))
    frames = asked_for(fixture, 200)
    check(captures.most_open(frames) == 1, "connections overlap")


@case("curl-answer-tails", is_alone=True)
def tails(fixture):
    """50 answers of 1,800 octets on one connection, each a full segment and a tail that must not wait.

    The kernel delays the acknowledgment of a single segment by 40 ms, and Nagle's rule in its first form would hold the
    tail back until then. The median is judged: a busy machine may hold up some answers.
    """
    server = fixture.start("serve", "http", "--port", 8080)
    words = numbered(fixture, "/octets/1800?", 1, 50, "%{num_connects} %{time_total}\\n")
    curl = fixture.spawn(words, "curl")
    curl.expect(0)
    report = [line.split() for line in curl.output.decode().splitlines()]
    check([line[0] for line in report] == ["1"] + 49 * ["0"], "curl reported", report)
    check(server.stop() == 0, "the server did not stop in order")
    payloads.compare(fixture, *(
        (payloads.pattern(1_800), payloads.of_file(fixture.path(str(number)))) for number in range(1, 51)))
    median = 1000 * statistics.median(float(line[1]) for line in report)
    fixture.note = f"an answer of 1,800 octets takes {median:.2f} ms (median of 50)"
    check(median < SLOWEST_TAIL, fixture.note)


@case("curl-50-at-once", seconds=6)
def at_once(fixture):
    """50 connections at once."""
    server = fixture.start("serve", "http", "--port", 8080)
    counts = range(500_001, 500_051)
    words = CURL + ["--parallel", "--parallel-immediate", "--parallel-max", "50"]
    for count in counts:
        words += ["-o", fixture.path(str(count)), url(fixture, f"/octets/{count}")]
    curl = fixture.spawn(words, "curl")
    curl.expect(0, seconds=60)
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(fixture, counts)
    frames = asked_for(fixture, 50)
    most = captures.most_open(frames)
    check(most >= 45, "only", most, "connections were open at once")
    fixture.note = f"{most} connections open at once"


@case("held-64-at-once", seconds=3)
def held(fixture):
    """As many connections as our server allows, all in use at the same time; then one too many."""
    server = fixture.start("serve", "echo")
    clients = [fixture.connect(7) for _ in range(64)]
    for number, client in enumerate(clients):
        client.sendall(b"%d" % number * 1000)
    for number, client in enumerate(clients):
        expected = b"%d" % number * 1000
        received = b""
        while len(received) < len(expected):
            piece = client.recv(len(expected) - len(received))
            check(piece, "the echo ended early")
            received += piece
        check(received == expected, "client", number, "got another text")
        fixture.octets += len(received)
    fixture.equal = True
    for client in clients:
        client.close()
    # Their places are free again.
    again = fixture.connect(7)
    again.sendall(b"again")
    check(again.recv(5) == b"again", "no echo from a place that was used before")
    again.close()
    check(server.stop() == 0, "the server did not stop in order")
    frames = asked_for(fixture, 65)
    check(captures.most_open(frames) == 64, "not all were open at once")


@case("socat-echo", seconds=3)
def socat(fixture):
    """socat sends a file to our echo server and writes down what comes back."""
    server = fixture.start("serve", "echo", "--port", 7777)
    kind = "TCP4" if fixture.family == 4 else "TCP6"
    with open(fixture.path("file"), "wb") as file:
        file.write(os.urandom(4 << 20))
    with open(fixture.path("file"), "rb") as source:
        # -t: how long it waits for the other way after the end of one.
        client = fixture.spawn(
            ["socat", "-t", "20", "-", f"{kind}:{fixture.endpoint(fixture.ours, 7777)}"], "socat", stdin=source)
        client.expect(0)
    check(server.stop() == 0, "the server did not stop in order")
    payloads.compare(fixture, (payloads.of_file(fixture.path("file")), payloads.of_file(client.output_path)))


@case("state-table")
def state_table(fixture):
    """SIGUSR1 prints the table of connections while they live."""
    server = fixture.start("serve", "echo")
    client = fixture.connect(7)
    client.sendall(b"here")
    check(client.recv(4) == b"here", "no echo")
    server.process.send_signal(signal.SIGUSR1)
    server.wait_for_text("ESTABLISHED")
    port = client.getsockname()[1]
    row = next(line for line in server.error_text.splitlines() if "ESTABLISHED" in line)
    check(re.search(rf"{re.escape(fixture.kernel)}\]?:{port}\b", row), "the row does not name the client:", row)
    check("LISTEN" in server.error_text, "no listener in the table")
    client.close()
    check(server.stop() == 0, "the server did not stop in order")
