/// The receive side of the sequence space, and the text in it.
package struct ReceiveState: BitwiseCopyable {
  /// RCV.NXT: the next sequence number expected.
  package var next = SequenceNumber(0)
  /// RCV.NXT + RCV.WND: the furthest edge ever advertised, in octets. It never moves left (SHLD-14,
  /// RFC9293-X-7).
  package var rightEdge = SequenceNumber(0)
  /// Last.ACK.sent: the acknowledgment number that left last (RFC 7323 section 4.3).
  package var acknowledged = SequenceNumber(0)
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
  package var hasFIN = false
  /// Whether there may be anything to say beside timestamps, in SACK blocks or of a user time-out: one look
  /// for each segment that leaves.
  package internal(set) var mayReport = false
  /// How many of `recent` are in use: 0 to 4.
  package var recentCount: UInt8 = 0
  /// Octets of text that the peer fills its segments to, as far as it has shown.
  package var fullPayload: UInt16 = 0
  /// Octets of text of the last segment that was smaller; 0 if it had PSH.
  package var lastPayload: UInt16 = 0
  /// How many octets from `duplicateStart` on came twice, until that was reported; 0 if there are none.
  var duplicateCount: UInt16 = 0
  /// Text that arrived in order and waits to be read, and behind it room for text that has arrived early.
  package var ring: RingBuffer
  /// IRS: the peer's initial sequence number.
  package var initial = SequenceNumber(0)
  /// RCV.UP: the octet behind the urgent text, meaningful while `hasUrgent`.
  package var urgent = SequenceNumber(0)
  /// Where the peer's FIN is, meaningful while `hasFIN`.
  package var finSequence = SequenceNumber(0)
  /// The first octet that came twice, meaningful while `hasDuplicate`.
  var duplicateStart = SequenceNumber(0)
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

  /// Sets the peer's initial sequence number: everything expected starts behind its SYN.
  package mutating func synchronize(_ sequence: SequenceNumber) {
    initial = sequence
    next = sequence + 1
    // survives removal: equivalent: the caller sets the edge behind it; the line keeps the value sound
    // by itself
    rightEdge = next
    acknowledged = next
  }

  /// RCV.WND in octets.
  @inline(__always)
  package var window: Int { rightEdge - next }

  /// Whether the FIN was received in order: nothing more can come.
  @inline(__always)
  package var isStreamComplete: Bool { hasFIN && next == finSequence + 1 }

  /// Everything before the FIN has arrived: RCV.NXT moves behind it, and the edge with it where the FIN was
  /// taken without room, right behind the window.
  package mutating func receiveFIN() {
    next = finSequence + 1
    rightEdge = .later(rightEdge, next)
  }

  /// The sequence test for a segment. `length` is SEG.LEN, with SYN and FIN (ROB-266).
  @inline(__always)
  package func acceptability(of sequence: SequenceNumber, length: Int, hasFIN: Bool = false) -> Acceptability
  {
    Acceptability(offset: sequence - next, length: length, window: window, hasFIN: hasFIN)
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &hasUrgent) <= 1
      && rawByte(of: &hasFIN) <= 1
      && rawByte(of: &mayReport) <= 1
  }
}

extension ReceiveState {
  func add(to digest: inout StateDigest, in region: Region) {
    digest.add(remote: initial)
    digest.add(remote: next)
    digest.add(remote: rightEdge)
    digest.add(remote: acknowledged)
    digest.add(hasUrgent)
    if hasUrgent { digest.add(remote: urgent) }
    digest.add(hasFIN)
    if hasFIN { digest.add(remote: finSequence) }
    digest.add(hasDuplicate)
    if hasDuplicate {
      digest.add(remote: duplicateStart)
      digest.add(UInt32(duplicateCount))
    }
    digest.add(shift)
    digest.add(UInt32(fullPayload))
    digest.add(UInt32(lastPayload))
    digest.add(ring, at: 0, count: ring.count, in: region)
    for index in 0..<ranges.count {
      let range = ranges.range(index, in: region)
      digest.add(remote: range.left)
      digest.add(remote: range.right)
      let offset = ring.count &+ (range.left - next)
      digest.add(ring, at: offset, count: range.right - range.left, in: region)
    }
    for index in 0..<Int(recentCount) { digest.add(remote: recent[index]) }
    digest.add(past: lastArrival)
  }
}
