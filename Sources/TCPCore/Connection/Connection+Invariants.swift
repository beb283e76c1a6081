extension Connection {
  /// What holds between any two calls; the first thing that does not, or `nil`.
  package mutating func brokenInvariant(_ region: Region) -> StaticString? {
    if let broken = brokenSending(region) { return broken }
    if let broken = brokenReceiving(region) { return broken }
    return brokenState
  }

  private mutating func brokenSending(_ region: Region) -> StaticString? {
    if !(send.unacknowledged <= send.next) { return "SND.UNA is beyond SND.NXT" }
    if !send.isConsistent() { return "the text begins elsewhere" }
    // unreached: a restore has refused it before: RingBuffer.isSound
    if send.ring.count > send.ring.capacity { return "the send ring holds more than it can" }
    if state == .closed || state == .timeWait { return nil }
    let end = send.isFinishing && !send.isFinishAcknowledged ? send.textEnd + 1 : send.textEnd
    if !(send.next <= end) { return "more was sent than there is" }
    if send.isFinishAcknowledged && send.flight > 0 { return "something is in flight behind our FIN" }
    // The transmissions cover SND.UNA ..< SND.NXT without gaps, and the count of lost octets is theirs.
    // As distances from SND.UNA: the lengths that a snapshot holds may go round the whole circle.
    var position = 0
    for index in 0..<transmissions.count {
      let transmission = transmissions.transmission(index, in: region)
      if transmission.sequence - send.unacknowledged != position { return "the transmissions have a gap" }
      let end = transmission.end - send.unacknowledged
      if !(position < end) { return "a transmission is empty" }
      position = end
    }
    if position != send.flight { return "the transmissions do not end at SND.NXT" }
    // unreached: a restore has refused it before: Transmissions.isSound
    if Int(truncatingIfNeeded: transmissions.lost) > send.flight { return "more is lost than in flight" }
    if send.flight > 0 && !lossTimer.isArmed && !probe.isArmed { return "text in flight, but no timer" }
    if lossTimer.isArmed && send.flight == 0 { return "the loss timer guards nothing" }
    if congestion.window == 0 { return "the congestion window is shut" }
    return nil
  }

  private mutating func brokenReceiving(_ region: Region) -> StaticString? {
    // unreached: a restore has refused it before: RingBuffer.isSound
    if receive.ring.count > receive.ring.capacity { return "the receive ring holds more than it can" }
    if state != .synSent && state != .closed, let broken = brokenWindow { return broken }
    // As distances from RCV.NXT: sequence numbers that a snapshot holds may each lie ahead of the next one in a circle.
    let window = receive.rightEdge - receive.next
    var last = 0
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: region)
      let (left, right) = (range.left - receive.next, range.right - receive.next)
      if !(last < left) { return "ranges overlap, touch, or do not rise" }
      if !(left < right) { return "a range is empty" }
      if !(right <= window) { return "a range is beyond the right edge" }
      last = right
    }
    return nil
  }

  private var brokenWindow: StaticString? {
    mutating get {
      if !(receive.next <= receive.rightEdge) && !receive.isFinished {
        return "RCV.NXT is beyond the right edge"
      }
      if receive.rightEdge - receive.next > receive.ring.free + 1 {
        return "the window is larger than the room"
      }
      if receive.isFinished && !receive.ranges.isEmpty { return "text waits behind the FIN" }
      return nil
    }
  }

  /// What the state says of our SYN, of our FIN and of the peer's, and what the numbers say.
  private var brokenState: StaticString? {
    mutating get {
      let (isOpen, isFinishing) = (send.isSynchronized, send.isFinishing)
      let (isAcknowledged, isFinished) = (send.isFinishAcknowledged, receive.isFinished)
      switch state {
      case .listen: return "a connection listens"
      case .synSent, .synReceived: return isOpen || isFinished ? "open, but the state does not say so" : nil
      case .closed: return endReason == .none ? "closed without a reason" : nil
      case .timeWait: return nil
      case .established, .closeWait:
        if isFinishing { return "closed, but the state does not say so" }
      case .finWait1, .finWait2, .closing, .lastAck:
        if !isFinishing { return "not closed, but the state says so" }
        if isAcknowledged != (state == .finWait2) { return "our FIN is not where the state says" }
      }
      if !isOpen { return "our SYN is not acknowledged, but the state says so" }
      let hasFinished = state == .closeWait || state == .closing || state == .lastAck
      return isFinished == hasFinished ? nil : "the peer's FIN is not where the state says"
    }
  }
}
