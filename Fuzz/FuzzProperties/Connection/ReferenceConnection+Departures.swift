import TCPCore

/// What left since the last event.
struct ReferenceDepartures {
  var acknowledgments = 0
  var keepAlives = 0
  var probes = 0
  var hasSynchronized = false
  var hasSentAgain = false
}

// What may leave: each segment is judged by itself, and in the end by what was owed.
extension ReferenceConnection {
  /// A segment leaves.
  mutating func departed(
    _ segment: SegmentHeader, _ text: RawSpan, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    if segment.flags.contains(.rst) { return takeOwnReset(segment) }
    require("a segment leaves only where there is a connection", state != .closed)
    checkTimestamps(segment, at: now)
    if segment.flags.contains(.syn) {
      checkSYN(segment, &tally, at: now)
      tally.hasSynchronized = true
      return
    }
    checkOptions(segment)
    require("every segment behind the SYN has ACK", segment.flags.contains(.ack))
    require(
      "ACK is RCV.NXT", segment.acknowledgment.rawValue == expected,
      "\(segment.acknowledgment.rawValue) instead of \(expected)")
    checkWindow(segment)
    if !isProbeOrKeepAlive(segment) { checkURG(segment) }
    if segment.payloadCount > 0 || segment.flags.contains(.fin) {
      checkText(segment, text, &tally, at: now)
    } else {
      checkEmpty(segment, &tally, at: now)
    }
    if isProbeOrKeepAlive(segment) { return }  // the peer learns nothing of what it says
    lastSaid = ReferenceSaying(segment)
    duplicate = nil
    lastAcknowledgment = expected
    debts.acknowledgment = false
    debts.delayedUntil = .max
  }

  /// An empty segment that no peer accepts, so that it must answer.
  private mutating func isProbeOrKeepAlive(_ segment: SegmentHeader) -> Bool {
    segment.length == 0 && isSynchronized && state != .timeWait
      && segment.sequence.rawValue == unacknowledged &- 1
  }

  private mutating func takeOwnReset(_ segment: SegmentHeader) {
    let reset = ReferenceReset(
      flags: segment.flags, sequence: segment.sequence.rawValue,
      acknowledgment: segment.acknowledgment.rawValue)
    if reset == debts.ownReset {
      debts.ownReset = nil
      return
    }
    require("a reset leaves only where one is owed", debts.resetCount > 0, "\(reset)")
    require(
      "a reset has the numbers of what it answers", reset == debts.resets[0],
      "\(reset) instead of \(debts.resets[0])")
    debts.resetCount -= 1
    for index in 0..<debts.resetCount { debts.resets[index] = debts.resets[index + 1] }
  }

  /// RFC 7323 section 3.2: on every segment or on none; the echo is TS.Recent, and the clock runs.
  private mutating func checkTimestamps(_ segment: SegmentHeader, at now: UInt64) {
    let isFirst = segment.flags.contains(.syn) && !segment.flags.contains(.ack)
    let isExpected = isFirst ? offered.offersTimestamps : usesTimestamps
    require(
      "timestamps are there when they were agreed on", (segment.options.timestamps != nil) == isExpected)
    guard let timestamps = segment.options.timestamps else { return }
    let echo = isFirst ? 0 : recentTimestamp
    require(
      "the echo is TS.Recent", timestamps.echo == echo, "\(timestamps.echo) instead of \(echo)")
    let ticks = UInt32(truncatingIfNeeded: now >> 10)
    if let timestampOffset {
      require("TSval follows the clock", timestamps.value == ticks &+ timestampOffset)
    }
    timestampOffset = timestamps.value &- ticks
  }

  private mutating func checkSYN(
    _ segment: SegmentHeader, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    let answers = state == .synReceived
    require("SYN leaves only in a handshake", state == .synSent || answers)
    require("SYN-ACK answers a SYN, and SYN none", segment.flags.contains(.ack) == answers)
    require("a SYN carries neither text nor FIN", segment.length == 1)
    require(
      "SYN is at the ISS, which follows the clock", segment.sequence.rawValue == initial,
      "\(segment.sequence.rawValue) instead of \(initial)")
    if !isSynchronizeSent {
      isSynchronizeSent = true
      hasPaused = false
      next = initial &+ 1
      estimator.departed(
        upTo: next, capacity: settings.transmissionCapacity, isAlone: true, options, at: now)
      if isPassive { estimator.firstAnswer = now }
      waitingSince = now
      // R2 counts from the first transmission, and a driver may have let it wait.
      stirredAt = now
    } else {
      require(
        "SYN goes again only when it is asked for, or a second has passed",
        debts.synchronize || now - waitingSince >= 1_000_000)
      if isPassive {
        estimator.answeredAgain(at: now)
      } else {
        estimator.departedAgain(
          from: initial, upTo: next, unacknowledged, capacity: settings.transmissionCapacity, at: now)
      }
    }
    if answers {
      require("ACK of a SYN-ACK is IRS + 1", segment.acknowledgment.rawValue == peerInitial &+ 1)
    }
    // What was asked for does not set the clock back (RFC 6298 section 5.1).
    if !debts.synchronize { waitingSince = now }
    debts.synchronize = false
    debts.acknowledgment = false
    debts.delayedUntil = .max
    require("a SYN's window is not scaled", Int(segment.window) == min(65_535, settings.receiveCapacity))
    require("a SYN tells our user time-out", segment.options.userTimeout.rawValue == advertisedTime)
    require("a SYN carries our MSS", Int(segment.options.maximumSegmentSize ?? 0) == segmentSize)
    require(
      "SACK-permitted is there when it should be",
      segment.options.isSACKPermitted == (answers ? usesSACK : offered.offersSACK))
    require(
      "window scale is there when it should be",
      (segment.options.windowScale != nil) == (answers ? isScaled : offered.offersWindowScale))
  }

  /// MSS, window scale and SACK-permitted belong on SYN; SACK reports what waits beyond a gap, and what came
  /// twice.
  private mutating func checkOptions(_ segment: SegmentHeader) {
    let found = segment.options
    checkAdvertisedTime(found, isMute: isProbeOrKeepAlive(segment))
    require(
      "options of a SYN are on no other segment",
      found.maximumSegmentSize == nil && found.windowScale == nil && !found.isSACKPermitted)
    let blocks = found.sack
    guard blocks.count > 0 else {
      let isRoomy = min(peerSegmentSize, pathRoom) >= 128
      let mayReport =
        usesSACK && isRoomy && state != .timeWait && !isHalfOpen && !isProbeOrKeepAlive(segment)
      require("text beyond a gap is reported", !mayReport || earlyCount == 0)
      require("what came twice is reported", !mayReport || duplicate == nil)
      return
    }
    require("a probe reports nothing", !isProbeOrKeepAlive(segment))
    checkBlocks(blocks, besideTime: found.userTimeout.exists)
  }

  /// The offered window: no more than there is room, and never less than was offered (RFC 9293 section
  /// 3.8.6).
  private mutating func checkWindow(_ segment: SegmentHeader) {
    guard state != .timeWait else { return }
    let window = Int(segment.window) << shift
    if isHalfOpen {
      require("the window stays", window <= min(settings.receiveCapacity, 65_535))
      return
    }
    let edge = expected.moved(window)
    // Behind the FIN nothing comes, and it has taken a number of its own.
    let room = settings.receiveCapacity - unread
    require("no more is offered than there is room", window <= room, "\(window) of \(room)")
    require(
      "the right edge never moves left", distance(edge, rightEdge) > -(1 << shift),
      "by \(distance(rightEdge, edge))")
    let opened = distance(edge, rightEdge)
    // MUST-39 is about the room, of which the field may say a little less; what rounding adds is not a step,
    // and what a field can say has an end.
    let step = min(settings.receiveCapacity / 2, segmentSize)
    require(
      "the window opens in steps worth a segment",
      opened < 1 << shift || distance(expected.moved(room), rightEdge) >= step || segment.window == 65_535,
      "by \(opened)")
    if opened > 0 { rightEdge = edge }
  }

  /// The urgent pointer, as long as urgent text is not acknowledged (MUST-30).
  private mutating func checkURG(_ segment: SegmentHeader) {
    guard state != .timeWait, !isHalfOpen else { return }
    let end = urgentWritten.map { initial.moved(1 + $0) }
    let ahead = end.map { distance($0, segment.sequence.rawValue) } ?? 0
    require("URG is there while urgent text is ahead", segment.flags.contains(.urg) == (ahead > 0))
    guard segment.flags.contains(.urg) else { return }
    require("the urgent pointer ends behind urgent text", Int(segment.urgentPointer) == min(ahead, 65_535))
  }

  private mutating func checkEmpty(
    _ segment: SegmentHeader, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    let sequence = segment.sequence.rawValue
    if isProbeOrKeepAlive(segment) {
      // Where the window is open, and nothing is in flight, text waits for the pace alone.
      if isProbing && (window == 0 || flight > 0) { return checkProbe(&tally, at: now) }
      require("keep-alive is wanted", options.isKeepAliveEnabled)
      tally.keepAlives += 1
      unansweredKeepAlives += 1
      keepAliveAt = now
      require(
        "keep-alive waits until nothing was heard", now - heardAt >= keepAliveIdle.microseconds)
      require("one keep-alive probe at a time", tally.keepAlives == 1)
      return
    }
    let place = isHalfOpen ? initial &+ 1 : state == .timeWait ? next : heardSequence
    require(
      "an acknowledgment is where a peer that took nothing beyond its window accepts it",
      sequence == place,
      "\(sequence) instead of \(place)")
    tally.acknowledgments += 1
    require("one acknowledgment is enough", tally.acknowledgments == 1)
    require(
      "an acknowledgment leaves because something asks for it",
      debts.acknowledgment || debts.mayAcknowledge || now >= debts.delayedUntil)
    require(
      "an acknowledgment that nothing demands says something new",
      debts.acknowledgment || now >= debts.delayedUntil || lastSaid != ReferenceSaying(segment))
  }

  /// SHLD-30: the time between window probes doubles, up to the limit.
  private mutating func checkProbe(_ tally: inout ReferenceDepartures, at now: UInt64) {
    tally.probes += 1
    require("one window probe at a time", tally.probes == 1)
    require(
      "the window is probed where it is shut, or takes little",
      window == 0 || flight > 0 || window < maximumWindow)
    if urgentWritten != nil { debts.acknowledgment = true }  // its pointer counts only where it is acceptable
    if flight > 0 { estimator.mark = next }  // what a shut window holds up says nothing of the round trip
    if window > 0 { return }
    if let probeAt {
      let gap = now - probeAt
      // A user who takes the least time-out down may take pauses down with it, in proportion at most.
      var before = probeGap ?? 0
      if pauseLeast < gapMost { before = before * pauseLeast / gapMost }
      let least = min(options.maximumTimeout.microseconds, probeLimit, 2 * before)
      require("window probes become rarer", gap + 2_000 >= least, "\(gap) us after \(probeGap ?? 0)")
      probeGap = gap
      gapMost = pauseMost
    } else {
      probeGap = nil
    }
    probeAt = now
    probeLimit = options.maximumTimeout.microseconds
    pauseLeast = options.minimumTimeout.microseconds
    pauseMost = pauseLeast
  }

  /// All that was owed has left.
  mutating func checkNothingOwed(at now: UInt64) {
    require("what is owed an acknowledgment gets it", !debts.acknowledgment)
    require("a SYN is answered, and ours is sent", !debts.synchronize)
    require("no acknowledgment is delayed longer", now < debts.delayedUntil)
    require("the reset of an abort leaves", debts.ownReset == nil)
    require("a reset that is owed leaves", debts.resetCount == 0 || debts.hasLostResets)
    debts.resetCount = 0
    debts.hasLostResets = false
    debts.mayAcknowledge = false
  }
}
