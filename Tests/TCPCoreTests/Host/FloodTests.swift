import TCPCore
import Testing

@Suite("Floods and full tables")
struct FloodTests {
  /// CVE-21, PEER-05, RFC4987-1, RFC4987-3.
  @Test("Ten thousand SYNs leave what is established unharmed, and the listener answers afterwards")
  func synFlood() throws {
    var configuration = HostConfiguration(connections: 8)
    configuration.halfOpenCapacity = 16
    let box = try HostBox.make(1, configuration)
    let listener = try box.host.listen(.near(1, 80), backlog: 8)
    var honest = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(honest.open(box) != nil)
    let handle = try box.host.accept(listener)
    for number in 0..<10_000 {
      let port = UInt16(1_024 + number)
      let outcome = box.arrive(HandPeer(.near(66, port), to: .near(1, 80)).segment(.syn))
      // A second at first, later less: so long nobody gives way.
      try demand(outcome == .processed || outcome == .backlogFull, "SYN \(number): \(outcome)")
      box.now = box.now + .milliseconds(20)
      while box.host.expire(at: box.now) {}
      if number % 7 == 0 { _ = box.transmit() }
      if number % 1_000 == 0 {
        // Text goes both ways in the midst of it.
        let octet = UInt8(number / 1_000)
        let arrived = box.arrive(honest.segment(.ack, text: [octet]))
        try demand(arrived == .processed, "text \(number)")
        honest.sequence = honest.sequence + 1
        try demand(try box.read(handle) == [octet], "read \(number)")
        _ = try box.write(handle, [octet])
        let echo = box.drain().first { $0.to == honest.own && !$0.text.isEmpty }
        try demand(echo?.text == [octet], "echo \(number)")
        honest.acknowledgment = honest.acknowledgment + 1
        try demand(box.arrive(honest.segment(.ack)) == .processed, "acknowledgment \(number)")
      }
      try demand(box.host.occupancy.halfOpen <= 16, "half-open \(number)")
    }
    #expect(box.state(handle) == .established)
    #expect(box.host.counters.halfOpenRecycled >= 9_000)
    box.now = box.now + .milliseconds(75)
    _ = box.drain()
    var late = HandPeer(.near(3, 7_000), to: .near(1, 80))
    #expect(late.open(box) != nil)
    #expect(try box.host.status(listener).waiting == 1)
    _ = box.pass(.seconds(100))
    #expect(box.host.occupancy.halfOpen == 0)
    var later = HandPeer(.near(3, 7_001), to: .near(1, 80))
    #expect(later.open(box) != nil)
  }

  @Test("A full connection table refuses newcomers, counts them, and harms nobody")
  func connectionTable() throws {
    let box = try HostBox.make(1, HostConfiguration(connections: 2))
    let listener = try box.host.listen(.near(1, 80), backlog: 8)
    // Three handshakes get as far as the SYN-ACK, two of them become connections.
    var peers = (0..<3).map { HandPeer(.near(2, 6_000 + UInt16($0)), to: .near(1, 80)) }
    for index in peers.indices {
      box.arrive(peers[index].segment(.syn))
      peers[index].acknowledgment = try #require(box.drain().first).header.sequence + 1
      peers[index].sequence = peers[index].sequence + 1
    }
    #expect(box.arrive(peers[0].segment(.ack)) == .processed)
    #expect(box.arrive(peers[1].segment(.ack)) == .processed)
    #expect(box.arrive(peers[2].segment(.ack)) == .connectionTableFull)
    #expect(box.arrive(HandPeer(.near(2, 9_000), to: .near(1, 80)).segment(.syn)) == .connectionTableFull)
    #expect(box.host.counters[.connectionTableFull] == 2 && box.drain().isEmpty)
    #expect(box.host.occupancy == (2, 1, 0, 1))
    // A slot becomes free: the third peer's text brings its acknowledgment again.
    let first = try box.host.accept(listener)
    try box.host.abort(first, at: box.now)
    try box.host.release(first, at: box.now)
    #expect(box.host.occupancy.connections == 2, "its reset is still to be sent")
    #expect(box.drain().map(\.flags) == [.rst | .ack])
    #expect(box.arrive(peers[2].segment(.ack, text: [5])) == .processed)
    #expect(box.host.occupancy == (2, 0, 0, 1))
    let second = try box.host.accept(listener)
    let third = try box.host.accept(listener)
    #expect(box.state(second) == .established)
    #expect(try box.read(third) == [5])
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
    let ended = pair.left.events().filter { $0.events.contains(.ended) }
    #expect(Set(ended.map(\.handle.rawValue)) == Set(clients.map(\.rawValue)))
  }

  /// ROB-063, PEER-10: replies have a small queue of their own.
  @Test("Replies beyond their queue are dropped and counted", arguments: [1, 2, 8])
  func replies(capacity: Int) throws {
    var configuration = HostConfiguration(connections: 1)
    configuration.replyCapacity = capacity
    let box = try HostBox.make(1, configuration)
    for round in 1...3 {
      for port in UInt16(1)...20 {
        #expect(box.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn)) == .forNobody)
      }
      let seen = box.drain()
      #expect(seen.map(\.to.port) == (1...capacity).map { UInt16($0) })
      #expect(box.host.counters.repliesDropped == UInt64(round * (20 - capacity)))
    }
  }

  @Test("Replies and connections take turns")
  func turns() throws {
    let box = try HostBox.make()
    for port in UInt16(1)...4 { _ = try box.host.connect(to: .near(3, port), at: box.now) }
    for port in UInt16(1)...8 { box.arrive(HandPeer(.near(2, port), to: .near(1, 80)).segment(.syn)) }
    let kinds = box.drain().prefix(8).map { $0.flags.contains(.rst) }
    #expect(kinds.filter { $0 }.count == 4)
    #expect(!zip(kinds, kinds.dropFirst()).contains { $0 == $1 })
  }

  /// CVE-14, PEER-06: more holes than a table holds, each answered, none remembered beyond the table.
  @Test("Thousands of tiny segments with holes")
  func holes() throws {
    let box = try HostBox.make(
      1, HostConfiguration(connections: 1, sendCapacity: 64, receiveCapacity: 60_000))
    let listener = try box.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(box) != nil)
    let handle = try box.host.accept(listener)
    let capacity = box.host.configuration.ringClass(0).ranges
    for number in 1...5_000 {
      box.arrive(peer.segment(.ack, sequence: peer.sequence + 4 * number, text: [1]))
      try demand(try box.host.status(handle).earlyRanges <= capacity, "ranges at \(number)")
      let answers = box.drain()
      // RFC5681-15: each one is answered with RCV.NXT.
      try demand(answers.count == 1 && answers[0].header.acknowledgment == peer.sequence, "answer \(number)")
    }
    #expect(try box.host.status(handle).earlyRanges == capacity)
    #expect(throws: CallError.wouldBlock) { try box.read(handle) }
    box.arrive(peer.segment(.ack, text: [2]))
    #expect(try box.read(handle) == [2])
  }
}
