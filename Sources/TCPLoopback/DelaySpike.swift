import TCPCore

/// A time in which a link holds what would arrive, to hand it out at the end, all at once and in order.
public struct DelaySpike: Sendable, Equatable {
  /// When it begins.
  public var start: Instant
  /// How long it lasts.
  public var length: Interval

  /// A spike of `length` from `start` on.
  public init(start: Instant, length: Interval) {
    self.start = start
    self.length = length
  }

  /// When something arrives that would arrive at `moment` without the spike.
  func arrival(_ moment: Instant) -> Instant {
    let end = start + length
    return moment < start || moment >= end ? moment : end
  }
}
