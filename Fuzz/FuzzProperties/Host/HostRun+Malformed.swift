import TCPCore

/// One thing that is wrong with a datagram, and the outcome that names it.
struct HostDefect {
  var outcome: ArrivalOutcome
  /// Octets that are changed: where, and to what.
  var changes: [(place: Int, octet: UInt8)] = []
  /// How many octets arrive, where that is not all of them.
  var length: Int?
}

extension HostTable {
  /// A datagram of 20 + 20 + 5 octets.
  static let defectsIPv4: [HostDefect] = [
    HostDefect(outcome: .datagramTooShort, length: 19),
    HostDefect(outcome: .unknownVersion, changes: [(0, 0x55)]),
    HostDefect(outcome: .badHeaderLength, changes: [(0, 0x44)]),
    HostDefect(outcome: .badHeaderLength, changes: [(0, 0x4F)]),
    HostDefect(outcome: .badTotalLength, changes: [(3, 46)]),
    HostDefect(outcome: .badTotalLength, changes: [(3, 19)]),
    HostDefect(outcome: .badHeaderChecksum, changes: [(10, 0xAA), (11, 0x55)]),
    HostDefect(outcome: .fragment, changes: [(6, 0x20)]),
    HostDefect(outcome: .fragment, changes: [(7, 1)]),
    HostDefect(outcome: .unknownProtocol, changes: [(9, 17)]),
    HostDefect(outcome: .unknownProtocol, changes: [(9, 58)]),
    HostDefect(outcome: .icmpIgnored, changes: [(9, 1)]),
    HostDefect(outcome: .segmentTooShort, changes: [(3, 39)]),
    HostDefect(outcome: .dataOffsetTooSmall, changes: [(32, 0x40)]),
    HostDefect(outcome: .dataOffsetBeyondSegment, changes: [(32, 0xF0)]),
  ]
  /// The same behind 40 octets. A TCP header that is read as an extension header makes a bad one.
  static let defectsIPv6: [HostDefect] = [
    HostDefect(outcome: .datagramTooShort, length: 39),
    HostDefect(outcome: .unknownVersion, changes: [(0, 0x10)]),
    HostDefect(outcome: .badTotalLength, changes: [(5, 26)]),
    HostDefect(outcome: .unknownProtocol, changes: [(6, 17)]),
    HostDefect(outcome: .unknownProtocol, changes: [(6, 1)]),
    HostDefect(outcome: .icmpIgnored, changes: [(6, 58)]),
    HostDefect(outcome: .mappedAddress, changes: mapped(at: 8)),
    HostDefect(outcome: .mappedAddress, changes: mapped(at: 24)),
    HostDefect(outcome: .segmentTooShort, changes: [(5, 19)]),
    HostDefect(outcome: .dataOffsetTooSmall, changes: [(52, 0x40)]),
    HostDefect(outcome: .dataOffsetBeyondSegment, changes: [(52, 0xF0)]),
    HostDefect(outcome: .badExtensionHeader, changes: [(6, 43)]),
    HostDefect(outcome: .fragment, changes: [(6, 44)]),
    HostDefect(outcome: .badExtensionHeader, changes: [(6, 0), (41, 255)]),
    HostDefect(outcome: .badExtensionHeader, changes: [(6, 60), (5, 4)]),
  ]

  private static func mapped(at place: Int) -> [(place: Int, octet: UInt8)] {
    (0..<12).map { (place + $0, $0 < 10 ? 0 : 0xFF) }
  }
}

// What arrives and can be nobody's.
extension HostRun {
  /// A segment of a peer's with one thing wrong: it has the outcome that names that, and changes nothing.
  mutating func sendMalformed(_ octets: InlineArray<8, UInt8>) {
    let flow = flows[Int(octets[1] & 15)]
    let defects = flow.tuple.isIPv4 ? HostTable.defectsIPv4 : HostTable.defectsIPv6
    let defect = defects[Int(octets[2]) % defects.count]
    let segment = SegmentHeader(
      sourcePort: flow.tuple.remotePort, destinationPort: flow.tuple.localPort,
      sequence: SequenceNumber(flow.expected), acknowledgment: SequenceNumber(flow.next), flags: .ack | .psh,
      window: 1_000)
    guard let bytes = unsafe MutableBytes(shared.arrival) else { return }
    let reverse = FourTuple(local: flow.tuple.remote, remote: flow.tuple.local)
    let count = segment.emitDatagram(reverse, textCount: 5, DatagramOptions(), into: bytes) { text in
      for index in 0..<5 { text.store(UInt8(0x71), at: index) }
      var sum = InternetChecksum()
      sum.add(text, count: 5)
      return sum
    }
    for change in defect.changes { bytes.store(change.octet, at: change.place) }
    if flow.tuple.isIPv4 && defect.outcome != .badHeaderChecksum { repairHeader(bytes) }
    // Between our own interfaces there are two that do not exist.
    let interface = octets[3] & 3 == 1 ? -1 : octets[3] & 3 == 2 ? 2 : flow.interface
    let isKnown = interface == flow.interface
    // Nobody looks again at what the device has verified.
    if isKnown && defect.outcome == .badHeaderChecksum && offloads[interface].verifiesArriving { return }
    let before = fixture.host.digest
    let counters = fixture.host.counters
    let outcome = arrive(defect.length ?? count, on: interface)
    checkCounted(outcome, counters)
    let expected = isKnown ? defect.outcome : .unknownInterface
    require("what is wrong with a datagram is named", outcome == expected, "\(outcome), not \(expected)")
    require("a bad datagram changes nothing", fixture.host.digest == before)
  }

  /// Gives an IPv4 header of 20 octets its checksum.
  private func repairHeader(_ bytes: MutableBytes) {
    bytes.store(UInt16(0), at: 10)
    var sum = InternetChecksum()
    sum.add(bytes, count: 20)
    bytes.store(sum.field, at: 10)
  }
}
