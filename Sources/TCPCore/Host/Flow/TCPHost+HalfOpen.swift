// Handshakes that peers begin: a small entry each, until the last ACK.
extension TCPHost {
  /// EV-SEG-LISTEN-4: a SYN for a listener becomes a half-open entry.
  ///
  /// - Parameter minimumISN: the new initial sequence number must lie beyond this one (ROB-093).
  func acceptSYN(
    _ segment: SegmentHeader, _ tuple: FourTuple, listener: UInt32, on interface: UInt8,
    minimumISN: SequenceNumber?
  ) -> ArrivalOutcome {
    let place = entry(listener).position
    let settings = listeners[place]
    guard settings.acceptQueue.count < settings.backlog else { return .backlogFull }
    let ringClass = Int(settings.ringClass)
    guard canAccept(for: listener) else { return .connectionTableFull }
    // No entry is recycled for a SYN that would find no place in the index. After TIME-WAIT, room was made
    // before.
    guard hasRoomInIndex(for: tuple), minimumISN != nil || makeRoom(for: listener),
      let index = state[0].halfOpenSlots.allocate(slots)
    else {
      return .backlogFull
    }
    let position = entry(index).position
    let now = state[0].now
    // A peer that offers no timestamps gets none, and costs no hash.
    let offset = segment.options.timestamps == nil ? 0 : state[0].keys.timestampOffset(tuple)
    var initial = nextInitialSequenceNumber(tuple)
    if let minimumISN, initial <= minimumISN { initial = minimumISN + 65_536 }
    let capacity = state[0].configuration.ringClasses[ringClass].receiveCapacity
    var half = HalfOpen(
      tuple: tuple, expiresAt: now + state[0].configuration.halfOpenLifetime, initial: initial,
      peerInitial: segment.sequence, timestampOffset: offset, listener: listener,
      peerWindow: segment.window,
      receiveSegmentSize: advertisedSegmentSize(tuple, settings.options, interface),
      window: UInt16(truncatingIfNeeded: capacity < 65_535 ? capacity : 65_535), interface: interface,
      shift: Connection.shift(for: capacity))
    half.adoptOptions(segment.options, settings.options)
    if let shift = segment.options.windowScale, shift > 14 { counterTable[0].windowScalesClamped &+= 1 }
    halfOpen.initialize(position, to: half)
    guard file(index, tuple) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
      state[0].halfOpenSlots.release(index, slots)
      return .backlogFull
    }
    listeners[place].halfOpenByAge.append(index, eventAndAgeLinks)
    updateShare(of: listener)
    state[0].sendQueue.append(index, sendQueueLinks)
    armTimer(index, half.deadline)
    return .processed
  }

  /// Whether a listener could take one more connection now.
  func canAccept(for listener: UInt32) -> Bool {
    let settings = listeners[entry(listener).position]
    let ringClass = Int(settings.ringClass)
    return settings.acceptQueue.count < settings.backlog
      && (!state[0].connectionSlots[ringClass].isFull || stalledConnection(ringClass) != nil)
  }

  /// Our MSS towards a peer (MUST-67).
  private func advertisedSegmentSize(
    _ tuple: FourTuple, _ options: ConnectionOptions, _ interface: UInt8
  ) -> UInt16 {
    let room = Int(truncatingIfNeeded: interfaces[Int(interface)].mtu) &- (tuple.isIPv4 ? 40 : 60)
    return options.segmentSize(room: room)
  }

  /// A segment for a half-open entry.
  func arriveHalfOpen(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, _ index: UInt32, _ position: Int, on interface: UInt8
  ) -> ArrivalOutcome {
    let listener = entry(halfOpen[position].listener).position
    let isStrict = listeners[listener].options.requiresTimestamps
    switch halfOpen[position].verdict(on: segment, now: state[0].now, isStrict: isStrict) {
    case .drop(let outcome):
      return outcome
    case .resend:
      halfOpen[position].rememberTimestamp(of: segment)
      halfOpen[position].needsSYNACK = true
      state[0].sendQueue.append(index, sendQueueLinks)
      return .processed
    case .acknowledge(let outcome):
      guard halfOpen[position].challenges < state[0].configuration.challengeLimit else {
        counterTable[0].challengesThrottled &+= 1
        return outcome
      }
      halfOpen[position].challenges &+= 1
      halfOpen[position].needsACK = true
      state[0].sendQueue.append(index, sendQueueLinks)
      return outcome
    case .remove(let outcome):
      removeHalfOpen(index)  // EV-SEG-SYN-RECEIVED-10: the listener stays, the user need not know
      return outcome
    case .reset:
      queueRST(halfOpen[position].tuple, answering: segment, on: interface)
      return .badHandshakeAcknowledgment
    case .complete:
      return complete(index, position, &segment, bytes, on: interface)
    }
  }

  /// The last ACK of the handshake: the entry becomes a connection, and the segment goes on there.
  private func complete(
    _ index: UInt32, _ position: Int, _ segment: inout SegmentHeader, _ bytes: RawSpan,
    on interface: UInt8
  ) -> ArrivalOutcome {
    let half = halfOpen[position]
    let place = entry(half.listener).position
    let settings = listeners[place]
    // unreached: the entry itself has kept the place in the backlog
    guard settings.acceptQueue.count < settings.backlog else { return .backlogFull }
    let ringClass = Int(settings.ringClass)
    if state[0].connectionSlots[ringClass].isFull, let stalled = stalledConnection(ringClass) {
      recycleReleased(stalled)
    }
    // The entry gives its place in the tuple index to the connection.
    tupleIndex.remove(index)
    guard
      let made = takeConnection(ringClass, half.tuple, settings.options, half.interface)
    else {
      _ = file(index, half.tuple)
      return .connectionTableFull  // the peer's text will bring the ACK again
    }
    removeHalfOpen(index)
    listeners[place].recentDrops = 0
    let number = entry(made).position
    let context = context(half.interface)
    connections[number].adopt(half, context)
    listeners[place].acceptQueue.append(made, acceptLinks)
    connections[number].listener = half.listener
    connections[number].raise(.accepted)
    return arrive(&segment, bytes, isAlreadyInRing: false, made, number, on: interface)
  }

  /// Sends what a half-open entry has to send; 0 if nothing.
  func transmitHalfOpen(_ index: UInt32, _ position: Int, into bytes: MutableBytes) -> Int {
    let now = state[0].now
    // unreached: an entry in the send queue has something to send
    guard let segment = halfOpen[position].pendingSegment(at: now) else { return 0 }
    let half = halfOpen[position]
    let options = listeners[entry(half.listener).position].options
    let style = DatagramOptions(
      dscp: options.dscp, hopLimit: options.hopLimit,
      isChecksumOffloaded: interfaces[Int(half.interface)].offload.fillsDeparting)
    let written = segment.emitDatagram(half.tuple, style, into: bytes)
    if half.needsSYNACK {
      halfOpen[position].needsSYNACK = false
      if half.firstSentAt == .never {
        halfOpen[position].firstSentAt = now
      } else {
        counterTable[0].segmentsRetransmitted &+= 1
        let steps = UInt32(truncatingIfNeeded: (now - half.firstSentAt).microseconds &>> 10)
        // unreached: 67 seconds; no entry of a target lives as long
        halfOpen[position].lastSentAfter = steps < 65_535 ? UInt16(truncatingIfNeeded: steps) : 65_535
        if half.retries < 255 { halfOpen[position].retries &+= 1 }
      }
      var wait = options.minimumTimeout < .seconds(1) ? .seconds(1) : options.minimumTimeout
      let retries = halfOpen[position].retries
      for _ in 0..<(retries < 6 ? retries : 6) { wait = wait.doubled(limit: .seconds(60)) }  // RFC6298-14
      halfOpen[position].retransmitAt = now + wait
      armTimer(index, halfOpen[position].deadline)
    } else {
      halfOpen[position].needsACK = false
    }
    return written
  }

  /// The timer of a half-open entry has fired.
  func expireHalfOpen(_ index: UInt32, _ position: Int) {
    let now = state[0].now
    if halfOpen[position].expiresAt <= now {
      counterTable[0].halfOpenExpired &+= 1  // PEER-05, ROB-016
      removeHalfOpen(index)
      return
    }
    if halfOpen[position].retransmitAt <= now {
      halfOpen[position].retransmitAt = .never
      halfOpen[position].needsSYNACK = true
      counterTable[0].timeouts &+= 1
      state[0].sendQueue.append(index, sendQueueLinks)
    }
    armTimer(index, halfOpen[position].deadline)
  }
}

extension HalfOpen {
  /// The peer's SYN has come again: what leaves echoes the latest timestamp (RFC 7323 section 4.3).
  mutating func rememberTimestamp(of segment: SegmentHeader) {
    guard usesTimestamps, let timestamps = segment.options.timestamps,
      Int32(bitPattern: timestamps.value &- peerTimestamp) > 0
    else { return }
    peerTimestamp = timestamps.value
  }

  /// Stores the options of the peer's SYN that the listener offers, too.
  mutating func adoptOptions(_ offered: SegmentOptions, _ options: ConnectionOptions) {
    // An MSS of 0 is not the same as none: it is raised to the minimum (CVE-04).
    if let size = offered.maximumSegmentSize { peerSegmentSize = size == 0 ? 1 : size }
    usesSACK = options.offersSACK && offered.isSACKPermitted
    if options.offersTimestamps, let timestamps = offered.timestamps {
      usesTimestamps = true
      peerTimestamp = timestamps.value
    }
    if options.offersWindowScale, let shift = offered.windowScale {
      isScaled = true
      peerShift = shift > 14 ? 14 : shift
    }
  }
}

extension Connection {
  /// Becomes the connection of a handshake: SYN-RECEIVED, with our SYN sent and theirs received.
  mutating func adopt(_ half: HalfOpen, _ context: ConnectionContext) {
    begin(initial: half.initial, timestampOffset: half.timestampOffset)
    send.next = half.initial + 1
    sentRecords.append(half.initial, count: 1, at: half.firstSentAt, in: context.region)
    lastProgress = half.firstSentAt
    receiveSegmentSize = half.receiveSegmentSize
    var syn = SegmentHeader(
      sourcePort: tuple.remotePort, destinationPort: tuple.localPort, sequence: half.peerInitial,
      acknowledgment: half.initial, flags: .syn, window: half.peerWindow)
    if half.peerSegmentSize > 0 { syn.options.maximumSegmentSize = half.peerSegmentSize }
    syn.options.isSACKPermitted = half.usesSACK
    if half.usesTimestamps {
      syn.options.timestamps = Timestamps(value: half.peerTimestamp, echo: 0)
    }
    if half.isScaled { syn.options.windowScale = half.peerShift }
    usesTimestamps = half.usesTimestamps
    usesSACK = half.usesSACK
    isScaled = half.isScaled
    self.adoptPeerSYN(syn, context)
    isPassive = true
    state = .synReceived
    if half.retries > 0 {
      // Sent more than once: only an echo of the latest time tells the round trip (Karn, RFC8961-3).
      isHandshakeRetransmitted = true
      sentRecords.markFirstLost(in: context.region)
      let after = Interval(microseconds: UInt64(wide: UInt32(half.lastSentAfter)) &<< 10)
      sentRecords.didResend(half.initial, count: 1, at: half.firstSentAt + after, in: context.region)
    }
  }
}
