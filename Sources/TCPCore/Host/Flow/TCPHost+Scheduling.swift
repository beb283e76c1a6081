// The life of a connection's slot.
extension TCPHost {
  /// Takes a slot of a ring class and puts a closed connection into it; `nil` if there is none, or no room to
  /// add the tuple to the index.
  func takeConnection(
    _ ringClass: Int, _ tuple: FourTuple, _ options: ConnectionOptions, _ interface: UInt8
  ) -> UInt32? {
    guard let index = state[0].connectionSlots[ringClass].allocate(slots) else { return nil }
    guard file(index, tuple) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
      state[0].connectionSlots[ringClass].release(index, slots)
      return nil
    }
    let position = entry(index).position
    let size = state[0].configuration.ringClasses[ringClass]
    let place = ringPlace(ringClass, index)
    let sendRing = RingBuffer(start: place.send, capacity: size.sendCapacity)
    let receiveRing = RingBuffer(start: place.receive, capacity: size.receiveCapacity)
    let sentRecords = SentRecords(start: place.transmissions, capacity: size.transmissions)
    let ranges = RangeSet(start: place.ranges, capacity: size.ranges)
    connections.initialize(
      position,
      to: Connection(
        tuple: tuple, sendRing: sendRing, receiveRing: receiveRing, ranges: ranges,
        sentRecords: sentRecords, options: options))
    connections[position].interface = interface
    connections[position].ringClass = UInt8(truncatingIfNeeded: ringClass)
    return index
  }

  /// Where the rings and tables of a connection are.
  func ringPlace(
    _ ringClass: Int, _ index: UInt32
  ) -> (send: UInt32, receive: UInt32, transmissions: UInt32, ranges: UInt32) {
    let size = state[0].configuration.ringClasses[ringClass]
    let within = index &- state[0].connectionSlots[ringClass].first
    let send = state[0].layout.rings[ringClass] &+ within &* state[0].layout.ringStrides[ringClass]
    let receive = send &+ HostLayout.units(size.sendCapacity)
    let transmissions = receive &+ HostLayout.units(size.receiveCapacity)
    let ranges =
      transmissions &+ HostLayout.units(size.transmissions &* MemoryLayout<SentRecord>.stride)
    return (send, receive, transmissions, ranges)
  }

  /// Call after any change to a connection: frees ended slots, updates its timer, queues it for sending and
  /// for events.
  @inline(never)  // many uses
  func schedule(_ index: UInt32, _ position: Int) { scheduleInline(index, position) }

  /// `schedule`, inlined on the way of a segment.
  @inline(always)
  func scheduleInline(_ index: UInt32, _ position: Int) {
    switch connections[position].state {
    case .closed, .timeWait:
      finishEnded(index, position)
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let (rings, mayTransmit, tells) = connections[position].consequences  // one look
      if rings { applyWakeup(index, position) }
      if mayTransmit { state[0].sendQueue.append(index, sendQueueLinks) }
      if tells, !eventAndAgeLinks[position].isLinked { state[0].eventQueue.append(index, eventAndAgeLinks) }
    }
  }

  @inline(never)
  private func finishEnded(_ index: UInt32, _ position: Int) {
    if connections[position].state == .closed { return finishClosed(index, position) }
    if connections[position].timeWaitEntry == IndexLinks.none { enterTimeWait(index, position) }
    freeSlotIfReleased(index, position)
  }

  /// Queues the connection for sending if it has anything to send; `transmit` decides whether it may.
  @inline(__always)
  func enqueueIfSending(_ index: UInt32, _ position: Int) {
    if connections[position].mayTransmit { state[0].sendQueue.append(index, sendQueueLinks) }
  }

  func finishClosed(_ index: UInt32, _ position: Int) {
    if connections[position].needsRST {
      // The pair and the slot stay taken until the reset was written.
      wheel[0].cancel(index, timers)
      state[0].sendQueue.append(index, sendQueueLinks)
    } else {
      detach(index)
    }
    let listener = connections[position].listener
    if acceptLinks[position].isLinked {
      // It ended before it was accepted: no event.
      listeners[entry(listener).position].acceptQueue.remove(index, acceptLinks)
      markReleased(index, position)
    }
    freeSlotIfReleased(index, position)
  }

  /// Frees the slot of a connection that has ended and whose handle was released, or queues its event.
  private func freeSlotIfReleased(_ index: UInt32, _ position: Int) {
    guard connections[position].isReleased else {
      if connections[position].events != .none { state[0].eventQueue.append(index, eventAndAgeLinks) }
      return
    }
    if connections[position].needsRST { return }
    let resting = connections[position].timeWaitEntry
    if resting != IndexLinks.none { timeWait[entry(resting).position].owner = IndexLinks.none }
    state[0].released.remove(index, eventAndAgeLinks)
    state[0].connectionSlots[Int(connections[position].ringClass)].release(index, slots)
  }
}

extension Connection {
  /// What the host must do next: update the timer, queue for sending, queue an event.
  @inline(__always)
  fileprivate var consequences: (rings: Bool, mayTransmit: Bool, tells: Bool) {
    mutating get { (wakeup.needsScheduling, mayTransmit, events != .none && !isReleased) }
  }
}
