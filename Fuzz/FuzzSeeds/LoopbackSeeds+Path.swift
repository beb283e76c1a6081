import FuzzProperties

/// Input scripts for two hosts on a path that takes no long segments, and says nothing.
let loopbackHoleSeeds: [Seed] = [1, 2, 3].flatMap { hole in
  [
    Seed("black-hole-\(hole)", holeScript(hole, setting: wide)),
    Seed("black-hole-\(hole)-without-reports", holeScript(hole, setting: wide | 0x40)),
    Seed("black-hole-\(hole)-bbr", holeScript(hole, setting: wide, control: 2)),
    Seed("black-hole-\(hole)-newreno", holeScript(hole, setting: wide, control: 1)),
  ]
}

/// Rings of 9,000 octets for sending.
private let wide: UInt8 = 7

/// The left side writes as much as it may, and time-outs pass; then everything arrives, round by round.
private func holeScript(_ hole: UInt8, setting: UInt8, control: UInt8 = 0) -> [UInt8] {
  let write: [UInt8] = [LoopbackStep.Kind.write.rawValue] + bigEndian(9_000, 2) + fill(0, 5)
  let read: [UInt8] = [0x10 | LoopbackStep.Kind.read.rawValue, 0xFF, 0xFF] + fill(0, 5)
  let exchange: [UInt8] = [LoopbackStep.Kind.exchange.rawValue, 3, 1] + fill(0, 5)
  let pause: [UInt8] = [LoopbackStep.Kind.time.rawValue, 7 | 0x10] + fill(0, 6)
  let rounds = (0..<14).flatMap { _ in [write, exchange, read, exchange] }
  let steps = [exchange, write, pause, pause] + rounds
  let octet = control | 1 << 5 | (hole & 1) << 4 | (hole & 2) << 6
  return [setting] + steps.flatMap { $0 } + [0xBB, octet]
}
