extension TCPHost {
  /// The entry with an ID: what it holds, and where in the table of its kind.
  @inline(__always)
  func locate(_ id: EntryID) -> Entry {
    let position = id.position
    if position < connections.count { return Entry(id: id, kind: .connection, slot: position) }
    let afterConnections = position &- connections.count
    if afterConnections < halfOpen.count { return Entry(id: id, kind: .halfOpen, slot: afterConnections) }
    let afterHalfOpen = afterConnections &- halfOpen.count
    if afterHalfOpen < timeWait.count { return Entry(id: id, kind: .timeWait, slot: afterHalfOpen) }
    return Entry(id: id, kind: .listener, slot: afterHalfOpen &- timeWait.count)
  }

  // Entries whose kind is known from where their ID was kept.

  @inline(__always)
  func halfOpenEntry(_ id: EntryID) -> Entry {
    Entry(id: id, kind: .halfOpen, slot: id.position &- connections.count)
  }

  @inline(__always)
  func timeWaitEntry(_ id: EntryID) -> Entry {
    Entry(id: id, kind: .timeWait, slot: id.position &- connections.count &- halfOpen.count)
  }

  @inline(__always)
  func listenerEntry(_ id: EntryID) -> Entry {
    Entry(id: id, kind: .listener, slot: id.position &- (slots.count &- listeners.count))
  }

  /// Whether the entry has that tuple.
  @inline(__always)
  private func matches(_ id: EntryID, _ tuple: FourTuple) -> Bool {
    let entry = locate(id)
    return switch entry.kind {
    case .connection: connections[entry].tuple == tuple
    case .halfOpen: halfOpen[entry].tuple == tuple
    case .timeWait: timeWait[entry].tuple == tuple
    case .listener: false  // unreached: a pair and a listener with the same 32-bit keyed hash
    }
  }

  /// The connection, half-open or TIME-WAIT entry with that tuple: one look-up, whatever the state.
  @inline(__always)
  func entryID(for tuple: FourTuple) -> EntryID? {
    tupleIndex.find(state.keys.tupleHash(tuple)) { matches($0, tuple) }
  }

  /// `entryID(for:)`, not inlined, for all but the way of a segment.
  @inline(never)  // five uses, off a segment's way
  func find(_ tuple: FourTuple) -> EntryID? { tupleIndex.find(hash(tuple)) { matches($0, tuple) } }

  @inline(never)  // several uses
  private func hash(_ tuple: FourTuple) -> UInt32 { state.keys.tupleHash(tuple) }

  /// The listener for what a peer calls: one for its port before one for all ports.
  ///
  /// - Parameter isOurs: whether the address is one of ours.
  func findListener(_ local: Endpoint, isIPv4: Bool, isOurs: Bool) -> Entry? {
    if let found = findListener(local.address, local.port, isIPv4: isIPv4, isOurs: isOurs) { return found }
    return state.anyPortListenerCount > 0
      ? findListener(local.address, 0, isIPv4: isIPv4, isOurs: isOurs) : nil
  }

  /// The listener for an address that listens on exactly this port: a specific one before a wildcard.
  func findListener(_ address: Address, _ port: UInt16, isIPv4: Bool, isOurs: Bool) -> Entry? {
    if isOurs, let found = findListener(exactly: address, port, isIPv4: isIPv4) { return found }
    guard let found = findListener(exactly: .anyIPv6, port, isIPv4: isIPv4),
      isOurs || listeners[found].traits.contains(.foreignDestinations)
    else { return nil }
    return found
  }

  /// The listener found under exactly this address, or under the wildcard.
  func findListener(exactly address: Address, _ port: UInt16, isIPv4: Bool) -> Entry? {
    guard state.listenerSlots.count > 0 else { return nil }  // most devices only connect
    let key = Listener.key(address, port)
    let found = tupleIndex.find(hash(key)) { found in
      let entry = locate(found)
      // unreached: a pair and a listener with the same 32-bit keyed hash
      guard entry.kind == .listener else { return false }
      let listener = listeners[entry]
      return Listener.key(listener.local.address, listener.local.port) == key
        && listener.serves(isIPv4: isIPv4)
    }
    return found.map { listenerEntry($0) }
  }

  /// Adds an entry under its tuple; `false` if the chain is full.
  func insertIntoTupleIndex(_ id: EntryID, _ tuple: FourTuple) -> Bool {
    tupleIndex.insert(id, hash(tuple))
  }

  /// Whether the tuple index takes one more entry of a tuple.
  func hasRoomInIndex(for tuple: FourTuple) -> Bool { tupleIndex.hasRoom(hash(tuple)) }

  /// What a connection needs to know of its surroundings.
  func context(_ interface: UInt8) -> ConnectionContext {
    let number = Int(interface)
    return ConnectionContext(
      now: state.now, region: region, counters: counterTable,
      interfaceMTU: Int(truncatingIfNeeded: interfaces[number].mtu),
      isChecksumOffloaded: interfaces[number].offload.fillsDeparting,
      challengeLimit: state.configuration.challengeLimit,
      challengeInterval: state.configuration.challengeInterval)
  }

  /// Arms an entry's timer for a deadline, unless it is armed for that or an earlier one already.
  ///
  /// A deadline that moves away is not followed: the wheel wakes the entry early, and it is armed again then.
  mutating func armTimer(_ id: EntryID, _ deadline: Instant) {
    guard deadline != .never else { return }
    let begun = deadline.microseconds / 1_000
    let full = begun &* 1_000 == deadline.microseconds ? begun : begun &+ 1
    let reached = state.wheelTick
    let horizon = UInt64(wide: TimerWheel.horizon)
    let ahead = full > reached ? full &- reached : 0
    let tick = UInt32(truncatingIfNeeded: reached &+ (ahead < horizon ? ahead : horizon))
    let node = timers[id]
    if node.isArmed && tick.ahead(of: node.tick) >= 0 { return }
    wheel.arm(id, tick: tick, timers)
  }

  /// `armTimer` for what a connection asks for now.
  @inline(__always)
  mutating func applyWakeup(_ entry: Entry) {
    guard connections[entry].wakeup.needsScheduling else { return }
    connections[entry].wakeup.markScheduled()
    armTimer(entry.id, connections[entry].wakeup.time)
  }

  /// Whether an entry's timer is armed for a deadline or an earlier one, or need not be.
  @inline(__always)
  func isArmed(_ id: EntryID, for deadline: Instant) -> Bool {
    let node = timers[id]
    return deadline == .never || node.isArmed && instant(of: node.tick) <= deadline
  }

  /// The moment at which a tick of the wheel begins.
  @inline(__always)
  func instant(of tick: UInt32) -> Instant {
    let ahead = tick &- UInt32(truncatingIfNeeded: state.wheelTick)
    return Instant(microseconds: (state.wheelTick &+ UInt64(wide: ahead)) &* 1_000)
  }

  /// Takes an entry out of the wheel, the send queue and the tuple index.
  mutating func unschedule(_ id: EntryID) {
    wheel.cancel(id, timers)
    state.sendQueue.remove(id, in: region)
    tupleIndex.remove(id)
  }

  /// Queues a reply that belongs to no connection, or counts that there was no room; returns whether there
  /// was.
  @discardableResult
  mutating func reply(_ reply: Reply) -> Bool {
    let isQueued = state.replies.append(reply, replies)
    if !isQueued { counters.repliesDropped &+= 1 }
    return isQueued
  }

  /// Answers a segment with a reset, if it may be answered.
  mutating func queueRST(_ tuple: FourTuple, answering segment: SegmentHeader, on interface: UInt8) {
    guard let reset = ResetReply(answering: segment) else { return }
    var header = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: reset.sequence,
      acknowledgment: reset.acknowledgment, flags: reset.flags, window: 0)
    header.options.timestamps = reset.timestamps
    reply(Reply(tuple: tuple, header: header, interface: interface))
  }
}
