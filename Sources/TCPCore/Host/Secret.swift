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
