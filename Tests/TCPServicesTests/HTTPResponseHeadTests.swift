import TCPServices
import Testing

@Suite("Heads of HTTP responses, as a client reads them")
struct HTTPResponseHeadTests {
  private func read(_ text: String, piece: Int = .max) -> (head: HTTPResponseHead, taken: Int) {
    var head = HTTPResponseHead()
    let octets = Array(text.utf8)
    var taken = 0
    while taken < octets.count && !head.isComplete && !head.isMalformed {
      let end = octets.count - taken > piece ? taken + piece : octets.count
      taken += unsafe octets[taken..<end].withUnsafeBytes { unsafe head.feed($0) }
    }
    return (head, taken)
  }

  @Test("A head is read the same in any pieces, and what follows is not taken", arguments: [1, 3, Int.max])
  func pieces(piece: Int) {
    let text = "HTTP/1.1 200 OK\r\nX: y\r\ncontent-LENGTH: \t12 \r\n\r\n"
    let (head, taken) = read(text + "HTTP/1.1 body", piece: piece)
    #expect(head.isComplete && !head.isMalformed && head.status == 200 && head.bodyCount == 12)
    #expect(taken == text.utf8.count)
  }

  @Test("Line ends may be LF alone, reasons may be missing or strange, lengths may be missing") func lenient()
  {
    for first in ["HTTP/1.0 404", "HTTP/1.1 404 ", "HTTP/1.1 404 Nicht da: \u{FC}\u{301}"] {
      let (head, _) = read(first + "\n\n")
      #expect(head.isComplete && head.status == 404 && head.bodyCount == nil)
    }
  }

  @Test("Interim responses are passed over, with all their fields") func interim() {
    let (head, _) = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    #expect(head.isComplete && head.status == 200 && head.bodyCount == nil)
  }

  @Test(
    "What is no response is malformed",
    arguments: [
      "\r\n", "HTTP/2 200\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 +20 OK\r\n",
      "HTTP/1.1 abc\r\n",
      "HTTP/1.1  200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    ])
  func malformed(text: String) { #expect(read(text).head.isMalformed) }

  @Test("Memory is bounded") func bounds() {
    let (head, taken) = read(String(repeating: "a", count: 200_000))
    #expect(head.isMalformed && taken <= 65_536)
    #expect(read("HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\n", count: 20_000)).head.isMalformed)
    #expect(read(String(repeating: "HTTP/1.1 100 a\r\n\r\n", count: 20_000)).head.isMalformed)
  }
}
