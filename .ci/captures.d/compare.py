#!/usr/bin/env python3
"""Compares what `tcpcore read` and tshark read in captures: every field of every segment, to which stream it
belongs, the data of the streams, and keep-alives.

usage: compare.py TCPCORE FILE...
"""

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

FIELDS = [
    "frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ip.proto", "ipv6.src", "ipv6.dst", "tcp.srcport",
    "tcp.dstport", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.window_size_value", "tcp.len", "tcp.stream",
    "tcp.checksum.status", "tcp.analysis.keep_alive", "ip.checksum.status",
]
OPTIONS = [
    "tcp.check_checksum:TRUE", "ip.check_checksum:TRUE", "ip.defragment:FALSE", "ipv6.defragment:FALSE",
    "tcp.desegment_tcp_streams:FALSE", "ip.tso_support:TRUE",
]
LETTERS = [(1, "F"), (2, "S"), (4, "R"), (8, "P"), (16, "."), (32, "U"), (64, "E"), (128, "W")]
# Where both read something else: a file's record, or all of them, what is not compared, and why.
REASONS = [
    ("odd-checksum-offload.pcap", None, "checksum", "tshark knows no offload by the sum of the pseudo header"),
    ("odd-total-length-0.pcap", 2, "checksum", "the same"),
    ("odd-total-length-0.pcap", 3, "kind", "tshark reads no IPv6 datagram of length 0"),
    ("odd-fragments.pcap", None, "length", "tshark states no length of a fragment"),
    ("odd-cut-header.pcap", 1, "kind", "tshark shows flags without the rest of the header"),
    ("odd-mapped-address.pcap", None, "addresses", "tshark writes them as IPv6 addresses"),
    ("reused-ports.pcap", None, "data of 2", "tshark takes the text of a reset for data"),
    ("not-read-other-ethernet.pcap", 7, "kind", "tshark reads any number of VLAN tags"),
    ("not-read-other-protocols.pcap", 8, "kind", "tshark reads Ethernet in GRE"),
    ("not-read-other-protocols.pcap", 9, "kind", "tshark reads five datagrams one in the other"),
]


def isExcepted(name, number, what):
    return any(name == file and what == kind and record in (None, number) for file, record, kind, _ in REASONS)


def tshark(path):
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|", "-E", "occurrence=a"]
    command += ["-E", "aggregator=,"]
    for option in OPTIONS:
        command += ["-o", option]
    for field in FIELDS:
        command += ["-e", field]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [dict(zip(FIELDS, line.split("|"))) for line in printed.splitlines()]


def ours(tool, path):
    # A file that ends inside a record gives what is before.
    command = [tool, "read", str(path), "--json", "--absolute", "--time", "absolute"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return {record["record"]: record for record in map(json.loads, printed.splitlines())}


def last(text):
    return text.split(",")[-1]


def letters(flags):
    return "".join(letter for bit, letter in LETTERS if int(flags, 16) & bit) or "none"


def nanoseconds(text):
    """Of `2026-11-28T18:20:00.000000Z` or `1700000000.000000000`."""
    whole, fraction = text.rstrip("Z").split(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp()) if "T" in whole else int(whole)
    return seconds * 10**9 + int(fraction.ljust(9, "0"))


def addresses(frame, record):
    """What tshark shows and we show of the innermost addresses. With a route that is not used up and with a
    home address we show where the segment goes to and comes from in the end, tshark what the header has."""
    family = "ipv6" if ":" in record["source"] else "ip"
    remarks = ", ".join(record["remarks"])
    following = re.search("next ([0-9a-f:.]+)", remarks)
    careOf = re.search("in care of ([0-9a-f:.]+)", remarks)
    for what, field, words in [("source", "src", careOf), ("destination", "dst", following)]:
        theirs = last(frame[f"{family}.{field}"])
        our = {record[what]} | ({words[1]} if words else set())
        if theirs not in our:
            yield f"tshark {theirs}, read {our}"


def differences(frame, record):
    yield from ((what, f"tshark {theirs}, read {our}") for what, theirs, our in [
        ("time", str(nanoseconds(frame["frame.time_epoch"])), str(nanoseconds(record["time"]))),
        ("source port", last(frame["tcp.srcport"]), str(record["source_port"])),
        ("destination port", last(frame["tcp.dstport"]), str(record["destination_port"])),
        ("flags", letters(last(frame["tcp.flags"])), re.sub("(?<!non)e$", "", record["flags"]) or "none"),
        ("sequence", last(frame["tcp.seq_raw"]), str(record["seq"])),
        ("window", last(frame["tcp.window_size_value"]), str(record["window"])),
        ("length", last(frame["tcp.len"]), str(record["length"])),
        ("acknowledgment", last(frame["tcp.ack_raw"]), str(record.get("ack", last(frame["tcp.ack_raw"])))),
    ] if theirs != our)
    yield from (("addresses", text) for text in addresses(frame, record))
    status = {"0": "incorrect", "1": "correct"}.get(last(frame["tcp.checksum.status"]))
    if status and record["checksum"] != status:
        yield "checksum", f"tshark {status}, read {record['checksum']}"
    isBad = "0" in frame["ip.checksum.status"].split(",")
    if isBad != ("incorrect IP header checksum" in record["remarks"]):
        yield "header checksum", f"tshark {'bad' if isBad else 'good'}, read {record['remarks']}"


def data(tool, path, stream, conversation):
    """The data of a stream as both put it in order, each side as hexadecimal digits."""
    printed = subprocess.run(["tshark", "-n", "-r", str(path), "-q", "-z", f"follow,tcp,raw,{stream}",
                              "-o", "tcp.check_checksum:TRUE"],
                             capture_output=True, text=True, check=False).stdout
    theirs = {False: "", True: ""}
    for line in printed.splitlines():
        if re.fullmatch("\\t?[0-9a-f]+", line):
            theirs[line.startswith("\t")] += line.strip()
    printed = subprocess.run([tool, "read", str(path), "--follow", str(conversation), "--json"],
                             capture_output=True, text=True, check=False).stdout
    pieces = [json.loads(line) for line in printed.splitlines()]
    our = ["".join(piece["hex"] for piece in pieces if piece["side"] == side) for side in ("initiator", "responder")]
    # tshark puts the side first that spoke first.
    return sorted(theirs.values()) == sorted(our), sum(map(len, our)) // 2


def compare(tool, path):
    frames, records = tshark(path), ours(tool, path)
    found, segments, streams, octets = [], 0, {}, 0
    for frame in frames:
        number = int(frame["frame.number"])
        record = records.get(number, {"kind": "nothing"})
        isSegment = record["kind"] == "segment"
        if isSegment != bool(frame["tcp.flags"]) and not isExcepted(path.name, number, "kind"):
            found.append(f"{number}: tshark flags '{frame['tcp.flags']}', read {record}")
        if not isSegment or not frame["tcp.flags"]:
            continue
        segments += 1
        found += [f"{number}: {what}: {text}" for what, text in differences(frame, record)
                  if not isExcepted(path.name, number, what)]
        stream = last(frame["tcp.stream"])
        if streams.setdefault(stream, record["conversation"]) != record["conversation"]:
            found.append(f"{number}: conversation {record['conversation']} is not stream {stream}")
    if len(set(streams.values())) != len(streams):
        found.append(f"{len(streams)} streams are {len(set(streams.values()))} conversations")
    alive = sum(1 for frame in frames if frame["tcp.analysis.keep_alive"])
    summary = json.loads(subprocess.run([tool, "read", str(path), "--summary", "--json"], capture_output=True,
                                        text=True, check=False).stdout)
    # tshark takes the text of segments with a wrong checksum for data, too.
    hasData = path.name.startswith(("link-", "tunnel-", "reused-")) or path.suffix == ".pcapng"
    if hasData and summary["incorrect_checksums"] == 0:
        for stream, conversation in streams.items():
            isEqual, count = data(tool, path, stream, conversation)
            octets += count
            if not isEqual and not isExcepted(path.name, None, f"data of {conversation}"):
                found.append(f"conversation {conversation}: other data")
    for what, theirs, our in [("keep-alives", alive, summary["keep_alives"]),
                              ("records", len(frames), summary["records"])]:
        if theirs != our:
            found.append(f"{what}: tshark {theirs}, read {our}")
    return found, segments, octets


def main():
    tool, paths = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    failures = segments = octets = 0
    for path in paths:
        found, counted, followed = compare(tool, path)
        segments += counted
        octets += followed
        for text in found:
            print(f"{path.name}: {text}")
        failures += bool(found)
    print(f"{len(paths)} captures beside tshark: {segments} segments compared, {octets} octets of data, "
          f"{failures} captures differ")
    sys.exit(1 if failures or not segments or not octets else 0)


main()
