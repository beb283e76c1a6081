import FuzzProperties

/// Input scripts for the receive side. The comments name the rows of robustness_cases.tsv.
let reassemblySeeds: [Seed] = orderScripts + windowScripts + finishScripts + storageScripts

/// A step of an input script.
private func step(_ kind: ReassemblyScript.Kind, _ offset: Int = 0, _ count: Int = 0, shift: Int = 0)
  -> [UInt8]
{
  [UInt8(shift * 16 + kind.rawValue)] + bigEndian(offset, 2) + [UInt8(count)]
}

/// An input script: a ring, ranges, the part of the ring that the window shows at the start, and steps.
private func script(
  capacity: Int = 64, ranges: UInt8 = 4, window: UInt8 = 255, initial: Int = 1_000, _ steps: [UInt8]...
) -> [UInt8] {
  bigEndian(capacity - 1, 2) + [ranges, window] + bigEndian(initial, 4) + steps.flatMap { $0 }
}

private let orderScripts = [
  Seed("text-in-order", script(step(.text, 0, 10), step(.text, 0, 10), step(.read, 0, 20))),
  Seed(
    "text-beyond-a-gap",
    script(step(.text, 10, 10), step(.report, 0, 3), step(.text, 0, 10), step(.read, 0, 20))),
  Seed(
    "text-overlaps-both-neighbours", script(step(.text, 10, 10), step(.text, 30, 10), step(.text, 15, 20))),
  Seed(
    "text-covers-what-was-held", script(step(.text, 10, 5), step(.text, 0, 30), step(.readInPlace, 0, 30))),
  Seed("text-touches-a-range-on-the-left", script(step(.text, 10, 5), step(.text, 5, 5))),
  Seed("text-touches-a-range-on-the-right", script(step(.text, 10, 5), step(.text, 15, 5))),
  Seed("text-twice", script(step(.text, 0, 10), step(.text, -10, 10), step(.text, 5, 5), step(.text, 5, 5))),
  Seed("text-partly-in-the-past", script(step(.text, 0, 10), step(.text, -5, 10), step(.read, 0, 15))),
  // RFC2883-1
  Seed(
    "reported-twice",
    script(
      step(.text, 0, 10), step(.text, -5, 10), step(.report, 0, 3), step(.text, 10, 10), step(.text, 10, 5),
      step(.report, 0, 3), step(.report, 0, 3), step(.text, -20, 60), step(.report, 0, 1))),
  // CVE-14: many holes.
  Seed("every-second-octet", script(ranges: 9, (1...20).reversed().flatMap { step(.text, 2 * $0, 1) })),
  // PEER-06
  Seed("more-holes-than-ranges", script(ranges: 1, step(.text, 5, 2), step(.text, 10, 2), step(.text, 7, 3))),
  Seed("no-room-for-ranges", script(ranges: 0, step(.text, 5, 2), step(.text, 0, 5), step(.text, 0, 5))),
  // ROB-325
  Seed(
    "text-half-the-circle-away", script(step(.farText, 0, 10, shift: 15), step(.farText, -1, 10, shift: 15))),
  Seed("numbers-wrap-in-a-gap", script(initial: 0xFFFF_FFF0, step(.text, 20, 10), step(.text, 0, 20))),
  Seed("sign-changes-in-a-gap", script(initial: 0x7FFF_FFF0, step(.text, 20, 10), step(.text, 0, 20))),
]

private let windowScripts = [
  // ROB-002
  Seed("text-at-the-right-edge-then-the-gap", script(step(.textAtEdge, 1, 5), step(.text, 0, 60))),
  Seed("text-ends-at-the-right-edge", script(step(.textAtEdge, 0, 8))),
  Seed("text-across-the-right-edge", script(step(.textAtEdge, 3, 8))),
  Seed("text-behind-the-right-edge", script(step(.textAtEdge, 0, 8, shift: 1))),
  // ROB-080
  Seed(
    "window-honoured-after-reading-nothing",
    script(capacity: 100, window: 127, step(.text, 0, 1), step(.advertise, 0, 10), step(.text, 0, 200))),
  // ROB-267, ROB-269
  Seed(
    "window-0-and-a-probe", script(capacity: 10, step(.text, 0, 10), step(.text, 0, 1), step(.text, -1, 0))),
  // ROB-018
  Seed("window-0-and-empty-text-one-behind", script(capacity: 10, step(.text, 0, 10), step(.text, 1, 0))),
  // ROB-089
  Seed(
    "one-octet-read-from-a-full-ring",
    script(capacity: 32, step(.text, 0, 32), step(.read, 0, 1), step(.advertise, 0, 8), step(.text, 0, 8))),
  Seed("ring-of-one-octet", script(capacity: 1, step(.text, 0, 3), step(.read, 0, 1), step(.openWindow, 1))),
  Seed("text-larger-than-the-window", script(capacity: 600, step(.text, -10, 255), step(.text, 0, 255))),
]

private let finishScripts = [
  // ROB-003
  Seed("fin-behind-the-window", script(capacity: 64, step(.textWithFinish, 0, 70), step(.text, 0, 1))),
  // ROB-081, PEER-03
  Seed("fin-above-a-hole", script(step(.textWithFinish, 10, 5), step(.text, 0, 10), step(.read, 0, 15))),
  // ROB-084
  Seed("text-after-the-fin", script(step(.textWithFinish, 0, 5), step(.text, 0, 5), step(.text, 1, 5))),
  // ROB-266
  Seed("old-text-with-a-new-fin", script(step(.text, 0, 3), step(.textWithFinish, -3, 3))),
  // ROB-270
  Seed("fin-below-held-text", script(step(.text, 4, 12), step(.textWithFinish, 0, 12), step(.read, 0, 20))),
  Seed(
    "second-fin-elsewhere",
    script(step(.textWithFinish, 20, 2), step(.textWithFinish, 5, 2), step(.text, 0, 30))),
  Seed("fin-alone", script(step(.textWithFinish, 0, 0), step(.text, 0, 1))),
]

private let storageScripts = [
  Seed(
    "ring-goes-round",
    script(
      capacity: 16, step(.queue, 0, 12), step(.unqueue, 0, 10), step(.queueInPlace, 0, 14),
      step(.unqueue, 0, 16))),
  Seed(
    "retransmission-from-the-middle",
    script(
      capacity: 33, step(.queue, 0, 30), step(.unqueue, 0, 5, shift: 8), step(.queue, 0, 9),
      step(.unqueue, 0, 30))),
  Seed(
    "ranges-merge-and-are-cut",
    script(
      initial: 0xFFFF_FF80, step(.insertRange, 100, 10), step(.insertRange, 140, 10),
      step(.insertRange, 111, 28),
      step(.findRange, 130), step(.truncateRanges, 135), step(.absorbRanges, 100))),
  Seed(
    "ranges-all-in-use",
    script(ranges: 2, step(.insertRange, 10, 1), step(.insertRange, 20, 1), step(.insertRange, 30, 1))),
]
