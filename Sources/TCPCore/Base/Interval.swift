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

  /// Longer than anything: means "no limit".
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
