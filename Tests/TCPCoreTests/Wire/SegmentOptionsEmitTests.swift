import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct SegmentOptionsEmitTests {
  static func header(_ options: SegmentOptions, flags: SegmentFlags = .ack) -> SegmentHeader {
    var header = SegmentHeader(
      sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(3), acknowledgment: SequenceNumber(4),
      flags: flags, window: 5)
    header.options = options
    return header
  }

  static func area(_ options: SegmentOptions) -> [UInt8] {
    Array(emitted(header(options)).bytes.dropFirst(20))
  }

  static func options(
    size: UInt16? = nil, scale: UInt8? = nil, permitted: Bool = false, stamps: Bool = false, blocks: Int = 0,
    time: UInt16 = 0
  ) -> SegmentOptions {
    var options = SegmentOptions()
    options.maximumSegmentSize = size
    options.windowScale = scale
    options.isSACKPermitted = permitted
    if stamps { options.timestamps = Timestamps(value: 0x0102_0304, echo: 0xF1F2_F3F4) }
    options.userTimeout = UserTimeout(rawValue: time)
    for index in 0..<UInt32(blocks) {
      options.sack.append(
        SACKBlock(
          left: SequenceNumber(0xFFFF_FF00 &+ index * 0x100), right: SequenceNumber(index * 0x100 + 1)))
    }
    return options
  }

  // MUST-14: the option that a SYN carries, octet by octet.
  @Test("The layouts that this core sends, octet by octet") func layouts() {
    #expect(Self.area(Self.options()) == [])
    #expect(Self.area(Self.options(size: 1460)) == hex("020405b4"))
    #expect(Self.area(Self.options(permitted: true)) == hex("01010402"))
    #expect(Self.area(Self.options(scale: 14)) == hex("0103030e"))
    // RFC 7323 appendix A.
    #expect(Self.area(Self.options(stamps: true)) == hex("0101080a 01020304 f1f2f3f4"))
    #expect(Self.area(Self.options(blocks: 1)) == hex("0101050a ffffff00 00000001"))
    #expect(
      Self.area(Self.options(size: 1220, scale: 0, permitted: true, stamps: true))
        == hex("020404c4 0402080a 01020304 f1f2f3f4 01030300"))
    #expect(
      Self.area(Self.options(stamps: true, blocks: 3)).prefix(20)
        == hex("0101080a 01020304 f1f2f3f4 0101051a ffffff00")[...])
  }

  // RFC5482-8: a number of zero is never sent.
  @Test("The user time-out, octet by octet") func userTimeout() {
    #expect(Self.area(Self.options(time: 100)) == hex("1c040064"))
    #expect(Self.area(Self.options(time: 0x8005)) == hex("1c048005"))
    #expect(Self.area(Self.options(time: 0)) == [] && Self.area(Self.options(time: 0x8000)) == [])
    #expect(
      Self.area(Self.options(size: 1220, scale: 0, permitted: true, stamps: true, time: 1))
        == hex("020404c4 0402080a 01020304 f1f2f3f4 01030300 1c040001"))
    // Beside it, and timestamps, two blocks find room.
    #expect(
      Self.area(Self.options(stamps: true, blocks: 3, time: 1)).prefix(20)
        == hex("0101080a 01020304 f1f2f3f4 1c040001 01010512")[...])
  }

  // RFC5482-8: rounded up, so never zero, and never less than is waited.
  @Test(
    "What is sent of a time is no less, and in minutes where seconds do not reach",
    arguments: [
      (1, 1), (999, 1), (1_000, 1), (1_001, 2), (100_000, 100), (32_767_000, 32_767),
      (32_767_001, 0x8000 + 547),
      (36_000_000, 0x8000 + 600), (1_966_020_000, 0xFFFF), (1_966_020_001, 0xFFFF), (0xFFFF_FFFF, 0xFFFF),
    ] as [(UInt32, UInt16)])
  func rounding(milliseconds: UInt32, expected: UInt16) {
    let sent = UserTimeout(milliseconds: milliseconds)
    #expect(sent.rawValue == expected && sent.exists)
    #expect(UInt64(sent.seconds) * 1_000 >= UInt64(milliseconds) || expected == 0xFFFF)
  }

  /// All choices of options, each with the count of SACK blocks.
  static let combinations: [(options: SegmentOptions, blocks: Int)] = {
    var result: [(SegmentOptions, Int)] = []
    for bits in 0..<32 {
      for blocks in 0...4 {
        let options = options(
          size: bits & 1 == 0 ? nil : 1460, scale: bits & 2 == 0 ? nil : 9, permitted: bits & 4 != 0,
          stamps: bits & 8 != 0, blocks: blocks, time: bits & 16 == 0 ? 0 : 300)
        result.append((options, blocks))
      }
    }
    return result
  }()

  // MUST-68: each option but NOP has its length octet; a reader that knows nothing gets through.
  // MUST-69: an end of the list would be followed by zeros only.
  @Test("Every choice of options is well formed and read back the same") func readBack() throws {
    for (options, blocks) in Self.combinations {
      let result = emitted(Self.header(options))
      let area = Array(result.bytes.dropFirst(20))
      #expect(result.isContained, "area \(area)")
      #expect(area.count == options.byteCount && area.count % 4 == 0 && area.count <= 40, "area \(area)")
      #expect(Int(result.bytes[12] >> 4) * 4 == result.bytes.count, "area \(area)")
      let found = WalkedOptions(area: area)
      var expected = WalkedOptions(options)
      // A block that finds no room is left out, from the end.
      expected.sack = Array(expected.sack.prefix(found.sack.count))
      #expect(found == expected, "area \(area)")
      #expect(found.sack.count == 8 * blocks || area.count + 8 > 40, "area \(area)")
      #expect(WalkedOptions(try parsedSegment(result.bytes).options) == expected, "area \(area)")
      #expect(!area.contains(0) || Self.paddingIsZero(area), "area \(area)")
    }
  }

  /// Whether all octets behind an end-of-list option are zero.
  static func paddingIsZero(_ area: [UInt8]) -> Bool {
    var rest = area[...]
    while let kind = rest.first {
      if kind == 0 { return rest.allSatisfy { $0 == 0 } }
      rest = rest.dropFirst(kind == 1 ? 1 : Int(rest[rest.startIndex + 1]))
    }
    return true
  }

  // ROB-326: an option takes exactly its own length, whatever room there is.
  @Test(
    "Options that were parsed from 40 octets never take more when emitted", arguments: [91, 92] as [UInt64])
  func reemission(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let parts: [[UInt8]] = [
      SegmentOptionsParseTests.size, SegmentOptionsParseTests.scale, SegmentOptionsParseTests.permitted,
      SegmentOptionsParseTests.stamps, SegmentOptionsParseTests.time, [5, 34] + random.octets(32),
      [5, 26] + random.octets(24),
      [5, 18] + random.octets(16),
    ]
    for round in 0..<500 {
      var area: [UInt8] = []
      for part in parts.shuffled(using: &random) where area.count + part.count <= 40 { area += part }
      let naive = NaiveHeader(options: SegmentOptionsParseTests.padded(area))
      let result = emitted(try parsedSegment(naive.bytes))
      #expect(result.isContained && result.bytes.count <= 60, "seed \(seed), round \(round)")
      #expect(Int(result.bytes[12] >> 4) * 4 == result.bytes.count, "seed \(seed), round \(round)")
      #expect(
        !WalkedOptions(area: Array(result.bytes.dropFirst(20))).isMalformed, "seed \(seed), round \(round)")
    }
  }

  @Test("Values of the options survive at their ends") func values() throws {
    for value: UInt32 in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
      var options = Self.options(
        size: UInt16(truncatingIfNeeded: value), scale: UInt8(truncatingIfNeeded: value))
      options.timestamps = Timestamps(value: value, echo: ~value)
      options.userTimeout = UserTimeout(rawValue: UInt16(truncatingIfNeeded: value))
      options.sack.append(SACKBlock(left: SequenceNumber(value), right: SequenceNumber(value &+ 1)))
      let again = try parsedSegment(emitted(Self.header(options, flags: .syn)).bytes).options
      #expect(WalkedOptions(again) == WalkedOptions(options), "value \(value)")
    }
  }
}
