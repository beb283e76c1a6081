// Input scripts about the round trip (RFC 6298, RFC 7323): which segments are timed, and what follows from
// their times.

private let bare = Setup(offersTimestamps: false)
private let hasty = Setup(isHasty: true)
/// Echoes of 200 ticks ago, of 3,000, and one that is always zero.
private let someTicks: UInt8 = 4
private let manyTicks: UInt8 = 8
private let zeroEcho: UInt8 = 3
/// The next time-outs may be longer than a minute.
private let longTimeouts = options(0x12)

let roundTripScripts: [Seed] =
  [
    // The round trip hardly varies, so that the granularity of the clock is what counts.
    Seed(
      "round-trip-always-the-same",
      connectionScript(
        hasty,
        [connect, jump(.ten), synchronizeAnswer, options(0x11)]
          + (0..<16).flatMap { _ in [write(5), jump(.ten), answer] })),
    Seed(
      "least-time-out-raised-behind-a-sample",
      connectionScript(
        hasty,
        activeOpen + [write(5), jump(.ten), answer, options(0x27), write(5), pass(.threeSeconds), answer])),
    Seed(
      "round-trip-grows-and-shrinks",
      connectionScript(
        hasty,
        [connect, jump(.ten), synchronizeAnswer, options(0x11)]
          + [Pause.forty, .forty, .twoHundred, .ten, .millisecond, .twoHundred, .forty].flatMap {
            [write(5), jump($0), answer]
          })),
    Seed(
      "syn-timed-out-and-nothing-tells-the-round-trip",
      connectionScript(
        bare, [connect, pass(.second), synchronizeAnswer, write(5), pass(.threeSeconds), answer])
    ),
    Seed(
      "syn-timed-out-twice-and-nothing-tells-the-round-trip",
      connectionScript(bare, [connect, pass(.threeSeconds), jump(.ten), synchronizeAnswer, write(5), answer])),
    Seed(
      "echo-from-before-the-syn-left-again",
      connectionScript(Setup(), [connect, pass(.second), synchronizeAnswer(extras: 2), write(5), answer])),
    Seed(
      "echo-a-tick-after-the-syn-left-again",
      connectionScript(
        Setup(),
        [connect, pass(.second), jump(.millisecond), jump(.millisecond), jump(.millisecond)]
          + [synchronizeAnswer(extras: 2), write(5), answer])),
    Seed(
      "two-segments-of-two-moments-acknowledged-at-once",
      connectionScript(hasty, activeOpen + [write(20), jump(.forty), write(20), jump(.ten), answer])),
    Seed(
      "first-of-two-segments-leaves-again-and-is-timed",
      connectionScript(
        hasty, activeOpen + [write(20), jump(.forty), write(20), pass(.second), jump(.ten), answer])),
    Seed(
      "syn-ack-answered-late",
      connectionScript(
        Setup(), [listen, synchronize, jump(.forty), acknowledge, write(5), jump(.ten), answer])),
    Seed(
      "syn-ack-left-twice-and-the-first-is-echoed",
      connectionScript(
        Setup(), [listen, synchronize, pass(.second), segment(Flag.ack, extras: someTicks), write(5), answer])
    ),
    Seed(
      "syn-ack-left-twice-and-the-second-is-echoed",
      connectionScript(
        Setup(),
        [listen, synchronize, pass(.second), jump(.halfSecond), segment(Flag.ack, extras: someTicks)]
          + [write(5), jump(.ten), answer])),
    Seed(
      "syn-ack-left-twice-and-nothing-tells-the-round-trip",
      connectionScript(bare, [listen, synchronize, pass(.second), jump(.ten), acknowledge, write(5), answer])),
    Seed(
      "syn-ack-asked-for-again-and-the-round-trip",
      connectionScript(
        Setup(),
        [
          listen, synchronize, jump(.twoHundred), synchronize, jump(.ten),
          segment(Flag.ack, extras: someTicks),
        ]
          + [write(5), jump(.forty), answer])),
    Seed(
      "syn-ack-answered-after-three-seconds",
      connectionScript(
        Setup(),
        [listen, synchronize, pass(.threeSeconds), pass(.threeSeconds), jump(.halfSecond)]
          + [segment(Flag.ack, extras: manyTicks), write(5), jump(.ten), answer])),
    Seed(
      "text-left-again-and-the-echo-tells-when",
      connectionScript(
        Setup(),
        activeOpen + [
          write(20), pass(.second), jump(.halfSecond), segment(Flag.ack, extras: someTicks), write(20),
          jump(.ten), answer,
        ])),
    Seed(
      "text-left-again-and-the-echo-is-from-before",
      connectionScript(
        Setup(),
        activeOpen + [
          write(20), pass(.second), jump(.ten), segment(Flag.ack, extras: someTicks), write(20), jump(.ten),
          answer,
        ])),
    Seed(
      "text-left-three-times-and-nothing-tells-the-round-trip",
      connectionScript(
        bare,
        activeOpen + [write(20), pass(.threeSeconds), jump(.ten), answer, write(20), jump(.forty), answer])
    ),
    Seed(
      "many-acknowledgments-and-one-sample",
      connectionScript(
        Setup(rings: .scaled70000),
        [connect, jump(.ten), segment(Flag.syn | Flag.ack, window: .all), writeMuch(3), jump(.forty)]
          + (0..<6).flatMap { _ in [segment(Flag.ack, acknowledges: .oneSegment, window: .all), jump(.ten)] })
    ),
  ]
  + [false, true].flatMap { isIPv6 in
    // Where the clock of our timestamps is in the upper half, an echo of zero lies ahead: a round trip of
    // weeks.
    [
      Seed(
        "echo-of-zero-to-a-syn-that-left-again-\(isIPv6 ? "ipv6" : "ipv4")",
        connectionScript(
          Setup(isIPv6: isIPv6),
          [connect, pass(.second), jump(.ten), synchronizeAnswer(extras: zeroEcho), longTimeouts, write(5)]
            + [jump(.ten), answer])),
      Seed(
        "echo-of-zero-beyond-a-minute-\(isIPv6 ? "ipv6" : "ipv4")",
        connectionScript(
          Setup(isIPv6: isIPv6),
          [connect, longTimeouts, pass(.second), jump(.ten), synchronizeAnswer(extras: zeroEcho), write(5)]
            + [jump(.ten), answer])),
    ]
  }
