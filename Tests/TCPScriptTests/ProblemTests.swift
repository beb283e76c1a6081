import Testing

@testable import TCPScript

/// Where a text is no script, or speaks of what is not supported: which place is named, and how.
@Suite("Script problems") struct ProblemTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var kind: ScriptProblem.Kind
    var line: Int
    var column: Int
    var message: String
    var testDescription: String { text }
  }

  static let cases = [
    Case(
      text: "0 < S 0:0(0", kind: .syntax, line: 1, column: 12,
      message: "expected ')' behind the length, found the end of the script"),
    Case(
      text: "\n  0 < X. 0:0(0)", kind: .syntax, line: 2, column: 7,
      message: "'X' is no set of flags: F, S, R, P, U, E, W, A (Accurate ECN), and a point for ACK"),
    Case(
      text: "0 > . 1:11(11) ack 1", kind: .syntax, line: 1, column: 7,
      message: "1:11(11) does not add up: 1 and 11 octets are 1:12(11); SYN and FIN do not count"),
    Case(
      text: "0 < . 1:1(0) ack 1 win 70000", kind: .syntax, line: 1, column: 24,
      message: "the window is a number from 0 to 65535, not 70000"),
    Case(
      text: "0 < S 0:0(0) win 1 <mss 1460,wscale 7>", kind: .syntax, line: 1, column: 20,
      message: "the options take 7 octets, not a multiple of 4: add nop or eol"),
    Case(
      text: "0 < . 1:1(0) ack 1 win 1 <...>", kind: .syntax, line: 1, column: 27,
      message: "<...> is for segments that leave (>) only"),
    Case(
      text: "* < . 1:1(0) ack 1 win 1", kind: .syntax, line: 1, column: 1,
      message: "the time * is for segments that leave (>) only"),
    Case(
      text: "0.2~0.1 > . 1:1(0) ack 1", kind: .syntax, line: 1, column: 5,
      message: "the range of times is backwards"),
    Case(
      text: "now close(3) = 0", kind: .syntax, line: 1, column: 1,
      message: "expected a time: seconds, as in 0.1, +0.1 or *, found 'now'"),
    Case(
      text: "0 close(3)", kind: .syntax, line: 1, column: 11,
      message: "expected '=' and what close returns, found the end of the script"),
    Case(
      text: "0 read(3, ..., 1) = -1", kind: .syntax, line: 1, column: 23,
      message: "expected the name of the error behind -1, as in -1 EAGAIN"),
    Case(
      text: "0 /* never", kind: .syntax, line: 1, column: 3, message: "the comment is never closed with */"),
    Case(
      text: "0 close(3) = 0\n--mss=1", kind: .syntax, line: 2, column: 1,
      message: "--mss belongs to the start of the script, before the first event"),
    Case(
      text: "0 < icmp unreachable nonsense", kind: .syntax, line: 1, column: 10,
      message:
        "icmp unreachable has no code 'nonsense', but net_unreachable, host_unreachable, protocol_unreachable,"
        + " port_unreachable, frag_needed and others"
    ),
    Case(
      text: "0 < udp (10)", kind: .unsupported, line: 1, column: 5,
      message: "udp is not supported: scripts speak of TCP and ICMP here"),
    Case(
      text: "0 < P.5 1:1(0) ack 1 win 1", kind: .unsupported, line: 1, column: 6,
      message: "the counter of Accurate ECN among the flags is not supported"),
    Case(
      text: "`sysctl -q net.ipv4.tcp_rmem=4096`", kind: .unsupported, line: 1, column: 1,
      message: "shell lines are not run, and a result may hang on this one: sysctl -q net.ipv4.tcp_rmem=4096"),
    Case(
      text: "0 %{ print(tcpi_rtt) }%", kind: .unsupported, line: 1, column: 6,
      message: "only assertions are supported here, not 'print(tcpi_rtt)'"),
    Case(
      text: "0 %{ assert tcpi_rtt + 1 == 2 }%", kind: .unsupported, line: 1, column: 6,
      message:
        "an assertion compares one field with a number, as in tcpi_snd_cwnd == 10, not 'tcpi_rtt + 1 == 2'"),
    Case(
      text: "0 < S 0:0(0) win 1 <FO TFO_COOKIE,nop,nop>", kind: .unsupported, line: 1, column: 24,
      message: "nothing says what TFO_COOKIE is: --define=TFO_COOKIE=... would"),
    Case(
      text: "0 < S 0:0(0) win 1 <mptcp 3>", kind: .unsupported, line: 1, column: 21,
      message: "the option 'mptcp' is not supported"),
  ]

  @Test("The place and the reason are named", arguments: cases) func problem(wanted: Case) {
    let problem = #expect(throws: ScriptProblem.self) { try Parser.script(wanted.text) }
    #expect(problem?.kind == wanted.kind)
    #expect(problem?.position == SourcePosition(line: wanted.line, column: wanted.column))
    #expect(problem?.message == wanted.message)
  }

  /// What is found out only when the line is reached.
  static let late: [(String, String)] = [
    (
      "--speed=1\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
      "s.pkt:1:1: unsupported: the setting --speed is not supported"
    ),
    ("0 epoll_create(1) = 5", "s.pkt:1:3: unsupported: the call epoll_create is not supported"),
    (
      "0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3",
      "s.pkt:1:15: unsupported: only sockets of SOCK_STREAM are supported"
    ),
    (
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 setsockopt(3, SOL_TCP, TCP_FASTOPEN, [1], 4) = 0",
      "s.pkt:2:27: unsupported: the option TCP_FASTOPEN is not supported"
    ),
  ]

  @Test("What is not supported is named, and the script does not count as passed", arguments: late)
  func unsupported(text: String, head: String) {
    let result = ScriptResult(playing: text, file: "s.pkt")
    #expect(result.outcome == .unsupported)
    #expect(result.head == head)
  }
}
