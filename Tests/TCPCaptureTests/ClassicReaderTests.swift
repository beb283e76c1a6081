import TCPCapture
import TCPCore
import Testing

/// A classic file with one record, in either byte order.
func classicFile(
  magic: UInt32 = 0xA1B2_C3D4, bigEndian: Bool, linkType: UInt32 = 101, fraction: UInt32 = 0, frame: [UInt8]
) -> [UInt8] {
  func word(_ value: UInt32) -> [UInt8] { bigEndian ? big(value) : little(value) }
  func half(_ value: UInt16) -> [UInt8] { bigEndian ? big(value) : little(value) }
  let header = word(magic) + half(2) + half(4) + word(0) + word(0) + word(65535) + word(linkType)
  return header + word(3) + word(fraction) + word(UInt32(frame.count)) + word(UInt32(frame.count)) + frame
}

@Suite("Classic pcap")
struct ClassicReaderTests {
  let datagram = sampleConversation[0].bytes

  @Test("Both byte orders, microseconds and nanoseconds", arguments: [true, false])
  func byteOrders(bigEndian: Bool) throws {
    let micro = try Capture(classicFile(bigEndian: bigEndian, fraction: 250_000, frame: datagram))
    #expect(micro.problem == nil)
    #expect(micro.records.map(\.time.microseconds) == [3_250_000])
    #expect(micro.records.map { micro.datagram(of: $0) } == [datagram])
    let nano = try Capture(
      classicFile(magic: 0xA1B2_3C4D, bigEndian: bigEndian, fraction: 250_000_999, frame: datagram))
    #expect(nano.records.map(\.time.microseconds) == [3_250_000])
    #expect(nano.records.map(\.nanoseconds) == [999])
    #expect(micro.records.map(\.nanoseconds) == [nil])
  }

  @Test("Ethernet, with up to eight VLAN tags") func ethernet() throws {
    let addresses = [UInt8](repeating: 2, count: 12)
    for count in 0...8 {
      let tags = [UInt8]([[UInt8]](repeating: [0x81, 0, 0, 5], count: count).joined())
      let frame = addresses + tags + [8, 0] + datagram + [0, 0]  // and padding
      let capture = try Capture(classicFile(bigEndian: false, linkType: 1, frame: frame))
      #expect(capture.records.map { capture.datagram(of: $0) } == [datagram + [0, 0]])
      guard case .segment = capture.decode(capture.records[0]) else {
        Issue.record("no segment behind \(tags.count / 4) tags")
        continue
      }
    }
  }

  @Test(
    "Raw IP and its variants, cooked and loopback frames",
    arguments: [
      (101, []), (12, []), (14, []), (228, []), (229, []), (0, [2, 0, 0, 0]), (0, [0, 0, 0, 2]),
      (108, [0, 0, 0, 30]), (113, [0, 4, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0]),
      (276, [8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0]),
      (276, [0x81, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0, 9, 0x86, 0xDD]),
    ] as [(UInt32, [UInt8])])
  func linkTypes(type: UInt32, header: [UInt8]) throws {
    let capture = try Capture(classicFile(bigEndian: true, linkType: type, frame: header + datagram))
    #expect(capture.records.map { capture.datagram(of: $0) } == [datagram])
  }

  @Test(
    "Frames without a datagram say why",
    arguments: [
      (1, [1, 2, 3], "frame of 3 octets is too short"),
      (1, [UInt8](repeating: 0, count: 12) + [8, 6, 0], "ARP"),
      (1, [UInt8](repeating: 0, count: 12) + [0x88, 0xCC, 0], "LLDP"),
      (1, [UInt8](repeating: 0, count: 12) + [0x88, 0xCD, 0], "Ethernet type 0x88cd"),
      (1, [UInt8](repeating: 0, count: 12) + [0, 38, 0], "frame of 15 octets is too short"),
      (1, [UInt8](repeating: 0, count: 12) + [0, 38, 0x42, 0x42, 3], "spanning tree"),
      (1, [UInt8](repeating: 0, count: 12) + [0, 38, 0xAA, 0xAA, 3, 0, 0, 12, 0x20, 0], "SNAP of Cisco"),
      (9, [0xFF, 3, 0xC0, 0x21, 1], "PPP link control"), (51, [0x11, 9, 0, 0, 0, 0], "PPPoE discovery"),
      (204, [0, 0x23, 0], "PPP protocol 0x0023"), (50, [0x0F, 0, 0x20, 0, 1], "Ethernet type 0x2000"),
      (105, [8, 0], "802.11"), (999, [8, 0], "link type 999"),
      (1, [UInt8](repeating: 0, count: 12) + [0x81, 0, 0], "frame of 15 octets is too short"),
      (1, [UInt8](repeating: 0, count: 12) + [8, 0], "frame of 14 octets is too short"),
      (0, [7, 0, 0, 0, 1], "address family 7"), (101, [], "frame of 0 octets is too short"),
    ] as [(UInt32, [UInt8], String)])
  func noDatagram(type: UInt32, frame: [UInt8], reason: String) throws {
    let capture = try Capture(classicFile(bigEndian: true, linkType: type, frame: frame))
    #expect(capture.lines() == ["0.000000 no IP datagram: \(reason)"])
    #expect(capture.summary.unreadable == 1)
  }

  @Test(
    "Foreign and broken files are named",
    arguments: [
      ([], "the file is empty; expected a pcap or pcapng file"),
      ([0xA1, 0xB2], "truncated inside the file header at offset 0: expected 24 octets, 2 are left"),
      (
        [0x7F, 0x45, 0x4C, 0x46],
        "not a capture file: it begins with 0x7f454c46, neither pcap nor pcapng does"
      ),
      (
        [0x1F, 0x8B, 8, 0],
        "this is a gzip-compressed file; try: gzip -dc FILE | tcpcore read -"
      ),
      (
        [0x28, 0xB5, 0x2F, 0xFD],
        "this is a zstd-compressed file; try: zstd -dc FILE | tcpcore read -"
      ),
      (
        [0xA1, 0xB2, 0xC3, 0xD4, 0, 9, 0, 1] + [UInt8](repeating: 0, count: 16),
        "unsupported version 9.1 at offset 4"
      ),
    ] as [([UInt8], String)])
  func refused(bytes: [UInt8], message: String) {
    #expect { try Capture(bytes) } throws: { "\($0)" == message }
  }

  @Test("A record or block of impossible length ends the list at once") func impossibleLength() throws {
    let whole = classicFile(bigEndian: false, frame: datagram)
    let long = [UInt8](repeating: 0, count: 8) + little(UInt32(1 << 24 + 1)) + little(UInt32(1 << 24 + 1))
    #expect(
      try Capture(whole + long).problem.map { "\($0)" }
        == "record 2 at offset \(whole.count) claims 16777217 octets, more than 16777216")
    let blocks = Blocks(bigEndian: true)
    let start = blocks.section()
    #expect(
      try Capture(start + blocks.word(9) + blocks.word(1 << 24 + 4) + [0, 0, 0, 0]).problem.map { "\($0)" }
        == "a block of type 9 at offset \(start.count) claims 16777220 octets, more than 16777216")
  }

  @Test("A record that is cut off ends the list with an error") func cutRecord() throws {
    let whole = classicFile(bigEndian: false, frame: datagram)
    let capture = try Capture(whole + whole[24..<50])
    #expect(capture.records.count == 1)
    #expect(
      capture.problem.map { "\($0)" }
        == "truncated inside record 2 at offset \(whole.count): expected \(whole.count - 24) octets, 26 are left"
    )
    #expect(capture.problem?.offset == whole.count)
  }
}
