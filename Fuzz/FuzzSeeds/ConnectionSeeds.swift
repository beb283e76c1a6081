/// Input scripts for one connection. The comments name the rows of robustness_cases.tsv.
let connectionSeeds: [Seed] =
  eventScripts + segmentScripts + handshakeScripts + textScripts + connectionCloseScripts + sendingScripts
  + timerScripts + duplicateScripts + errorScripts + rareConnectionScripts + roundTripScripts
  + linkScripts
  + connectionHoleScripts + connectionControlSeeds + connectionPaceSeeds + connectionPathSeeds
  + connectionECNSeeds + connectionTimeSeeds

/// Each kind of event in each state (RFC 9293 section 3.10).
private let eventScripts: [Seed] = states.flatMap { state, way in
  let calls: [(name: String, steps: [[UInt8]])] = [
    ("calls", [write(10), read(), openAgain, askStale, move]),
    ("close-twice", [close, close, pass(.second)]),
    ("abort-twice", [abort, abort, acknowledge]),
    ("release", [segment(Flag.ack | Flag.psh, count: 30), release, segment(Flag.ack, count: 5), finish]),
    ("user-time-out", [options(1), write(5), jump(.tenSeconds), pass(.minute)]),
    ("retransmission-time-out", [write(5), jump(.threeSeconds), pass(.minute), pass(.fourMinutes)]),
    ("long-silence", [pass(.tenMinutes), jump(.days25)]),
    (
      "listener-calls",
      [listen, askListener(0), askListener(1), askListener(2), askListener(4), askListener(3)]
    ),
    ("turn-listener", [listen, turnListener]),
    ("icmp", (0..<6).map { icmp($0, .none) }),
  ]
  return calls.map { Seed("\(state)-\($0.name)", connectionScript(Setup(), way + $0.steps)) }
}

/// Each kind of segment in each state: one input script for each, from inside the window to half the circle
/// away.
private let segmentScripts: [Seed] = states.flatMap { state, way in
  let segments: [(name: String, segment: [UInt8])] = [
    ("rst-exact", segment(Flag.rst)),
    ("rst-in-window", segment(Flag.rst, 5)),
    ("rst-at-the-edge", segment(Flag.rst, at: .rightEdge)),
    ("rst-with-ack", segment(Flag.rst | Flag.ack)),
    ("rst-before-the-window", segment(Flag.rst, at: .beforeNext, count: 3)),
    ("syn-again", segment(Flag.syn, at: .initial)),
    ("syn-in-window", segment(Flag.syn, at: .next, 100)),
    ("syn-ack-of-nothing", segment(Flag.syn | Flag.ack, acknowledges: .beyond)),
    ("ack-of-nothing-sent", segment(Flag.ack, acknowledges: .beyond, count: 5)),
    ("ack-too-old", segment(Flag.ack, acknowledges: .tooOld, -1, count: 5)),
    ("ack-old", segment(Flag.ack, acknowledges: .none, -1, count: 5)),
    ("no-ack", segment(Flag.psh, count: 5)),
    ("no-flags", segment(0)),
    ("text-in-window", segment(Flag.ack | Flag.psh, count: 40)),
    ("text-beyond-a-gap", segment(Flag.ack, 10, count: 40)),
    ("text-at-the-edge", segment(Flag.ack, at: .rightEdge, count: 4)),
    ("text-half-the-circle-away", segment(Flag.ack, at: .halfCircle, count: 4)),
    ("text-urgent", segment(Flag.ack | Flag.urg, count: 20)),
    ("urgent-far", segment(Flag.ack | Flag.urg, count: 5, extras: 0xC0)),
    ("fin-in-order", segment(Flag.fin | Flag.ack, count: 3)),
    ("fin-beyond-a-gap", segment(Flag.fin | Flag.ack, 7, count: 3)),
    ("fin-old", segment(Flag.fin | Flag.ack, at: .beforeNext)),
    ("old-timestamp", segment(Flag.ack, count: 4, stamp: .old)),
    ("missing-timestamp", segment(Flag.ack, count: 4, stamp: .missing)),
    ("future-timestamp", segment(Flag.ack, count: 4, stamp: .halfCircle)),
    ("keep-alive", segment(Flag.ack, at: .beforeNext)),
    ("all-flags", segment(0xFF, count: 3)),
  ]
  let groups = stride(from: 0, to: segments.count, by: 1).map { segments[$0] }
  return groups.map { name, segment in
    Seed("\(state)-\(name)", connectionScript(Setup(), way + [segment, segment, acknowledge]))
  }
}

private let handshakeScripts: [Seed] = [
  Seed("active-open", connectionScript(Setup(), activeOpen)),
  Seed("passive-open", connectionScript(Setup(), passiveOpen)),
  Seed("passive-open-ipv6", connectionScript(Setup(isIPv6: true), passiveOpen + [write(100), answer])),
  Seed(
    "simultaneous-open",
    connectionScript(
      Setup(), [connect, synchronize, segment(Flag.syn | Flag.ack, at: .initial), write(9), answer])),
  Seed(
    "simultaneous-open-plain-ack", connectionScript(Setup(), [connect, synchronize, acknowledge, finish])),
  Seed(
    "syn-ack-lost",
    connectionScript(Setup(), [listen, synchronize, synchronize, pass(.threeSeconds), acknowledge])),
  // The SYN-ACK of a simultaneous open had not left when the peer's came.
  Seed(
    "fixed-0001-simultaneous-open-without-acknowledgment",
    connectionScript(Setup(), [held(connect), transmit(1), held(synchronize), acknowledge])),
  // An MSS of 0 in a SYN to a listener was taken for none.
  Seed(
    "fixed-0002-mss-of-zero",
    connectionScript(Setup(), [listen, [0, Flag.syn, 0, 0, 0, 0, 0x60, 0], acknowledge, write(200), answer])),
  // What ICMP said of the path before the peer's MSS was known had been forgotten.
  Seed(
    "fixed-0003-path-mtu-of-the-handshake",
    connectionScript(
      Setup(),
      [connect, icmp(2, .none, mtu: 2), synchronizeAnswer, writeMuch(1), answer])),
  // ROB-001
  Seed(
    "syn-before-our-own-left", connectionScript(Setup(), [held(connect), held(synchronize), transmit(1)])),
  Seed(
    "syn-with-text-and-fin",
    connectionScript(Setup(), [listen, segment(Flag.syn | Flag.fin, count: 20), acknowledge])),
  Seed(
    "syn-ack-with-text-and-fin",
    connectionScript(Setup(), [connect, segment(Flag.syn | Flag.ack | Flag.fin, count: 20), read()])),
  Seed(
    "ack-with-text-and-fin-opens",
    connectionScript(Setup(), [listen, synchronize, segment(Flag.ack | Flag.fin, count: 20), read()])),
  // PEER-05, ROB-016
  Seed("half-open-ends", connectionScript(Setup(), [listen, synchronize, pass(.halfOpenLife), acknowledge])),
  Seed(
    "half-open-ends-at-once",
    connectionScript(Setup(), [listen, synchronize, jump(.halfOpenLife), synchronize])),
  Seed(
    "half-open-without-its-listener",
    connectionScript(Setup(), [listen, synchronize, closeListener, acknowledge])),
  Seed(
    "half-open-old-timestamp",
    connectionScript(Setup(), [listen, synchronize, segment(Flag.ack, stamp: .old), acknowledge])),
  Seed(
    "half-open-answers-three-times",
    connectionScript(
      Setup(),
      [listen, synchronize] + Array(repeating: segment(Flag.ack, at: .rightEdge, count: 1), count: 5) + [
        acknowledge
      ])),
  Seed(
    "close-in-syn-received",
    connectionScript(Setup(), [connect, synchronize, close, acknowledge, answer, finish])),
  Seed(
    "text-waits-for-the-handshake",
    connectionScript(Setup(), [connect, write(200), close, synchronizeAnswer, answer, finish])),
  Seed(
    "window-of-a-syn-is-not-scaled",
    connectionScript(
      Setup(rings: .scaled70000),
      [connect, segment(Flag.syn | Flag.ack, window: .ten), writeMuch(3), answer, answer])),
  Seed(
    "scale-above-14",
    connectionScript(
      Setup(rings: .scaled70000),
      [listen, [0, Flag.syn, 0, 0, 0, 0, 4, 0], acknowledge, writeMuch(3), answer])),
  Seed(
    "syn-without-options",
    connectionScript(
      Setup(),
      [
        listen, segment(Flag.syn, stamp: .missing, extras: 0x1C), segment(Flag.ack, stamp: .missing),
        write(200), answer,
      ])),
  Seed(
    "numbers-wrap-in-the-handshake",
    connectionScript(
      Setup(isNearWrap: true), activeOpen + [writeMuch(1), answer, segment(Flag.ack, count: 200), read()])),
  Seed("handshake-times-out", connectionScript(Setup(), [connect, pass(.fourMinutes)])),
  Seed(
    "handshake-that-a-driver-began-late",
    connectionScript(Setup(), [held(connect), held(jump(.minute)), pass(.fourMinutes)])),
  Seed("handshake-unreachable", connectionScript(Setup(), [connect, icmp(1, .none), pass(.fourMinutes)])),
  Seed(
    "pair-reused-by-sequence",
    connectionScript(
      Setup(offersTimestamps: false),
      [listen] + activeOpen + [close, answer, finish, segment(Flag.syn, at: .next, 9), acknowledge])),
  Seed(
    "pair-reused-by-timestamp",
    connectionScript(
      Setup(),
      [listen] + activeOpen + [
        close, answer, finish, jump(.second), segment(Flag.syn), acknowledge, write(4),
      ])),
  Seed(
    "pair-reused-after-release",
    connectionScript(
      Setup(),
      [listen] + activeOpen + [close, answer, finish, release, jump(.second), segment(Flag.syn), acknowledge])
  ),
  Seed(
    "pair-not-reused-by-an-old-syn",
    connectionScript(
      Setup(), [listen] + activeOpen + [close, answer, finish, segment(Flag.syn, at: .next, -9, stamp: .old)])
  ),
]
