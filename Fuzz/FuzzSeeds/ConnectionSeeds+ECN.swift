/// Connections that use ECN (RFC 3168): the octets behind the last step choose what is offered.
let connectionECNSeeds: [Seed] = [
  Seed(
    "ecn-offered-and-echoed",
    ecnScript(
      offer, [connect, agreement, writeMuch(2)] + [echo(.oneSegment), echo(.half), echo(.all)] + more)),
  Seed(
    "ecn-offered-and-echoed-cubic",
    ecnScript(
      cubicOffer, [connect, agreement, writeMuch(3)] + [echo(.oneSegment), echo(.half), echo(.all)] + more)),
  Seed(
    "ecn-answered", ecnScript(0, [listen, offering, acknowledge, writeMuch(2), echo(.oneSegment)] + more)),
  Seed("ecn-off", ecnScript(off, [listen, offering, acknowledge, marked(text), writeMuch(2), echo(.half)])),
  Seed("ecn-half-an-offer", ecnScript(0, [listen, halfOffering, acknowledge, marked(text), write(20)])),
  Seed(
    "ecn-reflected", ecnScript(offer, [connect, reflection, marked(text), write(20), echo(.all), write(9)])),
  Seed(
    "ecn-marks-until-cwr",
    ecnScript(
      0,
      [
        listen, offering, acknowledge, marked(text), text, write(20), marked(announcement), text,
        announcement,
        text, write(20), marked(acknowledge), write(9),
      ])),
  Seed(
    "ecn-syn-lost",
    ecnScript(offer, [connect, pass(.threeSeconds), agreement, marked(text), writeMuch(0), echo(.all)])),
  Seed(
    "ecn-syn-ack-lost",
    ecnScript(
      0, [listen, offering, pass(.threeSeconds), acknowledge, marked(text), writeMuch(0), echo(.all)])),
  Seed(
    "ecn-second-syn-without",
    ecnScript(0, [listen, offering, synchronize, acknowledge, marked(text), write(9)])),
  Seed(
    "ecn-simultaneous-open",
    ecnScript(offer, [connect, offering, agreement, writeMuch(1), echo(.half), answer])),
  Seed(
    "ecn-simultaneous-open-half",
    ecnScript(offer, [connect, offering, synchronizeAnswer, writeMuch(1), echo(.half), answer])),
  Seed(
    "ecn-loss-behind-echo",
    ecnScript(
      offer,
      [connect, agreement, writeMuch(3), writeMuch(3), echo(.oneSegment)]
        + Array(repeating: echo(.none), count: 4)
        + [echo(.all)] + more)),
  Seed(
    "ecn-window-of-one",
    ecnScript(
      offer, hasSACK: false,
      [
        connect, agreement, writeMuch(2), pass(.second), echo(.all), writeMuch(2), echo(.all), write(50),
        pass(.threeSeconds), answer,
      ] + more)),
  Seed(
    "ecn-window-shut",
    ecnScript(
      offer,
      [
        connect, agreement, writeMuch(1), segment(Flag.ack | Flag.ece, window: .shut), write(100),
        pass(.threeSeconds), answer,
      ])),
]

private let offer: UInt8 = 5
private let cubicOffer: UInt8 = 1
private let off: UInt8 = 2
private let offering = segment(Flag.syn | Flag.ece | Flag.cwr)
private let halfOffering = segment(Flag.syn | Flag.ece)
private let agreement = segment(Flag.syn | Flag.ack | Flag.ece)
private let reflection = segment(Flag.syn | Flag.ack | Flag.ece | Flag.cwr)
private let text = segment(Flag.ack, count: 100, window: .all)
private let announcement = segment(Flag.ack | Flag.cwr, count: 100, window: .all)
private let more = [writeMuch(2), answer, writeMuch(2), echo(.all), writeMuch(2), answer]

private func echo(_ acknowledged: Acknowledged) -> [UInt8] {
  segment(Flag.ack | Flag.ece, acknowledges: acknowledged, window: .all)
}

private func ecnScript(_ choice: UInt8, hasSACK: Bool = true, _ steps: [[UInt8]]) -> [UInt8] {
  connectionScript(Setup(rings: .scaled70000, offersSACKAndScale: hasSACK), steps) + [0xEC, choice]
}
