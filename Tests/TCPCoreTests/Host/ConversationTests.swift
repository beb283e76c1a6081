import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("Two hosts and a wire")
struct ConversationTests {
  private func text(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return random.octets(count)
  }

  @Test("Handshake, text both ways, and the four-way close with both names of its states")
  func conversation() throws {
    var pair = try HostPair()
    let listener = try pair.right.host.listen(.near(2, 80))
    let (client, server) = try pair.connect(to: 80, listener: listener)
    #expect(pair.left.state(client) == .established && pair.right.state(server) == .established)
    // RFC 9293 figure 6: three segments, and no fourth.
    #expect(pair.crossed.map(\.flags) == [.syn, .syn | .ack, .ack])
    #expect(try pair.left.write(client, [1, 2, 3]) == 3)
    pair.runUntilQuiet()
    #expect(try pair.right.read(server) == [1, 2, 3])
    #expect(try pair.right.write(server, [9]) == 1)
    pair.pass(.seconds(1))
    #expect(try pair.left.read(client) == [9])
    try pair.left.host.close(client, at: pair.left.now)
    pair.runUntilQuiet()
    #expect(pair.left.state(client) == .finWait2 && pair.right.state(server) == .closeWait)
    #expect(pair.right.error { host throws(CallError) in _ = try host.status(server) } == nil)
    #expect(throws: CallError.endOfStream) { try pair.right.read(server) }
    try pair.right.host.close(server, at: pair.right.now)
    pair.runUntilQuiet()
    #expect(pair.left.state(client) == .timeWait && pair.right.state(server) == .closed)
    // MUST-12: both sides learn that it was an orderly end.
    #expect(try pair.right.host.status(server).endReason == .finished)
    pair.pass(.seconds(241))
    #expect(pair.left.state(client) == .closed)
    #expect(try pair.left.host.status(client).endReason == .finished)
  }

  /// MUST-13, ROB-258.
  @Test("TIME-WAIT lasts twice MSL, not a tick less")
  func timeWait() throws {
    var configuration = HostConfiguration(connections: 2)
    configuration.maximumSegmentLifetime = .seconds(30)
    var pair = try HostPair(configuration)
    let listener = try pair.right.host.listen(.near(2, 80))
    let (client, server) = try pair.connect(to: 80, listener: listener)
    try pair.left.host.close(client, at: pair.left.now)
    pair.runUntilQuiet()
    try pair.right.host.close(server, at: pair.right.now)
    pair.runUntilQuiet()
    let begin = pair.left.now
    pair.pass(.milliseconds(59_999))
    #expect(pair.left.state(client) == .timeWait)
    pair.pass(.milliseconds(2))
    #expect(pair.left.state(client) == .closed && pair.left.now - begin == .milliseconds(60_001))
  }

  @Test("An echo of text larger than all rings", arguments: [1, 100, 1_000, 20_000, 100_000])
  func echo(count: Int) throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: 3_000, receiveCapacity: 2_500)
    var pair = try HostPair(configuration)
    let listener = try pair.right.host.listen(.near(2, 7))
    let (client, server) = try pair.connect(to: 7, listener: listener)
    let sent = text(count, seed: UInt64(count))
    var (written, echoed, back): (Int, [UInt8], [UInt8]) = (0, [], [])
    for _ in 0..<20_000 where back.count < count {
      if written < count, let taken = try? pair.left.write(client, Array(sent[written...].prefix(5_000))) {
        written += taken
      }
      pair.runUntilQuiet()
      if let got = try? pair.right.read(server) { echoed += got }
      if !echoed.isEmpty, let taken = try? pair.right.write(server, echoed) { echoed.removeFirst(taken) }
      pair.runUntilQuiet()
      if let got = try? pair.left.read(client) { back += got }
      if back.count < count { pair.pass(.milliseconds(50)) }
    }
    #expect(back == sent)
    #expect(pair.left.host.counters.timeouts == 0 && pair.right.host.counters.timeouts == 0)
    #expect(pair.right.host.counters[.badChecksum] == 0)
  }

  /// MUST-10: crossed SYNs make one connection.
  @Test("Simultaneous open")
  func simultaneous() throws {
    var pair = try HostPair()
    let one = try pair.left.host.connect(to: .near(2, 20), from: .near(1, 10), at: pair.left.now)
    let two = try pair.right.host.connect(to: .near(1, 10), from: .near(2, 20), at: pair.right.now)
    guard let first = pair.left.transmit(), let second = pair.right.transmit() else {
      Issue.record("a SYN is missing")
      return
    }
    pair.left.arrive(second.bytes)
    pair.right.arrive(first.bytes)
    pair.pass(.seconds(1))
    #expect(pair.left.state(one) == .established && pair.right.state(two) == .established)
    #expect(try pair.left.write(one, [5]) == 1)
    pair.runUntilQuiet()
    #expect(try pair.right.read(two) == [5])
  }

  @Test("Simultaneous close ends in TIME-WAIT on both sides")
  func simultaneousClose() throws {
    var pair = try HostPair()
    let listener = try pair.right.host.listen(.near(2, 80))
    let (client, server) = try pair.connect(to: 80, listener: listener)
    try pair.left.host.close(client, at: pair.left.now)
    try pair.right.host.close(server, at: pair.right.now)
    guard let first = pair.left.transmit(), let second = pair.right.transmit() else {
      Issue.record("a FIN is missing")
      return
    }
    pair.left.arrive(second.bytes)
    pair.right.arrive(first.bytes)
    #expect(pair.left.state(client) == .closing && pair.right.state(server) == .closing)
    pair.runUntilQuiet()
    #expect(pair.left.state(client) == .timeWait && pair.right.state(server) == .timeWait)
  }

  /// Text that was acknowledged is never lost to the reader, also past TIME-WAIT (ROB-019).
  @Test("Unread text outlives its connection")
  func unread() throws {
    var pair = try HostPair()
    let listener = try pair.right.host.listen(.near(2, 80))
    let (client, server) = try pair.connect(to: 80, listener: listener)
    try pair.left.host.close(client, at: pair.left.now)
    pair.runUntilQuiet()
    #expect(try pair.right.write(server, [1, 2, 3, 4]) == 4)
    try pair.right.host.close(server, at: pair.right.now)
    pair.pass(.seconds(600))
    #expect(pair.left.state(client) == .closed)
    #expect(try pair.left.read(client, atMost: 3) == [1, 2, 3])
    #expect(try pair.left.read(client) == [4])
    #expect(throws: CallError.endOfStream) { try pair.left.read(client) }
  }

  /// Slots and pairs come back: as many connections one after the other as nobody has tables for.
  @Test("A thousand connections over the same pair, one after the other")
  func thousand() throws {
    var configuration = HostConfiguration(connections: 1, sendCapacity: 64, receiveCapacity: 64)
    configuration.timeWaitCapacity = 1
    configuration.halfOpenCapacity = 1
    var pair = try HostPair(configuration)
    let listener = try pair.right.host.listen(.near(2, 80))
    var seen: Set<UInt64> = []
    for round in 0..<1_000 {
      let (client, server) = try pair.connect(to: 80, from: .near(1, 4_000), listener: listener)
      try demand(seen.insert(client.rawValue).inserted, "a handle came back in round \(round)")
      let octet = UInt8(truncatingIfNeeded: round)
      try demand(try pair.left.write(client, [octet]) == 1, "write in round \(round)")
      pair.runUntilQuiet()
      try demand(try pair.right.read(server) == [octet], "read in round \(round)")
      try pair.left.host.release(client, at: pair.left.now)
      pair.runUntilQuiet()
      try pair.right.host.release(server, at: pair.right.now)
      pair.runUntilQuiet()
      try demand(
        pair.left.host.occupancy == (0, 0, 1, 0), "left, round \(round): \(pair.left.host.occupancy)")
      try demand(
        pair.right.host.occupancy == (0, 0, 0, 1), "right, round \(round): \(pair.right.host.occupancy)")
      pair.pass(.seconds(241))
      try demand(pair.left.host.occupancy == (0, 0, 0, 0), "left has entries, round \(round)")
      pair.crossed = []
    }
    #expect(pair.left.host.deadline == nil && pair.right.host.deadline == nil)
    #expect(pair.left.events().isEmpty)
    #expect(pair.right.host.counters.connectionsEstablished == 1_000)
  }
}
