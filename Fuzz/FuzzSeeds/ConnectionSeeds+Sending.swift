// Input scripts about sending: windows, loss, time.

private func acknowledgeOnly(_ acknowledged: Acknowledged, window: Window = .open) -> [UInt8] {
  segment(Flag.ack, acknowledges: acknowledged, window: window)
}
private let duplicate = acknowledgeOnly(.none)

/// A peer whose window never limits us.
private let wideOpen = [connect, segment(Flag.syn | Flag.ack, window: .all)]
/// As much in flight as the ring holds, acknowledged segment by segment.
private func fullPipe(_ count: Int) -> [[UInt8]] {
  let one = acknowledgeOnly(.oneSegment, window: .all)
  return [writeMuch(3)] + Array(repeating: [one, writeMuch(3)], count: count).flatMap { $0 }
}

let sendingScripts: [Seed] = [
  Seed(
    "ack-of-text-that-waits",
    connectionScript(
      Setup(),
      activeOpen + [
        answer(window: .shut), write(20), segment(Flag.ack, acknowledges: .beyond, 5, window: .shut), answer,
      ])),
  Seed(
    "old-acks-are-no-duplicates",
    connectionScript(
      Setup(),
      activeOpen + [writeMuch(2), acknowledgeOnly(.half)]
        + Array(repeating: segment(Flag.ack, acknowledges: .none, -100), count: 4) + [answer])),
  Seed(
    "text-is-no-duplicate-ack",
    connectionScript(
      Setup(),
      activeOpen + [writeMuch(2)]
        + Array(repeating: segment(Flag.ack, acknowledges: .none, count: 5), count: 4) + [answer])),
  Seed(
    "window-by-an-older-segment",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.ack, count: 9), segment(Flag.ack, at: .beforeNext, -12, count: 20, window: .shut),
        write(100), answer,
      ])),
  Seed(
    "crumbs-of-a-window-wait",
    connectionScript(
      Setup(),
      activeOpen + [
        answer(window: .hundred), write(200), pass(.second), answer(window: .hundred), pass(.second), answer,
      ])),
  Seed(
    "path-does-not-grow-back",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(1), icmp(2, .none, mtu: 2), icmp(2, .none, mtu: 1), answer, writeMuch(1), answer,
      ])),
  Seed(
    "text-goes-out",
    connectionScript(Setup(), activeOpen + [write(100), answer, writeMuch(2), answer, answer])),
  Seed(
    "text-goes-out-in-place",
    connectionScript(
      Setup(rings: .medium300),
      activeOpen + [
        write(180, inPlace: true), answer, write(180, inPlace: true), write(180, inPlace: true), answer,
      ])),
  Seed(
    "nagle-waits", connectionScript(Setup(), activeOpen + [write(10), write(10), write(10), answer, answer])),
  Seed("nagle-off", connectionScript(Setup(), activeOpen + [options(0), write(10), write(10), answer])),
  Seed(
    "no-nagle-and-no-delay",
    connectionScript(
      Setup(isHasty: true), activeOpen + [write(10), write(10), segment(Flag.ack, count: 5), answer])),
  Seed(
    "ring-full-then-room",
    connectionScript(
      Setup(rings: .send16Receive40), activeOpen + [write(30), write(30), answer, write(5), answer])),
  Seed(
    "ring-of-one-octet",
    connectionScript(Setup(rings: .one), activeOpen + [write(5), answer, write(5), answer, close, answer])),
  Seed(
    "peer-window-of-ten",
    connectionScript(
      Setup(),
      [
        connect, segment(Flag.syn | Flag.ack, window: .ten), writeMuch(1), answer(window: .ten),
        answer(window: .hundred), pass(.second), answer,
      ])),
  // ROB-018, ROB-087
  Seed(
    "window-shut-and-probed-by-us",
    connectionScript(
      Setup(),
      activeOpen + [
        answer(window: .shut), writeMuch(0), pass(.tenSeconds), answer(window: .shut), pass(.minute), answer,
        answer,
      ])),
  Seed(
    "probe-octet-is-taken",
    connectionScript(
      Setup(),
      activeOpen + [
        answer(window: .shut), write(20), pass(.threeSeconds), answer(window: .shut), pass(.tenSeconds),
        answer(window: .ten), answer,
      ])),
  Seed(
    "probe-with-the-fin",
    connectionScript(
      Setup(),
      activeOpen + [answer(window: .shut), close, pass(.tenSeconds), answer(window: .shut), answer, finish])),
  // SHLD-16
  Seed(
    "window-shrinks-over-what-was-sent",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), acknowledgeOnly(.none, window: .ten), pass(.threeSeconds),
        acknowledgeOnly(.none, window: .shut), pass(.minute), answer, answer,
      ])),
  Seed(
    "window-by-an-old-segment",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.ack, count: 9), segment(Flag.ack, at: .beforeNext, -5, count: 9, window: .shut),
        write(100), answer,
      ])),
  Seed(
    "three-duplicates",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), duplicate, duplicate, duplicate, duplicate, acknowledgeOnly(.oneSegment), answer,
        writeMuch(1), answer,
      ])),
  Seed(
    "two-duplicates-let-new-text-out",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [writeMuch(3), duplicate, duplicate, answer, writeMuch(3), answer, answer])),
  Seed(
    "duplicates-that-are-none",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), acknowledgeOnly(.none, window: .hundred),
        segment(Flag.ack, acknowledges: .none, count: 3), duplicate, acknowledgeOnly(.none, window: .all),
        answer,
      ])),
  Seed(
    "partial-acknowledgments",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        writeMuch(3), duplicate, duplicate, duplicate, acknowledgeOnly(.oneSegment),
        acknowledgeOnly(.oneSegment), acknowledgeOnly(.half), answer,
      ])),
  Seed(
    "octet-wise-acknowledgments",
    connectionScript(
      Setup(),
      activeOpen + [writeMuch(0)] + (1...5).map { segment(Flag.ack, acknowledges: .none, $0) } + [answer])),
  Seed(
    "sack-blocks-from-the-peer",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), segment(Flag.ack, acknowledges: .none, extras: 0x70),
        segment(Flag.ack, acknowledges: .none, extras: 0x10),
        segment(Flag.ack, acknowledges: .none, extras: 0x30), answer,
      ])),
  Seed(
    "sack-three-reports-fill-the-hole",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        acknowledgeOnly(.none, window: .all),
        writeMuch(3), writeMuch(3), writeMuch(3),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xD0),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0),
        acknowledgeOnly(.oneSegment, window: .all), answer,
        writeMuch(3), answer,
      ])),
  Seed(
    "sack-report-and-reordering-timer",
    connectionScript(
      Setup(rings: .scaled70000),
      [
        connect, pass(.forty), synchronizeAnswer, acknowledgeOnly(.none, window: .all),
        writeMuch(3), writeMuch(3), pass(.forty), acknowledgeOnly(.oneSegment, window: .all),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xD0), pass(.ten),
        pass(.twoHundred), answer,
      ])),
  Seed(
    "sack-retransmission-is-lost",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        acknowledgeOnly(.none, window: .all),
        writeMuch(3), writeMuch(3), writeMuch(3),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0),
        pass(.twoHundred),
        acknowledgeOnly(.oneSegment, window: .all),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0), writeMuch(2),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0), pass(.second), pass(.second),
        answer,
      ])),
  Seed(
    "sack-thrown-away-after-a-time-out",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        acknowledgeOnly(.none, window: .all),
        writeMuch(3), writeMuch(3), writeMuch(3),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0),
        acknowledgeOnly(.oneSegment, window: .all),
        pass(.second), pass(.second), pass(.second), answer,
      ])),
  Seed(
    "sack-of-a-duplicate",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        acknowledgeOnly(.none, window: .all),
        writeMuch(3), writeMuch(3), writeMuch(3),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0xF0),
        acknowledgeOnly(.oneSegment, window: .all),
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0x90), answer,
        segment(Flag.ack, acknowledges: .none, window: .all, extras: 0x90), writeMuch(2), answer,
      ])),
  Seed(
    "slow-start-grows",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        writeMuch(3), acknowledgeOnly(.oneSegment), acknowledgeOnly(.oneSegment), answer, writeMuch(3),
        answer, writeMuch(3), answer,
      ])),
  Seed(
    "ack-beyond-by-one",
    connectionScript(Setup(), activeOpen + [write(10), acknowledgeOnly(.beyond), answer])),
  Seed(
    "ack-half-the-circle-away",
    connectionScript(
      Setup(),
      activeOpen + [write(10), acknowledgeOnly(.halfCircle), acknowledgeOnly(.quarterCircle), answer])),
  Seed(
    "acks-across-the-wrap",
    connectionScript(
      Setup(isNearWrap: true),
      activeOpen + [
        writeMuch(1), acknowledgeOnly(.half), acknowledgeOnly(.allButOne), answer, write(100), answer,
      ])),
  Seed(
    "small-mss",
    connectionScript(
      Setup(), [listen, [0, Flag.syn, 0, 0, 0, 0, 0x40, 0], acknowledge, writeMuch(0), answer, answer])),
  Seed(
    "mss-below-the-floor",
    connectionScript(
      Setup(), [connect, [0, Flag.syn | Flag.ack, 0, 0, 0, 0, 0x60, 0], writeMuch(0), answer, answer])),
]

let timerScripts: [Seed] = [
  Seed(
    "blocked-writer-is-told-of-room",
    connectionScript(
      Setup(rings: .send16Receive40), activeOpen + [write(16), write(5), answer, write(5), answer])),
  Seed(
    "text-sent-twice-takes-no-sample",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [write(50), pass(.second), jump(.forty), answer, write(50), jump(.forty), answer])),
  Seed(
    "window-begins-anew-after-a-pause",
    connectionScript(
      Setup(rings: .scaled70000),
      wideOpen + fullPipe(6) + [
        answer(window: .all), answer(window: .all), answer(window: .all), jump(.minute),
      ]
        + [writeMuch(3), answer])),
  Seed(
    "congestion-avoidance",
    connectionScript(
      Setup(rings: .scaled70000),
      wideOpen + fullPipe(1)
        + Array(repeating: acknowledgeOnly(.none, window: .all), count: 3) + [answer(window: .all)]
        + fullPipe(30) + [answer])),
  Seed(
    "fixed-0004-sample-from-a-probe",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [answer(window: .shut), write(1), pass(.threeSeconds), answer(window: .shut), answer])),
  Seed(
    "acknowledgment-restarts-the-timer",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), jump(.halfSecond), acknowledgeOnly(.oneSegment), pass(.halfSecond), pass(.twoHundred),
        answer,
      ])),
  Seed(
    "text-sent-again-until-answered",
    connectionScript(Setup(), activeOpen + [write(50), pass(.second), pass(.threeSeconds), answer])),
  Seed(
    "back-off-up-to-the-limit",
    connectionScript(Setup(), activeOpen + [options(7), write(50), pass(.tenMinutes), answer])),
  Seed("given-up", connectionScript(Setup(), activeOpen + [write(50), pass(.fourMinutes), read(), release])),
  Seed("given-up-at-once", connectionScript(Setup(), activeOpen + [write(50), jump(.fourMinutes)])),
  Seed("given-up-soon", connectionScript(Setup(), activeOpen + [options(2), write(50), pass(.tenSeconds)])),
  Seed("user-time-out", connectionScript(Setup(), activeOpen + [options(1), write(50), pass(.tenSeconds)])),
  Seed(
    "user-time-out-of-fin-wait-2",
    connectionScript(Setup(), activeOpen + [close, answer, options(1), pass(.tenSeconds)])),
  Seed(
    "karn-takes-no-sample",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [write(50), pass(.second), answer, write(50), pass(.second), answer])),
  Seed(
    "lost-acknowledgment-and-timestamps",
    connectionScript(
      Setup(),
      activeOpen + [
        write(50), jump(.threeSeconds), segment(Flag.ack, stamp: .old), answer, write(50), jump(.forty),
        answer,
      ])),
  Seed(
    "round-trips",
    connectionScript(
      Setup(),
      activeOpen + [
        write(50), jump(.forty), answer, write(50), jump(.twoHundred), answer, write(50), jump(.second),
        answer,
      ])),
  Seed(
    "deadline-by-deadline",
    connectionScript(Setup(), activeOpen + [write(50)] + Array(repeating: passToDeadline, count: 12))),
  Seed(
    "keep-alive-answered",
    connectionScript(
      Setup(), activeOpen + [options(4), pass(.tenSeconds), pass(.tenSeconds), answer, pass(.minute)])),
  Seed("keep-alive-unanswered", connectionScript(Setup(), activeOpen + [options(4), pass(.minute)])),
  Seed(
    "idle-then-text",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [writeMuch(3), answer, answer, jump(.minute), writeMuch(3), answer])),
  Seed(
    "paws-after-24-days",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.ack, count: 5), jump(.days25), segment(Flag.ack, count: 5, stamp: .old),
        segment(Flag.ack, count: 5),
      ])),
  Seed(
    "delay-zero",
    connectionScript(
      Setup(), activeOpen + [options(5), segment(Flag.ack, count: 5), segment(Flag.ack, count: 5)])),
  Seed(
    "moves-in-the-middle",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(1), move, segment(Flag.ack, 20, count: 5), move, segment(Flag.ack, count: 20), move,
        pass(.threeSeconds), move, answer, close, move, answer, finish, move,
      ])),
]
