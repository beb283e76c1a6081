import FuzzProperties

/// Input scripts for two hosts that exchange user time-outs (RFC 5482), or adopt those of the other one.
let loopbackTimeSeeds: [Seed] = [
  Seed("user-timeouts-exchanged", timeScript(setting: 4, policy: 0)),
  Seed("user-timeouts-exchanged-without-timestamps", timeScript(setting: 4 | 0x20, policy: 0)),
  Seed("user-timeouts-exchanged-without-reports", timeScript(setting: 4 | 0x40, policy: 0)),
  Seed("user-timeouts-of-a-simultaneous-open", timeScript(setting: 4 | 0x80, policy: 0)),
  Seed("user-timeouts-exchanged-ipv6", timeScript(setting: 4 | 0x10, policy: 0)),
  Seed("user-timeouts-adopted", timeScript(setting: 4, policy: 1)),
  Seed("user-timeouts-switched-on", timeScript(setting: 4, policy: 2)),
]

/// Both sides write and hear, change what they tell, and lose some of it.
private func timeScript(setting: UInt8, policy: UInt8) -> [UInt8] {
  func step(_ kind: LoopbackStep.Kind, _ side: UInt8, _ a: UInt8, _ b: UInt8 = 0) -> [UInt8] {
    [kind.rawValue | side << 4, a, b] + fill(0, 5)
  }
  let exchange = step(.exchange, 0, 3, 1)
  func write(_ side: UInt8) -> [UInt8] { step(.write, side, 2) }
  let steps = [
    exchange, write(0), write(1), exchange,
    step(.options, 0, 0xD7), write(0), step(.drop, 1, 0, 0), exchange,  // R2 of 200 s, exchanged; lost
    step(.options, 1, 2), write(1), write(0), exchange, exchange,  // no R2
    step(.options, 0, 0x37), step(.options, 0, 0x0A), write(0), write(1), exchange,  // adopts; R2 of 4 s
    step(.options, 1, 5), write(1), exchange,  // 5 s
    step(.time, 0, 7 | 0x10), exchange,
    step(.options, 0, 0x57), write(0), exchange, exchange,
  ]
  return [setting] + steps.flatMap { $0 } + [0xBB, 0x20, policy]
}
