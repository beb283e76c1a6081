// Tapes about handshakes that wait for a place, connections that wait to be accepted, and ports.

extension HostTape {
  static let waitingTapes = acceptTapes + placeTapes + timeoutTapes + stalledTapes + portTapes + drawTapes

  private static func unheard(_ number: UInt8) -> [UInt8] { step(.handshake, number, flags: unheard) }
  private static let accept = step(.accept, first, flags: unheard)
  /// Time passes, and everything due is done at its time.
  private static let elevenSeconds = pause(6, byDeadlines: true) + pause(4, byDeadlines: true)

  private static let acceptTapes = [
    Seed("accepted-in-the-order-of-the-handshakes", tape(unheard(2), unheard(0), accept, accept)),
    Seed(
      "accepted-in-the-order-in-which-handshakes-end",
      tape(
        listen(0, backlog: 3), peer(0, .synchronize), peer(4, .synchronize),
        step(.peer, 4, 1, flags: unheard), step(.peer, 0, 1, flags: unheard),
        step(.accept, 0, flags: unheard),
        step(.accept, 0))),
    Seed(
      "first-of-those-that-wait-is-reset",
      tape(unheard(0), unheard(2), step(.peer, 0, Segment.reset.rawValue, flags: unheard), accept, accept)),
    Seed(
      "listener-closed-with-two-that-wait-and-one-half-open",
      tape(
        hasListener: false, listen(4, backlog: 3), unheard(0), unheard(1), peer(2, .synchronize),
        step(.closeListener, 0), pause(4), peer(0, .acknowledge), pause(7))),
    Seed(
      "two-listeners-of-one-family", tape(hasListener: false, listen(4, family: 2), listen(4, family: 2))),
  ]

  private static let placeTapes = [
    Seed(
      "one-waits-and-one-is-half-open-and-the-backlog-is-full",
      tape(unheard(0), step(.peer, 2, flags: unheard), step(.peer, 4, flags: unheard))),
    Seed(
      "newcomers-dropped-until-the-oldest-gives-way",
      tape(
        flood(4, count: 2), peer(0, .synchronize), pause(3), peer(0, .synchronize), pause(3),
        peer(0, .synchronize), peer(0, .acknowledge))),
    Seed(
      "oldest-stands-for-75-milliseconds-under-a-flood",
      tape(flood(4, count: 8), pause(2), peer(0, .synchronize), pause(2), peer(0, .synchronize))),
    Seed(
      "oldest-gives-way-within-200-milliseconds-under-a-flood",
      tape(flood(4, count: 10), pause(3), peer(0, .synchronize), peer(2, .synchronize))),
    Seed(
      "oldest-gives-way-after-a-second",
      tape(flood(4, count: 2), pause(4), peer(0, .synchronize), peer(0, .acknowledge))),
    Seed(
      "handshake-completed-and-the-rest-stand-longer-again",
      tape(
        peer(0, .synchronize), peer(2, .synchronize), flood(4, count: 5), pause(3),
        step(.peer, 0, 1, flags: unheard), step(.peer, 4, flags: unheard), pause(4), peer(4, .synchronize))),
    Seed(
      "room-for-one-and-the-rest-stand-longer-again",
      tape(
        peer(0, .synchronize), peer(2, .synchronize), flood(4, count: 5), pause(3), peer(0, .reset),
        peer(4, .synchronize), peer(6, .synchronize), pause(4), peer(6, .synchronize))),
    Seed(
      "crowd-that-is-gone-gives-no-place",
      tape(
        hasListener: false, listen(4, backlog: 3), listen(12, backlog: 3), peer(0, .synchronize),
        peer(2, .synchronize), peer(0, .reset), peer(2, .reset), peer(8, .synchronize),
        peer(10, .synchronize),
        peer(12, .synchronize), peer(4, .synchronize))),
    Seed(
      "new-listener-takes-its-share",
      tape(
        hasListener: false, listen(4, backlog: 3), peer(0, .synchronize), peer(2, .synchronize),
        peer(4, .synchronize), listen(12, backlog: 3), peer(8, .synchronize), peer(10, .synchronize))),
    Seed(
      "listener-at-its-share-takes-no-more",
      tape(
        hasListener: false, listen(4, backlog: 3), listen(12, backlog: 3), peer(0, .synchronize),
        peer(2, .synchronize), peer(8, .synchronize), peer(10, .synchronize), pause(3), peer(10, .synchronize)
      )),
    Seed(
      "syn-ack-at-one-three-and-seven-seconds",
      tape(
        peer(0, .synchronize), pause(4), pause(4), pause(4), pause(5), pause(4), pause(6, byDeadlines: true),
        pause(7, byDeadlines: true), pause(8, byDeadlines: true))),
  ]

  private static let timeoutTapes = [
    Seed(
      "syn-ack-waits-for-three-seconds",
      tape(
        hasListener: false, listen(4, leastTimeout: 2), peer(0, .synchronize), pause(4), pause(5), pause(5),
        pause(5), pause(8, byDeadlines: true))),
    Seed(
      "syn-ack-waits-for-a-second-whatever-the-least-time-out",
      tape(
        hasListener: false, listen(4, leastTimeout: 1), peer(0, .synchronize), pause(3), pause(4), pause(4),
        pause(4), peer(0, .acknowledge))),
  ]

  private static let stalledTapes = [
    Seed(
      "every-ring-taken-and-a-syn",
      tape(
        handshake(0), handshake(1), handshake(2), step(.connect, 0, 0, 0, 1), peer(4, .synchronize),
        peer(4, .acknowledge))),
    Seed(
      "stalled-connection-gives-way",
      tape(handshake(0), handshake(1), handshake(2), release(0), elevenSeconds, handshake(4, text: 3))),
    Seed(
      "released-three-seconds-ago-and-keeps-its-place",
      tape(
        handshake(0), handshake(1), handshake(2), release(0), pause(5, byDeadlines: true), handshake(4))),
    Seed(
      "released-with-text-that-has-waited-long",
      tape(
        handshake(0), handshake(1), handshake(2), write(0, 4), elevenSeconds, release(0), handshake(4),
        pause(5, byDeadlines: true))),
    Seed(
      "stalled-connection-of-another-ring-class-keeps-its-place",
      tape(
        step(.connect, 0, 0, 0, 1), peer(16, .synchronizeAnswer), release(0), handshake(1), handshake(2),
        handshake(3), elevenSeconds, handshake(4))),
    Seed(
      "stalled-connection-behind-one-that-goes-on",
      tape(
        handshake(0), handshake(1), handshake(2), release(0), release(1), pause(6, byDeadlines: true),
        peer(0, .acknowledge), pause(4, byDeadlines: true), handshake(4, text: 3))),
  ]

  private static let drawTapes = [
    Seed(
      "syn-ack-that-is-due-finds-no-room-to-leave",
      tape(step(.peer, 0, flags: held), step(.ask, 7, flags: held), peer(0, .acknowledge))),
    Seed(
      "twelve-ports-drawn",
      tape(hasListener: false, (0..<12).flatMap { _ in step(.connect, 0) + release(0) })),
  ]

  /// Each of six ports is listened on or used, so each of the last connections finds the only one that is left.
  private static let portTapes = (0..<4).map { (rings: UInt8) in
    Seed(
      "every-port-is-found-\(rings + 1)",
      tape(
        rings: rings, hasListener: false, listen(4, port: 6 + rings), listen(4, port: 2), step(.connect, 0),
        step(.connect, 0), step(.connect, 0, 0, 0, 1), step(.connect, 0), step(.connect, 0)))
  }
}
