"""The fixture of one test: a network namespace with a TUN device between the kernel and our TCP."""

import os
import socket
import subprocess

from processes import Child, check

DEVICE = "t0"
KERNEL = {4: "10.77.0.1", 6: "fd77::1"}
OURS = {4: "10.77.0.2", 6: "fd77::2"}


def command(*words, namespace=None, keep=()):
    """Runs a short command that must succeed."""
    result = subprocess.run(
        words, capture_output=True, text=True, timeout=20, pass_fds=keep, stdin=subprocess.DEVNULL,
        preexec_fn=namespace.enter if namespace else None)
    check(result.returncode == 0, " ".join(words), "failed:", result.stderr.strip())
    return result.stdout


def set_up_device(name, address4, address6, namespace=None):
    """Configures a TUN device of the kernel, and keeps all datagrams but those of the tests off it."""
    def run(*words):
        command(*words, namespace=namespace)
    # No link-local address and no multicast: no router solicitations, no listener reports.
    run("sh", "-c", f"echo 1 >/proc/sys/net/ipv6/conf/{name}/addr_gen_mode")
    run("ip", "link", "set", name, "multicast", "off", "txqueuelen", "5000")
    run("ip", "address", "add", address4 + "/24", "dev", name)
    run("ip", "address", "add", address6 + "/64", "dev", name, "nodad")
    run("ip", "link", "set", name, "up")


class Fixture:
    """What a test works with. It says in `side`, `octets`, `equal` and `note` what the table shows."""

    def __init__(self, family, folder, payloads):
        self.family = family
        self.folder = folder
        self.payloads = payloads
        self.kernel = KERNEL[family]
        self.ours = OURS[family]
        self.side = "server"
        self.octets = 0
        self.equal = None
        self.note = ""
        self.options = ""
        # Captures that are looked through after the test, with what is known about them.
        self.captures = []
        self.children = []
        self.sockets = []

    @property
    def socket_family(self):
        """The family for Python's sockets."""
        return socket.AF_INET if self.family == 4 else socket.AF_INET6

    def set_up(self):
        """Makes the device."""
        command("ip", "link", "set", "lo", "up")
        command("ip", "tuntap", "add", "dev", DEVICE, "mode", "tun")
        set_up_device(DEVICE, KERNEL[4], KERNEL[6])

    def endpoint(self, address, port):
        """An endpoint as the tool, curl and socat write it."""
        return f"{address}:{port}" if self.family == 4 else f"[{address}]:{port}"

    def path(self, name):
        """The path of a file of this test."""
        return os.path.join(self.folder, name)

    def make_source(self, count):
        """A file "text" with the beginning of the first text."""
        with open(self.path("text"), "wb") as file, open(self.payloads[0], "rb") as source:
            file.write(source.read(count))

    def spawn(self, words, name, **arguments):
        """Starts a program that ends with the test."""
        child = Child(words, self.folder, name, **arguments)
        self.children.append(child)
        return child

    def start(self, *words, name="ours", capture=True, device=DEVICE, **arguments):
        """Starts our side with the words behind the addresses; listeners are listening when this returns."""
        words_of_device = [str(word) for word in device] if isinstance(device, tuple) else [device]
        line = [os.environ["TCPCORE"], "tun", *words_of_device]
        line += ["--address", OURS[4] + "/24", "--address", OURS[6] + "/64", "--msl", "200ms"]
        if capture:
            path = self.path(name + ".pcapng")
            self.captures.append(path)
            line += ["--capture", path]
        child = self.spawn(line + [str(word) for word in words], name, **arguments)
        if "serve" in words or "listen" in words:
            child.wait_for_text("listening on")
        return child

    def connect(self, port, seconds=10.0, **options):
        """The kernel's client, connected to our server."""
        client = self.make_socket(seconds, **options)
        client.connect((self.ours, port))
        return client

    def listen(self, port):
        """The kernel's server."""
        listener = self.make_socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.kernel, port))
        listener.listen(16)
        return listener

    def accept(self, listener):
        """The next connection of the kernel's server."""
        connection, _ = listener.accept()
        connection.settimeout(40.0)
        self.sockets.append(connection)
        return connection

    def make_socket(self, seconds=40.0):
        """A socket of the kernel whose calls time out."""
        made = socket.socket(self.socket_family, socket.SOCK_STREAM)
        made.settimeout(seconds)
        self.sockets.append(made)
        return made

    def open_connection(self, role, *words, port=5000, **arguments):
        """A connection between us, in the given role, and the kernel.

        Returns our process and the kernel's socket.
        """
        self.side = role
        if role == "server":
            child = self.start(*words, "listen", port, **arguments)
            return child, self.connect(port, 40.0)
        listener = self.listen(port)
        child = self.start(*words, "connect", self.endpoint(self.kernel, port), **arguments)
        return child, self.accept(listener)

    def tear_down(self):
        """Ends all that still runs."""
        for child in self.children:
            child.kill()
        for made in self.sockets:
            made.close()
