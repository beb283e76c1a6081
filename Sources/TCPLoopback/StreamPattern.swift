/// Text to send: an octet for each position of a stream, such that a shifted or swapped piece
/// shows.
package enum StreamPattern {
  /// The octet at a position of a stream.
  package static func octet(_ position: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (UInt32(truncatingIfNeeded: position) &* 2_654_435_761) >> 24)
  }

  /// `count` octets from a position on.
  package static func octets(_ count: Int, from position: Int = 0) -> [UInt8] {
    (position..<(position + count)).map(octet)
  }
}
