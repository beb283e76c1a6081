/// Connections that exchange user time-outs (RFC 5482), or adopt the peer's: the octets behind the last step
/// choose which.
let connectionTimeSeeds: [Seed] = [
  Seed("user-timeout-advertised", script(exchange, activeOpen + change + quiet)),
  Seed(
    "user-timeout-advertised-by-a-listener", script(exchange, passiveOpen + [write(20), answer] + change)),
  Seed(
    "user-timeout-in-a-syn", script(adopt, [listen, syn(.long), acknowledge, write(20)] + hundredSeconds)),
  Seed(
    "user-timeout-in-a-syn-ack", script(adopt, [connect, synAnswer(.middle), write(20)] + hundredSeconds)),
  Seed(
    "user-timeout-of-a-simultaneous-open",
    script(exchange, [connect, syn(.long), synAnswer(.middle), write(20)] + hundredSeconds)),
  Seed("user-timeout-adopted", script(adopt, activeOpen + [ack(.middle), write(20)] + hundredSeconds)),
  Seed("user-timeout-with-text", script(adopt, activeOpen + [text(.middle), write(20)] + hundredSeconds)),
  Seed("user-timeout-short", script(adopt, activeOpen + [ack(.second), write(20)] + hundredSeconds)),
  Seed("user-timeout-of-zero", script(adopt, activeOpen + [ack(.zero), write(20)] + hundredSeconds)),
  Seed("user-timeout-in-minutes", script(adopt, activeOpen + [ack(.minutes), write(20)] + twoMinutes)),
  Seed(
    "user-timeout-of-years", script(adopt, activeOpen + [ack(.years), write(20), pass(.tenMinutes)] + hour)),
  Seed(
    "user-timeout-limited", script(adopt, activeOpen + [options(0x2D), ack(.long), write(20)] + twoMinutes)),
  Seed(
    "user-timeout-chosen",
    script(
      exchange, activeOpen + [options(1), ack(.long), write(20), pass(.threeSeconds), pass(.threeSeconds)])),
  Seed(
    "user-timeout-chosen-above-r2",
    script(adopt, activeOpen + [options(2), options(1), ack(.long), write(20), pass(.tenSeconds)])),
  Seed(
    "user-timeout-short-beside-a-short-r2",
    script(adopt, activeOpen + [options(2), ack(.second), write(20)] + hundredSeconds)),
  Seed(
    "user-timeout-no-longer-chosen",
    script(exchange, activeOpen + [options(1), ack(.middle), options(0x2E), write(20)] + hundredSeconds)),
  Seed(
    "user-timeout-shorter-than-before",
    script(adopt, activeOpen + [ack(.long), write(20)] + hundredSeconds + [again(.second), pass(.second)])),
  Seed(
    "user-timeout-above-a-long-rto",
    script(
      adopt, activeOpen + [options(0x12), ack(.middle), write(20), pass(.tenMinutes), pass(.tenMinutes)])),
  Seed(
    "user-timeout-and-keep-alive",
    script(adopt, activeOpen + [options(4), ack(.middle), pass(.minute), pass(.forty), pass(.minute), move])),
  Seed(
    "user-timeout-and-keep-alive-without-r2",
    script(adopt, activeOpen + [options(7), options(4), ack(.middle), pass(.minute)])),
  Seed(
    "user-timeout-and-a-shut-window",
    script(
      adopt, activeOpen + [ack(.middle), answer(window: .shut), write(20)] + hundredSeconds + [pass(.minute)])
  ),
  Seed(
    "user-timeout-of-a-released-connection",
    script(adopt, activeOpen + [ack(.long), write(20), options(0x16), release, pass(.tenSeconds)])),
  Seed(
    "user-timeout-switched", script(0x04, activeOpen + [options(0x2A)] + change + [options(0x2B)] + quiet)),
  Seed(
    "user-timeout-beside-reports",
    script(
      exchange,
      activeOpen + [early(10), early(30), early(50), options(0x2C), early(70), write(200), early(90)])),
  Seed(
    "user-timeout-beside-reports-without-timestamps",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [early(10), early(30), early(50), options(0x2C), early(70), write(200), early(90)])
      + [0xEC, exchange]),
  Seed(
    "user-timeout-without-reports",
    connectionScript(
      Setup(offersSACKAndScale: false), activeOpen + [early(10), options(0x2C), write(200), early(90)])
      + [0xEC, exchange]),
  Seed(
    "user-timeout-in-a-full-segment",
    script(exchange, activeOpen + [answer, writeMuch(2), answer, options(0x2C), writeMuch(2), answer])),
  Seed("user-timeout-not-heard", script(0x04, activeOpen + [ack(.long), write(20)] + hundredSeconds)),
]

/// The peer's options, by their place in the table.
private enum Said: UInt8 {
  case second = 1
  case middle
  case long
  case minutes
  case years
  case zero
}

private let exchange: UInt8 = 0x24
private let adopt: UInt8 = 0x44
private let hundredSeconds = [pass(.minute)] + Array(repeating: pass(.tenSeconds), count: 5)
private let twoMinutes = [
  pass(.minute), pass(.tenSeconds), pass(.tenSeconds), pass(.tenSeconds), pass(.minute),
]
private let hour = Array(repeating: pass(.tenMinutes), count: 6)
/// R2 becomes 200 s.
private let change = [options(0x2C), write(20), answer, write(20), answer]
private let quiet = [text(.long), pass(.forty), text(.long), pass(.forty), move]

private func script(_ choice: UInt8, _ steps: [[UInt8]]) -> [UInt8] {
  connectionScript(Setup(), steps) + [0xEC, choice]
}

private func syn(_ said: Said) -> [UInt8] { segment(Flag.syn, extras: said.rawValue << 5) }
private func synAnswer(_ said: Said) -> [UInt8] { segment(Flag.syn | Flag.ack, extras: said.rawValue << 5) }
private func ack(_ said: Said) -> [UInt8] { segment(Flag.ack, extras: said.rawValue << 5) }
/// It acknowledges nothing new.
private func again(_ said: Said) -> [UInt8] {
  segment(Flag.ack, acknowledges: .none, extras: said.rawValue << 5)
}
private func text(_ said: Said) -> [UInt8] { segment(Flag.ack, count: 30, extras: said.rawValue << 5) }
private func early(_ distance: Int) -> [UInt8] { segment(Flag.ack, distance, count: 5) }
