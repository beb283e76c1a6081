// Input scripts about text, both ways, and about the end of it.

private func text(_ count: UInt8, _ distance: Int = 0, flags: UInt8 = Flag.ack) -> [UInt8] {
  segment(flags, distance, count: count)
}
private let lateFinish = segment(Flag.fin | Flag.ack, 20, count: 5)

let textScripts: [Seed] = [
  Seed(
    "text-sent-again-beside-sack-blocks",
    connectionScript(
      Setup(),
      activeOpen + [writeMuch(2), segment(Flag.ack, 10, acknowledges: .none, count: 5)]
        + [segment(Flag.ack, 30, acknowledges: .none, count: 5), pass(.threeSeconds), answer])),
  Seed(
    "old-text-does-not-set-the-echo",
    connectionScript(
      Setup(),
      activeOpen + [
        text(20), pass(.forty), jump(.forty), segment(Flag.ack, at: .beforeNext, -9, count: 5), text(3),
      ])),
  Seed(
    "fin-behind-text-that-came-before",
    connectionScript(
      Setup(),
      activeOpen + [text(10), segment(Flag.fin | Flag.ack, at: .beforeNext, -9, count: 10), read(), read()])),
  Seed(
    "old-text-five-times",
    connectionScript(
      Setup(),
      activeOpen + [text(20)] + Array(repeating: segment(Flag.ack, at: .beforeNext, -9, count: 5), count: 5))),
  // It takes no room, and waits there for the text before it.
  Seed(
    "fin-right-behind-an-open-window",
    connectionScript(
      Setup(rings: .send16Receive40),
      activeOpen + [
        segment(Flag.fin | Flag.ack, at: .rightEdge), text(40), pass(.forty), read(), close, answer,
      ])),
  Seed(
    "sack-that-nobody-permitted",
    connectionScript(
      Setup(), [connect, segment(Flag.syn | Flag.ack, extras: 0x10), text(5, 10), text(5, 30), text(10)])),
  Seed(
    "text-goes-out-beside-sack-blocks",
    connectionScript(
      Setup(), activeOpen + [text(5, 10), text(5, 30), writeMuch(1), answer, writeMuch(1), answer])),
  Seed(
    "late-text-does-not-set-the-echo",
    connectionScript(
      Setup(),
      activeOpen + [jump(.forty), text(5, 10), jump(.forty), text(3), jump(.forty), text(7), text(5)])),
  Seed(
    "text-outside-does-not-set-the-echo",
    connectionScript(
      Setup(),
      activeOpen + [
        jump(.forty), segment(Flag.ack, at: .rightEdge, 5, count: 3), text(3), jump(.forty), text(3),
      ])),
  Seed(
    "delay-is-not-prolonged",
    connectionScript(
      Setup(),
      activeOpen + [
        text(5), jump(.ten), text(5), jump(.ten), text(5), jump(.ten), text(5), jump(.ten), text(5),
        jump(.ten),
      ])),
  Seed(
    "two-full-segments-are-acknowledged",
    connectionScript(Setup(), activeOpen + [text(208), text(208), read(), text(208), text(208), read()])),
  Seed(
    "odd-octets-in-a-scaled-window",
    connectionScript(
      Setup(rings: .scaled70000),
      activeOpen + [
        text(3), pass(.forty), text(5), pass(.forty), read(3), text(1), pass(.forty),
        segment(Flag.ack, at: .rightEdge, -1, count: 1),
      ])),
  Seed(
    "text-in-order-and-delayed-ack",
    connectionScript(Setup(), activeOpen + [text(100), pass(.forty), read()])),
  Seed(
    "every-second-full-segment",
    connectionScript(Setup(), activeOpen + [text(209), text(209), text(209), read()])),
  Seed("ack-rides-on-text", connectionScript(Setup(), activeOpen + [held(text(50)), write(50), answer])),
  Seed(
    "gap-filled",
    connectionScript(Setup(), activeOpen + [text(10, 10), text(10), read(), read(inPlace: true)])),
  Seed(
    "two-gaps-filled-from-behind",
    connectionScript(Setup(), activeOpen + [text(10, 60), text(10, 30), text(30), text(20, 10), read(7)])),
  Seed(
    "overlap-with-other-octets",
    connectionScript(
      Setup(),
      activeOpen + [
        text(20, 10), segment(Flag.ack, 5, count: 30, isOther: true),
        segment(Flag.ack, count: 12, isOther: true), read(),
      ])),
  Seed("text-covers-what-waits", connectionScript(Setup(), activeOpen + [text(5, 10), text(40), read()])),
  // PEER-06, CVE-14
  Seed(
    "more-gaps-than-ranges",
    connectionScript(Setup(), activeOpen + (1...7).map { text(2, $0 * 10) } + [text(80), read()])),
  Seed(
    "latest-range-first",
    connectionScript(
      Setup(), activeOpen + [text(5, 10), text(5, 60), text(5, 30), text(3, 15), text(2, 90), text(10)])),
  Seed(
    "ranges-without-timestamps",
    connectionScript(
      Setup(offersTimestamps: false), activeOpen + (1...5).map { text(4, 100 - $0 * 15) } + [text(110)])),
  // ROB-002
  Seed(
    "window-of-a-large-ring",
    connectionScript(
      Setup(rings: .scaled70000),
      [
        connect, segment(Flag.syn | Flag.ack, extras: 0), segment(Flag.ack, at: .rightEdge, -10, count: 30),
        segment(Flag.ack, at: .rightEdge, count: 30), read(),
      ])),
  Seed(
    "window-shut-and-probed",
    connectionScript(
      Setup(rings: .one),
      activeOpen + [
        text(1), text(1), segment(Flag.ack, 1), segment(Flag.ack, at: .beforeNext), read(), text(2), read(),
      ])),
  Seed(
    "window-opens-in-steps",
    connectionScript(
      Setup(rings: .medium300),
      activeOpen + [text(150), text(150), read(10), read(100), text(100), read(), text(60)])),
  Seed(
    "text-wider-than-the-window",
    connectionScript(Setup(rings: .send16Receive40), activeOpen + [text(60), read(), text(30, -20), read()])),
  Seed(
    "text-across-the-wrap",
    connectionScript(
      Setup(isNearWrap: true),
      activeOpen + [text(30), text(30, 30), text(30), read(), text(100, -80), read()])),
  Seed(
    "damaged-text",
    connectionScript(Setup(), activeOpen + [damaged(text(30)), text(30), damaged(text(30, 10)), read()])),
  Seed("damaged-reset", connectionScript(Setup(), activeOpen + [damaged(segment(Flag.rst)), text(3)])),
  // ROB-003
  Seed(
    "fin-trimmed-with-its-text",
    connectionScript(
      Setup(rings: .send64Receive16),
      activeOpen + [
        segment(Flag.fin | Flag.ack, count: 20), read(), segment(Flag.fin | Flag.ack, count: 4), read(),
      ])),
  Seed(
    "fin-just-behind-the-window",
    connectionScript(
      Setup(rings: .send64Receive16),
      activeOpen + [segment(Flag.fin | Flag.ack, count: 16), read(), segment(Flag.fin | Flag.ack)])),
  // PEER-03
  Seed(
    "fin-before-the-gap-closes",
    connectionScript(Setup(), activeOpen + [lateFinish, text(20), read(), read()])),
  // ROB-081
  Seed(
    "two-fins-at-two-places",
    connectionScript(
      Setup(),
      activeOpen + [
        lateFinish, segment(Flag.fin | Flag.ack, 30, count: 5), text(20), text(40), read(), read(),
      ])),
  Seed(
    "fin-below-early-text",
    connectionScript(
      Setup(),
      activeOpen + [text(20, 30), segment(Flag.fin | Flag.ack, 10, count: 5), text(10), read(), read()])),
  Seed(
    "text-behind-the-fin",
    connectionScript(Setup(), activeOpen + [lateFinish, text(20, 25), text(20), text(50), read()])),
  Seed(
    "reader-sleeps-until-the-end",
    connectionScript(
      Setup(rings: .medium300), activeOpen + [text(100), finish, text(100), read(50), read(), read()])),
  // CVE-09, CVE-10, CVE-11
  Seed(
    "urgent-pointer-zero",
    connectionScript(Setup(), activeOpen + [segment(Flag.ack | Flag.urg, count: 5, extras: 0x40), read()])),
  Seed(
    "urgent-moves-forward-only",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.ack | Flag.urg, count: 50),
        segment(Flag.ack | Flag.urg, at: .beforeNext, -40, count: 45, extras: 0x80), read(20), read(), read(),
      ])),
  Seed(
    "urgent-text-goes-out",
    connectionScript(
      Setup(),
      activeOpen + [
        write(20, urgent: true), write(20), answer, writeMuch(2), write(1, urgent: true), answer, answer,
      ])),
]

let connectionCloseScripts: [Seed] = [
  Seed(
    "fin-and-text-that-fill-the-window",
    connectionScript(
      Setup(),
      activeOpen + [answer(window: .hundred), held(write(100)), close, answer(window: .hundred), finish])),
  // Text that nobody had read was lost without a word when both sides had closed.
  Seed(
    "fixed-0005-unread-text-behind-both-fins",
    connectionScript(Setup(), activeOpen + [text(9), finish, close, release])),
  Seed(
    "released-with-unread-text-behind-the-fin",
    connectionScript(Setup(), activeOpen + [text(30), finish, release])),
  Seed(
    "fin-waits-for-room-in-the-window",
    connectionScript(
      Setup(), activeOpen + [answer(window: .hundred), write(100), close, answer(window: .hundred), finish])),
  Seed(
    "calls-on-what-is-over",
    connectionScript(
      Setup(), activeOpen + [write(5), abort, write(5), read(), close, abort, askStale, release])),
  Seed(
    "close-in-four-segments",
    connectionScript(
      Setup(), activeOpen + [write(10), answer, close, answer, finish, read(), pass(.fourMinutes)])),
  Seed(
    "close-answered", connectionScript(Setup(), passiveOpen + [finish, read(), write(10), close, answer])),
  Seed(
    "close-from-both-sides",
    connectionScript(
      Setup(),
      activeOpen + [close, segment(Flag.fin | Flag.ack, acknowledges: .none), answer, pass(.fourMinutes)])),
  Seed("fin-acknowledged-by-the-peers-fin", connectionScript(Setup(), activeOpen + [close, finish])),
  Seed(
    "fin-waits-behind-text",
    connectionScript(Setup(), activeOpen + [writeMuch(2), close, answer, answer, answer, finish])),
  Seed(
    "last-ack-lost",
    connectionScript(
      Setup(),
      activeOpen + [
        close, answer, finish, segment(Flag.fin | Flag.ack, at: .beforeNext), jump(.twoMinutes),
        segment(Flag.fin | Flag.ack, at: .beforeNext), jump(.twoMinutes), read(), jump(.twoMinutes),
      ])),
  Seed(
    "rest-is-not-killed",
    connectionScript(
      Setup(),
      activeOpen + [
        close, answer, finish, segment(Flag.rst), segment(Flag.rst, at: .beforeNext),
        segment(Flag.ack, count: 9), jump(.fourMinutes),
      ])),
  Seed(
    "rest-answers-three-times",
    connectionScript(
      Setup(),
      activeOpen + [close, answer, finish]
        + Array(repeating: segment(Flag.syn, at: .beforeNext, stamp: .old), count: 5))),
  Seed(
    "fin-wait-2-of-a-released-handle",
    connectionScript(Setup(), activeOpen + [close, release, answer, pass(.minute)])),
  Seed(
    "fin-wait-2-that-is-held",
    connectionScript(Setup(), activeOpen + [close, answer, pass(.tenMinutes), text(9), read(), finish])),
  Seed("released-with-unread-text", connectionScript(Setup(), activeOpen + [text(9), release, text(9)])),
  Seed("text-after-release", connectionScript(Setup(), activeOpen + [release, text(9), text(9)])),
  Seed(
    "fin-after-release",
    connectionScript(Setup(), activeOpen + [write(5), release, answer, finish, pass(.fourMinutes)])),
  Seed(
    "abort-with-text-both-ways",
    connectionScript(Setup(), activeOpen + [write(50), text(50), abort, read(10), read(), read(), release])),
  Seed(
    "abort-a-reader-keeps-its-text",
    connectionScript(Setup(), activeOpen + [text(50), segment(Flag.rst), read(), read()])),
  Seed(
    "connection-after-connection",
    connectionScript(
      Setup(), activeOpen + [abort, release, connect, synchronizeAnswer, text(5), read(), abort, connect])),
]
