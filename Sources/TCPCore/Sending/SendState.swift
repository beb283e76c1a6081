/// What an acknowledgment number says (RFC 9293 section 3.10.7.4, fifth check).
package enum AcknowledgmentVerdict {
  /// SND.UNA < SEG.ACK <= SND.NXT: this many more octets of sequence space arrived.
  case advances(Int)
  /// SEG.ACK = SND.UNA.
  case duplicate
  /// SEG.ACK < SND.UNA, but not by more than the largest window.
  case old
  /// Further back than anything honest (RFC 5961 section 5).
  case tooOld
  /// SEG.ACK > SND.NXT: of octets never sent.
  case beyondSent
}

/// The send side of the sequence space, and the text in it.
///
/// SND.NXT is never moved back: what is sent again is found in the sent records. So SND.NXT is also
/// the highest number sent, and no acknowledgment or reset leaves with a number below it (ROB-017).
package struct SendState: ~Copyable {
  /// Sequence number of the first octet in the ring: SND.UNA, plus one while our SYN is unacknowledged.
  package private(set) var textStart = SequenceNumber(1)
  /// SND.UNA: oldest sequence number not yet acknowledged; the ISS until our SYN is acknowledged.
  package var unacknowledged = SequenceNumber(0)
  /// SND.NXT: next sequence number to be sent for the first time.
  package var next = SequenceNumber(0)
  /// SND.WL1: sequence number of the segment that last updated the window.
  package var windowUpdateSequence = SequenceNumber(0)
  /// SND.WL2: acknowledgment number of that segment.
  package var windowUpdateAcknowledgment = SequenceNumber(0)
  /// SND.UP: the octet behind the urgent text, meaningful while `hasUrgent`.
  package var urgent = SequenceNumber(0)
  /// SND.WND in octets, scaled; 32 bits wide (REC-1).
  package var window: UInt32 = 0
  // survives `= 1`: equivalent: the peer's SYN sets it before it is read
  /// MAX.SND.WND: the largest window the peer ever offered (RFC5961-DATA-2).
  package var maximumWindow: UInt32 = 0
  /// Our secret share of the timestamp clock.
  package var timestampOffset: UInt32 = 0
  /// The octet behind the last segment that was sent short of full size: Minshall's SND.SML.
  package var shortEnd = SequenceNumber(0)
  /// The peer's MSS, or the default of the family (MUST-15); our user's limit, if that is lower.
  // survives `= 1072`: equivalent: each way to open a connection sets it
  package var peerMaximumSegmentSize: UInt16 = 536
  /// Snd.Wind.Shift: how far the peer's window fields are shifted.
  package var shift: UInt8 = 0
  /// Whether the user has urgent text that is not acknowledged.
  package var hasUrgent = false
  /// Whether the user has closed: a FIN is behind the text.
  package var isFINQueued = false
  /// Whether the user has said that more text will follow soon, so that a short segment may wait for it.
  package var isMoreComing = false
  /// Whether the peer has acknowledged our FIN.
  package private(set) var isFINAcked = false
  /// Whether our SYN is acknowledged. The numbers alone do not tell: after 2^32 octets SND.UNA may equal the
  /// ISS again.
  package private(set) var isSynchronized = false
  /// Text that is not yet acknowledged, sent or not.
  package var ring: RingBuffer

  /// An empty send side over the given memory.
  package init(ring: RingBuffer) { self.ring = ring }

  /// Sets our initial sequence number; nothing has been sent.
  package mutating func begin(_ sequence: SequenceNumber) {
    unacknowledged = sequence
    textStart = sequence + 1
    isSynchronized = false
    next = sequence
    urgent = sequence
    shortEnd = sequence
  }

  /// Sequence number behind the text in the ring; the FIN's own, if there is one.
  @inline(__always)
  package var textEnd: SequenceNumber { textStart + ring.count }

  /// FlightSize: octets of sequence space that are sent and not acknowledged.
  @inline(__always)
  package var flight: Int { next - unacknowledged }

  /// Whether a segment short of full size waits for its acknowledgment.
  @inline(__always)
  package var hasShortInFlight: Bool { shortEnd > unacknowledged }

  /// SEQ of a segment without text: SND.NXT, or the right edge of the peer's window where that has moved left
  /// of it, so that a peer which took nothing beyond its window accepts it (RFC 9293 section 3.10.7.4, first
  /// check). What the rounding of a scaled window hides is no such move.
  @inline(__always)
  package var acceptableSequence: SequenceNumber {
    let room = textStart + Int(truncatingIfNeeded: window) - next
    return room >= 0 || 0 &- room < 1 &<< Int(shift) ? next : next + room
  }

  /// Octets of text that were never sent.
  @inline(__always)
  package var unsent: Int {
    let start = SequenceNumber.later(next, textStart)
    let count = textEnd - start
    return count > 0 ? count : 0
  }

  /// Whether our FIN has been sent.
  @inline(__always)
  package var isFINSent: Bool { isFINAcked || isFINQueued && next > textEnd }

  /// Whether our FIN waits to be sent for the first time.
  @inline(__always)
  package var isFINUnsent: Bool { isFINQueued && !isFINSent }

  /// Whether text, or our FIN, waits to be sent for the first time.
  @inline(__always)
  package var hasUnsent: Bool {
    // Without a FIN the sequence space ends with the text.
    isFINQueued ? unsent > 0 || isFINUnsent : textEnd > next
  }

  /// Octets that the peer's window has room for beyond SND.NXT; negative when the window has shrunk
  /// (MUST-34).
  @inline(__always)
  package var usableWindow: Int { unacknowledged + Int(truncatingIfNeeded: window) - next }

  /// Judges an acknowledgment number; changes nothing.
  @inline(__always)
  package func verdict(on acknowledgment: SequenceNumber) -> AcknowledgmentVerdict {
    let advance = acknowledgment - unacknowledged
    if advance > 0 { return acknowledgment <= next ? .advances(advance) : .beyondSent }
    if advance == 0 { return .duplicate }
    // RFC5961-DATA-1, MAY-12: [SND.UNA - MAX.SND.WND, SND.NXT].
    return advance >= 0 &- Int(truncatingIfNeeded: maximumWindow) ? .old : .tooOld
  }

  /// SND.UNA moves: acknowledged text leaves the ring, and nothing else does (RFC2018-14).
  @inline(__always)  // on a segment's way
  package mutating func advance(to acknowledgment: SequenceNumber) {
    let finish = textEnd
    var text = acknowledgment - textStart
    if text > ring.count {
      isFINAcked = isFINQueued && acknowledgment > finish
      text = ring.count
    }
    unacknowledged = acknowledgment
    textStart = acknowledgment
    shortEnd = .later(shortEnd, acknowledgment)
    isSynchronized = true
    if text > 0 { ring.consume(text) }  // RFC6675-2: what is only reported stays
    if hasUrgent && urgent <= acknowledgment { hasUrgent = false }
  }

  /// Takes a window from a segment, if it is not older than the last one taken (ROB-272).
  ///
  /// With equal SEQ and ACK the order of two segments is unknown. Receivers do not shrink their windows, so
  /// the larger one is the later; a window that shuts is believed.
  ///
  /// - Returns: whether SND.WND changed or was confirmed.
  @inline(__always)  // on a segment's way
  package mutating func updateWindow(
    _ scaled: UInt32, sequence: SequenceNumber, acknowledgment: SequenceNumber
  ) -> Bool {
    guard
      windowUpdateSequence < sequence
        || windowUpdateSequence == sequence
          && (windowUpdateAcknowledgment < acknowledgment
            || windowUpdateAcknowledgment == acknowledgment && (scaled >= window || scaled == 0))
    else { return false }
    window = scaled
    if scaled > maximumWindow { maximumWindow = scaled }
    windowUpdateSequence = sequence
    windowUpdateAcknowledgment = acknowledgment
    return true
  }

  /// Whether the text begins where it must.
  package mutating func isConsistent() -> Bool {
    textStart == (isSynchronized ? unacknowledged : unacknowledged + 1)
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &hasUrgent) <= 1
      && rawByte(of: &isFINQueued) <= 1
      && rawByte(of: &isMoreComing) <= 1
      && rawByte(of: &isFINAcked) <= 1
      && rawByte(of: &isSynchronized) <= 1
  }
}

extension SendState {
  func add(to digest: inout StateDigest, in region: Region) {
    digest.add(textStart)
    digest.add(unacknowledged)
    digest.add(next)
    digest.add(remote: windowUpdateSequence)
    digest.add(windowUpdateAcknowledgment)
    digest.add(window)
    digest.add(maximumWindow)
    digest.add(timestampOffset)
    digest.add(UInt32(peerMaximumSegmentSize))
    digest.add(shift)
    digest.add(isFINQueued)
    // survives removal: redundant: the state says so too, and the digest has it
    digest.add(isFINAcked)
    digest.add(hasUrgent)
    if hasUrgent { digest.add(urgent) }
    digest.add(ring, at: 0, count: ring.count, in: region)
    digest.add(shortEnd)
    digest.add(isMoreComing)
  }
}
