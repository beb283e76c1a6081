/// What the retransmission timer is armed for. One timer with a kind, so that no two can be armed at once
/// (RFC8985-16).
package enum RetransmissionTimerKind: UInt8, BitwiseCopyable {
  /// Not armed.
  case none
  /// RTO: the oldest transmission has not been acknowledged in time.
  case retransmission
  /// Reordering: what may be lost, or only late, is lost at this moment (RFC8985-9).
  case reordering
  /// PTO: the peer has been silent for so long that a tail loss probe asks it (RFC 8985 section 7.2).
  case probe
}

/// The retransmission timer (RFC 6298 section 5), armed while data is in flight.
package struct RetransmissionTimer: BitwiseCopyable {
  package private(set) var deadline = Instant.never
  /// When the retransmission time-out ends, whatever comes before.
  package private(set) var timeout = Instant.never
  package private(set) var kind = RetransmissionTimerKind.none

  package init() {}

  @inline(__always)
  package var isArmed: Bool { kind != .none }

  @inline(__always)
  package mutating func arm(at deadline: Instant) {
    kind = .retransmission
    timeout = deadline
    self.deadline = deadline
  }

  /// Asks for an expiry before the time-out; `.never` takes that back.
  package mutating func armReordering(at moment: Instant) {
    guard isArmed else { return }
    if moment < timeout {
      kind = .reordering
      deadline = moment
    } else if kind == .reordering {
      waitForTimeout()
    }
  }

  /// Asks for an expiry as a probe's, before the time-out (RFC8985-11).
  @inline(__always)
  package mutating func armProbe(at moment: Instant) {
    guard moment < timeout else { return }
    kind = .probe
    deadline = moment
  }

  /// Nothing is done before the time-out.
  package mutating func waitForTimeout() {
    kind = .retransmission
    deadline = timeout
  }

  @inline(__always)
  package mutating func disarm() {
    kind = .none
    deadline = .never
    timeout = .never
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &kind) <= 3
  }
}

extension RetransmissionTimer {
  func add(to digest: inout StateDigest) {
    digest.add(deadline: deadline)
    digest.add(deadline: timeout)
    digest.add(kind.rawValue)
  }
}
