extension Connection {
  /// What holds between any two calls; the first thing that does not, or `nil`.
  package mutating func brokenInvariant(_ region: Region) -> StaticString? {
    if let broken = brokenSending(region) { return broken }
    if let broken = brokenReceiving(region) { return broken }
    return brokenState
  }

  private mutating func brokenSending(_ region: Region) -> StaticString? {
    if !(send.unacknowledged <= send.next) { return "SND.UNA beyond SND.NXT" }
    if !send.isConsistent() { return "textStart does not match SND.UNA" }
    // unreached: a restore has refused it before: RingBuffer.isSound
    if send.ring.count > send.ring.capacity { return "send ring above its capacity" }
    if state == .closed || state == .timeWait { return nil }
    let end = send.isFINQueued && !send.isFINAcked ? send.textEnd + 1 : send.textEnd
    if !(send.next <= end) { return "SND.NXT beyond the data" }
    if send.isFINAcked && send.flight > 0 { return "data in flight behind our FIN" }
    // The records cover SND.UNA ..< SND.NXT without gaps, and the count of lost octets is theirs.
    // As distances from SND.UNA: the lengths in a damaged snapshot may wrap.
    var position = 0
    for index in 0..<sender.records.count {
      let record = sender.records.record(index, in: region)
      if record.sequence - send.unacknowledged != position { return "gap in the sent records" }
      let end = record.end - send.unacknowledged
      // unreached: no damaged snapshot of the corpus has it; SnapshotTests
      if !(position < end) { return "empty sent record" }
      position = end
    }
    if position != send.flight { return "sent records do not end at SND.NXT" }
    // unreached: a restore has refused it before: SentRecords.isSound
    if Int(truncatingIfNeeded: sender.records.lost) > send.flight {
      return "more lost than in flight"
    }
    if send.flight > 0 && !sender.timer.isArmed && !persistTimer.isArmed {
      return "data in flight without a timer"
    }
    if sender.timer.isArmed && send.flight == 0 {
      return "retransmission timer with nothing in flight"
    }
    if sender.congestion.window == 0 { return "sender.congestion window of zero" }
    if sender.congestion.algorithm != options.congestionControl { return "sender.congestion algorithm" }
    if sender.pacer.isEnabled != (options.isPacingEnabled || options.congestionControl.isBBR) {
      return "pacing that the options do not want"
    }
    return nil
  }

  private mutating func brokenReceiving(_ region: Region) -> StaticString? {
    // unreached: a restore has refused it before: RingBuffer.isSound
    if receive.ring.count > receive.ring.capacity { return "receive ring above its capacity" }
    if state != .synSent && state != .closed, let broken = brokenWindow { return broken }
    // As distances from RCV.NXT: the sequence numbers in a damaged snapshot may form a circle.
    let window = receive.rightEdge - receive.next
    var last = 0
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: region)
      let (left, right) = (range.left - receive.next, range.right - receive.next)
      if !(last < left) { return "out-of-order ranges not sorted or disjoint" }
      if !(left < right) { return "empty out-of-order range" }
      if !(right <= window) { return "out-of-order range beyond the right edge" }
      last = right
    }
    if owedUserTimeout.exists && !receive.mayReport { return "user time-out that nobody hears of" }
    return receive.isReportSound ? nil : "report that does not fit what came"
  }

  private var brokenWindow: StaticString? {
    mutating get {
      if !(receive.next <= receive.rightEdge) && !receive.isStreamComplete {
        return "RCV.NXT beyond the right edge"
      }
      if receive.rightEdge - receive.next > receive.ring.freeCapacity + 1 {
        return "receive window above the free space"
      }
      if receive.isStreamComplete && !receive.ranges.isEmpty {
        return "out-of-order data behind the FIN"
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
      case .listen: return "connection in LISTEN"
      case .synSent, .synReceived:
        return isOpen || isStreamComplete
          ? "handshake done, but not in the state" : nil
      case .closed: return endReason == .none ? "CLOSED without an end reason" : nil
      case .timeWait: return nil
      case .established, .closeWait:
        if isFINQueued { return "FIN queued before CLOSE" }
      case .finWait1, .finWait2, .closing, .lastAck:
        if !isFINQueued { return "no FIN queued after CLOSE" }
        // unreached: no damaged snapshot of the corpus has it; SnapshotTests
        if isAcknowledged != (state == .finWait2) {
          return "state and ACK of our FIN differ"
        }
      }
      if !isOpen { return "synchronized without ACK of our SYN" }
      let hasFinished = state == .closeWait || state == .closing || state == .lastAck
      return isStreamComplete == hasFinished
        ? nil : "state and the peer's FIN differ"
    }
  }
}
