import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct InternetChecksumTests {
  static func field(_ bytes: [UInt8]) -> UInt16 {
    var checksum = InternetChecksum()
    span(bytes) { checksum.add($0) }
    return checksum.field
  }

  /// The sum of a piece by the raw loop.
  static func sum(_ bytes: [UInt8]) -> UInt64 {
    // The pointer does not leave the closure.
    unsafe bytes.withUnsafeBytes { unsafe InternetChecksum.sum($0.baseAddress, $0.count) }
  }

  /// A copy with its sum, at chosen misalignments on both sides, and what is around the destination.
  static func copy(_ bytes: [UInt8], from: Int, to: Int) -> (sum: UInt64, copied: [UInt8], isContained: Bool)
  {
    let source = [UInt8](repeating: 0x5A, count: from) + bytes + [UInt8](repeating: 0x5A, count: 16)
    var target = [UInt8](repeating: 0xA5, count: to + bytes.count + 16)
    var sum: UInt64 = 0
    // Both arrays stay alive and do not overlap while the closures run.
    unsafe source.withUnsafeBytes { source in
      unsafe target.withUnsafeMutableBytes { target in
        if let from = unsafe source.baseAddress?.advanced(by: from),
          let to = unsafe target.baseAddress?.advanced(by: to)
        {
          sum = unsafe InternetChecksum.copyAndSum(from: from, to: to, count: bytes.count)
        }
      }
    }
    let around = target.prefix(to) + target.suffix(16)
    return (sum, Array(target[to..<(to + bytes.count)]), around.allSatisfy { $0 == 0xA5 })
  }

  @Test("RFC 1071 section 3: the worked example") func workedExample() {
    // The sum there is 0xDDF2, so that the field is its complement.
    #expect(Self.field([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]) == ~0xDDF2)
    #expect(Self.field([]) == 0xFFFF)
    #expect(Self.field([0x12]) == ~0x1200)
  }

  @Test("Every length up to 200 agrees with the word-by-word loop", arguments: [11, 12] as [UInt64])
  func lengths(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for count in 0...200 {
      let bytes = random.octets(count)
      #expect(Self.field(bytes) == naiveChecksum(bytes), "seed \(seed), count \(count)")
    }
  }

  // ROB-359: a long run of ones overflows a sum that is kept too narrow.
  @Test("Long runs of 0xff do not overflow")
  func longRuns() {
    for count in [65_534, 65_535, 65_536, 131_069, 131_070, 131_071, 131_073, 199_999, 200_000] {
      let bytes = [UInt8](repeating: 0xFF, count: count)
      #expect(Self.field(bytes) == naiveChecksum(bytes), "count \(count)")
      #expect(
        InternetChecksum.fold(Self.copy(bytes, from: 1, to: 0).sum) == InternetChecksum.fold(Self.sum(bytes)))
    }
  }

  @Test("Folding is end-around carry, for every size of sum") func folding() {
    func naive(_ sum: UInt64) -> UInt16 {
      var rest = sum
      while rest > 0xFFFF { rest = (rest & 0xFFFF) + (rest >> 16) }
      return UInt16(rest)
    }
    for sum: UInt64 in [
      0, 1, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFE, 0x1FFFF, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_FFFF_FFFE,
      0xFFFF_0000_0000, 0xFFFF_FFFF_FFFF, .max, .max - 1,
    ] { #expect(InternetChecksum.fold(sum) == naive(sum), "sum \(sum)") }
    var random = SplitMix64(seed: 5)
    for _ in 0..<1_000 {
      let sum = random.next() >> UInt64(random.within(0...63))
      #expect(InternetChecksum.fold(sum) == naive(sum), "seed 5, sum \(sum)")
    }
  }

  @Test("Pieces at odd and even offsets add up to the whole", arguments: [21, 22] as [UInt64])
  func pieces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<300 {
      let bytes = random.octets(random.within(0...120))
      var checksum = InternetChecksum()
      var offset = 0
      while offset < bytes.count {
        let count = random.within(1...min(17, bytes.count - offset))
        checksum.add(piece: Self.sum(Array(bytes[offset..<(offset + count)])), atOffset: offset)
        offset += count
      }
      #expect(checksum.field == naiveChecksum(bytes), "seed \(seed), round \(round)")
    }
  }

  @Test("Numbers add up like the octets they are made of") func words() {
    var random = SplitMix64(seed: 31)
    for round in 0..<200 {
      let word = random.any(UInt16.self)
      let words = random.any(UInt32.self)
      let bytes = random.octets(2 * random.within(0...10))
      var checksum = InternetChecksum()
      checksum.add(word: word)
      span(bytes) { checksum.add($0) }
      checksum.add(words: words)
      #expect(
        checksum.field == naiveChecksum(octets(word) + bytes + octets(words)), "seed 31, round \(round)")
    }
  }

  @Test("A message with its own checksum in it is valid, with any bit flipped it is not")
  func validity() {
    var random = SplitMix64(seed: 41)
    for count in 3...40 {
      var bytes = random.octets(count)
      bytes.replaceSubrange(0..<2, with: [0, 0])
      bytes.replaceSubrange(0..<2, with: octets(Self.field(bytes)))
      func isValid() -> Bool {
        var checksum = InternetChecksum()
        span(bytes) { checksum.add($0) }
        return checksum.isValid
      }
      #expect(isValid(), "seed 41, count \(count)")
      for bit in 0..<(8 * count) {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(!isValid(), "seed 41, count \(count), bit \(bit)")
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
    }
  }

  @Test("Nothing, without even an address, adds nothing") func nothing() {
    var checksum = InternetChecksum()
    // There is no octet to be read.
    checksum.add(unsafe UnsafeRawBufferPointer(start: nil, count: 0).bytes)
    #expect(checksum.sum == 0)
  }

  @Test("Both forms of zero in the field are accepted") func zeros() {
    for field: [UInt8] in [[0, 0], [0xFF, 0xFF]] {
      var checksum = InternetChecksum()
      span([0xFF, 0xFF] + field) { checksum.add($0) }
      #expect(checksum.isValid)
    }
  }

  @Test("Copy and sum is copy, plus sum, and touches nothing around") func copyAndSum() {
    var random = SplitMix64(seed: 51)
    for count in 0...200 {
      let bytes = random.octets(count)
      let result = Self.copy(bytes, from: random.within(0...7), to: random.within(0...7))
      #expect(result.copied == bytes, "seed 51, count \(count)")
      #expect(result.isContained, "seed 51, count \(count)")
      #expect(InternetChecksum.fold(result.sum) == InternetChecksum.fold(Self.sum(bytes)), "count \(count)")
      #expect(~UInt16(bigEndian: InternetChecksum.fold(result.sum)) == naiveChecksum(bytes), "count \(count)")
    }
    for from in 0...7 {
      for to in 0...7 {
        for count in [1, 2, 3, 5, 31, 64, 67] {
          let bytes = random.octets(count)
          let result = Self.copy(bytes, from: from, to: to)
          #expect(result.copied == bytes && result.isContained, "from \(from), to \(to), count \(count)")
        }
      }
    }
  }

  @Test("Wherever a long copy begins in a cache line", arguments: [52, 53] as [UInt64])
  func alignedCopies(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let least = InternetChecksum.alignedFrom
    let around = (least - 2...least + 2) + [least + 63, least + 64, least + 129, 1_448, 1_460, 4_095]
    for count in around {
      let bytes = random.octets(count)
      let field = naiveChecksum(bytes)
      for to in 0..<64 {
        let result = Self.copy(bytes, from: random.within(0...63), to: to)
        let sum = InternetChecksum.fold(result.sum)
        #expect(~UInt16(bigEndian: sum) == field, "seed \(seed), count \(count), to \(to)")
        #expect(result.copied == bytes && result.isContained, "seed \(seed), count \(count), to \(to)")
      }
    }
  }
}
