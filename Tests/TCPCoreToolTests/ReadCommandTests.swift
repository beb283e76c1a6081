import TCPCapture
import TCPCore
import TCPCoreTool
import Testing

@Suite("Reading captures") struct ReadCommandTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Captures"

  /// What `read` prints, and what it fails with.
  private func read(_ words: String...) -> (lines: [String], failure: String?) {
    var bytes: [UInt8] = []
    let output = TextOutput { bytes += $0 }
    var failure: String?
    do throws(ToolError) {
      let command = try ReadCommand(["\(ReadCommandTests.folder)/\(words[0]).pcap"] + words.dropFirst())
      _ = try command.run(into: output)
    } catch {
      failure = error.message
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return (text.split(separator: "\n").map(String.init), failure)
  }

  @Test("So many records, of one conversation, that a filter picks") func choice() {
    #expect(read("reused-ports").lines.count == 21)
    #expect(read("reused-ports", "-c", "5").lines.count == 5)
    #expect(read("reused-ports", "--conversation", "2").lines.count == 4)
    #expect(read("reused-ports", "syn", "and", "not", "ack").lines.count == 3)
    #expect(
      read("reused-ports", "--conversation", "3", "-c", "1", "not", "syn").lines == [
        "0.000000 10.0.0.1:49152 > 10.0.0.2:80 [.] seq 1, ack 1, win 502, length 0"
      ])
    #expect(read("reused-ports", "--ladder", "--conversation", "2").lines.count == 5)
    #expect(read("reused-ports", "--ladder", "syn").lines.count == 9)
    #expect(read("reused-ports", "--ladder", "-c", "2").lines.count == 3)
  }

  @Test("A summary is sorted, keeps the numbers, and counts what is picked") func summary() {
    func numbers(_ lines: [String]) -> [String] {
      lines.filter { $0.contains(" > ") }.map { String($0.prefix { $0 != ":" }) }
    }
    #expect(numbers(read("reused-ports", "--summary").lines) == ["1", "2", "3"])
    #expect(numbers(read("reused-ports", "--summary", "--sort", "octets").lines) == ["3", "1", "2"])
    #expect(numbers(read("reused-ports", "--summary", "--sort", "segments").lines) == ["1", "3", "2"])
    #expect(numbers(read("reused-ports", "--summary", "--sort", "retransmissions").lines) == ["3", "1", "2"])
    #expect(numbers(read("reused-ports", "--summary", "--sort", "duration").lines) == ["1", "3", "2"])
    let picked = read("reused-ports", "--summary", "rst").lines
    #expect(numbers(picked) == ["2"])
    #expect(picked[0] == "1 records, 1 datagrams, 1 segments, 0 ICMP errors, 0 unreadable")
    // The end that opened it is known from a SYN that was not picked.
    #expect(picked[2].hasPrefix("2: 10.0.0.1:49152 > 10.0.0.2:80,"))
  }

  @Test("Objects for other programs") func json() {
    #expect(
      read("odd-loose-route", "--json", "-c", "1", "--absolute", "--time", "absolute").lines == [
        #"{"record": 1, "time": "2023-11-14T22:13:20.000000Z", "interface": 0, "kind": "segment", "#
          + #""conversation": 1, "source": "10.0.0.1", "destination": "192.0.2.9", "source_port": 49152, "#
          + #""destination_port": 80, "flags": "P.", "seq": 1001, "ack": 5001, "window": 502, "length": 16, "#
          + #""checksum": "correct", "remarks": ["source route, next 10.0.0.2"]}"#
      ])
    #expect(
      read("not-read-ppp-control", "--summary", "--json").lines == [
        #"{"records": 2, "datagrams": 0, "segments": 0, "icmp_errors": 0, "unreadable": 2, "#
          + #""retransmissions": 0, "keep_alives": 0, "incorrect_checksums": 0, "#
          + #""not_read": {"PPP link control": 1, "PPP network control": 1}, "remarks": {}, "conversations": []}"#
      ])
    #expect(
      read("reused-ports", "--summary", "--json", "--sort", "octets").lines[0].contains(
        #""conversations": [{"number": 3, "initiator": "10.0.0.1:49152", "responder": "10.0.0.2:80", "#
          + #""seconds": 0.004000, "from_initiator": {"segments": 4, "octets": 5, "syn": 1, "fin": 0, "rst": 0, "#
          + #""retransmissions": 1, "keep_alives": 0, "incorrect_checksums": 0}"#))
    #expect(
      read("reused-ports", "--follow", "3", "--json").lines == [
        #"{"side": "initiator", "offset": 0, "missing": 0, "octets": 5, "#
          + #""microseconds": 1700000000019000, "hex": "7468726565"}"#
      ])
  }

  @Test("The data of a conversation") func follow() {
    #expect(read("link-raw", "--follow", "2").lines == ["-> hello, xiao mei.", "<- hello."])
    #expect(read("reused-ports", "--follow", "1").lines == ["-> one"])
    let missing = read("reused-ports", "--follow", "4")
    #expect(missing.lines.isEmpty)
    #expect(missing.failure?.hasSuffix("reused-ports.pcap: there are 3 conversations, not 4") == true)
  }

  @Test("Data as lines: what is not printable, both sides, holes") func followText() {
    func piece(_ text: String, _ isFromInitiator: Bool, missing: Int = 0) -> StreamFollower.Piece {
      StreamFollower.Piece(
        isFromInitiator: isFromInitiator, offset: 0, missing: missing, bytes: [UInt8](text.utf8),
        time: Instant(microseconds: 0))
    }
    var text = FollowText()
    #expect(text.lines(piece("GET /\r\nHost: a\r", true)) == ["-> GET /"])
    #expect(text.lines(piece("\n\r\nb\\\t\u{1B}é", true)) == ["-> Host: a", "-> "])
    #expect(text.lines(piece("c", false)) == ["-> b\\\\\\t\\x1b\\xc3\\xa9"])
    #expect(text.lines(piece("d", false, missing: 3)) == ["<- c", "<- [3 octets are missing]"])
    #expect(text.lines(piece("\rx\r", false)) == [])
    #expect(text.rest() == ["<- d\\rx\\r"])
    #expect(text.rest() == [])
    #expect(text.lines(piece(String(repeating: "y", count: 5_000), true)).map(\.utf8.count) == [4_099])
  }

  @Test("A file that cannot be read is named, with what unpacks it") func failures() {
    #expect(read("none").failure?.hasPrefix("\(ReadCommandTests.folder)/none.pcap: cannot open") == true)
    let error = CaptureError.compressed(kind: "gzip", program: "gzip")
    #expect(
      ReadCommand.failure(error, "a.gz").message
        == "a.gz: this is a gzip-compressed file; try: gzip -dc a.gz | tcpcore read -")
    #expect(
      ReadCommand.failure(error, "-").message
        == "-: this is a gzip-compressed file; try: gzip -dc FILE | tcpcore read -")
  }
}
