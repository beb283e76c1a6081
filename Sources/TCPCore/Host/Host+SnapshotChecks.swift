// What a restore checks besides the layout: a copy may have been damaged on the way, and nothing in it is believed
// before it has been looked at. Every walk is bounded by the number of entries.
extension Host {
  /// Whether every table, list, chain and entry is as a host would have left it between two calls.
  var isSound: Bool {
    areInterfacesSound && areSlotsSound && areListsSound && isIndexSound && isWheelSound && areEntriesSound
      && brokenInvariant() == nil
  }

  private var areInterfacesSound: Bool {
    for number in 0..<interfaces.count {
      guard interfaces[number].offload.hasKnownCases(), interfaces[number].isSound() else { return false }
    }
    return storedCase(&state[0].isReplyTurn) <= 1 && storedCase(&state[0].mayLoopBack) <= 1
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
    isUp(interface) && (tuple.isIPv4 || interfaces[Int(interface)].mtu >= Interface.leastMTUForIPv6)
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

  /// Each list holds entries of its kind, and whoever is linked is in one of them.
  private var areListsSound: Bool {
    let ready = state[0].ready
    guard ready.isSound(readyLinks, where: { slots[Int($0)].isTaken && entry($0).kind != .listener }),
      IndexList.linkedCount(readyLinks) == Int(truncatingIfNeeded: ready.count)
    else { return false }
    let eventful = state[0].eventful
    let released = state[0].released
    let crowded = state[0].crowded
    let timeWaitAge = state[0].timeWaitAge
    guard
      eventful.isSound(queueLinks, where: { isTaken($0, .connection) && !connections[Int($0)].isReleased }),
      released.isSound(queueLinks, where: { isTaken($0, .connection) && connections[Int($0)].isReleased }),
      crowded.isSound(queueLinks, where: { isTaken($0, .listener) }),
      timeWaitAge.isSound(queueLinks, where: { isTaken($0, .timeWait) }),
      timeWaitAge.count == state[0].timeWaitSlots.count,
      IndexList.linkedCount(queueLinks)
        == Int(
          truncatingIfNeeded: eventful.count &+ released.count &+ crowded.count
            &+ state[0].halfOpenSlots.count &+ timeWaitAge.count)
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
        listeners[position].waiting.isSound(
          acceptLinks, where: { isTaken($0, .connection) && connections[Int($0)].listener == index }),
        listeners[position].halfOpenByAge.isSound(
          queueLinks, where: { isTaken($0, .halfOpen) && halfOpen[entry($0).position].listener == index }),
        listeners[position].dropsInVain <= 8
      else { return false }
      half &+= listeners[position].halfOpenByAge.count
      waiting &+= Int(truncatingIfNeeded: listeners[position].waiting.count)
    }
    return half == state[0].halfOpenSlots.count && IndexList.linkedCount(acceptLinks) == waiting
  }

  /// Chains of the tuple index end, and hold what is taken.
  private var isIndexSound: Bool {
    index.isSound { Int(truncatingIfNeeded: $0) < slots.count && slots[Int($0)].isTaken }
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
      guard halfOpen[position].hasKnownCases(), isTaken(halfOpen[position].listener, .listener),
        isSound(family: halfOpen[position].tuple, on: halfOpen[position].interface)
      else { return false }
    }
    for position in 0..<timeWait.count where slots[firstListener &- timeWait.count &+ position].isTaken {
      let index = UInt32(truncatingIfNeeded: firstListener &- timeWait.count &+ position)
      let owner = timeWait[position].owner
      guard timeWait[position].hasKnownCases(),
        isSound(family: timeWait[position].tuple, on: timeWait[position].interface),
        owner == IndexLinks.none
          || isTaken(owner, .connection) && connections[Int(owner)].timeWaitEntry == index
      else { return false }
    }
    for position in 0..<listeners.count where slots[firstListener &+ position].isTaken {
      guard listeners[position].hasKnownCases(),
        Int(listeners[position].ringClass) < state[0].configuration.ringClassCount
      else { return false }
    }
    let queue = state[0].replies
    guard queue.isSound(replies.count) else { return false }
    for position in 0..<Int(truncatingIfNeeded: queue.count) {
      let place = queue.place(position, replies)
      guard replies[place].header.options.hasKnownCases(),
        isSound(family: replies[place].tuple, on: replies[place].interface)
      else { return false }
    }
    return true
  }

  /// A connection's rings and tables stand where the layout puts them, and its numbers fit into them.
  private func isSound(connection position: Int) -> Bool {
    guard connections[position].hasKnownCases() else { return false }  // before anything looks at them
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
      && connections[position].transmissions.isSound(
        start: place.transmissions, capacity: size.transmissions, in: region)
      && connections[position].receive.ranges.isSound(start: place.ranges, capacity: size.ranges)
      && connections[position].estimator.isSound
      && connections[position].isSizeSound(interfaceMTU: mtu)
  }
}

extension Connection {
  /// Whether what stands where enumerations stand are cases of theirs.
  fileprivate mutating func hasKnownCases() -> Bool {
    storedCase(&state) <= ConnectionState.timeWait.rawValue
      && storedCase(&endReason) <= EndReason.addressGone.rawValue
      && storedCase(&softError) <= SoftError.parameterProblem.rawValue
      && storedCase(&isKeepAliveDue) <= 1 && storedCase(&isPassive) <= 1 && storedCase(&isReleased) <= 1
      && storedCase(&wantsRoom) <= 1 && storedCase(&usesTimestamps) <= 1 && storedCase(&usesSACK) <= 1
      && storedCase(&isScaled) <= 1 && storedCase(&isHandshakeRetransmitted) <= 1
      && storedCase(&isRetryPending) <= 1 && storedCase(&owesReset) <= 1 && storedCase(&isCrossedSYN) <= 1
      && options.hasKnownCases() && send.hasKnownCases() && receive.hasKnownCases()
      && acknowledgment.hasKnownCases() && recovery.hasKnownCases() && lossTimer.hasKnownCases()
      && probe.hasKnownCases()
  }

  /// Whether segments have room for text, and what the peer may send has a place.
  fileprivate mutating func isSizeSound(interfaceMTU: Int) -> Bool {
    // One that is over sends nothing, and outlives the address that held the MTU up.
    let least = tuple.isIPv4 || state == .closed && !owesReset ? 68 : 1_280
    guard internetHeaderCount == (tuple.isIPv4 ? 20 : 40), interfaceMTU >= least,
      pathMTU >= UInt32(truncatingIfNeeded: least),
      send.peerMaximumSegmentSize >= Connection.smallestSegmentSize, receive.recentCount <= 4
    else { return false }
    switch state {
    case .closed, .listen, .synSent, .timeWait:
      // Nothing more is placed, but what waits beyond a gap is still looked at.
      return receive.ranges.isEmpty || receive.rightEdge - receive.next <= receive.ring.free
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      return receive.rightEdge - receive.next <= receive.ring.free
    }
  }
}
