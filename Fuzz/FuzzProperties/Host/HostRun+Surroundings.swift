import TCPCore

// Addresses, interfaces, and time.
extension HostRun {
  /// An address is taken away, or given again: connections of one that is gone end with an event.
  mutating func changeAddress(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1] & 3)
    let own = HostTable.addresses[index]
    guard hasAddress[index] else {
      do throws(CallError) {
        try fixture.host.addAddress(own.address, prefix: own.prefix, to: own.interface)
        hasAddress[index] = true
      } catch {
        require("an address can be given", error == .invalidArgument && !own.address.isIPv4, "\(error)")
      }
      return
    }
    var isUsing: InlineArray<10, Bool> = InlineArray(repeating: false)
    for place in 0..<10 where records[place].isHeld {
      guard let status = try? fixture.host.status(records[place].handle) else { continue }
      isUsing[place] =
        status.tuple.localAddress == own.address && status.interface == own.interface
        && status.state != .closed
    }
    do throws(CallError) {
      try fixture.host.removeAddress(own.address, from: own.interface, at: instant)
    } catch {
      violated("an address that is there can be taken away", "\(error)")
    }
    hasAddress[index] = false
    forgetCookies(from: own.address)
    forgetAborts()
    for place in 0..<10 where isUsing[place] {
      guard let status = try? fixture.host.status(records[place].handle) else {
        violated("a handle that is held has a status")
      }
      let isReported = status.endReason == .addressGone || status.endReason == .finished
      require("a connection ends with its address", status.state == .closed && isReported)
    }
    var place = 0
    while place < handshakeCount {
      let half = handshakes[place]
      if half.tuple.localAddress == own.address && half.interface == own.interface {
        removeHandshake(place)
      } else {
        place += 1
      }
    }
  }

  mutating func changeInterface(_ octets: InlineArray<8, UInt8>) {
    let mtu = HostTable.pathSizes[Int(octets[2] & 7)]
    let number = Int(octets[1] & 3) - 1
    let isKnown = number >= 0 && number < 2
    if octets[1] & 0x80 != 0 { return noteLinkUp(number, isKnown: isKnown) }
    var hasIPv6 = false
    for index in 0..<4 where HostTable.addresses[index].interface == number && hasAddress[index] {
      if !HostTable.addresses[index].address.isIPv4 { hasIPv6 = true }
    }
    let isGood = isKnown && mtu >= (hasIPv6 ? 1_280 : 68) && mtu <= 65_535
    // What is in TIME-WAIT, and what was released, the model does not know.
    let mayHaveIPv6 = hasServedForeign && isKnown && (68..<1_280).contains(mtu)
    let mustHaveIPv6 = isKnown && hasForeignIPv6(on: number)
    let offload = ChecksumOffload(verifiesArriving: octets[3] & 1 != 0, fillsDeparting: octets[3] & 2 != 0)
    do throws(CallError) {
      try fixture.host.setInterface(number, mtu: mtu, offload: offload)
      require("an MTU out of range is refused", isGood && (mtu >= 1_280 || !mustHaveIPv6))
      if mayHaveIPv6 {
        forgetIPv6Cookies(on: number)
        forgetAborts()
      }
      mtus[number] = mtu
      offloads[number] = offload
    } catch {
      require("an MTU in range is taken", error == .invalidArgument && (!isGood || mayHaveIPv6), "\(error)")
    }
    debt += HostFixture.connectionCapacity
  }

  /// A reset that waited to leave may be gone.
  private mutating func forgetAborts() {
    guard owedAborts > 0 else { return }
    owedAborts = 0
    areReleasedKnown = false
  }

  /// Whether something of IPv6 uses an interface.
  private func hasForeignIPv6(on number: Int) -> Bool {
    for index in 0..<handshakeCount where handshakes[index].interface == number {
      if !handshakes[index].tuple.isIPv4 { return true }
    }
    for index in 0..<10 where records[index].isHeld {
      guard let status = try? fixture.host.status(records[index].handle) else { continue }
      if status.state != .closed && status.interface == number && !status.tuple.isIPv4 { return true }
    }
    return false
  }

  /// An outage is over, or so the driver says.
  private mutating func noteLinkUp(_ number: Int, isKnown: Bool) {
    do throws(CallError) {
      try fixture.host.noteLinkUp(number, at: instant)
      require("a link is that of an interface", isKnown)
      noteLinkUp(number)
    } catch {
      require("a link that is there may come up", !isKnown && error == .invalidArgument, "\(error)")
    }
  }

  /// Time passes, at once or from deadline to deadline.
  mutating func pass(_ octets: InlineArray<8, UInt8>) {
    let code = Int(octets[1] & 15)
    var target = now + HostTable.pauses[code]
    if code == 0 { target = max(now, fixture.host.deadline?.microseconds ?? now) }
    if octets[1] & 0x10 != 0 {
      for _ in 0..<40 {
        pump()
        guard let deadline = fixture.host.deadline, deadline.microseconds < target else { break }
        wait(until: max(now + 1_000, deadline.microseconds))
      }
    }
    wait(until: target, budget: octets[2] == 0 ? 64 : Int(octets[2]))
  }

  /// - Parameter budget: how many timers the host may look at in one call.
  mutating func wait(until moment: UInt64, budget: Int = 64) {
    // Whole milliseconds, as the core counts them.
    let due = fixture.host.deadline?.microseconds ?? .max
    let isLate = due <= now
    now = (max(now, moment) + 999) / 1_000 * 1_000
    for turn in 0..<200 {
      guard fixture.host.expire(at: instant, budget: budget) else { break }
      require("expire comes to an end", turn < 199)
    }
    expireHandshakes()
    makeAnswersDue()
    // Time in which nobody called, or something waited to leave, is no silence of a peer's.
    if isLate || due < now && now - due >= 1_000_000 { stirReleased() }
    // Each entry may owe a segment, and an acknowledgment.
    debt += 2 * (HostFixture.connectionCapacity + HostFixture.halfOpenCapacity + HostFixture.timeWaitCapacity)
  }

  /// The user gives everything up, and no peer answers any more: every table runs empty.
  mutating func finish() {
    for index in 0..<2 { closeListener(index, isAborted: false) }
    pump()
    fetch()
    for index in 0..<10 where records[index].isHeld {
      guard (try? release(index)) != nil else { violated("a handle that is held can be given up") }
      debt += 1
    }
    pump()
    for turn in 0..<600 {
      guard let deadline = fixture.host.deadline else { break }
      require("deadlines come to an end", turn < 599)
      wait(until: max(now + 1, deadline.microseconds))
      pump()
    }
    if let broken = fixture.host.brokenInvariant() { violated("invariants hold", "\(broken)") }
    let left = fixture.host.occupancy
    require(
      "every table is empty",
      left.connections == 0 && left.halfOpen == 0 && left.timeWait == 0 && left.listeners == 0, "\(left)")
    require("a released handle gets no event", fixture.host.nextEvent() == nil)
    require("every datagram was counted", fixture.host.counters.datagramsArrived == arrivals)
  }
}
