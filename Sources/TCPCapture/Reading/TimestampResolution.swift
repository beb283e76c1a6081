import TCPCore

/// What one tick of a time stamp is worth, as the if_tsresol option of pcapng says it.
struct TimestampResolution: Equatable, Sendable {
  /// The option's octet: an exponent, of 2 if the highest bit is set, otherwise of 10, for a fraction of a
  /// second.
  var rawValue: UInt8

  static var microseconds: TimestampResolution { TimestampResolution(rawValue: 6) }
  static var nanoseconds: TimestampResolution { TimestampResolution(rawValue: 9) }

  /// Whether a tick is less than a microsecond.
  var isFine: Bool { rawValue & 0x80 == 0 ? rawValue > 6 : rawValue & 0x7F >= 20 }

  /// The nanoseconds in `ticks` beyond whole microseconds, `nil` if ticks are not so fine.
  func nanoseconds(_ ticks: UInt64) -> Int? {
    guard isFine else { return nil }
    let exponent = Int(rawValue & 0x7F)
    if rawValue & 0x80 != 0 {
      guard exponent < 64 else { return 0 }
      // The ticks of one microsecond do not divide evenly: what is left of the whole product counts.
      let (_, low) = ticks.multipliedFullWidth(by: 1_000_000)
      let rest = low & (1 << UInt64(exponent) - 1)
      let (high, product) = rest.multipliedFullWidth(by: 1_000)
      return Int(truncatingIfNeeded: high << UInt64(64 - exponent) | product >> UInt64(exponent))
    }
    if exponent > 25 { return 0 }
    let rest = ticks % power(min(exponent - 6, 19))
    return Int(truncatingIfNeeded: exponent <= 9 ? rest * power(9 - exponent) : rest / power(exponent - 9))
  }

  /// Whole microseconds in `ticks`, at most what 64 bits hold.
  func microseconds(_ ticks: UInt64) -> UInt64 {
    let exponent = Int(rawValue & 0x7F)
    if rawValue & 0x80 != 0 { return binary(ticks, exponent) }
    if exponent <= 6 {
      let (product, overflow) = ticks.multipliedReportingOverflow(by: power(6 - exponent))
      return overflow ? UInt64.max : product
    }
    // 10^19 is the last power of ten below 2^64; finer ticks add up to nothing.
    return exponent - 6 > 19 ? 0 : ticks / power(exponent - 6)
  }

  /// ticks * 10^6 / 2^exponent, in 128 bits.
  private func binary(_ ticks: UInt64, _ exponent: Int) -> UInt64 {
    let (high, low) = ticks.multipliedFullWidth(by: 1_000_000)
    if exponent >= 64 { return high >> UInt64(exponent - 64) }
    if exponent == 0 { return high == 0 ? low : UInt64.max }
    guard high >> UInt64(exponent) == 0 else { return UInt64.max }
    return high << UInt64(64 - exponent) | low >> UInt64(exponent)
  }

  /// 10 to the power of `exponent`, which is at most 19.
  private func power(_ exponent: Int) -> UInt64 {
    var result: UInt64 = 1
    for _ in 0..<exponent { result *= 10 }
    return result
  }
}
