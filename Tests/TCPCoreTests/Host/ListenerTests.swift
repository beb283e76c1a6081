import TCPCore
import TCPTestSupport
import Testing

@Suite("Listeners and half-open connections")
struct ListenerTests {
  private func answers(_ fixture: HostFixture, to destination: Endpoint, from source: Endpoint)
    -> SegmentFlags?
  {
    fixture.arrive(HandPeer(source, to: destination).segment(.syn))
    return fixture.drain().first?.flags
  }

  @Test("Specific before wildcard, each with its own backlog and options")
  func specific() throws {
    let fixture = try HostFixture.make()
    try fixture.host.addAddress(Address(192, 0, 2, 50), prefix: 24)
    var options = ConnectionOptions()
    options.hopLimit = 9
    let wildcard = try fixture.host.listen(Endpoint(.anyIPv4, 80))
    let specific = try fixture.host.listen(.near(1, 80), options: options)
    // EV-STATUS-LISTEN-1
    let status = try fixture.host.status(specific)
    #expect(status.state == .listen && status.acceptQueueCount == 0)
    #expect(status.tuple == FourTuple(local: .near(1, 80), remote: Endpoint(.anyIPv6, 0)))
    var one = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(one.open(fixture)?.datagram.hopLimit == 9)
    var two = HandPeer(.near(2, 6_000), to: .near(50, 80))
    #expect(two.open(fixture)?.datagram.hopLimit == 64)
    #expect(
      try fixture.host.status(try fixture.host.accept(specific)).tuple.localAddress == Address(192, 0, 2, 1))
    #expect(
      try fixture.host.status(try fixture.host.accept(wildcard)).tuple.localAddress == Address(192, 0, 2, 50))
    // Once the specific one is gone the wildcard serves its address too.
    try fixture.host.close(specific, at: fixture.now)
    #expect(answers(fixture, to: .near(1, 80), from: .near(2, 6_001)) == .syn | .ack)
  }

  @Test(
    "Families: a wildcard serves both, one, or each has its own",
    arguments: [
      (ListenerFamily.both, true, true), (.ipv4, true, false), (.ipv6, false, true),
    ])
  func families(family: ListenerFamily, servesIPv4: Bool, servesIPv6: Bool) throws {
    for any in [Address.anyIPv4, .anyIPv6] {
      let fixture = try HostFixture.make()
      _ = try fixture.host.listen(Endpoint(any, 80), family: family)
      #expect(
        answers(fixture, to: .near(1, 80), from: .near(2, 6_000)) == (servesIPv4 ? .syn | .ack : .rst | .ack))
      #expect(
        answers(fixture, to: .near6(1, 80), from: .near6(2, 6_000))
          == (servesIPv6 ? .syn | .ack : .rst | .ack))
    }
  }

  @Test("Two wildcards of one port, one for each family, but no third")
  func twoFamilies() throws {
    let fixture = try HostFixture.make()
    let four = try fixture.host.listen(Endpoint(.anyIPv4, 80), family: .ipv4)
    let six = try fixture.host.listen(Endpoint(.anyIPv6, 80), family: .ipv6)
    for family in [ListenerFamily.both, .ipv4, .ipv6] {
      #expect(
        fixture.error { host throws(CallError) in _ = try host.listen(Endpoint(.anyIPv6, 80), family: family)
        }
          == .connectionExists)
    }
    var one = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var two = HandPeer(.near6(2, 6_000), to: .near6(1, 80))
    #expect(one.open(fixture) != nil && two.open(fixture) != nil)
    #expect(
      try fixture.host.status(four).acceptQueueCount == 1 && fixture.host.status(six).acceptQueueCount == 1)
  }

  /// MUST-41, MUST-42: a listener changes nothing for connections that are there or under way.
  @Test("Listening beside connections on the same port")
  func beside() throws {
    let fixture = try HostFixture.make()
    let connecting = try fixture.host.connect(to: .near(2, 80), from: .near(1, 4_000), at: fixture.now)
    let sequence = try #require(fixture.drain().first).header.sequence
    _ = try fixture.host.listen(.near(1, 4_000))
    #expect(answers(fixture, to: .near(1, 4_000), from: .near(3, 1)) == .syn | .ack)
    var peer = HandPeer(.near(2, 80), to: .near(1, 4_000))
    peer.acknowledgment = sequence + 1
    #expect(fixture.arrive(peer.segment(.syn | .ack)) == .processed)
    #expect(fixture.state(connecting) == .established)
  }

  /// RFC6298-14, PEER-05, ROB-016, CVE-20: 1, 2, 4, 8, 16 s apart, and 63 s after the first it is over.
  @Test("A SYN and then silence")
  func silence() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    let begin = fixture.now
    fixture.arrive(HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(.syn))
    let sent = fixture.pass(.seconds(200))
    #expect(sent.allSatisfy { $0.1.flags == .syn | .ack })
    let seconds = sent.map { Int(($0.at - begin).microseconds / 1_000_000) }
    #expect(seconds == [0, 1, 3, 7, 15, 31])
    #expect(fixture.host.occupancy.halfOpen == 0 && fixture.host.counters.halfOpenExpired == 1)
    #expect(fixture.host.deadline == nil && fixture.events().isEmpty)
    #expect(fixture.state(listener) == .listen)
  }

  /// ROB-096: one entry for one tuple; the SYN-ACK comes again.
  @Test("A SYN that comes again")
  func again() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var sequences: Set<UInt32> = []
    for _ in 0..<5 {
      #expect(fixture.arrive(peer.segment(.syn)) == .processed)
      for seen in fixture.drain() { sequences.insert(seen.header.sequence.rawValue) }
    }
    #expect(sequences.count == 1 && fixture.host.occupancy.halfOpen == 1)
    #expect(peer.open(fixture) != nil)
    #expect(
      try fixture.host.status(listener).acceptQueueCount == 1 && fixture.host.occupancy.connections == 1)
    #expect(fixture.arrive(peer.segment(.syn, sequence: SequenceNumber(1_000))) == .synChallenged)
    #expect(try fixture.host.status(listener).acceptQueueCount == 1)
  }

  /// A backlog that is full of connections nobody accepts refuses; accepting one makes room.
  @Test("Backlog", arguments: [1, 2, 3])
  func backlog(size: Int) throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 8))
    let listener = try fixture.host.listen(.near(1, 80), backlog: size)
    for number in 0..<size {
      var peer = HandPeer(.near(2, 6_000 + UInt16(number)), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
    }
    let late = HandPeer(.near(2, 7_000), to: .near(1, 80))
    #expect(fixture.arrive(late.segment(.syn)) == .backlogFull)
    #expect(fixture.drain().isEmpty && fixture.host.counters[.backlogFull] == 1)
    _ = try fixture.host.accept(listener)
    #expect(fixture.arrive(late.segment(.syn)) == .processed)
    #expect(fixture.drain().map(\.flags) == [.syn | .ack])
  }

  /// RFC4987-3: a listener that is flooded gives up its own oldest handshake, not its neighbour's, or
  /// nobody's.
  @Test(
    "One listener's flood is not paid by another one's handshakes",
    arguments: [SYNCookiePolicy.automatic, .never])
  func neighbour(policy: SYNCookiePolicy) throws {
    var configuration = HostConfiguration(connections: 8)
    configuration.halfOpenCapacity = 4
    configuration.synCookies = policy
    let fixture = try HostFixture.make(1, configuration)
    _ = try fixture.host.listen(.near(1, 80), backlog: 2)
    _ = try fixture.host.listen(.near(1, 81), backlog: 2)
    var quiet = (0..<2).map { HandPeer(.near(3, 6_000 + UInt16($0)), to: .near(1, 81)) }
    for peer in quiet { #expect(fixture.arrive(peer.segment(.syn)) == .processed) }
    let answers = fixture.drain()
    for port in UInt16(1)...100 {
      fixture.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn))
      fixture.now = fixture.now + .milliseconds(port < 6 ? 200 : 1)
    }
    #expect((fixture.host.counters.halfOpenRecycled > 0) == (policy == .never))
    #expect(fixture.host.occupancy.halfOpen == 4)
    for index in quiet.indices {
      quiet[index].acknowledgment = answers[index].header.sequence + 1
      let last = quiet[index].segment(.ack, sequence: quiet[index].sequence + 1)
      #expect(fixture.arrive(last) == .processed)
    }
    #expect(fixture.host.occupancy.connections == 2)
  }

  /// EV-CLOSE-LISTEN-1, EV-ABORT-LISTEN-1: connections that nobody accepted are aborted, handshakes given up.
  @Test("Closing a listener")
  func closing() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 8))
    let listener = try fixture.host.listen(.near(1, 80))
    var accepted = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var waiting = HandPeer(.near(2, 6_001), to: .near(1, 80))
    var half = HandPeer(.near(2, 6_002), to: .near(1, 80))
    #expect(accepted.open(fixture) != nil && waiting.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    fixture.arrive(half.segment(.syn))
    half.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    try fixture.host.close(listener, at: fixture.now)
    #expect(fixture.drain().map { [$0.flags, .none] } == [[.rst | .ack, .none]])
    #expect(fixture.state(handle) == .established && fixture.host.occupancy.connections == 1)
    #expect(fixture.host.occupancy.halfOpen == 0, "nobody answers for its handshakes any more")
    // The next listener on the port is another one: the old handshake is not its own.
    let next = try fixture.host.listen(.near(1, 80))
    #expect(fixture.arrive(half.segment(.ack, sequence: half.sequence + 1)) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst])
    #expect(try fixture.host.status(next).acceptQueueCount == 0 && fixture.host.occupancy.halfOpen == 0)
    waiting.sequence = waiting.sequence + 1
    #expect(fixture.arrive(waiting.segment(.ack)) == .acknowledgmentForListener)
  }

  /// CVE-18: SYN with everything beside it costs a listener no more than a SYN; reset wins.
  @Test("Strange flags to a listener", arguments: 0..<64)
  func flags(number: Int) throws {
    let flags = SegmentFlags(rawValue: UInt8(number))
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    let outcome = fixture.arrive(HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(flags, text: [1, 2]))
    let answers = fixture.drain()
    if flags.contains(.rst) {
      #expect(outcome == .ignoredByListener && answers.isEmpty)
    } else if flags.contains(.ack) {
      #expect(outcome == .acknowledgmentForListener && answers.map(\.flags) == [.rst])
    } else if flags.contains(.syn) {
      #expect(outcome == .processed && answers.map(\.flags) == [.syn | .ack])
      #expect(answers.first?.header.acknowledgment == SequenceNumber(1_001))
      #expect(fixture.host.occupancy == (0, 1, 0, 1))
    } else {
      #expect(outcome == .ignoredByListener && answers.isEmpty)
    }
  }
}
