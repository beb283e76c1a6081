import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// Option lengths that lie. CVE-12 at this layer: the segment itself stays a segment.
@Suite struct SegmentOptionsMalformedTests {
  /// The header is accepted, what was before the lie counts, and nothing behind it.
  static func expectStopped(_ area: [UInt8], size: UInt16?) {
    let found = WalkedOptions.parsed(area)
    #expect(found == WalkedOptions(area: area), "area \(area)")
    #expect(found?.isMalformed == true, "area \(area)")
    #expect(found?.maximumSegmentSize == size.map { octets($0) }, "area \(area)")
  }

  // MUST-7, CVE-01, CVE-02, CVE-03: lengths 0, 1 and past the end, for every kind at every place.
  @Test("Every malformed length of every kind in small headers", arguments: [4, 8, 12])
  func everyMalformedLength(count: Int) {
    for kind in UInt8(2)...UInt8.max {
      for offset in 0..<count {
        let rest = count - offset
        var area = [UInt8](repeating: 1, count: count)
        area[offset] = kind
        if rest == 1 {
          Self.expectStopped(area, size: nil)
          continue
        }
        for length in [0, 1, rest + 1, rest + 2, 40, 41, 127, 128, 255] where length < 2 || length > rest {
          area[offset + 1] = UInt8(length)
          Self.expectStopped(area, size: nil)
        }
      }
    }
  }

  @Test("What was before a malformed option counts") func before() {
    for lie: [UInt8] in [
      [9, 0, 0, 0], [9, 1, 0, 0], [9, 5, 0, 0], [1, 1, 1, 9], [2, 255, 0, 0], [8, 10, 0, 0],
    ] {
      Self.expectStopped(SegmentOptionsParseTests.size + lie, size: 1460)
    }
  }

  // CVE-03: the value of an option that ends with the segment is not looked for behind it.
  @Test("An option cut off by the end of the segment is not read") func cutOff() throws {
    for (kind, length) in [(2, 4), (3, 3), (4, 2), (5, 10), (5, 34), (8, 10)] as [(UInt8, Int)] {
      for present in 1..<length {
        let whole = [kind, UInt8(length)] + [UInt8](repeating: 3, count: length - 2)
        let area = [UInt8](repeating: 1, count: (4 - present % 4) % 4) + whole.prefix(present)
        // No text: a read past the option would leave the span and trap.
        let options = try parsedSegment(NaiveHeader(options: area).bytes).options
        #expect(options.isMalformed, "kind \(kind), present \(present)")
        #expect(options.unknownCount == 0)
        #expect(options.maximumSegmentSize == nil && options.windowScale == nil && options.timestamps == nil)
        #expect(!options.isSACKPermitted && options.sack.count == 0)
      }
    }
  }

  // MUST-7: all pairs of kind and length, against the naive walk.
  @Test("All 65,536 first pairs of octets agree with a naive walk") func everyPair() {
    for kind in UInt8.min...UInt8.max {
      for length in UInt8.min...UInt8.max {
        let area: [UInt8] = [kind, length, 3, 3]
        if WalkedOptions.parsed(area) != WalkedOptions(area: area) { Issue.record("area \(area)") }
      }
    }
  }

  @Test(
    "Full option areas of random octets agree with a naive walk", arguments: [71, 72, 73, 74] as [UInt64])
  func randomAreas(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    // Mostly kinds and lengths that lead somewhere, so that the walk gets far.
    let likely: [UInt8] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 8, 8, 10, 10, 18, 26, 34, 28, 30, 69, 253, 254]
    for round in 0..<2_000 {
      let isWild = random.within(0...3) == 0
      let area = (0..<40).map { _ in
        isWild ? random.any(UInt8.self) : likely[random.within(0...(likely.count - 1))]
      }
      if WalkedOptions.parsed(area) != WalkedOptions(area: area) {
        Issue.record("seed \(seed), round \(round), area \(area)")
      }
    }
  }

  @Test("Sound option lists with one octet changed agree with a naive walk", arguments: [81, 82] as [UInt64])
  func mutatedAreas(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let parts = [
      SegmentOptionsParseTests.size, SegmentOptionsParseTests.scale, SegmentOptionsParseTests.permitted,
      SegmentOptionsParseTests.stamps, SegmentOptionsParseTests.oneBlock, [1], [28, 4, 0, 1], [34, 2],
    ]
    for round in 0..<2_000 {
      var area: [UInt8] = []
      for part in parts.shuffled(using: &random) where area.count + part.count <= 40 { area += part }
      area = SegmentOptionsParseTests.padded(area, with: random.within(0...1) == 0 ? 0 : 1)
      if random.within(0...9) > 0 { area[random.within(0...(area.count - 1))] = random.any() }
      if WalkedOptions.parsed(area) != WalkedOptions(area: area) {
        Issue.record("seed \(seed), round \(round), area \(area)")
      }
    }
  }
}
