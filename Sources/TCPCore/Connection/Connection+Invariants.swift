extension Connection {
  /// What holds between any two calls; the first thing that does not, or `nil`.
  package mutating func brokenInvariant(_ region: Region) -> StaticString? {
    if let broken = brokenSending(region) { return broken }
    if let broken = brokenReceiving(region) { return broken }
    return brokenState
  }

  private mutating func brokenSending(_ region: Region) -> StaticString? {
    if !(send.unacknowledged <= send.next) { return "SND.UNA is beyond SND.NXT" }
    if !send.isConsistent() { return "textStart does not match SND.UNA" }
    // unreached: a restore has refused it before: RingBuffer.isSound
    if send.ring.count > send.ring.capacity { return "the send ring holds more than its capacity" }
    if state == .closed || state == .timeWait { return nil }
    let end = send.isFINQueued && !send.isFINAcked ? send.textEnd + 1 : send.textEnd
    if !(send.next <= end) { return "SND.NXT is beyond the end of the data" }
    if send.isFINAcked && send.flight > 0 { return "data in flight after our FIN was acknowledged" }
    // The records cover SND.UNA ..< SND.NXT without gaps, and the count of lost octets is theirs.
    // As distances from SND.UNA: the lengths in a damaged snapshot may wrap.
    var position = 0
    for index in 0..<sentRecords.count {
      let record = sentRecords.record(index, in: region)
      if record.sequence - send.unacknowledged != position { return "the sent records have a gap" }
      let end = record.end - send.unacknowledged
      if !(position < end) { return "a sent record is empty" }
      position = end
    }
    if position != send.flight { return "the sent records do not end at SND.NXT" }
    // unreached: a restore has refused it before: SentRecords.isSound
    if Int(truncatingIfNeeded: sentRecords.lost) > send.flight {
      return "more octets are marked lost than are in flight"
    }
    if send.flight > 0 && !retransmissionTimer.isArmed && !persistTimer.isArmed {
      return "data in flight, but no timer armed"
    }
    if retransmissionTimer.isArmed && send.flight == 0 {
      return "retransmission timer armed with nothing in flight"
    }
    if congestion.window == 0 { return "the congestion window is zero" }
    return nil
  }

  private mutating func brokenReceiving(_ region: Region) -> StaticString? {
    // unreached: a restore has refused it before: RingBuffer.isSound
    if receive.ring.count > receive.ring.capacity { return "the receive ring holds more than its capacity" }
    if state != .synSent && state != .closed, let broken = brokenWindow { return broken }
    // As distances from RCV.NXT: the sequence numbers in a damaged snapshot may form a circle.
    let window = receive.rightEdge - receive.next
    var last = 0
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: region)
      let (left, right) = (range.left - receive.next, range.right - receive.next)
      if !(last < left) { return "out-of-order ranges overlap, touch, or are not sorted" }
      if !(left < right) { return "an out-of-order range is empty" }
      if !(right <= window) { return "an out-of-order range is beyond the right edge" }
      last = right
    }
    return nil
  }

  private var brokenWindow: StaticString? {
    mutating get {
      if !(receive.next <= receive.rightEdge) && !receive.isStreamComplete {
        return "RCV.NXT is beyond the right edge"
      }
      if receive.rightEdge - receive.next > receive.ring.freeCapacity + 1 {
        return "the receive window is larger than the free ring space"
      }
      if receive.isStreamComplete && !receive.ranges.isEmpty {
        return "out-of-order data behind the peer's FIN"
      }
      return nil
    }
  }

  /// What the state says of our SYN, of our FIN and of the peer's, and what the numbers say.
  private var brokenState: StaticString? {
    mutating get {
      let (isOpen, isFINQueued) = (send.isSynchronized, send.isFINQueued)
      let (isAcknowledged, isStreamComplete) = (send.isFINAcked, receive.isStreamComplete)
      switch state {
      case .listen: return "a connection is in LISTEN"
      case .synSent, .synReceived:
        return isOpen || isStreamComplete
          ? "SYN acknowledged or FIN received, but the handshake state remains" : nil
      case .closed: return endReason == .none ? "CLOSED without an end reason" : nil
      case .timeWait: return nil
      case .established, .closeWait:
        if isFINQueued { return "a FIN is queued, but the state is ESTABLISHED or CLOSE-WAIT" }
      case .finWait1, .finWait2, .closing, .lastAck:
        if !isFINQueued { return "no FIN is queued, but the state is past CLOSE" }
        if isAcknowledged != (state == .finWait2) {
          return "whether our FIN is acknowledged does not match the state"
        }
      }
      if !isOpen { return "our SYN is not acknowledged in a synchronized state" }
      let hasFinished = state == .closeWait || state == .closing || state == .lastAck
      return isStreamComplete == hasFinished
        ? nil : "whether the peer's FIN was received does not match the state"
    }
  }
}
