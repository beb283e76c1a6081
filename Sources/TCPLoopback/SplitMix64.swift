/// A small generator whose whole future follows from its seed (SplitMix64, Steele, Lea and Flood 2014). For
/// simulations only: anybody can predict it.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator with the given seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A number below `bound`, which is positive.
  public mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// Whether something with the given probability happens.
  public mutating func happens(_ probability: Double) -> Bool {
    // No draw where nothing can happen, so that a switched-off impairment changes nothing else.
    guard probability > 0 else { return false }
    return Double(next() >> 11) * 0x1p-53 < probability
  }
}
