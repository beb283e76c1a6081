// Input scripts about handshakes for which the host keeps nothing.

extension HostScript {
  /// A segment with timestamps; a SYN has a shift of three times the low three bits, 7 for none, and SACK
  /// with the fourth.
  static func stamped(
    _ number: UInt8, _ segment: Segment, _ code: UInt8 = 0, sequence: Int8 = 0, text: UInt8 = 0
  ) -> [UInt8] {
    peer(number, segment, sequence: sequence, text: text, oddity: code << 4 | 5)
  }

  private static func unheardHandshake(_ number: UInt8) -> [UInt8] {
    step(.handshake, number, flags: unheard)
  }

  static let cookieScripts = [
    Seed(
      "cookie-for-every-syn",
      script(
        cookies: .always, handshake(0, text: 5), read(0), write(0, 4), peer(0, .acknowledge),
        handshake(1, text: 3))),
    Seed(
      "cookie-where-the-backlog-is-full",
      script(
        cookies: .automatic, flood(0, count: 3), handshake(2, text: 5), pause(5), handshake(4), pause(8),
        peer(6, .synchronize))),
    Seed(
      "cookie-where-the-table-is-full",
      script(
        cookies: .automatic, listen(12, backlog: 3), flood(0, count: 2), flood(8, count: 1),
        peer(9, .synchronize), handshake(10), peer(9, .acknowledge))),
    Seed(
      "cookie-with-timestamps",
      script(
        rings: 2, cookies: .always, stamped(0, .synchronize, 10), pause(2), stamped(0, .acknowledge),
        write(0, 4), stamped(0, .push, sequence: 3, text: 5), stamped(0, .push, text: 3), read(0),
        stamped(1, .synchronize, 7), stamped(1, .push, text: 3), stamped(2, .synchronize, 14),
        stamped(2, .finish))),
    Seed(
      "cookie-with-timestamps-at-any-tick",
      script(
        cookies: .always, (0..<8).flatMap { stamped($0, .synchronize, 14) + pause(2) },
        stamped(7, .acknowledge), stamped(0, .acknowledge))),
    Seed(
      "cookie-with-timestamps-left-out",
      script(
        cookies: .always, stamped(0, .synchronize, 8), peer(0, .acknowledge), peer(2, .synchronize),
        stamped(2, .acknowledge), peer(2, .acknowledge), stamped(0, .acknowledge))),
    Seed(
      "cookie-answered-by-text",
      script(
        cookies: .always, peer(0, .synchronize), peer(0, .push, sequence: 3, text: 4),
        peer(0, .push, text: 3), peer(0, .push, sequence: 3, text: 4), read(0), peer(2, .synchronize),
        peer(2, .finish), peer(4, .synchronize), peer(4, .reset), peer(4, .synchronizeAnswer),
        peer(4, .nothing))),
    Seed(
      "cookie-of-the-period-before",
      script(cookies: .always, peer(0, .synchronize), pause(10), peer(2, .synchronize), peer(0, .acknowledge))
    ),
    Seed(
      "cookie-of-two-periods-before",
      script(
        cookies: .always, peer(0, .synchronize), pause(11), peer(0, .acknowledge), peer(2, .synchronize),
        peer(0, .acknowledge), peer(2, .acknowledge))),
    Seed(
      "cookie-that-is-none",
      script(
        cookies: .always, peer(0, .acknowledge), peer(0, .synchronize), peer(0, .acknowledge, sequence: 1),
        peer(0, .acknowledge, acknowledgment: 1), peer(0, .acknowledge, acknowledgment: -1),
        peer(0, .acknowledge, sequence: -1), peer(2, .acknowledge), peer(0, .acknowledge))),
    Seed(
      "cookie-and-the-accept-queue-is-full",
      script(
        cookies: .always, peer(0, .synchronize), peer(2, .synchronize), peer(4, .synchronize),
        step(.peer, 0, 1, flags: unheard), step(.peer, 2, 1, flags: unheard),
        step(.peer, 4, 1, flags: unheard), step(.peer, 6, 0, flags: unheard),
        step(.accept, first, flags: unheard), step(.peer, 4, 1, 0, 0, 3, flags: unheard))),
    Seed(
      "cookie-takes-the-place-of-an-entry",
      script(
        cookies: .automatic, flood(0, count: 1), peer(4, .synchronize), peer(2, .synchronize),
        peer(6, .synchronize), step(.peer, 2, 1, flags: unheard), step(.peer, 6, 1, flags: unheard),
        step(.peer, 4, 1, flags: unheard), step(.accept, first, flags: unheard), peer(4, .acknowledge))),
    Seed(
      "cookie-and-the-rings-are-taken",
      script(
        cookies: .always, listen(12, backlog: 3, ringClass: 1), peer(8, .synchronize), peer(9, .synchronize),
        peer(8, .acknowledge), peer(9, .acknowledge), peer(10, .synchronize), release(0), pause(6), pause(5),
        peer(9, .acknowledge))),
    Seed(
      "cookie-again-when-its-connection-is-over",
      script(
        cookies: .always, handshake(0), abort(0), release(0), peer(0, .acknowledge),
        peer(0, .push, text: 5), peer(0, .synchronize), peer(0, .acknowledge))),
    Seed(
      "cookie-and-then-an-entry-of-its-pair",
      script(
        cookies: .automatic, flood(0, count: 2), peer(2, .synchronize), peer(16, .reset),
        step(.peer, 2, 0, flags: held), peer(2, .push, text: 3))),
    Seed(
      "entry-of-a-pair-and-text-behind-its-cookie",
      script(
        cookies: .automatic, flood(0, count: 2), peer(2, .synchronize), peer(16, .reset),
        step(.peer, 2, 0, flags: held), peer(2, .push, sequence: 3, text: 3), peer(2, .acknowledge))),
    Seed(
      "cookie-of-a-listener-that-was-closed",
      script(
        cookies: .always, peer(0, .synchronize), step(.closeListener, first), peer(0, .acknowledge), listen(),
        peer(0, .acknowledge), peer(2, .synchronize), peer(0, .acknowledge))),
    Seed(
      "cookie-and-a-pair-that-rests",
      script(
        cookies: .always, handshake(0), close(0), peer(0, .finish), release(0),
        peer(0, .synchronize, sequence: 100), peer(0, .acknowledge, sequence: 100))),
    Seed(
      "cookie-waits-and-its-address-goes",
      script(
        cookies: .always, step(.peer, 0, 0, flags: held), step(.peer, 1, 0, flags: held), step(.address, 0),
        peer(1, .acknowledge))),
    Seed(
      "cookies-beyond-the-queue-of-replies",
      script(cookies: .always, step(.flood, 0, 5, 1), peer(16, .acknowledge), peer(17, .acknowledge))),
    Seed(
      "cookie-from-before-a-move",
      script(
        cookies: .always, peer(0, .synchronize), handshake(2), abort(0), release(0), step(.move),
        peer(0, .acknowledge), peer(2, .acknowledge), damage(from: 0, count: 200, by: 1))),
    Seed(
      "cookies-over-both-families",
      script(
        isNearWrap: true, cookies: .automatic, listen(12, backlog: 1), peer(8, .synchronize),
        handshake(9, text: 2), handshake(11, text: 2), step(.accept, 0))),
  ]
}
