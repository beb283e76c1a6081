import TCPServices
import Testing

@Suite("HTTP over two hosts: requests and their answers")
struct HTTPSessionTests {
  private static let page = "A TCP in Swift, without a heap.\n"
  private static let host = "Host: a\r\n"

  private func ask(_ line: String, _ fields: String = host, body: String = "") throws -> HTTPConversation {
    let heads: Set<Int> = line.hasPrefix("HEAD ") ? [0] : []
    return try HTTPConversation("\(line) HTTP/1.1\r\n\(fields)\r\n\(body)", heads: heads)
  }

  @Test("GET / is a page, and the connection stays") func page() throws {
    let talk = try ask("GET /")
    #expect(talk.statuses == [200] && talk.ending == .open && talk.occupied == 1)
    #expect(talk.answers?.first?.text == Self.page)
    #expect(talk.answers?.first?.fields["content-type"] == "text/plain")
    #expect(talk.answers?.first?.fields["connection"] == nil)
  }

  @Test(
    "HEAD has the head that GET has, and nothing behind it",
    arguments: ["/", "/octets/1000000", "/octets/0", "/nix"])
  func head(target: String) throws {
    let head = try #require(try ask("HEAD \(target)").answers?.first)
    let get = try HTTPConversation(
      "GET \(target) HTTP/1.1\r\n\(Self.host)\r\n", ring: 65_536)
    let whole = try #require(get.answers?.first)
    #expect(head.status == whole.status && head.fields == whole.fields && head.body.isEmpty)
  }

  @Test("HEAD is answered without a body in a row of requests") func headInARow() throws {
    let talk = try HTTPConversation(
      "HEAD /octets/70000 HTTP/1.1\r\nHost: a\r\n\r\nGET /octets/3 HTTP/1.1\r\nHost: a\r\n\r\n", heads: [0])
    #expect(talk.statuses == [200, 200])
    #expect(talk.answers?.last?.body == pattern(.octets, 3))
  }

  @Test(
    "What there is not is 404, and the connection stays",
    arguments: [
      "/nix", "/octets/", "/octets/-1", "/octets/+1", "/octets/1x", "/octets/99999999999999999999999", "//",
      "/octets/1/", "/octets/%31", "*", "http://a/nix", "/octets/18446744073709551616",
    ])
  func notFound(target: String) throws {
    let talk = try ask("GET \(target)")
    #expect(talk.statuses == [404] && talk.ending == .open)
  }

  @Test("Other methods are 405, which names those that are allowed; methods have capital letters")
  func methods() throws {
    for method in ["DELETE", "OPTIONS", "get", "GETS", "G"] {
      let talk = try ask("\(method) /")
      #expect(talk.statuses == [405] && talk.ending == .open, "\(method)")
      #expect(talk.answers?.first?.fields["allow"] == "GET, HEAD, POST, PUT")
    }
  }

  @Test("The absolute form of a target means the same")
  func absoluteForm() throws {
    #expect(try ask("GET http://10.0.0.2").answers?.first?.text == Self.page)
    #expect(try ask("GET http://10.0.0.2:80/?q").answers?.first?.text == Self.page)
    #expect(try ask("GET http://a/octets/5").answers?.first?.body == pattern(.octets, 5))
  }

  @Test("POST and PUT answer with how long the body was", arguments: ["POST", "PUT"])
  func bodies(method: String) throws {
    #expect(try ask("\(method) /x").answers?.first?.text == "0\n")
    for count in [0, 1, 4_095, 4_096, 4_097, 100_000] {
      let body = String(repeating: "G", count: count)
      let talk = try ask("\(method) /x", "Host: a\r\nContent-Length: \(count)\r\n", body: body)
      #expect(talk.statuses == [200] && talk.answers?.first?.text == "\(count)\n" && talk.ending == .open)
    }
  }

  @Test("A body is skipped whatever the method, and is never taken for a request") func bodyIsNoRequest()
    throws
  {
    let inner = "DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n"
    for method in ["GET", "POST", "DELETE"] {
      let talk = try ask(
        "\(method) /octets/1", "Host: a\r\nContent-Length: \(inner.utf8.count)\r\n",
        body: inner + "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let first = method == "DELETE" ? 405 : 200
      #expect(talk.statuses == [first, 200], "\(method)")
      #expect(talk.answers?.last?.text == Self.page)
    }
  }

  @Test("A client that waits for leave to send its body gets it, once") func expectContinue() throws {
    let fixture = try ServiceFixture(HTTPSession())
    let client = try fixture.connect()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
    fixture.run()
    #expect(client.text == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("abcdeGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    fixture.run()
    let answers = try #require(HTTPAnswer.all(in: client.received))
    #expect(answers.map(\.status) == [100, 200, 200] && answers[1].text == "5\n")
  }

  @Test("Nobody waits for leave without a body, or in version 1.0, which has no interim answers")
  func noContinue() throws {
    let empty = try ask("POST /", "Host: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n")
    #expect(empty.statuses == [200])
    let old = try HTTPConversation(
      "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab")
    #expect(old.statuses == [200] && old.ending == .closed)
  }

  @Test("Version 1.0 ends the connection, unless it asks to keep it") func oldVersion() throws {
    let plain = try HTTPConversation("GET / HTTP/1.0\r\n\r\n")
    #expect(plain.statuses == [200] && plain.ending == .closed)
    #expect(plain.answers?.first?.fields["connection"] == "close")
    let kept = try HTTPConversation(
      "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET / HTTP/1.0\r\n\r\n")
    #expect(kept.statuses == [200, 200] && kept.ending == .closed)
    #expect(kept.answers?.first?.fields["connection"] == "keep-alive")
  }

  @Test("Connection: close ends it, and what is behind is not answered") func close() throws {
    let talk = try ask("GET /", "Host: a\r\nConnection: close\r\n", body: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(talk.statuses == [200] && talk.ending == .closed)
    #expect(talk.answers?.first?.fields["connection"] == "close")
    let both = try ask("GET /", "Host: a\r\nConnection: keep-alive, close\r\n")
    #expect(both.ending == .closed)
  }

  private static let pipeline =
    "GET /octets/7 HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\nGET /nix HTTP/1.1\nHost: a\n\nBREW / HTTP/1.1\r\nHost: a\r\n\r\n"
    + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

  @Test(
    "Pipelined requests are answered in turn: in one segment, octet by octet, with tiny rings",
    arguments: [Int.max, 1, 3, 64], [1, 2, 16, 4_096])
  func pipelined(piece: Int, ring: Int) throws {
    let fixture = try ServiceFixture(HTTPSession(), ring: ring)
    let client = try fixture.connect()
    client.piece = piece
    client.send(Self.pipeline)
    fixture.run { client.ending != nil }
    let answers = try #require(HTTPAnswer.all(in: client.received, heads: [2]))
    #expect(answers.map(\.status) == [200, 200, 200, 404, 405, 200])
    #expect(answers[0].body == pattern(.octets, 7) && answers[1].text == "3\n")
    #expect(answers[5].text == Self.page)
    #expect(client.ending == .endOfStream && fixture.fault == nil)
  }
}
