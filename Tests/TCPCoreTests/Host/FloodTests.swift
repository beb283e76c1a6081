import TCPCore
import TCPTestSupport
import Testing

@Suite("Floods and full tables")
struct FloodTests {
  /// CVE-21, PEER-05, RFC4987-1, RFC4987-3.
  @Test(
    "Ten thousand SYNs leave what is established unharmed, and the listener answers afterwards",
    arguments: [SYNCookiePolicy.automatic, .never, .always])
  func synFlood(policy: SYNCookiePolicy) throws {
    var configuration = HostConfiguration(connections: 8)
    configuration.halfOpenCapacity = 16
    configuration.synCookies = policy
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80), backlog: 8)
    var honest = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(honest.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    for number in 0..<10_000 {
      let port = UInt16(1_024 + number)
      let outcome = fixture.arrive(HandPeer(.near(66, port), to: .near(1, 80)).segment(.syn))
      // A second at first, later less: so long nobody gives way.
      try demand(outcome == .processed || outcome == .backlogFull, "SYN \(number): \(outcome)")
      fixture.now = fixture.now + .milliseconds(20)
      while fixture.host.expire(at: fixture.now) {}
      if number % 7 == 0 { _ = fixture.transmit() }
      if number % 1_000 == 0 {
        // Text goes both ways in the midst of it.
        let octet = UInt8(number / 1_000)
        let arrived = fixture.arrive(honest.segment(.ack, text: [octet]))
        try demand(arrived == .processed, "text \(number)")
        honest.sequence = honest.sequence + 1
        try demand(try fixture.read(handle) == [octet], "read \(number)")
        _ = try fixture.write(handle, [octet])
        let echo = fixture.drain().first { $0.to == honest.own && !$0.text.isEmpty }
        try demand(echo?.text == [octet], "echo \(number)")
        honest.acknowledgment = honest.acknowledgment + 1
        try demand(fixture.arrive(honest.segment(.ack)) == .processed, "acknowledgment \(number)")
      }
      try demand(fixture.host.occupancy.halfOpen <= 16, "half-open \(number)")
    }
    #expect(fixture.state(handle) == .established)
    let counters = fixture.host.counters
    #expect(policy == .never ? counters.halfOpenRecycled >= 9_000 : counters.halfOpenRecycled == 0)
    #expect(policy == .never ? counters.cookiesSent == 0 : counters.cookiesSent >= 1_000)
    fixture.now = fixture.now + .milliseconds(75)
    _ = fixture.drain()
    var late = HandPeer(.near(3, 7_000), to: .near(1, 80))
    #expect(late.open(fixture) != nil)
    #expect(try fixture.host.status(listener).acceptQueueCount == 1)
    _ = fixture.pass(.seconds(100))
    #expect(fixture.host.occupancy.halfOpen == 0)
    var later = HandPeer(.near(3, 7_001), to: .near(1, 80))
    #expect(later.open(fixture) != nil)
  }

  @Test("A full connection table refuses newcomers, counts them, and harms nobody")
  func connectionTable() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 2))
    let listener = try fixture.host.listen(.near(1, 80), backlog: 8)
    // Three handshakes get as far as the SYN-ACK, two of them become connections.
    var peers = (0..<3).map { HandPeer(.near(2, 6_000 + UInt16($0)), to: .near(1, 80)) }
    for index in peers.indices {
      fixture.arrive(peers[index].segment(.syn))
      peers[index].acknowledgment = try #require(fixture.drain().first).header.sequence + 1
      peers[index].sequence = peers[index].sequence + 1
    }
    #expect(fixture.arrive(peers[0].segment(.ack)) == .processed)
    #expect(fixture.arrive(peers[1].segment(.ack)) == .processed)
    #expect(fixture.arrive(peers[2].segment(.ack)) == .connectionTableFull)
    #expect(fixture.arrive(HandPeer(.near(2, 9_000), to: .near(1, 80)).segment(.syn)) == .connectionTableFull)
    #expect(fixture.host.counters[.connectionTableFull] == 2 && fixture.drain().isEmpty)
    #expect(fixture.host.occupancy == (2, 1, 0, 1))
    // A slot becomes free: the third peer's text brings its acknowledgment again.
    let first = try fixture.host.accept(listener)
    try fixture.host.abort(first, at: fixture.now)
    try fixture.host.release(first, at: fixture.now)
    #expect(fixture.host.occupancy.connections == 2, "its reset is still to be sent")
    #expect(fixture.drain().map(\.flags) == [.rst | .ack])
    #expect(fixture.arrive(peers[2].segment(.ack, text: [5])) == .processed)
    #expect(fixture.host.occupancy == (2, 0, 0, 1))
    let second = try fixture.host.accept(listener)
    let third = try fixture.host.accept(listener)
    #expect(fixture.state(second) == .established)
    #expect(try fixture.read(third) == [5])
  }

  @Test("A full TIME-WAIT table gives up its oldest entry, and its owner learns the end")
  func timeWaitTable() throws {
    var configuration = HostConfiguration(connections: 8, sendCapacity: 64, receiveCapacity: 64)
    configuration.timeWaitCapacity = 3
    var pair = try HostPair(configuration)
    let listener = try pair.right.host.listen(.near(2, 80))
    var clients: [Handle] = []
    for port in UInt16(5_000)..<5_006 {
      let (client, server) = try pair.connect(to: 80, from: .near(1, port), listener: listener)
      try pair.left.host.close(client, at: pair.left.now)
      pair.runUntilQuiet()
      try pair.right.host.release(server, at: pair.right.now)
      pair.runUntilQuiet()
      clients.append(client)
    }
    #expect(pair.left.host.occupancy.timeWait == 3 && pair.left.host.counters.timeWaitRecycled == 3)
    let states = clients.map { pair.left.state($0) }
    #expect(states == [.closed, .closed, .closed, .timeWait, .timeWait, .timeWait])
    #expect(try pair.left.host.status(clients[0]).endReason == .finished)
    pair.pass(.seconds(241))
    #expect(pair.left.host.occupancy.timeWait == 0)
    let ended = pair.left.events().filter { $0.kinds.contains(.ended) }
    #expect(Set(ended.map(\.handle.rawValue)) == Set(clients.map(\.rawValue)))
  }

  /// ROB-063, PEER-10: replies have a small queue of their own.
  @Test("Replies beyond their queue are dropped and counted", arguments: [1, 2, 8])
  func replies(capacity: Int) throws {
    var configuration = HostConfiguration(connections: 1)
    configuration.replyCapacity = capacity
    let fixture = try HostFixture.make(1, configuration)
    for round in 1...3 {
      for port in UInt16(1)...20 {
        #expect(fixture.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn)) == .forNobody)
      }
      let seen = fixture.drain()
      #expect(seen.map(\.to.port) == (1...capacity).map { UInt16($0) })
      #expect(fixture.host.counters.repliesDropped == UInt64(round * (20 - capacity)))
    }
  }

  @Test("Replies and connections take turns")
  func turns() throws {
    let fixture = try HostFixture.make()
    for port in UInt16(1)...4 { _ = try fixture.host.connect(to: .near(3, port), at: fixture.now) }
    for port in UInt16(1)...8 { fixture.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn)) }
    let kinds = fixture.drain().prefix(8).map { $0.flags.contains(.rst) }
    #expect(kinds.filter { $0 }.count == 4)
    #expect(!zip(kinds, kinds.dropFirst()).contains { $0 == $1 })
  }

  /// CVE-14, PEER-06: more holes than a table holds, each answered, none remembered beyond the table.
  @Test("Thousands of tiny segments with holes")
  func holes() throws {
    let fixture = try HostFixture.make(
      1, HostConfiguration(connections: 1, sendCapacity: 64, receiveCapacity: 60_000))
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    let capacity = fixture.host.configuration.ringClass(0).ranges
    for number in 1...5_000 {
      fixture.arrive(peer.segment(.ack, sequence: peer.sequence + 4 * number, text: [1]))
      try demand(try fixture.host.status(handle).outOfOrderRanges <= capacity, "ranges at \(number)")
      let answers = fixture.drain()
      // RFC5681-15: each one is answered with RCV.NXT.
      try demand(answers.count == 1 && answers[0].header.acknowledgment == peer.sequence, "answer \(number)")
    }
    #expect(try fixture.host.status(handle).outOfOrderRanges == capacity)
    #expect(throws: CallError.wouldBlock) { try fixture.read(handle) }
    fixture.arrive(peer.segment(.ack, text: [2]))
    #expect(try fixture.read(handle) == [2])
  }
}
