"""Runs the interop tests, each in a network namespace of its own, and prints what they found."""

import argparse
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import captures
import registry
from processes import Failed, check, die_with_parent
from fixture import Fixture

# Importing them fills the registry; their order is that of the table.
TEST_MODULES = (
    "transfers", "requests_by_curl", "close_and_reset", "zero_window_and_keepalive", "shut_windows", "urgent_data",
    "relays", "congestion_marks", "devices", "destinations", "throughput")
for module in TEST_MODULES:
    importlib.import_module(module)

PAYLOAD = 64 << 20
COLUMNS = ("test", "family", "our side", "octets", "SHA-256 equal", "options", "seconds", "result")
AT_ONCE = 4


def work(name, family, folder, payloads):
    """One test, in this process and its namespace. Its row goes to a file of the folder."""
    case = registry.CASES[name]
    fixture = Fixture(family, folder, payloads)
    result = "passed"
    begin = time.monotonic()
    try:
        fixture.set_up()
        try:
            case.function(fixture)
        finally:
            fixture.tear_down()
        if case.is_undisturbed:
            look_through(fixture)
    except Failed as error:
        result = f"FAILED: {error}"
    except Exception as error:  # a test that breaks is a test that fails
        traceback.print_exc()
        result = f"FAILED: {type(error).__name__}: {error}"
    row = {
        "test": name, "family": f"IPv{family}", "our side": fixture.side, "octets": fixture.octets,
        "SHA-256 equal": {None: "-", True: "yes", False: "NO"}[fixture.equal], "options": fixture.options or "-",
        "seconds": f"{time.monotonic() - begin:.1f}", "result": result, "note": fixture.note,
    }
    with open(os.path.join(folder, "row.json"), "w", encoding="utf-8") as file:
        json.dump(row, file)


def look_through(fixture):
    """What tshark says about the captures of a test without disturbances."""
    options = set()
    for path in fixture.captures:
        frames = captures.read(path, fixture.kernel)
        check(frames, "an empty capture")
        captures.look_through(frames)
        options.add(captures.negotiated(frames))
    fixture.options = "; ".join(sorted(options - {""}))


class Runner:
    """Runs tests in processes of their own, a few at once."""

    def __init__(self, folder, is_kept):
        self.folder = folder
        self.is_kept = is_kept
        self.payloads = []
        self.rows = {}
        self.lock = threading.Lock()

    def make_payloads(self):
        """Two random payloads, so that no mix-up of octets goes unnoticed."""
        for name in ("first", "second"):
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                for _ in range(PAYLOAD >> 20):
                    file.write(os.urandom(1 << 20))
            self.payloads.append(path)

    def run_one(self, name, family):
        """Runs one test and keeps its row."""
        folder = os.path.join(self.folder, f"{name}-{family}")
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier run has left
        os.mkdir(folder)
        # When the first process of the innermost namespace ends, all others in it end too.
        words = ["unshare", "--net", "--pid", "--fork", "--kill-child", sys.executable, __file__]
        words += ["--work", name, str(family), folder, *self.payloads]
        with open(os.path.join(folder, "log"), "wb") as log:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent)
            try:
                process.wait(registry.CASES[name].limit)
                problem = f"ended with {process.returncode}"
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                problem = f"did not end within {registry.CASES[name].limit} s"
        try:
            with open(os.path.join(folder, "row.json"), encoding="utf-8") as file:
                row = json.load(file)
        except (OSError, ValueError):
            row = dict.fromkeys(COLUMNS, "-")
            row |= {"test": name, "family": f"IPv{family}", "result": f"FAILED: {problem}", "note": ""}
        with self.lock:
            self.rows[name, family] = row
            if row["result"] != "passed":
                print(f"{name} IPv{family}: {row['result']}", flush=True)

    def run_all(self, wanted, at_once):
        """Runs tests, the long ones first."""
        waiting = sorted(wanted, key=lambda one: -registry.CASES[one[0]].seconds)

        def take():
            while True:
                with self.lock:
                    if not waiting:
                        return
                    name, family = waiting.pop(0)
                self.run_one(name, family)
                if not self.is_kept:
                    shutil.rmtree(os.path.join(self.folder, f"{name}-{family}"), ignore_errors=True)

        # Children die with the thread that made them, so the threads live until all is done.
        threads = [threading.Thread(target=take, daemon=True) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def print_table(rows):
    """The interop table."""
    cells = [COLUMNS] + [tuple(str(row[column]) for column in COLUMNS) for row in rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(COLUMNS))]
    widths[-1] = 0
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    for row in rows:
        if row["note"]:
            print(f"{row['test']} {row['family']}: {row['note']}")
    for row in rows:
        if row["result"] != "passed":
            print(f"{row['test']} {row['family']}: {row['result']}")


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog=".ci/interop", description="tcpcore against the Linux kernel's TCP")
    parser.add_argument("--only", metavar="NAME", help="run the tests whose name begins so")
    parser.add_argument("--keep", metavar="FOLDER", help="leave captures and logs there")
    parser.add_argument("--list", action="store_true", help="print the names of the tests")
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        name, family, folder, *payloads = options.work
        work(name, int(family), folder, payloads)
        return 0
    wanted = [
        (name, family) for name, case in registry.CASES.items() for family in case.families
        if name.startswith(options.only or "")]
    if options.list:
        print("\n".join(dict.fromkeys(name for name, _ in wanted)))
        return 0
    if not wanted:
        print(f"no test begins with {options.only}", file=sys.stderr)
        return 2
    folder = options.keep or tempfile.mkdtemp(prefix="interop-")
    os.makedirs(folder, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that the folder is removed
    runner = Runner(os.path.abspath(folder), options.keep is not None)
    try:
        captures.set_up(os.path.join(runner.folder, "tshark"))
        runner.make_payloads()
        runner.run_all([one for one in wanted if not registry.CASES[one[0]].is_alone], AT_ONCE)
        runner.run_all([one for one in wanted if registry.CASES[one[0]].is_alone], 1)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    rows = [runner.rows[one] for one in wanted if one in runner.rows]
    print_table(rows)
    passed = sum(row["result"] == "passed" for row in rows)
    print(f"interop: {passed} passed, {len(wanted) - passed} failed")
    return 0 if passed == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
