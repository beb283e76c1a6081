import TCPCore

// What a figure can ask of the host, and change.
extension FigurePlayer {
  /// `status FIELD VALUE`: one number or name of STATUS.
  func perform(status words: [String]) throws(FigureProblem) {
    if words.dropFirst() == ["stale"] {
      var found: CallError?
      do throws(CallError) { _ = try fixture.host.status(handle ?? Handle(rawValue: 0)) } catch {
        found = error
      }
      if found != .staleHandle { throw FigureProblem("the handle names something") }
      return
    }
    guard words.count == 3 else { throw FigureProblem("status FIELD VALUE") }
    guard let status = try? fixture.host.status(handle ?? listener ?? Handle(rawValue: 0)) else {
      throw FigureProblem("the handle is stale")
    }
    let found: String
    switch words[1] {
    case "reason": found = "\(status.endReason)"
    case "softerror": found = "\(status.softError)"
    case "rto": found = FigurePlayer.text(status.retransmissionTimeout.microseconds)
    case "srtt": found = FigurePlayer.text(status.smoothedRoundTrip.microseconds)
    case "unread": found = "\(status.unread)"
    case "unacknowledged": found = "\(status.unacknowledged)"
    case "unsent": found = "\(status.unsent)"
    case "pipe": found = "\(status.bytesInNetwork)"
    case "losses": found = "\(status.losses)"
    case "undone": found = "\(status.reductionsUndone)"
    case "timeoutsInARow": found = "\(status.unansweredTimeouts)"
    case "rttvar": found = FigurePlayer.text(status.roundTripVariance.microseconds)
    case "minrtt": found = FigurePlayer.text(status.minimumRoundTrip.microseconds)
    case "pace": found = "\(status.pacingRate)"
    case "rate": found = "\(status.deliveryRate)"
    case "reordering": found = FigurePlayer.text(status.reorderingWindow.microseconds)
    case "flight": found = "\(status.bytesInFlight)"
    case "room": found = "\(status.sendSpace)"
    case "sndwnd": found = "\(status.sendWindow)"
    case "rcvwnd": found = "\(status.receiveWindow)"
    case "cwnd": found = "\(status.congestionWindow)"
    case "ssthresh": found = status.slowStartThreshold == Int.max ? "max" : "\(status.slowStartThreshold)"
    case "control": found = "\(status.congestionControl)".lowercased()
    case "phase": found = "\(status.congestionPhase)"
    case "ecn": found = status.usesECN ? "on" : "off"
    case "timelimit": found = FigurePlayer.text(status.userTimeout.microseconds)
    case "peeruto": found = FigurePlayer.text(status.peerUserTimeout.microseconds)
    case "segment": found = "\(status.segmentSize)"
    case "pathmtu": found = "\(status.pathMTU)"
    case "search": found = status.isSearchingPathMTU ? "on" : "off"
    case "urgent": found = "\(status.urgent)"
    case "ranges": found = "\(status.outOfOrderRanges)"
    case "waiting": found = "\(status.acceptQueueCount)"
    case "retransmissions": found = "\(status.retransmissions)"
    default: throw FigureProblem("no such field of the status")
    }
    let wanted = (try? FigureSegment.number(words[2])).map(String.init) ?? words[2]
    if found != wanted { throw FigureProblem("it is \(found)") }
  }

  /// `count NAME N`: a counter of the host, or how many entries of a kind are taken.
  func perform(count words: [String]) throws(FigureProblem) {
    guard words.count == 3 else { throw FigureProblem("count NAME N") }
    let counters = fixture.host.counters
    let occupancy = fixture.host.occupancy
    let found: UInt64
    switch words[1] {
    case "timeouts": found = counters.timeouts
    case "throttled": found = counters.challengesThrottled
    case "probeAnswersThrottled": found = counters.probeAnswersThrottled
    case "timestampsMissing": found = counters.timestampsMissing
    case "releasedRecycled": found = counters.releasedRecycled
    case "clamped": found = counters.windowScalesClamped
    case "retransmitted": found = counters.segmentsRetransmitted
    case "fastRetransmits": found = counters.fastRetransmits
    case "reductionsUndone": found = counters.reductionsUndone
    case "tailLossProbes": found = counters.tailLossProbes
    case "ecnMarks": found = counters.ecnMarks
    case "ecnEchoes": found = counters.ecnEchoes
    case "ecnReductions": found = counters.ecnReductions
    case "windowProbes": found = counters.windowProbes
    case "keepAliveProbes": found = counters.keepAliveProbes
    case "established": found = counters.connectionsEstablished
    case "pathMTUReductions": found = counters.pathMTUReductions
    case "blackHoles": found = counters.blackHoles
    case "pathProbes": found = counters.pathProbes
    case "pathProbesLost": found = counters.pathProbesLost
    case "halfOpenExpired": found = counters.halfOpenExpired
    case "halfOpenRecycled": found = counters.halfOpenRecycled
    case "cookiesSent": found = counters.cookiesSent
    case "cookiesAccepted": found = counters.cookiesAccepted
    case "badCookies": found = counters[.badCookie]
    case "connections": found = UInt64(occupancy.connections)
    case "halfOpen": found = UInt64(occupancy.halfOpen)
    case "timeWait": found = UInt64(occupancy.timeWait)
    default: throw FigureProblem("no such counter")
    }
    let wanted = try FigureSegment.number(words[2])
    if found != UInt64(wanted) { throw FigureProblem("it is \(found)") }
  }

  /// `set NAME VALUE`: an option of the connection, while it runs.
  func perform(set words: [String]) throws(FigureProblem) {
    guard words.count == 3, let handle, var options = try? fixture.host.options(handle) else {
      throw FigureProblem("set NAME VALUE, on a connection")
    }
    let isOn = words[2] == "on"
    switch words[1] {
    case "nagle": options.isNagleEnabled = isOn
    case "pacing": options.isPacingEnabled = isOn
    case "path-probing": options.isPathProbingEnabled = isOn
    case "keepalive": options.isKeepAliveEnabled = isOn
    case "keepalive-idle": options.keepAliveIdle = try FigurePlayer.interval(words[2])
    case "keepalive-interval": options.keepAliveInterval = try FigurePlayer.interval(words[2])
    case "dscp": options.dscp = UInt8(truncatingIfNeeded: try FigureSegment.number(words[2]))
    case "user-timeout": options.userTimeout = try FigurePlayer.interval(words[2])
    case "uto":
      let policies = ["off": UserTimeoutPolicy.off, "adopt": .adopt, "exchange": .exchange]
      guard let policy = policies[String(words[2])] else { throw FigureProblem("no such policy") }
      options.userTimeoutPolicy = policy
    case "uto-limit": options.maximumUserTimeout = try FigurePlayer.interval(words[2])
    case "released-limit": options.releasedLimit = try FigurePlayer.interval(words[2])
    case "minimum-timeout": options.minimumTimeout = try FigurePlayer.interval(words[2])
    case "control":
      let controls = ["newreno": CongestionControlAlgorithm.newReno, "cubic": .cubic, "bbr": .bbr]
      guard let control = controls[String(words[2])] else { throw FigureProblem("no such controller") }
      options.congestionControl = control
    case "timestamps": options.offersTimestamps = isOn
    case "sack": options.offersSACK = isOn
    case "windowscale": options.offersWindowScale = isOn
    case "sent-mss":
      options.maximumSentSegmentSize = UInt16(truncatingIfNeeded: try FigureSegment.number(words[2]))
    case "mss": options.maximumSegmentSize = UInt16(truncatingIfNeeded: try FigureSegment.number(words[2]))
    case "retransmission-limit": options.retransmissionTimeLimit = try FigurePlayer.interval(words[2])
    default: throw FigureProblem("no such option")
    }
    do throws(CallError) {
      try fixture.host.setOptions(handle, options, at: now)
    } catch {
      throw FigureProblem("the call failed: \(error)")
    }
  }
}
