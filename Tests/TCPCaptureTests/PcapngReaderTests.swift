import TCPCapture
import TCPCore
import Testing

/// pcapng blocks in either byte order.
struct Blocks {
  var bigEndian: Bool

  func word(_ value: UInt32) -> [UInt8] { bigEndian ? big(value) : little(value) }
  func half(_ value: UInt16) -> [UInt8] { bigEndian ? big(value) : little(value) }

  func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = word(UInt32(padded.count + 12))
    return word(type) + length + padded + length
  }

  func section() -> [UInt8] {
    block(0x0A0D_0D0A, word(0x1A2B_3C4D) + half(1) + half(0) + [UInt8](repeating: 0xFF, count: 8))
  }

  func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    half(code) + half(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
  }

  func interface(_ linkType: UInt16 = 101, snapLength: UInt32 = 0, options: [UInt8] = []) -> [UInt8] {
    block(1, half(linkType) + half(0) + word(snapLength) + options)
  }

  func packet(_ interface: UInt32 = 0, ticks: UInt64, _ frame: [UInt8]) -> [UInt8] {
    let count = word(UInt32(frame.count))
    return block(
      6,
      word(interface) + word(UInt32(ticks >> 32)) + word(UInt32(truncatingIfNeeded: ticks)) + count + count
        + frame)
  }
}

@Suite("pcapng")
struct PcapngReaderTests {
  let datagram = sampleConversation[0].bytes

  @Test(
    "Time stamps of every resolution become microseconds",
    arguments: [
      (6, 5, 5), (3, 5, 5_000), (0, 5, 5_000_000), (9, 5_999, 5), (12, 7_000_000, 7), (25, .max, 1),
      (40, .max, 0),
      (0x80, 3, 3_000_000), (0x80 | 10, 1536, 1_500_000), (0x80 | 32, 1 << 31, 500_000),
      (0x80 | 63, 1 << 62, 500_000), (0x80 | 64, 1 << 63, 500_000), (0x80 | 127, .max, 0),
      (0, .max, .max), (0x80, .max, .max), (0x81, .max, .max),
    ] as [(UInt8, UInt64, UInt64)])
  func resolutions(resolution: UInt8, ticks: UInt64, expected: UInt64) throws {
    let blocks = Blocks(bigEndian: true)
    let file =
      blocks.section() + blocks.interface(options: blocks.option(9, [resolution]))
      + blocks.packet(ticks: ticks, datagram)
    #expect(try Capture(file).records.map(\.time.microseconds) == [expected])
  }

  @Test(
    "What a fine time stamp says beyond microseconds",
    arguments: [
      (6, 5, nil), (9, 5_999, 999), (7, 13, 300), (12, 7_654_321, 654), (25, .max, 844), (40, .max, 0),
      (0x80 | 10, 1536, nil), (0x80 | 20, 1, 953), (0x80 | 63, 1 << 43, 953), (0x80 | 64, .max, 0),
    ] as [(UInt8, UInt64, Int?)])
  func nanoseconds(resolution: UInt8, ticks: UInt64, expected: Int?) throws {
    let blocks = Blocks(bigEndian: true)
    let file =
      blocks.section() + blocks.interface(options: blocks.option(9, [resolution]))
      + blocks.packet(ticks: ticks, datagram)
    #expect(try Capture(file).records.map(\.nanoseconds) == [expected])
  }

  @Test("An offset in seconds is added, and never wraps") func timeOffset() throws {
    let blocks = Blocks(bigEndian: false)
    for (seconds, expected) in [(2, 2_000_005), (-1, 0), (.max, .max), (.min, 0)] as [(Int64, UInt64)] {
      let file =
        blocks.section() + blocks.interface(options: blocks.option(14, little(seconds)))
        + blocks.packet(ticks: 5, datagram)
      #expect(try Capture(file).records.map(\.time.microseconds) == [expected])
    }
  }

  @Test("Sections of both byte orders with interfaces of their own, unknown blocks skipped") func sections()
    throws
  {
    var file: [UInt8] = []
    for (bigEndian, name) in [(true, "first"), (false, "second")] {
      let blocks = Blocks(bigEndian: bigEndian)
      file += blocks.section() + blocks.block(0x0BAD, [1, 2, 3])
      file += blocks.interface(1) + blocks.interface(options: blocks.option(2, [UInt8](name.utf8)))
      file += blocks.packet(1, ticks: 1_000_000, datagram) + blocks.block(5, [UInt8](repeating: 0, count: 12))
    }
    let capture = try Capture(file)
    #expect(capture.problem == nil)
    #expect(capture.records.map { capture.interfaces[$0.interface].name } == ["first", "second"])
    #expect(capture.records.map { capture.datagram(of: $0) } == [datagram, datagram])
  }

  @Test("Simple and obsolete packet blocks") func oldBlocks() throws {
    let blocks = Blocks(bigEndian: true)
    let count = UInt32(datagram.count)
    let obsolete =
      blocks.half(0) + blocks.half(9) + blocks.word(0) + blocks.word(77) + blocks.word(count)
      + blocks.word(count) + datagram
    let simple = blocks.word(count) + datagram
    let cut = blocks.word(count) + datagram.prefix(40)
    let file =
      blocks.section() + blocks.interface(snapLength: count) + blocks.block(2, obsolete)
      + blocks.block(3, simple) + blocks.block(3, [UInt8](cut))
    let capture = try Capture(file)
    #expect(capture.problem == nil)
    #expect(capture.records.map(\.time.microseconds) == [77, 77, 77])
    #expect(capture.records.map(\.capturedCount) == [Int(count), Int(count), 40])
    #expect(capture.records.map(\.isCut) == [false, false, true])
  }

  @Test("A frame of an unsupported link type is a record with a reason") func unsupportedLinkType() throws {
    let blocks = Blocks(bigEndian: true)
    let file = blocks.section() + blocks.interface(105) + blocks.packet(ticks: 0, datagram)
    #expect(try Capture(file).lines() == ["0.000000 no IP datagram: 802.11"])
  }

  @Test("Malformed blocks are named with their place") func malformed() throws {
    let blocks = Blocks(bigEndian: true)
    let start = blocks.section() + blocks.interface()
    let at = start.count
    var differing = blocks.block(9, [])
    differing[11] = 16
    let tooLong = blocks.block(
      6, [UInt8](repeating: 0, count: 12) + blocks.word(99) + blocks.word(99) + [1, 2, 3, 4])
    let badOption = blocks.block(1, blocks.half(101) + [0, 0, 0, 0, 0, 0] + blocks.half(2) + blocks.half(5))
    let cases: [([UInt8], String)] = [
      (
        blocks.word(6) + blocks.word(33) + [0, 0, 0, 0],
        "bad block length 33 at offset \(at), expected a multiple of 4, at least 32"
      ),
      (
        blocks.word(9) + blocks.word(8) + [0, 0, 0, 0],
        "bad block length 8 at offset \(at), expected a multiple of 4, at least 12"
      ),
      (blocks.word(6), "truncated inside a block header at offset \(at): expected 12 octets, 4 are left"),
      (
        blocks.word(6) + blocks.word(40) + [0, 0, 0, 0],
        "truncated inside record 1 at offset \(at): expected 40 octets, 12 are left"
      ),
      (differing, "the block at offset \(at) begins with length 12 and ends with length 16"),
      (blocks.packet(4, ticks: 0, []), "record 1 at offset \(at) names interface 4, but 1 were described"),
      (tooLong, "record 1 at offset \(at) claims 99 octets, its block has room for 4"),
      (badOption, "option 2 at offset \(at + 16) has length 5, which reaches past its block"),
    ]
    for (bytes, message) in cases {
      let capture = try Capture(start + bytes)
      #expect(capture.records.isEmpty)
      #expect(capture.problem.map { "\($0)" } == message)
    }
    var badMagic = start
    badMagic[8] = 0
    #expect { try Capture(badMagic) } throws: {
      "\($0)" == "bad byte order magic 0x002b3c4d at offset 8, expected 0x1a2b3c4d in either order"
    }
  }
}
