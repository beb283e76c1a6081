// Input scripts of `FuzzHost`: listeners for all ports, for destinations that are not ours, and with SYNs
// that wait for the program.
extension HostScript {
  /// Which input scripts there are.
  static let requestScripts = [
    Seed(
      "listen-on-all-ports",
      script(
        hasListener: false, listen(traits: anyPort), handshake(0, text: 3), handshake(9, text: 3), read(0),
        elsewhere(2, .synchronize), listen(12), handshake(10), step(.connect, 0), step(.closeListener, 0),
        step(.closeListener, 1), peer(4, .synchronize))),
    Seed(
      "listen-on-all-ports-of-one-address",
      script(
        hasListener: false, listen(0, traits: anyPort), listen(4, traits: anyPort), handshake(0),
        handshake(1), handshake(2), step(.accept, 0), step(.accept, 1))),
    Seed(
      "listen-with-traits-that-do-not-fit",
      script(
        hasListener: false, listen(traits: anyPort | 16), listen(traits: 8), listen(0, traits: foreign),
        listen(traits: anyPort), listen(traits: anyPort | foreign), listen(4, family: 1, traits: anyPort))),
    Seed(
      "listen-for-others",
      script(
        hasListener: false, listen(backlog: 3, traits: anyPort | foreign), elsewhere(0, .synchronize),
        peer(16, .acknowledge), peer(16, .push, text: 5), read(0), write(0, 3), peer(16, .acknowledge),
        elsewhere(1, .synchronize), peer(17, .acknowledge), peer(17, .push, text: 4), close(1),
        peer(17, .finish), step(.move), close(0), peer(16, .finish), pause(11))),
    Seed(
      "listen-for-others-on-one-port",
      script(
        hasListener: false, listen(traits: foreign), elsewhere(0, .synchronize), elsewhere(8, .synchronize),
        elsewhere(2, .acknowledge), peer(16, .reset), handshake(2), handshake(8))),
    Seed(
      "listen-for-others-beside-a-port-of-ours",
      script(
        hasListener: false, listen(traits: foreign), listen(12), elsewhere(8, .synchronize), handshake(8),
        elsewhere(0, .synchronize))),
    Seed(
      "listen-for-others-and-the-address-goes",
      script(
        hasListener: false, listen(backlog: 3, traits: anyPort | foreign), handshake(0, text: 2),
        peer(1, .synchronize), step(.address, 1), step(.address, 0), peer(0, .synchronize),
        peer(1, .acknowledge),
        handshake(1), handshake(0), interface(0, mtu: 2), step(.address, 0), step(.address, 1), pause(11))),
    Seed(
      "listen-for-others-over-a-small-mtu",
      script(
        hasListener: false, listen(backlog: 3, traits: anyPort | foreign), step(.address, 1),
        elsewhere(1, .synchronize), interface(0, mtu: 2), peer(16, .acknowledge), interface(0, mtu: 2),
        close(0), peer(16, .finish), interface(0, mtu: 2), release(0), interface(0, mtu: 2), pause(13),
        interface(0, mtu: 2),
        elsewhere(1, .synchronize), elsewhere(0, .synchronize))),
    Seed(
      "replies-from-others-and-a-small-mtu",
      script(
        cookies: .always, step(.closeListener, first), listen(traits: anyPort | foreign), step(.address, 1),
        step(.peer, 1, 0, 0, 0, 0, 0, 0x21, flags: held), step(.peer, 0, 0, flags: held),
        interface(0, mtu: 2), peer(1, .acknowledge))),
    Seed(
      "listen-and-let-routers-fragment",
      script(
        hasListener: false, listen(traits: 64), handshake(0, text: 5), write(0, 9), handshake(1, text: 3),
        write(1, 9), peer(0, .acknowledge), write(0, 4), close(0), peer(0, .finish), peer(0, .finish))),
    Seed(
      "others-that-rest-begin-again",
      script(
        hasListener: false, listen(traits: anyPort | foreign), elsewhere(0, .synchronize),
        peer(16, .acknowledge), close(0), peer(16, .finish), release(0),
        peer(16, .synchronize, sequence: 100), peer(16, .acknowledge, sequence: 100))),
    Seed(
      "syn-waits-and-is-answered",
      script(
        hasListener: false, listen(backlog: 3, traits: holds), peer(0, .synchronize), peer(0, .synchronize),
        decide(0, 1), decide(0, 1), peer(0, .acknowledge), peer(0, .push, text: 5), read(0),
        peer(1, .synchronize), pause(6), decide(0, 1), pause(5), pause(5), peer(1, .acknowledge))),
    Seed(
      "syn-is-answered-late-and-has-its-whole-time",
      script(
        hasListener: false, listen(traits: holds), peer(0, .synchronize), pause(7), decide(0, 1), pause(7),
        pause(5), peer(0, .acknowledge))),
    Seed(
      "syn-waits-and-is-refused",
      script(
        hasListener: false, listen(traits: holds), peer(0, .synchronize), decide(0, 2),
        peer(1, .synchronize), decide(0, 3), peer(1, .synchronize), peer(0, .synchronize), decide(1, 2),
        decide(0, 2))),
    Seed(
      "syn-waits-and-nobody-decides",
      script(
        hasListener: false, listen(traits: holds), step(.peer, 0, 0, flags: unheard), peer(2, .synchronize),
        pause(8), pause(1), peer(0, .synchronize))),
    Seed(
      "syn-waits-and-its-peer-goes-on",
      script(
        hasListener: false, listen(traits: holds), peer(0, .synchronize), peer(0, .synchronize, sequence: 9),
        peer(0, .nothing, sequence: 1), peer(0, .reset, sequence: 2), peer(0, .acknowledge),
        peer(0, .finish, sequence: 1), peer(0, .reset, sequence: 1), peer(0, .synchronize), linkUp(0),
        peer(0, .synchronizeAnswer))),
    Seed(
      "syns-wait-and-give-way",
      script(
        hasListener: false, listen(backlog: 3, traits: holds), peer(0, .synchronize), peer(2, .synchronize),
        peer(1, .synchronize), pause(4), step(.peer, 4, 0, flags: unheard), pause(5), decide(0, 1), pause(5),
        peer(5, .synchronize), peer(6, .synchronize), decide(2, 2))),
    Seed(
      "syns-wait-where-cookies-are-sent",
      script(
        cookies: .always, step(.closeListener, first), listen(backlog: 1, traits: holds | foreign),
        peer(0, .synchronize), peer(2, .synchronize), peer(0, .acknowledge), decide(0, 1),
        peer(0, .acknowledge))),
    Seed(
      "syns-wait-and-the-host-moves",
      script(
        hasListener: false, listen(backlog: 3, traits: holds), step(.peer, 0, 0, flags: unheard),
        step(.peer, 1, 0, flags: unheard), step(.move), peer(2, .synchronize), step(.address, 0),
        decide(0, 1), step(.move), step(.closeListener, 1), step(.closeListener, 0))),
    Seed(
      "cookies-for-peers-with-an-mss",
      script(
        cookies: .always, (0..<8).flatMap { peer($0, .synchronize, oddity: $0 << 4 | 6) },
        peer(5, .acknowledge, oddity: 6), peer(7, .acknowledge, oddity: 6))),
    Seed(
      "cookies-of-a-listener-without-timestamps",
      script(
        cookies: .always, step(.closeListener, first), listen(leastTimeout: 4),
        peer(0, .synchronize, oddity: 0x85), peer(0, .push, text: 3, oddity: 5), stamped(2, .synchronize, 14),
        peer(2, .acknowledge))),
    Seed(
      "handshake-of-a-listener-that-insists-on-timestamps",
      script(
        cookies: .automatic, step(.closeListener, first), listen(leastTimeout: 8),
        stamped(0, .synchronize, 14),
        peer(0, .acknowledge), stamped(0, .acknowledge), peer(0, .push, text: 3), stamped(0, .push, text: 3),
        read(0))),
    Seed(
      "address-goes-while-a-reset-waits",
      script(
        handshake(0), handshake(1), step(.end, 0, 2, flags: held), step(.end, 1, 2, flags: held),
        step(.address, 0), step(.address, 1))),
    Seed(
      "small-mtu-beside-what-is-over",
      script(handshake(1), step(.address, 1), interface(0, mtu: 2), release(0))),
    Seed(
      "link-comes-up-twice-and-beside-what-is-over",
      script(
        handshake(0), close(0), peer(0, .finish), handshake(2), abort(1), peer(4, .synchronize), pause(5),
        linkUp(0), linkUp(0), linkUp(1))),
    Seed(
      "released-with-timestamps-gives-way",
      script(
        cookies: .never, stamped(0, .synchronize, 14), stamped(0, .acknowledge), handshake(1), handshake(2),
        release(0), pause(6, byDeadlines: true), pause(4, byDeadlines: true), handshake(4, text: 3))),
    Seed(
      "errors-from-where-nobody-is",
      script(
        handshake(0), write(0, 4), error(0, 0, mtu: 2, defect: 5), error(0, 1, defect: 5), handshake(1),
        write(1, 4), error(1, 0, defect: 5), error(1, 1, mtu: 2, defect: 5))),
    Seed(
      "segments-shorter-than-allowed",
      script(handshake(0), options(0, 4, sentSegmentSize: 63), options(0, 4, sentSegmentSize: 64))),
    Seed(
      "cookies-for-peers-with-ecn",
      script(
        cookies: .always, peer(0, .synchronize, oddity: 0xF6), peer(0, .acknowledge, oddity: 6),
        peer(1, .synchronize, oddity: 0x86), peer(1, .push, text: 4, oddity: 6),
        peer(2, .synchronize, oddity: 0x36),
        step(.closeListener, first), listen(traits: 32), peer(2, .synchronize, oddity: 0xF6),
        peer(2, .acknowledge, oddity: 6))),
  ]
}
