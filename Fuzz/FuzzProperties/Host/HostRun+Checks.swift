import TCPCore

// What must hold at any time.
extension HostRun {
  /// What must hold between any two steps.
  @_silgen_name("__sanitizer_host_check")
  mutating func check(after step: HostStep) {
    if let broken = fixture.host.brokenInvariant() { violated("invariants hold", "\(broken)") }
    checkTables()
    if !step.isUnheard { fetch() }
    guard debt == 0 else { return }
    let occupancy = fixture.host.occupancy
    if let deadline = fixture.host.deadline {
      require("the deadline lies ahead", deadline.microseconds + 1_000 > now)
    } else {
      require("what waits for time has a deadline", occupancy.halfOpen == 0 && occupancy.timeWait == 0)
    }
  }

  /// As many entries as the model has, and never two for one pair.
  @_silgen_name("__sanitizer_host_check_tables")
  private mutating func checkTables() {
    let occupancy = fixture.host.occupancy
    require(
      "a handshake has one entry", occupancy.halfOpen == handshakeCount,
      "\(occupancy.halfOpen) instead of \(handshakeCount)")
    require("tables hold no more than they can", occupancy.timeWait <= HostFixture.timeWaitCapacity)
    var timeWaitCount = 0
    var live: InlineArray<8, FourTuple?> = InlineArray(repeating: nil)
    var count = 0
    var cursor = 0
    var listening = 0
    for turn in 0..<20 {
      guard let handle = fixture.host.nextHandle(&cursor) else { break }
      require("the walk over handles ends", turn < 19)
      guard let status = try? fixture.host.status(handle) else { violated("a handle has a status") }
      if status.state == .listen {
        listening += 1
        continue
      }
      require("a handle is the user's, or waits to be", belongs(handle, status))
      if status.state == .timeWait { timeWaitCount += 1 }
      live[count] = status.state == .closed ? nil : status.tuple
      for other in 0..<count {
        require("a pair has one connection", live[count] == nil || live[other] != live[count])
      }
      for index in 0..<handshakeCount {
        require("a pair has one entry", live[count] != handshakes[index].tuple)
      }
      count += 1
    }
    require("a listener has one slot", listening == occupancy.listeners)
    require("a connection in TIME-WAIT has an entry", timeWaitCount <= occupancy.timeWait)
    require("no more handles than slots", count <= occupancy.connections)
    require(
      "slots are freed", occupancy.connections - count <= lingering,
      "\(occupancy.connections), of which \(count) have a handle")
    lingering = min(lingering, occupancy.connections - count)
    for index in 0..<2 where listeners[index].isUsed { checkWaiting(index, live, count) }
  }

  /// The user fetches events: each connection with events is reported once, and nothing is lost.
  @_silgen_name("__sanitizer_host_fetch")
  mutating func fetch() {
    var reported: InlineArray<10, EventSet> = InlineArray(repeating: .none)
    var isAsked = false
    for turn in 0..<12 {
      guard let event = fixture.host.nextEvent() else { break }
      if event.kinds == .requested {
        isAsked = true
        takeRequest(event.handle)
        continue
      }
      require("SYNs that wait come behind all other events", !isAsked)
      require("each connection is reported once", turn <= HostFixture.connectionCapacity)
      if event.kinds.contains(.accepted) { takeReported(event.handle) }
      var isKnown = false
      for index in 0..<10 where records[index].isHeld && records[index].handle == event.handle {
        require("each connection is reported once", reported[index] == .none)
        reported[index] = event.kinds
        isKnown = true
      }
      require("an event belongs to a handle that the user holds", isKnown)
    }
    checkRequests()
    for index in 0..<10 where records[index].isHeld {
      guard let ready = try? fixture.host.readiness(records[index].handle) else {
        violated("a handle that is held has a readiness")
      }
      let before = records[index].readiness
      for place in 0..<HostTable.eventKinds.count {
        let bit = HostTable.eventKinds[place].rawValue
        let isNew = ready.rawValue & bit != 0 && before.rawValue & bit == 0
        // What ended by itself is readable and writable as well: the end is what is reported.
        let isEnd =
          (bit == EventSet.readable.rawValue || bit == EventSet.writable.rawValue) && ready.contains(.ended)
        require("what is new is reported", !isNew || reported[index].rawValue & bit != 0 || isEnd, "\(bit)")
      }
      require("the end is reported once", !reported[index].contains(.ended) || !records[index].isEndReported)
      if reported[index].contains(.ended) { records[index].isEndReported = true }
      records[index].readiness = ready
    }
  }
}
