/// Which peers a wildcard listener serves.
public enum ListenerFamily: UInt8, Sendable, BitwiseCopyable {
  /// IPv4 only.
  case ipv4
  /// IPv6 only.
  case ipv6
  /// Both.
  case both
}

extension TCPHost {
  /// OPEN, passive: connections to `local` are accepted from now on.
  ///
  /// EV-OPEN-CLOSED-{2,4}, MUST-41, MUST-42.
  ///
  /// ```swift
  /// let listener = try host.listen(Endpoint(.anyIPv6, 80), backlog: 16)
  /// ```
  ///
  /// Of several that might serve a SYN, one for its port goes before one for all ports, and then one for its
  /// address before one for all.
  ///
  /// - Parameters:
  ///   - local: address and port; an unspecified address means any address of ours.
  ///   - family: for an unspecified address, which peers are served.
  ///   - backlog: how many handshakes and connections nobody has accepted there may be at once.
  ///   - ringClass: which rings its connections get.
  ///   - traits: whether it serves all ports, or destinations that are not ours, and whether the program
  ///     decides on each SYN.
  ///   - options: what its connections begin with.
  /// - Throws: `connectionExists`, `addressNotAvailable`, `invalidAddress`, `invalidArgument`,
  ///   `insufficientResources`, `notSupported` for BBR in a ring class without delivery rates.
  public mutating func listen(
    _ local: Endpoint, family: ListenerFamily = .both, backlog: Int = 8, ringClass: Int = 0,
    traits: ListenerTraits = .none, options: ConnectionOptions = ConnectionOptions()
  ) throws(CallError) -> Handle {
    guard traits.allow(local), backlog >= 1, ringClass >= 0,
      ringClass < state.configuration.ringClassCount, options.isValid
    else { throw .invalidArgument }
    try checkControl(options, ringClass)
    let isWildcard = local.address.isUnspecified
    let servesIPv4 = isWildcard ? family != .ipv6 : local.address.isIPv4
    let servesIPv6 = isWildcard ? family != .ipv4 : !local.address.isIPv4
    if !isWildcard { try checkOwn(local.address) }
    if servesIPv4 && findListener(exactly: local.address, local.port, isIPv4: true) != nil
      || servesIPv6 && findListener(exactly: local.address, local.port, isIPv4: false) != nil
    {
      throw .connectionExists
    }
    guard let id = state.listenerSlots.allocate(slots) else { throw .insufficientResources }
    guard insertIntoTupleIndex(id, Listener.key(local.address, local.port)) else {
      // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
      state.listenerSlots.release(id, slots)
      throw .insufficientResources
    }
    listeners.initialize(
      listenerEntry(id).slot,
      to: Listener(
        local: local, servesIPv4: servesIPv4, servesIPv6: servesIPv6,
        ringClass: UInt8(truncatingIfNeeded: ringClass), traits: traits,
        backlog: UInt32(truncatingIfNeeded: backlog < 1 &<< 24 ? backlog : 1 &<< 24),
        options: options, halfOpenByAge: eventAndAgeList, acceptQueue: acceptList))
    countTraits(traits, by: 1)
    updateShares()
    return handle(id)
  }

  /// A listener with these traits has come, or has gone where the step is the largest number.
  private mutating func countTraits(_ traits: ListenerTraits, by step: UInt32) {
    if traits.contains(.anyPort) { state.anyPortListenerCount &+= step }
    if traits.contains(.foreignDestinations) { state.foreignListenerCount &+= step }
  }

  /// BBR needs delivery rates.
  func checkControl(_ options: ConnectionOptions, _ ringClass: Int) throws(CallError) {
    guard options.congestionControl == .bbr else { return }
    guard SentRecords.canSample, state.configuration.ringClasses[ringClass].samplesDeliveryRate else {
      throw .notSupported
    }
  }

  private func checkOwn(_ address: Address) throws(CallError) {
    guard address.isValidUnicast else { throw .invalidAddress }
    for number in 0..<interfaces.count where interfaces[number].position(of: address) != nil { return }
    throw .addressNotAvailable
  }

  /// OPEN, active: begins a connection; an event tells when it is established or has failed.
  ///
  /// A connection to one of our own addresses needs no device: what is sent on it stays inside the host.
  ///
  /// EV-OPEN-CLOSED-{2,5,6}.
  ///
  /// ```swift
  /// let handle = try host.connect(to: Endpoint(Address(192, 0, 2, 2), 80), at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - remote: address and port of the peer.
  ///   - local: our address (MUST-43) and port; unspecified or 0 lets the host choose (MUST-44, RFC 6056).
  ///   - interface: needed for a link-local peer (RFC 4007), otherwise found by the address.
  ///   - ringClass: the position in the configuration of the ring class to take the connection from.
  ///   - options: what holds for the connection from its SYN on.
  ///   - now: the clock's reading.
  /// - Throws: `remoteUnspecified`, `invalidAddress` (MUST-46, ROB-094), `addressNotAvailable` (ROB-095),
  ///   `connectionExists`, `insufficientResources`, `invalidArgument`, `notSupported` (see `listen`).
  public mutating func connect(
    to remote: Endpoint, from local: Endpoint? = nil, interface: Int? = nil, ringClass: Int = 0,
    options: ConnectionOptions = ConnectionOptions(), at now: Instant
  ) throws(CallError) -> Handle {
    advance(to: now)
    guard !remote.address.isUnspecified, remote.port != 0 else { throw .remoteUnspecified }
    guard remote.address.isValidUnicast else { throw .invalidAddress }
    guard ringClass >= 0, ringClass < state.configuration.ringClassCount, options.isValid
    else { throw .invalidArgument }
    try checkControl(options, ringClass)
    let (number, source) = try route(to: remote.address, from: local?.address, interface)
    guard !interfaces[number].isBroadcast(remote.address) else { throw .invalidAddress }
    guard !state.connectionSlots[ringClass].isFull else { throw .insufficientResources }
    let scope = remote.address.isLinkLocal ? UInt8(truncatingIfNeeded: number &+ 1) : 0
    var tuple = FourTuple(
      local: Endpoint(source, local?.port ?? 0), remote: remote, scope: scope)
    if tuple.localPort == 0 {
      tuple = try withEphemeralPort(tuple)
    } else if find(tuple) != nil {
      // EV-OPEN-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-1,
      // EV-OPEN-{LAST-ACK,TIME-WAIT}-1
      throw .connectionExists
    }
    guard
      let entry = takeConnection(ringClass, tuple, options, UInt8(truncatingIfNeeded: number))
      // unreached: a free slot was seen above, so only a full chain of the tuple index is left
    else { throw .insufficientResources }
    // survives `state.drawn &-= 1`: equivalent: the numbers drawn need only differ
    state.drawn &+= 1  // only now: a call that fails changes nothing
    // unreached: no target connects a host to itself; ForeignPeerTests does
    if interfaceNumber(of: remote.address) != nil { state.mayLoopBack = true }
    let context = context(connections[entry].interface)
    connections[entry].connect(
      initial: nextInitialSequenceNumber(tuple),
      timestampOffset: options.offersTimestamps ? state.keys.timestampOffset(tuple) : 0, context)
    connections[entry].recomputeWakeup(at: context.now)
    schedule(entry)
    return handle(entry.id)
  }

  /// OPEN, active, on a listener: it stops listening, and its port becomes the local side of a connection.
  ///
  /// EV-OPEN-LISTEN-1...3: on any error the listener is unchanged.
  ///
  /// ```swift
  /// let handle = try host.connect(turning: listener, to: Endpoint(Address(192, 0, 2, 2), 80), at: now)
  /// ```
  public mutating func connect(
    turning listener: Handle, to remote: Endpoint, at now: Instant
  ) throws(CallError) -> Handle {
    let place = try listenerEntry(listener)
    let settings = listeners[place]
    let made = try connect(
      to: remote, from: settings.local, ringClass: Int(settings.ringClass), options: settings.options,
      at: now)
    try closeListener(listener)
    return made
  }

  /// Which interface leads to a peer, and which address of ours to use.
  private func route(
    to remote: Address, from local: Address?, _ interface: Int?
  ) throws(CallError) -> (number: Int, source: Address) {
    if let interface, interface < 0 || interface >= interfaces.count { throw .invalidArgument }
    if remote.isLinkLocal && interface == nil && interfaces.count > 1 { throw .invalidArgument }
    if let local, !local.isUnspecified {
      guard local.isIPv4 == remote.isIPv4 else { throw .addressNotAvailable }
      for number in 0..<interfaces.count where interface == nil || interface == number {
        if interfaces[number].isUp, interfaces[number].position(of: local) != nil { return (number, local) }
      }
      throw .addressNotAvailable
    }
    var best: (number: Int, source: Address, fit: Int)?
    for number in 0..<interfaces.count where interface == nil || interface == number {
      guard interfaces[number].isUp, let found = interfaces[number].source(for: remote) else { continue }
      if let known = best, known.fit >= found.fit { continue }
      best = (number, found.address, found.fit)
    }
    guard let best else { throw .addressNotAvailable }
    return (best.number, best.source)
  }

  /// A random port that makes the tuple unique and that nobody listens on (RFC6056-1...4, ROB-343).
  private func withEphemeralPort(_ tuple: FourTuple) throws(CallError) -> FourTuple {
    let first = UInt32(state.configuration.firstEphemeralPort)
    let span = UInt64(wide: UInt32(state.configuration.lastEphemeralPort) &- first &+ 1)
    var candidate = tuple
    let draw = UInt64(wide: UInt32(truncatingIfNeeded: state.keys.random(state.drawn) &>> 32))
    var offset = UInt32(truncatingIfNeeded: (draw &* span) &>> 32)
    // From there on port by port (RFC 6056 section 3.3.1). Each entry takes one port at most, and one of them
    // is free for this connection: among as many ports as there are entries one is free, if any is.
    let most =
      // survives `slots.count >= Int`: equivalent: only more ports are looked at in vain
      // unreached: a range with more ports than a host has entries
      slots.count < Int(truncatingIfNeeded: span) ? slots.count : Int(truncatingIfNeeded: span)
    for _ in 0..<most {
      candidate.localPort = UInt16(truncatingIfNeeded: first &+ offset)
      offset = UInt64(wide: offset) &+ 1 == span ? 0 : offset &+ 1
      if findListener(candidate.localAddress, candidate.localPort, isIPv4: tuple.isIPv4, isOurs: true) == nil
        && find(candidate) == nil
      {
        return candidate
      }
    }
    throw .insufficientResources
  }

  /// Ends a listener: its handshakes are given up, connections not yet accepted are aborted.
  mutating func closeListener(_ handle: Handle) throws(CallError) {
    let place = try listenerEntry(handle)
    for _ in 0..<connections.count {
      guard let id = listeners[place].acceptQueue.popFirst(in: region) else { break }
      let entry = Entry(connection: id.position)
      let context = context(connections[entry].interface)
      markReleased(entry)
      try? connections[entry].abort(context)
      schedule(entry)
    }
    // Its handshakes end with it.
    for _ in 0..<halfOpen.count {
      guard let oldest = listeners[place].halfOpenByAge.first.orNil else { break }
      removeHalfOpen(halfOpenEntry(oldest))
    }
    unschedule(handle.id)
    countTraits(listeners[place].traits, by: UInt32.max)
    state.overShare.remove(handle.id, in: region)
    state.listenerSlots.release(handle.id, slots)
    updateShares()
  }
}
