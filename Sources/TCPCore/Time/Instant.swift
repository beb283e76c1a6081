/// A reading of the caller's monotonic clock, in microseconds since any fixed moment.
///
/// 64 bits of microseconds last 584,000 years, so nothing here thinks about a wrap.
public struct Instant: Equatable, Comparable, Sendable, BitwiseCopyable {
  /// Microseconds since the clock's zero.
  public var microseconds: UInt64

  /// The moment `microseconds` after the clock's zero.
  @inline(__always)
  public init(microseconds: UInt64) { self.microseconds = microseconds }

  /// Further away than anything: stands for "not armed".
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

/// A length of time in microseconds, never negative.
public struct Interval: Equatable, Comparable, Sendable, BitwiseCopyable {
  /// The length in microseconds.
  public var microseconds: UInt64

  /// A length in microseconds.
  @inline(__always)
  public init(microseconds: UInt64) { self.microseconds = microseconds }

  /// A length in microseconds.
  @inline(__always)
  public static func microseconds(_ count: Int) -> Interval { Interval(microseconds: UInt64(count: count)) }

  /// A length in milliseconds.
  @inline(__always)
  public static func milliseconds(_ count: Int) -> Interval {
    Interval(microseconds: UInt64(count: count) &* 1_000)
  }

  /// A length in seconds.
  @inline(__always)
  public static func seconds(_ count: Int) -> Interval {
    Interval(microseconds: UInt64(count: count) &* 1_000_000)
  }

  /// Longer than anything: stands for "no limit".
  @inline(__always)
  public static var unlimited: Interval { Interval(microseconds: UInt64.max) }

  /// Whether `left` is shorter.
  @inline(__always)
  public static func < (left: Interval, right: Interval) -> Bool { left.microseconds < right.microseconds }

  /// Twice the length, at most `limit`.
  @inline(__always)
  package func doubled(limit: Interval) -> Interval {
    microseconds > limit.microseconds / 2 ? limit : Interval(microseconds: microseconds &* 2)
  }
}
