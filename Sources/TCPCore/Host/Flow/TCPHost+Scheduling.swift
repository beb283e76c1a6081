// The life of a connection's slot.
extension TCPHost {
  /// Takes a slot of a ring class and puts a closed connection into it; `nil` if there is none, or no room to
  /// add the tuple to the index.
  mutating func takeConnection(
    _ ringClass: Int, _ tuple: FourTuple, _ options: ConnectionOptions, _ interface: UInt8
  ) -> Entry? {
    guard let id = state.connectionSlots[ringClass].allocate(slots) else { return nil }
    guard insertIntoTupleIndex(id, tuple) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
      state.connectionSlots[ringClass].release(id, slots)
      return nil
    }
    let entry = Entry(connection: id.position)
    let size = state.configuration.ringClasses[ringClass]
    let place = ringPlace(ringClass, id)
    let sendRing = RingBuffer(start: place.send, capacity: size.sendCapacity)
    let receiveRing = RingBuffer(start: place.receive, capacity: size.receiveCapacity)
    let sentRecords = SentRecords(
      start: place.transmissions, capacity: size.transmissions, isSampling: size.samplesDeliveryRate)
    if sentRecords.isSampling { sentRecords.beginModel(in: region) }
    let ranges = RangeSet(start: place.ranges, capacity: size.ranges)
    connections.initialize(
      entry.slot,
      to: Connection(
        tuple: tuple, sendRing: sendRing, receiveRing: receiveRing, ranges: ranges,
        sentRecords: sentRecords, options: options))
    connections[entry].interface = interface
    connections[entry].ringClass = UInt8(truncatingIfNeeded: ringClass)
    return entry
  }

  /// Where the rings and tables of a connection are.
  func ringPlace(
    _ ringClass: Int, _ id: EntryID
  ) -> (send: UInt32, receive: UInt32, transmissions: UInt32, ranges: UInt32) {
    let size = state.configuration.ringClasses[ringClass]
    let within = id.rawValue &- state.connectionSlots[ringClass].first
    let send = state.layout.rings[ringClass] &+ within &* state.layout.ringStrides[ringClass]
    let receive = send &+ HostLayout.units(size.sendCapacity)
    let transmissions = receive &+ HostLayout.units(size.receiveCapacity)
    let ranges =
      transmissions &+ HostLayout.units(size.transmissions &* MemoryLayout<SentRecord>.stride)
      &+ HostLayout.sampleUnits(size)
    return (send, receive, transmissions, ranges)
  }

  /// Call after any change to a connection: frees ended slots, updates its timer, queues it for sending and
  /// for events.
  @inline(never)  // many uses
  mutating func schedule(_ entry: Entry) { scheduleInline(entry) }

  /// `schedule`, inlined on the way of a segment.
  @inline(always)  // on a segment's way, and too large for the hint
  mutating func scheduleInline(_ entry: Entry) {
    switch connections[entry].state {
    case .closed, .timeWait:
      finishEnded(entry)
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let work = connections[entry].pendingWork  // one look
      if work.timerChanged { applyWakeup(entry) }
      if work.wantsToSend { state.sendQueue.append(entry.id, in: region) }
      if work.hasEvents, !state.eventQueue.isLinked(entry.id, in: region) {
        state.eventQueue.append(entry.id, in: region)
      }
    }
  }

  @inline(never)  // rare
  private mutating func finishEnded(_ entry: Entry) {
    if connections[entry].state == .closed { return finishClosed(entry) }
    if connections[entry].timeWaitEntry == EntryID.none { enterTimeWait(entry) }
    freeSlotIfReleased(entry)
  }

  /// Queues the connection for sending if it has anything to send; `transmit` decides whether it may.
  @inline(__always)
  mutating func enqueueIfSending(_ entry: Entry) {
    if connections[entry].mayTransmit { state.sendQueue.append(entry.id, in: region) }
  }

  mutating func finishClosed(_ entry: Entry) {
    if connections[entry].needsRST {
      // The pair and the slot stay taken until the reset was written.
      wheel.cancel(entry.id, timers)
      state.sendQueue.append(entry.id, in: region)
    } else {
      unschedule(entry.id)
    }
    let listener = connections[entry].listener
    if acceptLinks[entry.id].isLinked {
      // It ended before it was accepted: no event.
      listeners[listenerEntry(listener)].acceptQueue.remove(entry.id, in: region)
      markReleased(entry)
    }
    freeSlotIfReleased(entry)
  }

  /// Frees the slot of a connection that has ended and whose handle was released, or queues its event.
  private mutating func freeSlotIfReleased(_ entry: Entry) {
    guard connections[entry].isReleased else {
      if connections[entry].events != .none { state.eventQueue.append(entry.id, in: region) }
      return
    }
    if connections[entry].needsRST { return }
    let timeWaitEntry = connections[entry].timeWaitEntry
    if timeWaitEntry != EntryID.none { timeWait[self.timeWaitEntry(timeWaitEntry)].owner = EntryID.none }
    state.released.remove(entry.id, in: region)
    state.connectionSlots[Int(connections[entry].ringClass)].release(entry.id, slots)
  }
}

/// What a host must do for a connection after something happened to it.
struct PendingWork {
  /// Its timer may have to be moved.
  let timerChanged: Bool
  /// It may have something to send.
  let wantsToSend: Bool
  /// Its user has events to fetch.
  let hasEvents: Bool
}

extension Connection {
  /// What the host must do next: update the timer, queue for sending, queue an event.
  @inline(__always)
  fileprivate var pendingWork: PendingWork {
    mutating get {
      PendingWork(
        timerChanged: wakeup.needsScheduling, wantsToSend: mayTransmit,
        hasEvents: events != .none && !isReleased)
    }
  }
}
