import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// Sequence arithmetic against wide integers, where nothing wraps.
@Suite struct SequenceNumberTests {
  static let circle: Int64 = 1 << 32
  static let half: Int64 = 1 << 31

  /// Numbers around the wrap, the sign boundary and the quarters.
  static let interesting: [UInt32] = {
    let centres: [UInt32] = [0, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xC000_0000, 0xFFFF_FFFF]
    var result: [UInt32] = []
    for centre in centres {
      for offset: UInt32 in 0...4 { result.append(centre &+ offset &- 2) }
    }
    return result
  }()

  /// How far `right` lies clockwise behind `left`, from 0 up to one round.
  static func clockwise(_ left: UInt32, _ right: UInt32) -> Int64 {
    let distance = Int64(right) - Int64(left)
    return distance < 0 ? distance + circle : distance
  }

  static func check(_ a: UInt32, _ b: UInt32, _ comment: Comment) {
    let left = SequenceNumber(a)
    let right = SequenceNumber(b)
    let ahead = clockwise(a, b)
    #expect((left == right) == (ahead == 0), comment)
    #expect((left < right) == (ahead > 0 && ahead < half), comment)
    #expect((left <= right) == (ahead < half), comment)
    #expect((left > right) == (ahead > half), comment)
    #expect((left >= right) == (ahead == 0 || ahead > half), comment)
    #expect(Int64(right - left) == (ahead < half ? ahead : ahead - circle), comment)
    let later = ahead > 0 && ahead < half ? b : a
    #expect(SequenceNumber.later(left, right).rawValue == later, comment)
    let earlier = ahead > half ? b : a
    #expect(SequenceNumber.earlier(left, right).rawValue == earlier, comment)
  }

  // RFC9293-X-6: comparisons are modulo 2^32, wherever the wrap falls.
  @Test("Comparisons agree with wide integers around the boundaries") func comparisons() {
    for a in Self.interesting {
      for b in Self.interesting { Self.check(a, b, "a \(a), b \(b)") }
    }
  }

  @Test("Comparisons agree with wide integers anywhere", arguments: [1, 2, 3] as [UInt64])
  func randomComparisons(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1_000 {
      let a = random.any(UInt32.self)
      // Near, or anywhere.
      let b = random.within(0...1) == 0 ? random.any() : a &+ UInt32(random.within(0...64)) &- 32
      Self.check(a, b, "seed \(seed), a \(a), b \(b)")
    }
  }

  // ROB-325: two numbers on opposite points of the circle are on neither side of each other.
  @Test("Exactly 2^31 apart, no comparison holds") func opposite() {
    for a in Self.interesting {
      let left = SequenceNumber(a)
      let right = SequenceNumber(a &+ 0x8000_0000)
      #expect(!(left < right) && !(left <= right) && !(left > right) && !(left >= right), "a \(a)")
      #expect(!(right < left) && !(right <= left) && !(right > left) && !(right >= left), "a \(a)")
      #expect(left != right)
      #expect(left - right == -(1 << 31))
      #expect(right - left == -(1 << 31))
    }
  }

  @Test("Sums and differences agree with wide integers") func sums() {
    let counts = [
      0, 1, 2, 1460, 65_535, 65_536, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 5,
    ]
    for a in Self.interesting {
      for count in counts.flatMap({ [$0, -$0] }) {
        let wide = Int64(a) + Int64(count)
        let expected = UInt32(((wide % Self.circle) + Self.circle) % Self.circle)
        let number = SequenceNumber(a)
        #expect((number + count).rawValue == expected, "\(a) + \(count)")
        #expect((number - (-count)).rawValue == expected, "\(a) - \(-count)")
        #expect((number + count) - count == number)
      }
    }
  }
}
