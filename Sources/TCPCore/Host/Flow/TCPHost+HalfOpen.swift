// Handshakes that peers begin: a small entry each, until the last ACK.
extension TCPHost {
  /// EV-SEG-LISTEN-4: a SYN for a listener becomes a half-open entry, or is answered with a cookie.
  ///
  /// - Parameter minimumISN: the new initial sequence number must lie beyond this one (ROB-093).
  mutating func acceptSYN(
    _ segment: SegmentHeader, _ tuple: FourTuple, listener: Entry, _ info: ArrivalInfo,
    minimumISN: SequenceNumber?
  ) -> ArrivalOutcome {
    let settings = listeners[listener]
    guard settings.acceptQueue.count < settings.backlog else { return .backlogFull }
    guard canAccept(for: listener) else { return .connectionTableFull }
    // After TIME-WAIT no cookie will do: its number cannot be chosen.
    if minimumISN == nil && wantsCookie(for: listener) {
      return answerWithCookie(segment, tuple, listener: listener, info)
    }
    // No entry is recycled for a SYN that would find no place in the index. After TIME-WAIT, room was made
    // before.
    guard hasRoomInIndex(for: tuple), minimumISN != nil || makeRoom(for: listener),
      let id = state.halfOpenSlots.allocate(slots)
    else {
      return .backlogFull
    }
    let entry = halfOpenEntry(id)
    var initial = nextInitialSequenceNumber(tuple)
    if let minimumISN, initial <= minimumISN { initial = minimumISN + 65_536 }
    var agreed = Negotiation(
      timestamps: settings.options.offersTimestamps, sack: settings.options.offersSACK,
      windowScale: settings.options.offersWindowScale, peer: segment.options)
    agreed.usesECN = settings.options.ecn != .off && segment.flags.isECNSetupSYN  // RFC3168-5
    var half = halfOpenState(
      tuple, listener: listener, initial: initial, peerInitial: segment.sequence, agreed,
      peerWindow: segment.window, interface: info.interface)
    let isHeld = settings.traits.contains(.holdsAnswers)
    half.needsSYNACK = !isHeld
    if let shift = segment.options.windowScale, shift > 14 { counters.windowScalesClamped &+= 1 }
    halfOpen.initialize(entry.slot, to: half)
    guard insertIntoTupleIndex(id, tuple) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
      state.halfOpenSlots.release(id, slots)
      return .backlogFull
    }
    listeners[listener].halfOpenByAge.append(id, in: region)
    updateShare(of: listener)
    if isHeld {
      state.requestQueue.append(id, in: region)
    } else {
      state.sendQueue.append(id, in: region)
    }
    armTimer(id, half.deadline)
    return .processed
  }

  /// SYN-RECEIVED of passive origin, that begins now.
  func halfOpenState(
    _ tuple: FourTuple, listener: Entry, initial: SequenceNumber, peerInitial: SequenceNumber,
    _ agreed: Negotiation, peerWindow: UInt16, interface: UInt8
  ) -> SynReceivedState {
    let settings = listeners[listener]
    let capacity = state.configuration.ringClasses[Int(settings.ringClass)].receiveCapacity
    return SynReceivedState(
      tuple: tuple, expiresAt: state.now + state.configuration.halfOpenLifetime, initial: initial,
      peerInitial: peerInitial,
      // A peer that offers no timestamps gets none, and costs no hash.
      timestampOffset: agreed.usesTimestamps ? state.keys.timestampOffset(tuple) : 0, listener: listener.id,
      agreed: agreed, peerWindow: peerWindow,
      receiveSegmentSize: settings.options.advertisedSegmentSize(
        mtu: Int(truncatingIfNeeded: interfaces[Int(interface)].mtu), isIPv4: tuple.isIPv4),
      window: UInt16(truncatingIfNeeded: capacity < 65_535 ? capacity : 65_535), interface: interface,
      shift: Connection.shift(for: capacity))
  }

  /// Whether a listener could take one more connection now.
  mutating func canAccept(for listener: Entry) -> Bool {
    let settings = listeners[listener]
    let ringClass = Int(settings.ringClass)
    return settings.acceptQueue.count < settings.backlog
      && (!state.connectionSlots[ringClass].isFull || stalledConnection(ringClass) != nil)
  }

  /// A segment for a half-open entry.
  mutating func arriveHalfOpen(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, _ entry: Entry, _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let listener = listenerEntry(halfOpen[entry].listener)
    let isStrict = listeners[listener].options.requiresTimestamps
    let isHeld = halfOpen[entry].isHeld
    let verdict =
      isHeld
      ? halfOpen[entry].verdictWhileHeld(on: segment)
      : halfOpen[entry].verdict(on: segment, now: state.now, isStrict: isStrict)
    switch verdict {
    case .drop(let outcome):
      return outcome
    case .resend:
      halfOpen[entry].rememberTimestamp(of: segment)
      halfOpen[entry].rememberECN(of: segment)
      if isHeld { return .processed }
      halfOpen[entry].needsSYNACK = true
      state.sendQueue.append(entry.id, in: region)
      return .processed
    case .acknowledge(let outcome):
      guard halfOpen[entry].challenges < state.configuration.challengeLimit else {
        counters.challengesThrottled &+= 1
        return outcome
      }
      halfOpen[entry].challenges &+= 1
      halfOpen[entry].needsACK = true
      state.sendQueue.append(entry.id, in: region)
      return outcome
    case .remove(let outcome):
      removeHalfOpen(entry)  // EV-SEG-SYN-RECEIVED-10: the listener stays, the user need not know
      return outcome
    case .reset:
      let tuple = halfOpen[entry].tuple
      // A listener that holds answers sends no cookies.
      let outcome = arriveWithCookie(&segment, bytes, tuple, listener: listener, replacing: entry, info)
      if let outcome { return outcome }
      queueRST(tuple, answering: segment, on: info.interface)
      return .badHandshakeAcknowledgment
    case .complete:
      return beginConnection(halfOpen[entry], replacing: entry, &segment, bytes, info)
    }
  }

  /// The last ACK of a handshake: it becomes a connection, and the segment goes on there. Where there is no
  /// room the segment is dropped, and what the peer sends again tries again.
  ///
  /// - Parameter entry: the half-open entry of the pair, if there is one; it ends.
  mutating func beginConnection(
    _ half: SynReceivedState, replacing entry: Entry?, _ segment: inout SegmentHeader, _ bytes: RawSpan,
    _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let listener = listenerEntry(half.listener)
    let settings = listeners[listener]
    // An entry has kept a place in the backlog, a cookie has not, and may take that of an entry.
    guard settings.acceptQueue.count < settings.backlog else { return .backlogFull }
    let ringClass = Int(settings.ringClass)
    if state.connectionSlots[ringClass].isFull, let stalled = stalledConnection(ringClass) {
      recycleReleased(stalled)
    }
    // The entry gives its place in the tuple index to the connection.
    if let entry { tupleIndex.remove(entry.id) }
    guard
      let made = takeConnection(ringClass, half.tuple, settings.options, half.interface)
    else {
      if let entry { _ = insertIntoTupleIndex(entry.id, half.tuple) }
      return .connectionTableFull
    }
    if let entry { removeHalfOpen(entry) }
    if half.isFromCookie {
      counters.cookiesAccepted &+= 1
      state.acceptedCookies.append(half.initial)
    }
    listeners[listener].recentDrops = 0
    let context = context(half.interface)
    connections[made].adopt(half, context)
    listeners[listener].acceptQueue.append(made.id, in: region)
    connections[made].listener = half.listener
    connections[made].raise(.accepted)
    return arrive(&segment, bytes, isAlreadyInRing: false, made, info)
  }

  /// Sends what a half-open entry has to send; 0 if nothing.
  mutating func transmitHalfOpen(_ entry: Entry, into bytes: MutableBytes) -> Int {
    let now = state.now
    let half = halfOpen[entry]
    let options = listeners[listenerEntry(half.listener)].options
    // unreached: an entry in the send queue has something to send
    guard let segment = half.pendingSegment(at: now, options) else { return 0 }
    let style = DatagramOptions(
      dscp: options.dscp, hopLimit: options.hopLimit,
      isChecksumOffloaded: interfaces[Int(half.interface)].offload.fillsDeparting)
    let written = segment.emitDatagram(half.tuple, style, into: bytes)
    if half.needsSYNACK {
      halfOpen[entry].needsSYNACK = false
      if half.firstSentAt == .never {
        halfOpen[entry].firstSentAt = now
      } else {
        counters.segmentsRetransmitted &+= 1
        let steps = UInt32(truncatingIfNeeded: (now - half.firstSentAt).microseconds &>> 10)
        // unreached: 67 seconds; no entry of a target lives as long
        halfOpen[entry].lastSentAfter = steps < 65_535 ? UInt16(truncatingIfNeeded: steps) : 65_535
        if half.retries < 255 { halfOpen[entry].retries &+= 1 }
      }
      var wait = options.answerTimeout
      let retries = halfOpen[entry].retries
      for _ in 0..<(retries < 6 ? retries : 6) { wait = wait.doubled(limit: .seconds(60)) }  // RFC6298-14
      halfOpen[entry].retransmitAt = now + wait
      armTimer(entry.id, halfOpen[entry].deadline)
    } else {
      halfOpen[entry].needsACK = false
    }
    return written
  }

  /// The timer of a half-open entry has fired.
  mutating func expireHalfOpen(_ entry: Entry) {
    let now = state.now
    if halfOpen[entry].expiresAt <= now {
      counters.halfOpenExpired &+= 1  // PEER-05, ROB-016
      removeHalfOpen(entry)
      return
    }
    if halfOpen[entry].retransmitAt <= now {
      halfOpen[entry].retransmitAt = .never
      halfOpen[entry].needsSYNACK = true
      counters.timeouts &+= 1
      state.sendQueue.append(entry.id, in: region)
    }
    armTimer(entry.id, halfOpen[entry].deadline)
  }
}
