import TCPCore

// The model of handshakes for which the host keeps nothing: which SYN gets a cookie, and what completes it.
extension HostRun {
  /// The number of the period, as the host counts them.
  private var period: UInt64 { now >> 26 }

  // MARK: SYNs

  /// Whether a SYN for a listener must be answered with a cookie, unless its pair is in TIME-WAIT.
  func wantsCookie(_ index: Int) -> Bool {
    if listeners[index].traits.contains(.holdsAnswers) { return false }
    switch choice.synCookies {
    case .never: return false
    case .always: return true
    case .automatic:
      var own = 0
      for place in 0..<handshakeCount where handshakes[place].listener == listeners[index].handle.rawValue {
        own += 1
      }
      return own + waitingCount(index) >= listeners[index].backlog
        || handshakeCount == HostFixture.halfOpenCapacity
    }
  }

  /// How many wait to be accepted.
  func waitingCount(_ index: Int) -> Int {
    (try? fixture.host.status(listeners[index].handle))?.acceptQueueCount ?? 0
  }

  /// A SYN was answered with a cookie, which waits to leave.
  mutating func noteCookie(
    _ segment: SegmentHeader, _ tuple: FourTuple, _ index: Int, on interface: Int
  ) {
    require("a cookie is sent where there is no room for an entry", wantsCookie(index))
    require("no cookie promises a place that is not there", waitingCount(index) < listeners[index].backlog)
    listeners[index].cookiesEnd = (period + 2) << 26
    guard owedCookieCount < 2 else { violated("more cookies wait than there is room for replies") }
    // Without an MSS the default of the family counts. One that was accepted is not sent again, but that of a
    // smaller size.
    let subject = subject(segment, tuple, index, initial: segment.sequence)
    var sizeIndex: UInt32 = tuple.isIPv4 ? 1 : 2
    for size in HostTable.peerSegmentSizes where size.size == segment.options.maximumSegmentSize {
      sizeIndex = size.index
    }
    var sequence = fixture.keys.cookie(subject, sizeIndex: sizeIndex, period: period).rawValue
    while sizeIndex > 0 && wasAccepted(sequence) {
      sizeIndex -= 1
      sequence = fixture.keys.cookie(subject, sizeIndex: sizeIndex, period: period).rawValue
    }
    owedCookies[owedCookieCount] = HostCookie(
      tuple: tuple, interface: interface, sequence: sequence, madeAt: now,
      shift: hasTimestamps(segment, index) ? segment.options.windowScale : nil,
      isSACKPermitted: hasTimestamps(segment, index) && segment.options.isSACKPermitted,
      usesECN: hasTimestamps(segment, index) && listeners[index].usesECN
        && segment.flags.contains(.ece | .cwr))
    owedCookieCount += 1
  }

  /// Whether a cookie is one of the last sixteen that were accepted.
  private func wasAccepted(_ sequence: UInt32) -> Bool {
    for place in 0..<16 where accepted[place] == sequence { return true }
    return false
  }

  private func hasTimestamps(_ segment: SegmentHeader, _ index: Int) -> Bool {
    segment.options.timestamps != nil && listeners[index].timestamps != .off
  }

  private func subject(
    _ segment: SegmentHeader, _ tuple: FourTuple, _ index: Int, initial: SequenceNumber
  ) -> SYNCookieSubject {
    SYNCookieSubject(
      tuple: tuple, peerInitial: initial, hasTimestamps: hasTimestamps(segment, index),
      listener: listeners[index].handle.rawValue)
  }

  /// Whether a SYN-ACK that leaves is a cookie that waited: it says what was agreed on, or offers nothing.
  mutating func takeCookie(_ segment: SegmentHeader, of tuple: FourTuple) -> Bool {
    for index in 0..<owedCookieCount
    where owedCookies[index].tuple == tuple && owedCookies[index].sequence == segment.sequence.rawValue {
      let cookie = owedCookies[index]
      if let timestamps = segment.options.timestamps {
        let marks =
          (cookie.shift.map { UInt32(min(14, $0)) } ?? 15) | (cookie.isSACKPermitted ? 16 : 0)
          | (cookie.usesECN ? 32 : 0)
        require("a cookie's timestamp says what was agreed on", timestamps.value & 63 == marks)
        require(
          "a cookie's timestamp is of the last 64 ticks",
          TimestampClock.value(
            at: Instant(microseconds: cookie.madeAt), offset: fixture.keys.timestampOffset(tuple))
            &- timestamps.value < 64)
      } else {
        require("without timestamps a cookie has no room for more", cookie.shift == nil)
      }
      let isScaled = segment.options.windowScale != nil
      require(
        "a cookie offers what it can remember",
        isScaled == (cookie.shift != nil) && segment.options.isSACKPermitted == cookie.isSACKPermitted)
      require(
        "a cookie agrees to ECN where it can remember it", segment.flags.contains(.ece) == cookie.usesECN)
      removeCookie(index)
      return true
    }
    return false
  }

  private mutating func removeCookie(_ index: Int) {
    owedCookieCount -= 1
    if index == 0 { owedCookies[0] = owedCookies[1] }
  }

  /// An address is gone, and what waited to leave from it.
  mutating func forgetCookies(from address: Address) {
    var index = 0
    while index < owedCookieCount {
      if owedCookies[index].tuple.localAddress == address { removeCookie(index) } else { index += 1 }
    }
  }

  /// An interface takes no IPv6 any more, and what waited to leave from others' addresses is gone.
  mutating func forgetIPv6Cookies(on interface: Int) {
    var index = 0
    while index < owedCookieCount {
      let isGone = !owedCookies[index].tuple.isIPv4 && owedCookies[index].interface == interface
      if isGone { removeCookie(index) } else { index += 1 }
    }
  }

  // MARK: Acknowledgments

  /// What a segment is to a listener that may have sent a cookie to its peer.
  enum CookieVerdict {
    /// The listener has sent none of late, or this is no acknowledgment.
    case impossible
    /// The cookie of this period or the one before.
    case good
    /// A good one, whose connection is over.
    case used
    /// Another number.
    case bad
  }

  /// The listener that a pair's segments are for: that of its handshake, if it has one.
  private func owner(of tuple: FourTuple) -> Int? {
    guard let place = handshake(of: tuple) else { return listener(for: tuple) }
    for index in 0..<2 where listeners[index].isUsed {
      if listeners[index].handle.rawValue == handshakes[place].listener { return index }
    }
    return nil
  }

  /// By the rule: 29 bits of the hash over the pair, the peer's number, and whether there are timestamps.
  func cookieVerdict(_ segment: SegmentHeader, _ tuple: FourTuple) -> CookieVerdict {
    guard segment.flags.contains(.ack), !segment.flags.intersects(.syn | .rst),
      let index = owner(of: tuple), now < listeners[index].cookiesEnd
    else { return .impossible }
    let number = segment.acknowledgment - 1
    let subject = subject(segment, tuple, index, initial: segment.sequence - 1)
    for age in 0...1 where period >= UInt64(age) {
      let sizeIndex = number.rawValue & 7
      let cookie = fixture.keys.cookie(subject, sizeIndex: sizeIndex, period: period - UInt64(age))
      if cookie == number { return wasAccepted(number.rawValue) ? .used : .good }
    }
    return .bad
  }

  /// What a listener did about an acknowledgment agrees with what it is.
  mutating func follow(
    _ segment: SegmentHeader, _ tuple: FourTuple, _ outcome: ArrivalOutcome, _ verdict: CookieVerdict,
    isAccepted: Bool
  ) {
    if isAccepted {
      require("only a good cookie is accepted, and once", verdict == .good)
      accepted[nextAccepted] = (segment.acknowledgment - 1).rawValue
      nextAccepted = (nextAccepted + 1) & 15
      return
    }
    switch outcome {
    case .badCookie:
      require("a segment is dropped quietly where cookies are in use, and it is none", verdict == .bad)
    case .acknowledgmentForListener:
      require("a reset answers what can be no cookie's", verdict == .impossible || verdict == .used)
    case .badHandshakeAcknowledgment where handshake(of: tuple) != nil:
      require("a reset answers what can be no cookie's", verdict == .impossible || verdict == .used)
    case .backlogFull where segment.flags.contains(.ack):
      if let index = owner(of: tuple) {
        require(
          "who completes a handshake waits, unless the queue is full",
          waitingCount(index) >= listeners[index].backlog)
      }
    default:
      break
    }
  }
}

/// A SYN-ACK that the host owes without knowing a handshake.
struct HostCookie {
  var tuple: FourTuple
  var interface: Int
  var sequence: UInt32
  var madeAt: UInt64
  /// What the SYN offered, as far as it counts.
  var shift: UInt8?
  var isSACKPermitted: Bool
  var usesECN: Bool
}
