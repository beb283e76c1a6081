import TCPCore

/// A text without end in which each octet is a function of its position: what users and peers write, and what
/// must be read.
///
/// It repeats after a prime number of octets, so that no usual shift goes unnoticed.
@safe
struct PatternText: @unchecked Sendable {
  /// One for all: it never changes once it is made.
  static let shared = PatternText()

  private static var period: Int { 65_521 }
  private static var most: Int { 150_000 }
  // Unsafe boundary: one period and the longest piece behind it, for as long as the program runs.
  private let base: UnsafeMutablePointer<UInt8>

  private init() {
    unsafe base = UnsafeMutablePointer<UInt8>.allocate(capacity: PatternText.period + PatternText.most)
    for place in 0..<PatternText.period + PatternText.most {
      let position = UInt32(place % PatternText.period)
      let mixed = position &* 2_654_435_761
      // Within what was allocated.
      unsafe (base + place).initialize(to: UInt8(truncatingIfNeeded: mixed >> 24 ^ mixed >> 13 ^ position))
    }
  }

  /// `count` octets from a position on, which may lie in front of the beginning.
  func octets(_ position: Int, _ count: Int) -> Octets {
    precondition(count >= 0 && count <= PatternText.most)
    let rest = position % PatternText.period
    let place = rest < 0 ? rest + PatternText.period : rest
    // In bounds: the place is below the period, and the count was checked.
    return unsafe Octets(UnsafeRawBufferPointer(start: base + place, count: count))
  }
}
