import TCPCore

// Calls with arguments that are out of their range, and what the host knows of itself.
extension HostRun {
  /// A call that cannot be carried out fails with the error that says why, and changes nothing.
  mutating func ask(_ octets: InlineArray<8, UInt8>) {
    let before = fixture.host.digest
    switch octets[1] % 8 {
    case 0: askAboutHost()
    case 1: askForAddresses()
    case 2: fillAddresses()
    case 3:
      changePrefix()
      require("a call that fails changes nothing", fixture.host.digest == before)
      // Connections that were made have drawn ports: that is no failure, and does change what comes next.
      return changePrefix(of: HostTable.prefixes[Int(octets[2]) % HostTable.prefixes.count])
    case 4: askForListeners()
    case 5: askForConnections()
    case 6: askListener(Int(octets[2] & 1))
    default: askForNothing(record(octets[2]))
    }
    require("a call that fails changes nothing", fixture.host.digest == before)
  }

  /// Requires that a call fails with an error.
  private mutating func fails(
    _ call: StaticString, with expected: CallError, _ body: (inout TCPHost) throws(CallError) -> Void
  ) {
    var found: CallError?
    do throws(CallError) { try body(&fixture.host) } catch { found = error }
    require(
      "a call with a bad argument fails as it must", found == expected,
      "\(call): \(found.map { "\($0)" } ?? "none") instead of \(expected)")
  }

  // MARK: The host

  private func askAboutHost() {
    let known = fixture.configuration
    let answer = fixture.host.configuration
    require("a host reports its ring classes", answer.ringClassCount == known.ringClassCount)
    for index in 0..<answer.ringClassCount {
      let (left, right) = (answer.ringClass(index), known.ringClass(index))
      require(
        "a host reports its rings",
        left.connections == right.connections && left.sendCapacity == right.sendCapacity
          && left.receiveCapacity == right.receiveCapacity)
    }
    require("a host knows the latest moment", fixture.host.now == instant)
    require("a host reports the largest MTU", fixture.host.largestMTU == max(mtus[0], mtus[1]))
    fixture.checkAddresses()
    let names = HostTable.stateNames
    for number in 0..<names.count {
      let name = ConnectionState(rawValue: UInt8(number)).map { "\($0.name)" }
      require("a state has the name of RFC 9293", name == names[number], "\(name ?? "none")")
    }
  }

  // MARK: Addresses

  private mutating func askForAddresses() {
    let good = Address(203, 0, 113, 1)
    for number in [-1, 2] {
      fails("interface", with: .invalidArgument) { host throws(CallError) in
        try host.addAddress(good, prefix: 24, to: number)
      }
      fails("interface", with: .invalidArgument) { [instant] host throws(CallError) in
        try host.removeAddress(good, from: number, at: instant)
      }
    }
    fails("removed", with: .addressNotAvailable) { [instant] host throws(CallError) in
      try host.removeAddress(good, from: 1, at: instant)
    }
    for (address, prefix) in [(good, 33), (good, -1), (HostTable.addresses[1].address, 129)] {
      fails("prefix", with: .invalidArgument) { host throws(CallError) in
        try host.addAddress(address, prefix: prefix)
      }
    }
    let bad = [
      (Address(224, 0, 0, 1), 4), (Address(0, 0, 0, 0), 8), (Address(203, 0, 113, 255), 24),
      (Address(high: 0xFF02 << 48, low: 1), 64), (Address(high: 0, low: 0), 64),
    ]
    for (address, prefix) in bad {
      fails("address", with: .invalidAddress) { host throws(CallError) in
        try host.addAddress(address, prefix: prefix)
      }
    }
  }

  /// An interface has room for eight addresses.
  private mutating func fillAddresses() {
    for number in 0..<2 {
      var count = 0
      for index in 0..<4 where HostTable.addresses[index].interface == number && hasAddress[index] {
        count += 1
      }
      for place in count...8 {
        let new = Address(203, 0, 113, UInt8(1 + place))
        if place == 8 {
          fails("ninth", with: .insufficientResources) { host throws(CallError) in
            try host.addAddress(new, prefix: 32, to: number)
          }
        } else if (try? fixture.host.addAddress(new, prefix: 32, to: number)) == nil {
          violated("an interface has room for eight addresses", "\(place)")
        }
      }
      for place in count..<8 {
        let new = Address(203, 0, 113, UInt8(1 + place))
        guard (try? fixture.host.removeAddress(new, from: number, at: instant)) != nil else {
          violated("an address that is there can be taken away")
        }
      }
    }
  }

  /// With another prefix an address has another broadcast address, and there is still one of it.
  private mutating func changePrefix() {
    guard hasAddress[0] else { return }
    let own = HostTable.addresses[0]
    let broadcast = Endpoint(Address(192, 0, 255, 255), 9)
    guard (try? fixture.host.addAddress(own.address, prefix: 16)) != nil else {
      violated("the prefix of an address can be changed")
    }
    fails("broadcast", with: .invalidAddress) { [instant] host throws(CallError) in
      _ = try host.connect(to: broadcast, at: instant)
    }
    guard (try? fixture.host.addAddress(own.address, prefix: own.prefix)) != nil else {
      violated("the prefix of an address can be set back")
    }
  }

  /// Of two addresses of ours the one is the source that shares the longer network with the peer (RFC 6724 in
  /// small).
  private mutating func changePrefix(of prefix: Int) {
    guard hasAddress[1] else { return }
    let own = HostTable.addresses[1]
    let other = Address(high: own.address.high, low: 1 << 63 | 1)
    guard (try? fixture.host.addAddress(other, prefix: prefix)) != nil else {
      return require("only an MTU below 1,280 prevents IPv6", mtus[0] < 1_280)
    }
    let remotes = [
      Address(high: own.address.high, low: 9), Address(high: own.address.high, low: 1 << 63 | 9),
      Address(high: own.address.high ^ 1 << 32, low: 9), Address(192, 0, 2, 9),
    ]
    for remote in remotes {
      guard let made = try? fixture.host.connect(to: Endpoint(remote, 9), interface: 0, at: instant),
        let status = try? fixture.host.status(made)
      else { continue }
      // What does not share the whole network fits no better than any.
      let isFirst = prefix <= own.prefix && HostTable.shares(remote, own.address, own.prefix)
      let isOther = !isFirst && HostTable.shares(remote, other, prefix)
      let expected = remote.isIPv4 ? HostTable.addresses[0].address : isOther ? other : own.address
      require("the source is as close as can be", status.tuple.localAddress == expected, "\(prefix)")
      guard (try? fixture.host.release(made, at: instant)) != nil else {
        violated("a handle that is held can be given up")
      }
    }
    guard (try? fixture.host.removeAddress(other, at: instant)) != nil else {
      violated("an address that is there can be taken away")
    }
  }

  // MARK: OPEN

  private mutating func askForListeners() {
    let any = Address.anyIPv4
    let calls: [(Endpoint, Int, Int, CallError)] = [
      (Endpoint(any, 0), 1, 0, .invalidArgument), (Endpoint(any, 82), 0, 0, .invalidArgument),
      (Endpoint(any, 82), 1, -1, .invalidArgument), (Endpoint(any, 82), 1, 2, .invalidArgument),
      (Endpoint(Address(224, 0, 0, 1), 82), 1, 0, .invalidAddress),
      (Endpoint(Address(high: 0xFF02 << 48, low: 1), 82), 1, 0, .invalidAddress),
      (Endpoint(Address(203, 0, 113, 1), 82), 1, 0, .addressNotAvailable),
    ]
    for (local, backlog, ringClass, error) in calls {
      fails("listen", with: error) { host throws(CallError) in
        _ = try host.listen(local, backlog: backlog, ringClass: ringClass)
      }
    }
    // A backlog beyond any number is one that is never full.
    guard !listeners[0].isUsed || !listeners[1].isUsed else { return }
    do throws(CallError) {
      let made = try fixture.host.listen(Endpoint(any, 82), family: .ipv4, backlog: Int.max)
      require("a new listener is not ready", try fixture.host.readiness(made) == .none)
      try fixture.host.release(made, at: instant)
    } catch {
      violated("there is room for another listener", "\(error)")
    }
  }

  private mutating func askForConnections() {
    let peer = Endpoint(Address(203, 0, 113, 9), 9)
    let link = Endpoint(Address(high: 0xFE80 << 48, low: 9), 9)
    let remotes: [(Endpoint, CallError)] = [
      (Endpoint(.anyIPv4, 9), .remoteUnspecified), (Endpoint(.anyIPv6, 9), .remoteUnspecified),
      (Endpoint(peer.address, 0), .remoteUnspecified),
      (Endpoint(Address(224, 0, 0, 1), 9), .invalidAddress),
      (Endpoint(Address(255, 255, 255, 255), 9), .invalidAddress),
      (Endpoint(Address(high: 0xFF02 << 48, low: 1), 9), .invalidAddress),
      // Which interface, a link-local address does not tell; and none of ours leads to ourselves.
      (link, .invalidArgument), (Endpoint(Address(127, 0, 0, 1), 9), .addressNotAvailable),
      (Endpoint(Address(high: 0, low: 1), 9), .addressNotAvailable),
    ]
    for (remote, error) in remotes {
      fails("connect", with: error) { [instant] host throws(CallError) in
        _ = try host.connect(to: remote, at: instant)
      }
    }
    for ringClass in [-1, 2] {
      fails("ring class", with: .invalidArgument) { [instant] host throws(CallError) in
        _ = try host.connect(to: peer, ringClass: ringClass, at: instant)
      }
    }
    for number in [-1, 2] {
      fails("interface", with: .invalidArgument) { [instant] host throws(CallError) in
        _ = try host.connect(to: peer, interface: number, at: instant)
      }
    }
    let sources = [
      Endpoint(HostTable.addresses[1].address, 0), Endpoint(Address(203, 0, 113, 77), 0),
    ]
    for source in sources {
      fails("source", with: .addressNotAvailable) { [instant] host throws(CallError) in
        _ = try host.connect(to: peer, from: source, at: instant)
      }
    }
  }

  // MARK: Handles

  /// A listener is no connection, and the other way round.
  private mutating func askListener(_ index: Int) {
    guard listeners[index].isUsed else { return }
    let handle = listeners[index].handle
    let isWaited = ((try? fixture.host.status(handle))?.acceptQueueCount ?? 0) > 0
    let ready = try? fixture.host.readiness(handle)
    require("a listener is ready if somebody waits", ready == (isWaited ? .accepted : EventSet.none))
    fails("options", with: .notSupported) { host throws(CallError) in _ = try host.options(handle) }
    fails("options", with: .notSupported) { [instant] host throws(CallError) in
      try host.setOptions(handle, ConnectionOptions(), at: instant)
    }
    fails("fill", with: .notSupported) { [instant] host throws(CallError) in
      _ = unsafe try host.withWritable(handle, at: instant) { _, _ in 0 }
    }
    fails("use", with: .notSupported) { [instant] host throws(CallError) in
      _ = unsafe try host.withReadable(handle, at: instant) { _, _ in 0 }
    }
    for place in 0..<10 where records[place].isHeld {
      let connection = records[place].handle
      fails("accept", with: .notSupported) { host throws(CallError) in _ = try host.accept(connection) }
    }
  }

  /// Nothing fits into a buffer without octets.
  private mutating func askForNothing(_ index: Int) {
    let empty = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    require("no datagram leaves into no room", unsafe fixture.host.transmit(into: empty, at: instant) == nil)
    guard records[index].isHeld else { return }
    let handle = records[index].handle
    let unread = (try? fixture.host.status(handle))?.unread ?? 0
    do throws(CallError) {
      let taken = unsafe try fixture.host.read(handle, into: empty, at: instant)
      require("no octet is read into no room", taken == 0 && unread > 0)
    } catch {
      require("read says why there is nothing", unread == 0 && error != .staleHandle, "\(error)")
    }
  }
}

extension HostFixture {
  /// A host can be found by its address alone, and at no other address.
  func checkAddresses() {
    // The copy is nobody's; the mark is in its first octets.
    unsafe other.initializeMemory(as: UInt8.self, repeating: 0)
    guard let again = unsafe TCPHost(at: memory.baseAddress) else {
      violated("a host is where it was made")
    }
    require("a host is found as it is", again.digest == host.digest)
    require("a host is where it was made", again.baseAddress == host.baseAddress)
    require("a host is as large as its memory", unsafe host.byteCount == memory.count)
    require("a null pointer leads to no host", unsafe !isHost(at: nil))
    require("memory without a host leads to no host", unsafe !isHost(at: other.baseAddress))
    require(
      "an address inside a host leads to no host",
      unsafe !isHost(at: memory.baseAddress.map { unsafe $0 + 8 }))
  }

  private func isHost(at address: UnsafeMutableRawPointer?) -> Bool {
    // Only the mark is looked at, and there are octets for it.
    guard unsafe TCPHost(at: address) != nil else { return false }
    return true
  }
}

extension HostTable {
  /// Lengths of IPv6 networks.
  static let prefixes = [0, 30, 64, 65, 123, 128]
  /// Whether two IPv6 addresses begin with the same bits, looked at one by one.
  static func shares(_ left: Address, _ right: Address, _ prefix: Int) -> Bool {
    for bit in 0..<prefix {
      let word = bit < 64 ? left.high ^ right.high : left.low ^ right.low
      if word >> UInt64(63 - bit % 64) & 1 != 0 { return false }
    }
    return true
  }
  /// The names of the states in RFC 9293 section 3.3.2, by their number.
  static let stateNames = [
    "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
    "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
  ]
}
