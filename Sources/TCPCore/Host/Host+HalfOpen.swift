// Handshakes that peers begin: a small entry each, until the last ACK.
extension Host {
  /// EV-SEG-LISTEN-4: a SYN for a listener becomes a half-open entry.
  ///
  /// - Parameter above: the new initial sequence number must lie beyond this one (ROB-093).
  func openHalf(
    _ segment: SegmentHeader, _ tuple: FourTuple, listener: UInt32, on interface: UInt8,
    above: SequenceNumber?
  ) -> ArrivalOutcome {
    let place = entry(listener).position
    let settings = listeners[place]
    guard settings.waiting.count < settings.backlog else { return .backlogFull }
    let ringClass = Int(settings.ringClass)
    guard hasRoom(for: listener) else { return .connectionTableFull }
    if settings.load >= settings.backlog || state[0].halfOpenSlots.isFull { recycleHalfOpen(for: listener) }
    guard listeners[place].load < settings.backlog, let index = state[0].halfOpenSlots.take(slots) else {
      return .backlogFull
    }
    let position = entry(index).position
    let now = state[0].now
    // Whoever offers no timestamps gets none, and does not make us pay for them.
    let offset = segment.options.timestamps == nil ? 0 : state[0].keys.timestampOffset(tuple)
    var initial = state[0].keys.initialSequenceNumber(tuple, at: now)
    if let above, initial <= above { initial = above + 65_536 }
    let capacity = state[0].configuration.ringClasses[ringClass].receiveCapacity
    var half = HalfOpen(
      tuple: tuple, expiresAt: now + state[0].configuration.halfOpenLifetime, initial: initial,
      peerInitial: segment.sequence, timestampOffset: offset, listener: listener,
      listenerGeneration: slots[Int(truncatingIfNeeded: listener)].generation,
      peerWindow: segment.window,
      receiveSegmentSize: advertisedSegmentSize(tuple, settings.options, interface),
      window: UInt16(truncatingIfNeeded: capacity < 65_535 ? capacity : 65_535), interface: interface,
      shift: Connection.shift(for: capacity))
    half.take(segment.options, settings.options)
    if let shift = segment.options.windowScale, shift > 14 { counterTable[0].windowScalesClamped &+= 1 }
    halfOpen.initialize(position, to: half)
    guard file(index, tuple) else {
      state[0].halfOpenSlots.free(index, slots)
      return .backlogFull
    }
    listeners[place].halfOpenCount &+= 1
    state[0].halfOpenAge.append(index, queueLinks)
    state[0].ready.append(index, readyLinks)
    arm(index, half.deadline)
    return .processed
  }

  /// Whether a listener could take one more connection now.
  func hasRoom(for listener: UInt32) -> Bool {
    let settings = listeners[entry(listener).position]
    return settings.waiting.count < settings.backlog
      && !state[0].connectionSlots[Int(settings.ringClass)].isFull
  }

  /// Our MSS towards a peer (MUST-67).
  private func advertisedSegmentSize(
    _ tuple: FourTuple, _ options: ConnectionOptions, _ interface: UInt8
  ) -> UInt16 {
    let room = Int(truncatingIfNeeded: interfaces[Int(interface)].mtu) &- (tuple.isIPv4 ? 40 : 60)
    return options.segmentSize(room: room)
  }

  /// Gives up the oldest half-open entry for a new one (RFC4987-3): of the listener if its own backlog is full of
  /// them, or of all.
  private func recycleHalfOpen(for listener: UInt32) {
    guard let oldest = oldestHalfOpen(of: listener) else { return }
    counterTable[0].halfOpenRecycled &+= 1
    removeHalfOpen(oldest)
  }

  private func oldestHalfOpen(of listener: UInt32) -> UInt32? {
    let place = entry(listener).position
    let oldest = state[0].halfOpenAge.first
    guard oldest != IndexLinks.none else { return nil }
    if listeners[place].load >= listeners[place].backlog {
      var candidate = oldest
      for _ in 0..<16 {  // the oldest of this listener is nearly always among the oldest of all
        guard candidate != IndexLinks.none else { break }
        let half = halfOpen[entry(candidate).position]
        if half.listener == listener && isListening(half) { return candidate }
        candidate = queueLinks[Int(truncatingIfNeeded: candidate)].next
      }
    }
    return state[0].halfOpenSlots.isFull ? oldest : nil
  }

  /// Ends a half-open entry.
  func removeHalfOpen(_ index: UInt32) {
    let position = entry(index).position
    let listener = halfOpen[position].listener
    if isListening(halfOpen[position]) { listeners[entry(listener).position].halfOpenCount &-= 1 }
    detach(index)
    state[0].halfOpenAge.remove(index, queueLinks)
    state[0].halfOpenSlots.free(index, slots)
  }

  /// Whether the listener that made an entry still stands.
  private func isListening(_ half: HalfOpen) -> Bool {
    slots[Int(truncatingIfNeeded: half.listener)].generation == half.listenerGeneration
  }

  /// A segment for a half-open entry.
  func arriveHalfOpen(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, _ index: UInt32, _ position: Int, on interface: UInt8
  ) -> ArrivalOutcome {
    switch halfOpen[position].verdict(on: segment, now: state[0].now) {
    case .drop(let outcome):
      return outcome
    case .resend:
      halfOpen[position].owesSynchronize = true
      state[0].ready.append(index, readyLinks)
      return .processed
    case .acknowledge(let outcome):
      guard halfOpen[position].challenges < state[0].configuration.challengeLimit else {
        counterTable[0].challengesThrottled &+= 1
        return outcome
      }
      halfOpen[position].challenges &+= 1
      halfOpen[position].owesAcknowledgment = true
      state[0].ready.append(index, readyLinks)
      return outcome
    case .remove(let outcome):
      removeHalfOpen(index)  // EV-SEG-SYN-RECEIVED-10: the listener stands, the user need not know
      return outcome
    case .reset:
      replyReset(halfOpen[position].tuple, answering: segment, on: interface)
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
    guard isListening(half) else {
      removeHalfOpen(index)
      replyReset(half.tuple, answering: segment, on: interface)
      return .forNobody
    }
    let place = entry(half.listener).position
    let settings = listeners[place]
    guard settings.waiting.count < settings.backlog else { return .backlogFull }
    // The entry gives its place in the tuple index to the connection.
    self.index.remove(index)
    guard
      let made = takeConnection(Int(settings.ringClass), half.tuple, settings.options, half.interface)
    else {
      _ = file(index, half.tuple)
      return .connectionTableFull  // the peer's text will bring the ACK again
    }
    removeHalfOpen(index)
    let number = entry(made).position
    let context = context(half.interface)
    connections[number].adopt(half, context)
    listeners[place].waiting.append(made, acceptLinks)
    connections[number].listener = half.listener
    connections[number].raise(.accepted)
    return arrive(&segment, bytes, isPlaced: false, made, number, on: interface)
  }

  /// Sends what a half-open entry owes; 0 if nothing.
  func transmitHalfOpen(_ index: UInt32, _ position: Int, into bytes: MutableBytes) -> Int {
    let now = state[0].now
    guard let segment = halfOpen[position].owed(at: now) else { return 0 }
    let half = halfOpen[position]
    let options =
      isListening(half) ? listeners[entry(half.listener).position].options : ConnectionOptions()
    let style = DatagramStyle(
      dscp: options.dscp, hopLimit: options.hopLimit,
      isChecksumOffloaded: interfaces[Int(half.interface)].offload.fillsDeparting)
    let written = segment.emitDatagram(half.tuple, style, into: bytes)
    if half.owesSynchronize {
      halfOpen[position].owesSynchronize = false
      if half.firstSentAt == .never {
        halfOpen[position].firstSentAt = now
      } else {
        counterTable[0].segmentsRetransmitted &+= 1
        if half.retries < 255 { halfOpen[position].retries &+= 1 }
      }
      var wait = Interval.seconds(1)
      let retries = halfOpen[position].retries
      for _ in 0..<(retries < 6 ? retries : 6) { wait = wait.doubled(limit: .seconds(60)) }  // RFC6298-14
      halfOpen[position].retransmitAt = now + wait
      arm(index, halfOpen[position].deadline)
    } else {
      halfOpen[position].owesAcknowledgment = false
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
      halfOpen[position].owesSynchronize = true
      counterTable[0].timeouts &+= 1
      state[0].ready.append(index, readyLinks)
    }
    arm(index, halfOpen[position].deadline)
  }
}

extension HalfOpen {
  /// Takes the options of the peer's SYN, as far as the listener offers the same.
  mutating func take(_ offered: SegmentOptions, _ options: ConnectionOptions) {
    // An MSS of 0 is not the same as none: it is believed as far as any (CVE-04).
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
  /// Takes over a handshake: SYN-RECEIVED, with our SYN sent and theirs received.
  mutating func adopt(_ half: HalfOpen, _ context: ConnectionContext) {
    begin(initial: half.initial, timestampOffset: half.timestampOffset)
    send.next = half.initial + 1
    transmissions.append(half.initial, count: 1, at: half.firstSentAt, in: context.region)
    progressTime = half.firstSentAt
    receiveSegmentSize = half.receiveSegmentSize
    var synchronize = SegmentHeader(
      sourcePort: tuple.remotePort, destinationPort: tuple.localPort, sequence: half.peerInitial,
      acknowledgment: half.initial, flags: .syn, window: half.peerWindow)
    if half.peerSegmentSize > 0 { synchronize.options.maximumSegmentSize = half.peerSegmentSize }
    synchronize.options.isSACKPermitted = half.usesSACK
    if half.usesTimestamps {
      synchronize.options.timestamps = Timestamps(value: half.peerTimestamp, echo: 0)
    }
    if half.isScaled { synchronize.options.windowScale = half.peerShift }
    self.synchronize(with: synchronize, context)
    isPassive = true
    state = .synReceived
    if half.retries > 0 {
      // Sent more than once: what acknowledges it says nothing about the round trip (Karn).
      isHandshakeRetransmitted = true
      transmissions.markFirstLost(in: context.region)
      transmissions.sentAgain(half.initial, count: 1, at: half.firstSentAt, in: context.region)
    }
  }
}
