// Input scripts about handshakes that wait for a place, connections that wait to be accepted, and ports.

extension HostScript {
  static let waitingScripts =
    acceptScripts + placeScripts + timeoutScripts + stalledScripts + portScripts + drawScripts
    + linkScripts

  private static func unheard(_ number: UInt8) -> [UInt8] { step(.handshake, number, flags: unheard) }
  private static let accept = step(.accept, first, flags: unheard)
  /// Time passes, and everything due is done at its time.
  private static let elevenSeconds = pause(6, byDeadlines: true) + pause(4, byDeadlines: true)

  private static let acceptScripts = [
    Seed("accepted-in-the-order-of-the-handshakes", script(unheard(2), unheard(0), accept, accept)),
    Seed(
      "accepted-in-the-order-in-which-handshakes-end",
      script(
        listen(0, backlog: 3), peer(0, .synchronize), peer(4, .synchronize),
        step(.peer, 4, 1, flags: unheard), step(.peer, 0, 1, flags: unheard),
        step(.accept, 0, flags: unheard),
        step(.accept, 0))),
    Seed(
      "first-of-those-that-wait-is-reset",
      script(unheard(0), unheard(2), step(.peer, 0, Segment.reset.rawValue, flags: unheard), accept, accept)),
    Seed(
      "listener-closed-with-two-that-wait-and-one-half-open",
      script(
        hasListener: false, listen(4, backlog: 3), unheard(0), unheard(1), peer(2, .synchronize),
        step(.closeListener, 0), pause(4), peer(0, .acknowledge), pause(7))),
    Seed(
      "two-listeners-of-one-family", script(hasListener: false, listen(4, family: 2), listen(4, family: 2))),
  ]

  private static let placeScripts = [
    Seed(
      "one-waits-and-one-is-half-open-and-the-backlog-is-full",
      script(unheard(0), step(.peer, 2, flags: unheard), step(.peer, 4, flags: unheard))),
    Seed(
      "newcomers-dropped-until-the-oldest-gives-way",
      script(
        flood(4, count: 2), peer(0, .synchronize), pause(3), peer(0, .synchronize), pause(3),
        peer(0, .synchronize), peer(0, .acknowledge))),
    Seed(
      "oldest-stands-for-75-milliseconds-under-a-flood",
      script(flood(4, count: 8), pause(2), peer(0, .synchronize), pause(2), peer(0, .synchronize))),
    Seed(
      "oldest-gives-way-within-200-milliseconds-under-a-flood",
      script(flood(4, count: 10), pause(3), peer(0, .synchronize), peer(2, .synchronize))),
    Seed(
      "oldest-gives-way-after-a-second",
      script(flood(4, count: 2), pause(4), peer(0, .synchronize), peer(0, .acknowledge))),
    Seed(
      "handshake-completed-and-the-rest-stand-longer-again",
      script(
        peer(0, .synchronize), peer(2, .synchronize), flood(4, count: 5), pause(3),
        step(.peer, 0, 1, flags: unheard), step(.peer, 4, flags: unheard), pause(4), peer(4, .synchronize))),
    Seed(
      "room-for-one-and-the-rest-stand-longer-again",
      script(
        peer(0, .synchronize), peer(2, .synchronize), flood(4, count: 5), pause(3), peer(0, .reset),
        peer(4, .synchronize), peer(6, .synchronize), pause(4), peer(6, .synchronize))),
    Seed(
      "crowd-that-is-gone-gives-no-place",
      script(
        hasListener: false, listen(4, backlog: 3), listen(12, backlog: 3), peer(0, .synchronize),
        peer(2, .synchronize), peer(0, .reset), peer(2, .reset), peer(8, .synchronize),
        peer(10, .synchronize),
        peer(12, .synchronize), peer(4, .synchronize))),
    Seed(
      "new-listener-takes-its-share",
      script(
        hasListener: false, listen(4, backlog: 3), peer(0, .synchronize), peer(2, .synchronize),
        peer(4, .synchronize), listen(12, backlog: 3), peer(8, .synchronize), peer(10, .synchronize))),
    Seed(
      "listener-at-its-share-takes-no-more",
      script(
        hasListener: false, listen(4, backlog: 3), listen(12, backlog: 3), peer(0, .synchronize),
        peer(2, .synchronize), peer(8, .synchronize), peer(10, .synchronize), pause(3), peer(10, .synchronize)
      )),
    Seed(
      "syn-ack-at-one-three-and-seven-seconds",
      script(
        peer(0, .synchronize), pause(4), pause(4), pause(4), pause(5), pause(4), pause(6, byDeadlines: true),
        pause(7, byDeadlines: true), pause(8, byDeadlines: true))),
  ]

  private static let timeoutScripts = [
    Seed(
      "syn-ack-waits-for-three-seconds",
      script(
        hasListener: false, listen(4, leastTimeout: 2), peer(0, .synchronize), pause(4), pause(5), pause(5),
        pause(5), pause(8, byDeadlines: true))),
    Seed(
      "syn-ack-waits-for-a-second-whatever-the-least-time-out",
      script(
        hasListener: false, listen(4, leastTimeout: 1), peer(0, .synchronize), pause(3), pause(4), pause(4),
        pause(4), peer(0, .acknowledge))),
  ]

  private static let stalledScripts = [
    Seed(
      "every-ring-taken-and-a-syn",
      script(
        handshake(0), handshake(1), handshake(2), step(.connect, 0, 0, 0, 1), peer(4, .synchronize),
        peer(4, .acknowledge))),
    Seed(
      "stalled-connection-gives-way",
      script(handshake(0), handshake(1), handshake(2), release(0), elevenSeconds, handshake(4, text: 3))),
    Seed(
      "released-three-seconds-ago-and-keeps-its-place",
      script(
        handshake(0), handshake(1), handshake(2), release(0), pause(5, byDeadlines: true), handshake(4))),
    Seed(
      "released-with-text-that-has-waited-long",
      script(
        handshake(0), handshake(1), handshake(2), write(0, 4), elevenSeconds, release(0), handshake(4),
        pause(5, byDeadlines: true))),
    Seed(
      "stalled-connection-of-another-ring-class-keeps-its-place",
      script(
        step(.connect, 0, 0, 0, 1), peer(16, .synchronizeAnswer), release(0), handshake(1), handshake(2),
        handshake(3), elevenSeconds, handshake(4))),
    Seed(
      "stalled-connection-behind-one-that-goes-on",
      script(
        handshake(0), handshake(1), handshake(2), release(0), release(1), pause(6, byDeadlines: true),
        peer(0, .acknowledge), pause(4, byDeadlines: true), handshake(4, text: 3))),
  ]

  private static let linkScripts = [
    Seed(
      "link-up-with-entries-of-each-kind",
      script(
        peer(0, .synchronize), peer(1, .synchronize), handshake(2), write(0, 100), step(.connect, 0),
        pause(5, byDeadlines: true), linkUp(0), linkUp(1), linkUp(2), pause(4, byDeadlines: true),
        peer(2, .acknowledge)))
  ]

  private static let drawScripts = [
    Seed(
      "syn-ack-that-is-due-finds-no-room-to-leave",
      script(step(.peer, 0, flags: held), step(.ask, 7, flags: held), peer(0, .acknowledge))),
    Seed(
      "twelve-ports-drawn",
      script(hasListener: false, (0..<12).flatMap { _ in step(.connect, 0) + release(0) })),
  ]

  /// Each of six ports is listened on or used, so each of the last connections finds the only one that is
  /// left.
  private static let portScripts = (0..<4).map { (rings: UInt8) in
    Seed(
      "every-port-is-found-\(rings + 1)",
      script(
        rings: rings, hasListener: false, listen(4, port: 6 + rings), listen(4, port: 2), step(.connect, 0),
        step(.connect, 0), step(.connect, 0, 0, 0, 1), step(.connect, 0), step(.connect, 0)))
  }
}
