// Input scripts about text that comes twice, and its report (RFC 2883).

private func text(_ count: UInt8, _ distance: Int = 0) -> [UInt8] {
  segment(Flag.ack, distance, count: count)
}
/// The last nine octets that came in order, and `count` less nine behind them.
private func old(_ count: UInt8, stamp: Stamp = .fresh) -> [UInt8] {
  segment(Flag.ack, at: .beforeNext, -8, count: count, stamp: stamp)
}

let duplicateScripts: [Seed] = [
  Seed(
    "reported-twice-below-and-beyond-a-gap",
    connectionScript(
      Setup(), activeOpen + [text(20), old(5), text(10, 10), text(10, 10), text(4, 12), old(9), text(10)])),
  Seed(
    "old-text-with-new-text-behind-it",
    connectionScript(Setup(), activeOpen + [text(20), old(30), text(10, 10), old(40), read()])),
  Seed(
    "old-text-with-an-old-timestamp",
    connectionScript(
      Setup(),
      activeOpen + [
        text(20), jump(.forty), text(5, 10), text(5, 30), old(9, stamp: .old),
        segment(Flag.ack, 12, count: 9, stamp: .old), text(10),
      ])),
  Seed(
    "two-duplicates-in-one-acknowledgment",
    connectionScript(
      Setup(), activeOpen + [text(20), held(old(9)), held(old(4)), held(text(3)), transmit(1), answer])),
  Seed(
    "old-text-beside-text-of-ours",
    connectionScript(
      Setup(), activeOpen + [text(20), held(old(9)), writeMuch(2), answer, held(old(9)), write(5), answer])),
  Seed(
    "more-ranges-than-blocks-and-a-duplicate",
    connectionScript(
      Setup(offersTimestamps: false),
      activeOpen + [text(5, 10), text(5, 20), text(5, 30), text(5, 40), text(5, 50), text(3, 11), text(60)])),
  Seed(
    "fin-and-its-text-again",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.fin | Flag.ack, count: 20),
        segment(Flag.fin | Flag.ack, at: .beforeNext, -20, count: 20),
        segment(Flag.fin | Flag.ack, at: .beforeNext), segment(Flag.ack, at: .beforeNext, -4, count: 5),
      ])),
  Seed(
    "old-text-behind-a-shut-window",
    connectionScript(
      Setup(rings: .send16Receive40),
      activeOpen + [text(40), pass(.forty), old(9), old(20), segment(Flag.ack, at: .beforeNext, count: 1)])),
  Seed(
    "text-before-the-first-octet",
    connectionScript(
      Setup(), activeOpen + [segment(Flag.ack, at: .initial, -20, count: 15), text(5), old(9), old(20)])),
  Seed(
    "old-text-where-no-block-has-room",
    connectionScript(
      Setup(), [connect, synchronizeAnswer(size: 2), text(20), old(9), text(5, 10), old(9)])),
  Seed(
    "duplicate-reported-before-any-range",
    connectionScript(
      Setup(),
      activeOpen + [
        writeMuch(2), segment(Flag.ack, acknowledges: .oneSegment, extras: 0x90),
        segment(Flag.ack, acknowledges: .none, extras: 0x90), answer,
        segment(Flag.ack, acknowledges: .all, extras: 0x90),
      ])),
]
