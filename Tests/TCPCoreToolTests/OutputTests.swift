import TCPCore
import TCPCoreTool
import TCPLoopback
import Testing

@Suite("What the tool prints") struct OutputTests {
  /// The columns of a table's line; cells hold no two spaces.
  private func cells(_ line: Substring) -> [Substring] { line.split(separator: " ") }

  @Test("The state table has a row for each listener and connection") func stateTable() throws {
    var configuration = LoopbackConfiguration()
    configuration.rightward.delay = .milliseconds(10)
    configuration.leftward.delay = .milliseconds(10)
    let driver = try LoopbackDriver(configuration)
    _ = try driver.right.listen(Endpoint(driver.address(.right), 80))
    let client = try driver.left.connect(to: Endpoint(driver.address(.right), 80), at: driver.now)
    driver.run(for: .milliseconds(100))
    let text: [UInt8] = [1, 2, 3]
    let written = unsafe try text.withUnsafeBytes { bytes throws(CallError) in
      unsafe try driver.left.write(client, bytes.bytes, at: driver.now)
    }
    #expect(written == 3)

    var table = StateTable()
    table.add(driver.left, name: "left")
    table.add(driver.right, name: "right")
    let lines = table.text.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 4)
    #expect(
      cells(lines[0]) == [
        "HOST", "LOCAL", "REMOTE", "STATE", "RECV-Q", "SEND-Q", "CWND", "SSTHRESH", "PIPE", "RTT", "RTTVAR",
        "MIN-RTT", "REORDER", "RTO", "PACE", "RATE", "LOST", "RETRANS", "UNDONE", "ECN", "CONTROL",
      ])
    let connection = cells(lines[1])
    try #require(connection.count == 21)
    #expect(connection[0] == "left" && connection[1].hasPrefix("10.0.0.1:") && connection[2] == "10.0.0.2:80")
    #expect(connection[3] == "ESTABLISHED" && connection[4] == "0" && connection[5] == "3")
    #expect(
      connection[6...] == [
        "14480", "-", "0", "20.0ms", "10.0ms", "20.0ms", "5.0ms", "1000.0ms", "1448000/s", "-", "0", "0", "0",
        "no",
        "cubic/slowStart",
      ])
    let others = lines[2...].map(cells)
    #expect(
      others.contains {
        $0.count == 21 && $0[2] == "*:*" && $0[3] == "LISTEN" && $0[4] == "1" && $0[6] == "-"
      }
    )
    #expect(others.contains { $0.count == 21 && $0[1] == "10.0.0.2:80" && $0[3] == "ESTABLISHED" })
    // Each column begins at one place, and no line ends with a space.
    let heading = Array(lines[0])
    let state = try #require(heading.indices.first { heading[$0...].starts(with: "STATE") })
    for line in lines[1...] {
      #expect(!line.hasSuffix(" ") && Array(line)[state - 1] == " " && Array(line)[state] != " ")
    }
  }

  @Test("An empty table is its heading") func emptyTable() {
    #expect(StateTable().text.split(separator: "\n").count == 1)
  }

  private func summary(_ change: (inout TransferReport) -> Void) throws -> Summary {
    var report = TransferReport()
    (report.readLeft, report.readRight) = (1_000, 2_000)
    (report.isIntact, report.isClosed) = (true, true)
    report.duration = .milliseconds(500)
    change(&report)
    let driver = try LoopbackDriver(LoopbackConfiguration())
    return Summary(report: report, counters: Summary.Sums(driver), wallSeconds: 0.25, allocations: 7)
  }

  @Test("A summary that went well") func success() throws {
    let summary = try summary { _ in }
    let lines = summary.text.split(separator: "\n")
    #expect(lines.first == "3000 octets intact, both ends closed")
    #expect(lines[1] == "virtual time 0.500 s, wall time 0.250 s, goodput 0.048 Mbit/s of virtual time")
    #expect(
      lines[2] == """
        segments 0, sent again 0, time-outs 0, fast retransmits 0, undone 0, tail loss probes 0, \
        reductions by ECN 0
        """)
    #expect(lines[3] == "path MTU: black holes 0, probes 0, of which 0 were lost")
    #expect(
      lines[4]
        == """
        link: lost 0, queue overflows 0, duplicated 0, reordered 0, corrupted 0 (bad checksums seen 0), \
        marked 0
        """)
    #expect(lines.last == "heap allocations 7" || lines.last == "heap allocations uncounted")
    #expect(
      summary.json.hasPrefix(
        "{\"bytes\": 3000, \"intact\": true, \"closed\": true, \"virtual_seconds\": 0.5, "))
    #expect(summary.json.contains("\"goodput_bits_per_second\": 48000.0, ") && summary.json.hasSuffix("}"))
    #expect(summary.json.contains("\"lost\": 0, \"overflowed\": 0, "))
  }

  @Test("A summary that went badly says why") func failure() throws {
    #expect(
      try summary {
        $0.isClosed = false
        $0.failure = "left: reset"
      }.text.hasPrefix("3000 octets FAILED: left: reset\n"))
    let lost = try summary { $0.isIntact = false }
    #expect(lost.text.hasPrefix("3000 octets FAILED: not all octets arrived\n"))
    #expect(lost.json.contains("\"intact\": false, \"closed\": true"))
    #expect(try summary { $0.duration = .seconds(0) }.json.contains("\"goodput_bits_per_second\": 0.0"))
  }

  @Test("The demo shows each call and each segment once") func narration()
    throws
  {
    var rows: [String] = []
    let conversation = try Conversation()
    let narrator = Narrator(conversation) { rows.append($0) }
    #expect(narrator.heading.contains("10.0.0.1") && narrator.heading.contains("10.0.0.2:80"))
    #expect(conversation.hold(narrator))
    for call in ["listen", "connect", "accept", "write 16 octets", "write 18 octets"] {
      #expect(rows.filter { $0.contains(call) }.count == 1, "\(call)")
    }
    #expect(rows.filter { $0.contains("close") }.count == 2)
    let counters = (conversation.driver.left.counters, conversation.driver.right.counters)
    #expect(
      rows.filter { $0.contains("<SEQ=") }.count == Int(counters.0.segmentsSent + counters.1.segmentsSent))
    for state in [
      "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT", "TIME-WAIT",
    ] {
      #expect(rows.contains { $0.contains(state) }, "\(state)")
    }
    #expect(rows.last?.contains("TIME-WAIT") == true || rows.last?.contains("CLOSED") == true)
  }

  @Test("The conversation is the same with and without a narrator") func quietly() throws {
    let quiet = try Conversation()
    let shown = try Conversation()
    #expect(quiet.hold() && shown.hold(Narrator(shown) { _ in }))
    #expect(quiet.driver.left.digest == shown.driver.left.digest)
    #expect(quiet.driver.right.digest == shown.driver.right.digest)
  }
}
