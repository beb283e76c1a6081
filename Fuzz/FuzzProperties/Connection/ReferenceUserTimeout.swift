import TCPCore

// RFC 5482: what each end tells of its user time-out, and what that makes of the other's.
extension ReferenceConnection {
  /// The peer's option. Zero is reserved, in seconds as in minutes.
  mutating func hearTime(of segment: ReferenceSegment) {
    guard options.userTimeoutPolicy != .off, segment.userTimeout % 0x8000 != 0 else { return }
    peerTime = segment.userTimeout
  }

  /// What an option means.
  private static func interval(_ time: UInt16) -> Interval {
    .seconds(time >= 0x8000 ? Int(time - 0x8000) * 60 : Int(time))
  }

  /// What the peer's option makes of R2 (section 3.1): min(U_LIMIT, max(REMOTE_UTO, L_LIMIT)); `nil` where
  /// CHANGEABLE is false, or nothing was heard.
  private var adopted: Interval? {
    guard peerTime != 0, options.userTimeoutPolicy != .off, options.userTimeout == .unlimited else {
      return nil
    }
    let least = max(.seconds(100), Interval(microseconds: options.maximumTimeout.microseconds + 1_000))
    return max(least, min(options.maximumUserTimeout, ReferenceConnection.interval(peerTime)))
  }

  /// How long the peer may acknowledge nothing new, once the connection is synchronized: R2 is ADV_UTO.
  var timeLimit: Interval {
    max(options.retransmissionTimeLimit, adopted ?? .seconds(0))
  }

  /// Section 4.2: keep-alive waits longer than the time-out that was adopted.
  var keepAliveIdle: Interval {
    guard let adopted else { return options.keepAliveIdle }
    let limit = timeLimit < .unlimited ? timeLimit : adopted
    return max(options.keepAliveIdle, Interval(microseconds: limit.microseconds + 1_000))
  }

  /// The 16 bits that tell the peer of ours: no less than it is, and in minutes where seconds do not reach.
  var advertisedTime: UInt16 {
    guard options.userTimeoutPolicy == .exchange else { return 0 }
    let own = min(options.userTimeout, options.retransmissionTimeLimit)
    if own == .unlimited { return 0xFFFF }
    let seconds = (own.microseconds + 999_999) / 1_000_000
    if seconds < 0x8000 { return UInt16(seconds) }
    return 0x8000 + UInt16(min(0x7FFF, (seconds + 59) / 60))
  }

  /// RFC 5482 section 3: on the first segment behind the handshake, and after each change. Entries without a
  /// connection tell nothing, and neither do probes.
  mutating func checkAdvertisedTime(_ found: SegmentOptions, isMute: Bool) {
    let isOwed = !isMute && state != .timeWait && !isHalfOpen && advertisedTime != saidTime
    let owed = isOwed ? advertisedTime : 0
    require(
      "the user time-out is advertised once, and after a change", found.userTimeout.rawValue == owed,
      "\(found.userTimeout.rawValue) instead of \(owed)")
    if owed != 0 { saidTime = owed }
  }
}

extension ConnectionRun {
  /// STATUS says what was heard, and how long we wait.
  mutating func checkUserTimeout(_ status: Status) {
    let time = model.peerTime
    let said = time >= 0x8000 ? Int(time - 0x8000) * 60 : Int(time)
    require("the peer's user time-out", status.peerUserTimeout == .seconds(said), "\(status.peerUserTimeout)")
    let limit = model.isSynchronized ? model.timeLimit : model.options.handshakeLimit
    let timeLimit = min(limit, model.options.userTimeout)
    require(
      "our user time-out", status.userTimeout == timeLimit, "\(status.userTimeout) instead of \(timeLimit)")
  }
}
