/// What a user time-out option says, as it is on the wire (RFC 5482 section 3.3): the high bit chooses
/// minutes instead of seconds, the other 15 say how many.
public struct UserTimeout: Equatable, Sendable, BitwiseCopyable {
  /// The 16 bits.
  public let rawValue: UInt16

  /// The 16 bits as they came.
  @inline(__always)
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No option.
  @inline(__always)
  public static var none: UserTimeout { UserTimeout(rawValue: 0) }

  /// Whether it says anything: a number of zero is reserved, in minutes as in seconds (RFC5482-8).
  @inline(__always)
  public var exists: Bool { rawValue & 0x7FFF != 0 }

  /// What it says, in seconds: up to 22 days.
  public var seconds: UInt32 { UInt32(rawValue & 0x7FFF) &* (rawValue & 0x8000 == 0 ? 1 : 60) }

  /// The least that can be said and is no less than a time of at least one millisecond; what is too long for
  /// the option becomes the most that it can say.
  package init(milliseconds: UInt32) {
    let seconds = (milliseconds &- 1) / 1_000 &+ 1
    if seconds <= 0x7FFF {
      rawValue = UInt16(truncatingIfNeeded: seconds)
    } else {
      let minutes = (seconds &- 1) / 60 &+ 1
      // unreached: 22 days; no script waits as long
      rawValue = 0x8000 | (minutes <= 0x7FFF ? UInt16(truncatingIfNeeded: minutes) : 0x7FFF)
    }
  }
}
