// Handshakes for which nothing is kept (RFC4987-5, RFC4987-6).
extension TCPHost {
  /// Whether a SYN for a listener is to be answered with a cookie: never before the program has decided.
  func wantsCookie(for listener: Entry) -> Bool {
    if listeners[listener].traits.contains(.holdsAnswers) { return false }
    switch state.configuration.synCookies {
    case .automatic:
      return listeners[listener].pendingCount >= listeners[listener].backlog || state.halfOpenSlots.isFull
    case .never: return false
    case .always: return true
    }
  }

  /// Answers a SYN with a cookie. Where the SYN-ACK is lost, the peer's next SYN gets another one, in the
  /// same period with the same number.
  ///
  /// Without timestamps there is no place for a shift, SACK and ECN: the SYN-ACK offers none of them.
  mutating func answerWithCookie(
    _ segment: SegmentHeader, _ tuple: FourTuple, listener: Entry, _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let options = listeners[listener].options
    let hasTimestamps = options.offersTimestamps && segment.options.timestamps != nil
    var agreed = Negotiation(
      timestamps: hasTimestamps, sack: hasTimestamps && options.offersSACK,
      windowScale: hasTimestamps && options.offersWindowScale, peer: segment.options)
    agreed.usesECN = hasTimestamps && options.ecn != .off && segment.flags.isECNSetupSYN
    let period = SYNCookie.period(at: state.now)
    let subject = SYNCookieSubject(
      tuple: tuple, peerInitial: segment.sequence, hasTimestamps: hasTimestamps,
      listener: handle(listener.id).rawValue)
    var sizeIndex = SYNCookie.sizeIndex(agreed.peerSegmentSize, isIPv4: tuple.isIPv4)
    var cookie = state.keys.cookie(subject, sizeIndex: sizeIndex, period: period)
    // A peer that begins again with the same number gets another one, at the price of a smaller size.
    while sizeIndex > 0 && state.acceptedCookies.contains(cookie) {
      sizeIndex &-= 1
      cookie = state.keys.cookie(subject, sizeIndex: sizeIndex, period: period)
    }
    let half = halfOpenState(
      tuple, listener: listener, initial: cookie, peerInitial: segment.sequence, agreed,
      peerWindow: segment.window, interface: info.interface)
    // unreached: a new entry has its SYN-ACK to send
    guard var answer = half.pendingSegment(at: state.now, options) else { return .backlogFull }
    if let timestamps = answer.options.timestamps {
      answer.options.timestamps = Timestamps(
        value: SYNCookie.timestamp(
          timestamps.value, peerShift: agreed.isScaled ? agreed.peerShift : nil, usesSACK: agreed.usesSACK,
          usesECN: agreed.usesECN),
        echo: timestamps.echo)
    }
    let isQueued = reply(
      Reply(
        tuple: tuple, header: answer, interface: info.interface, dscp: options.dscp,
        hopLimit: options.hopLimit))
    guard isQueued else { return .backlogFull }
    counters.cookiesSent &+= 1
    if let shift = segment.options.windowScale, shift > 14 { counters.windowScalesClamped &+= 1 }
    listeners[listener].cookiesEnd = SYNCookie.end(of: period)
    return .processed
  }

  /// A segment with ACK for a listener that knows no handshake it would complete: perhaps it acknowledges a
  /// cookie, and then its connection begins, with what else the segment carries.
  ///
  /// Any segment that begins behind the peer's SYN does: where the first one was lost, the next that is sent
  /// again brings the cookie as well.
  ///
  /// - Parameter entry: a half-open entry of the pair, which gives its place to the connection: the peer
  ///   answers a SYN-ACK with a cookie from before there was room for the entry.
  /// - Returns: `nil` where a reset is the answer: the listener has sent no cookie of late, or the connection
  ///   that the cookie has begun is over.
  mutating func arriveWithCookie(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, _ tuple: FourTuple, listener: Entry,
    replacing entry: Entry? = nil, _ info: ArrivalInfo
  ) -> ArrivalOutcome? {
    guard state.now < listeners[listener].cookiesEnd, !segment.flags.contains(.syn) else { return nil }
    let options = listeners[listener].options
    let timestamps = options.offersTimestamps ? segment.options.timestamps : nil
    let subject = SYNCookieSubject(
      tuple: tuple, peerInitial: segment.sequence - 1, hasTimestamps: timestamps != nil,
      listener: handle(listener.id).rawValue)
    let cookie = segment.acknowledgment - 1
    guard state.keys.isCookie(cookie, of: subject, period: SYNCookie.period(at: state.now)) else {
      // No reset: it may be text behind a segment that was lost, which only its sequence number would tell
      // from a guess, and the cookie's hash does not give that away.
      return .badCookie
    }
    guard !state.acceptedCookies.contains(cookie) else { return nil }
    var agreed = Negotiation(
      timestamps: options.offersTimestamps, sack: options.offersSACK, windowScale: options.offersWindowScale,
      peer: SYNCookie.options(of: cookie, by: timestamps))
    agreed.usesECN = options.ecn != .off && SYNCookie.usesECN(timestamps)
    let half = halfOpenState(
      tuple, listener: listener, initial: cookie, peerInitial: subject.peerInitial, agreed,
      peerWindow: segment.window, interface: info.interface)
    return beginConnection(half, replacing: entry, &segment, bytes, info)
  }
}
