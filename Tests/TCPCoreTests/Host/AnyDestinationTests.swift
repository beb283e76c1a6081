import TCPCore
import TCPTestSupport
import Testing

@Suite("Listeners for all ports, and for destinations that are not ours")
struct AnyDestinationTests {
  private let everything: ListenerTraits = .anyPort | .foreignDestinations
  private let away = Endpoint(Address(198, 51, 100, 7), 4_321)
  private let away6 = Endpoint(Address(high: 0x2001_0DB8_0077_0000, low: 9), 4_321)

  private func listen(
    _ fixture: HostFixture, _ traits: ListenerTraits, at local: Endpoint = Endpoint(.anyIPv6, 0),
    family: ListenerFamily = .both
  ) throws -> Handle {
    try fixture.host.listen(local, family: family, traits: traits)
  }

  /// Text in both directions, and a close, from the address that was called.
  private func talk(_ fixture: HostFixture, _ listener: Handle, _ peer: inout HandPeer, _ called: Endpoint)
    throws
  {
    let opened = peer.open(fixture)
    let answer = try #require(opened)
    #expect(answer.datagram.source == called.address && answer.header.sourcePort == called.port)
    let made = try fixture.host.accept(listener)
    #expect(try fixture.host.status(made).tuple.local == called)
    #expect(fixture.arrive(peer.segment(.ack | .psh, text: [1, 2, 3])) == .processed)
    peer.sequence = peer.sequence + 3
    #expect(try fixture.write(made, [9, 9, 9, 9, 9]) == 5)
    let sent = try #require(fixture.drain().last)
    #expect(sent.datagram.source == called.address && sent.text.count == 5)
    #expect(sent.header.acknowledgment == peer.sequence)
    try fixture.host.abort(made, at: fixture.now)
    let reset = try #require(fixture.drain().last)
    #expect(reset.flags.contains(.rst) && reset.datagram.source == called.address)
    try fixture.host.release(made, at: fixture.now)
  }

  @Test("A transparent proxy: whatever address and port a peer calls, in both families")
  func everywhere() throws {
    let fixture = try HostFixture.make()
    let listener = try listen(fixture, everything)
    for called in [away, away6, .near(1, 9), .near6(1, 65_535)] {
      let from: Endpoint = called.address.isIPv4 ? .near(2, 6_000) : .near6(2, 6_000)
      var peer = HandPeer(from, to: called)
      try talk(fixture, listener, &peer, called)
    }
    #expect(fixture.host.occupancy == (0, 0, 0, 1) && fixture.host.brokenInvariant() == nil)
  }

  @Test("Without the trait nothing foreign is taken, nor answered")
  func notForUs() throws {
    let fixture = try HostFixture.make()
    let ports = try listen(fixture, .anyPort)
    var flags: [SegmentFlags] = [.syn, .ack, .syn | .ack, .rst, .fin]
    for flag in flags {
      #expect(fixture.arrive(HandPeer(.near(2, 1), to: away).segment(flag)) == .notForUs)
    }
    try fixture.host.close(ports, at: fixture.now)
    // One port of foreign destinations: another one is not ours to answer for.
    _ = try listen(fixture, .foreignDestinations, at: Endpoint(.anyIPv6, 80))
    flags = [.syn, .ack]
    for flag in flags {
      #expect(fixture.arrive(HandPeer(.near(2, 1), to: away).segment(flag)) == .notForUs)
    }
    #expect(fixture.drain().isEmpty)
    var peer = HandPeer(.near(2, 6_000), to: Endpoint(away.address, 80))
    #expect(peer.open(fixture) != nil)
    // Where it listens, what belongs to no connection is reset, as on any port.
    let stray = HandPeer(.near(2, 6_001), to: Endpoint(away.address, 80)).segment(.ack)
    #expect(fixture.arrive(stray) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst])
  }

  @Test("One for a port goes before one for all, and one for an address before that for all")
  func precedence() throws {
    let fixture = try HostFixture.make()
    try fixture.host.addAddress(Address(192, 0, 2, 50), prefix: 24)
    let all = try listen(fixture, everything)
    let ours = try listen(fixture, .anyPort, at: Endpoint(Address(192, 0, 2, 1), 0))
    let port = try listen(fixture, .none, at: Endpoint(.anyIPv6, 80))
    let both = try listen(fixture, .none, at: .near(1, 80))
    let expected: [(Endpoint, Handle)] = [
      (.near(1, 80), both), (.near(50, 80), port), (.near(1, 81), ours), (.near(50, 81), all),
      (Endpoint(away.address, 80), all), (away, all),
    ]
    for (called, listener) in expected {
      var peer = HandPeer(.near(2, 6_000), to: called)
      try talk(fixture, listener, &peer, called)
    }
    for gone in [both, port, ours] { try fixture.host.close(gone, at: fixture.now) }
    for (called, _) in expected {
      var peer = HandPeer(.near(2, 6_001), to: called)
      try talk(fixture, all, &peer, called)
    }
    // Once it is gone nothing foreign is ours, and ours is closed.
    try fixture.host.close(all, at: fixture.now)
    #expect(fixture.arrive(HandPeer(.near(2, 1), to: away).segment(.syn)) == .notForUs)
    #expect(fixture.arrive(HandPeer(.near(2, 1), to: .near(1, 9)).segment(.syn)) == .forNobody)
  }

  @Test("Destinations that no router brings: several, nobody's, this link's, this host's")
  func strange() throws {
    let fixture = try HostFixture.make()
    _ = try listen(fixture, everything)
    let destinations = [
      Address(224, 0, 0, 1), Address(255, 255, 255, 255), Address(192, 0, 2, 255), Address(0, 0, 0, 0),
      Address(127, 0, 0, 1), Address(240, 0, 0, 1),
    ]
    for destination in destinations {
      let outcome = fixture.arrive(HandPeer(.near(2, 1), to: Endpoint(destination, 80)).segment(.syn))
      #expect(outcome == .notUnicast || outcome == .notForUs, "\(destination)")
    }
    let destinations6 = [
      Address(high: 0xFF02_0000_0000_0000, low: 1), Address(high: 0, low: 0), Address(high: 0, low: 1),
      Address(high: 0xFE80_0000_0000_0000, low: 77),
    ]
    for destination in destinations6 {
      let outcome = fixture.arrive(HandPeer(.near6(2, 1), to: Endpoint(destination, 80)).segment(.syn))
      #expect(outcome == .notUnicast || outcome == .notForUs, "\(destination)")
    }
    #expect(fixture.drain().isEmpty && fixture.host.occupancy == (0, 0, 0, 1))
  }

  @Test("What a listener with traits may not be")
  func invalid() throws {
    let fixture = try HostFixture.make()
    let bad: [(Endpoint, ListenerTraits)] = [
      (Endpoint(.anyIPv6, 80), .anyPort), (Endpoint(.anyIPv6, 0), .none),
      (Endpoint(.anyIPv6, 0), .foreignDestinations), (.near(1, 80), .foreignDestinations),
      (.near(1, 0), everything), (.near(1, 80), ListenerTraits(rawValue: 8)),
    ]
    for (local, traits) in bad {
      let error = fixture.error { host throws(CallError) in _ = try host.listen(local, traits: traits) }
      #expect(error == .invalidArgument, "\(local) \(traits)")
    }
    let all = try listen(fixture, everything, family: .ipv4)
    let error = fixture.error { host throws(CallError) in
      _ = try host.listen(Endpoint(.anyIPv6, 0), traits: .anyPort)
    }
    #expect(error == .connectionExists)
    _ = try listen(fixture, .anyPort, family: .ipv6)
    #expect(fixture.arrive(HandPeer(.near6(2, 1), to: away6).segment(.syn)) == .notForUs)
    #expect(fixture.state(all) == .listen)
  }

  @Test("A port of the host's choice is free beside a listener for all ports")
  func ephemeral() throws {
    let fixture = try HostFixture.make()
    _ = try listen(fixture, everything)
    let made = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    #expect(fixture.state(made) == .synSent)
  }

  @Test("An active open on such a listener takes a port of the host's choice")
  func turning() throws {
    let fixture = try HostFixture.make()
    let all = try listen(fixture, everything)
    let made = try fixture.host.connect(turning: all, to: .near(2, 80), at: fixture.now)
    let first = fixture.host.configuration.firstEphemeralPort
    #expect(try fixture.host.status(made).tuple.localPort >= first)
    #expect(fixture.arrive(HandPeer(.near(3, 1), to: away).segment(.syn)) == .notForUs)
  }

  /// RFC 8200 section 5: an interface that carries IPv6 takes 1,280 octets.
  @Test("The MTU stays above 1,280 while there are entries of IPv6, whosever address they use")
  func smallMTU() throws {
    let fixture = try HostFixture.make()
    let listener = try listen(fixture, everything)
    var peer = HandPeer(.near6(2, 6_000), to: away6)
    let own = Address(high: Endpoint.near6(1, 1).address.high, low: 1)
    fixture.arrive(peer.segment(.syn))
    try fixture.host.removeAddress(own, at: fixture.now)
    func change() -> CallError? {
      fixture.error { host throws(CallError) in try host.setInterface(0, mtu: 1_000) }
    }
    #expect(change() == .invalidArgument)  // a handshake
    let answer = try #require(fixture.drain().first)
    peer.acknowledgment = answer.header.sequence + 1
    peer.sequence = peer.sequence + 1
    #expect(fixture.arrive(peer.segment(.ack)) == .processed)
    let made = try fixture.host.accept(listener)
    #expect(change() == .invalidArgument)  // a connection
    try fixture.host.close(made, at: fixture.now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    #expect(fixture.arrive(peer.segment(.fin | .ack)) == .processed)
    _ = fixture.drain()
    #expect(fixture.state(made) == .timeWait && change() == .invalidArgument)
    _ = fixture.pass(.seconds(241))
    #expect(fixture.state(made) == .closed)
    // A reset from there that waits does not leave any more.
    fixture.arrive(HandPeer(.near6(2, 6_001), to: away6).segment(.ack))
    #expect(change() == nil && fixture.drain().isEmpty)
    #expect(fixture.arrive(HandPeer(.near6(2, 6_000), to: away6).segment(.syn)) == .notForUs)
    try fixture.host.release(made, at: fixture.now)
    #expect(fixture.host.brokenInvariant() == nil)
  }

  @Test("A copy of the host goes on, and a wrong count of such listeners is refused")
  func moved() throws {
    let fixture = try HostFixture.make()
    let listener = try listen(fixture, everything)
    var peer = HandPeer(.near(2, 6_000), to: away)
    fixture.arrive(peer.segment(.syn))
    try fixture.moveToCopy()
    peer.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    #expect(fixture.arrive(peer.segment(.ack)) == .processed)
    #expect(try fixture.host.status(fixture.host.accept(listener)).tuple.local == away)
  }

  /// RFC 6191, RFC 1122 section 4.2.2.13: the pair may begin again.
  @Test("A new SYN for a foreign pair in TIME-WAIT")
  func reuse() throws {
    let fixture = try HostFixture.make()
    let listener = try listen(fixture, everything)
    var peer = HandPeer(.near(2, 6_000), to: away)
    _ = peer.open(fixture)
    let made = try fixture.host.accept(listener)
    try fixture.host.close(made, at: fixture.now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    fixture.arrive(peer.segment(.fin | .ack))
    peer.sequence = peer.sequence + 1
    _ = fixture.drain()
    #expect(fixture.state(made) == .timeWait)
    #expect(fixture.arrive(peer.segment(.syn, sequence: peer.sequence + 70_000)) == .processed)
    #expect(fixture.drain().map(\.flags) == [.syn | .ack])
  }
}
