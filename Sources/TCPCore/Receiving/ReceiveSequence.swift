/// What the sequence test of RFC 9293 section 3.10.7.4, first check, says about a segment.
package enum Acceptability {
  /// Some of it lies in the window.
  case acceptable
  /// Outside, but its acknowledgment still counts: the segment stands right at the edge of the window (RFC 9293
  /// section 3.8.6 and appendix A.2).
  case controlOnly
  /// Outside.
  case unacceptable

  /// The sequence test, table 6 of RFC 9293 section 3.4.
  ///
  /// - Parameters:
  ///   - offset: SEG.SEQ - RCV.NXT.
  ///   - length: SEG.LEN.
  ///   - window: RCV.WND.
  ///   - hasFIN: the segment carries FIN. A FIN alone right at the edge is acceptable: it takes no room, and the end of the
  ///     stream need not wait until somebody reads.
  @inline(__always)
  package init(offset: Int, length: Int, window: Int, hasFIN: Bool) {
    if window == 0 {
      // MUST-66. A peer whose probe octet or FIN we had no room for counts it as sent, so its empty segments
      // stand one behind RCV.NXT; dropping what they acknowledge would keep both windows shut for ever
      // (RFC9293-X-5, ROB-018, ROB-267).
      let isAtEdge = offset == 0 || offset == 1 && length == 0
      let takesNoRoom = length == 0 || hasFIN && length == 1
      self = offset == 0 && takesNoRoom ? .acceptable : isAtEdge ? .controlOnly : .unacceptable
    } else if offset >= 0 {
      if offset < window {
        self = .acceptable
      } else if offset == window && hasFIN && length == 1 {
        self = .acceptable
      } else {
        // A peer that has filled the window, and lost it all, stands right at the edge with its empty segments.
        self = offset == window && length == 0 ? .controlOnly : .unacceptable
      }
    } else {
      // It starts before the window: its last octet decides.
      let last = offset &+ length &- 1
      // survives `length >= 0`: equivalent: what is empty and starts before the window has a last octet
      // before it
      self = length > 0 && last >= 0 && last < window ? .acceptable : .unacceptable
    }
  }
}

/// The receive side of the sequence space, and the text in it.
package struct ReceiveSequence: BitwiseCopyable {
  /// IRS: the peer's initial sequence number.
  package var initial = SequenceNumber(0)
  /// RCV.NXT: the next sequence number expected.
  package var next = SequenceNumber(0)
  /// RCV.NXT + RCV.WND: the furthest edge ever advertised, in octets. It never moves left (SHLD-14, RFC9293-X-7).
  package var rightEdge = SequenceNumber(0)
  /// Last.ACK.sent: the acknowledgment number that left last (RFC 7323 section 4.3).
  package var acknowledged = SequenceNumber(0)
  /// RCV.UP: the octet behind the urgent text, meaningful while `hasUrgent`.
  package var urgent = SequenceNumber(0)
  /// Where the peer's FIN stands, meaningful while `hasFinish`.
  package var finish = SequenceNumber(0)
  /// TS.Recent (RFC 7323 section 4.3).
  package var recentTimestamp: UInt32 = 0
  /// When `recentTimestamp` was last set.
  package var recentTimestampTime = Instant(microseconds: 0)
  /// When a segment that was acceptable came last.
  package var lastArrival = Instant(microseconds: 0)
  /// Rcv.Wind.Shift: how far our window fields are shifted.
  package var shift: UInt8 = 0
  /// Whether an urgent pointer was seen that is still ahead of what the user has read.
  package var hasUrgent = false
  /// Whether the peer's FIN was seen, in order or not.
  package var hasFinish = false
  /// How many of `recent` are in use: 0 to 4.
  package var recentCount: UInt8 = 0
  /// Octets of text that the peer fills its segments to, as far as it has shown.
  package var fullPayload: UInt16 = 0
  /// Octets of text of the last segment that was smaller; 0 if it had PSH.
  package var lastPayload: UInt16 = 0
  /// Text that arrived in order and waits to be read, and behind it room for text that has arrived early.
  package var ring: RingBuffer
  /// The text that has arrived early.
  package var ranges: RangeSet
  /// A number in each of the ranges that changed most lately, latest first.
  package var recent: [4 of SequenceNumber]

  /// An empty receive side over the given memory.
  package init(ring: RingBuffer, ranges: RangeSet) {
    self.ring = ring
    self.ranges = ranges
    recent = [4 of SequenceNumber](repeating: SequenceNumber(0))
  }

  /// Takes up the peer's initial sequence number: everything expected starts behind its SYN.
  package mutating func synchronize(_ sequence: SequenceNumber) {
    initial = sequence
    next = sequence + 1
    // survives removal: equivalent: who synchronises sets the edge behind it; the line keeps the value sound
    // by itself
    rightEdge = next
    acknowledged = next
  }

  /// RCV.WND in octets.
  @inline(__always)
  package var window: Int { rightEdge - next }

  /// Whether the FIN was received in order: nothing more can come.
  @inline(__always)
  package var isFinished: Bool { hasFinish && next == finish + 1 }

  /// Everything before the FIN has arrived: RCV.NXT moves behind it, and the edge with it where the FIN was taken without
  /// room, right behind the window.
  package mutating func takeFinish() {
    next = finish + 1
    rightEdge = .later(rightEdge, next)
  }

  /// The sequence test for a segment. `length` is SEG.LEN, with SYN and FIN (ROB-266).
  @inline(__always)
  package func test(_ sequence: SequenceNumber, length: Int, hasFIN: Bool = false) -> Acceptability {
    Acceptability(offset: sequence - next, length: length, window: window, hasFIN: hasFIN)
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&hasUrgent) <= 1
      && storedCase(&hasFinish) <= 1
  }
}
