import Foundation
import TCPScript
import Testing

/// What the article Scripts shows is true.
@Suite("The article Scripts") struct ArticleTests {
  static let article: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Sources/TCPCore/TCPCore.docc/Scripts.md")
    return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
  }()

  /// The blocks of code, in order.
  static let blocks: [String] = article.split(separator: "```\n", omittingEmptySubsequences: false)
    .enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }

  /// What is in back quotes in the cells of a row.
  static func row(_ name: String) throws -> [[String]] {
    let line = try #require(article.split(separator: "\n").first { $0.hasPrefix("| \(name) |") })
    return line.split(separator: "|").map { cell in
      cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { !$0.offset.isMultiple(of: 2) }.flatMap { $0.element.split(separator: " ") }.map(String.init)
    }
  }

  @Test("The example passes") func example() {
    #expect(Self.blocks.count == 3)
    #expect(ScriptResult(playing: Self.blocks[1], file: "close.pkt").outcome == .passed)
  }

  @Test("The example with a wrong line prints what the article shows") func wrongExample() {
    let text = Self.blocks[1].replacing("  +0 > . 1:1(0) ack 2\n", with: "  +0 > . 1:1(0) ack 1\n")
    let result = ScriptResult(playing: text, file: "close.pkt")
    #expect(result.text.hasPrefix(Self.blocks[2]))
    #expect(result.ladder.count > 5)
  }

  @Test("The calls that are listed are known, the others are named") func calls() throws {
    let cells = try Self.row("calls")
    #expect(cells[1].count == 23)
    for call in cells[1] {
      let result = ScriptResult(playing: "0 \(call)(9, ..., ..., 0) = -1 EBADF", file: "s.pkt")
      #expect(!result.message.hasSuffix("\(call) is not supported"), "\(call)")
    }
    for call in ["epoll", "sendfile", "splice"] {
      let result = ScriptResult(playing: "0 \(call)(9, ..., ..., 0) = 0", file: "s.pkt")
      #expect(result.outcome == .unsupported && result.message == "the call \(call) is not supported")
    }
  }

  static let connected = """
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 bind(3, ..., ...) = 0
    +0 listen(3, 1) = 0
    +0 < S 0:0(0) win 65535 <mss 1000>
    +0 > S. 0:0(0) ack 1 <mss 1460>
    +0 < . 1:1(0) ack 1 win 65535
    +0 accept(3, ..., ...) = 4

    """

  @Test("The fields of assertions that are listed are known") func fields() throws {
    let line = try #require(Self.row("assertions").dropFirst().first)
    let names = line.filter { $0 != "tcpi_*" && $0 != "and" }
    #expect(names.count == 19)
    for name in names {
      let result = ScriptResult(playing: Self.connected + "+0 %{ assert tcpi_\(name) >= 0 }%", file: "s.pkt")
      #expect(result.outcome == .passed, "\(name)")
    }
  }

  @Test("The options of sockets that are listed are known, and come back as they were set") func options()
    throws
  {
    let names = try #require(Self.row("options of sockets").dropFirst().first)
    #expect(names.count == 22)
    let special: Set = [
      "SO_RCVBUF",
      "SO_REUSEADDR", "SO_REUSEPORT", "SO_ERROR", "SO_LINGER", "SO_SNDBUF", "TCP_CONGESTION",
    ]
    for name in names where !special.contains(name) && name != "TCP_MAXSEG" {
      let lines =
        "+0 setsockopt(4, ..., \(name), [1], 4) = 0\n+0 getsockopt(4, ..., \(name), [...], [4]) = 0"
      #expect(ScriptResult(playing: Self.connected + lines, file: "s.pkt").outcome == .passed, "\(name)")
    }
    let lines = """
      +0 setsockopt(4, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
      +0 setsockopt(4, SOL_SOCKET, SO_REUSEPORT, [1], 4) = 0
      +0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=0, linger=0}, 8) = 0
      +0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [1000], 4) = 0
      +0 getsockopt(4, SOL_SOCKET, SO_SNDBUF, [2000], [4]) = 0
      +0 getsockopt(4, SOL_SOCKET, SO_RCVBUF, [65535], [4]) = 0
      +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
      +0 setsockopt(4, SOL_TCP, TCP_CONGESTION, "reno", 4) = 0
      +0 setsockopt(4, SOL_TCP, TCP_MAXSEG, [500], 4) = 0
      +0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [77], 4) = 0
      +0 getsockopt(4, SOL_TCP, TCP_KEEPIDLE, [77], [4]) = 0
      """
    #expect(ScriptResult(playing: Self.connected + lines, file: "s.pkt").text == "s.pkt: passed")
  }

  @Test("The leniencies that are listed are all there are") func leniencies() {
    for leniency in Leniency.allCases {
      #expect(Self.article.contains("| `\(leniency.rawValue)` | "), "\(leniency.rawValue)")
    }
  }
}
