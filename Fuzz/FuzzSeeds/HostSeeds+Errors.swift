// Tapes about datagrams that are bad, what devices do about them, and ICMP errors.

extension HostTape {
  static let defectTapes = [
    Seed("ipv4-with-one-thing-wrong", tape(handshake(0), (0..<15).flatMap { malformed(0, $0) })),
    Seed("ipv6-with-one-thing-wrong", tape(handshake(1), (0..<15).flatMap { malformed(1, $0) })),
    Seed("interface-that-does-not-exist", tape(malformed(0, 0, interface: 1), malformed(0, 0, interface: 2))),
    Seed(
      "device-verifies-checksums",
      tape(
        interface(0, mtu: 0, verifies: true), handshake(0, text: 9), peer(0, .push, text: 9, isDamaged: true),
        malformed(0, 6), read(0), peer(8, .acknowledge, isDamaged: true))),
    Seed(
      "device-fills-in-checksums",
      tape(
        interface(0, mtu: 0, fills: true), handshake(0, text: 9), write(0, 4), peer(8, .acknowledge),
        close(0),
        peer(0, .finish), peer(0, .finish, sequence: -1))),
    Seed(
      "device-does-all-about-checksums-of-ipv6",
      tape(
        interface(0, mtu: 0, verifies: true, fills: true), handshake(1, text: 9), write(0, 4), read(0),
        peer(1, .push, text: 20))),
  ]

  static let errorTapes = [
    Seed(
      "errors-about-text-in-flight",
      tape(handshake(0), write(0, 4), (0..<6).flatMap { error(0, $0) })),
    Seed(
      "errors-about-text-in-flight-over-ipv6",
      tape(handshake(1), write(0, 4), (0..<5).flatMap { error(1, $0) })),
    Seed(
      "errors-that-are-bad",
      tape(handshake(0), write(0, 4), (1..<5).flatMap { error(0, 1, defect: $0) })),
    Seed(
      "errors-that-are-bad-over-ipv6",
      tape(handshake(1), write(0, 4), (1..<5).flatMap { error(1, 1, defect: $0) })),
    Seed(
      "errors-about-a-link-local-peer",
      tape(handshake(3), write(0, 4), error(3, 1, isElsewhere: true), error(3, 1), error(3, 2))),
    Seed(
      "errors-about-a-handshake-and-one-that-rests",
      tape(
        peer(0, .synchronize), error(0, 1), handshake(2), close(0), peer(2, .finish), error(2, 1), error(4, 0)
      )),
    Seed(
      "attempt-refused-by-a-router", tape(step(.connect, 0), error(16, 0), step(.connect, 1), error(17, 0))),
    Seed(
      "attempt-too-big-for-the-path",
      tape(step(.connect, 0), error(16, 2, mtu: 2), peer(16, .synchronizeAnswer))),
    Seed(
      "path-as-short-as-can-be",
      tape(
        rings: 1, handshake(0), write(0, 1), error(0, 2, mtu: 4), error(0, 2, mtu: 5, quoted: 11))),
    Seed(
      "path-shrinks-plateau-by-plateau",
      tape(
        rings: 2, interface(0, mtu: 6), handshake(0), write(0, 100),
        (1..<12).flatMap { error(0, 2, mtu: 5, quoted: $0) })),
    Seed("error-about-what-is-acknowledged", tape(handshake(0), write(0, 4), error(0, 2, distance: -20))),
  ]
}
