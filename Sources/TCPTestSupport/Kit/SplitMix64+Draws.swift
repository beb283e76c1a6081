import TCPLoopback

/// What tests draw, beside numbers below a bound.
extension SplitMix64 {
  /// A number of any fixed width, all values alike.
  package mutating func any<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type = T.self) -> T {
    T(truncatingIfNeeded: next())
  }

  /// A number within a range.
  package mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Octets without any meaning.
  package mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in any(UInt8.self) } }
}
