/// Segments, without a datagram around them. The comments name the rows of robustness_cases.tsv.
let segmentSeeds: [Seed] =
  handshakeSegments + controlSegments + textSegments + brokenSegments + numberSegments

private let handshakeSegments = [
  Seed("syn-with-mss-and-window-scale", plainSYN.octets),
  Seed("syn-without-options", SegmentParts(acknowledgment: 0, flags: Bits.syn).octets),
  Seed("syn-ack-with-all-options", with(plainSYN) { $0.flags = Bits.syn | Bits.ack }),
  // ROB-260, CVE-05
  Seed("syn-with-window-scale-15", with(plainSYN) { $0.options = Option.scale(15) }),
  // CVE-04
  Seed("syn-with-mss-0", with(plainSYN) { $0.options = Option.mss(0) }),
  // CVE-05
  Seed(
    "ack-with-mss-and-window-scale", with(plainText) { $0.options = Option.mss(9_000) + Option.scale(14) }),
  // ROB-079
  Seed("syn-with-text", with(plainSYN) { $0.text = text("early") }),
]

private let controlSegments = [
  // CVE-18
  Seed("syn-and-fin", SegmentParts(flags: Bits.syn | Bits.fin).octets),
  Seed("no-flags", SegmentParts(flags: 0).octets),
  Seed("all-flags", SegmentParts(flags: 0xFF).octets),
  Seed("syn-and-rst", SegmentParts(flags: Bits.syn | Bits.rst).octets),
  // ROB-288
  Seed("rst-fin-ack", SegmentParts(flags: Bits.rst | Bits.fin | Bits.ack).octets),
  // ROB-082, CVE-15
  Seed("rst-inside-the-window", SegmentParts(sequence: 1_030, flags: Bits.rst).octets),
  // ROB-264
  Seed("fin-ack", SegmentParts(flags: Bits.fin | Bits.ack).octets),
  // ROB-351
  Seed("fin-without-ack", SegmentParts(flags: Bits.fin).octets),
  // ROB-267
  Seed("ack-with-window-0", SegmentParts(window: 0).octets),
  Seed("congestion-echo-and-reduced", SegmentParts(flags: Bits.ack | Bits.ece | Bits.cwr).octets),
  Seed("reserved-bits-set", SegmentParts(reserved: 15).octets),
]

private let textSegments = [
  Seed("text-with-timestamps", plainText.octets),
  // ROB-266
  Seed(
    "text-with-fin",
    with(plainText) {
      $0.flags |= Bits.fin; $0.text = text("abc")
    }),
  // ROB-003
  Seed(
    "seventy-octets-and-fin",
    with(plainText) {
      $0.flags |= Bits.fin; $0.text = fill(0x61, 70)
    }),
  // ROB-289
  Seed(
    "urgent-text",
    with(plainText) {
      $0.flags |= Bits.urg; $0.urgent = 3
    }),
  // CVE-09
  Seed("urgent-pointer-0", with(plainText) { $0.flags |= Bits.urg }),
  // CVE-10
  Seed(
    "urgent-pointer-past-the-text",
    with(plainText) {
      $0.flags |= Bits.urg; $0.urgent = 65_535
    }),
  // CVE-11
  Seed(
    "urgent-syn",
    with(plainSYN) {
      $0.flags |= Bits.urg; $0.urgent = 1
    }),
  // ROB-359: sums that carry in every word, at an even and at an odd length.
  Seed("text-of-all-ones", SegmentParts(text: fill(0xFF, 1_460)).octets),
  Seed("text-of-all-ones-and-one-more", SegmentParts(text: fill(0xFF, 1_461)).octets),
  Seed("all-octets-zero", fill(0, 64)),
  Seed("one-octet-of-text", SegmentParts(text: [0]).octets),
]

private let brokenSegments = [
  // CVE-06
  Seed("nineteen-octets", Array(SegmentParts().octets.prefix(19))),
  Seed("no-octets", []),
  // CVE-07
  Seed("data-offset-4", SegmentParts(dataOffset: 4).octets),
  Seed("data-offset-0", SegmentParts(dataOffset: 0).octets),
  Seed("data-offset-past-the-segment", SegmentParts(dataOffset: 15).octets),
  // CVE-01, CVE-02, CVE-03, CVE-12
  Seed("option-length-zero", with(plainText) { $0.options = [254, 0, 1, 1] }),
  Seed("option-length-one", with(plainText) { $0.options = [254, 1, 1, 1] }),
  Seed("option-length-past-the-header", with(plainText) { $0.options = [254, 5, 1, 1] }),
  Seed("mss-value-past-the-header", SegmentParts(flags: Bits.syn, options: [1, 1, 2, 4]).octets),
]

private let numberSegments = [
  // ROB-325
  Seed("numbers-half-the-circle-apart", SegmentParts(sequence: 0, acknowledgment: 1 << 31).octets),
  Seed("numbers-at-the-wrap", SegmentParts(sequence: 0xFFFF_FFFF, acknowledgment: 0xFFFF_FFFF).octets),
  // CVE-13
  Seed(
    "sack-block-with-edges-swapped",
    with(plainText) { $0.options = Option.nop + Option.nop + Option.sack((3_000, 2_500)) }),
  Seed(
    "timestamps-and-three-sack-blocks",
    with(plainText) { $0.options = Option.ofACK + Option.nop + Option.nop + threeBlocks }),
  Seed("four-sack-blocks", with(plainText) { $0.options = Option.nop + Option.nop + fourBlocks }),
  // PEER-04
  Seed(
    "timestamps-from-long-ago",
    with(plainText) { $0.options = Option.nop + Option.nop + Option.timestamps(1 << 31, 0) }),
]

private let threeBlocks = Option.sack((2_100, 2_200), (2_300, 2_400), (2_500, 2_600))
private let fourBlocks = Option.sack((2_100, 2_200), (2_300, 2_400), (2_500, 2_600), (2_700, 2_800))

/// A segment with something else about it.
private func with(_ segment: SegmentParts, _ change: (inout SegmentParts) -> Void) -> [UInt8] {
  var segment = segment
  change(&segment)
  return segment.octets
}
