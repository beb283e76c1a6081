import TCPCore

/// The user time-outs that one side has advertised (RFC 5482), as many as there is room for.
struct AdvertisedTimes {
  private var values = InlineArray<16, UserTimeout>(repeating: .none)
  private var count = 0
  /// Whether there were more.
  private(set) var isFull = false

  mutating func note(_ time: UserTimeout) {
    if contains(time.seconds) { return }
    guard count < values.count else {
      isFull = true
      return
    }
    values[count] = time
    count += 1
  }

  func contains(_ seconds: UInt32) -> Bool {
    for index in 0..<count where values[index].seconds == seconds { return true }
    return false
  }
}

extension LoopbackRun {
  /// What a side has heard the other one has advertised. What it makes of that lies within the limits, and is
  /// never less than what its user wants (RFC 5482 section 3.1).
  func checkUserTimeout(_ side: Int, _ status: Status) {
    guard status.state != .closed, status.state != .timeWait, let handle = fixture.end(side).user.handle,
      let options = try? fixture.end(side).host.options(handle)
    else { return }
    let heard = status.peerUserTimeout.microseconds / 1_000_000
    let other = times[1 - side]
    require(
      "a user time-out that was heard was advertised",
      heard == 0 || other.isFull || other.contains(UInt32(truncatingIfNeeded: heard)), "\(heard) s")
    switch status.state {
    case .synSent, .synReceived: return
    case .closed, .listen, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait:
      break
    }
    let own = min(options.retransmissionTimeLimit, options.userTimeout)
    let isChangeable = options.userTimeoutPolicy != .off && options.userTimeout == .unlimited && heard > 0
    guard isChangeable else {
      return require("nobody changes our user time-out", status.userTimeout == own, "\(status.userTimeout)")
    }
    require(
      "our user time-out lies within its limits",
      status.userTimeout == own && own >= .seconds(100)
        || status.userTimeout >= .seconds(100) && status.userTimeout <= options.maximumUserTimeout,
      "\(status.userTimeout)")
  }
}
