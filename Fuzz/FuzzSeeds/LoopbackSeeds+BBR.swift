import FuzzProperties

/// Input scripts for two hosts that sample delivery rates: the phases of BBR, and the other controllers.
let loopbackPathSeeds: [Seed] =
  startupScripts + probeScripts + troubleScripts + handshakeScripts + choiceScripts

/// What the octets behind the last step choose (see `LoopbackChoice`).
private struct Choice {
  var control: UInt8 = 2
  var offersECN = false
  var isSampled = true
  /// 1, 5, 20 or 100 ms for a datagram of an exchange.
  var delay: UInt8 = 1

  var octets: [UInt8] { [0xBB, control | (offersECN ? 4 : 0) | (isSampled ? 0 : 8) | delay << 5] }
}

/// Rings of 9,000 octets for sending.
private let wide: UInt8 = 7
private let wideIPv6: UInt8 = 7 | 0x10
private let withoutReports: UInt8 = 7 | 0x40
private let left: UInt8 = 0
private let right: UInt8 = 0x10

private func script(_ setting: UInt8 = wide, _ choice: Choice = Choice(), _ steps: [[UInt8]]) -> [UInt8] {
  [setting] + steps.flatMap { $0 } + choice.octets
}

private func step(_ kind: LoopbackStep.Kind, _ side: UInt8, _ octets: UInt8...) -> [UInt8] {
  [side | kind.rawValue] + octets + fill(0, 7 - octets.count)
}

private func write(_ side: UInt8, _ count: Int) -> [UInt8] {
  [side | LoopbackStep.Kind.write.rawValue] + bigEndian(count, 2) + fill(0, 5)
}

private func deliver(_ side: UInt8, _ count: UInt8, from index: UInt8 = 0) -> [UInt8] {
  step(.deliver, side, index, count - 1)
}

private func drop(_ side: UInt8, _ count: UInt8, from index: UInt8 = 0) -> [UInt8] {
  step(.drop, side, index, count - 1)
}

/// A router marks datagrams instead of dropping them.
private func mark(_ side: UInt8, _ count: UInt8) -> [UInt8] { step(.drop, side, 0, 0x80 | (count - 1)) }
private func exchange(_ rounds: UInt8 = 8) -> [UInt8] { step(.exchange, 0, rounds - 1, 1) }

/// A pause by its number in `LoopbackTable.pauses`, from deadline to deadline.
private func pause(_ code: UInt8) -> [UInt8] { step(.time, 0, code | 0x10) }
private let tenMilliseconds: UInt8 = 2
private let fifthOfSecond: UInt8 = 4
private let halfSecond: UInt8 = 5
private let threeSeconds: UInt8 = 7

/// The left side's segments hold 68 octets of text, so that a window is many of them; then the handshake.
private let small = [step(.interface, left, 7), exchange(2)]
/// They hold 244.
private let middling = [step(.interface, left, 4), exchange(2)]

/// A link that passes eight segments in a pause, while the user always has more.
///
/// - Parameter writes: the user writes once in so many pauses.
private func bottleneck(
  _ turns: Int, _ pauseCode: UInt8 = tenMilliseconds, passes: UInt8 = 8, writes: Int = 8
) -> [[UInt8]] {
  (0..<turns).flatMap { turn in
    (turn % writes == 0 ? [write(left, 9_000), step(.read, right, 0xFF, 0xFF)] : [])
      + [pause(pauseCode), deliver(right, passes), deliver(left, passes)]
  }
}

private let startupScripts = [
  Seed("bbr-starts-up", script(wide, Choice(), small + [write(left, 9_000), exchange(), exchange()])),
  Seed(
    "bbr-starts-up-with-the-user-as-the-limit",
    script(
      wide, Choice(), small + (0..<12).flatMap { _ in [write(left, 700), exchange(3)] })),
  Seed("bbr-fills-the-pipe-and-drains", script(wide, Choice(), small + bottleneck(14))),
  // A.4 of the draft: the path becomes slower.
  Seed(
    "bbr-drains-for-three-round-trips",
    script(wide, Choice(), small + bottleneck(14) + bottleneck(16, passes: 2))),
  Seed("bbr-fills-the-pipe-over-ipv6", script(wideIPv6, Choice(delay: 2), [exchange(2)] + bottleneck(14))),
  // All that is acknowledged left twice.
  Seed(
    "bbr-without-a-round-trip",
    script(
      wide | 0x20, Choice(),
      [drop(right, 1), pause(threeSeconds), exchange(3), write(left, 2_000), drop(right, 16)]
        + [pause(threeSeconds), exchange(2), write(left, 9_000), exchange(8)])),
  // Nothing takes any time: there are neither rates nor round trips.
  Seed(
    "bbr-on-a-path-without-delay",
    script(
      wide, Choice(),
      [step(.interface, left, 7), deliver(right, 1), deliver(left, 1), deliver(right, 1), write(left, 9_000)]
        + [deliver(right, 8), deliver(left, 8), drop(right, 1), deliver(right, 8), deliver(left, 8)]
        + [deliver(right, 8), deliver(left, 8), deliver(right, 8), deliver(left, 8)])),
  Seed(
    "bbr-loses-much-in-startup",
    script(
      wide, Choice(),
      small + bottleneck(2)
        + [drop(right, 1), drop(right, 1, from: 2), drop(right, 1, from: 4), drop(right, 1, from: 6)]
        + [drop(right, 1, from: 8), drop(right, 1, from: 10), drop(right, 1, from: 12)] + bottleneck(16))),
  Seed(
    "bbr-loses-in-startup-without-reports",
    script(withoutReports, Choice(), middling + bottleneck(2) + [drop(right, 1)] + bottleneck(14))),
  Seed(
    "bbr-loses-only-the-order-in-startup-without-reports",
    script(withoutReports, Choice(), small + bottleneck(3) + [step(.reorder, right)] + bottleneck(14))),
  Seed(
    "bbr-is-marked-in-startup",
    script(
      wide, Choice(offersECN: true), small + bottleneck(3) + [mark(right, 4)] + bottleneck(12))),
]

private let probeScripts = [
  Seed("bbr-probes-for-more", script(wide, Choice(), small + bottleneck(34))),
  Seed(
    "bbr-probes-and-the-path-bears-more",
    script(wide, Choice(), small + bottleneck(14, passes: 3) + bottleneck(20))),
  Seed(
    "bbr-probes-after-three-seconds",
    script(
      wide, Choice(), small + bottleneck(12) + bottleneck(18, fifthOfSecond))),
  Seed(
    "bbr-probes-and-loses",
    script(
      wide, Choice(),
      small + bottleneck(18) + [drop(right, 3)] + bottleneck(6) + [drop(right, 3)] + bottleneck(8))),
  Seed(
    "bbr-probes-and-is-marked",
    script(
      wide, Choice(offersECN: true),
      small + bottleneck(16) + [mark(right, 2)] + bottleneck(3) + [mark(right, 8)] + bottleneck(10))),
  // A.8, A.16: the path becomes slower while it cruises, and loses.
  Seed(
    "bbr-cruises-and-loses",
    script(
      wide, Choice(),
      small + bottleneck(24) + [drop(right, 6)] + bottleneck(3) + [drop(right, 6)] + bottleneck(3)
        + [drop(right, 3)] + bottleneck(4))),
  // A.15: ten times as fast.
  Seed(
    "bbr-probes-and-the-path-is-faster",
    script(wide, Choice(), small + bottleneck(22, passes: 2) + bottleneck(12))),
  // A.21: a loss while it probes.
  Seed(
    "bbr-loses-while-it-probes",
    script(
      wide, Choice(),
      middling + bottleneck(12, fifthOfSecond, writes: 4) + [drop(right, 1)]
        + bottleneck(6, fifthOfSecond, writes: 4) + [drop(right, 1)]
        + bottleneck(6, fifthOfSecond, writes: 4) + [drop(right, 2)]
        + bottleneck(8, fifthOfSecond, writes: 4))),
  Seed(
    "bbr-loses-at-the-end-of-a-probe",
    script(
      wide, Choice(),
      middling + bottleneck(14, fifthOfSecond, writes: 4) + [drop(right, 1, from: 2)]
        + bottleneck(3, fifthOfSecond, writes: 4) + [drop(right, 1, from: 2)]
        + bottleneck(15, fifthOfSecond, writes: 4))),
  // A.9: no rounds enough for another probe, and it is time.
  Seed(
    "bbr-cruises-until-it-is-time",
    script(wide, Choice(delay: 3), small + bottleneck(34, fifthOfSecond))),
  Seed(
    "bbr-is-marked-while-it-probes",
    script(
      wide, Choice(offersECN: true),
      small + bottleneck(12, fifthOfSecond) + [mark(right, 1)] + bottleneck(10, fifthOfSecond)
        + [mark(right, 4)] + bottleneck(11, fifthOfSecond))),
  // A.18: what looks like a loss while it probes was only late.
  Seed(
    "bbr-loses-only-the-order-while-it-probes",
    script(
      wide, Choice(),
      middling + bottleneck(14, fifthOfSecond, writes: 4) + [step(.reorder, right)]
        + bottleneck(7, fifthOfSecond, writes: 4) + [step(.reorder, right), step(.reorder, right)]
        + bottleneck(10, fifthOfSecond, writes: 4))),
  // A.10.
  Seed(
    "bbr-probes-for-the-round-trip",
    script(wide, Choice(), small + bottleneck(10, fifthOfSecond) + bottleneck(22, halfSecond))),
  Seed(
    "bbr-probes-for-the-round-trip-in-startup",
    script(
      wide, Choice(),
      small + bottleneck(2) + [step(.move, left)] + bottleneck(12, halfSecond)
        + bottleneck(12, fifthOfSecond))),
  Seed(
    "bbr-goes-on-after-a-pause",
    script(
      wide, Choice(),
      small + bottleneck(14) + [exchange(), exchange(), exchange(), pause(threeSeconds)] + bottleneck(5)
        + [exchange(), exchange(), pause(9)] + bottleneck(4))),
]

private let troubleScripts = [
  Seed(
    "bbr-times-out",
    script(
      wide, Choice(),
      small + bottleneck(12) + [drop(right, 16), drop(right, 16), drop(left, 16), pause(threeSeconds)]
        + bottleneck(10))),
  Seed(
    "bbr-times-out-at-once",
    script(wide, Choice(), small + [write(left, 9_000), drop(right, 16), pause(threeSeconds), exchange()])),
  Seed(
    "bbr-loses-nothing-but-the-order",
    script(
      wide, Choice(),
      small + bottleneck(12) + [step(.reorder, right), deliver(right, 6), exchange(1)] + bottleneck(4)
        + [step(.reorder, right), step(.reorder, right), deliver(right, 6), deliver(left, 8), exchange(2)]
        + bottleneck(6))),
  Seed(
    "bbr-thinks-a-late-flight-lost",
    script(
      wide, Choice(),
      small + bottleneck(12) + [pause(threeSeconds), exchange(2)] + bottleneck(10))),
  Seed(
    "bbr-without-timestamps",
    script(wide | 0x20, Choice(), small + bottleneck(8) + [drop(right, 2)] + bottleneck(14))),
  Seed(
    "bbr-on-a-path-that-narrows",
    script(
      wide, Choice(),
      [exchange(2)] + bottleneck(6, passes: 2) + [step(.interface, left, 4)] + bottleneck(12))),
  Seed(
    "bbr-moves-to-another-memory",
    script(
      wide, Choice(),
      small + bottleneck(8) + [step(.move, left)] + bottleneck(8) + [step(.move, left)] + bottleneck(8))),
  Seed(
    "bbr-both-ways",
    script(
      wide, Choice(),
      small + (0..<12).flatMap { _ in [write(left, 2_000), write(right, 9_000), exchange(2)] })),
]

/// Our SYN is sent again, so that the handshake leaves room for one segment; what came twice tells later that
/// nothing was lost. The window of before the handshake was that of another segment size, and stays away.
private let handshakeScripts = [
  Seed(
    "bbr-forgets-the-window-of-before-the-handshake",
    [
      0xAB, 0x17, 0, 1, 0, 0, 0, 0, 0, 0x0B, 0, 0, 0, 0, 0, 0, 0, 0xD5, 0xD5, 0xD5, 0xD5, 0xD5, 0xD5,
      0xD5, 0xD5, 0x1E, 0x37, 0xF2, 0x55, 0xF5, 0, 0x81, 0, 0xCD, 0xCD, 0xCD, 0xCD, 0xCD, 0xCD, 0xCD,
      0xCD, 0x7F, 0x53, 0x14, 0x72, 0x5E, 0, 0, 0, 0x14, 0x71, 0xE2, 0, 0xAC, 0xE5, 0, 0x6E, 0x0B,
      0x19, 0, 0, 0, 0, 0, 0, 7, 0x23, 0x28, 0, 0, 0, 0, 0, 0x18, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0x0B,
      0x12, 0, 0, 0, 0, 0, 0, 0x10, 0, 7, 0, 0, 0, 0, 0, 0x10, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0,
      0, 0, 0x0B, 0x12, 0, 0, 0, 0, 0, 0, 0x10, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0x0B,
      0x12, 0, 0, 0, 0, 0, 0, 0x10, 0, 7, 0, 0, 0, 0, 0, 0x12, 0x75, 0x52, 0, 0x6E, 0, 0, 0,
    ] + Choice().octets)
]

/// Another controller, by its number in `setOptions`.
private let switches = step(.options, left, 15)
private let choosesBBR = step(.options, left, 0x1F)

private let choiceScripts = [
  Seed(
    "sampled-cubic",
    script(
      wide, Choice(control: 0), small + bottleneck(10) + [drop(right, 1)] + bottleneck(10))),
  Seed(
    "sampled-new-reno",
    script(
      withoutReports, Choice(control: 1), small + bottleneck(10) + [drop(right, 1)] + bottleneck(10))),
  Seed(
    "bbr-chosen-while-text-is-in-flight",
    script(
      wide, Choice(control: 0),
      small + bottleneck(4) + [choosesBBR] + bottleneck(10) + [switches] + bottleneck(4) + [choosesBBR]
        + bottleneck(6))),
  Seed(
    "bbr-refused-where-nothing-is-sampled",
    script(
      wide, Choice(isSampled: false), [exchange(2), choosesBBR, write(left, 9_000), exchange()])),
]
