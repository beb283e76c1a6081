import TCPScript
import Testing

/// Scripts that say something wrong: what a newcomer reads then.
@Suite("Wrong scripts") struct WrongScriptTests {
  /// A connection that the peer has begun, in 14 lines.
  static let connected = """
    // A connection.
       0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 bind(3, ..., ...) = 0
      +0 listen(3, 1) = 0
     +.1 < S 0:0(0) win 65535 <mss 1000>
      +0 > S. 0:0(0) ack 1 <mss 1460>
     +.1 < . 1:1(0) ack 1 win 65535
      +0 accept(3, ..., ...) = 4

    """

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    /// What is behind the handshake; its first line is line 9.
    var lines: String
    var head: String
    var script: String
    var expected: String?
    var found: String?
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "another acknowledgment", lines: "+.1 < F. 1:1(0) ack 1 win 65535\n+0 > . 1:1(0) ack 1",
      head: "w.pkt:10:1: failed: it acknowledges 2, not 1", script: "+0 > . 1:1(0) ack 1",
      expected: "> . 1:1(0) ack 1", found: "> . 1:1(0) ack 2 win 65534"),
    Case(
      name: "another length", lines: "+.1 write(4, ..., 100) = 100\n+0 > P. 1:201(200) ack 1",
      head: "w.pkt:10:1: failed: the sequence numbers are 1:101(100), not 1:201(200)",
      script: "+0 > P. 1:201(200) ack 1", expected: "> P. 1:201(200) ack 1",
      found: "> P. 1:101(100) ack 1 win 65535"),
    Case(
      name: "other flags", lines: "+.1 write(4, ..., 100) = 100\n+0 > . 1:101(100) ack 1",
      head: "w.pkt:10:1: failed: the flags are P., not .", script: "+0 > . 1:101(100) ack 1",
      expected: "> . 1:101(100) ack 1", found: "> P. 1:101(100) ack 1 win 65535"),
    Case(
      name: "another window", lines: "+.1 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 win 500",
      head: "w.pkt:10:1: failed: the window is 65535, not 500", script: "+0 > P. 1:101(100) ack 1 win 500",
      expected: "> P. 1:101(100) ack 1 win 500", found: "> P. 1:101(100) ack 1 win 65535"),
    Case(
      name: "options that nobody sends",
      lines: "+.1 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 <nop,nop,TS val 1 ecr 2>",
      head: "w.pkt:10:1: failed: the options are none, not <nop,nop,TS val 1 ecr 2>",
      script: "+0 > P. 1:101(100) ack 1 <nop,nop,TS val 1 ecr 2>",
      expected: "> P. 1:101(100) ack 1 <nop,nop,TS val 1 ecr 2>", found: "> P. 1:101(100) ack 1 win 65535"),
    Case(
      name: "too early", lines: "+.1 < P. 1:101(100) ack 1 win 65535\n+0 > . 1:1(0) ack 101",
      head: "w.pkt:10:1: failed: nothing left until 0.304000", script: "+0 > . 1:1(0) ack 101",
      expected: "> . 1:1(0) ack 101", found: "nothing"),
    Case(
      name: "too late", lines: "+.1 < F. 1:1(0) ack 1 win 65535\n+.5 > . 1:1(0) ack 2",
      head: "w.pkt:10:1: failed: the right segment left at 0.300000, not at 0.800000 (tolerance 0.004000)",
      script: "+.5 > . 1:1(0) ack 2", expected: "> . 1:1(0) ack 2", found: "> . 1:1(0) ack 2 win 65534"),
    Case(
      name: "a line was forgotten",
      lines: "+.1 < F. 1:1(0) ack 1 win 65535\n+.1 close(4) = 0\n+0 > F. 1:1(0) ack 2",
      head: "w.pkt:11:1: failed: a segment left unexpectedly at 0.300000, before the expected one",
      script: "+0 > F. 1:1(0) ack 2", expected: "> F. 1:1(0) ack 2", found: "> . 1:1(0) ack 2 win 65534"),
    Case(
      name: "another result", lines: "+.1 < P. 1:101(100) ack 1 win 65535\n+0 read(4, ..., 1000) = 1000",
      head: "w.pkt:10:4: failed: read returned 100, not 1000", script: "+0 read(4, ..., 1000) = 1000",
      expected: "read(...) = 1000", found: "read(...) = 100"),
    Case(
      name: "a call that blocks", lines: "+.1 read(4, ..., 1000) = 1000",
      head: "w.pkt:9:5: failed: read blocks, and the script does not say until when; a call that blocks is"
        + " written 0.300000...TIME, or +0...TIME",
      script: "+.1 read(4, ..., 1000) = 1000", expected: "1000", found: "no return"),
    Case(
      name: "a call that blocks too long", lines: "+0...0.5 read(4, ..., 1000) = 1000",
      head: "w.pkt:9:10: failed: read still blocks at 0.704000", script: "+0...0.5 read(4, ..., 1000) = 1000",
      expected: "1000", found: "no return"),
    Case(
      name: "an assertion", lines: "+.1 %{ assert tcpi_snd_cwnd == 4, tcpi_snd_cwnd }%",
      head: "w.pkt:9:8: failed: tcpi_snd_cwnd is 10, and == 4 was expected",
      script: "+.1 %{ assert tcpi_snd_cwnd == 4, tcpi_snd_cwnd }%", expected: "tcpi_snd_cwnd == 4",
      found: "tcpi_snd_cwnd == 10"),
    Case(
      name: "a misspelled flag", lines: "+.1 < Q. 1:1(0) ack 1 win 65535",
      head:
        "w.pkt:9:7: failed: 'Q' is no set of flags: F, S, R, P, U, E, W, A (Accurate ECN), and a point for"
        + " ACK",
      script: "+.1 < Q. 1:1(0) ack 1 win 65535"),
  ]

  @Test("The message says which line, what it says, and what was there instead", arguments: cases)
  func message(wanted: Case) {
    let result = ScriptResult(playing: Self.connected + wanted.lines + "\n", file: "w.pkt")
    #expect(result.outcome == .failed)
    #expect(result.head == wanted.head)
    #expect(result.statement == wanted.script)
    #expect(result.expected == wanted.expected)
    #expect(result.found == wanted.found)
  }

  @Test("The text has the line, both segments, and a ladder in the script's numbers") func text() {
    let lines = "+.1 write(4, ..., 100) = 100\n+0 > P. 1:201(200) ack 1  // twice as much\n"
    let result = ScriptResult(playing: Self.connected + lines, file: "w.pkt")
    let rows = result.text.split(separator: "\n")
    #expect(rows[1] == "    script    +0 > P. 1:201(200) ack 1")
    #expect(rows[2] == "    expected  > P. 1:201(200) ack 1")
    #expect(rows[3] == "    got       > P. 1:101(100) ack 1 win 65535")
    #expect(rows.last?.contains("<- <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=100><WND=65535> ") == true)
  }

  @Test("What is ignored by name makes no script fail, and the summary says so") func ignored() {
    let lines = "+.1 write(4, ..., 100) = 100\n+0 > . 1:101(100) ack 1 win 500\n"
    var report = ScriptReport(ScriptSettings(ignored: [.psh, .window]))
    report.results.append(ScriptResult(playing: Self.connected + lines, file: "w.pkt", report.settings))
    #expect(report.exitCode == 0)
    #expect(report.summary == "1 passed, 0 failed, 0 unsupported; profile default, ignored: psh, window")
  }

  @Test("Exit codes, and the same as JSON") func report() {
    var report = ScriptReport(ScriptSettings())
    #expect(report.exitCode == 0)
    report.results.append(ScriptResult(playing: "0 epoll_create(1) = 5", file: "a \"b\".pkt"))
    #expect(report.exitCode == 3)
    report.results.append(ScriptResult(playing: "0 close(3) = 0", file: "c.pkt"))
    #expect(report.exitCode == 1)
    #expect(report.summary == "0 passed, 1 failed, 1 unsupported; profile default, nothing ignored")
    #expect(
      report.json.hasPrefix(
        """
        {"profile": "default", "ignored": [], "passed": 0, "failed": 1, "unsupported": 1, "scripts": [
          {"file": "a \\"b\\".pkt", "outcome": "unsupported", "line": 1, "column": 3, "message": \
        "the call epoll_create is not supported", "script": "0 epoll_create(1) = 5"},
          {"file": "c.pkt", "outcome": "failed", "line": 1, "column": 3, "message": \
        "close returned -1 EBADF, not 0",
        """))
  }
}
