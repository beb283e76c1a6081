/// Round trips that are long enough to pace, and what may come between.
let connectionPaceSeeds: [Seed] = [
  Seed(
    "pace-spreads-a-window",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + ring + [pass(.forty), answer] + ring + [
        pass(.millisecond), pass(.millisecond), pass(.ten),
      ]
        + [answer] + ring + [pass(.millisecond), answer, pass(.forty), answer])),
  Seed(
    "pace-after-a-late-call",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + ring + [pass(.forty), answer] + ring + [jump(.forty), answer] + ring
        + [jump(.forty), pass(.ten), answer] + ring + [answer, pass(.forty), answer])),
  Seed(
    "pace-of-a-recovery",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + ring + [pass(.forty), answer] + ring + [pass(.ten)]
        + [onlyAcknowledge, onlyAcknowledge, onlyAcknowledge, pass(.forty), answer] + ring
        + [pass(.ten), answer, pass(.forty), answer])),
  Seed(
    "pace-after-a-time-out",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + ring + [pass(.forty), answer] + ring + [pass(.threeSeconds), answer] + ring
        + [pass(.ten), answer] + ring + [pass(.ten), answer, pass(.forty), answer])),
  Seed(
    "pace-switched-off-and-on",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + ring + [pass(.forty), answer] + ring + [options(0x28), pass(.ten), answer] + ring
        + [options(0x28), pass(.forty), answer] + ring + [pass(.ten), answer])),
]

/// The same with BBR, and with CUBIC where delivery rates are sampled.
let connectionPathSeeds: [Seed] = connectionPaceSeeds.flatMap {
  [Seed("bbr-" + $0.name, $0.octets + [0xEC, 0x10]), Seed("sampled-" + $0.name, $0.octets + [0xEC, 0x08])]
}

/// As much as the ring takes.
private let ring = Array(repeating: writeMuch(3), count: 7)
/// Nothing new.
private let onlyAcknowledge = segment(Flag.ack, acknowledges: .none, window: .all)
