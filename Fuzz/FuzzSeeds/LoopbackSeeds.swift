import FuzzProperties

/// Input scripts for two hosts and the link between them. The comments name the rows of robustness_cases.tsv.
let loopbackSeeds: [Seed] =
  handshakeScripts + transferScripts + lossScripts + windowScripts + closeScripts + forgeryScripts
  + pathScripts
  + otherScripts + loopbackPathSeeds + loopbackHoleSeeds + loopbackTimeSeeds

private typealias Kind = LoopbackStep.Kind

/// What the front octet chooses: the rings (see `LoopbackTable.rings`), and the rest.
private struct Setting {
  var rings: UInt8 = 0
  var isNearWrap = false
  var isIPv6 = false
  var hasTimestamps = true
  var hasSACKAndScale = true
  var isSimultaneous = false

  var octet: UInt8 {
    rings | (isNearWrap ? 0x08 : 0) | (isIPv6 ? 0x10 : 0) | (hasTimestamps ? 0 : 0x20)
      | (hasSACKAndScale ? 0 : 0x40) | (isSimultaneous ? 0x80 : 0)
  }
}

private let plain = Setting()
private let octetRings = Setting(rings: 1)
private let tiny = Setting(rings: 2)
private let hundreds = Setting(rings: 3)
private let thousands = Setting(rings: 4)
private let scaled = Setting(rings: 7)

/// The two sides; for a delivery the side that gets the datagram.
private let left: UInt8 = 0x00
private let right: UInt8 = 0x10
/// The side sends nothing after the step.
private let held: UInt8 = 0x20
/// The users do not fetch events after the step.
private let unheard: UInt8 = 0x40

private func script(_ setting: Setting, _ steps: [UInt8]...) -> [UInt8] {
  [setting.octet] + steps.flatMap { $0 }
}

/// A step: what, to whom, and the octets that say how.
private func step(_ kind: Kind, _ side: UInt8 = 0, _ octets: UInt8...) -> [UInt8] {
  [side | kind.rawValue] + octets + fill(0, 7 - octets.count)
}

private func write(_ side: UInt8, _ count: Int, isUrgent: Bool = false, inPlace: Bool = false) -> [UInt8] {
  let how: UInt8 = (isUrgent ? 1 : 0) | (inPlace ? 2 : 0)
  return [side | Kind.write.rawValue] + bigEndian(count, 2) + [how, 0, 0, 0, 0]
}

private func read(_ side: UInt8, _ count: Int = 0, inPlace: Bool = false) -> [UInt8] {
  [side | Kind.read.rawValue] + bigEndian(count, 2) + [inPlace ? 1 : 0, 0, 0, 0, 0]
}

private func deliver(_ side: UInt8, _ index: UInt8 = 0, count: UInt8 = 1) -> [UInt8] {
  step(.deliver, side, index, count - 1)
}

private func drop(_ side: UInt8, _ index: UInt8 = 0, count: UInt8 = 1) -> [UInt8] {
  step(.drop, side, index, count - 1)
}

private func exchange(_ rounds: UInt8 = 8, reads: Bool = true) -> [UInt8] {
  step(.exchange, 0, rounds - 1, reads ? 1 : 0)
}

private func close(_ side: UInt8) -> [UInt8] { step(.call, side, 0) }
private func abort(_ side: UInt8) -> [UInt8] { step(.call, side, 6) }
private func release(_ side: UInt8) -> [UInt8] { step(.call, side, 7) }

/// A pause by its number in `LoopbackTable.pauses`; 0 is up to the next deadline.
private func pause(_ code: UInt8 = 0, byDeadlines: Bool = false) -> [UInt8] {
  step(.time, 0, code | (byDeadlines ? 0x10 : 0))
}

/// A segment that nobody sent, relative to the last one that left the other side.
private func forge(
  _ side: UInt8, flags: UInt8, sequence: Int8 = 0, acknowledgment: Int8 = 0, text: UInt8 = 0, rest: UInt8 = 0
) -> [UInt8] {
  step(
    .forge, side, flags, UInt8(bitPattern: sequence), UInt8(bitPattern: acknowledgment), 0, text, rest)
}

private let handshakeScripts = [
  Seed("nothing-but-the-drain", script(plain)),
  Seed("handshake-at-once", script(plain, deliver(right), deliver(left), deliver(right))),
  Seed("simultaneous-open", script(Setting(isSimultaneous: true), deliver(right), deliver(left), exchange())),
  Seed(
    "simultaneous-open-with-crossed-syns-lost",
    script(Setting(isNearWrap: true, isSimultaneous: true), drop(left), drop(right), pause(), exchange())),
  // ROB-277, ROB-257
  Seed("first-syn-lost", script(plain, drop(right), pause(), write(left, 200), exchange())),
  Seed("syn-ack-lost", script(plain, deliver(right), drop(left), pause(), pause(), exchange())),
  // ROB-096
  Seed(
    "syn-twice", script(plain, step(.double, right), deliver(left), exchange(), write(right, 10), exchange())),
  // ROB-016, PEER-05
  Seed("nobody-answers", script(plain, drop(right), pause(14, byDeadlines: true))),
  Seed(
    "last-ack-lost-and-text-instead",
    script(plain, deliver(right), deliver(left), drop(right), write(left, 9))),
  // ROB-020
  Seed(
    "closed-before-the-handshake-is-complete",
    script(plain, deliver(right), close(left), pause(6), exchange())),
  // CVE-20
  Seed(
    "last-ack-of-the-handshake-never-comes",
    script(plain, deliver(right), deliver(left), drop(right), pause(10), write(left, 5), exchange())),
]

private let transferScripts = [
  Seed(
    "text-both-ways",
    script(hundreds, exchange(), write(left, 500), write(right, 900), exchange(), read(left), read(right))),
  Seed(
    "text-both-ways-over-ipv6",
    script(Setting(rings: 4, isIPv6: true), exchange(), write(left, 4_000), write(right, 900), exchange())),
  Seed(
    "numbers-wrap",
    script(Setting(rings: 3, isNearWrap: true), exchange(), write(left, 600), exchange(), write(left, 600))),
  Seed(
    "numbers-wrap-for-the-listener",
    script(
      Setting(rings: 3, isNearWrap: true, isIPv6: true), exchange(), write(right, 900), exchange(),
      write(right, 900))),
  Seed(
    "no-options-at-all",
    script(
      Setting(rings: 4, hasTimestamps: false, hasSACKAndScale: false), exchange(), write(left, 4_000),
      exchange(), read(right))),
  // ROB-002
  Seed(
    "rings-above-the-unscaled-window",
    script(scaled, exchange(), write(left, 9_000), exchange(), write(right, 9_000), exchange())),
  // ROB-289
  Seed(
    "urgent-text",
    script(plain, exchange(), write(left, 20, isUrgent: true), exchange(2, reads: false), read(right, 5))),
  Seed(
    "read-and-written-in-place",
    script(plain, exchange(), write(left, 250, inPlace: true), exchange(1), read(right, 7, inPlace: true))),
  // ROB-282
  Seed("small-writes", script(plain, exchange(), write(left, 1), write(left, 1), write(left, 1), exchange())),
]

private let lossScripts = [
  Seed(
    "one-datagram-lost-of-many",
    script(
      Setting(rings: 4, isIPv6: true), exchange(), write(left, 4_000), drop(right, 1), exchange(),
      write(left, 4_000), exchange())),
  Seed(
    "another-controller-while-text-is-lost",
    script(
      scaled, exchange(), write(left, 9_000), drop(right, 1), exchange(), step(.options, left, 15),
      write(left, 9_000), drop(right, 1), exchange(), step(.options, left, 15), write(left, 9_000), exchange()
    )),
  // ROB-086
  Seed(
    "two-losses-in-one-window",
    script(scaled, exchange(), write(left, 9_000), drop(right, 1), drop(right, 2), exchange(), exchange())),
  Seed("last-datagram-lost", script(thousands, exchange(), write(left, 3_000), drop(right, 2), pause())),
  // ROB-017
  Seed(
    "both-acknowledgments-lost",
    script(
      thousands, exchange(), write(left, 2_900), write(right, 1_900), deliver(right, count: 2),
      deliver(left, count: 2), drop(left, count: 8), drop(right, count: 8), pause(7), exchange())),
  Seed(
    "order-reversed",
    script(
      thousands, exchange(), write(left, 3_000), step(.reorder, right), step(.reorder, right), exchange())),
  Seed(
    "everything-twice", script(plain, step(.double, right), exchange(), write(left, 99), step(.double, right))
  ),
  Seed(
    "damage-in-the-text",
    script(plain, exchange(), write(left, 200), step(.corrupt, right, 0, 0, 70, 255), pause(), exchange())),
  Seed(
    "damage-in-the-header",
    script(Setting(isIPv6: true), exchange(), write(left, 200), step(.corrupt, right, 0, 0, 40, 1, 1))),
  Seed(
    "peer-falls-silent",
    script(plain, exchange(), write(left, 200), drop(right), pause(12, byDeadlines: true), exchange())),
]

private let windowScripts = [
  Seed("one-octet-at-a-time", script(octetRings, exchange(), write(left, 5), exchange(), write(left, 5))),
  // ROB-089
  Seed(
    "window-shut-and-opened-by-an-octet",
    script(
      tiny, exchange(), write(left, 16), exchange(2, reads: false), write(left, 16),
      exchange(2, reads: false), pause(), read(right, 1), exchange(1))),
  // ROB-018
  Seed(
    "both-windows-shut",
    script(
      octetRings, exchange(), write(left, 1), write(right, 1), exchange(2, reads: false), write(left, 1),
      write(right, 1), pause(), pause(), exchange(2, reads: false), read(left), read(right), exchange())),
  Seed(
    "both-windows-shut-and-probed",
    script(
      tiny, exchange(), write(left, 16), write(right, 40), exchange(2, reads: false), write(left, 16),
      write(right, 30), pause(4, byDeadlines: true), exchange(2, reads: false), pause(8, byDeadlines: true),
      exchange(2, reads: false), read(left), read(right), exchange())),
  // ROB-087
  Seed(
    "window-update-lost",
    script(
      tiny, exchange(), write(left, 16), exchange(2, reads: false), write(left, 16), read(right),
      drop(left, count: 4), pause(), exchange())),
  // ROB-090
  Seed(
    "window-shut-for-long",
    script(
      tiny, exchange(), write(left, 16), exchange(2, reads: false), write(left, 16),
      pause(13, byDeadlines: true),
      exchange(2, reads: false), pause(13), read(right), exchange())),
  Seed("unequal-rings", script(Setting(rings: 5), exchange(), write(left, 1), write(right, 900), exchange())),
]

private let closeScripts = [
  Seed(
    "close-by-one-then-the-other",
    script(plain, exchange(), close(left), exchange(), close(right), exchange())),
  Seed("close-by-both-at-once", script(plain, exchange(), close(left), close(right), exchange())),
  // PEER-03, ROB-081
  Seed(
    "fin-overtakes-the-text",
    script(
      thousands, exchange(), write(left, 2_000), close(left), step(.reorder, right, 1, 1), exchange(),
      read(right))),
  // ROB-268
  Seed(
    "ack-of-the-fin-lost",
    script(plain, exchange(), close(left), deliver(right), drop(left), pause(), pause())),
  // ROB-088
  Seed(
    "released-and-never-closed-by-the-peer", script(plain, exchange(), release(left), exchange(), pause(11))),
  // ROB-019
  Seed(
    "time-wait-ends-before-the-text-is-read",
    script(
      plain, exchange(), close(left), exchange(), write(right, 50), close(right), exchange(4, reads: false),
      pause(13), read(left))),
  // ROB-271
  Seed("abort-with-text-under-way", script(plain, exchange(), write(left, 99), abort(left), exchange())),
  Seed(
    "abort-whose-reset-is-lost",
    script(plain, exchange(), abort(right), drop(left), write(left, 9), exchange())
  ),
  Seed("text-for-a-released-handle", script(plain, exchange(), write(left, 99), release(right), exchange())),
]

/// With text in flight the window shuts left of it, as a peer that takes nothing beyond its window may say.
private let shrunk = [
  exchange(), write(left, 300), write(right, 5), deliver(left), forge(left, flags: 0x10, rest: 0x40),
]

private let forgeryScripts = [
  // ROB-018
  Seed("acknowledgment-behind-a-shrunk-edge", script(plain, shrunk.flatMap { $0 }, pause(3), exchange())),
  Seed("abort-behind-a-shrunk-edge", script(plain, shrunk.flatMap { $0 }, abort(left), exchange())),
  // ROB-082, CVE-15
  Seed("reset-in-the-window", script(plain, exchange(), forge(right, flags: 0x04, sequence: 30), exchange())),
  Seed("reset-that-fits", script(plain, exchange(), forge(right, flags: 0x04), exchange())),
  // ROB-079
  Seed("syn-in-the-window", script(plain, exchange(), forge(left, flags: 0x02, sequence: 5), exchange())),
  // ROB-015, PEER-02
  Seed(
    "acknowledgment-of-what-was-never-sent",
    script(plain, exchange(), forge(left, flags: 0x10, acknowledgment: 100), exchange())),
  Seed(
    "text-from-nobody",
    script(plain, exchange(), forge(right, flags: 0x18, text: 3), write(left, 99), exchange())),
  // CVE-13
  Seed(
    "blocks-from-nobody",
    script(
      thousands, exchange(), write(left, 3_000), forge(left, flags: 0x10, rest: 0x10), drop(right), exchange()
    )),
]

private let pathScripts = [
  // ROB-012, ROB-030
  Seed(
    "path-too-narrow",
    script(thousands, exchange(), write(left, 4_000), step(.icmp, left, 0, 0, 3, 8, 1), exchange())),
  Seed(
    "packet-too-big",
    script(
      Setting(rings: 4, isIPv6: true), exchange(), write(left, 4_000), step(.icmp, left, 0, 0, 1, 8, 1),
      exchange())),
  // ROB-263
  Seed("unreachable-in-the-handshake", script(plain, step(.icmp, left, 0, 2), exchange())),
  Seed("refused-by-a-router", script(plain, step(.icmp, left, 0, 5), exchange())),
  Seed(
    "mtu-of-68",
    script(thousands, step(.interface, left, 5), exchange(), write(left, 300), exchange(), write(right, 300))),
  Seed(
    "mtu-falls-with-text-in-flight",
    script(
      thousands, exchange(), write(left, 4_000), step(.interface, left, 3), drop(right), pause(), exchange())),
]

private let otherScripts = [
  Seed(
    "text-that-waits-leaves-when-nagle-is-turned-off",
    script(plain, exchange(), write(left, 9), write(left, 9), step(.options, left, 0), exchange())),
  // A time-out of an odd number of microseconds, and a clock that is one before it.
  Seed(
    "fixed-0013-woken-again-while-the-clock-stands",
    script(
      Setting(rings: 2, isNearWrap: true, isSimultaneous: true), step(.options, right, 6), deliver(left),
      step(.forge, right, 0x1B, 2, 0, 0, 0, 0x80), exchange())),
  Seed(
    "moved-to-another-memory",
    script(
      hundreds, exchange(), write(left, 600), step(.move, left), step(.move, right), exchange(), read(right))),
  // ROB-283
  Seed(
    "keep-alive", script(plain, exchange(), step(.options, left, 4), pause(9, byDeadlines: true), exchange())),
  Seed(
    "user-time-out",
    script(
      plain, exchange(), step(.options, left, 5), write(left, 9), drop(right), pause(9, byDeadlines: true))
  ),
  Seed(
    "held-and-unheard",
    script(
      plain, deliver(right | held), step(.transmit, right), deliver(left | unheard), exchange(),
      write(left | held, 40), write(left | held | unheard, 40), step(.transmit, left), exchange())),
]
