import TCPCore
import Testing

@testable import TCPScript

/// What each construct of the language becomes.
@Suite("Script parser") struct ParserTests {
  static func events(_ text: String) throws -> [ScriptEvent] { try Parser.script(text).events }

  static func arrival(_ text: String) throws -> SegmentPattern {
    guard case .arrival(let pattern)? = try events("0 < " + text).first?.action else {
      throw WrongKind()
    }
    return pattern
  }

  static func departure(_ text: String) throws -> SegmentPattern {
    guard case .departure(let pattern)? = try events("0 > " + text).first?.action else {
      throw WrongKind()
    }
    return pattern
  }

  static func call(_ text: String) throws -> CallPattern {
    guard case .call(let call)? = try events("0 " + text).first?.action else { throw WrongKind() }
    return call
  }

  struct WrongKind: Error {}

  @Test("Times: absolute, relative, ranges, any, and the end of a call") func times() throws {
    let events = try Self.events(
      """
      0.100 > . 1:1(0) ack 1
      +.1 > . 1:1(0) ack 1
      +1 > . 1:1(0) ack 1
      * > . 1:1(0) ack 1
      0.1~0.25 > . 1:1(0) ack 1
      +0.1~+.2 > . 1:1(0) ack 1
      0.1...0.25 read(4, ..., 10) = 10
      +0...0.3 read(4, ..., 10) = 10
      """)
    #expect(
      events.map(\.time) == [
        .absolute(100_000), .relative(100_000), .relative(1_000_000), .any, .absoluteRange(100_000, 250_000),
        .relativeRange(100_000, 200_000), .absolute(100_000), .relative(0),
      ])
    #expect(events.map(\.end) == [nil, nil, nil, nil, nil, nil, 250_000, 300_000])
    #expect(events[3].position == SourcePosition(line: 4, column: 1))
  }

  @Test("Comments of both kinds") func comments() throws {
    let events = try Self.events(
      """
      // One line.
      /* Several,
         with * and / inside. */ 0 close(3) = 0 // behind
      """)
    #expect(events.count == 1 && events[0].position == SourcePosition(line: 3, column: 28))
  }

  @Test("Segments: flags, numbers, window, urgent pointer") func segments() throws {
    let pattern = try Self.arrival("FPU. 1:1001(1000) ack 5 win 257 urg 3")
    #expect(pattern.flags == .fin | .psh | .urg | .ack)
    #expect(pattern.sequence == 1 && pattern.length == 1_000 && pattern.acknowledgment == 5)
    #expect(pattern.window == 257 && pattern.urgentPointer == 3 && pattern.options == [])
    let syn = try Self.arrival("SEWA 0:0(0) win 1")
    #expect(syn.flags == .syn | .ece | .cwr && syn.isAccurateECN)
    #expect(try Self.arrival("- 0:0(0) win 1").flags == .none)
    let bare = try Self.departure(". 4294967295:4(5) ack 4294967295")
    #expect(bare.sequence == 4_294_967_295 && bare.length == 5 && bare.window == nil)
  }

  @Test("Options of every kind") func options() throws {
    let pattern = try Self.arrival(
      "S 0:0(0) win 1 <mss 1460,sackOK,TS val 100 ecr 7,nop,wscale 8,FO 0123abcd,nop,nop,eol,eol,eol,eol>")
    #expect(
      pattern.options == [
        .maximumSegmentSize(1_460), .sackPermitted, .timestamps(value: 100, echo: 7), .noOperation,
        .windowScale(8), .other(kind: 34, [0x01, 0x23, 0xAB, 0xCD]), .noOperation, .noOperation, .endOfList,
        .endOfList, .endOfList, .endOfList,
      ])
    let blocks = try Self.arrival(". 1:1(0) ack 1 win 1 <nop,nop,sack 1:2 3:4>")
    #expect(
      blocks.options == [
        .noOperation, .noOperation,
        .sack([RangePattern(left: 1, right: 2), RangePattern(left: 3, right: 4)]),
      ])
    #expect(try Self.departure(". 1:1(0) ack 1 <...>").options == nil)
  }

  @Test("The IP header: ECN, type of service, time to live") func internetHeader() throws {
    #expect(try Self.arrival("[ect0] . 1:1(0) ack 1 win 1").codepoint == .exactly(.capable0))
    #expect(try Self.arrival("[ce] . 1:1(0) ack 1 win 1").codepoint == .exactly(.experienced))
    #expect(try Self.departure("[noecn] . 1:1(0) ack 1").codepoint == .exactly(.notCapable))
    #expect(try Self.departure("[ect01] . 1:1(0) ack 1").codepoint == .capable)
    #expect(try Self.departure("(tos 0x1c) . 1:1(0) ack 1").trafficClass == 0x1C)
    #expect(try Self.departure("[tos 0x4, ttl 5] . 1:1(0) ack 1").hopLimit == 5)
  }

  @Test("Ports, where a script has several connections") func ports() throws {
    let pattern = try Self.arrival("1234 > 8080 S 0:0(0) win 1")
    #expect(pattern.ports == PortPattern(source: 1_234, destination: 8_080))
  }

  @Test("ICMP errors, with what they quote in front or behind") func errors() throws {
    for text in [
      "0 < [1:1001(1000)] icmp unreachable frag_needed mtu 1200",
      "0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]",
    ] {
      guard case .error(let pattern)? = try Self.events(text).first?.action else { throw WrongKind() }
      #expect(pattern.ipv4?.type == 3 && pattern.ipv4?.code == 4 && pattern.ipv6 == nil)
      #expect(pattern.mtu == 1_200 && pattern.sequence == 1 && pattern.length == 1_000)
    }
  }

  @Test("Calls: arguments, results, errors and remarks") func calls() throws {
    let call = try Self.call("read(4, ..., 1000) = -1 EAGAIN (Resource temporarily unavailable)")
    #expect(call.name == "read" && call.result == CallResult(value: -1, error: "EAGAIN"))
    #expect(call.arguments.map(\.value) == [.number(4), .ellipsis, .number(1_000)])
    let flags = try Self.call("fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)")
    #expect(flags.result.value == 2)
    let option = try Self.call("setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0")
    guard case .fields(let fields) = option.arguments[3].value else { throw WrongKind() }
    #expect(fields["onoff"]?.value == .number(1) && fields["linger"]?.value == .number(0))
    let poll = try Self.call("poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1")
    guard case .list(let list) = poll.arguments[0].value, case .fields(let entry)? = list.first?.value else {
      throw WrongKind()
    }
    #expect(entry["events"]?.value == .names(["POLLIN", "POLLOUT"]))
    let bind = try Self.call(
      "bind(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = inet_addr(\"0.0.0.0\")}, ...) = 0")
    guard case .fields(let address) = bind.arguments[1].value else { throw WrongKind() }
    #expect(
      address["sin_port"]?.value
        == .function("htons", Argument(value: .number(80), position: SourcePosition(line: 1, column: 50))))
  }

  @Test("Assertions: comparisons joined by and, on several lines, with what is to be printed")
  func assertions() throws {
    let text = """
      0 %{ assert tcpi_snd_cwnd == 10 and tcpi_unacked<=3, tcpi_snd_cwnd }%
      0 %{
      assert tcpi_state == TCP_ESTABLISHED
      assert 5 > tcpi_retransmits
      }%
      """
    let comparisons = try Self.events(text).flatMap { event -> [Comparison] in
      if case .assertion(let comparisons) = event.action { comparisons } else { [] }
    }
    #expect(comparisons.map(\.field) == ["tcpi_snd_cwnd", "tcpi_unacked", "tcpi_state", "tcpi_retransmits"])
    #expect(comparisons.map(\.relation) == [.equal, .lessOrEqual, .equal, .less])
    #expect(comparisons.map(\.value) == [10, 3, 1, 5])
    #expect(comparisons.map(\.position.line) == [1, 1, 3, 4])
  }

  @Test("Settings, and words with another meaning") func settings() throws {
    let script = try Parser.script(
      """
      --ip_version=ipv6
      --tolerance_usecs=10000
      --define=LEVEL=SOL_TCP
      `../common/defaults.sh`
      0 setsockopt(3, LEVEL, TCP_NODELAY, [1], 4) = 0
      """)
    #expect(script.options.map(\.name) == ["ip_version", "tolerance_usecs"])
    #expect(script.options.map(\.value) == ["ipv6", "10000"])
    #expect(
      script.notes == [
        ScriptNote(position: SourcePosition(line: 4, column: 1), text: "not run: ../common/defaults.sh")
      ])
    guard case .call(let call)? = script.events.first?.action else { throw WrongKind() }
    #expect(call.arguments[1].value == .names(["SOL_TCP"]))
  }
}
