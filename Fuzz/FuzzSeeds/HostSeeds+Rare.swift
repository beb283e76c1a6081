// Input scripts about what is rare: tables that fill at the wrong moment, ends before anybody has noticed the
// beginning.

extension HostScript {
  static let rareScripts = [
    Seed(
      "ring-class-fills-behind-a-handshake",
      script(
        listen(12, backlog: 3, ringClass: 1), peer(8, .synchronize), peer(10, .synchronize),
        peer(8, .acknowledge), peer(10, .acknowledge, text: 3), release(0), peer(10, .acknowledge))),
    Seed(
      "reset-before-it-was-accepted",
      script(
        step(.handshake, 0, flags: unheard), step(.peer, 0, Segment.reset.rawValue, flags: unheard),
        step(.accept, first))),
    Seed(
      "accepted-without-news",
      script(step(.handshake, 0, 5, flags: unheard), step(.accept, first, flags: unheard), read(0))),
    Seed(
      "reset-before-anybody-has-heard-of-it",
      script(step(.handshake, 0, 5, flags: unheard), step(.accept, first, flags: unheard), peer(0, .reset))),
    Seed(
      "four-listeners-for-two-slots",
      script(listen(12), listen(0), listen(9), step(.closeListener, 0), listen(0), listen(1))),
    Seed(
      "backlog-of-one",
      script(
        hasListener: false, listen(4, backlog: 1), listen(12, backlog: 3), peer(8, .synchronize),
        peer(9, .synchronize), peer(0, .synchronize), peer(2, .synchronize), peer(4, .synchronize))),
    Seed(
      "address-given-to-a-path-too-short",
      script(
        step(.address, 1), interface(0, mtu: 2), step(.address, 1), interface(0, mtu: 1), step(.address, 1))),
    Seed(
      "address-gone-between-others",
      script(
        handshake(0), handshake(2), peer(4, .synchronize), peer(6, .synchronize), close(0), peer(0, .finish),
        step(.address, 2), step(.address, 0))),
    Seed(
      "one-that-rests-released-and-its-address-gone",
      script(handshake(0), close(0), peer(0, .finish), release(0), step(.address, 2), step(.address, 0))),
    Seed(
      "text-at-the-edge-of-one-that-rests",
      script(
        rings: 1, handshake(0), close(0), peer(0, .finish), peer(0, .push, text: 9),
        peer(0, .push, sequence: 1, text: 1), peer(0, .acknowledge, sequence: 1))),
    Seed(
      "many-questions-to-one-that-rests",
      script(
        handshake(0), close(0), peer(0, .finish),
        (0..<5).flatMap { _ in peer(0, .synchronize, sequence: -9) }, pause(6),
        peer(0, .synchronize, sequence: -9))),
    Seed(
      "replies-go-round",
      script(
        step(.peer, 8, 1), step(.peer, 9, 1, flags: held), step(.peer, 10, 1, flags: held),
        step(.move, flags: held), peer(11, .acknowledge))),
    Seed(
      "replies-and-segments-take-turns",
      script(
        handshake(0), step(.write, 0, 40, flags: held), step(.peer, 9, 1, flags: held),
        step(.peer, 10, 1, flags: held), peer(0, .acknowledge))),
    Seed(
      "syn-answered-until-its-time-is-over",
      script(peer(0, .synchronize), pause(4), pause(5), pause(6), pause(7), pause(8))),
    Seed(
      "listener-closed-and-the-syn-answered-again",
      script(peer(0, .synchronize), step(.closeListener, first), pause(5), pause(8))),
    Seed(
      "urgent-text-from-a-peer",
      script(handshake(0), step(.peer, 0, 0xB8, 0, 0, 5, 0, 0x54), read(0, 0), read(0))),
    Seed(
      "open-to-a-peer-of-each-family",
      script(step(.connect, 0, 1), step(.connect, 1, 1), step(.connect, 3, 1), step(.connect, 7, 0, 1))),
    Seed(
      "listener-turned-away-in-time",
      script(step(.connect, 2, 0, 1), step(.connect, 2, 3), handshake(18, text: 3))),
    Seed("reply-waits-for-its-turn", script(step(.peer, 8, 1, flags: held), pause(), peer(8, .acknowledge))),
    Seed("nobody-there", script(hasListener: false, ask(0), peer(8, .push, isDamaged: true), pause())),
    Seed("syn-again-and-again", script((0..<9).flatMap { _ in peer(0, .synchronize) }, pause(9))),
    Seed(
      "one-timer-at-a-time",
      script(
        peer(0, .synchronize), handshake(2), write(0, 4), handshake(1), close(1), peer(1, .finish),
        pause(5, budget: 1), pause(9, budget: 1), pause(12, budget: 2))),
    Seed(
      "port-of-a-listener-is-left-alone",
      script(
        listen(4, port: 1), step(.connect, 0), step(.connect, 0), close(0), close(1), step(.connect, 0),
        step(.connect, 0))),
    Seed(
      "no-ephemeral-port-left",
      script(
        hasListener: false, listen(4, port: 1), listen(4, port: 2), connected(16), close(0),
        peer(16, .finish),
        release(0), connected(17), close(0), peer(17, .finish), release(0), step(.connect, 0),
        step(.connect, 0), step(.connect, 0), step(.connect, 0, 0, 0, 1))),
    Seed("prefixes-of-any-length", script((0..<6).flatMap { step(.ask, 3, $0) })),
  ]

  /// A connection of ours to the first peer.
  private static func connected(_ number: UInt8) -> [UInt8] {
    step(.connect, 0) + peer(number, .synchronizeAnswer)
  }
}
