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
    let end = send.isFinishing ? send.textEnd + 1 : send.textEnd
    if !(send.next <= end) && !send.isFinishAcknowledged { return "more was sent than there is" }
    // The transmissions cover SND.UNA ..< SND.NXT without gaps, and the count of lost octets is theirs.
    var position = send.unacknowledged
    for index in 0..<transmissions.count {
      let transmission = transmissions.transmission(index, in: region)
      if transmission.sequence != position { return "the transmissions have a gap" }
      if transmission.count == 0 { return "a transmission is empty" }
      position = transmission.end
    }
    if position != send.next { return "the transmissions do not end at SND.NXT" }
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
    var last = receive.next
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: region)
      if !(last < range.left) { return "ranges overlap, touch, or do not rise" }
      if !(range.left < range.right) { return "a range is empty" }
      if !(range.right <= receive.rightEdge) { return "a range is beyond the right edge" }
      last = range.right
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

  private var brokenState: StaticString? {
    mutating get {
      switch state {
      case .listen: "a connection listens"
      case .synSent, .synReceived:
        send.isSynchronized ? "our SYN is acknowledged, but the state does not say so" : nil
      case .established: send.isFinishing ? "closed, but the state does not say so" : nil
      case .finWait1, .closing, .lastAck:
        send.isFinishAcknowledged ? "our FIN is acknowledged, but the state does not say so" : nil
      case .finWait2: send.isFinishAcknowledged ? nil : "FIN-WAIT-2 without an acknowledged FIN"
      case .closeWait: receive.isFinished ? nil : "CLOSE-WAIT without a FIN"
      case .closed: endReason == .none ? "closed without a reason" : nil
      case .timeWait: nil
      }
    }
  }
}
