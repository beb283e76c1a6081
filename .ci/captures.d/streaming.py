#!/usr/bin/env python3
"""Shows that `tcpcore read` prints what a pipe brings before more comes, and that its memory does not grow with the
file: for 100 MB it takes at most 4 MB more than for 1 MB.

usage: streaming.py TCPCORE FOLDER
"""

import os
import select
import struct
import subprocess
import sys
from pathlib import Path

# Text of 1400 octets, acknowledged by nobody; only the sequence number differs between records.
HEADER = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101)
IP = bytes.fromhex("450005a000004000400621560a0000010a000002")
MODES = [[], ["--json"], ["--summary"], ["--follow", "1"], ["port", "80"], ["--conversation", "1"],
         ["--plot", "/dev/null"]]


def record(number):
    segment = struct.pack("!HHIIBBHHH", 49152, 80, number * 1400 & 0xFFFFFFFF, 1, 0x50, 16, 502, 0, 0) + b"text\n" * 280
    return struct.pack("<IIII", number // 1000, number % 1000 * 1000, 1440, 1440) + IP + segment


def write(path, size):
    with open(path, "wb") as file:
        file.write(HEADER)
        for number in range(size // 1456):
            file.write(record(number))


def peak(command):
    """The largest amount of memory that a command had, in kibibytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{command} failed")
    return usage.ru_maxrss


def readsAPipe(tool):
    process = subprocess.Popen([tool, "read", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(HEADER)
    lines = 0
    for number in range(3):
        process.stdin.write(record(number))
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 20)
        lines += os.read(process.stdout.fileno(), 65536).count(b"\n") if ready else 0
        if lines != number + 1:
            break
    process.stdin.close()
    process.wait()
    return lines == 3


def main():
    tool, folder = sys.argv[1], Path(sys.argv[2])
    small, large = folder / "small-file", folder / "large-file"
    write(small, 1_000_000)
    write(large, 100_000_000)
    failures = 0
    for mode in MODES:
        few, many = (peak([tool, "read", str(path), *mode]) for path in (small, large))
        verdict = "ok" if many - few <= 4_096 else "FAILED"
        failures += verdict != "ok"
        print(f"read {' '.join(mode):16} peak for 1 MB {few} KiB, for 100 MB {many} KiB: {verdict}")
    verdict = "ok" if readsAPipe(tool) else "FAILED"
    failures += verdict != "ok"
    print(f"a pipe is printed as it comes: {verdict}")
    large.unlink()
    sys.exit(1 if failures else 0)


main()
