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
    return rawByte(of: &state[0].isReplyTurn) <= 1 && rawByte(of: &state[0].mayLoopBack) <= 1
  }

  private func isTaken(_ index: UInt32, _ kind: EntryKind) -> Bool {
    let number = Int(truncatingIfNeeded: index)
    return number < slots.count && slots[number].isTaken && entry(index).kind == kind
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
      let isUsed = ringClass < state[0].configuration.ringClassCount
      let count = isUsed ? state[0].configuration.ringClasses[ringClass].connections : 0
      guard state[0].connectionSlots[ringClass].isSound(first: isUsed ? first : 0, capacity: count, slots)
      else { return false }
      first &+= count
    }
    guard state[0].halfOpenSlots.isSound(first: first, capacity: halfOpen.count, slots) else { return false }
    first &+= halfOpen.count
    guard state[0].timeWaitSlots.isSound(first: first, capacity: timeWait.count, slots) else { return false }
    first &+= timeWait.count
    return state[0].listenerSlots.isSound(first: first, capacity: listeners.count, slots)
  }

  /// Each list holds entries of its kind, and every linked entry is in one of them.
  private var areListsSound: Bool {
    let sendQueue = state[0].sendQueue
    guard sendQueue.isSound(sendQueueLinks, where: { slots[Int($0)].isTaken && entry($0).kind != .listener }),
      IndexList.linkedCount(sendQueueLinks) == Int(truncatingIfNeeded: sendQueue.count)
    else { return false }
    let eventQueue = state[0].eventQueue
    let released = state[0].released
    let overShare = state[0].overShare
    let timeWaitByAge = state[0].timeWaitByAge
    guard
      eventQueue.isSound(
        eventAndAgeLinks, where: { isTaken($0, .connection) && !connections[Int($0)].isReleased }),
      released.isSound(
        eventAndAgeLinks, where: { isTaken($0, .connection) && connections[Int($0)].isReleased }),
      overShare.isSound(eventAndAgeLinks, where: { isTaken($0, .listener) }),
      timeWaitByAge.isSound(eventAndAgeLinks, where: { isTaken($0, .timeWait) }),
      timeWaitByAge.count == state[0].timeWaitSlots.count,
      IndexList.linkedCount(eventAndAgeLinks)
        == Int(
          truncatingIfNeeded: eventQueue.count &+ released.count &+ overShare.count
            &+ state[0].halfOpenSlots.count &+ timeWaitByAge.count)
    else { return false }
    return areListenersListsSound
  }

  /// The lists of the listeners: half-open entries by age, and connections that wait to be accepted.
  private var areListenersListsSound: Bool {
    var half: UInt32 = 0
    var waiting = 0
    for position in 0..<listeners.count {
      let index = UInt32(truncatingIfNeeded: slots.count &- listeners.count &+ position)
      guard slots[Int(index)].isTaken else { continue }
      guard
        listeners[position].acceptQueue.isSound(
          acceptLinks, where: { isTaken($0, .connection) && connections[Int($0)].listener == index }),
        listeners[position].halfOpenByAge.isSound(
          eventAndAgeLinks,
          where: { isTaken($0, .halfOpen) && halfOpen[entry($0).position].listener == index }),
        listeners[position].recentDrops <= 8
      else { return false }
      half &+= listeners[position].halfOpenByAge.count
      waiting &+= Int(truncatingIfNeeded: listeners[position].acceptQueue.count)
    }
    return half == state[0].halfOpenSlots.count && IndexList.linkedCount(acceptLinks) == waiting
  }

  /// Chains of the tuple index end, and hold what is taken.
  private var isIndexSound: Bool {
    tupleIndex.isSound { Int(truncatingIfNeeded: $0) < slots.count && slots[Int($0)].isTaken }
  }

  private var isWheelSound: Bool {
    state[0].wheelTick <= state[0].now.microseconds / 1_000
      && wheel[0].current == UInt32(truncatingIfNeeded: state[0].wheelTick)
      && wheel[0].isSound(timers) { slots[Int($0)].isTaken }
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
      let index = UInt32(truncatingIfNeeded: firstListener &- timeWait.count &+ position)
      let owner = timeWait[position].owner
      guard timeWait[position].hasValidBitPatterns(),
        isSound(family: timeWait[position].tuple, on: timeWait[position].interface),
        owner == IndexLinks.none
          || isTaken(owner, .connection) && connections[Int(owner)].timeWaitEntry == index
      else { return false }
    }
    for position in 0..<listeners.count where slots[firstListener &+ position].isTaken {
      guard listeners[position].hasValidBitPatterns(),
        Int(listeners[position].ringClass) < state[0].configuration.ringClassCount
      else { return false }
    }
    let queue = state[0].replies
    guard queue.isSound(replies.count) else { return false }
    for position in 0..<Int(truncatingIfNeeded: queue.count) {
      let place = queue.slot(at: position, replies)
      guard replies[place].header.options.hasValidBitPatterns(),
        isSound(family: replies[place].tuple, on: replies[place].interface)
      else { return false }
    }
    return true
  }

  /// A connection's rings and tables are where the layout puts them, and its numbers fit into them.
  private func isSound(connection position: Int) -> Bool {
    guard connections[position].hasValidBitPatterns() else { return false }  // before anything looks at them
    let ringClass = Int(connections[position].ringClass)
    let index = UInt32(truncatingIfNeeded: position)
    guard ringClass < state[0].configuration.ringClassCount,
      state[0].connectionSlots[ringClass].owns(index), isUp(connections[position].interface)
    else { return false }
    let resting = connections[position].timeWaitEntry
    guard
      resting == IndexLinks.none
        || isTaken(resting, .timeWait) && timeWait[entry(resting).position].owner == index
    else { return false }
    let size = state[0].configuration.ringClasses[ringClass]
    let place = ringPlace(ringClass, index)
    let mtu = Int(truncatingIfNeeded: interfaces[Int(connections[position].interface)].mtu)
    return connections[position].send.ring.isSound(start: place.send, capacity: size.sendCapacity)
      && connections[position].receive.ring.isSound(start: place.receive, capacity: size.receiveCapacity)
      && connections[position].sentRecords.isSound(
        start: place.transmissions, capacity: size.transmissions, in: region)
      && connections[position].receive.ranges.isSound(start: place.ranges, capacity: size.ranges)
      && connections[position].estimator.isSound
      && connections[position].isSizeSound(interfaceMTU: mtu)
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
      && rawByte(of: &isRetryPending) <= 1 && rawByte(of: &needsRST) <= 1 && rawByte(of: &isCrossedSYN) <= 1
      && options.hasValidBitPatterns() && send.hasValidBitPatterns() && receive.hasValidBitPatterns()
      && ackPolicy.hasValidBitPatterns() && recovery.hasValidBitPatterns()
      && retransmissionTimer.hasValidBitPatterns()
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
