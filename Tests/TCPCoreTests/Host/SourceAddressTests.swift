import TCPCore
import TCPTestSupport
import Testing

/// Which address of ours is used, and what belongs to which of several interfaces.
@Suite("Addresses on several interfaces") struct SourceAddressTests {
  private static let prefix: UInt64 = 0x2001_0DB8_0000_0000
  private static let linkLocal: UInt64 = 0xFE80_0000_0000_0000

  private func fixture(mtu: Int = 1_500) throws -> HostFixture {
    var configuration = HostConfiguration(connections: 4)
    configuration.interfaceCount = 2
    let fixture = try HostFixture(configuration)
    for number in 0..<2 { try fixture.host.setInterface(number, mtu: mtu) }
    return fixture
  }

  /// MUST-44, MUST-45, RFC 6724: family and scope must fit, then the longest common prefix decides, then the
  /// order.
  @Test("Of several addresses of one interface", arguments: [false, true])
  func choice(isReversed: Bool) throws {
    let own: [(Address, Int)] = [
      (Address(high: Self.prefix, low: 1), 32), (Address(high: Self.prefix + 1, low: 1), 64),
      (Address(high: Self.prefix + 1, low: 0x10), 127), (Address(high: Self.linkLocal, low: 1), 64),
      (Address(10, 0, 0, 1), 8), (Address(10, 1, 0, 1), 16), (Address(10, 1, 0, 4), 31),
    ]
    let fixture = try fixture()
    for (address, prefix) in isReversed ? own.reversed() : own {
      try fixture.host.addAddress(address, prefix: prefix)
    }
    let expected: [(Address, Address)] = [
      (Address(high: Self.prefix + 2, low: 1), own[0].0),
      (Address(high: Self.prefix + 1, low: 0x12), own[1].0),
      (Address(high: Self.prefix + 1, low: 0x11), own[2].0),
      (Address(high: Self.linkLocal, low: 7), own[3].0),
      (Address(10, 2, 0, 1), own[4].0), (Address(10, 1, 0, 6), own[5].0), (Address(10, 1, 0, 5), own[6].0),
      // Nothing in common: whichever came first.
      (Address(high: 0x2A00_0000_0000_0000, low: 1), own[isReversed ? 2 : 0].0),
      (Address(192, 0, 2, 1), own[isReversed ? 6 : 4].0),
    ]
    for (remote, source) in expected {
      let handle = try fixture.host.connect(to: Endpoint(remote, 80), interface: 0, at: fixture.now)
      #expect(fixture.drain().map(\.datagram.source) == [source], "to \(remote)")
      try fixture.host.release(handle, at: fixture.now)
    }
  }

  /// A network of all addresses is one in common, if the smallest.
  @Test("A prefix of no bits is more than nothing in common", arguments: [true, false])
  func everything(isIPv4: Bool) throws {
    let fixture = try fixture()
    let first = isIPv4 ? Address(10, 0, 0, 1) : Address(high: Self.prefix, low: 1)
    let second = isIPv4 ? Address(172, 16, 0, 1) : Address(high: Self.prefix + 9, low: 1)
    try fixture.host.addAddress(first, prefix: isIPv4 ? 32 : 128)
    try fixture.host.addAddress(second, prefix: 0)
    let remote = isIPv4 ? Address(192, 0, 2, 1) : Address(high: 0x2A00_0000_0000_0000, low: 1)
    _ = try fixture.host.connect(to: Endpoint(remote, 80), at: fixture.now)
    #expect(fixture.drain().map(\.datagram.source) == [second])
  }

  @Test("The longest prefix of each family, and one bit more")
  func prefixes() throws {
    let fixture = try fixture()
    let old = Address(10, 0, 0, 1)
    let new = Address(high: Self.prefix, low: 1)
    for (address, most) in [(old, 32), (new, 128)] {
      for prefix in [most, most - 1, 0] { try fixture.host.addAddress(address, prefix: prefix) }
      #expect(
        fixture.error { host throws(CallError) in try host.addAddress(address, prefix: most + 1) }
          == .invalidArgument)
    }
  }

  /// RFC 4007: the same link-local address on two links is two peers.
  @Test("One link-local peer on each interface")
  func scopes() throws {
    let fixture = try fixture()
    let own = Endpoint(Address(high: Self.linkLocal, low: 1), 80)
    for number in 0..<2 { try fixture.host.addAddress(own.address, prefix: 64, to: number) }
    let listener = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    var handles: [Handle] = []
    for number in 0..<2 {
      var peer = HandPeer(Endpoint(Address(high: Self.linkLocal, low: 2), 6_000), to: own)
      peer.sequence = SequenceNumber(UInt32(number) * 5_000)
      #expect(fixture.arrive(peer.segment(.syn), on: number) == .processed)
      let answer = try #require(fixture.drain().first)
      #expect(answer.interface == number && answer.flags == .syn | .ack)
      peer.sequence = peer.sequence + 1
      peer.acknowledgment = answer.header.sequence + 1
      #expect(fixture.arrive(peer.segment(.ack, text: [UInt8(number)]), on: number) == .processed)
      handles.append(try fixture.host.accept(listener))
      #expect(try fixture.host.status(handles[number]).tuple.scope == UInt8(number + 1))
    }
    for number in 0..<2 { #expect(try fixture.read(handles[number]) == [UInt8(number)]) }
  }

  /// What is taken away from one interface stays on the other, with all that uses it there.
  @Test("An address on two interfaces: handshakes, TIME-WAIT and replies", arguments: 0..<2)
  func shared(number: Int) throws {
    let fixture = try fixture()
    let other = 1 - number
    for each in 0..<2 { try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24, to: each) }
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    fixture.arrive(peer.segment(.syn), on: number)
    peer.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    fixture.arrive(peer.segment(.ack), on: number)
    try fixture.host.close(fixture.host.accept(listener), at: fixture.now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    fixture.arrive(peer.segment(.fin | .ack), on: number)
    _ = fixture.drain()
    fixture.arrive(HandPeer(.near(2, 6_001), to: .near(1, 80)).segment(.syn), on: number)
    fixture.arrive(HandPeer(.near(2, 6_002), to: .near(1, 81)).segment(.syn), on: number)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), from: other, at: fixture.now)
    #expect(fixture.host.occupancy.halfOpen == 1 && fixture.host.occupancy.timeWait == 1)
    let left = fixture.drain()
    #expect(
      left.count == 2 && left.contains { $0.flags == .syn | .ack }
        && left.contains { $0.flags == .rst | .ack })
    #expect(left.allSatisfy { $0.interface == number })
    fixture.arrive(HandPeer(.near(2, 6_002), to: .near(1, 81)).segment(.syn), on: number)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), from: number, at: fixture.now)
    #expect(fixture.host.occupancy.halfOpen == 0 && fixture.host.occupancy.timeWait == 0)
    #expect(fixture.drain().isEmpty)
  }

  /// With other segment sizes something may be ready to be sent that was not before (Nagle: SHLD-7).
  @Test("Text that waits for a full segment leaves when segments become shorter", arguments: [true, false])
  func shorterSegments(isIPv4: Bool) throws {
    let setup = try StateFixture(.established, isIPv4: isIPv4)
    _ = try setup.fixture.write(setup.handle, [UInt8](repeating: 5, count: 1_300))
    #expect(setup.fixture.drain().isEmpty)
    try setup.fixture.host.setInterface(0, mtu: 1_280)
    #expect(setup.fixture.drain().map(\.text.count).first == (isIPv4 ? 1_240 : 1_220))
  }
}
