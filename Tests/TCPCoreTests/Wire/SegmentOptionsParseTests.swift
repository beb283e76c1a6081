import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct SegmentOptionsParseTests {
  static let size: [UInt8] = [2, 4, 0x05, 0xB4]
  static let scale: [UInt8] = [3, 3, 7]
  static let permitted: [UInt8] = [4, 2]
  static let stamps: [UInt8] = [8, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]
  static let time: [UInt8] = [28, 4, 0x80, 5]
  static let oneBlock: [UInt8] = [5, 10, 0xFF, 0xFF, 0xFF, 0xF0, 0x00, 0x00, 0x00, 0x10]

  /// Fills an area up with NOP to a multiple of four octets.
  static func padded(_ area: [UInt8], with filler: UInt8 = 1) -> [UInt8] {
    area + [UInt8](repeating: filler, count: (4 - area.count % 4) % 4)
  }

  static func options(_ area: [UInt8]) throws -> SegmentOptions {
    try parsedSegment(NaiveHeader(options: area).bytes).options
  }

  // MUST-4: end of list, no-operation and maximum segment size.
  @Test("Each option by itself") func single() throws {
    #expect(try Self.options(Self.size).maximumSegmentSize == 1460)
    #expect(try Self.options(Self.padded(Self.scale)).windowScale == 7)
    #expect(try Self.options(Self.padded(Self.permitted)).isSACKPermitted)
    let stamps = try Self.options(Self.padded(Self.stamps)).timestamps
    #expect(stamps == Timestamps(value: 0x1122_3344, echo: 0x5566_7788))
    let sack = try Self.options(Self.padded(Self.oneBlock)).sack
    #expect(sack.count == 1)
    #expect(sack[0] == SACKBlock(left: SequenceNumber(0xFFFF_FFF0), right: SequenceNumber(0x10)))
    for area: [UInt8] in [[], [0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 0]] {
      #expect(WalkedOptions(try Self.options(area)) == WalkedOptions(area: []), "area \(area)")
    }
  }

  @Test("One to four SACK blocks keep their order") func blocks() throws {
    for count in 1...4 {
      var area: [UInt8] = [1, 1, 5, UInt8(2 + 8 * count)]
      for index in 0..<UInt32(count) { area += octets(1000 - index * 100) + octets(1050 - index * 100) }
      let sack = try Self.options(area).sack
      #expect(sack.count == count)
      for index in 0..<count {
        #expect(sack[index].left == SequenceNumber(1000 - UInt32(index) * 100))
        #expect(sack[index].right == SequenceNumber(1050 - UInt32(index) * 100))
      }
    }
  }

  @Test("A fifth SACK block is not taken") func fifthBlock() {
    var list = SACKList()
    for value: UInt32 in 1...5 {
      list.append(SACKBlock(left: SequenceNumber(value), right: SequenceNumber(value + 1)))
    }
    #expect(list.count == 4)
    #expect(list[3].left == SequenceNumber(4))
  }

  // MUST-5: an option counts on whatever segment it comes.
  @Test("Options are read whatever the flags are") func anyFlags() throws {
    for flags in UInt8.min...UInt8.max {
      var naive = NaiveHeader(options: Self.size + [1, 1] + Self.stamps)
      naive.flags = flags
      let options = try parsedSegment(naive.bytes).options
      #expect(options.maximumSegmentSize == 1460 && options.timestamps != nil, "flags \(flags)")
    }
  }

  // CVE-04, CVE-05: what a value means is decided above; the parser hands on what is there.
  @Test("All values of segment size and window scale come through") func values() throws {
    for value: UInt16 in [0, 1, 39, 40, 535, 536, 0x7FFF, 0x8000, 0xFFFF] {
      #expect(try Self.options([2, 4] + octets(value)).maximumSegmentSize == value)
    }
    for value in UInt8.min...UInt8.max { #expect(try Self.options([3, 3, value, 0]).windowScale == value) }
  }

  /// All orders of a list.
  static func orders<T>(_ list: [T]) -> [[T]] {
    guard let first = list.first else { return [[]] }
    return orders(Array(list.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
  }

  // MUST-64: no option need be at a word boundary.
  @Test("Every order of the options, at every alignment") func everyOrder() throws {
    var random = SplitMix64(seed: 61)
    let all = [Self.size, Self.scale, Self.permitted, Self.stamps, Self.oneBlock, Self.time]
    let expected = WalkedOptions(try Self.options(Self.padded(all.flatMap(\.self))))
    #expect(expected.timestamps != nil && expected.sack.count == 8 && expected.unknownCount == 0)
    #expect(expected.userTimeout == [0x80, 5])
    for order in Self.orders(all) {
      for lead in 0...3 {
        // 33 octets of options leave 7 for NOPs; they are strewn between the options.
        var area = [UInt8](repeating: 1, count: lead)
        var room = 7 - lead
        for option in order {
          let count = min(room, random.within(0...1))
          room -= count
          area += option + [UInt8](repeating: 1, count: count)
        }
        area = Self.padded(area, with: random.within(0...1) == 0 ? 1 : 0)
        #expect(WalkedOptions.parsed(area) == expected, "seed 61, area \(area)")
      }
    }
  }

  // MUST-64: the layout that is read in one go and its unaligned kin give the same answer.
  @Test("Timestamps are the same at every offset") func timestampLayouts() throws {
    let expected = try Self.options([1, 1] + Self.stamps).timestamps
    #expect(expected == Timestamps(value: 0x1122_3344, echo: 0x5566_7788))
    for before in 0...30 {
      let area = Self.padded([UInt8](repeating: 1, count: before) + Self.stamps)
      #expect(try Self.options(area).timestamps == expected, "before \(before)")
    }
    // Twelve octets that begin alike and are something else.
    for area: [UInt8] in [
      [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 8, 9, 1, 2, 3, 4, 5, 6, 7, 0],
      [1, 0, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 8, 11, 1, 2, 3, 4, 5, 6, 7, 8],
    ] { #expect(WalkedOptions.parsed(area) == WalkedOptions(area: area), "area \(area)") }
  }

  @Test("Of an option that is there twice the last one counts") func twice() throws {
    let options = try Self.options([2, 4, 0, 1, 2, 4, 0, 2, 3, 3, 1, 3, 3, 2, 1, 1])
    #expect(options.maximumSegmentSize == 2 && options.windowScale == 2)
  }

  @Test("User time-outs in seconds and minutes") func userTimeouts() throws {
    let cases: [(octets: [UInt8], seconds: UInt32)] = [
      ([0, 1], 1), ([0, 100], 100), ([0x7F, 0xFF], 32_767), ([0x80, 1], 60), ([0x80, 5], 300),
      ([0xFF, 0xFF], 32_767 * 60),
    ]
    for (octets, seconds) in cases {
      let found = try Self.options([28, 4] + octets).userTimeout
      #expect(found.exists && found.seconds == seconds, "octets \(octets)")
    }
  }

  // RFC5482-8: what is reserved counts as no option, also behind one that is not.
  @Test("A user time-out of zero is ignored") func zeroUserTimeout() throws {
    for zero: [UInt8] in [[28, 4, 0, 0], [28, 4, 0x80, 0]] {
      let alone = try Self.options(zero)
      #expect(alone.userTimeout == .none && alone.unknownCount == 0 && !alone.isMalformed)
      #expect(try Self.options([28, 4, 0, 9] + zero).userTimeout.seconds == 9)
      #expect(try Self.options(zero + [28, 4, 0, 9]).userTimeout.seconds == 9)
    }
  }

  // MUST-6: an unknown option is skipped by its length and those behind it are read.
  @Test("Every unknown kind is skipped") func unknownKinds() throws {
    for kind in UInt8.min...UInt8.max where ![0, 1, 2, 3, 4, 5, 8, 28].contains(kind) {
      for length in 2...20 {
        let unknown = [kind, UInt8(length)] + [UInt8](repeating: 0, count: length - 2)
        let options = try Self.options(Self.padded(unknown + Self.size))
        #expect(
          options.maximumSegmentSize == 1460 && options.unknownCount == 1, "kind \(kind), length \(length)")
        #expect(!options.isMalformed)
      }
    }
  }

  @Test("A known kind with a length that is not its own is skipped") func wrongLengths() throws {
    let own: [UInt8: [Int]] = [2: [4], 3: [3], 4: [2], 5: [10, 18, 26, 34], 8: [10], 28: [4]]
    for (kind, lengths) in own {
      for length in 2...36 where !lengths.contains(length) {
        let wrong = [kind, UInt8(length)] + [UInt8](repeating: 2, count: length - 2)
        let options = try Self.options(Self.padded(wrong + [253, 4, 0, 1]))
        #expect(options.unknownCount == 2 && !options.isMalformed, "kind \(kind), length \(length)")
        #expect(options.maximumSegmentSize == nil && options.windowScale == nil && options.timestamps == nil)
        #expect(!options.isSACKPermitted && options.sack.count == 0 && options.userTimeout == .none)
      }
    }
  }

  // MUST-69: behind the end of the list is padding, whatever it looks like.
  @Test("Nothing behind the end of the list is read") func endOfList() throws {
    for before in 0...3 {
      let area = Self.padded(
        [UInt8](repeating: 1, count: before) + [0] + Self.size + Self.stamps + [9, 0, 7, 99])
      let options = try Self.options(area)
      #expect(WalkedOptions(options) == WalkedOptions(area: []), "before \(before)")
    }
  }
}
