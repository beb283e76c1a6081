/// When to acknowledge (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2).
package struct AcknowledgmentPolicy: BitwiseCopyable {
  /// When a delayed acknowledgment is due, or `never`.
  package private(set) var deadline = Instant.never
  /// Whether an acknowledgment should leave with the next call.
  package private(set) var isImmediate = false

  package init() {}

  /// Whether anything waits to be acknowledged.
  @inline(__always)
  package var isOwed: Bool { isImmediate || deadline != .never }

  /// An acknowledgment must leave at once.
  @inline(__always)
  package mutating func acknowledgeNow() { isImmediate = true }

  /// Text arrived in order.
  ///
  /// - Parameters:
  ///   - unacknowledged: octets received since the last acknowledgment left.
  ///   - fullSize: what counts as a full-sized segment on this connection.
  ///   - delay: the longest wait; below 0.5 s (MUST-40), zero for none.
  /// - Returns: whether the wait begins.
  @inline(__always)
  package mutating func noteReceived(
    unacknowledged: Int, fullSize: Int, delay: Interval, now: Instant
  ) -> Bool {
    // SHLD-19: at least every second full-sized segment is acknowledged at once.
    if unacknowledged >= 2 &* fullSize || delay.microseconds == 0 {
      isImmediate = true
    } else if deadline == .never {
      deadline = now + delay
      return true
    }
    return false
  }

  /// The delay is over (SHLD-18).
  package mutating func delayExpired() {
    deadline = .never
    isImmediate = true
  }

  /// An acknowledgment of everything has left, alone or with text.
  @inline(__always)
  package mutating func didAcknowledge() {
    deadline = .never
    isImmediate = false
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isImmediate) <= 1
  }
}

extension AcknowledgmentPolicy {
  func add(to digest: inout StateDigest) {
    digest.add(isImmediate)
    digest.add(deadline: deadline)
  }
}
