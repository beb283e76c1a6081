import TCPCore

// What the user does.
extension HostRun {
  /// A handle that the user was given is kept, in the place of one that was given up.
  mutating func keep(_ handle: Handle, ringClass: Int) {
    for index in 0..<10 where records[index].isHeld {
      require("no two connections share a handle", records[index].handle != handle)
    }
    for index in 0..<10 where !records[index].isHeld {
      records[index] = HostRecord(handle: handle, isHeld: true, ringClass: ringClass)
      return
    }
    violated("no more handles than slots are given")
  }

  private var heldCount: Int {
    var count = 0
    for index in 0..<10 where records[index].isHeld { count += 1 }
    return count
  }

  /// OPEN, passive.
  mutating func listen(
    address: Address, port: UInt16, _ family: ListenerFamily, backlog: Int, ringClass: Int,
    leastTimeout: UInt64 = 1_000_000, timestamps: HostListener.Timestamps = .offered, traitsCode: UInt8 = 0
  ) {
    let traits = ListenerTraits(rawValue: traitsCode & 3) | ListenerTraits(rawValue: traitsCode & 12)
    // Mostly the port that its traits demand.
    let port = traits.contains(.anyPort) && traitsCode & 16 == 0 ? 0 : port
    var listener = HostListener(
      handle: Handle(rawValue: 0), address: address, port: port, family: family, backlog: backlog,
      ringClass: ringClass)
    listener.leastTimeout = leastTimeout
    listener.traits = traits
    listener.timestamps = timestamps
    listener.usesECN = traitsCode & 32 == 0
    let isAllowed =
      traits.rawValue < 8 && traits.contains(.anyPort) == (port == 0)
      && (address.isUnspecified || !traits.contains(.foreignDestinations))
    var options = choice.options
    options.minimumTimeout = Interval(microseconds: leastTimeout)
    if !listener.usesECN { options.ecn = .off }
    options.offersTimestamps = timestamps != .off
    options.requiresTimestamps = timestamps == .strict
    options.isFragmentationAllowed = traitsCode & 64 != 0
    mayFragment = mayFragment || options.isFragmentationAllowed
    let isOwn = address.isUnspecified || hasOwn(address)
    var isTaken = false
    var slot: Int?
    for index in 0..<2 {
      if listeners[index].isUsed {
        isTaken = isTaken || overlaps(listeners[index], listener)
      } else {
        slot = index
      }
    }
    do throws(CallError) {
      listener.handle = try fixture.host.listen(
        Endpoint(address, port), family: family, backlog: backlog, ringClass: ringClass,
        traits: traits, options: options)
      guard isAllowed, backlog > 0, ringClass < 2, isOwn, !isTaken, let slot else {
        violated("OPEN fails where it must")
      }
      listener.isUsed = true
      hasServedForeign = hasServedForeign || traits.contains(.foreignDestinations)
      listeners[slot] = listener
    } catch {
      let expected: CallError =
        !isAllowed || backlog < 1 || ringClass > 1
        ? .invalidArgument
        : !isOwn ? .addressNotAvailable : isTaken ? .connectionExists : .insufficientResources
      require("OPEN fails as it must", error == expected, "\(error) instead of \(expected)")
      require("OPEN fails only where it must", error != .insufficientResources || slot == nil)
    }
  }

  func hasOwn(_ address: Address) -> Bool {
    for index in 0..<4 where HostTable.addresses[index].address == address { return hasAddress[index] }
    return false
  }

  /// Whether two listeners would serve some pair with the same right.
  private func overlaps(_ left: HostListener, _ right: HostListener) -> Bool {
    guard left.port == right.port, left.address.isUnspecified == right.address.isUnspecified else {
      return false
    }
    if !left.address.isUnspecified { return left.address == right.address }
    return left.family == .both || right.family == .both || left.family == right.family
  }

  /// OPEN, active: to a peer of one of the flows, from a port of the host's choice or one that is given.
  mutating func connect(_ octets: InlineArray<8, UInt8>) {
    let flow = HostTable.tuples[Int(octets[1] & 15)]
    var local: Endpoint?
    if octets[2] & 1 != 0 { local = Endpoint(flow.localAddress, octets[2] & 2 != 0 ? flow.localPort : 0) }
    let before = fixture.host.digest
    let occupancy = fixture.host.occupancy
    let isLinkLocal = flow.remoteAddress.isLinkLocal
    var options = choice.options
    options.maximumSegmentSize = HostTable.segmentSizes[Int(octets[5]) % HostTable.segmentSizes.count]
    do throws(CallError) {
      let made = try fixture.host.connect(
        to: flow.remote, from: local,
        interface: octets[3] & 1 != 0 || isLinkLocal ? Int(octets[1] >> 1 & 1) : nil,
        ringClass: Int(octets[4] % 3), options: options, at: instant)
      let status = try fixture.host.status(made)
      require("a connection begins with a SYN", status.state == .synSent)
      require("one connection more", fixture.host.occupancy.connections == occupancy.connections + 1)
      let port = status.tuple.localPort
      if local?.port ?? 0 == 0 {
        require("a port of the host's choice is an ephemeral one", HostFixture.ports.contains(port))
        require("nobody listens on a port of the host's choice", !isListenedOn(status.tuple))
        if occupancy == (0, 0, 0, 0) { noteDraw(port) }
      }
      require("a pair is used once", !hasConnection(status.tuple))
      require("a source is an address of ours", hasOwn(status.tuple.localAddress))
      for index in 0..<handshakeCount {
        require("a pair has one entry", handshakes[index].tuple != status.tuple)
      }
      keep(made, ringClass: Int(octets[4] % 3))
      debt += 1
      if octets[5] != 0 { checkSegmentSize(status, options.maximumSegmentSize) }
    } catch {
      require(
        "OPEN fails as it must",
        error == .insufficientResources || error == .connectionExists || error == .addressNotAvailable
          || error == .invalidArgument, "\(error)")
      require("an OPEN that fails changes nothing", fixture.host.digest == before)
      if error == .insufficientResources {
        checkWant(ringClass: Int(octets[4] % 3), hasPort: local?.port ?? 0 != 0)
      }
    }
  }

  /// RFC 6056 section 3.3.1: where every port is free, who knows one does not know the next.
  private mutating func noteDraw(_ port: UInt16) {
    draws = port == lastDraw ? draws + 1 : 1
    lastDraw = port
    // Ten of six ports are the same once in ten million times.
    require("ports are drawn at random", draws < 10, "\(port) again and again")
  }

  /// OPEN fails for want of a slot only where the ring class may be full, and of a port only where each is
  /// listened on, in use, or may rest. To which pair a port belongs is not looked at.
  private func checkWant(ringClass: Int, hasPort: Bool) {
    let occupancy = fixture.host.occupancy
    let capacity = ringClass == 0 ? HostFixture.connectionCapacity - 1 : 1
    var held = 0
    for index in 0..<10 where records[index].isHeld && records[index].ringClass == ringClass { held += 1 }
    let isRoomy = occupancy.connections < capacity || held < capacity && occupancy.connections == heldCount
    require("OPEN needs a slot, and takes one that is free", !isRoomy || !hasPort)
    guard isRoomy else { return }
    // One that is over has its pair until its reset has left.
    var ended = 0
    for index in 0..<10 where records[index].isHeld {
      if (try? fixture.host.status(records[index].handle))?.state == .closed { ended += 1 }
    }
    var free = 0
    for port in HostFixture.ports {
      var isTaken = false
      for index in 0..<2 where listeners[index].isUsed && listeners[index].port == port { isTaken = true }
      for index in 0..<10 where records[index].isHeld {
        guard let status = try? fixture.host.status(records[index].handle) else { continue }
        if status.tuple.localPort == port && status.state != .closed { isTaken = true }
      }
      for index in 0..<handshakeCount where handshakes[index].tuple.localPort == port { isTaken = true }
      if !isTaken { free += 1 }
    }
    require(
      "OPEN finds a port that is free", free <= occupancy.timeWait + lingering + ended, "\(free) ports")
  }

  /// The SYN says how long the segments may be that the path and the user allow (MUST-67).
  private mutating func checkSegmentSize(_ status: Status, _ limit: UInt16) {
    pump()
    let room = mtus[status.interface] - (status.tuple.isIPv4 ? 40 : 60)
    let expected = max(min(64, room), limit == 0 ? room : min(room, Int(limit)))
    for index in 0..<24 where flows[index].isUsed && flows[index].tuple == status.tuple {
      let advertised = flows[index].segmentSize.map { Int($0) } ?? 0
      require("a SYN carries our MSS", advertised == expected, "\(advertised) instead of \(expected)")
    }
  }

  /// Whether a listener for exactly its port would serve a pair.
  private func isListenedOn(_ tuple: FourTuple) -> Bool {
    for index in 0..<2 where listeners[index].port == tuple.localPort {
      if listeners[index].serves(tuple, isOurs: true) { return true }
    }
    return false
  }

  /// A connection of a listener is accepted, or a SYN that waits is answered or refused.
  mutating func accept(_ octets: InlineArray<8, UInt8>) {
    if octets[2] != 0 { return decide(on: Int(octets[3]), Int(octets[2] & 3)) }
    let listener = listeners[Int(octets[1] & 1)]
    guard listener.isUsed else { return }
    let waiting = (try? fixture.host.status(listener.handle))?.acceptQueueCount ?? -1
    do throws(CallError) {
      let made = try fixture.host.accept(listener.handle)
      require("who is accepted has waited", waiting > 0)
      takeAccepted(made, from: Int(octets[1] & 1))
    } catch {
      require("nothing to accept, and no other error", error == .wouldBlock && waiting == 0, "\(error)")
    }
  }

  mutating func write(_ index: Int, count: Int) {
    // The page is longer than any count.
    let text = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.text)[..<count])
    let handle = records[index].handle
    debt += 1
    do throws(CallError) {
      let taken = unsafe try fixture.host.write(handle, text.bytes, at: instant)
      require("only a handle that is held can be written to", records[index].isHeld && taken <= count)
    } catch {
      require("a handle is stale if it was given up", records[index].isHeld == (error != .staleHandle))
    }
  }

  mutating func read(_ index: Int, count: Int) {
    // The page is as long as the largest count.
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.departure[..<(count + 1)])
    let handle = records[index].handle
    debt += 1
    do throws(CallError) {
      let unread = (try? fixture.host.status(handle))?.unread ?? 0
      let taken = unsafe try fixture.host.read(handle, into: room, at: instant)
      require(
        "read gives what has come", records[index].isHeld && taken == min(unread, count + 1) && taken > 0)
      // The user has seen it: what comes next is a new event.
      if taken == unread, let now = try? fixture.host.readiness(handle), !now.contains(.readable) {
        records[index].readiness.rawValue &= ~EventSet.readable.rawValue
      }
    } catch {
      require("a handle is stale if it was given up", records[index].isHeld == (error != .staleHandle))
    }
  }

  /// CLOSE, ABORT, or a release.
  mutating func end(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1]) % 10
    let handle = records[index].handle
    debt += 1
    do throws(CallError) {
      switch octets[2] & 3 {
      case 0, 1: try fixture.host.close(handle, at: instant)
      case 2: try fixture.host.abort(handle, at: instant)
      default: try release(index)
      }
      require("only a handle that is held can be used", records[index].isHeld || octets[2] & 3 == 3)
    } catch {
      require("a handle is stale if it was given up", records[index].isHeld == (error != .staleHandle))
    }
  }

  mutating func release(_ index: Int) throws(CallError) {
    let handle = records[index].handle
    let before = fixture.host.occupancy.connections
    let tuple = (try? fixture.host.status(handle))?.tuple
    try fixture.host.release(handle, at: instant)
    require("only a handle that is held can be given up", records[index].isHeld)
    records[index].isHeld = false
    if fixture.host.occupancy.connections == before {
      lingering += 1
      if let tuple { noteReleased(tuple, ringClass: records[index].ringClass) }
    }
    var isStale = false
    do throws(CallError) { _ = try fixture.host.status(handle) } catch { isStale = error == .staleHandle }
    require("a handle that was given up is stale", isStale)
  }

  mutating func closeListener(_ index: Int, isAborted: Bool) {
    guard listeners[index].isUsed else { return }
    let handle = listeners[index].handle
    let waiting = (try? fixture.host.status(handle))?.acceptQueueCount ?? 0
    do throws(CallError) {
      if isAborted {
        try fixture.host.abort(handle, at: instant)
      } else {
        try fixture.host.close(handle, at: instant)
      }
    } catch {
      violated("a listener can be closed", "\(error)")
    }
    debt += waiting
    // Their slots stay taken until their resets have left.
    lingering += waiting
    listeners[index].isUsed = false
    var place = 0
    while place < handshakeCount {
      if handshakes[place].listener == handle.rawValue { removeHandshake(place) } else { place += 1 }
    }
  }

  /// A call with a handle that was given up, is of another generation, or was never given.
  mutating func askStale(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1]) % 10
    var handle = records[index].handle
    switch octets[2] & 3 {
    case 0: handle.rawValue &+= 1 << 32
    case 1: handle.rawValue &-= 2 << 32
    case 2: handle.rawValue = UInt64(octets[3]) << 32 | UInt64(octets[4])
    default: break
    }
    for place in 0..<10 where records[place].isHeld && records[place].handle == handle { return }
    for place in 0..<2 where listeners[place].isUsed && listeners[place].handle == handle { return }
    // A connection that nobody has accepted has a handle that can be guessed.
    for place in 0..<2 where listeners[place].isUsed {
      if let status = try? fixture.host.status(listeners[place].handle), status.acceptQueueCount > 0 {
        return
      }
    }
    // So has a SYN that waits.
    for place in 0..<handshakeCount where handshakes[place].isHeld { return }
    let before = fixture.host.digest
    for call in 0..<11 {
      let error = error(of: call, handle)
      require("a handle that names nothing is stale", error == .staleHandle, "call \(call), \(handle)")
    }
    require("a call with a stale handle changes nothing", fixture.host.digest == before)
  }

  private func error(of call: Int, _ handle: Handle) -> CallError? {
    do throws(CallError) {
      switch call {
      case 0: try fixture.host.close(handle, at: instant)
      case 1: try fixture.host.abort(handle, at: instant)
      case 2: try fixture.host.release(handle, at: instant)
      case 3: _ = try fixture.host.status(handle)
      case 4: _ = try fixture.host.readiness(handle)
      case 5: _ = try fixture.host.accept(handle)
      case 6: try fixture.host.setOptions(handle, ConnectionOptions(), at: instant)
      case 7: _ = try fixture.host.request(handle)
      case 8: try fixture.host.answer(handle, at: instant)
      case 9: try fixture.host.refuse(handle, at: instant)
      default: _ = unsafe try fixture.host.read(handle, into: shared.departure, at: instant)
      }
      return nil
    } catch {
      return error
    }
  }
}
