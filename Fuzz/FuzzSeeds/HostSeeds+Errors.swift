// Input scripts about datagrams that are bad, what devices do about them, and ICMP errors.

extension HostScript {
  static let defectScripts = [
    Seed("ipv4-with-one-thing-wrong", script(handshake(0), (0..<15).flatMap { malformed(0, $0) })),
    Seed("ipv6-with-one-thing-wrong", script(handshake(1), (0..<15).flatMap { malformed(1, $0) })),
    Seed(
      "interface-that-does-not-exist", script(malformed(0, 0, interface: 1), malformed(0, 0, interface: 2))),
    Seed(
      "device-verifies-checksums",
      script(
        interface(0, mtu: 0, verifies: true), handshake(0, text: 9), peer(0, .push, text: 9, isDamaged: true),
        malformed(0, 6), read(0), peer(8, .acknowledge, isDamaged: true))),
    Seed(
      "device-fills-in-checksums",
      script(
        interface(0, mtu: 0, fills: true), handshake(0, text: 9), write(0, 4), peer(8, .acknowledge),
        close(0),
        peer(0, .finish), peer(0, .finish, sequence: -1))),
    Seed(
      "device-does-all-about-checksums-of-ipv6",
      script(
        interface(0, mtu: 0, verifies: true, fills: true), handshake(1, text: 9), write(0, 4), read(0),
        peer(1, .push, text: 20))),
  ]

  static let errorScripts = [
    Seed(
      "errors-about-text-in-flight",
      script(handshake(0), write(0, 4), (0..<6).flatMap { error(0, $0) })),
    Seed(
      "errors-about-text-in-flight-over-ipv6",
      script(handshake(1), write(0, 4), (0..<5).flatMap { error(1, $0) })),
    Seed(
      "errors-that-are-bad",
      script(handshake(0), write(0, 4), (1..<5).flatMap { error(0, 1, defect: $0) })),
    Seed(
      "errors-that-are-bad-over-ipv6",
      script(handshake(1), write(0, 4), (1..<5).flatMap { error(1, 1, defect: $0) })),
    Seed(
      "errors-about-a-link-local-peer",
      script(handshake(3), write(0, 4), error(3, 1, isElsewhere: true), error(3, 1), error(3, 2))),
    Seed(
      "errors-about-a-handshake-and-one-that-rests",
      script(
        peer(0, .synchronize), error(0, 1), handshake(2), close(0), peer(2, .finish), error(2, 1), error(4, 0)
      )),
    Seed(
      "attempt-refused-by-a-router", script(step(.connect, 0), error(16, 0), step(.connect, 1), error(17, 0))),
    Seed(
      "attempt-too-big-for-the-path",
      script(step(.connect, 0), error(16, 2, mtu: 2), peer(16, .synchronizeAnswer))),
    Seed(
      "path-as-short-as-can-be",
      script(
        rings: 1, handshake(0), write(0, 1), error(0, 2, mtu: 4), error(0, 2, mtu: 5, quoted: 11))),
    Seed(
      "path-shrinks-plateau-by-plateau",
      script(
        rings: 2, interface(0, mtu: 6), handshake(0), write(0, 100),
        (1..<12).flatMap { error(0, 2, mtu: 5, quoted: $0) })),
    Seed("error-about-what-is-acknowledged", script(handshake(0), write(0, 4), error(0, 2, distance: -20))),
  ]
}
