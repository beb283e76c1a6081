/// When something was sent, finer than the clock: microseconds, and within one of them the order of sending.
///
/// Loss detection by time asks which of two segments left first (RFC 8985 section 6.2, RFC8985-2), and a
/// driver may send many at one reading of its clock. 48 bits of microseconds last 8.9 years, twice as long as
/// anything may be in flight; 13 bits of order carry over into the time; three bits are free for marks.
package struct SendStamp: BitwiseCopyable {
  private var bits: UInt64

  /// Before anything was sent.
  @inline(__always)
  package init() { bits = 7 }

  /// The next stamp: that of a moment, but later than the one before.
  @inline(__always)
  package mutating func advance(to now: Instant) {
    let begun = now.microseconds &<< 16
    let next = bits &+ 8
    let ahead = Int64(bitPattern: next &- begun)
    // What seems more than a second ahead is of another age of the clock; one with marks is the first.
    bits = ahead < 0 || ahead > 1_000_000 &<< 16 || bits & 7 != 0 ? begun : next
  }

  /// Three bits that do not count when stamps are compared.
  @inline(__always)
  package var marks: UInt8 {
    get { UInt8(truncatingIfNeeded: bits) & 7 }
    set { bits = bits & ~7 | UInt64(wide: UInt32(newValue)) }
  }

  /// Whether this one was given later.
  @inline(__always)
  package func isLater(than other: SendStamp) -> Bool {
    Int64(bitPattern: (bits & ~7) &- (other.bits & ~7)) > 0
  }

  /// How long ago it was, in microseconds; 0 for what only the order puts behind `now`.
  @inline(__always)
  package func age(at now: Instant) -> UInt64 {
    let age = (now.microseconds &<< 16 | 0xFFFF) &- bits
    // unreached: ahead of the clock by its order alone, and asked for in the same microsecond: SendStampTests
    return Int64(bitPattern: age) < 0 ? 0 : age &>> 16
  }

  /// How long ago it was, and its order; of the marks, whether there are any.
  func add(to digest: inout StateDigest) {
    digest.add(((digest.now.microseconds &<< 16) &- (bits & ~7)) | (bits & 7 == 0 ? 0 : 1))
  }
}
