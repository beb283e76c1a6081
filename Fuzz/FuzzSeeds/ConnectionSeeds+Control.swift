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
]

private func cubicScript(_ shared: Setup, _ steps: [[UInt8]]) -> [UInt8] {
  connectionScript(shared, steps) + [0]
}

private func acknowledgeOnly(_ acknowledged: Acknowledged) -> [UInt8] {
  segment(Flag.ack, acknowledges: acknowledged, window: .all)
}
private let duplicate = acknowledgeOnly(.none)
