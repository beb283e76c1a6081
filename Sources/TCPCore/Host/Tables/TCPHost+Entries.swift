/// What kind of entry an index names.
enum EntryKind {
  case connection
  case halfOpen
  case timeWait
  case listener
}

extension TCPHost {
  /// The kind of an entry, and its position in the table of that kind.
  @inline(__always)
  func entry(_ index: UInt32) -> (kind: EntryKind, position: Int) {
    let number = Int(truncatingIfNeeded: index)
    if number < connections.count { return (.connection, number) }
    let afterConnections = number &- connections.count
    if afterConnections < halfOpen.count { return (.halfOpen, afterConnections) }
    let afterHalfOpen = afterConnections &- halfOpen.count
    if afterHalfOpen < timeWait.count { return (.timeWait, afterHalfOpen) }
    return (.listener, afterHalfOpen &- timeWait.count)
  }

  /// Whether the entry has that tuple.
  @inline(__always)
  private func matches(_ index: UInt32, _ tuple: FourTuple) -> Bool {
    let (kind, position) = entry(index)
    return switch kind {
    case .connection: connections[position].tuple == tuple
    case .halfOpen: halfOpen[position].tuple == tuple
    case .timeWait: timeWait[position].tuple == tuple
    case .listener: false  // unreached: a pair and a listener with the same 32-bit keyed hash
    }
  }

  /// The connection, half-open or TIME-WAIT entry with that tuple: one look-up, whatever the state.
  @inline(__always)
  func lookUp(_ tuple: FourTuple) -> UInt32? {
    tupleIndex.find(state[0].keys.tupleHash(tuple)) { matches($0, tuple) }
  }

  /// `lookUp` for all but the way of a segment.
  @inline(never)
  func find(_ tuple: FourTuple) -> UInt32? { tupleIndex.find(hash(tuple)) { matches($0, tuple) } }

  @inline(never)
  private func hash(_ tuple: FourTuple) -> UInt32 { state[0].keys.tupleHash(tuple) }

  /// The listener for a local endpoint: a specific one before a wildcard.
  func findListener(_ local: Endpoint, isIPv4: Bool) -> UInt32? {
    findListener(exactly: local.address, local.port, isIPv4: isIPv4)
      ?? findListener(exactly: .anyIPv6, local.port, isIPv4: isIPv4)
  }

  /// The listener found under exactly this address, or under the wildcard.
  func findListener(exactly address: Address, _ port: UInt16, isIPv4: Bool) -> UInt32? {
    guard state[0].listenerSlots.count > 0 else { return nil }  // most devices only connect
    let key = Listener.key(address, port)
    return tupleIndex.find(hash(key)) { found in
      let (kind, position) = entry(found)
      // unreached: a pair and a listener with the same 32-bit keyed hash
      guard kind == .listener else { return false }
      let listener = listeners[position]
      return Listener.key(listener.local.address, listener.local.port) == key
        && listener.serves(isIPv4: isIPv4)
    }
  }

  /// Adds an entry under its tuple; `false` if the chain is full.
  func file(_ entry: UInt32, _ tuple: FourTuple) -> Bool {
    tupleIndex.insert(entry, hash(tuple))
  }

  /// Whether the tuple index takes one more entry of a tuple.
  func hasRoomInIndex(for tuple: FourTuple) -> Bool { tupleIndex.hasRoom(hash(tuple)) }

  /// What a connection needs to know of its surroundings.
  func context(_ interface: UInt8) -> ConnectionContext {
    let number = Int(interface)
    return ConnectionContext(
      now: state[0].now, region: region, counters: counterTable,
      interfaceMTU: Int(truncatingIfNeeded: interfaces[number].mtu),
      isChecksumOffloaded: interfaces[number].offload.fillsDeparting,
      challengeLimit: state[0].configuration.challengeLimit,
      challengeInterval: state[0].configuration.challengeInterval)
  }

  /// Arms an entry's timer for a deadline, unless it is armed for that or an earlier one already.
  ///
  /// A deadline that moves away is not followed: the wheel wakes the entry early, and it is armed again then.
  func armTimer(_ entry: UInt32, _ deadline: Instant) {
    guard deadline != .never else { return }
    let begun = deadline.microseconds / 1_000
    let full = begun &* 1_000 == deadline.microseconds ? begun : begun &+ 1
    let reached = state[0].wheelTick
    let horizon = UInt64(wide: TimerWheel.horizon)
    let ahead = full > reached ? full &- reached : 0
    let tick = UInt32(truncatingIfNeeded: reached &+ (ahead < horizon ? ahead : horizon))
    let node = timers[Int(truncatingIfNeeded: entry)]
    if node.isArmed && Int32(bitPattern: tick &- node.tick) >= 0 { return }
    wheel[0].arm(entry, tick: tick, timers)
  }

  /// `armTimer` for what a connection asks for now.
  @inline(__always)
  func applyWakeup(_ index: UInt32, _ position: Int) {
    guard connections[position].wakeup.needsScheduling else { return }
    connections[position].wakeup.markScheduled()
    armTimer(index, connections[position].wakeup.time)
  }

  /// Whether an entry's timer is armed for a deadline or an earlier one, or need not be.
  @inline(__always)
  func isArmed(_ entry: UInt32, for deadline: Instant) -> Bool {
    let node = timers[Int(truncatingIfNeeded: entry)]
    return deadline == .never || node.isArmed && instant(of: node.tick) <= deadline
  }

  /// The moment at which a tick of the wheel begins.
  @inline(__always)
  func instant(of tick: UInt32) -> Instant {
    let ahead = tick &- UInt32(truncatingIfNeeded: state[0].wheelTick)
    return Instant(microseconds: (state[0].wheelTick &+ UInt64(wide: ahead)) &* 1_000)
  }

  /// Takes an entry out of the wheel, the send queue and the tuple index.
  func detach(_ entry: UInt32) {
    wheel[0].cancel(entry, timers)
    state[0].sendQueue.remove(entry, sendQueueLinks)
    tupleIndex.remove(entry)
  }

  /// Queues a reply that belongs to no connection, or counts that there was no room.
  func reply(_ reply: Reply) {
    if !state[0].replies.append(reply, replies) { counterTable[0].repliesDropped &+= 1 }
  }

  /// Answers a segment with a reset, if it may be answered.
  func queueRST(_ tuple: FourTuple, answering segment: SegmentHeader, on interface: UInt8) {
    guard let reset = ResetReply(answering: segment) else { return }
    var header = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: reset.sequence,
      acknowledgment: reset.acknowledgment, flags: reset.flags, window: 0)
    header.options.timestamps = reset.timestamps
    reply(Reply(tuple: tuple, header: header, interface: interface))
  }
}
