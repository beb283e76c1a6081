/// Pacing: what the window allows leaves spread over the round trip, and not at once.
///
/// A quantum leaves at a time: what the rate sends in one tick of the host's timers, two segments at least.
/// The next may leave when that is paid for. A call that comes late makes up for one tick at most, so what is
/// left of a quantum and two more are all that leaves at once. Round trips below a tick are not paced, nor is
/// anything before the first sample: the initial window leaves at once (RFC 6928 section 2).
package struct Pacer: BitwiseCopyable {
  /// When the next quantum may leave.
  package private(set) var nextQuantum = Instant(microseconds: 0)
  /// Octets that may leave before; what is below zero the next quantum pays.
  private var credit: Int32 = 0
  /// Whether the user wants it.
  package var isEnabled: Bool
  /// Whether something waits for the next quantum.
  package private(set) var isWaiting = false

  package init(isEnabled: Bool) { self.isEnabled = isEnabled }

  /// One tick of the host's timers: nothing can be spread any finer.
  package static var tick: Interval { .milliseconds(1) }

  /// Whether round trips of `smoothed` microseconds are paced.
  @inline(__always)
  package func isActive(smoothed: UInt32) -> Bool { isEnabled && smoothed >= 1_000 }

  /// When something may leave that waits for it.
  @inline(__always)
  package var deadline: Instant { isWaiting ? nextQuantum : .never }

  /// Whether something may leave, of the quantum that has begun.
  @inline(__always)
  package var hasCredit: Bool { credit > 0 }

  /// What waits may ask again, or nothing waits any more.
  package mutating func stopWaiting() { isWaiting = false }

  /// The connection begins, or goes on without a pace: so much may leave at once, 2^30 octets at most.
  package mutating func grant(_ octets: UInt32) {
    credit = Int32(truncatingIfNeeded: octets)
    isWaiting = false
  }

  /// Something has left.
  @inline(__always)
  package mutating func didSend(_ count: Int) { credit &-= Int32(truncatingIfNeeded: count) }

  /// The quantum is used up, and something would leave: begins the next one, if that may leave by now.
  ///
  /// - Returns: whether something may leave.
  package mutating func begin(at now: Instant, _ rate: PacingRate, segmentSize: UInt32) -> Bool {
    isWaiting = nextQuantum > now
    guard !isWaiting else { return false }
    var quantum = rate.octets(in: Pacer.tick)
    var wait = Pacer.tick
    let least = UInt64(wide: segmentSize) &* 2
    if quantum < least {
      quantum = least
      wait = rate.time(for: least)
    }
    if Pacer.tick < now - nextQuantum { nextQuantum = Instant(microseconds: now.microseconds &- 1_000) }
    nextQuantum = nextQuantum + wait
    // A debt is paid by one quantum at the most: what had to leave at once, or left when segments were
    // longer, does not hold back the rest for long.
    credit = max(credit &+ Int32(truncatingIfNeeded: min(quantum, 1 &<< 30)), 1)
    return true
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isEnabled) <= 1 && rawByte(of: &isWaiting) <= 1
  }
}

/// How fast text leaves: so many octets in so many microseconds.
package struct PacingRate: BitwiseCopyable {
  private let count: UInt32
  private let period: UInt32

  /// `octets` in `microseconds`, neither of them 0.
  package init(octets: UInt32, microseconds: UInt32) {
    count = max(octets, 1)
    period = max(microseconds, 1)
  }

  /// Octets that leave within a time of at most a second.
  package func octets(in time: Interval) -> UInt64 {
    UInt64(wide: count) &* time.microseconds / UInt64(wide: period)
  }

  /// How long `octets`, of two segments at most, take: never longer than the period.
  package func time(for octets: UInt64) -> Interval {
    let time = octets &* UInt64(wide: period) / UInt64(wide: count)
    let longest = UInt64(wide: period)
    return Interval(microseconds: time < longest ? time : longest)
  }
}

extension Pacer {
  func add(to digest: inout StateDigest) {
    digest.add(isEnabled)
    digest.add(UInt32(bitPattern: credit))
    digest.add(isWaiting)
    digest.add(deadline: nextQuantum)
  }
}
