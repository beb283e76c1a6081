/// A reading of the caller's monotonic clock, in microseconds since any fixed moment.
///
/// 64 bits of microseconds last 584,000 years, so nothing here thinks about a wrap.
public struct Instant: Equatable, Comparable, Sendable, BitwiseCopyable {
  /// Microseconds since the clock's zero.
  public var microseconds: UInt64

  /// The moment `microseconds` after the clock's zero.
  @inline(__always)
  public init(microseconds: UInt64) { self.microseconds = microseconds }

  /// Further away than anything: means "not armed".
  @inline(__always)
  public static var never: Instant { Instant(microseconds: UInt64.max) }

  /// Whether `left` is earlier.
  @inline(__always)
  public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

  /// The moment `interval` later, at most `never`.
  @inline(__always)
  public static func + (instant: Instant, interval: Interval) -> Instant {
    let sum = instant.microseconds &+ interval.microseconds
    return Instant(microseconds: sum < instant.microseconds ? UInt64.max : sum)
  }

  /// The time from `earlier` to `later`, or zero if `earlier` is not earlier.
  @inline(__always)
  public static func - (later: Instant, earlier: Instant) -> Interval {
    Interval(microseconds: later < earlier ? 0 : later.microseconds &- earlier.microseconds)
  }
}
