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


def url(stage, path):
    """A resource of our server."""
    return f"http://{stage.endpoint(stage.ours, 8080)}{path}"


def compare_files(stage, counts):
    """Compares the files that curl has written with what our server serves; each is called by its length."""
    payloads.compare(stage, *(
        (payloads.pattern(count), payloads.of_file(stage.path(str(count)))) for count in counts))


def numbered(stage, path, first, last, report):
    """The arguments with which curl requests numbered resources in turn, into files of the same numbers."""
    # curl's ranges and IPv6 addresses both want brackets: those of the address are escaped.
    place = url(stage, path).replace("[", "\\[").replace("]", "\\]")
    words = [word for word in CURL if word != "--globoff"]
    return words + ["-w", report, "-o", stage.path("#1"), f"{place}[{first}-{last}]"]


def asked_for(stage, count):
    """Checks in the capture how many connections there were."""
    frames = captures.read(stage.captures[-1], stage.kernel)
    found = captures.connections(frames)
    check(found == count, found, "connections instead of", count)
    return frames


@case("curl-keep-alive")
def keep_alive(stage):
    """Several requests on one connection: downloads, a HEAD, a POST that waits for leave."""
    server = stage.start("serve", "http", "--port", 8080)
    counts = [0, 1, 1447, 1448, 65_536, 1_000_003]
    words = list(CURL)
    for count in counts:
        words += ["-o", stage.path(str(count)), "-w", REPORT, url(stage, f"/octets/{count}"), "--next", "-sS", "--fail"]
        words += ["--globoff", "--noproxy", "*"]
    with open(stage.path("body"), "wb") as file:
        file.write(os.urandom(300_000))
    words += ["--data-binary", "@" + stage.path("body"), "-H", "Expect: 100-continue", "-w", REPORT]
    words += [url(stage, "/"), "--next", "-sS", "--noproxy", "*", "--globoff", "--head", "-w", REPORT]
    words += [url(stage, "/octets/5")]
    curl = stage.spawn(words, "curl")
    curl.expect(0)
    lines = curl.output.decode().splitlines()
    expected = [f"200 {1 if index == 0 else 0} {count}" for index, count in enumerate(counts)]
    check(lines[:len(counts)] == expected, "curl reported", lines)
    check(lines[len(counts)] == "300000", "the POST was answered with", lines[len(counts)])
    check("Content-Length: 5" in lines and lines[-1] == "200 0 0", "the HEAD was answered with", lines)
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(stage, counts)
    asked_for(stage, 1)


@case("curl-200-in-turn", seconds=4)
def in_turn(stage):
    """200 connections, one after another."""
    server = stage.start("serve", "http", "--port", 8080)
    words = numbered(stage, "/octets/", 10_001, 10_200, REPORT)
    curl = stage.spawn(words + ["-H", "Connection: close"], "curl")
    curl.expect(0)
    lines = curl.output.decode().splitlines()
    check(lines == [f"200 1 {count}" for count in range(10_001, 10_201)], "curl reported", lines[:3], "...")
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(stage, range(10_001, 10_201))
    frames = asked_for(stage, 200)
    check(captures.most_open(frames) == 1, "connections overlap")


@case("curl-answer-tails", is_alone=True)
def tails(stage):
    """50 answers of 1,800 octets on one connection, each a full segment and a tail that must not wait.

    The kernel delays the acknowledgment of a single segment by 40 ms, and Nagle's rule in its first form would hold the
    tail back until then. The median is judged: a busy machine may hold up some answers.
    """
    server = stage.start("serve", "http", "--port", 8080)
    words = numbered(stage, "/octets/1800?", 1, 50, "%{num_connects} %{time_total}\\n")
    curl = stage.spawn(words, "curl")
    curl.expect(0)
    report = [line.split() for line in curl.output.decode().splitlines()]
    check([line[0] for line in report] == ["1"] + 49 * ["0"], "curl reported", report)
    check(server.stop() == 0, "the server did not stop in order")
    payloads.compare(stage, *(
        (payloads.pattern(1_800), payloads.of_file(stage.path(str(number)))) for number in range(1, 51)))
    median = 1000 * statistics.median(float(line[1]) for line in report)
    stage.note = f"an answer of 1,800 octets takes {median:.2f} ms (median of 50)"
    check(median < SLOWEST_TAIL, stage.note)


@case("curl-50-at-once", seconds=6)
def at_once(stage):
    """50 connections at once."""
    server = stage.start("serve", "http", "--port", 8080)
    counts = range(500_001, 500_051)
    words = CURL + ["--parallel", "--parallel-immediate", "--parallel-max", "50"]
    for count in counts:
        words += ["-o", stage.path(str(count)), url(stage, f"/octets/{count}")]
    curl = stage.spawn(words, "curl")
    curl.expect(0, seconds=60)
    check(server.stop() == 0, "the server did not stop in order")
    compare_files(stage, counts)
    frames = asked_for(stage, 50)
    most = captures.most_open(frames)
    check(most >= 45, "only", most, "connections were open at once")
    stage.note = f"{most} connections open at once"


@case("held-64-at-once", seconds=3)
def held(stage):
    """As many connections as our server allows, all in use at the same time; then one too many."""
    server = stage.start("serve", "echo")
    clients = [stage.connect(7) for _ in range(64)]
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
        stage.octets += len(received)
    stage.equal = True
    for client in clients:
        client.close()
    # Their places are free again.
    again = stage.connect(7)
    again.sendall(b"again")
    check(again.recv(5) == b"again", "no echo from a place that was used before")
    again.close()
    check(server.stop() == 0, "the server did not stop in order")
    frames = asked_for(stage, 65)
    check(captures.most_open(frames) == 64, "not all were open at once")


@case("socat-echo", seconds=3)
def socat(stage):
    """socat sends a file to our echo server and writes down what comes back."""
    server = stage.start("serve", "echo", "--port", 7777)
    kind = "TCP4" if stage.family == 4 else "TCP6"
    with open(stage.path("file"), "wb") as file:
        file.write(os.urandom(4 << 20))
    with open(stage.path("file"), "rb") as source:
        # -t: how long it waits for the other way after the end of one.
        client = stage.spawn(
            ["socat", "-t", "20", "-", f"{kind}:{stage.endpoint(stage.ours, 7777)}"], "socat", stdin=source)
        client.expect(0)
    check(server.stop() == 0, "the server did not stop in order")
    payloads.compare(stage, (payloads.of_file(stage.path("file")), payloads.of_file(client.output_path)))


@case("state-table")
def state_table(stage):
    """SIGUSR1 prints the table of connections while they live."""
    server = stage.start("serve", "echo")
    client = stage.connect(7)
    client.sendall(b"here")
    check(client.recv(4) == b"here", "no echo")
    server.process.send_signal(signal.SIGUSR1)
    server.wait_for_text("ESTABLISHED")
    port = client.getsockname()[1]
    row = next(line for line in server.error_text.splitlines() if "ESTABLISHED" in line)
    check(re.search(rf"{re.escape(stage.kernel)}\]?:{port}\b", row), "the row does not name the client:", row)
    check("LISTEN" in server.error_text, "no listener in the table")
    client.close()
    check(server.stop() == 0, "the server did not stop in order")
