/// Widening to 64 bits, in one place.
///
/// The generic conversions of the standard library pull heap-using code into objects for 32-bit targets;
/// these spellings do not, and cost nothing on 64-bit ones.
extension UInt64 {
  @inline(__always)
  package init(wide value: UInt32) {
    self = UInt64(_truncatingBits: UInt(value))
  }

  /// The value of a count that is known not to be negative.
  @inline(__always)
  package init(count: Int) {
    self = UInt64(_truncatingBits: UInt(bitPattern: count))
  }
}

extension Int {
  /// The value if it fits, otherwise `Int.max`.
  @inline(__always)
  package init(saturating value: UInt64) {
    self = value > UInt64(count: Int.max) ? Int.max : Int(truncatingIfNeeded: value)
  }
}

extension UInt32 {
  /// The value if it fits, otherwise `UInt32.max`.
  @inline(__always)
  package init(saturating value: UInt64) {
    // survives `value >= 0xFFFF_FFFF`: equivalent: both are 2^32 - 1 where they are equal
    self = value > 0xFFFF_FFFF ? UInt32.max : UInt32(truncatingIfNeeded: value)
  }
}
