"""A server for destinations that are not its own, and one that decides on each SYN."""

import errno
import socket

from registry import case
from processes import check
from fixture import DEVICE, KERNEL, command

# A network that the kernel believes to lie behind the device.
AWAY = {4: ("198.51.100.0/24", "198.51.100.7"), 6: ("2001:db8:77::/64", "2001:db8:77::9")}
# A second address of the kernel's, outside the network that is allowed.
OTHER = {4: "10.77.0.200", 6: "fd77:0:0:0:8000::1"}
ALLOWED = {4: "10.77.0.0/28", 6: "fd77::/80"}


def echo(fixture, address, port):
    """Calls an address and a port, and expects an echo from there."""
    client = fixture.make_socket(10.0)
    client.connect((address, port))
    client.sendall(b"is anybody there?")
    check(client.recv(100) == b"is anybody there?", "no echo from", address, port)
    check(client.getpeername()[:2] == (address, port), "the peer is", client.getpeername())
    client.shutdown(socket.SHUT_WR)
    check(client.recv(1) == b"", "no end of the stream")
    client.close()


@case("any-destination")
def any_destination(fixture):
    """A transparent server: addresses that nobody has, every port, and its own."""
    network, address = AWAY[fixture.family]
    command("ip", "route", "add", network, "dev", DEVICE)
    server = fixture.start("--any", "serve", "echo")
    for port in (1, 80, 443, 5000, 65535):
        echo(fixture, address, port)
    echo(fixture, fixture.ours, 7)
    check(server.stop() == 0, "the server did not stop in order")


@case("any-destination-one-port")
def one_port(fixture):
    """Port 80 of every address; nobody answers for the other ports of others."""
    network, address = AWAY[fixture.family]
    command("ip", "route", "add", network, "dev", DEVICE)
    server = fixture.start("--any", "serve", "echo", "--port", 80)
    echo(fixture, address, 80)
    client = fixture.make_socket(1.0)
    try:
        client.connect((address, 81))
        check(False, "somebody has answered")
    except socket.timeout:
        pass
    check(server.stop() == 0, "the server did not stop in order")


@case("syn-decided-on")
def decided(fixture):
    """SYNs of one network are answered, those of others get the reset of a closed port."""
    prefix = "/24" if fixture.family == 4 else "/64"
    command("ip", "address", "add", OTHER[fixture.family] + prefix, "dev", DEVICE, *(
        ["nodad"] if fixture.family == 6 else []))
    server = fixture.start("--allow", ALLOWED[fixture.family], "serve", "echo")
    for _ in range(3):
        refused = fixture.make_socket(5.0)
        refused.bind((OTHER[fixture.family], 0))
        check(refused.connect_ex((fixture.ours, 7)) == errno.ECONNREFUSED, "it was not refused")
        client = fixture.make_socket(10.0)
        client.bind((KERNEL[fixture.family], 0))
        client.connect((fixture.ours, 7))
        client.sendall(b"here")
        check(client.recv(4) == b"here", "no echo")
        client.close()
    check(server.stop() == 0, "the server did not stop in order")
