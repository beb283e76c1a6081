import TCPCore
import TCPTestSupport
import Testing

@Suite("Interfaces and addresses")
struct InterfaceTests {
  private let ipv6 = Address(high: 0x2001_0DB8_0000_0000, low: 1)

  private func fixture(interfaces: Int = 1) throws -> HostFixture {
    var configuration = HostConfiguration(connections: 4)
    configuration.interfaceCount = interfaces
    return try HostFixture(configuration)
  }

  /// ROB-171.
  @Test("MTU limits, with and without IPv6")
  func mtu() throws {
    let fixture = try fixture()
    for mtu in [-1, 0, 1, 67, 65_536, Int.max] {
      #expect(
        fixture.error { host throws(CallError) in try host.setInterface(0, mtu: mtu) } == .invalidArgument)
    }
    for number in [-1, 1, Int.max] {
      #expect(
        fixture.error { host throws(CallError) in try host.setInterface(number, mtu: 1_500) }
          == .invalidArgument)
    }
    try fixture.host.setInterface(0, mtu: 68)
    try fixture.host.setInterface(0, mtu: 1_279)
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(ipv6, prefix: 64) } == .invalidArgument)
    try fixture.host.setInterface(0, mtu: 1_280)
    try fixture.host.addAddress(ipv6, prefix: 64)
    #expect(
      fixture.error { host throws(CallError) in try host.setInterface(0, mtu: 1_279) } == .invalidArgument)
    try fixture.host.setInterface(0, mtu: 65_535)
  }

  @Test("An interface that is not set up takes nothing and has nothing")
  func down() throws {
    let fixture = try fixture()
    let own = Address(192, 0, 2, 1)
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(own, prefix: 24) } == .invalidArgument)
    let peer = HandPeer(.near(2, 1), to: .near(1, 2))
    #expect(fixture.arrive(peer.segment(.syn)) == .unknownInterface)
    #expect(fixture.arrive(peer.segment(.syn), on: 1) == .unknownInterface)
    #expect(fixture.arrive(peer.segment(.syn), on: -1) == .unknownInterface)
  }

  @Test(
    "Addresses that nobody can have are refused",
    arguments: [
      Address.anyIPv4, .anyIPv6, Address(255, 255, 255, 255), Address(224, 0, 0, 1), Address(0, 0, 0, 1),
      Address(240, 0, 0, 1), Address(high: 0xFF02_0000_0000_0000, low: 1),
    ])
  func invalidAddress(address: Address) throws {
    let fixture = try fixture()
    try fixture.host.setInterface(0, mtu: 1_500)
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(address, prefix: 8) } == .invalidAddress)
  }

  /// ROB-013: to an address that is the broadcast address of its own network nobody could ever send.
  @Test(
    "The broadcast address of a network is no host of it",
    arguments: [(0, 24), (255, 24), (127, 25), (128, 25)])
  func ownBroadcast(last: UInt8, prefix: Int) throws {
    let fixture = try fixture()
    try fixture.host.setInterface(0, mtu: 1_500)
    let address = Address(192, 0, 2, last)
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(address, prefix: prefix) }
        == .invalidAddress)
    // RFC 3021: a network of two has no broadcast address.
    try fixture.host.addAddress(address, prefix: 31)
  }

  @Test("Prefixes, and eight addresses")
  func limits() throws {
    let fixture = try fixture()
    try fixture.host.setInterface(0, mtu: 1_500)
    for prefix in [-1, 33] {
      #expect(
        fixture.error { host throws(CallError) in try host.addAddress(Address(10, 0, 0, 9), prefix: prefix) }
          == .invalidArgument)
    }
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(ipv6, prefix: 129) } == .invalidArgument)
    for number in 1...8 { try fixture.host.addAddress(Address(10, 0, UInt8(number), 1), prefix: 24) }
    #expect(
      fixture.error { host throws(CallError) in try host.addAddress(Address(10, 0, 9, 1), prefix: 24) }
        == .insufficientResources)
    // The same address again only changes its prefix.
    try fixture.host.addAddress(Address(10, 0, 3, 1), prefix: 16)
    try fixture.host.removeAddress(Address(10, 0, 5, 1), at: fixture.now)
    try fixture.host.addAddress(Address(10, 0, 9, 1), prefix: 24)
    #expect(
      fixture.error { host throws(CallError) in
        try host.removeAddress(Address(10, 0, 5, 1), at: Instant(microseconds: 0))
      }
        == .addressNotAvailable)
    #expect(
      fixture.error { host throws(CallError) in
        try host.removeAddress(Address(10, 0, 9, 1), from: 1, at: Instant(microseconds: 0))
      } == .invalidArgument)
  }

  @Test("Taking an address away ends its connections, in every state, and only its own")
  func removal() throws {
    var pair = try HostPair()
    let second = Address(192, 0, 2, 101)
    try pair.left.host.addAddress(second, prefix: 24)
    let listener = try pair.right.host.listen(.near(2, 80))
    let (kept, _) = try pair.connect(to: 80, from: .near(1, 5_000), listener: listener)
    let (gone, _) = try pair.connect(to: 80, from: Endpoint(second, 5_001), listener: listener)
    let (inTimeWait, server) = try pair.connect(to: 80, from: Endpoint(second, 5_002), listener: listener)
    try pair.left.host.close(inTimeWait, at: pair.left.now)
    pair.runUntilQuiet()
    try pair.right.host.close(server, at: pair.right.now)
    pair.runUntilQuiet()
    let trying = try pair.left.host.connect(
      to: .near(99, 1), from: Endpoint(second, 5_003), at: pair.left.now)
    _ = pair.left.events()
    _ = pair.left.drain()
    try pair.left.host.removeAddress(second, at: pair.left.now)
    #expect(pair.left.drain().isEmpty)
    for handle in [gone, trying] {
      #expect(try pair.left.host.status(handle).endReason == .addressGone)
      #expect(pair.left.state(handle) == .closed)
    }
    #expect(throws: CallError.addressGone) { try pair.left.write(gone, [1]) }
    #expect(throws: CallError.addressGone) { try pair.left.read(gone) }
    #expect(pair.left.state(inTimeWait) == .closed && pair.left.state(kept) == .established)
    let ended = pair.left.events().filter { $0.kinds.contains(.ended) }.map(\.handle)
    #expect(Set(ended.map(\.rawValue)) == Set([gone, inTimeWait, trying].map(\.rawValue)))
    #expect(pair.left.host.occupancy.timeWait == 0)
    // What comes for them now is for nobody.
    let peer = HandPeer(.near(2, 80), to: Endpoint(second, 5_001))
    #expect(pair.left.arrive(peer.segment(.ack)) == .notForUs)
  }

  @Test("Half-open entries go with their address")
  func removalOfHandshakes() throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv4, 80))
    let peer = HandPeer(.near(2, 9_000), to: .near(1, 80))
    #expect(fixture.arrive(peer.segment(.syn)) == .processed)
    #expect(fixture.host.occupancy.halfOpen == 1)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), at: fixture.now)
    #expect(fixture.host.occupancy.halfOpen == 0)
    #expect(fixture.drain().isEmpty)
  }

  @Test("An address on two interfaces is gone only when both have lost it")
  func sharedAddress() throws {
    let fixture = try fixture(interfaces: 2)
    for number in 0..<2 {
      try fixture.host.setInterface(number, mtu: 1_500)
      try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24, to: number)
    }
    let handle = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), from: 1, at: fixture.now)
    #expect(fixture.state(handle) == .synSent)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), from: 0, at: fixture.now)
    #expect(fixture.state(handle) == .closed)
  }

  /// MUST-44, MUST-45: the longest common network decides, and the choice stays.
  @Test("Source addresses")
  func sourceAddress() throws {
    let fixture = try fixture(interfaces: 2)
    try fixture.host.setInterface(0, mtu: 1_500)
    try fixture.host.setInterface(1, mtu: 1_400)
    try fixture.host.addAddress(Address(10, 0, 0, 1), prefix: 8, to: 0)
    try fixture.host.addAddress(Address(10, 1, 0, 1), prefix: 16, to: 1)
    for (remote, source, interface) in [
      (Address(10, 1, 2, 3), Address(10, 1, 0, 1), 1), (Address(10, 2, 2, 3), Address(10, 0, 0, 1), 0),
    ] {
      _ = try fixture.host.connect(to: Endpoint(remote, 80), at: fixture.now)
      let seen = fixture.drain()
      #expect(seen.map(\.datagram.source) == [source] && seen.map(\.interface) == [interface])
      // MUST-67: MSS of the interface it leaves on.
      #expect(seen.first?.header.options.maximumSegmentSize == (interface == 0 ? 1_460 : 1_360))
    }
  }

  /// MUST-60: what a narrow window took whole a moment before is a part of a segment now.
  @Test("Text that waits for a narrow window leaves after a while, though a larger MTU makes segments longer")
  func longerSegments() throws {
    let fixture = try fixture()
    try fixture.host.setInterface(0, mtu: 140)
    try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) { $0.options.maximumSegmentSize = 1_460 } != nil)
    let handle = try fixture.host.accept(listener)
    fixture.arrive(peer.segment(.ack) { $0.window = 5_000 })
    fixture.arrive(peer.segment(.ack) { $0.window = 0 })
    fixture.arrive(peer.segment(.ack) { $0.window = 512 })
    #expect(try fixture.write(handle, [UInt8](repeating: 1, count: 2_000)) == 2_000)
    try fixture.host.setInterface(0, mtu: 1_500)
    #expect(fixture.drain().isEmpty)
    let found = fixture.host.deadline
    let deadline = try #require(found)
    #expect(deadline <= fixture.now + .milliseconds(201))
    fixture.now = deadline
    fixture.host.expire(at: fixture.now)
    #expect(fixture.drain().first?.text.count == 512)
  }
}
