/// Whole datagrams. The comments name the rows of robustness_cases.tsv.
let datagramSeeds: [Seed] =
  plainDatagrams + lengthDatagrams + extensionDatagrams + addressDatagrams + icmpDatagrams

private let over4 = DatagramParts.ipv4(plainText)
private let over6 = DatagramParts.ipv6(plainText)

private let plainDatagrams = [
  Seed("ipv4-syn", DatagramParts.ipv4(plainSYN).octets),
  Seed("ipv6-syn", DatagramParts.ipv6(plainSYN).octets),
  Seed("ipv4-text", over4.octets),
  Seed("ipv6-text", over6.octets),
  // ROB-351
  Seed("ipv4-fin-without-ack", DatagramParts.ipv4(SegmentParts(flags: Bits.fin)).octets),
  // ROB-279
  Seed("ipv4-with-code-point-and-congestion-mark", with(over4) { $0.service = 46 << 2 | 3 }),
  Seed("ipv4-of-a-transport-that-takes-marks", with(over4) { $0.service = 1 }),
  Seed("ipv4-of-a-transport-that-takes-the-other-marks", with(over4) { $0.service = 2 }),
  Seed("ipv6-with-code-point-and-congestion-mark", with(over6) { $0.service = 46 << 2 | 3 }),
  Seed("ipv4-hop-limit-0", with(over4) { $0.hopLimit = 0 }),
  Seed("ipv4-carries-udp", with(over4) { $0.protocolNumber = 17 }),
  Seed("ipv4-options-of-40-octets", with(over4) { $0.extra = fill(1, 40) }),
  // ROB-359
  Seed(
    "ipv4-text-of-all-ones", DatagramParts.ipv4(SegmentParts(text: fill(0xFF, 1_460))).octets),
]

private let lengthDatagrams = [
  // CVE-08
  Seed("ipv4-nineteen-octets", Array(over4.octets.prefix(19))),
  Seed("ipv4-total-length-below-the-header", with(over4) { $0.length = 19 }),
  Seed("ipv4-total-length-above-what-came", with(over4) { $0.length = 1_500 }),
  Seed("ipv4-header-length-4", with(over4) { $0.headerWords = 4 }),
  Seed("ipv4-header-length-past-the-end", Array(with(over4) { $0.headerWords = 15 }.prefix(40))),
  Seed("ipv6-payload-length-above-what-came", with(over6) { $0.length = 1_500 }),
  Seed("ipv6-thirty-nine-octets", Array(over6.octets.prefix(39))),
  Seed("ipv6-payload-length-0", with(over6) { $0.length = 0 }),
  Seed("version-5", [0x55] + over4.octets.dropFirst()),
  Seed("ipv4-with-link-padding", with(DatagramParts.ipv4(SegmentParts())) { $0.behind = fill(0xEE, 6) }),
  Seed(
    "ipv4-header-checksum-wrong", over4.octets.enumerated().map { $0.offset == 10 ? ~$0.element : $0.element }
  ),
  Seed("ipv4-segment-checksum-wrong", over4.octets.dropLast() + [0]),
  // CVE-06, CVE-07
  Seed("ipv4-segment-of-19-octets", with(over4) { $0.payload = Array(plainText.octets.prefix(19)) }),
  Seed("ipv4-data-offset-4", DatagramParts.ipv4(SegmentParts(dataOffset: 4)).octets),
  // CVE-17: SEG.LEN of 65,495 octets of text and a FIN.
  Seed(
    "ipv4-largest-datagram-with-fin",
    DatagramParts.ipv4(SegmentParts(flags: Bits.ack | Bits.fin, text: fill(0x61, 65_495))).octets),
  Seed("ipv4-first-fragment", with(over4) { $0.fragment = 0x2000 }),
  Seed("ipv4-later-fragment", with(over4) { $0.fragment = 185 }),
]

/// An extension header of eight octets that says what follows.
private func header(next: UInt8, _ rest: [UInt8] = [0, 1, 4, 0, 0, 0, 0]) -> [UInt8] { [next] + rest }

private let extensionDatagrams = [
  Seed(
    "ipv6-hop-by-hop-then-tcp",
    with(over6) {
      $0.extraKind = 0; $0.extra = header(next: 6)
    }),
  Seed(
    "ipv6-destination-options-then-tcp",
    with(over6) {
      $0.extraKind = 60; $0.extra = header(next: 6)
    }),
  Seed(
    "ipv6-atomic-fragment",
    with(over6) {
      $0.extraKind = 44; $0.extra = header(next: 6, [0, 0, 0, 0, 0, 0, 7])
    }),
  Seed(
    "ipv6-first-fragment",
    with(over6) {
      $0.extraKind = 44; $0.extra = header(next: 6, [0, 0, 1, 0, 0, 0, 7])
    }),
  Seed(
    "ipv6-routing-with-nothing-left",
    with(over6) {
      $0.extraKind = 43; $0.extra = header(next: 6, [0, 4, 0, 0, 0, 0, 0])
    }),
  Seed(
    "ipv6-routing-with-segments-left",
    with(over6) {
      $0.extraKind = 43; $0.extra = header(next: 6, [0, 4, 1, 0, 0, 0, 0])
    }),
  Seed(
    "ipv6-eight-extension-headers",
    with(over6) {
      $0.extraKind = 60; $0.extra = (1...8).flatMap { header(next: $0 < 8 ? 60 : 6) }
    }),
  Seed(
    "ipv6-nine-extension-headers",
    with(over6) {
      $0.extraKind = 60; $0.extra = (1...9).flatMap { header(next: $0 < 9 ? 60 : 6) }
    }),
  Seed(
    "ipv6-extension-header-past-the-end",
    with(over6) {
      $0.extraKind = 0; $0.extra = header(next: 6, [255, 1, 4, 0, 0, 0, 0])
    }),
  Seed(
    "ipv6-extension-header-cut",
    with(over6) {
      $0.extraKind = 0; $0.payload = [6, 0, 1]
    }),
]

private let addressDatagrams = [
  // ROB-013, ROB-066
  Seed("ipv4-to-the-limited-broadcast-address", with(over4) { $0.destination = fill(255, 4) }),
  Seed("ipv4-to-a-multicast-address", with(over4) { $0.destination = [224, 0, 0, 1] }),
  Seed("ipv4-from-the-unspecified-address", with(over4) { $0.source = fill(0, 4) }),
  Seed("ipv6-to-a-multicast-address", with(over6) { $0.destination = [0xFF, 2] + fill(0, 13) + [1] }),
  // ROB-060
  Seed("ipv6-from-a-link-local-address", with(over6) { $0.source = [0xFE, 0x80] + fill(0, 13) + [1] }),
  Seed("ipv6-from-a-mapped-address", with(over6) { $0.source = mapped }),
  Seed("ipv6-to-a-mapped-address", with(over6) { $0.destination = mapped }),
]

private let mapped: [UInt8] = fill(0, 10) + [255, 255, 192, 0, 2, 1]

private let icmpDatagrams = [
  // ROB-012, ROB-030
  Seed("icmp-too-big-quotes-our-segment", DatagramParts.icmp(3, 4, 1_280, over4).octets),
  Seed("icmpv6-too-big-quotes-our-segment", DatagramParts.icmp(2, 0, 1_280, over6).octets),
  // ROB-171
  Seed("icmp-too-big-without-mtu", DatagramParts.icmp(3, 4, 0, over4).octets),
  Seed("icmpv6-too-big-with-mtu-of-32-bits", DatagramParts.icmp(2, 0, 0xFFFF_FFFF, over6).octets),
  // ROB-031
  Seed(
    "icmp-source-quench-quotes-our-syn", DatagramParts.icmp(4, 0, 0, DatagramParts.ipv4(plainSYN)).octets),
  // ROB-263, ROB-353
  Seed("icmp-host-unreachable", DatagramParts.icmp(3, 1, 0, over4).octets),
  Seed("icmp-port-unreachable", DatagramParts.icmp(3, 3, 0, over4).octets),
  Seed("icmp-time-exceeded", DatagramParts.icmp(11, 0, 0, over4).octets),
  Seed("icmp-parameter-problem", DatagramParts.icmp(12, 0, 0, over4).octets),
  Seed("icmpv6-port-unreachable", DatagramParts.icmp(1, 4, 0, over6).octets),
  Seed("icmpv6-no-route", DatagramParts.icmp(1, 0, 0, over6).octets),
  Seed("icmpv6-time-exceeded", DatagramParts.icmp(3, 0, 0, over6).octets),
  Seed("icmpv6-unrecognised-next-header", DatagramParts.icmp(4, 1, 40, over6).octets),
  // ROB-067, ROB-352
  Seed(
    "icmp-quotes-a-segment-never-sent",
    DatagramParts.icmp(3, 3, 0, DatagramParts.ipv4(SegmentParts(source: 1, destination: 1))).octets),
  Seed("icmp-quotes-a-later-fragment", icmp(3, 1) { $0.fragment = 185 }),
  Seed("icmp-quotes-ip-options", icmp(3, 1) { $0.extra = fill(1, 8) }),
  Seed("icmp-quotes-udp", icmp(3, 1) { $0.protocolNumber = 17 }),
  Seed("icmpv6-quotes-mapped-addresses", DatagramParts.icmp(1, 4, 0, quotedMapped).octets),
  Seed("icmp-echo-request", DatagramParts.icmp(8, 0, 0, over4).octets),
  Seed("icmpv6-echo-request", DatagramParts.icmp(128, 0, 0, over6).octets),
  Seed("icmp-quotes-too-little", Array(with(DatagramParts.icmp(3, 1, 0, over4)) { $0.payload.removeLast() })),
]

private let quotedMapped = changed(over6) { $0.destination = mapped }

private func changed(_ datagram: DatagramParts, _ change: (inout DatagramParts) -> Void) -> DatagramParts {
  var datagram = datagram
  change(&datagram)
  return datagram
}

private func icmp(_ type: UInt8, _ code: UInt8, _ change: (inout DatagramParts) -> Void) -> [UInt8] {
  DatagramParts.icmp(type, code, 0, changed(over4, change)).octets
}
