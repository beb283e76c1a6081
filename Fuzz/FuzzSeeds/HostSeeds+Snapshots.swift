// Input scripts about snapshots that were damaged, questions, and configurations.

extension HostScript {
  /// A host in which something of each kind lives: connections in flight, with early text, closed and
  /// in TIME-WAIT, a handshake, a listener with a waiting connection, replies and events.
  private static let lively = [
    handshake(0, text: 9), write(0, 4), peer(0, .push, sequence: 20, text: 5), handshake(1), close(1),
    peer(1, .finish), step(.peer, 2, Segment.synchronize.rawValue, flags: held | unheard),
    step(.handshake, 4, flags: held | unheard), step(.peer, 9, 1, flags: held | unheard),
    step(.peer, 10, 1, flags: held | unheard), step(.connect, 0, 0, 0, 1, flags: held | unheard),
  ].flatMap { $0 }
  /// The same with connections in the other states.
  private static let closing = [
    handshake(0, text: 9), close(0), peer(0, .finish, acknowledgment: -1), handshake(2), close(1),
    peer(2, .acknowledge), step(.connect, 1, flags: held), handshake(4, text: 3),
    step(.peer, 4, Segment.reset.rawValue, 3, flags: held | unheard),
  ].flatMap { $0 }
  private static let parting = [
    handshake(0, text: 9), peer(0, .finish), handshake(2), peer(2, .finish), close(1), step(.connect, 0),
    peer(16, .synchronize), handshake(1, text: 3), peer(1, .reset), write(0, 8),
  ].flatMap { $0 }

  /// The same with one that was reset, and one whose path lets 256 octets of text through, which is its
  /// window.
  private static let narrow = [
    handshake(0), step(.peer, 0, Segment.reset.rawValue, flags: held), handshake(2), write(1, 100),
    error(2, 2, mtu: 3), pause(5), step(.write, 1, 9, flags: held | unheard),
  ].flatMap { $0 }

  /// Every octet of a range of the memory in turn. The layout of the host: first its
  /// state, then small tables, and from about 3,000 on connections, entries, listeners and replies.
  private static func damage(_ from: Int, _ to: Int, _ mask: UInt8, isUsed: Bool = false) -> [UInt8] {
    stride(from: from, to: to, by: 256).flatMap { damage(from: $0, count: 256, by: mask, isUsed: isUsed) }
  }

  static let snapshotScripts = [
    Seed("snapshot-damaged-at-its-head", script(rings: 2, parting, damage(0, 1_024, 0x80))),
    Seed("snapshot-damaged-in-its-tables", script(rings: 2, lively, damage(2_048, 5_120, 1))),
    Seed("snapshot-damaged-in-its-entries", script(rings: 2, lively, damage(5_120, 7_168, 0x80))),
    Seed("snapshot-damaged-while-closing", script(rings: 2, closing, damage(3_072, 4_096, 1))),
    Seed("snapshot-damaged-behind-the-tables", script(rings: 2, closing, damage(6_144, 7_168, 1))),
    // A capacity that makes a host too large is an error of the configuration, but here it is damage.
    Seed("fixed-0006-snapshot-of-a-host-too-large", script(rings: 3, damage(from: 0, count: 256, by: 0))),
    // The count of early ranges of a connection that is over was believed, and the digest trapped.
    Seed("snapshot-damaged-with-one-that-is-over", script(rings: 2, narrow, damage(2_048, 5_120, 1))),
    Seed("snapshot-damaged-in-the-reason-of-an-end", script(rings: 2, narrow, damage(3_072, 4_096, 2))),
    Seed(
      "snapshot-used-although-damaged", script(rings: 2, lively, damage(3_072, 5_120, 4, isUsed: true))),
    // A clock beyond its end was believed, and what was due came again and again.
    Seed(
      "fixed-0024-snapshot-with-a-clock-beyond-its-end",
      script(rings: 2, damage(from: 512, count: 256, by: 0x80, isUsed: true, use: 5))),
  ]

  static let questionScripts =
    [
      Seed("questions-about-the-host", script(ask(0), interface(0, mtu: 6), ask(0), step(.move), ask(0))),
      Seed("addresses-that-cannot-be", script(ask(1), ask(2), step(.address, 0), ask(2), ask(3))),
      Seed("prefix-changes", script(ask(3), handshake(0, text: 3), ask(3))),
      Seed("opens-that-cannot-be", script(ask(4), ask(5), listen(12), ask(4), ask(5))),
      Seed(
        "calls-for-connections-on-a-listener",
        script(
          ask(6, first), step(.handshake, 0, flags: unheard), ask(6, first), handshake(2), ask(6, first),
          ask(6))),
      Seed("no-room-to-read-into", script(handshake(0), ask(7), handshake(2, text: 4), ask(7, 1), ask(7))),
      Seed(
        "configurations-that-cannot-be", script((0..<23).flatMap { step(.configure, $0) })),
      Seed(
        "options-at-their-bounds",
        script(handshake(0), (0..<15).flatMap { options(0, $0) }, release(0), options(0, 2))),
      Seed(
        "options-set-back-while-text-waits-for-the-handshake",
        script(step(.connect, 0), write(0, 9), options(0, 1), options(0, 4))),
      Seed(
        "options-while-closing",
        script(handshake(0), close(0), options(0, 1), peer(0, .acknowledge), options(0, 3))),
      Seed(
        "our-mss-within-its-bounds",
        script((0..<3).flatMap { step(.connect, $0, 0, 0, 0, $0 + 1) + abort($0) + release($0) })),
      Seed(
        "our-mss-below-the-floor",
        script(step(.connect, 0, 0, 0, 0, 3), step(.connect, 1, 0, 0, 0, 4), step(.connect, 2, 0, 0, 0, 5))),
      Seed(
        "our-mss-on-a-path-of-68",
        script(
          step(.address, 1), interface(0, mtu: 3), step(.connect, 0, 0, 0, 0, 1),
          step(.connect, 4, 0, 0, 0, 4))),
    ]
}
