import TCPCore

// The model of what is between a handshake and its user: answers to SYNs, and who waits to be accepted.
extension HostRun {
  // MARK: SYN-ACKs

  /// A SYN-ACK leaves: the first, one that the peer's SYN has asked for again, or one whose time has come.
  mutating func noteAnswer(of tuple: FourTuple) {
    for index in 0..<handshakeCount where handshakes[index].tuple == tuple {
      require("a SYN-ACK leaves when it is asked for, or its time has come", handshakes[index].owesAnswer)
      handshakes[index].owesAnswer = false
      // RFC 6298 section 5.5: 1, 2, 4 seconds and so on, a minute at most.
      let pause = min(60_000_000, handshakes[index].firstTimeout << UInt64(min(6, handshakes[index].answers)))
      if handshakes[index].answers == 0 { handshakes[index].answeredAt = now }
      // An entry counts in ticks of the timestamps.
      let ticks = min(65_535, (now - handshakes[index].answeredAt) / 1_024)
      handshakes[index].answeredAgainAt = handshakes[index].answeredAt + ticks * 1_024
      handshakes[index].answers += 1
      handshakes[index].answerAgainAt = now + pause
    }
  }

  /// The link is back: what was doubled is due one plain time-out after it left last, and a tick, as the
  /// entry may have it up to one earlier.
  mutating func noteLinkUp(_ number: Int) {
    for index in 0..<handshakeCount where handshakes[index].interface == number {
      guard handshakes[index].answers > 1, handshakes[index].answerAgainAt < .max else { continue }
      let due = max(now, handshakes[index].answeredAgainAt + 1_024 + handshakes[index].firstTimeout)
      handshakes[index].answerAgainAt = min(handshakes[index].answerAgainAt, due)
    }
  }

  /// Time has passed: SYN-ACKs that nobody has answered are due again.
  mutating func makeAnswersDue() {
    for index in 0..<handshakeCount where handshakes[index].answerAgainAt <= now {
      handshakes[index].answerAgainAt = .max
      handshakes[index].owesAnswer = true
    }
  }

  /// Nothing more leaves.
  func checkAnswers() {
    for index in 0..<handshakeCount {
      require("a SYN-ACK that is due leaves", !handshakes[index].owesAnswer)
    }
    require("a cookie leaves", owedCookieCount == 0)
    require("a released connection that is evicted resets its peer", owedAborts == 0)
  }

  // MARK: The accept queue

  /// A handshake is complete: its connection waits behind the others of its listener.
  mutating func awaitAcceptance(_ tuple: FourTuple, _ listener: UInt64) {
    for index in 0..<2 where listeners[index].handle.rawValue == listener {
      require(
        "no more wait than the backlog has room for", listeners[index].waitingCount < listeners[index].backlog
      )
      listeners[index].waiting[listeners[index].waitingCount] = tuple
      listeners[index].waitingCount += 1
      listeners[index].recentDrops = 0
      listeners[index].unclearDrops = 0
    }
  }

  /// A listener gives the user its oldest connection.
  mutating func takeAccepted(_ handle: Handle, from index: Int) {
    guard let status = try? fixture.host.status(handle) else { violated("who is accepted has a status") }
    require(
      "who has waited longest is accepted first",
      listeners[index].waitingCount > 0 && listeners[index].waiting[0] == status.tuple)
    keep(handle, ringClass: listeners[index].ringClass)
    removeWaiting(0, from: index)
  }

  /// An event gives the user a connection, whichever it is.
  mutating func takeReported(_ handle: Handle) {
    guard let status = try? fixture.host.status(handle) else { violated("who is accepted has a status") }
    for index in 0..<2 where listeners[index].isUsed {
      for place in 0..<listeners[index].waitingCount where listeners[index].waiting[place] == status.tuple {
        keep(handle, ringClass: listeners[index].ringClass)
        return removeWaiting(place, from: index)
      }
    }
    violated("an accepted connection was waiting", "\(status.tuple)")
  }

  private mutating func removeWaiting(_ place: Int, from index: Int) {
    listeners[index].waitingCount -= 1
    for next in place..<max(place, listeners[index].waitingCount) {
      listeners[index].waiting[next] = listeners[index].waiting[next + 1]
    }
  }

  /// Whether a handle is one that the user holds, or the user can have by accepting.
  func belongs(_ handle: Handle, _ status: Status) -> Bool {
    for index in 0..<10 where records[index].isHeld && records[index].handle == handle { return true }
    for index in 0..<2 where listeners[index].isUsed {
      for place in 0..<listeners[index].waitingCount where listeners[index].waiting[place] == status.tuple {
        return true
      }
    }
    return false
  }

  /// As many wait as have completed a handshake, less those that were accepted, or were over before, which
  /// nobody hears of.
  mutating func checkWaiting(_ index: Int, _ live: InlineArray<8, FourTuple?>, _ count: Int) {
    guard let status = try? fixture.host.status(listeners[index].handle) else {
      violated("a listener has a status")
    }
    var place = 0
    while place < listeners[index].waitingCount {
      var isLive = false
      for other in 0..<count where live[other] == listeners[index].waiting[place] { isLive = true }
      if isLive { place += 1 } else { removeWaiting(place, from: index) }
    }
    require(
      "who has completed a handshake waits until it is accepted",
      status.acceptQueueCount == listeners[index].waitingCount,
      "\(status.acceptQueueCount) instead of \(listeners[index].waitingCount)")
  }

  // MARK: Released connections that give way

  /// A handle was given up before its connection was over.
  mutating func noteReleased(_ tuple: FourTuple, ringClass: Int) {
    if lingering <= 1 { releasedCount = 0 }
    guard releasedCount < 8 else {
      areReleasedKnown = false
      return
    }
    released[releasedCount] = HostReleased(tuple: tuple, ringClass: ringClass, at: now, quietSince: now)
    releasedCount += 1
  }

  /// Something has happened after which a released connection may restart counting its silence.
  mutating func stirReleased(_ tuple: FourTuple? = nil) {
    for index in 0..<releasedCount where tuple == nil || released[index].tuple == tuple {
      released[index].quietSince = now
    }
  }

  /// Whether some released connection has been silent for ten seconds for certain, or possibly.
  private func isStalled(_ ringClass: Int, isCertain: Bool) -> Bool {
    for index in 0..<releasedCount where released[index].ringClass == ringClass {
      let since = isCertain ? released[index].quietSince + 500_000 : released[index].at
      if now >= since + 10_000_000 { return true }
    }
    return false
  }

  /// A released connection has given its place to one that a listener has made.
  mutating func noteRecycled(for tuple: FourTuple, isReplyLost: Bool) {
    if !isReplyLost { debt += 1 }  // its reset, beside the answer to what has arrived
    guard areReleasedKnown else { return }
    // Of a pair without a handshake it is a cookie.
    let owner = handshake(of: tuple).map { handshakes[$0].listener }
    for index in 0..<2
    where owner.map({ listeners[index].handle.rawValue == $0 }) ?? (listener(for: tuple) == index) {
      require(
        "a released connection gives way only when it has been silent for ten seconds",
        isStalled(listeners[index].ringClass, isCertain: false))
    }
    if !isReplyLost { owedAborts += 1 }
  }

  /// A reset leaves: perhaps that of a released connection that gave way.
  mutating func noteAbort(_ segment: SegmentHeader, of tuple: FourTuple) {
    guard owedAborts > 0, segment.flags == .rst | .ack else { return }
    for index in 0..<releasedCount where released[index].tuple == tuple {
      for flow in 0..<24 where flows[flow].isUsed && flows[flow].tuple == tuple {
        guard
          segment.sequence.rawValue == flows[flow].next
            && segment.acknowledgment.rawValue == flows[flow].expected
        else { return }
      }
      owedAborts -= 1
      releasedCount -= 1
      for next in index..<max(index, releasedCount) { released[next] = released[next + 1] }
      return
    }
  }

  /// A SYN for a listener finds the rings of its class taken, or not.
  func checkRings(_ index: Int, _ outcome: ArrivalOutcome) {
    let capacity = listeners[index].ringClass == 0 ? HostFixture.connectionCapacity - 1 : 1
    let occupied = fixture.host.occupancy.connections
    let isFull = occupied == HostFixture.connectionCapacity
    require(
      "a backlog that is full is what drops a SYN",
      listeners[index].waitingCount < listeners[index].backlog || outcome != .connectionTableFull)
    if outcome == .connectionTableFull {
      require("no SYN is dropped for want of rings that are there", occupied >= capacity)
      let areLive = areReleasedKnown && releasedCount == lingering
      require(
        "a SYN is not dropped where a released connection is due to give way",
        !areLive || !isStalled(listeners[index].ringClass, isCertain: true))
    } else if outcome == .processed && areReleasedKnown {
      require(
        "a SYN is not taken where its connection would find no rings",
        !isFull || isStalled(listeners[index].ringClass, isCertain: false))
    }
  }
}

/// A connection whose handle was given up before it was over.
struct HostReleased {
  var tuple: FourTuple
  var ringClass: Int
  /// When that was, and when something last happened to it that may count as progress.
  var at: UInt64
  var quietSince: UInt64
}
