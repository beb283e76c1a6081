import TCPServices
import Testing

@Suite("HTTP requests")
struct HTTPRequestParserTests {
  private func parse(_ text: String, pieces: Int = Int.max) -> (parser: HTTPRequestParser, taken: Int) {
    var parser = HTTPRequestParser()
    let octets = Array(text.utf8)
    var taken = 0
    while taken < octets.count && parser.progress == .incomplete {
      let end = octets.count - taken > pieces ? taken + pieces : octets.count
      taken += unsafe octets[taken..<end].withUnsafeBytes { unsafe parser.feed($0) }
    }
    return (parser, taken)
  }

  @Test("A request is read the same in any pieces", arguments: [1, 2, 7, 1_000]) func pieces(count: Int) {
    let head = "POST /x?y HTTP/1.1\r\nHost: a\r\ncontent-LENGTH:  12 \r\nExpect: 100-continue\r\n\r\n"
    let (parser, taken) = parse(head + "GET", pieces: count)
    #expect(parser.progress == .complete && taken == head.utf8.count)
    #expect(parser.request.method == .post && parser.request.bodyCount == 12)
    #expect(parser.request.expectsContinue && parser.request.keepsAlive && parser.request.isVersion11)
  }

  @Test(
    "Targets",
    arguments: [
      ("/", HTTPRequest.Target.root), ("/?a", .root), ("/octets/12", .octets(12)), ("/octets/", .other),
      ("/octets/1x", .other), ("/octets/9999999999999999999", .other), ("http://a.b/octets/3", .octets(3)),
      ("http://a.b", .root), ("/nix", .other),
    ])
  func targets(text: String, target: HTTPRequest.Target) {
    #expect(parse("GET \(text) HTTP/1.0\n\n").parser.request.target == target)
  }

  @Test(
    "Who keeps the connection",
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, Close\r\n", false),
      ("1.0", "", false), ("1.0", "connection: keep-alive\r\n", true),
    ])
  func keepAlive(version: String, field: String, keeps: Bool) {
    let (parser, _) = parse("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n")
    #expect(parser.progress == .complete && parser.request.keepsAlive == keeps)
  }

  @Test(
    "What is wrong has its status",
    arguments: [
      ("GET\r\n", 400), ("GET /\r\n", 400), (" / HTTP/1.1\r\n", 400), ("GET / HTTP/2.0\r\n", 505),
      ("GET / HTTQ/1.1\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400), ("GET / HTTP/1.1\r\nno colon\r\n", 400),
      ("GET / HTTP/1.1\r\nA : b\r\n", 400), ("GET / HTTP/1.1\r\n folded: b\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: x\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", 400),
    ])
  func failures(text: String, status: Int) {
    #expect(parse(text).parser.progress == .failed(status))
  }

  @Test("Memory is bounded") func bounds() {
    #expect(parse(String(repeating: "a", count: 5_000)).parser.progress == .failed(431))
    let fields = String(repeating: "A: b\r\n", count: 5_000)
    #expect(parse("GET / HTTP/1.1\r\n" + fields).parser.progress == .failed(431))
    #expect(parse(String(repeating: "\r\n", count: 20_000)).taken <= HTTPRequestParser.headLimit + 1)
  }

  @Test("Patterns are what their comments say") func patterns() {
    var octets = [UInt8](repeating: 0, count: 200_000)
    unsafe octets.withUnsafeMutableBytes { unsafe PatternText.octets.fill($0, at: 1_000_003) }
    #expect(octets == (1_000_003..<1_200_003).map { UInt8(truncatingIfNeeded: 7 * $0 + $0 / 251) })
    unsafe octets.withUnsafeMutableBytes { unsafe PatternText.characters.fill($0, at: 74) }
    #expect(octets.prefix(3).elementsEqual("!\"#".utf8) && octets[72] == 13 && octets[73] == 10)
  }
}
