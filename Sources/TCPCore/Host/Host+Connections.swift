// The life of a connection's slot.
extension Host {
  /// Takes a slot of a ring class and puts a closed connection into it; `nil` if there is none, or no room to
  /// file the tuple.
  func takeConnection(
    _ ringClass: Int, _ tuple: FourTuple, _ options: ConnectionOptions, _ interface: UInt8
  ) -> UInt32? {
    guard let index = state[0].connectionSlots[ringClass].take(slots) else { return nil }
    guard file(index, tuple) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a stage make none
      state[0].connectionSlots[ringClass].free(index, slots)
      return nil
    }
    let position = entry(index).position
    let size = state[0].configuration.ringClasses[ringClass]
    let place = ringPlace(ringClass, index)
    let sendRing = RingBuffer(start: place.send, capacity: size.sendCapacity)
    let receiveRing = RingBuffer(start: place.receive, capacity: size.receiveCapacity)
    let transmissions = Transmissions(start: place.transmissions, capacity: size.transmissions)
    let ranges = RangeSet(start: place.ranges, capacity: size.ranges)
    connections.initialize(
      position,
      to: Connection(
        tuple: tuple, sendRing: sendRing, receiveRing: receiveRing, ranges: ranges,
        transmissions: transmissions, options: options))
    connections[position].interface = interface
    connections[position].ringClass = UInt8(truncatingIfNeeded: ringClass)
    return index
  }

  /// Where the rings and tables of a connection stand.
  func ringPlace(
    _ ringClass: Int, _ index: UInt32
  ) -> (send: UInt32, receive: UInt32, transmissions: UInt32, ranges: UInt32) {
    let size = state[0].configuration.ringClasses[ringClass]
    let within = index &- state[0].connectionSlots[ringClass].first
    let send = state[0].layout.rings[ringClass] &+ within &* state[0].layout.ringStrides[ringClass]
    let receive = send &+ HostLayout.units(size.sendCapacity)
    let transmissions = receive &+ HostLayout.units(size.receiveCapacity)
    let ranges =
      transmissions &+ HostLayout.units(size.transmissions &* MemoryLayout<Transmission>.stride)
    return (send, receive, transmissions, ranges)
  }

  /// Draws the consequences of whatever has just happened to a connection: its slot, its timer, its place among
  /// the ready, and what its user is to be told.
  @inline(never)  // many uses
  func settle(_ index: UInt32, _ position: Int) { settleHere(index, position) }

  /// `settle` in line, for where it counts.
  @inline(always)
  func settleHere(_ index: UInt32, _ position: Int) {
    switch connections[position].state {
    case .closed, .timeWait:
      settleEnded(index, position)
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let (rings, mayTransmit, tells) = connections[position].consequences  // one look
      if rings { follow(index, position) }
      if mayTransmit { state[0].ready.append(index, readyLinks) }
      if tells, !queueLinks[position].isLinked { state[0].eventful.append(index, queueLinks) }
    }
  }

  @inline(never)
  private func settleEnded(_ index: UInt32, _ position: Int) {
    if connections[position].state == .closed { return settleClosed(index, position) }
    if connections[position].timeWaitEntry == IndexLinks.none { enterTimeWait(index, position) }
    settleReleased(index, position)
  }

  /// The connection takes its turn at sending, if it has anything to send; whether it may is decided then.
  @inline(__always)
  func settleSending(_ index: UInt32, _ position: Int) {
    if connections[position].mayTransmit { state[0].ready.append(index, readyLinks) }
  }

  func settleClosed(_ index: UInt32, _ position: Int) {
    if connections[position].owesReset {
      // The pair and the slot stay taken until the reset was written.
      wheel[0].cancel(index, timers)
      state[0].ready.append(index, readyLinks)
    } else {
      detach(index)
    }
    let listener = connections[position].listener
    if acceptLinks[position].isLinked {
      // It ended before anybody accepted it: nobody needs to know.
      listeners[entry(listener).position].waiting.remove(index, acceptLinks)
      markReleased(index, position)
    }
    settleReleased(index, position)
  }

  /// Frees the slot of a connection that is over and whose handle was given up, or tells the user.
  private func settleReleased(_ index: UInt32, _ position: Int) {
    guard connections[position].isReleased else {
      if connections[position].events != .none { state[0].eventful.append(index, queueLinks) }
      return
    }
    if connections[position].owesReset { return }
    let resting = connections[position].timeWaitEntry
    if resting != IndexLinks.none { timeWait[entry(resting).position].owner = IndexLinks.none }
    state[0].released.remove(index, queueLinks)
    state[0].connectionSlots[Int(connections[position].ringClass)].free(index, slots)
  }
}

extension Connection {
  /// Whether its timer may have to be moved, it may have something to send, and its user something to hear.
  @inline(__always)
  fileprivate var consequences: (rings: Bool, mayTransmit: Bool, tells: Bool) {
    mutating get { (alarm.isNews, mayTransmit, events != .none && !isReleased) }
  }
}
