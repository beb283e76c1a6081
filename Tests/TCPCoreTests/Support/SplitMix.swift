/// A small seeded generator (SplitMix64), so that every random test can be run again from its seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number of any fixed width, all values alike.
  mutating func any<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type = T.self) -> T {
    T(truncatingIfNeeded: next())
  }

  /// A number within a range.
  mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Octets without any meaning.
  mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in any(UInt8.self) } }
}
