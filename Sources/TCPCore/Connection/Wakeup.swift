/// When the host should call a connection's `expire`: never later than its `deadline`, perhaps earlier.
///
/// Arming a timer updates this, so that the timers need not all be compared after each segment. Postponing or
/// cancelling one does not: the connection then wakes early and recomputes.
package struct Wakeup: BitwiseCopyable {
  /// Microseconds, shifted left by one; the low bit says that the host has not scheduled it yet. Packed,
  /// because a separate octet would cost eight. Whole milliseconds would make an early wake-up repeat forever
  /// on a stopped clock.
  private var bits = UInt64.max &- 1

  package init() {}

  /// A wake-up that the host has scheduled already.
  package init(scheduledFor time: Instant) { bits = time.microseconds &<< 1 }

  @inline(__always)
  package var time: Instant { Instant(microseconds: bits &>> 1) }

  /// Whether the host has not scheduled it yet.
  @inline(__always)
  package var needsScheduling: Bool { bits & 1 != 0 }

  /// Requests a wake-up at this time, unless one at the same or an earlier time is requested already.
  @inline(__always)
  package mutating func request(by time: Instant) {
    let shifted = time.microseconds &<< 1
    if shifted < bits & ~1 { bits = shifted | 1 }
  }

  /// The host has scheduled it.
  @inline(__always)
  package mutating func markScheduled() { bits &= ~1 }
}

extension Connection {
  /// Compares all timers, after anything that may have armed one without updating `wakeup`. A deadline that
  /// has already passed counts as due now, so that the call does not look late.
  package mutating func recomputeWakeup(at now: Instant) {
    let due = deadline
    wakeup.request(by: due < now ? now : due)
  }
}
