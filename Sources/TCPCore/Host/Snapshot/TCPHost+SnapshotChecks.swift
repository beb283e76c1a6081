// What a restore checks besides the layout: a copy may have been damaged on the way, and nothing in it is
// used before it was checked. Every walk is bounded by the number of entries.
extension TCPHost {
  /// Whether every table, list, chain and entry is as a host would have left it between two calls.
  var isSound: Bool {
    areInterfacesSound && areSlotsSound && areListsSound && isIndexSound && isWheelSound && areEntriesSound
      && brokenInvariant() == nil
  }

  private var areInterfacesSound: Bool {
    for number in 0..<interfaces.count {
      guard interfaces[number].offload.hasValidBitPatterns(), interfaces[number].isSound() else {
        return false
      }
    }
    return rawByte(of: &stateTable[0].isReplyTurn) <= 1 && rawByte(of: &stateTable[0].mayLoopBack) <= 1
      && state.acceptedCookies.isSound
  }

  private func isTaken(_ id: EntryID, _ kind: EntryKind) -> Bool {
    id.position < slots.count && slots[id].isTaken && locate(id).kind == kind
  }

  private func isUp(_ interface: UInt8) -> Bool {
    Int(interface) < interfaces.count && interfaces[Int(interface)].isUp
  }

  /// Whether what leaves on an interface fits its MTU: IPv6 needs 1,280 octets.
  private func isSound(family tuple: FourTuple, on interface: UInt8) -> Bool {
    isUp(interface) && (tuple.isIPv4 || interfaces[Int(interface)].mtu >= Interface.minimumMTUForIPv6)
  }

  /// The free slots of each table are chained, and are all that is not taken.
  private var areSlotsSound: Bool {
    var first = 0
    for ringClass in 0..<4 {
      let isUsed = ringClass < state.configuration.ringClassCount
      let count = isUsed ? state.configuration.ringClasses[ringClass].connections : 0
      guard state.connectionSlots[ringClass].isSound(first: isUsed ? first : 0, capacity: count, slots)
      else { return false }
      first &+= count
    }
    guard state.halfOpenSlots.isSound(first: first, capacity: halfOpen.count, slots) else { return false }
    first &+= halfOpen.count
    guard state.timeWaitSlots.isSound(first: first, capacity: timeWait.count, slots) else { return false }
    first &+= timeWait.count
    return state.listenerSlots.isSound(first: first, capacity: listeners.count, slots)
  }

  /// Each list holds entries of its kind, and every linked entry is in one of them.
  private var areListsSound: Bool {
    let (layout, sendQueue, requestQueue) = (state.layout, state.sendQueue, state.requestQueue)
    guard
      sendQueue.isSound(
        start: layout.sendQueueLinks, size: layout.entryCount, in: region,
        where: { slots[$0].isTaken && locate($0).kind != .listener && !isHeld($0) }),
      requestQueue.isSound(
        start: layout.sendQueueLinks, size: layout.entryCount, in: region,
        where: { slots[$0].isTaken && isHeld($0) }),
      EntryList.linkedCount(sendQueueLinks)
        == Int(truncatingIfNeeded: sendQueue.count &+ requestQueue.count)
    else { return false }
    let (eventQueue, released) = (state.eventQueue, state.released)
    let (overShare, timeWaitByAge) = (state.overShare, state.timeWaitByAge)
    guard
      isSound(eventQueue, { isTaken($0, .connection) && !connections[$0].isReleased }),
      isSound(released, { isTaken($0, .connection) && connections[$0].isReleased }),
      isSound(overShare, { isTaken($0, .listener) }), isSound(timeWaitByAge, { isTaken($0, .timeWait) }),
      timeWaitByAge.count == state.timeWaitSlots.count,
      EntryList.linkedCount(eventAndAgeLinks)
        == Int(
          truncatingIfNeeded: eventQueue.count &+ released.count &+ overShare.count
            &+ state.halfOpenSlots.count &+ timeWaitByAge.count)
    else { return false }
    return areListenersListsSound
  }

  /// Whether an entry is one whose SYN waits for the program.
  private func isHeld(_ id: EntryID) -> Bool {
    let entry = locate(id)
    return entry.kind == .halfOpen && halfOpen[entry].isHeld
  }

  /// Whether a list through the links of the event queue is sound.
  private func isSound(_ list: EntryList, _ isMember: (EntryID) -> Bool) -> Bool {
    list.isSound(
      start: state.layout.eventAndAgeLinks, size: state.layout.entryCount, in: region, where: isMember)
  }

  /// The lists of the listeners: half-open entries by age, and connections that wait to be accepted.
  private var areListenersListsSound: Bool {
    var half: UInt32 = 0
    var waiting = 0
    for position in 0..<listeners.count {
      let id = EntryID(slots.count &- listeners.count &+ position)
      guard slots[id].isTaken else { continue }
      guard
        listeners[position].acceptQueue.isSound(
          start: state.layout.acceptLinks, size: state.layout.connectionCount, in: region,
          where: { isTaken($0, .connection) && connections[$0].listener == id }),
        isSound(
          listeners[position].halfOpenByAge,
          { isTaken($0, .halfOpen) && halfOpen[locate($0)].listener == id }),
        listeners[position].recentDrops <= 8
      else { return false }
      half &+= listeners[position].halfOpenByAge.count
      waiting &+= Int(truncatingIfNeeded: listeners[position].acceptQueue.count)
    }
    return half == state.halfOpenSlots.count && EntryList.linkedCount(acceptLinks) == waiting
  }

  /// Chains of the tuple index end, and hold what is taken.
  private var isIndexSound: Bool {
    tupleIndex.isSound { $0.position < slots.count && slots[$0].isTaken }
  }

  private var isWheelSound: Bool {
    state.now <= TCPHost.latestTime && state.wheelTick <= state.now.microseconds / 1_000
      && wheel.current == UInt32(truncatingIfNeeded: state.wheelTick)
      && wheelTable[0].isSound(timers) { slots[$0].isTaken }
  }

  /// What the entries themselves name.
  private var areEntriesSound: Bool {
    for position in 0..<connections.count where slots[position].isTaken {
      guard isSound(connection: position) else { return false }
    }
    let firstListener = slots.count &- listeners.count
    for position in 0..<halfOpen.count where slots[connections.count &+ position].isTaken {
      guard halfOpen[position].hasValidBitPatterns(), isTaken(halfOpen[position].listener, .listener),
        isSound(family: halfOpen[position].tuple, on: halfOpen[position].interface)
      else { return false }
    }
    for position in 0..<timeWait.count where slots[firstListener &- timeWait.count &+ position].isTaken {
      let id = EntryID(firstListener &- timeWait.count &+ position)
      let owner = timeWait[position].owner
      guard timeWait[position].hasValidBitPatterns(),
        isSound(family: timeWait[position].tuple, on: timeWait[position].interface),
        owner == EntryID.none
          || isTaken(owner, .connection) && connections[owner].timeWaitEntry == id
      else { return false }
    }
    var (anyPort, foreign): (UInt32, UInt32) = (0, 0)
    for position in 0..<listeners.count where slots[firstListener &+ position].isTaken {
      if listeners[position].traits.contains(.anyPort) { anyPort &+= 1 }
      if listeners[position].traits.contains(.foreignDestinations) { foreign &+= 1 }
      guard listeners[position].hasValidBitPatterns(),
        Int(listeners[position].ringClass) < state.configuration.ringClassCount,
        SYNCookie.isEnd(listeners[position].cookiesEnd, at: state.now)
        // unreached: no damaged copy of the corpus has a listener's octet; SnapshotTests
      else { return false }
    }
    guard anyPort == state.anyPortListenerCount, foreign == state.foreignListenerCount else { return false }
    let queue = state.replies
    guard queue.isSound(replies.count) else { return false }
    for position in 0..<Int(truncatingIfNeeded: queue.count) {
      let place = queue.slot(at: position, replies)
      guard replies[place].header.options.hasValidBitPatterns(),
        isSound(family: replies[place].tuple, on: replies[place].interface)
        // unreached: no script damages one of the few octets of a reply that have this meaning; SnapshotTests
      else { return false }
    }
    return true
  }

  /// A connection's rings and tables are where the layout puts them, and its numbers fit into them.
  private func isSound(connection position: Int) -> Bool {
    guard connections[position].hasValidBitPatterns() else { return false }  // before anything looks at them
    let ringClass = Int(connections[position].ringClass)
    let id = EntryID(position)
    guard ringClass < state.configuration.ringClassCount,
      state.connectionSlots[ringClass].owns(id), isUp(connections[position].interface)
    else { return false }
    let timeWaitEntry = connections[position].timeWaitEntry
    guard
      timeWaitEntry == EntryID.none
        || isTaken(timeWaitEntry, .timeWait) && timeWait[locate(timeWaitEntry)].owner == id
    else { return false }
    let size = state.configuration.ringClasses[ringClass]
    let place = ringPlace(ringClass, id)
    let mtu = Int(truncatingIfNeeded: interfaces[Int(connections[position].interface)].mtu)
    return connections[position].send.ring.isSound(start: place.send, capacity: size.sendCapacity)
      && connections[position].receive.ring.isSound(start: place.receive, capacity: size.receiveCapacity)
      && connections[position].sender.records.isSound(
        start: place.transmissions, capacity: size.transmissions, isSampling: size.samplesDeliveryRate,
        in: region)
      && connections[position].sender.isModelSound(in: region)
      && connections[position].receive.ranges.isSound(start: place.ranges, capacity: size.ranges)
      && connections[position].sender.estimator.isSound && connections[position].sender.prr.isSound
      && connections[position].isSizeSound(interfaceMTU: mtu)
  }
}

extension HostConfiguration {
  /// Whether every stored Bool and enum has a valid bit pattern, those of unused classes included.
  mutating func hasValidBitPatterns() -> Bool {
    for ringClass in 0..<4 where rawByte(of: &ringClasses[ringClass].samplesDeliveryRate) > 1 { return false }
    return rawByte(of: &synCookies) <= SYNCookiePolicy.always.rawValue
  }
}

extension Connection {
  /// Whether every stored Bool and enum has a valid bit pattern.
  fileprivate mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &state) <= ConnectionState.timeWait.rawValue
      && rawByte(of: &endReason) <= EndReason.addressGone.rawValue
      && rawByte(of: &softError) <= SoftError.parameterProblem.rawValue
      && rawByte(of: &isKeepAliveDue) <= 1 && rawByte(of: &isPassive) <= 1 && rawByte(of: &isReleased) <= 1
      && rawByte(of: &wantsSendSpace) <= 1 && rawByte(of: &usesTimestamps) <= 1 && rawByte(of: &usesSACK) <= 1
      && rawByte(of: &isScaled) <= 1 && rawByte(of: &isHandshakeRetransmitted) <= 1
      && rawByte(of: &needsRST) <= 1 && rawByte(of: &isCrossedSYN) <= 1
      && options.hasValidBitPatterns() && send.hasValidBitPatterns() && receive.hasValidBitPatterns()
      && ackPolicy.hasValidBitPatterns() && ecn.hasValidBitPatterns() && sender.hasValidBitPatterns()
      && persistTimer.hasValidBitPatterns()
  }

  /// Whether segments have room for text, and what the peer may send has a place.
  fileprivate mutating func isSizeSound(interfaceMTU: Int) -> Bool {
    // One that is over sends nothing, and outlives the address that held the MTU up.
    let least = tuple.isIPv4 || state == .closed && !needsRST ? 68 : 1_280
    guard internetHeaderCount == (tuple.isIPv4 ? 20 : 40), interfaceMTU >= least,
      pathMTU >= UInt32(truncatingIfNeeded: least),
      send.peerMaximumSegmentSize >= Connection.minimumSegmentSize, receive.recentCount <= 4
    else { return false }
    switch state {
    case .closed, .listen, .synSent, .timeWait:
      // Nothing more is written, but out-of-order data is still read by the digest.
      return receive.ranges.isEmpty || receive.rightEdge - receive.next <= receive.ring.freeCapacity
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      return receive.rightEdge - receive.next <= receive.ring.freeCapacity
    }
  }
}
