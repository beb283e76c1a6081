/// What the sender may do with text that was never sent.
package enum SendVerdict: Equatable {
  /// There is nothing to send, or the congestion window or Nagle's rule asks to wait for an acknowledgment.
  case wait
  /// Only the peer's window is in the way, and nothing is in flight: a probe must find out when it opens.
  case probe
  /// Send this many octets of text; with the FIN, if `withFIN`.
  case send(count: Int, withFIN: Bool)
}

/// All that decides whether new text may leave: a pure function of numbers.
package struct SendDecision {
  /// Octets of text never sent.
  package var unsent: Int
  /// Whether a FIN waits behind that text.
  package var isFINUnsent: Bool
  /// Octets that the peer's window has room for; may be negative.
  package var usableWindow: Int
  /// Octets that the congestion window has room for; may be negative.
  package var congestionRoom: Int
  /// Octets of text that fit into one segment.
  package var segmentRoom: Int
  /// Whether nothing is in flight: SND.UNA = SND.NXT.
  package var isIdle: Bool
  /// Whether Nagle's rule (RFC 9293 section 3.7.4) holds, in Minshall's form: a short segment waits while
  /// another short one is unacknowledged; full segments in flight hold nothing back.
  package var isNagleEnabled: Bool
  /// Whether a short segment is unacknowledged.
  package var hasShortInFlight: Bool
  /// Whether the user has said that more text follows soon.
  package var isMoreComing: Bool
  /// MAX.SND.WND.
  package var maximumWindow: Int
  /// Whether small text has waited long enough (rule 4 of RFC 9293 section 3.8.6.2.1).
  package var isOverridden: Bool

  package init(
    unsent: Int, isFINUnsent: Bool, usableWindow: Int, congestionRoom: Int, segmentRoom: Int,
    isIdle: Bool, isNagleEnabled: Bool, hasShortInFlight: Bool, isMoreComing: Bool, maximumWindow: Int,
    isOverridden: Bool
  ) {
    self.unsent = unsent
    self.isFINUnsent = isFINUnsent
    self.usableWindow = usableWindow
    self.congestionRoom = congestionRoom
    self.segmentRoom = segmentRoom
    self.isIdle = isIdle
    self.isNagleEnabled = isNagleEnabled
    self.hasShortInFlight = hasShortInFlight
    self.isMoreComing = isMoreComing
    self.maximumWindow = maximumWindow
    self.isOverridden = isOverridden
  }

  /// MUST-38: the sender's silly-window avoidance, with Nagle's rule in its second case (SHLD-7, MUST-17).
  /// Full segments go first, however the text was written (SHLD-27, SHLD-28, MAY-16); nothing is held back
  /// forever (MUST-60); nothing goes beyond either window (RFC5681-1, RFC7323-WS-15).
  @inline(__always)  // on a segment's way
  package var verdict: SendVerdict {
    guard unsent > 0 || isFINUnsent else { return .wait }
    let withinWindow = unsent < usableWindow ? unsent : usableWindow
    let count = withinWindow < segmentRoom ? withinWindow : segmentRoom
    // SHLD-15: nothing new while the window is shut or negative. A FIN needs room for its own number.
    guard usableWindow > 0 else { return isIdle ? .probe : .wait }
    // The congestion window counts text (RFC 5681 section 2): a FIN costs the network nothing there, and does
    // not wait for it.
    guard unsent == 0 || congestionRoom > 0 && (count <= congestionRoom || isIdle) else { return .wait }
    let drains = count == unsent
    let withFIN = isFINUnsent && drains && count < usableWindow
    if count == segmentRoom || withFIN { return .send(count: count, withFIN: withFIN) }
    // Nagle's condition is in the second and in the third rule.
    let mustWait = isNagleEnabled && hasShortInFlight
    let isPushed = drains && !isMoreComing
    if !mustWait && (isPushed || 2 &* count >= maximumWindow) || isOverridden {
      return .send(count: count, withFIN: false)
    }
    return isIdle ? .probe : .wait
  }
}
