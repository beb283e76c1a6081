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
  package mutating func demand() { isImmediate = true }

  /// Text arrived in order.
  ///
  /// - Parameters:
  ///   - unacknowledged: octets received since the last acknowledgment left.
  ///   - fullSize: what counts as a full-sized segment on this connection.
  ///   - delay: the longest wait; below 0.5 s (MUST-40), zero for none.
  /// - Returns: whether the wait begins.
  @inline(__always)
  package mutating func received(
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
  package mutating func expired() {
    deadline = .never
    isImmediate = true
  }

  /// An acknowledgment of everything has left, alone or with text.
  @inline(__always)
  package mutating func sent() {
    deadline = .never
    isImmediate = false
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&isImmediate) <= 1
  }
}

extension ReceiveSequence {
  /// What counts as a full-sized segment: what the peer fills its segments to, so that option octets and small paths at
  /// the peer do not stretch the wait (ROB-276, PEER-07), but no less than the smallest MSS that is believed: a peer that
  /// sends octet by octet earns no acknowledgment for each.
  @inline(__always)
  package func fullSize(maximumSegmentSize: Int) -> Int {
    let seen = Int(fullPayload) > 64 ? Int(fullPayload) : 64
    return seen < maximumSegmentSize ? seen : maximumSegmentSize
  }

  /// Notes the size of a segment's text. The largest one counts as full; a smaller one only when it comes twice in a row
  /// and neither was the end of what the peer had to send, as on a path whose MTU has fallen.
  @inline(__always)
  package mutating func noteSize(_ count: Int, isPushed: Bool) {
    // unreached: no segment has more text than that
    let size = UInt16(truncatingIfNeeded: count < 65_535 ? count : 65_535)
    if size > fullPayload || size < fullPayload && size == lastPayload && !isPushed { fullPayload = size }
    lastPayload = isPushed ? 0 : size
  }
}
