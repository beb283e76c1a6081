// When what is in flight goes again: the sender's own timer (RFC 6298 section 5, RFC 8985 sections 6.3 and
// 7). What a connection knows besides (windows, the persist timer, when to give up) decides whether it runs.
extension Sender {
  /// Data is in flight: the time-out begins, unless the timer is armed already (RFC6298-10).
  ///
  /// - Returns: whether it was armed now.
  @inline(__always)  // on a segment's way
  package mutating func startTimer(at now: Instant, timeout: Interval, usesSACK: Bool) -> Bool {
    guard !timer.isArmed else { return false }
    timer.arm(at: now + timeout)
    armProbe(at: now, usesSACK: usesSACK)
    return true
  }

  /// New data is acknowledged and more is in flight: the time-out begins again (RFC6298-12). What may be late
  /// is looked at before that, or a silent peer is asked.
  @inline(__always)  // on a segment's way
  package mutating func restartTimer(at now: Instant, timeout: Interval, usesSACK: Bool) {
    timer.arm(at: now + timeout)
    if reorderingDeadline != .never {
      timer.armReordering(at: reorderingDeadline)
    } else {
      armProbe(at: now, usesSACK: usesSACK)
    }
  }

  /// Asks for a tail loss probe, where the peer keeps silent for two round trips.
  ///
  /// Whether one may leave then is asked then: every acknowledgment comes here again.
  @inline(__always)
  private mutating func armProbe(at now: Instant, usesSACK: Bool) {
    guard usesSACK, estimator.hasSample else { return }
    timer.armProbe(at: now + probeInterval)
  }

  /// The time-out ends at `moment`, and nothing is done before, where the timer is armed at all.
  package mutating func awaitTimeout(at moment: Instant) {
    if timer.isArmed { timer.arm(at: moment) }
  }

  /// Nothing is in flight, or a shut window is probed (RFC6298-11).
  @inline(__always)
  package mutating func stopTimer() {
    if timer.isArmed { timer.disarm() }
  }

  /// What the timer is due for; `none` where it is not due.
  @inline(__always)
  package mutating func expiry(at now: Instant) -> RetransmissionTimerKind {
    guard timer.deadline <= now else { return .none }
    // The time-out comes before a probe where both are due.
    if timer.kind == .probe && timer.timeout <= now { return .retransmission }
    return timer.kind
  }

  /// A tail loss probe may be due. Whether one may leave is asked now (RFC8985-10), and when it is due after
  /// all that was acknowledged or sent since the timer was armed.
  ///
  /// - Parameters:
  ///   - last: when something was acknowledged or sent last.
  ///   - isAllowed: whether the peer's window is open.
  package mutating func probeExpired(
    last: Instant, isAllowed: Bool, unacknowledged: SequenceNumber, flight: Int, segmentSize: Int,
    now: Instant
  ) {
    timer.waitForTimeout()
    guard isAllowed, mayProbe(unacknowledged: unacknowledged) else { return }
    var due = last + probeInterval
    // RFC8985-11: the peer may wait for a second segment before it acknowledges one.
    if flight <= segmentSize { due = due + Sender.longestAcknowledgmentDelay }
    if due > now {
      timer.armProbe(at: due)
    } else {
      tail.becomeDue()  // the time-out begins again when it leaves
    }
  }
}
