/// Names a connection or a listener of one host: a slot, and which of its tenants is meant.
///
/// A handle that was released fits nothing ever after, except that a slot's 2^31st later tenant would fit it again.
public struct Handle: Equatable, Sendable, BitwiseCopyable {
  /// Slot in the lower half, generation in the upper one; never 0.
  public var rawValue: UInt64

  /// The handle with the given number, perhaps a stale or meaningless one.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  init(index: UInt32, generation: UInt32) {
    rawValue = UInt64(wide: generation) &<< 32 | UInt64(wide: index)
  }

  @inline(__always)
  var index: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
  @inline(__always)
  var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue &>> 32) }
}

/// 128 secret bits, from the best source of randomness that the device has (RFC6528-3).
///
/// Initial sequence numbers, ports, timestamps and hash tables are as hard to guess as this is.
public struct Secret: Sendable, BitwiseCopyable {
  /// The first 64 bits.
  public var first: UInt64
  /// The other 64 bits.
  public var second: UInt64

  /// A secret of two words.
  public init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }
}
