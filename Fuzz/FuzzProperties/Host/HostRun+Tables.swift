import TCPCore

// The model of the table of handshakes: who has an entry, whose entry goes, and when.
extension HostRun {
  /// Whether the user holds a connection of a pair that is not over.
  func hasConnection(_ tuple: FourTuple) -> Bool {
    for index in 0..<10 where records[index].isHeld {
      guard let status = try? fixture.host.status(records[index].handle), status.tuple == tuple else {
        continue
      }
      if status.state != .closed && status.state != .timeWait { return true }
    }
    return false
  }

  func handshake(of tuple: FourTuple) -> Int? {
    for index in 0..<handshakeCount where handshakes[index].tuple == tuple { return index }
    return nil
  }

  mutating func removeHandshake(_ index: Int) {
    handshakeCount -= 1
    var place = index
    while place < handshakeCount {
      handshakes[place] = handshakes[place + 1]
      place += 1
    }
  }

  /// What an arrival does to the table.
  mutating func follow(
    _ segment: SegmentHeader, _ tuple: FourTuple, _ interface: Int, _ outcome: ArrivalOutcome,
    _ cookie: HostCookieEffect, isLive: Bool, hasBegun: Bool, hasRecycled: Bool
  ) {
    if hasRecycled && outcome != .processed {
      violated("nobody gives way for a SYN that is then dropped", "\(outcome)")
    }
    let isSynchronizing = segment.flags.contains(.syn) && !segment.flags.intersects(.ack | .rst)
    if let index = handshake(of: tuple) {
      require("no entry is recycled for a pair that has one", !hasRecycled)
      require("no cookie is sent to a pair that has an entry", !cookie.isSent)
      let isAgain = isSynchronizing && segment.sequence.rawValue == handshakes[index].peerInitial
      if outcome == .processed && isAgain { handshakes[index].owesAnswer = !handshakes[index].isHeld }
      require("no handshake ends that nobody has answered", !hasBegun || !handshakes[index].isHeld)
      if hasBegun { awaitAcceptance(handshakes[index].tuple, handshakes[index].listener) }
      if hasBegun || outcome == .forNobody || outcome == .processed && !isAgain { removeHandshake(index) }
      return
    }
    if cookie.isAccepted, let index = listener(for: tuple) {
      require("a connection begins with its cookie", hasBegun && !hasRecycled)
      return awaitAcceptance(tuple, listeners[index].handle.rawValue)
    }
    require("a connection begins with a handshake", !hasBegun)
    if isSynchronizing, !isLive, let index = listener(for: tuple) { checkRings(index, outcome) }
    if outcome == .backlogFull, isSynchronizing, let index = listener(for: tuple), wantsCookie(index) {
      return require(
        "a SYN is dropped only where no cookie will do",
        waitingCount(index) >= listeners[index].backlog || cookie.isReplyLost)
    }
    if outcome == .backlogFull, isSynchronizing, let index = listener(for: tuple) {
      let room = room(for: index)
      if room.isTimed { listeners[index].recentDrops = min(8, listeners[index].recentDrops + 1) }
      return require("a SYN is dropped only where no place is free, and none is due to be", !room.isDue)
    }
    if outcome == .synChallenged, isSynchronizing, !isLive, let index = listener(for: tuple),
      room(for: index).isTimed
    {
      listeners[index].unclearDrops = min(8, listeners[index].unclearDrops + 1)
    }
    guard outcome == .processed, isSynchronizing, !isLive else {
      return require("an entry is recycled for a new one only", !hasRecycled)
    }
    if cookie.isSent, let index = listener(for: tuple) {
      require("a cookie keeps nothing, and nobody gives way for it", !hasRecycled && !cookie.hasReused)
      return noteCookie(segment, tuple, index, on: interface)
    }
    guard let listener = listener(for: tuple) else {
      // A connection whose handle was given up may still be there.
      return require("a handshake needs a listener", lingering > 0 && !hasRecycled)
    }
    // A pair of a connection that lingers: it has taken the SYN.
    if fixture.host.occupancy.halfOpen == handshakeCount && !hasRecycled {
      return require("a SYN that is taken has an entry, or a connection that lingers", lingering > 0)
    }
    require("an entry is made where no cookie is due", cookie.hasReused || !wantsCookie(listener))
    makeRoom(for: listener, hasRecycled)
    // A pair in TIME-WAIT keeps its interface, wherever a SYN comes in.
    let own = self.interface(of: tuple.localAddress) ?? interface
    handshakes[handshakeCount] = HostHandshake(
      tuple: tuple, interface: own, peerInitial: segment.sequence.rawValue, expiresAt: now + 63_000_000,
      listener: listeners[listener].handle.rawValue,
      firstTimeout: max(1_000_000, listeners[listener].leastTimeout))
    if listeners[listener].traits.contains(.holdsAnswers) {
      handshakes[handshakeCount].isHeld = true
      handshakes[handshakeCount].owesAnswer = false
    }
    handshakeCount += 1
  }

  /// What an arrival has done about cookies, and what its pair was.
  struct HostCookieEffect {
    var isSent: Bool
    var isAccepted: Bool
    var isReplyLost: Bool
    /// Whether the pair was in TIME-WAIT.
    var hasReused: Bool
  }

  /// The place that a new entry of a listener gets.
  private struct Room {
    /// Whose place it takes; `nil` where one is free.
    var victim: Int?
    /// Whether it gets one, whether it may get one, and whether that is a matter of time.
    var isDue = true
    var mayBeDue = true
    var isTimed = false
  }

  /// A listener's own oldest entry gives way where it has been left alone for 75 ms to a second, as often as
  /// newcomers were dropped; a listener below its share takes the place of one that is above.
  private func room(for index: Int) -> Room {
    let listener = listeners[index]
    let waiting = (try? fixture.host.status(listener.handle))?.acceptQueueCount ?? 0
    guard waiting < listener.backlog else { return Room(isDue: false, mayBeDue: false) }
    var own = 0
    var oldest: Int?
    var oldestOfOthers: Int?
    for place in 0..<handshakeCount {
      if handshakes[place].listener == listener.handle.rawValue {
        own += 1
        oldest = oldest ?? place
      } else {
        oldestOfOthers = oldestOfOthers ?? place
      }
    }
    let isBacklogFull = own + waiting >= listener.backlog
    guard isBacklogFull || handshakeCount == HostFixture.halfOpenCapacity else { return Room() }
    let share = max(1, HostFixture.halfOpenCapacity / max(1, fixture.host.occupancy.listeners))
    if !isBacklogFull && own < share && handshakeCount - own > share { return Room(victim: oldestOfOthers) }
    guard let oldest else { return Room(isDue: false, mayBeDue: false) }
    let age = now - (handshakes[oldest].expiresAt - 63_000_000)
    return Room(
      victim: oldest, isDue: age >= listener.minimumHalfOpenAge,
      mayBeDue: age >= listener.leastUndisturbedTime,
      isTimed: true)
  }

  private mutating func makeRoom(for index: Int, _ hasRecycled: Bool) {
    let room = room(for: index)
    require("a SYN finds no place before one is due to be free", room.mayBeDue)
    require("an entry is recycled only where there is no room", hasRecycled == (room.victim != nil))
    if let victim = room.victim { return removeHandshake(victim) }
    listeners[index].recentDrops = 0
    listeners[index].unclearDrops = 0
  }

  /// The listener for a pair: one of that port before one of any, and then one of that address.
  func listener(for tuple: FourTuple) -> Int? {
    var found: Int?
    var best = -1
    let isOurs = hasOwn(tuple.localAddress)
    for index in 0..<2 where listeners[index].serves(tuple, isOurs: isOurs) {
      let rank = (listeners[index].port == 0 ? 0 : 2) + (listeners[index].address.isUnspecified ? 0 : 1)
      if rank > best { (found, best) = (index, rank) }
    }
    return found
  }

  private func interface(of address: Address) -> Int? {
    for index in 0..<4 where HostTable.addresses[index].address == address {
      return HostTable.addresses[index].interface
    }
    return nil
  }

  /// Handshakes that nobody has completed are over.
  mutating func expireHandshakes() {
    var index = 0
    while index < handshakeCount {
      if handshakes[index].expiresAt <= now { removeHandshake(index) } else { index += 1 }
    }
  }
}
