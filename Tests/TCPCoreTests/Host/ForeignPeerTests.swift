import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// What attackers and odd surroundings showed of whole hosts.
@Suite("What foreign peers showed of hosts")
struct ForeignPeerTests {
  /// ROB-063: the resets of connections are owed by their slots, not by the small table of replies.
  @Test("Twenty aborts bring twenty resets, and each slot is taken until its reset has left")
  func aborts() throws {
    var configuration = HostConfiguration(connections: 20, sendCapacity: 64, receiveCapacity: 64)
    configuration.replyCapacity = 2
    configuration.halfOpenCapacity = 20
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80), backlog: 20)
    var handles: [Handle] = []
    for port in UInt16(6_000)..<6_020 {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
      handles.append(try fixture.host.accept(listener))
    }
    for handle in handles {
      try fixture.host.abort(handle, at: fixture.now)
      try fixture.host.release(handle, at: fixture.now)
    }
    fixture.checkInvariants()
    #expect(fixture.host.occupancy.connections == 20)
    let now = fixture.now
    #expect(
      fixture.error { host throws(CallError) in
        _ = try host.connect(to: .near(2, 6_000), from: .near(1, 80), at: now)
      } == .insufficientResources)
    #expect(fixture.drain().filter { $0.flags == .rst | .ack }.count == 20)
    #expect(fixture.host.occupancy.connections == 0)
    _ = try fixture.host.connect(to: .near(2, 6_000), from: .near(1, 80), at: now)
  }

  @Test("A pair whose reset has not left is still in use")
  func pairOfOwedReset() throws {
    let fixture = try HostFixture.make()
    let handle = try fixture.host.connect(to: .near(2, 80), from: .near(1, 5_000), at: fixture.now)
    let syn = try #require(fixture.drain().first)
    fixture.arrive(
      HandPeer(.near(2, 80), to: .near(1, 5_000)).segment(
        .syn | .ack, acknowledgment: syn.header.sequence + 1))
    _ = fixture.drain()
    try fixture.host.abort(handle, at: fixture.now)
    let now = fixture.now
    func open(_ host: inout TCPHost) throws(CallError) {
      _ = try host.connect(to: .near(2, 80), from: .near(1, 5_000), at: now)
    }
    #expect(fixture.error(of: open) == .connectionExists)
    #expect(fixture.drain().map(\.flags) == [.rst | .ack])
    #expect(fixture.error(of: open) == nil)
  }

  /// RFC6429-2.
  @Test("A completed handshake, and nothing less, takes the place of a released connection without progress")
  func stalledReleased() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 1))
    let listener = try fixture.host.listen(.near(1, 80))
    var stubborn = HandPeer(.near(2, 6_000), to: .near(1, 80))
    stubborn.window = 0
    #expect(stubborn.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, [1, 2, 3])
    try fixture.host.release(handle, at: fixture.now)
    var next = HandPeer(.near(3, 7_000), to: .near(1, 80))
    #expect(fixture.arrive(next.segment(.syn)) == .connectionTableFull, "it may still make progress")
    for _ in 0..<10 {
      // It answers each probe, which is no progress.
      for (_, seen) in fixture.pass(.seconds(1)) where seen.to == stubborn.own {
        fixture.arrive(stubborn.segment(.ack))
      }
    }
    #expect(fixture.arrive(next.segment(.syn)) == .processed)
    #expect(fixture.host.occupancy.connections == 1 && fixture.host.counters.releasedRecycled == 0)
    let answer = try #require(fixture.drain().first { $0.to == next.own })
    next.acknowledgment = answer.header.sequence + 1
    next.sequence = next.sequence + 1
    #expect(fixture.arrive(next.segment(.ack)) == .processed)
    #expect(fixture.host.counters.releasedRecycled == 1 && fixture.host.occupancy.connections == 1)
    let reset = try #require(fixture.drain().first { $0.to == stubborn.own })
    #expect(reset.flags == .rst | .ack)
    #expect(fixture.state(try fixture.host.accept(listener)) == .established)
  }

  @Test("IPv6 leaves nothing behind that an MTU of 68 cannot carry")
  func familyAgainstMTU() throws {
    let fixture = try HostFixture.make()
    let own = Address(high: 0x2001_0DB8_0000_0000, low: 1)
    // A reset to nobody waits, as does one of a connection.
    fixture.arrive(HandPeer(.near6(2, 9), to: .near6(1, 81)).segment(.ack))
    let listener = try fixture.host.listen(.near6(1, 80))
    var peer = HandPeer(.near6(2, 10), to: .near6(1, 80))
    _ = fixture.drain()
    #expect(peer.open(fixture) != nil)
    fixture.arrive(HandPeer(.near6(2, 9), to: .near6(1, 81)).segment(.ack))
    try fixture.host.abort(try fixture.host.accept(listener), at: fixture.now)
    try fixture.host.removeAddress(own, at: fixture.now)
    try fixture.host.setInterface(0, mtu: 68)
    #expect(fixture.drain().isEmpty)
  }

  /// RFC 1122 section 3.2.1.3, RFC 4291 sections 2.5 and 2.7.
  @Test("A datagram from an invalid source address is dropped and counted")
  func forbiddenSources() throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    let ipv4 = [
      Address(127, 0, 0, 1), Address(0, 0, 0, 0), Address(0, 1, 2, 3), Address(224, 0, 0, 1),
      Address(240, 0, 0, 1), Address(255, 255, 255, 255), Address(192, 0, 2, 255), Address(192, 0, 2, 0),
    ]
    for address in ipv4 {
      for flags in [SegmentFlags.syn, .ack] {
        let peer = HandPeer(Endpoint(address, 9), to: .near(1, 80))
        #expect(fixture.arrive(peer.segment(flags)) == .badSource, "\(address)")
      }
    }
    let ipv6 = [Address(high: 0, low: 0), Address(high: 0, low: 1), Address(high: 0xFF02 << 48, low: 1)]
    for address in ipv6 {
      let peer = HandPeer(Endpoint(address, 9), to: .near6(1, 80))
      #expect(fixture.arrive(peer.segment(.syn)) == .badSource, "\(address)")
    }
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.halfOpen == 0)
    #expect(fixture.host.counters[.badSource] == UInt64(2 * ipv4.count + ipv6.count))
    // An interface that owns a loopback address takes them.
    try fixture.host.addAddress(Address(127, 0, 0, 1), prefix: 8)
    let inside = HandPeer(Endpoint(Address(127, 0, 0, 2), 9), to: Endpoint(Address(127, 0, 0, 1), 80))
    #expect(fixture.arrive(inside.segment(.syn)) == .processed)
  }

  @Test("A connection to one of our own addresses needs no device", arguments: [false, true])
  func ownAddress(isOffloaded: Bool) throws {
    let fixture = try HostFixture.make()
    try fixture.host.setInterface(0, mtu: 1_500, offload: ChecksumOffload(fillsDeparting: isOffloaded))
    let listener = try fixture.host.listen(.near(1, 80))
    let client = try fixture.host.connect(to: .near(1, 80), at: fixture.now)
    #expect(fixture.drain().isEmpty, "nothing of it reaches the device")
    let server = try fixture.host.accept(listener)
    #expect(fixture.state(client) == .established && fixture.state(server) == .established)
    _ = try fixture.write(client, [1, 2, 3])
    #expect(fixture.drain().isEmpty)
    #expect(try fixture.read(server) == [1, 2, 3])
    try fixture.host.close(server, at: fixture.now)
    try fixture.host.close(client, at: fixture.now)
    _ = fixture.drain()
    _ = fixture.pass(.seconds(1))
    #expect(fixture.host.counters[.badChecksum] == 0)
    #expect([fixture.state(client), fixture.state(server)].contains(.timeWait))
    // Others are still reached by the device.
    _ = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    #expect(fixture.transmit() != nil)
  }

  @Test("What a host sends to itself arrives whole, also where it takes more than one call")
  func muchToOwnAddress() throws {
    let fixture = try HostFixture.make(
      1, HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536))
    try fixture.host.setInterface(0, mtu: 1_280)
    let listener = try fixture.host.listen(.near(1, 80))
    let client = try fixture.host.connect(to: .near(1, 80), at: fixture.now)
    #expect(fixture.transmit() == nil)
    let server = try fixture.host.accept(listener)
    let text = StreamPattern.octets(60_000)
    #expect(try fixture.write(client, text) == text.count)
    // No time passes: what a call lost would be missing.
    for _ in 0..<100 { #expect(fixture.transmit() == nil) }
    #expect(try fixture.read(server) == text)
    #expect(try fixture.host.status(client).retransmissions == 0)
  }

  /// RFC 6056 section 3.3.
  @Test("The last free port of a large range is found, wherever it is")
  func lastPort() throws {
    var configuration = HostConfiguration(connections: 600, sendCapacity: 16, receiveCapacity: 16)
    configuration.firstEphemeralPort = 40_000
    configuration.lastEphemeralPort = 40_599
    let fixture = try HostFixture.make(1, configuration)
    var ports: Set<UInt16> = []
    for _ in 0..<600 {
      let made = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
      ports.insert(try fixture.host.status(made).tuple.localPort)
    }
    #expect(ports.count == 600)
  }

  @Test("A larger MTU while lost text waits costs no further time-out")
  func largerMTU() throws {
    let fixture = try HostFixture.make()
    try fixture.host.removeAddress(Address(high: 0x2001_0DB8_0000_0000, low: 1), at: fixture.now)
    try fixture.host.setInterface(0, mtu: 576)
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture, { $0.options.maximumSegmentSize = 1_460 }) != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, [UInt8](repeating: 7, count: 3_000))
    #expect(fixture.drain().count == 6)
    // The time-out marks all of it lost and leaves a window of one segment, counted in the old size.
    fixture.now = fixture.now + .seconds(1)
    while fixture.host.expire(at: fixture.now) {}
    try fixture.host.setInterface(0, mtu: 1_500)
    #expect(fixture.drain().map(\.text.count) == [536])
  }

  @Test("Memory behind the tables stays as it was until something is written there")
  func untouchedRings() throws {
    let configuration = HostConfiguration(connections: 2, sendCapacity: 4_096, receiveCapacity: 4_096)
    let count = try TCPHost.byteCount(for: configuration)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { unsafe memory.deallocate() }
    // All of what was allocated.
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
    let host = unsafe try TCPHost(
      configuration, secret: HostFixture.secret, memory: memory, at: Instant(microseconds: 1))
    // Within the same memory.
    let rings = unsafe memory[host.tableByteCount...]
    #expect(unsafe rings.allSatisfy { $0 == 0xA5 })
    #expect(host.brokenInvariant() == nil)
  }

  @Test("A device that takes nothing: the timers alone are asked for")
  func timerDeadline() throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    #expect(fixture.host.deadline == fixture.now, "a SYN waits")
    #expect(fixture.host.timerDeadline == nil)
    _ = fixture.drain()
    #expect(
      fixture.host.timerDeadline == fixture.now + .seconds(1)
        && fixture.host.deadline == fixture.host.timerDeadline)
  }

  @Test(
    "Round trips are measured up to the end of the clock's range",
    arguments: [UInt64(1) << 55, 1 << 56, 1 << 61])
  func lateClock(start: UInt64) throws {
    let fixture = try HostFixture.make()
    fixture.now = Instant(microseconds: start - 1_000)
    while fixture.host.expire(at: fixture.now) {}
    let handle = try fixture.host.connect(to: .near(2, 80), from: .near(1, 5_000), at: fixture.now)
    let syn = try #require(fixture.drain().first)
    fixture.now = fixture.now + .milliseconds(30)
    fixture.arrive(
      HandPeer(.near(2, 80), to: .near(1, 5_000)).segment(
        .syn | .ack, acknowledgment: syn.header.sequence + 1))
    #expect(try fixture.host.status(handle).smoothedRoundTrip == .milliseconds(30))
    _ = fixture.drain()
    _ = try fixture.write(handle, [1])
    _ = fixture.drain()
    #expect(fixture.pass(.seconds(5)).count == 2, "sent again after a second and after two more")
  }
}
