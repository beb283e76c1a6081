// Input scripts about what is rare on one connection: bounds of tables and windows, and things that meet.

private let duplicate = segment(Flag.ack, acknowledges: .none, window: .all)
private func takes(_ acknowledged: Acknowledged, _ distance: Int = 0) -> [UInt8] {
  segment(Flag.ack, acknowledges: acknowledged, distance, window: .all)
}
private let wide = Setup(rings: .scaled70000)
private let wideOpen = [connect, segment(Flag.syn | Flag.ack, window: .all)]
// The first of them opens the window, and is no duplicate.
private let recovering = wideOpen + [writeMuch(3), duplicate, duplicate, duplicate, duplicate]

let rareConnectionScripts: [Seed] =
  [
    Seed(
      "calls-on-what-was-unreachable",
      connectionScript(
        Setup(),
        [connect, pass(.tenSeconds), icmp(1, .none), pass(.fourMinutes), write(5), read(), close, abort])),
    Seed(
      "syn-has-its-own-limit",
      connectionScript(Setup(), [connect, options(0x13), pass(.tenSeconds), write(5)])),
    Seed(
      "sent-again-after-200-milliseconds",
      connectionScript(
        Setup(),
        activeOpen + [
          options(0x10), write(50), jump(.ten), answer, write(50), pass(.halfSecond), answer, write(9),
          answer,
        ])),
    Seed(
      "sent-again-after-a-millisecond",
      connectionScript(
        Setup(), activeOpen + [options(0x11), write(50), jump(.ten), answer, write(50), pass(.forty), answer])
    ),
    Seed(
      "back-off-beyond-a-minute",
      connectionScript(
        Setup(),
        activeOpen + [options(0x12), options(7), write(50), pass(.tenMinutes), pass(.tenMinutes), answer])),
    Seed(
      "path-shrinks-from-every-plateau",
      connectionScript(Setup(), activeOpen + [writeMuch(1)] + (1..<12).map { tooBig(quoting: $0) } + [answer])
    ),
    Seed(
      "keep-alive-beyond-the-horizon-of-timers",
      connectionScript(
        Setup(), activeOpen + [options(0x14), pass(.second), jump(.days25), jump(.days25), answer])),
    Seed(
      "no-room-for-sack-in-small-segments",
      connectionScript(
        Setup(), [connect, synchronizeAnswer(size: 2), segment(Flag.ack, 10, count: 5), write(200), answer])),
    Seed(
      "more-ranges-than-blocks",
      connectionScript(
        wide,
        activeOpen + (1...6).map { segment(Flag.ack, $0 * 10, count: 2) } + [write(200), answer])),
    // A probe was due, and the user has put keep-alive off before it left.
    Seed(
      "fixed-0007-keep-alive-that-was-put-off",
      connectionScript(
        Setup(), activeOpen + [options(4), held(jump(.fourMinutes)), options(0x14)])),
    // Text waits for the window, and an error about something else wakes nobody.
    Seed(
      "fixed-0008-error-that-is-ignored-while-text-waits",
      connectionScript(
        Setup(),
        [connect, segment(Flag.syn | Flag.ack, window: .shut), write(10), icmp(1, .beyond), pass(.second)])),
    // A probe has left without an answer, and the user asks for a longer interval.
    Seed(
      "fixed-0009-keep-alive-that-was-made-longer",
      connectionScript(
        Setup(),
        activeOpen + [options(4), pass(.tenSeconds), pass(.tenSeconds), options(0x14), pass(.tenSeconds)])),
    // The window opens by a little and shuts again: the pauses between probes start again.
    Seed(
      "window-opens-and-shuts-between-probes",
      connectionScript(
        Setup(),
        [
          connect, segment(Flag.syn | Flag.ack, window: .shut), write(30), pass(.minute),
          segment(Flag.ack, acknowledges: .none, window: .ten),
          segment(Flag.ack, acknowledges: .none, count: 5, window: .shut), pass(.threeSeconds),
        ])),
    // From a millisecond on it takes more than sixteen doublings to a minute.
    Seed(
      "fixed-0010-probes-after-a-very-short-round-trip",
      connectionScript(
        Setup(),
        [
          connect, options(0x11), options(0x12), options(0x15),
          segment(Flag.syn | Flag.ack, window: .shut), write(30), pass(.tenMinutes),
        ])),
    // All is acknowledged and the window shut; the octet that probes it a minute later starts again.
    Seed(
      "fixed-0011-window-probe-after-a-pause",
      connectionScript(
        wide,
        [
          connect, synchronizeAnswer(size: 3), writeMuch(1), takes(.oneSegment), takes(.oneSegment),
          takes(.oneSegment), takes(.all), takes(.all), answer(window: .shut), write(30),
          held(jump(.fourMinutes)),
          write(30),
        ])),
    // The first probe would leave soon; then the window opens by a little, and what waits for more waits
    // longer.
    Seed(
      "fixed-0012-window-opens-by-crumbs-before-the-probe",
      connectionScript(
        Setup(),
        activeOpen + [
          options(0x11), write(30), answer(window: .shut), write(30), answer(window: .ten), pass(.second),
        ])),
    // Little fits into the congestion window beside what goes again, and the table is full.
    Seed(
      "new-text-waits-while-a-full-table-ends-in-a-loss",
      connectionScript(
        Setup(rings: .send2048Receive600),
        [connect, segment(Flag.syn | Flag.ack, window: .all), options(0)]
          + Array(repeating: write(10), count: 9) + Array(repeating: held(write(200)), count: 7) + [
            write(48), pass(.second), write(10), segment(Flag.ack, acknowledges: .oneSegment, window: .all),
            answer, answer,
          ])),
    // The window opens, three duplicates follow, and a part of what went out then is acknowledged.
    Seed(
      "partial-acknowledgment-behind-a-window-that-opened",
      connectionScript(
        Setup(rings: .send2048Receive600, isIPv6: true),
        activeOpen + [
          answer(window: .shut), writeMuch(2), pass(.halfOpenLife), segment(Flag.ack, acknowledges: .none),
          segment(Flag.ack, acknowledges: .none), segment(Flag.ack, acknowledges: .none),
          segment(Flag.ack, acknowledges: .none), segment(Flag.ack, acknowledges: .half),
        ])),
    Seed(
      "window-opens-without-an-acknowledgment",
      connectionScript(
        Setup(),
        activeOpen + [
          answer(window: .shut), writeMuch(0), pass(.threeSeconds),
          segment(Flag.ack, acknowledges: .none, window: .shut), segment(Flag.ack, acknowledges: .none),
          answer,
        ])),
    Seed(
      "scale-above-14-of-a-server",
      connectionScript(wide, [connect, synchronizeAnswer(scale: 4), writeMuch(3), answer])),
    Seed(
      "crumbs-acknowledged-in-slow-start",
      connectionScript(
        wide, wideOpen + [writeMuch(3), pass(.second), takes(.none, 5), takes(.none, 9), takes(.all)])),
    Seed(
      "duplicates-inflate-the-window",
      connectionScript(wide, recovering + [duplicate, duplicate, duplicate, takes(.all)])),
    Seed(
      "nearly-all-acknowledged-in-recovery",
      connectionScript(
        Setup(rings: .scaled70000, isHasty: true),
        recovering + [takes(.allButOne, -99), takes(.none, 50), takes(.none, 9), takes(.all)])),
    Seed(
      "duplicates-behind-a-time-out",
      connectionScript(
        wide,
        wideOpen + [writeMuch(3), pass(.threeSeconds)] + Array(repeating: duplicate, count: 5) + [
          writeMuch(3), duplicate, takes(.all),
        ])),
    Seed(
      "path-shrinks-in-recovery",
      connectionScript(
        wide,
        recovering + [icmp(2, .none, mtu: 2), duplicate, takes(.none, 100), takes(.oneSegment), takes(.all)])),
    Seed(
      "path-shrinks-in-recovery-and-nothing-leaves",
      connectionScript(
        wide,
        recovering + [
          held(icmp(2, .none, mtu: 2)), transmit(1), held(takes(.oneSegment)), transmit(2), takes(.all),
        ])),
    Seed(
      "many-probes-of-a-shut-window",
      connectionScript(
        Setup(),
        activeOpen + [answer(window: .shut), writeMuch(0)]
          + (0..<4).flatMap { _ in [options(7), pass(.tenMinutes), answer(window: .shut)] } + [
            answer, answer,
          ])),
    Seed(
      "crumbs-written-while-crumbs-wait",
      connectionScript(
        Setup(),
        activeOpen + [
          answer(window: .hundred), write(200), write(5), options(0), write(5), segment(Flag.ack, count: 3),
          pass(.second), answer,
        ])),
    Seed(
      "more-pieces-than-transmissions",
      connectionScript(
        Setup(rings: .medium300, isHasty: true),
        activeOpen + Array(repeating: write(9), count: 12) + [
          takes(.none, 5), pass(.second), write(9), answer,
        ])),
    Seed(
      "more-pieces-than-transmissions-all-lost",
      connectionScript(
        Setup(rings: .medium300, isHasty: true),
        activeOpen + Array(repeating: write(20), count: 9) + [
          held(jump(.second)), held(write(5)), transmit(1), held(icmp(2, .none, mtu: 2)), write(6), answer,
        ])),
    Seed(
      "syn-crosses-one-that-is-lost",
      connectionScript(
        Setup(), [connect, held(jump(.second)), held(synchronize), acknowledge, write(4), answer])),
    Seed(
      "syn-crosses-with-a-large-window",
      connectionScript(wide, [connect, synchronize, acknowledge, write(4), answer])),
    Seed(
      "large-window-without-scale",
      connectionScript(
        wide,
        [connect, synchronizeAnswer(extras: 8)] + Array(repeating: segment(Flag.ack, count: 200), count: 3)
          + [read(), segment(Flag.ack, count: 9), pass(.forty)])),
    Seed(
      "pair-not-reused-without-a-timestamp",
      connectionScript(
        Setup(),
        [listen] + activeOpen + [
          close, answer, finish, segment(Flag.syn, at: .next, -9, stamp: .missing),
          segment(Flag.syn, at: .next, 9, stamp: .missing), acknowledge,
        ])),
    Seed(
      "rest-prolonged-before-its-timer",
      connectionScript(
        Setup(),
        activeOpen + [
          close, answer, finish, held(jump(.twoMinutes)), held(segment(Flag.fin | Flag.ack, at: .beforeNext)),
          held(jump(.twoMinutes)), segment(Flag.ack), jump(.twoMinutes),
        ])),
    Seed(
      "write-in-place-after-close",
      connectionScript(
        Setup(), activeOpen + [close, write(10, inPlace: true), abort, write(10, inPlace: true)])),
    Seed(
      "read-in-place",
      connectionScript(
        Setup(rings: .medium300),
        activeOpen + [
          segment(Flag.ack, count: 200), read(150, inPlace: true), segment(Flag.ack, count: 200), move,
          read(0, inPlace: true), finish, read(0, inPlace: true),
        ])),
    Seed(
      "urgent-text-ends-far-away",
      connectionScript(
        wide, wideOpen + [writeMuch(3), write(200, urgent: true), takes(.oneSegment), takes(.all)])),
    // RFC7323-WS-3: the SYN-ACK that crosses ours carries a window that is not scaled.
    Seed(
      "crossed-syn-ack-with-a-small-window",
      connectionScript(
        wide,
        [
          connect, segment(Flag.syn, window: .hundred),
          segment(Flag.syn | Flag.ack, at: .initial, window: .hundred), writeMuch(1), answer,
        ])),
    Seed(
      "released-before-a-shut-window",
      connectionScript(
        Setup(),
        activeOpen + [options(7), answer(window: .shut), write(20), release]
          + Array(repeating: [pass(.tenSeconds), answer(window: .shut)], count: 14).flatMap { $0 })),
    Seed(
      "syn-comes-again-with-a-later-timestamp",
      connectionScript(
        Setup(), [listen, synchronize, jump(.second), segment(Flag.syn, at: .initial), acknowledge])),
    Seed(
      "short-segment-behind-a-full-one",
      connectionScript(
        Setup(offersTimestamps: false), activeOpen + [writeMuch(1), write(10), answer])),
    Seed(
      "window-does-not-shrink-with-equal-numbers",
      connectionScript(
        Setup(),
        activeOpen + [
          segment(Flag.ack, window: .full1460), segment(Flag.ack, window: .hundred), writeMuch(1), answer,
        ])),
    Seed(
      "much-text-behind-an-odd-octet",
      connectionScript(
        Setup(),
        activeOpen + [segment(Flag.ack, count: 1)]
          + Array(repeating: segment(Flag.ack, count: 208), count: 2) + [read()])),
    Seed(
      "device-takes-nothing-for-an-hour",
      connectionScript(
        Setup(),
        activeOpen + [write(50)] + Array(repeating: held(pass(.fourMinutes)), count: 4)
          + Array(repeating: held(pass(.tenMinutes)), count: 5) + [transmit(2), answer])),
    Seed(
      "keep-alive-is-due-and-text-leaves",
      connectionScript(
        Setup(), activeOpen + [options(4), held(jump(.fourMinutes)), held(write(20)), transmit(5), answer])),
  ]
