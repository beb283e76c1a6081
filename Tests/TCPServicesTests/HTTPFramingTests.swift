import TCPServices
import Testing

/// A request whose length two readers could understand differently lets one of them be tricked, so each of
/// these is an error that ends the connection (RFC 9112 sections 6.3 and 11.2).
@Suite("HTTP over two hosts: what is no request")
struct HTTPFramingTests {
  /// What a smuggler hides.
  private static let hidden = "GET /octets/1 HTTP/1.1\r\nHost: a\r\n\r\n"

  private func expect(
    _ text: String, _ status: Int, piece: Int = .max, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let talk = try HTTPConversation(text, piece: piece)
    #expect(talk.statuses == [status], sourceLocation: sourceLocation)
    #expect(talk.ending == .closed, sourceLocation: sourceLocation)
    #expect(talk.answers?.first?.fields["connection"] == "close", sourceLocation: sourceLocation)
  }

  @Test(
    "Lengths that cannot be, or that differ, are 400 and nothing behind them is read",
    arguments: [
      "Content-Length: 99999999999999999999999", "Content-Length: 18446744073709551616", "Content-Length: -1",
      "Content-Length: +5", "Content-Length: 5x", "Content-Length: 0x5", "Content-Length:",
      "Content-Length: 5 5",
      "Content-Length: 5, 6", "Content-Length: 5\r\nContent-Length: 6",
      "content-length: 0\r\nCONTENT-LENGTH: 5",
      "Content-Length: 6\r\nX: y\r\nContent-Length: 5", "Content-Length : 5", "Content-Length\t: 5",
    ])
  func lengths(fields: String) throws {
    try expect("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(Self.hidden)", 400)
  }

  @Test("The same length twice is one length") func sameLength() throws {
    let talk = try HTTPConversation(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab\(Self.hidden)")
    #expect(talk.statuses == [200, 200])
  }

  @Test("Chunked bodies are not supported, however they are spelled: 501")
  func chunked() throws {
    let body = "\r\n2\r\nab\r\n0\r\n\r\n\(Self.hidden)"
    for coding in ["chunked", "Chunked", "gzip, chunked", "identity", "xchunked", ""] {
      try expect("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\(body)", 501)
    }
    try expect("POST / HTTP/1.0\r\ntransfer-encoding:chunked\r\n\(body)", 501)
  }

  @Test("A length and a transfer coding together are two meanings: 400, in either order")
  func bothFramings() throws {
    let length = "Content-Length: 5\r\n"
    let coding = "Transfer-Encoding: chunked\r\n"
    for fields in [length + coding, coding + length, coding + "Content-Length: 0\r\n"] {
      try expect("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n0\r\n\r\n\(Self.hidden)", 400)
    }
  }

  @Test(
    "Transfer codings in disguise are 400",
    arguments: [
      "Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding\n: chunked",
      "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\n\tx",
      "Transfer-Encoding:\u{0B}chunked\0",
    ])
  func disguises(fields: String) throws {
    try expect("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(Self.hidden)", 400)
  }

  @Test(
    "Folded lines, control characters and nameless fields are 400",
    arguments: [
      "X: a\r\n b", "X: a\r\n\tb", "X: a\r\n \r\nY: b", ": b", "X", "X y: z", "X: a\0b", "X\0: a",
      "X: a\rY: b",
      "X: a\r", "\rX: a", "X\u{7F}: a", "\r",
    ])
  func fields(fields: String) throws {
    try expect("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(Self.hidden)", 400)
  }

  @Test(
    "A first line that is no request is 400",
    arguments: [
      "GET /", "GET", "GET / ", "GET  /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1",
      "GET\t/\tHTTP/1.1", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/11", "GET / HTTP/1.10",
      "GET / HTTP/1.x",
      "GET / HTTP/x.1", "GET /\0 HTTP/1.1", "\0GET / HTTP/1.1", "GE\rT / HTTP/1.1", "GET /\r HTTP/1.1",
      "G\u{7F}T / HTTP/1.1", "\u{16}\u{3}\u{1}", "HTTP/1.1 200 OK", "GET HTTP/1.1",
    ])
  func firstLines(line: String) throws {
    try expect("\(line)\r\nHost: a\r\n\r\n\(Self.hidden)", 400)
  }

  @Test("Other versions are 505", arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/3.1"])
  func versions(version: String) throws {
    try expect("GET / \(version)\r\nHost: a\r\n\r\n\(Self.hidden)", 505)
  }

  @Test("Version 1.1 names one host: none or two are 400") func hosts() throws {
    try expect("GET / HTTP/1.1\r\n\r\n\(Self.hidden)", 400)
    try expect("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400)
    try expect("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400)
  }

  @Test("A lone LF ends a line, a lone CR does not") func lineEnds() throws {
    let loneLF = try HTTPConversation("GET / HTTP/1.1\nHost: a\n\n")
    #expect(loneLF.statuses == [200] && loneLF.ending == .open)
    let loneCR = try HTTPConversation("GET / HTTP/1.1\rHost: a\r\r")
    #expect(loneCR.statuses == [] && loneCR.ending == .open)
    try expect("GET / HTTP/1.1\rHost: a\r\r\n", 400)
  }

  @Test("A line or a head that is too long is 431, and the answer arrives though more is coming")
  func tooLong() throws {
    let long = String(repeating: "a", count: 200_000)
    try expect("GET /\(long) HTTP/1.1\r\n", 431)
    try expect("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431)
    try expect("GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 20_000) + "\r\n", 431)
    try expect(String(repeating: "\r\n", count: 20_000), 431)
  }

  @Test("A head of just the longest length is served") func longest() throws {
    let line = String(repeating: "a", count: HTTPRequestParser.lineLimit - "X: ".utf8.count - 1)
    let fields = String(repeating: "X: \(line)\r\n", count: 3)
    #expect(try HTTPConversation("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").statuses == [200])
  }

  @Test("Garbage octet by octet is an error as well as in one piece", arguments: [1, 5, Int.max])
  func garbage(piece: Int) throws {
    let noise = String(decoding: (0..<400).map { UInt8((37 * $0 + 11) % 127) }, as: UTF8.self)
    try expect(noise + "\r\n", 400, piece: piece)
  }

  @Test("Errors that answer a HEAD have no body") func headErrors() throws {
    let talk = try HTTPConversation(
      "HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", heads: [0])
    #expect(talk.statuses == [501] && talk.ending == .closed)
    #expect(try HTTPConversation("HEAD / HTTP/1.1\r\n\r\n", heads: [0]).statuses == [400])
  }
}
