import TCPCore

// What delivery rates and BBR make of a path, where they are sampled: bounds that follow from
// draft-ietf-ccwg-bbr and from what this end has sent and processed.
extension LoopbackRun {
  /// What the sender says of its path: `nil` where nothing is sampled, or the connection is over.
  @_silgen_name("__sanitizer_loopback_path_picture")
  private func picture(_ side: Int) -> (status: Status, model: PathModel)? {
    let end = fixture.end(side)
    guard choice.samplesDeliveryRate, let handle = end.user.handle,
      let status = try? end.host.status(handle), let model = end.host.pathModel(handle)
    else { return nil }
    switch status.state {
    case .closed, .listen, .synSent, .synReceived, .timeWait: return nil
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: return (status, model)
    }
  }

  /// Something is about to leave, or has arrived, or time has passed.
  @_silgen_name("__sanitizer_loopback_path_note")
  mutating func notePath(_ side: Int) {
    guard let (status, model) = picture(side) else { return }
    if status.losses > 0 { paths[side].hasLosses = true }
    notePause(side, status)
    if paths[side].acknowledged <= 1 || !bounds[side].hasBegun { noteFirstRate(side, status) }
    lookAtPace(side, status)
    bounds[side].hasBegun = status.congestionControl == .bbr && model.bbr.hasBegun
    checkModel(side, status, model)
  }

  /// ECE has come where the window was a segment: new text waits for a time-out (RFC 3168 section 6.1.2),
  /// also where segments become shorter meanwhile. BBR's window is four at least.
  @_silgen_name("__sanitizer_loopback_path_note_pause")
  private mutating func notePause(_ side: Int, _ status: Status) {
    let reductions = fixture.end(side).host.counters.ecnReductions
    if reductions > bounds[side].reductions && status.congestionControl != .bbr
      && status.congestionWindow <= 2 * status.segmentSize
    {
      bounds[side].pauseEnd = now + status.retransmissionTimeout.microseconds
    }
    bounds[side].reductions = reductions
  }

  /// What leaves, leaves at the pace.
  ///
  /// - Parameter first: as in `ReferencePace.take`.
  @_silgen_name("__sanitizer_loopback_path_pace")
  mutating func checkPace(_ side: Int, _ segment: SegmentHeader, resentFrom first: UInt32?) {
    guard segment.payloadCount > 0, let (status, _) = picture(side) else { return }
    // What leaves again has turns of its own: FuzzConnection looks at these.
    guard !paths[side].hasLosses else { return }
    let count = segment.payloadCount
    let beyond = status.segmentSize + max(status.segmentSize, count)
    require(
      "no more leaves at once than the pace allows",
      bounds[side].pace.take(count, beyond: beyond, resentFrom: first), "\(count): \(bounds[side].pace)")
  }

  /// Text that both windows take, a segment at least, waits for its turn only, and that comes soon.
  @_silgen_name("__sanitizer_loopback_path_turn")
  mutating func checkTurn(_ side: Int) {
    let end = fixture.end(side)
    guard end.user.debt == 0, !bounds[side].hasSwitched, now >= bounds[side].pauseEnd,
      let (status, _) = picture(side)
    else { return }
    // What has left may have changed the rate: after a pause that is the one of before.
    lookAtPace(side, status)
    // A probe of the path waits until it has room.
    let size = status.isSearchingPathMTU ? 1_500 : status.segmentSize
    guard status.unsent >= size, status.bytesInFlight + size <= status.sendWindow,
      status.bytesInNetwork + size <= status.congestionWindow, status.congestionPhase != .recovery,
      !paths[side].hasLosses, paths[side].spanCount < LoopbackWire.slotCount / 2
    else { return }
    let wait = bounds[side].pace.longestWait
    require(
      "text has its turn soon", end.host.deadline.map { $0.microseconds <= now + wait } ?? false,
      "\(status.unsent) at \(now), and \(String(describing: end.host.deadline))")
  }

  @_silgen_name("__sanitizer_loopback_path_look_at_pace")
  private mutating func lookAtPace(_ side: Int, _ status: Status) {
    if !bounds[side].isPaceBegun {
      bounds[side].isPaceBegun = true
      bounds[side].pace.begin(window: status.congestionWindow, at: now)
    }
    let isPaced = options.isPacingEnabled || status.congestionControl == .bbr
    bounds[side].pace.look(at: status, isEnabled: isPaced, now: now)
  }

  /// It begins with 2.77 windows in a round trip, or in a millisecond (section 5.6.2).
  @_silgen_name("__sanitizer_loopback_path_first_rate")
  private mutating func noteFirstRate(_ side: Int, _ status: Status) {
    let roundTrip = Int(status.smoothedRoundTrip.microseconds)
    let window = max(status.congestionWindow, LoopbackRun.initialWindow(status.segmentSize))
    if roundTrip > 0 { bounds[side].firstRoundTrip = min(bounds[side].firstRoundTrip, UInt64(roundTrip)) }
    let rate = window * 2_770_000 / (roundTrip > 0 ? roundTrip : 1_000) + 1
    bounds[side].firstRate = max(bounds[side].firstRate, rate)
  }

  private static func initialWindow(_ size: Int) -> Int { min(10 * size, max(2 * size, 14_600)) }

  /// What holds at any time.
  @_silgen_name("__sanitizer_loopback_path_check_model")
  private func checkModel(_ side: Int, _ status: Status, _ model: PathModel) {
    let path = paths[side]
    // The number of the SYN counts where its record is the connection's.
    require(
      "as much is delivered as is acknowledged or reported",
      Int(model.rate.delivered) >= path.acknowledged - 1 && Int(model.rate.delivered) <= path.delivered,
      "\(model.rate.delivered): \(path.acknowledged) acknowledged, \(path.delivered) with reports")
    guard status.congestionControl == .bbr, model.bbr.hasBegun else { return }
    let best = path.best ?? 0
    require(
      "the bandwidth is no higher than any delivery rate that was", Int(model.bbr.maximumBandwidth) <= best,
      "\(model.bbr.maximumBandwidth), and \(best) at most was delivered")
    // Without any rate the first pace stays.
    let hasFallen = model.bbr.isPipeFull && model.bbr.bandwidth > 0
    // And while it is not full, the highest that was.
    let bandwidth = model.bbr.isPipeFull ? Int(model.bbr.bandwidth) : min(best, 1 << 32)
    let most = bandwidth * LoopbackRun.gain(of: model.bbr) / 10_000 * 99 + 100
    require(
      "the pace is the gain of its phase times the bandwidth at most",
      status.pacingRate <= max(most, hasFallen ? 0 : bounds[side].firstRate),
      "\(status.pacingRate) of \(model.bbr.bandwidth) in \(model.bbr.phase)")
  }

  /// The pacing gain of the phase in hundredths (section 5.1.2); after a pause it is 1 at least, and while
  /// the pipe is not full the pace does not fall.
  @_silgen_name("__sanitizer_loopback_path_gain")
  private static func gain(of bbr: BBR) -> Int {
    guard bbr.isPipeFull else { return 277 }
    switch bbr.phase {
    case .startup: return 277
    case .up: return 125
    case .drain, .down, .cruise, .refill, .probeRTT: return 100
    }
  }

  /// A segment has been processed.
  @_silgen_name("__sanitizer_loopback_path_check")
  mutating func checkPath(_ side: Int) {
    guard let (status, model) = picture(side), status.congestionControl == .bbr, model.bbr.hasBegun else {
      return
    }
    let path = paths[side]
    // A probe that has just arrived makes segments longer, and the window only with what comes next.
    let shorter = min(status.segmentSize, bounds[side].segmentSize)
    bounds[side].segmentSize = status.segmentSize
    let size = status.segmentSize
    let window = status.congestionWindow
    let most = max(bounds[side].largestWindow, LoopbackRun.initialWindow(size), 4 * size)
    // What is reported of a record in part counts when the rest comes; the sum was compared.
    let delivered = Int(model.rate.delivered) - bounds[side].delivered
    // An undo brings back what was before a loss.
    require(
      "the window grows by what is delivered at most",
      window <= most + max(0, delivered) || paths[side].hasLosses,
      "\(window), \(most) before, and \(delivered) delivered")
    bounds[side].largestWindow = max(bounds[side].largestWindow, window)
    bounds[side].delivered = Int(model.rate.delivered)
    // After a lost SYN the handshake leaves room for one segment (RFC 5681 section 3.1).
    guard delivered > 0, path.newlyDelivered > 0, path.acknowledged > 1 else { return }
    // After a time-out F-RTO lets two out without timestamps (RFC 5682 section 2.1).
    let mayBeFRTO = bounds[side].timeouts > 0 && window >= 2 * shorter
    require("four segments have room at least", window >= 4 * shorter || mayBeFRTO, "\(window)")
    checkRoundTrip(side, model.bbr)
    checkCaps(side, status, model.bbr, segmentSize: shorter)
  }

  @_silgen_name("__sanitizer_loopback_path_check_round_trip")
  private func checkRoundTrip(_ side: Int, _ bbr: BBR) {
    let found = UInt64(bbr.minimumRTT)
    // It begins with the smoothed round trip, where there is one.
    require(
      "the shortest round trip is one that was",
      found >= min(paths[side].shortest, bounds[side].firstRoundTrip, UInt64(UInt32.max)), "\(found)")
    if let latest = paths[side].latestRoundTrip, !paths[side].hasLosses {
      require("the shortest round trip is no longer than the latest", found <= latest, "\(found), \(latest)")
    }
  }

  /// Sections 5.3.3.3, 5.3.4 and 5.6.4.7.
  @_silgen_name("__sanitizer_loopback_path_check_caps")
  private func checkCaps(_ side: Int, _ status: Status, _ bbr: BBR, segmentSize: Int) {
    let least = 4 * status.segmentSize
    let longTerm = Int(bbr.longTermFlight)
    let window = status.congestionWindow
    switch bbr.phase {
    case .startup:
      require("Startup is over where the pipe is full", !bbr.isPipeFull)
    case .drain:
      require("Drain follows a full pipe", bbr.isPipeFull)
    case .down, .refill, .up:
      require("the window keeps to what the path bears", window <= max(least, longTerm), "\(window)")
    case .cruise:
      let free = longTerm - max(segmentSize, longTerm * 15 / 100)
      require(
        "cruising leaves room for others",
        window <= max(least, longTerm < Int(UInt32.max) ? free : longTerm), "\(window) of \(longTerm)")
    case .probeRTT:
      // Without a round trip in 10 s it is the initial window (section 5.6.4.2).
      let half =
        bbr.minimumRTT == UInt32.max
        ? LoopbackRun.initialWindow(status.segmentSize)
        : Int(bbr.bandwidth) * Int(bbr.minimumRTT) / 2_000_000
      require("ProbeRTT empties the queue", window <= max(least, half), "\(window)")
    }
    // Three round trips that bring no more, a loss or a mark show it.
    require(
      "nothing shows a full pipe before its time",
      !bbr.isPipeFull || paths[side].hasLosses || paths[side].deliveries > 3 || choice.ecn == .offer)
  }
}

/// What BBR may reach on one side.
struct PathBounds {
  /// What may have left.
  var pace = ReferencePace()
  var isPaceBegun = false
  /// Whether another controller was chosen: what the former one has begun, up to a second, goes on.
  var hasSwitched = false
  /// Whether BBR has begun.
  var hasBegun = false
  /// The highest pace with which it may have begun, in octets in a second.
  var firstRate = 0
  /// The shortest round trip that it may have begun with, in microseconds.
  var firstRoundTrip = UInt64.max
  /// The segment size at the last look; at first any.
  var segmentSize = Int.max
  /// The largest window that was.
  var largestWindow = 0
  /// What had been delivered when it was looked at.
  var delivered = 0
  /// How many time-outs there were.
  var timeouts: UInt64 = 0
  /// Reductions of the window for ECE.
  var reductions: UInt64 = 0
  /// Until when new text may wait behind the last of them.
  var pauseEnd: UInt64 = 0
}
