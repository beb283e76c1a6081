"""Child processes that never outlive their test, and waits that always end."""

import ctypes
import os
import signal
import subprocess
import time

LIBRARY = ctypes.CDLL(None, use_errno=True)
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class Failed(Exception):
    """What a test found to be wrong, in words."""


def check(condition, *words):
    """Fails the test with the given words unless the condition holds."""
    if not condition:
        raise Failed(" ".join(str(word) for word in words))


def wait_for(condition, words, seconds=10.0):
    """Waits until the condition holds, and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < end, "waited", seconds, "s in vain:", words)
        time.sleep(0.01)


def die_with_parent():
    """Run in a child before its program: when the parent ends, however it does, so does the child."""
    LIBRARY.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


class Namespace:
    """A network namespace that lives as long as somebody is in it or this object exists."""

    def __init__(self):
        """Makes a new one; the caller, who must have one thread only, stays in its own."""
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        check(LIBRARY.unshare(NEW_NETWORK) == 0, "cannot make a network namespace")
        self.descriptor = os.open("/proc/self/ns/net", os.O_RDONLY)
        check(LIBRARY.setns(home, NEW_NETWORK) == 0, "cannot return to the network namespace")
        os.close(home)

    def enter(self):
        """Moves the calling process into this namespace."""
        if LIBRARY.setns(self.descriptor, NEW_NETWORK) != 0:
            os._exit(125)


class Child:
    """A running program with its output in files."""

    def __init__(self, words, folder, name, stdin=subprocess.DEVNULL, stdout=None, namespace=None, keep=()):
        self.name = name
        self.output_path = stdout or os.path.join(folder, name + ".out")
        self.error_path = os.path.join(folder, name + ".err")

        def prepare():
            die_with_parent()
            if namespace:
                namespace.enter()

        with open(self.output_path, "wb") as output, open(self.error_path, "wb") as error:
            self.process = subprocess.Popen(
                words, stdin=stdin, stdout=output, stderr=error, pass_fds=keep, preexec_fn=prepare)

    @property
    def error_text(self):
        """What it has written to standard error so far."""
        with open(self.error_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    @property
    def output(self):
        """What it has written to standard output so far."""
        with open(self.output_path, "rb") as file:
            return file.read()

    def wait(self, seconds=30.0):
        """Waits for the end and returns the exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} did not end within {seconds} s") from None

    def expect(self, code, text="", seconds=30.0):
        """Waits for the end, which must have this exit code, and a text on standard error."""
        found = self.wait(seconds)
        said = self.error_text.strip()
        check(found == code, self.name, "ended with", found, "instead of", code, "and said:", said)
        check(text in said, self.name, "said", repr(said), "instead of", repr(text))

    def wait_for_text(self, text, seconds=10.0):
        """Waits until standard error has a text."""

        def look():
            check(text in self.error_text or self.process.poll() is None, self.name, "has ended:", self.error_text)
            return text in self.error_text

        wait_for(look, f"{self.name} says {text!r}", seconds)

    def stop(self, number=signal.SIGTERM, seconds=10.0):
        """Asks it to end, and returns the exit code."""
        self.process.send_signal(number)
        return self.wait(seconds)

    def kill(self):
        """Ends it now if it runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
