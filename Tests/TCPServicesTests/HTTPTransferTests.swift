import TCPCore
import TCPLoopback
import TCPServices
import Testing

@Suite("HTTP over two hosts: text of any length, and clients that go away")
struct HTTPTransferTests {
  private func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" }

  @Test(
    "Octets are those of the pattern, across the wraps of the ring and of the table",
    arguments: [0, 1, 15, 16, 17, 64_255, 64_256, 64_257], [16, 1_000, 65_536])
  func octets(count: Int, ring: Int) throws {
    let fixture = try ServiceFixture(HTTPSession(), ring: ring)
    let client = try fixture.connect()
    client.send(get("/octets/\(count)") + get("/octets/\(count)"))
    client.send("GET /octets/2 HTTP/1.0\r\n\r\n")
    fixture.run { client.ending != nil }
    let answers = try #require(HTTPAnswer.all(in: client.received))
    let expected = pattern(.octets, count)
    #expect(answers.map(\.body) == [expected, expected, pattern(.octets, 2)])
    #expect(client.ending == .endOfStream && fixture.fault == nil)
  }

  @Test("The pattern is what its comment says") func comment() {
    #expect(
      pattern(.octets, 1_000, at: 64_000)
        == (64_000..<65_000).map { UInt8(truncatingIfNeeded: 7 * $0 + $0 / 251) })
  }

  @Test("A link that loses, reorders and repeats changes nothing", arguments: 1...8) func badLink(
    seed: UInt64
  )
    throws
  {
    let fixture = try ServiceFixture(HTTPSession(), ring: 8_192) {
      $0.seed = seed
      var bad = Impairments()
      bad.loss = 0.03
      bad.duplication = 0.02
      bad.reordering = 0.03
      bad.corruption = 0.01
      bad.delay = .milliseconds(5)
      $0.setImpairments(bad)
    }
    let client = try fixture.connect()
    client.send(get("/octets/100000") + get("/nix"))
    client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 50000\r\n\r\n")
    client.unsent += [UInt8](repeating: 10, count: 50_000)
    fixture.run { client.ending != nil }
    let answers = try #require(HTTPAnswer.all(in: client.received), "seed \(seed)")
    #expect(answers.map(\.status) == [200, 404, 200], "seed \(seed)")
    #expect(answers[0].body == pattern(.octets, 100_000) && answers[2].text == "50000\n", "seed \(seed)")
  }

  @Test("A client that half-closes behind its request gets all of the answer", arguments: [16, 4_096])
  func halfClose(ring: Int) throws {
    let fixture = try ServiceFixture(HTTPSession(), ring: ring)
    let client = try fixture.connect()
    client.send(get("/octets/20000") + get("/octets/3"))
    client.closesWhenSent = true
    fixture.run { client.ending != nil && fixture.occupied == 0 }
    #expect(HTTPAnswer.all(in: client.received)?.map(\.body.count) == [20_000, 3])
    #expect(client.ending == .endOfStream && fixture.occupied == 0)
  }

  @Test(
    "A client that half-closes within a head or a body is closed as well, without an answer",
    arguments: [
      "", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\nab",
    ])
  func halfCloseEarly(text: String) throws {
    let fixture = try ServiceFixture(HTTPSession())
    let client = try fixture.connect()
    client.send(text)
    client.closesWhenSent = true
    fixture.run()
    #expect(client.received.isEmpty && client.ending == .endOfStream && fixture.occupied == 0)
  }

  @Test(
    "A client that resets frees its place, whatever was going on",
    arguments: [
      "GET / HT", "GET /octets/999999999 HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.0\r\nContent-Length: 99999\r\n\r\nab", "BAD\r\n",
    ])
  func reset(text: String) throws {
    let fixture = try ServiceFixture(HTTPSession(), connections: 1)
    for _ in 0..<3 {
      let client = try fixture.connect()
      client.send(text)
      client.isReading = false
      fixture.run(for: .milliseconds(500))
      #expect(fixture.occupied == 1)
      fixture.abort(client)
      fixture.run(for: .seconds(1))
      #expect(fixture.occupied == 0)
      fixture.release(client)
    }
    // What the last one has left does not reach the next: its session starts again.
    let client = try fixture.connect()
    client.send(get("/octets/4"))
    fixture.run()
    #expect(HTTPAnswer.all(in: client.received)?.map(\.body) == [pattern(.octets, 4)])
    #expect(fixture.server.accepted == 4 && fixture.fault == nil)
  }

  @Test("A client that does not read holds the server back, and gets everything later") func slowReader()
    throws
  {
    let fixture = try ServiceFixture(HTTPSession(), ring: 2_000)
    let client = try fixture.connect()
    client.send(get("/octets/200000"))
    client.isReading = false
    fixture.run(for: .seconds(100))
    let status = try fixture.driver.left.status(client.handle)
    #expect(client.received.isEmpty && status.unread >= 65_000 && status.state == .established)
    client.isReading = true
    fixture.run { HTTPAnswer.all(in: client.received)?.count == 1 }
    #expect(HTTPAnswer.all(in: client.received)?.first?.body == pattern(.octets, 200_000))
  }

  @Test(
    "After the last answer a client that never closes loses its place after a while",
    arguments: [false, true])
  func lingering(keepsSending: Bool) throws {
    let fixture = try ServiceFixture(HTTPSession(), connections: 1)
    let client = try fixture.connect()
    client.send("GET / HTTP/1.0\r\n\r\n")
    fixture.run(for: .seconds(2))
    #expect(client.ending == .endOfStream && fixture.occupied == 1)
    if keepsSending { client.unsent = [UInt8](repeating: 65, count: 3 << 20) }
    fixture.run(for: .seconds(200))
    #expect(fixture.occupied == 0)
  }

  @Test("The answer to an error arrives although the client is still sending much") func errorInMidTransfer()
    throws
  {
    let fixture = try ServiceFixture(HTTPSession(), ring: 1_000)
    let client = try fixture.connect()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.unsent += [UInt8](repeating: 65, count: 200_000)
    client.closesWhenSent = true
    fixture.run()
    #expect(HTTPAnswer.all(in: client.received)?.map(\.status) == [501])
    #expect(client.ending == .endOfStream && fixture.occupied == 0)
  }

  @Test("Many clients at once are served each their own") func many() throws {
    let fixture = try ServiceFixture(HTTPSession(), connections: 6, ring: 600)
    for index in 0..<6 { try fixture.connect().send(get("/octets/\(10_000 + 777 * index)")) }
    fixture.run()
    for (index, client) in fixture.clients.enumerated() {
      let body = HTTPAnswer.all(in: client.received)?.first?.body
      #expect(body == pattern(.octets, 10_000 + 777 * index))
    }
    #expect(fixture.server.accepted == 6 && fixture.occupied == 6)
  }
}
