import TCPCore
import TCPTestSupport
import Testing

@Suite("Errors of listen and connect")
struct OpenErrorTests {
  private func listenError(_ fixture: HostFixture, _ local: Endpoint, backlog: Int = 8, ringClass: Int = 0)
    -> CallError?
  {
    fixture.error { host throws(CallError) in
      _ = try host.listen(local, backlog: backlog, ringClass: ringClass)
    }
  }

  private func connectError(
    _ fixture: HostFixture, _ remote: Endpoint, from local: Endpoint? = nil, interface: Int? = nil,
    ringClass: Int = 0
  ) -> CallError? {
    let now = fixture.now
    return fixture.error { host throws(CallError) in
      _ = try host.connect(to: remote, from: local, interface: interface, ringClass: ringClass, at: now)
    }
  }

  @Test("listen")
  func listen() throws {
    let fixture = try HostFixture.make()
    #expect(listenError(fixture, .near(1, 0)) == .invalidArgument)
    #expect(listenError(fixture, .near(1, 80), backlog: 0) == .invalidArgument)
    #expect(listenError(fixture, .near(1, 80), ringClass: 1) == .invalidArgument)
    #expect(listenError(fixture, .near(1, 80), ringClass: -1) == .invalidArgument)
    #expect(
      fixture.error { host throws(CallError) in
        var options = ConnectionOptions()
        options.congestionControl = .bbr  // the ring class has no delivery rates
        _ = try host.listen(.near(1, 80), options: options)
      } == .notSupported)
    #expect(listenError(fixture, .near(9, 80)) == .addressNotAvailable)
    #expect(listenError(fixture, Endpoint(Address(224, 0, 0, 1), 80)) == .invalidAddress)
    #expect(fixture.host.occupancy == (0, 0, 0, 0))
    for port in 1...4 { _ = try fixture.host.listen(.near(1, UInt16(port))) }
    #expect(listenError(fixture, .near(1, 5)) == .insufficientResources)
    #expect(listenError(fixture, .near(1, 4)) == .connectionExists)
  }

  /// MUST-46, ROB-094, EV-OPEN-CLOSED-5.
  @Test("connect to an address that cannot be a peer")
  func badRemote() throws {
    let fixture = try HostFixture.make()
    #expect(connectError(fixture, Endpoint(.anyIPv4, 80)) == .remoteUnspecified)
    #expect(connectError(fixture, Endpoint(.anyIPv6, 80)) == .remoteUnspecified)
    #expect(connectError(fixture, .near(2, 0)) == .remoteUnspecified)
    for address in [
      Address(224, 0, 0, 1), Address(255, 255, 255, 255), Address(192, 0, 2, 255), Address(192, 0, 2, 0),
      Address(250, 1, 1, 1), Address(0, 1, 2, 3), Address(high: 0xFF02_0000_0000_0000, low: 1),
    ] {
      #expect(connectError(fixture, Endpoint(address, 80)) == .invalidAddress)
    }
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.connections == 0)
  }

  /// ROB-095: another family, an address that is not ours, no way.
  @Test("connect from an address that cannot be ours")
  func badLocal() throws {
    let fixture = try HostFixture.make()
    #expect(connectError(fixture, .near(2, 80), from: .near(9, 0)) == .addressNotAvailable)
    #expect(connectError(fixture, .near(2, 80), from: .near6(1, 0)) == .addressNotAvailable)
    #expect(connectError(fixture, .near6(2, 80), from: .near(1, 0)) == .addressNotAvailable)
    #expect(connectError(fixture, .near(2, 80), interface: 1) == .invalidArgument)
    #expect(connectError(fixture, .near(2, 80), interface: -1) == .invalidArgument)
    #expect(connectError(fixture, .near(2, 80), ringClass: 1) == .invalidArgument)
    #expect(connectError(fixture, Endpoint(Address(127, 0, 0, 1), 80)) == .addressNotAvailable)
    #expect(
      connectError(fixture, Endpoint(Address(high: 0xFE80_0000_0000_0000, low: 2), 80))
        == .addressNotAvailable)
    let empty = try HostFixture(HostConfiguration(connections: 1))
    #expect(connectError(empty, .near(2, 80)) == .addressNotAvailable)
  }

  /// ROB-060: a link-local peer means something on one interface only.
  @Test("connect to a link-local peer needs its interface where there are several")
  func linkLocal() throws {
    var configuration = HostConfiguration(connections: 4)
    configuration.interfaceCount = 2
    let fixture = try HostFixture(configuration)
    let own = Address(high: 0xFE80_0000_0000_0000, low: 1)
    let remote = Endpoint(Address(high: 0xFE80_0000_0000_0000, low: 2), 80)
    for number in 0..<2 {
      try fixture.host.setInterface(number, mtu: 1_500)
      try fixture.host.addAddress(own, prefix: 64, to: number)
    }
    #expect(connectError(fixture, remote) == .invalidArgument)
    let first = try fixture.host.connect(
      to: remote, from: Endpoint(own, 1_000), interface: 0, at: fixture.now)
    let second = try fixture.host.connect(
      to: remote, from: Endpoint(own, 1_000), interface: 1, at: fixture.now)
    let sent = fixture.drain()
    #expect(sent.map(\.interface).sorted() == [0, 1])
    // The answer on one interface is that one's, and not the other's.
    var peer = HandPeer(remote, to: Endpoint(own, 1_000))
    peer.acknowledgment =
      sent.first { $0.interface == 1 }.map { $0.header.sequence + 1 } ?? peer.acknowledgment
    #expect(fixture.arrive(peer.segment(.rst | .ack), on: 1) == .processed)
    #expect(fixture.state(first) == .synSent && fixture.state(second) == .closed)
  }

  /// EV-OPEN-CLOSED-2, EV-OPEN-{SYN-SENT,ESTABLISHED,TIME-WAIT}-1, ROB-093.
  @Test("connect over a pair that is taken, in each of several states")
  func connectionExists() throws {
    var pair = try HostPair()
    let listener = try pair.right.host.listen(.near(2, 80))
    let local = Endpoint.near(1, 5_000)
    let client = try pair.left.host.connect(to: .near(2, 80), from: local, at: pair.left.now)
    #expect(connectError(pair.left, .near(2, 80), from: local) == .connectionExists)
    pair.runUntilQuiet()
    #expect(connectError(pair.left, .near(2, 80), from: local) == .connectionExists)
    let server = try pair.right.host.accept(listener)
    try pair.left.host.close(client, at: pair.left.now)
    pair.runUntilQuiet()
    try pair.right.host.close(server, at: pair.right.now)
    pair.runUntilQuiet()
    #expect(pair.left.state(client) == .timeWait)
    #expect(connectError(pair.left, .near(2, 80), from: local) == .connectionExists)
    #expect(connectError(pair.left, .near(2, 81), from: local) == nil)
  }

  @Test("connect without a free slot of that class")
  func full() throws {
    var configuration = HostConfiguration(connections: 2)
    configuration.add(RingClass(connections: 1, sendCapacity: 10, receiveCapacity: 10))
    let fixture = try HostFixture.make(1, configuration)
    for _ in 0..<2 { _ = try fixture.host.connect(to: .near(2, 80), at: fixture.now) }
    #expect(connectError(fixture, .near(2, 80)) == .insufficientResources)
    #expect(connectError(fixture, .near(2, 80), ringClass: 1) == nil)
    #expect(connectError(fixture, .near(2, 80), ringClass: 1) == .insufficientResources)
  }

  /// EV-OPEN-LISTEN-1...3: the listener stays as it was until the connection is open.
  @Test("connect by turning a listener")
  func turning() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    let now = fixture.now
    #expect(
      fixture.error { host throws(CallError) in
        _ = try host.connect(turning: listener, to: Endpoint(.anyIPv4, 1), at: now)
      } == .remoteUnspecified)
    #expect(fixture.state(listener) == .listen)
    let made = try fixture.host.connect(turning: listener, to: .near(2, 99), at: now)
    #expect(fixture.state(listener) == nil && fixture.state(made) == .synSent)
    #expect(fixture.drain().map(\.from) == [.near(1, 80)])
    #expect(
      fixture.error { host throws(CallError) in
        _ = try host.connect(turning: made, to: .near(2, 98), at: now)
      } == .notSupported)
  }
}
