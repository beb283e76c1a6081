import TCPCore
import TCPLoopback
import TCPServices
import Testing

@Suite("Echo, discard and chargen over two hosts")
struct StreamSessionTests {
  @Test(
    "Echo returns what came, through rings of any size, and closes after the client",
    arguments: [1, 2, 16, 1_000, 40_000])
  func echo(ring: Int) throws {
    let fixture = try ServiceFixture(EchoSession(), ring: ring)
    let client = try fixture.connect()
    let text = pattern(.octets, ring < 16 ? 300 : 100_000)
    client.unsent = text
    client.closesWhenSent = true
    fixture.run { client.ending != nil && fixture.occupied == 0 }
    #expect(client.received == text && client.ending == .endOfStream)
    #expect(fixture.occupied == 0 && fixture.fault == nil)
  }

  @Test("Echo through a bad link", arguments: 1...8) func echoOverBadLink(seed: UInt64) throws {
    let fixture = try ServiceFixture(EchoSession(), ring: 5_000) {
      $0.seed = seed
      var bad = Impairments()
      bad.loss = 0.03
      bad.duplication = 0.02
      bad.reordering = 0.03
      bad.delay = .milliseconds(5)
      $0.setImpairments(bad)
    }
    let client = try fixture.connect()
    client.unsent = pattern(.octets, 100_000)
    client.closesWhenSent = true
    fixture.run { client.ending != nil }
    #expect(client.received == pattern(.octets, 100_000), "seed \(seed)")
    #expect(client.ending == .endOfStream, "seed \(seed)")
  }

  @Test("Echo answers each octet that comes alone, also across its scratch memory") func echoPieces() throws {
    let fixture = try ServiceFixture(EchoSession(), ring: 40_000)
    let client = try fixture.connect()
    for octet in pattern(.characters, 50) {
      client.unsent = [octet]
      fixture.run(for: .seconds(1))
      #expect(client.received.last == octet)
    }
    client.unsent = pattern(.octets, 50_000)
    fixture.run()
    #expect(client.received == pattern(.characters, 50) + pattern(.octets, 50_000) && client.ending == nil)
  }

  @Test("Echo holds back a client that does not read, and forgets nothing") func echoSlowReader() throws {
    let fixture = try ServiceFixture(EchoSession(), ring: 500)
    let client = try fixture.connect()
    client.isReading = false
    client.unsent = pattern(.octets, 400_000)
    client.closesWhenSent = true
    fixture.run(for: .seconds(60))
    #expect(client.unsent.count > 100_000)
    client.isReading = true
    fixture.run { client.ending != nil }
    #expect(client.received == pattern(.octets, 400_000))
  }

  @Test("Discard takes everything, says nothing, and closes after the client", arguments: [1, 16, 10_000])
  func discard(ring: Int) throws {
    let fixture = try ServiceFixture(DiscardSession(), ring: ring)
    let client = try fixture.connect()
    client.unsent = pattern(.octets, ring == 1 ? 300 : 200_000)
    fixture.run { client.unsent.isEmpty }
    fixture.run { (try? fixture.driver.left.status(client.handle))?.unacknowledged == 0 }
    #expect(client.unsent.isEmpty && client.received.isEmpty && client.ending == nil && fixture.occupied == 1)
    client.closesWhenSent = true
    fixture.run(for: .seconds(5))
    #expect(client.ending == .endOfStream && fixture.occupied == 0 && fixture.fault == nil)
  }

  @Test(
    "Chargen is lines of 72 characters, each beginning one later, without a gap",
    arguments: [1, 16, 1_000, 30_000])
  func chargen(ring: Int) throws {
    let fixture = try ServiceFixture(ChargenSession(), ring: ring)
    let client = try fixture.connect()
    let wanted = ring == 1 ? 300 : 50_000
    fixture.run { client.received.count >= wanted }
    client.closesWhenSent = true
    fixture.run { client.ending != nil && fixture.occupied == 0 }
    #expect(client.received.count >= wanted)
    #expect(client.received == pattern(.characters, client.received.count))
    #expect(client.ending == .endOfStream && fixture.occupied == 0 && fixture.fault == nil)
    let lines = String(decoding: client.received.prefix(222), as: UTF8.self).split(separator: "\r\n")
    #expect(lines.allSatisfy { $0.count == 72 } && lines.first?.first == " " && lines.last?.first == "\"")
  }

  @Test("Chargen discards its input, and starts again for the next client") func chargenAgain() throws {
    let fixture = try ServiceFixture(ChargenSession(), connections: 1, ring: 777)
    for _ in 0..<3 {
      let client = try fixture.connect()
      client.unsent = pattern(.octets, 20_000)
      fixture.run { client.received.count > 5_000 && client.unsent.isEmpty }
      #expect(client.received == pattern(.characters, client.received.count))
      fixture.abort(client)
      fixture.run(for: .seconds(1))
      #expect(fixture.occupied == 0)
    }
    #expect(fixture.server.accepted == 3)
  }

  private func resetInMidTransfer(_ session: some Session) throws {
    let fixture = try ServiceFixture(session, connections: 1, ring: 300)
    for round in 1...4 {
      let client = try fixture.connect()
      client.unsent = pattern(.octets, 50_000)
      fixture.run(for: .milliseconds(50))
      #expect(fixture.occupied == 1 && fixture.server.accepted == round)
      fixture.abort(client)
      fixture.run(for: .seconds(1))
      #expect(fixture.occupied == 0 && fixture.fault == nil)
      fixture.release(client)
    }
  }

  @Test("A reset in mid-transfer frees the place at once, for the next") func resets() throws {
    try resetInMidTransfer(EchoSession())
    try resetInMidTransfer(DiscardSession())
    try resetInMidTransfer(ChargenSession())
  }

  @Test("A server that loses its last client to a dead link gives the place up in time") func deadLink()
    throws
  {
    let fixture = try ServiceFixture(ChargenSession(), connections: 1)
    let client = try fixture.connect()
    fixture.run { client.received.count > 10_000 }
    fixture.driver.rightward.impairments.isBlackout = true
    fixture.driver.leftward.impairments.isBlackout = true
    fixture.run(for: .seconds(1_000))
    #expect(fixture.occupied == 0)
  }
}
