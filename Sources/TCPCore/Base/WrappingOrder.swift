extension UInt32 {
  /// How far this reading of a clock that wraps at 2^32 is ahead of another one; negative if it is behind.
  /// For timestamps (RFC 7323 section 5.2) and ticks of the timer wheel.
  @inline(__always)
  package func ahead(of other: UInt32) -> Int32 { Int32(bitPattern: self &- other) }
}
