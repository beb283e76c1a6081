/// What the retransmission timer is armed for. One timer with a kind, so that no two can be armed at once
/// (RFC8985-16).
package enum RetransmissionTimerKind: UInt8, BitwiseCopyable {
  /// Not armed.
  case none
  /// RTO: the oldest transmission has not been acknowledged in time.
  case retransmission
}

/// The retransmission timer (RFC 6298 section 5), armed while data is in flight.
package struct RetransmissionTimer: BitwiseCopyable {
  package private(set) var deadline = Instant.never
  package private(set) var kind = RetransmissionTimerKind.none

  package init() {}

  @inline(__always)
  package var isArmed: Bool { kind != .none }

  @inline(__always)
  package mutating func arm(_ kind: RetransmissionTimerKind, at deadline: Instant) {
    self.kind = kind
    self.deadline = deadline
  }

  @inline(__always)
  package mutating func disarm() {
    kind = .none
    deadline = .never
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &kind) <= 1
  }
}
