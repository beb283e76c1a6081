/// Connections with CUBIC: the octet behind the last step chooses it.
let connectionControlSeeds: [Seed] = [
  Seed(
    "cubic-slow-start",
    cubicScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        writeMuch(3), acknowledgeOnly(.oneSegment), acknowledgeOnly(.oneSegment), answer, writeMuch(3),
        answer, writeMuch(3), answer,
      ])),
  Seed(
    "cubic-three-duplicates",
    cubicScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        writeMuch(3), duplicate, duplicate, duplicate, acknowledgeOnly(.half), answer, writeMuch(3), answer,
        pass(.threeSeconds), writeMuch(3), answer, answer,
      ])),
  Seed(
    "cubic-after-a-time-out",
    cubicScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        writeMuch(3), pass(.threeSeconds), acknowledgeOnly(.oneSegment), answer, writeMuch(3), answer,
        writeMuch(3), answer, pass(.threeSeconds), answer, answer,
      ])),
  Seed(
    "cubic-hystart-rounds-become-longer",
    cubicScript(
      Setup(rings: .scaled70000),
      queueGrows + [2, 3, 4, 5].flatMap { _ in ring + [pass(.forty), pass(.ten), takeAll] } + ring
        + segments(2))),
  Seed(
    "cubic-hystart-was-none",
    cubicScript(
      Setup(rings: .scaled70000),
      queueGrows + ring + [pass(.forty), takeAll] + ring + [pass(.forty), takeAll])),
  Seed(
    "cubic-avoidance",
    cubicScript(
      Setup(rings: .scaled70000),
      activeOpen + [options(0x28)] + rounds([.millisecond]) + [duplicate, duplicate, duplicate, answer]
        + rounds([.ten, .forty, .twoHundred, .ten]) + [duplicate, duplicate, duplicate, answer]
        + rounds([.twoHundred, .tenSeconds, .tenSeconds]))),
]

/// Segments so short that the ring holds a hundred. In the first round each takes 40 ms, in the second one
/// 50, so that conservative slow start begins (RFC9406-2), and no probe leaves. Nothing is paced.
private let queueGrows =
  [connect, options(0x28), jump(.forty), synchronizeAnswer(size: 2)] + ring + [pass(.forty)] + segments(9)
  + ring
  + [pass(.forty), pass(.ten)] + segments(9)
private let takeAll = answer(window: .all)
/// As much as the ring takes.
private let ring = Array(repeating: writeMuch(3), count: 7)
/// So many segments are acknowledged, each by itself.
private func segments(_ count: Int) -> [[UInt8]] {
  Array(repeating: acknowledgeOnly(.oneSegment), count: count)
}

/// Rounds in which much is written, and acknowledged segment by segment after a pause.
private func rounds(_ pauses: [Pause]) -> [[UInt8]] {
  pauses.flatMap { pause in
    [writeMuch(3), writeMuch(3), pass(pause)] + Array(repeating: acknowledgeOnly(.oneSegment), count: 12)
      + [answer]
  }
}

private func cubicScript(_ shared: Setup, _ steps: [[UInt8]]) -> [UInt8] {
  connectionScript(shared, steps) + [0]
}

private func acknowledgeOnly(_ acknowledged: Acknowledged) -> [UInt8] {
  segment(Flag.ack, acknowledges: acknowledged, window: .all)
}
private let duplicate = acknowledgeOnly(.none)
