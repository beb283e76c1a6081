import FuzzProperties

/// Tapes for the receive side. The comments name the rows of robustness_cases.tsv.
let reassemblySeeds: [Seed] = orderTapes + windowTapes + finishTapes + storageTapes

/// A step of a tape.
private func step(_ kind: ReassemblyTape.Kind, _ offset: Int = 0, _ count: Int = 0, shift: Int = 0) -> [UInt8]
{
  [UInt8(shift * 16 + kind.rawValue)] + bigEndian(offset, 2) + [UInt8(count)]
}

/// A tape: a ring, ranges, the part of the ring that the window shows at the start, and steps.
private func tape(
  capacity: Int = 64, ranges: UInt8 = 4, window: UInt8 = 255, initial: Int = 1_000, _ steps: [UInt8]...
) -> [UInt8] {
  bigEndian(capacity - 1, 2) + [ranges, window] + bigEndian(initial, 4) + steps.flatMap { $0 }
}

private let orderTapes = [
  Seed("text-in-order", tape(step(.text, 0, 10), step(.text, 0, 10), step(.read, 0, 20))),
  Seed(
    "text-beyond-a-gap",
    tape(step(.text, 10, 10), step(.report, 0, 3), step(.text, 0, 10), step(.read, 0, 20))),
  Seed("text-overlaps-both-neighbours", tape(step(.text, 10, 10), step(.text, 30, 10), step(.text, 15, 20))),
  Seed("text-covers-what-was-held", tape(step(.text, 10, 5), step(.text, 0, 30), step(.readInPlace, 0, 30))),
  Seed("text-touches-a-range-on-the-left", tape(step(.text, 10, 5), step(.text, 5, 5))),
  Seed("text-touches-a-range-on-the-right", tape(step(.text, 10, 5), step(.text, 15, 5))),
  Seed("text-twice", tape(step(.text, 0, 10), step(.text, -10, 10), step(.text, 5, 5), step(.text, 5, 5))),
  Seed("text-partly-in-the-past", tape(step(.text, 0, 10), step(.text, -5, 10), step(.read, 0, 15))),
  // CVE-14: many holes.
  Seed("every-second-octet", tape(ranges: 9, (1...20).reversed().flatMap { step(.text, 2 * $0, 1) })),
  // PEER-06
  Seed("more-holes-than-ranges", tape(ranges: 1, step(.text, 5, 2), step(.text, 10, 2), step(.text, 7, 3))),
  Seed("no-room-for-ranges", tape(ranges: 0, step(.text, 5, 2), step(.text, 0, 5), step(.text, 0, 5))),
  // ROB-325
  Seed(
    "text-half-the-circle-away", tape(step(.farText, 0, 10, shift: 15), step(.farText, -1, 10, shift: 15))),
  Seed("numbers-wrap-in-a-gap", tape(initial: 0xFFFF_FFF0, step(.text, 20, 10), step(.text, 0, 20))),
  Seed("sign-changes-in-a-gap", tape(initial: 0x7FFF_FFF0, step(.text, 20, 10), step(.text, 0, 20))),
]

private let windowTapes = [
  // ROB-002
  Seed("text-at-the-right-edge-then-the-gap", tape(step(.textAtEdge, 1, 5), step(.text, 0, 60))),
  Seed("text-ends-at-the-right-edge", tape(step(.textAtEdge, 0, 8))),
  Seed("text-across-the-right-edge", tape(step(.textAtEdge, 3, 8))),
  Seed("text-behind-the-right-edge", tape(step(.textAtEdge, 0, 8, shift: 1))),
  // ROB-080
  Seed(
    "window-honoured-after-reading-nothing",
    tape(capacity: 100, window: 127, step(.text, 0, 1), step(.advertise, 0, 10), step(.text, 0, 200))),
  // ROB-267, ROB-269
  Seed("window-0-and-a-probe", tape(capacity: 10, step(.text, 0, 10), step(.text, 0, 1), step(.text, -1, 0))),
  // ROB-018
  Seed("window-0-and-empty-text-one-behind", tape(capacity: 10, step(.text, 0, 10), step(.text, 1, 0))),
  // ROB-089
  Seed(
    "one-octet-read-from-a-full-ring",
    tape(capacity: 32, step(.text, 0, 32), step(.read, 0, 1), step(.advertise, 0, 8), step(.text, 0, 8))),
  Seed("ring-of-one-octet", tape(capacity: 1, step(.text, 0, 3), step(.read, 0, 1), step(.openWindow, 1))),
  Seed("text-larger-than-the-window", tape(capacity: 600, step(.text, -10, 255), step(.text, 0, 255))),
]

private let finishTapes = [
  // ROB-003
  Seed("fin-behind-the-window", tape(capacity: 64, step(.textWithFinish, 0, 70), step(.text, 0, 1))),
  // ROB-081, PEER-03
  Seed("fin-above-a-hole", tape(step(.textWithFinish, 10, 5), step(.text, 0, 10), step(.read, 0, 15))),
  // ROB-084
  Seed("text-after-the-fin", tape(step(.textWithFinish, 0, 5), step(.text, 0, 5), step(.text, 1, 5))),
  // ROB-266
  Seed("old-text-with-a-new-fin", tape(step(.text, 0, 3), step(.textWithFinish, -3, 3))),
  // ROB-270
  Seed("fin-below-held-text", tape(step(.text, 4, 12), step(.textWithFinish, 0, 12), step(.read, 0, 20))),
  Seed(
    "second-fin-elsewhere",
    tape(step(.textWithFinish, 20, 2), step(.textWithFinish, 5, 2), step(.text, 0, 30))),
  Seed("fin-alone", tape(step(.textWithFinish, 0, 0), step(.text, 0, 1))),
]

private let storageTapes = [
  Seed(
    "ring-goes-round",
    tape(
      capacity: 16, step(.queue, 0, 12), step(.unqueue, 0, 10), step(.queueInPlace, 0, 14),
      step(.unqueue, 0, 16))),
  Seed(
    "retransmission-from-the-middle",
    tape(
      capacity: 33, step(.queue, 0, 30), step(.unqueue, 0, 5, shift: 8), step(.queue, 0, 9),
      step(.unqueue, 0, 30))),
  Seed(
    "ranges-merge-and-are-cut",
    tape(
      initial: 0xFFFF_FF80, step(.insertRange, 100, 10), step(.insertRange, 140, 10),
      step(.insertRange, 111, 28),
      step(.findRange, 130), step(.truncateRanges, 135), step(.absorbRanges, 100))),
  Seed(
    "ranges-all-in-use",
    tape(ranges: 2, step(.insertRange, 10, 1), step(.insertRange, 20, 1), step(.insertRange, 30, 1))),
]
