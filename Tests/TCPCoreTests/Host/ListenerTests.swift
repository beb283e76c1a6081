import TCPCore
import Testing

@Suite("Listeners and half-open connections")
struct ListenerTests {
  private func answers(_ box: HostBox, to destination: Endpoint, from source: Endpoint) -> SegmentFlags? {
    box.arrive(HandPeer(source, to: destination).segment(.syn))
    return box.drain().first?.flags
  }

  @Test("Specific before wildcard, each with its own backlog and options")
  func specific() throws {
    let box = try HostBox.make()
    try box.host.addAddress(Address(192, 0, 2, 50), prefix: 24)
    var options = ConnectionOptions()
    options.hopLimit = 9
    let wildcard = try box.host.listen(Endpoint(.anyIPv4, 80))
    let specific = try box.host.listen(.near(1, 80), options: options)
    var one = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(one.open(box)?.datagram.hopLimit == 9)
    var two = HandPeer(.near(2, 6_000), to: .near(50, 80))
    #expect(two.open(box)?.datagram.hopLimit == 64)
    #expect(try box.host.status(try box.host.accept(specific)).tuple.localAddress == Address(192, 0, 2, 1))
    #expect(try box.host.status(try box.host.accept(wildcard)).tuple.localAddress == Address(192, 0, 2, 50))
    // Once the specific one is gone the wildcard serves its address too.
    try box.host.close(specific, at: box.now)
    #expect(answers(box, to: .near(1, 80), from: .near(2, 6_001)) == .syn | .ack)
  }

  @Test(
    "Families: a wildcard serves both, one, or each has its own",
    arguments: [
      (ListenerFamily.both, true, true), (.ipv4, true, false), (.ipv6, false, true),
    ])
  func families(family: ListenerFamily, servesIPv4: Bool, servesIPv6: Bool) throws {
    for any in [Address.anyIPv4, .anyIPv6] {
      let box = try HostBox.make()
      _ = try box.host.listen(Endpoint(any, 80), family: family)
      #expect(
        answers(box, to: .near(1, 80), from: .near(2, 6_000)) == (servesIPv4 ? .syn | .ack : .rst | .ack))
      #expect(
        answers(box, to: .near6(1, 80), from: .near6(2, 6_000)) == (servesIPv6 ? .syn | .ack : .rst | .ack))
    }
  }

  @Test("Two wildcards of one port, one for each family, but no third")
  func twoFamilies() throws {
    let box = try HostBox.make()
    let four = try box.host.listen(Endpoint(.anyIPv4, 80), family: .ipv4)
    let six = try box.host.listen(Endpoint(.anyIPv6, 80), family: .ipv6)
    for family in [ListenerFamily.both, .ipv4, .ipv6] {
      #expect(
        box.error { host throws(CallError) in _ = try host.listen(Endpoint(.anyIPv6, 80), family: family) }
          == .connectionExists)
    }
    var one = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var two = HandPeer(.near6(2, 6_000), to: .near6(1, 80))
    #expect(one.open(box) != nil && two.open(box) != nil)
    #expect(try box.host.status(four).waiting == 1 && box.host.status(six).waiting == 1)
  }

  /// MUST-41, MUST-42: a listener changes nothing for connections that are there or under way.
  @Test("Listening beside connections on the same port")
  func beside() throws {
    let box = try HostBox.make()
    let connecting = try box.host.connect(to: .near(2, 80), from: .near(1, 4_000), at: box.now)
    let sequence = try #require(box.drain().first).header.sequence
    _ = try box.host.listen(.near(1, 4_000))
    #expect(answers(box, to: .near(1, 4_000), from: .near(3, 1)) == .syn | .ack)
    var peer = HandPeer(.near(2, 80), to: .near(1, 4_000))
    peer.acknowledgment = sequence + 1
    #expect(box.arrive(peer.segment(.syn | .ack)) == .processed)
    #expect(box.state(connecting) == .established)
  }

  /// RFC6298-14, PEER-05, ROB-016, CVE-20: 1, 2, 4, 8, 16 s apart, and 63 s after the first it is over.
  @Test("A SYN and then silence")
  func silence() throws {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    let begin = box.now
    box.arrive(HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(.syn))
    let sent = box.pass(.seconds(200))
    #expect(sent.allSatisfy { $0.1.flags == .syn | .ack })
    let seconds = sent.map { Int(($0.at - begin).microseconds / 1_000_000) }
    #expect(seconds == [0, 1, 3, 7, 15, 31])
    #expect(box.host.occupancy.halfOpen == 0 && box.host.counters.halfOpenExpired == 1)
    #expect(box.host.deadline == nil && box.events().isEmpty)
    #expect(box.state(listener) == .listen)
  }

  /// ROB-096: one entry for one tuple; the SYN-ACK comes again.
  @Test("A SYN that comes again")
  func again() throws {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var sequences: Set<UInt32> = []
    for _ in 0..<5 {
      #expect(box.arrive(peer.segment(.syn)) == .processed)
      for seen in box.drain() { sequences.insert(seen.header.sequence.rawValue) }
    }
    #expect(sequences.count == 1 && box.host.occupancy.halfOpen == 1)
    #expect(peer.open(box) != nil)
    #expect(try box.host.status(listener).waiting == 1 && box.host.occupancy.connections == 1)
    #expect(box.arrive(peer.segment(.syn, sequence: SequenceNumber(1_000))) == .synchronizeChallenged)
    #expect(try box.host.status(listener).waiting == 1)
  }

  /// A backlog that is full of connections nobody accepts refuses; accepting one makes room.
  @Test("Backlog", arguments: [1, 2, 3])
  func backlog(size: Int) throws {
    let box = try HostBox.make(1, HostConfiguration(connections: 8))
    let listener = try box.host.listen(.near(1, 80), backlog: size)
    for number in 0..<size {
      var peer = HandPeer(.near(2, 6_000 + UInt16(number)), to: .near(1, 80))
      #expect(peer.open(box) != nil)
    }
    let late = HandPeer(.near(2, 7_000), to: .near(1, 80))
    #expect(box.arrive(late.segment(.syn)) == .backlogFull)
    #expect(box.drain().isEmpty && box.host.counters[.backlogFull] == 1)
    _ = try box.host.accept(listener)
    #expect(box.arrive(late.segment(.syn)) == .processed)
    #expect(box.drain().map(\.flags) == [.syn | .ack])
  }

  /// RFC4987-3: a listener that is flooded gives up its own oldest handshake, not its neighbour's.
  @Test("One listener's flood is not paid by another one's handshakes")
  func neighbour() throws {
    var configuration = HostConfiguration(connections: 8)
    configuration.halfOpenCapacity = 4
    let box = try HostBox.make(1, configuration)
    _ = try box.host.listen(.near(1, 80), backlog: 2)
    _ = try box.host.listen(.near(1, 81), backlog: 2)
    var quiet = (0..<2).map { HandPeer(.near(3, 6_000 + UInt16($0)), to: .near(1, 81)) }
    for peer in quiet { #expect(box.arrive(peer.segment(.syn)) == .processed) }
    let answers = box.drain()
    for port in UInt16(1)...100 {
      box.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn))
      box.now = box.now + .milliseconds(port < 6 ? 200 : 1)
    }
    #expect(box.host.counters.halfOpenRecycled > 0)
    #expect(box.host.occupancy.halfOpen == 4)
    for index in quiet.indices {
      quiet[index].acknowledgment = answers[index].header.sequence + 1
      let last = quiet[index].segment(.ack, sequence: quiet[index].sequence + 1)
      #expect(box.arrive(last) == .processed)
    }
    #expect(box.host.occupancy.connections == 2)
  }

  /// EV-CLOSE-LISTEN-1, EV-ABORT-LISTEN-1: connections that nobody accepted are aborted, handshakes given up.
  @Test("Closing a listener")
  func closing() throws {
    let box = try HostBox.make(1, HostConfiguration(connections: 8))
    let listener = try box.host.listen(.near(1, 80))
    var accepted = HandPeer(.near(2, 6_000), to: .near(1, 80))
    var waiting = HandPeer(.near(2, 6_001), to: .near(1, 80))
    var half = HandPeer(.near(2, 6_002), to: .near(1, 80))
    #expect(accepted.open(box) != nil && waiting.open(box) != nil)
    let handle = try box.host.accept(listener)
    box.arrive(half.segment(.syn))
    half.acknowledgment = try #require(box.drain().first).header.sequence + 1
    try box.host.close(listener, at: box.now)
    #expect(box.drain().map { [$0.flags, .none] } == [[.rst | .ack, .none]])
    #expect(box.state(handle) == .established && box.host.occupancy.connections == 1)
    #expect(box.host.occupancy.halfOpen == 0, "nobody answers for its handshakes any more")
    // The next listener on the port is another one: the old handshake is not its own.
    let next = try box.host.listen(.near(1, 80))
    #expect(box.arrive(half.segment(.ack, sequence: half.sequence + 1)) == .acknowledgmentForListener)
    #expect(box.drain().map(\.flags) == [.rst])
    #expect(try box.host.status(next).waiting == 0 && box.host.occupancy.halfOpen == 0)
    waiting.sequence = waiting.sequence + 1
    #expect(box.arrive(waiting.segment(.ack)) == .acknowledgmentForListener)
  }

  /// CVE-18: SYN with everything beside it costs a listener no more than a SYN; reset wins.
  @Test("Strange flags to a listener", arguments: 0..<64)
  func flags(number: Int) throws {
    let flags = SegmentFlags(rawValue: UInt8(number))
    let box = try HostBox.make()
    _ = try box.host.listen(.near(1, 80))
    let outcome = box.arrive(HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(flags, text: [1, 2]))
    let answers = box.drain()
    if flags.contains(.rst) {
      #expect(outcome == .ignoredByListener && answers.isEmpty)
    } else if flags.contains(.ack) {
      #expect(outcome == .acknowledgmentForListener && answers.map(\.flags) == [.rst])
    } else if flags.contains(.syn) {
      #expect(outcome == .processed && answers.map(\.flags) == [.syn | .ack])
      #expect(answers.first?.header.acknowledgment == SequenceNumber(1_001))
      #expect(box.host.occupancy == (0, 1, 0, 1))
    } else {
      #expect(outcome == .ignoredByListener && answers.isEmpty)
    }
  }
}
