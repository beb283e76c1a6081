import TCPCapture
import TCPCore
import Testing

@Suite("One-line notation")
struct SegmentLineTests {
  private func lines(_ segments: [SampleSegment], numbers: SequenceNotation = .relative) -> [String] {
    var notation = SegmentLine(numbers: numbers)
    return segments.enumerated().map { index, segment in
      notation.line(for: segment.bytes, at: Instant(microseconds: 500 + UInt64(index) * 10_000))
    }
  }

  /// What is behind time, endpoints and flags.
  private func tail(_ line: String?) -> String {
    guard let line, let bracket = line.lastIndex(of: "]") else { return line ?? "" }
    return String(line[line.index(bracket, offsetBy: 2)...])
  }

  @Test("Handshake, text and close with relative numbers") func relative() {
    #expect(
      lines(sampleConversation).joined(separator: "\n") == """
        0.000000 10.0.0.1:49152 > 10.0.0.2:80 [S] seq 0, win 65535, length 0 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
        0.010000 10.0.0.2:80 > 10.0.0.1:49152 [S.] seq 0, ack 1, win 65535, length 0 <mss 1460,sackOK,TS val 9 ecr 1,nop,wscale 7>
        0.020000 10.0.0.1:49152 > 10.0.0.2:80 [.] seq 1, ack 1, win 502 (64256), length 0
        0.030000 10.0.0.1:49152 > 10.0.0.2:80 [P.] seq 1:17, ack 1, win 502 (64256), length 16
        0.040000 10.0.0.2:80 > 10.0.0.1:49152 [P.] seq 1:7, ack 17, win 502 (64256), length 6
        0.050000 10.0.0.1:49152 > 10.0.0.2:80 [F.] seq 17, ack 7, win 502 (64256), length 0
        0.060000 10.0.0.2:80 > 10.0.0.1:49152 [F.] seq 7, ack 18, win 502 (64256), length 0
        0.070000 10.0.0.1:49152 > 10.0.0.2:80 [.] seq 18, ack 8, win 502 (64256), length 0
        """)
  }

  @Test("Absolute numbers, also across the wrap") func absolute() {
    let lines = lines(sampleConversation, numbers: .absolute)
    #expect(tail(lines[1]).hasPrefix("seq 700, ack 4294967291, win 65535,"))
    #expect(tail(lines[3]) == "seq 4294967291:11, ack 701, win 502 (64256), length 16")
  }

  @Test("A capture that begins in the middle counts from 1 and knows no scale") func middle() {
    let lines = lines([SampleSegment](sampleConversation[3...4]))
    #expect(tail(lines[0]) == "seq 1:17, ack 1, win 502, length 16")
    #expect(tail(lines[1]) == "seq 1:7, ack 17, win 502, length 6")
  }

  @Test("SACK blocks are relative, the urgent pointer, marks and odd options are shown") func extras() {
    var segments = sampleConversation
    segments[4].options =
      [1, 1, 5, 10] + big(4_294_967_290 &+ 9 as UInt32) + big(4_294_967_290 &+ 17 as UInt32)
    segments[4].codepoint = 3
    segments[5].flags = .fin | .ack | .urg | .ece | .cwr | .psh
    segments[5].urgentPointer = 3
    segments[5].codepoint = 2
    segments[5].options = [253, 4, 1, 2, 34, 6, 1, 2, 3, 4, 0, 9]
    segments[6].options = [2, 9, 1, 1]
    segments[6].codepoint = 1
    segments[7].flags = .none
    segments[7].spoilsChecksum = true
    let lines = lines(segments)
    #expect(tail(lines[4]) == "seq 1:7, ack 17, win 502 (64256), length 6 <nop,nop,sack 1 {9:17}> CE")
    #expect(
      lines[5] == "0.050000 10.0.0.1:49152 > 10.0.0.2:80 [FP.UEW] seq 17, ack 7, win 502 (64256), urg 3, "
        + "length 0 <option 253 of 4 octets,fast open cookie of 4 octets,eol> ECT(0)")
    #expect(tail(lines[6]) == "seq 7, ack 18, win 502 (64256), length 0 <bad option 2> ECT(1)")
    #expect(
      lines[7]
        == "0.070000 10.0.0.1:49152 > 10.0.0.2:80 [none] seq 18, win 502 (64256), length 0 (incorrect checksum)"
    )
  }

  @Test("A checksum that was left to the device is not called incorrect") func offloaded() {
    var segment = sampleConversation[3]
    segment.offloadsChecksum = true
    #expect(tail(lines([segment]).first) == "seq 1:17, ack 1, win 502, length 16 (offloaded checksum)")
    segment.source = Endpoint(Address(high: 1, low: 2), 5)
    segment.destination = Endpoint(Address(high: 3, low: 4), 6)
    #expect(tail(lines([segment]).first) == "seq 1:17, ack 1, win 502, length 16 (offloaded checksum)")
  }

  @Test("IPv6 in the form of RFC 5952") func ipv6() {
    var segment = SampleSegment()
    segment.source = Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: 0x0001_0000_0000_00AB), 49152)
    segment.destination = Endpoint(Address(high: 0, low: 1), 80)
    #expect(
      lines([segment]) == [
        "0.000000 [2001:db8::1:0:0:ab]:49152 > [::1]:80 [.] seq 1, ack 1, win 502, length 0"
      ])
    #expect(Notation.text(Address(high: 0, low: 0)) == "::")
    #expect(
      Notation.text(Address(high: 0x0001_0000_0003_0004, low: 0x0005_0006_0007_0008)) == "1:0:3:4:5:6:7:8")
    #expect(Notation.text(Address(high: 0xFE80_0000_0000_0000, low: 0)) == "fe80::")
  }

  @Test("A port pair used again counts from the start; a stray SYN does not disturb") func again() {
    let first = sampleConversation
    var next = SampleSegment(sequence: 5_000, flags: .syn)
    #expect(tail(lines(first + [next]).last) == "seq 0, win 502, length 0")
    // In the middle of the conversation the same SYN is shown by its distance, and nothing changes behind it.
    next.sequence = 4_294_967_290 &+ 100
    let stray = lines(Array(first[..<4]) + [next] + Array(first[4...]))
    #expect(tail(stray[4]) == "seq 100, win 502, length 0")
    #expect(tail(stray[5]) == "seq 1:7, ack 17, win 502 (64256), length 6")
    // Answered, it was no stray one.
    let answer = SampleSegment(sequence: 9_000, acknowledgment: next.sequence &+ 1, flags: .syn | .ack)
      .reversed
    let answered = lines(Array(first[..<4]) + [next, answer])
    #expect(tail(answered[5]) == "seq 0, ack 1, win 502, length 0")
  }

  @Test("ICMP errors, other protocols and what cannot be read") func others() {
    var notation = SegmentLine()
    let now = Instant(microseconds: 0)
    _ = notation.line(for: sampleConversation[0].bytes, at: now)
    #expect(
      notation.line(for: sampleICMP(type: 3, code: 4, mtu: 1400), at: now)
        == "0.000000 10.0.0.9 > 10.0.0.1 ICMP too big, next hop MTU 1400, "
        + "quotes 10.0.0.1:49152 > 10.0.0.2:80 seq 0")
    let echo = SampleSegment().ipHeader(protocolNumber: 1, count: 4) + [8, 0, 0xF7, 0xFF]
    #expect(notation.line(for: echo, at: now) == "0.000000 10.0.0.1 > 10.0.0.2 ICMP, length 4")
    let udp = SampleSegment().ipHeader(protocolNumber: 17, count: 4) + [0, 0, 0, 0]
    #expect(notation.line(for: udp, at: now) == "0.000000 10.0.0.1 > 10.0.0.2 UDP, length 4")
    let short = SampleSegment().ipHeader(protocolNumber: 6, count: 4) + [0, 0, 0, 0]
    #expect(
      notation.line(for: short, at: now)
        == "0.000000 10.0.0.1:0 > 10.0.0.2:0 segment of 4 octets: shorter than a TCP header")
    #expect(
      notation.line(for: [1, 2], at: now) == "0.000000 datagram of 2 octets: shorter than an IP header")
    #expect(notation.line(for: [1, 2], at: Instant(microseconds: 0) + .seconds(12)).hasPrefix("12.000000 "))
  }

  @Test("A cut datagram keeps its length and gets no verdict on its checksum") func cut() {
    var notation = SegmentLine()
    let bytes = [UInt8](sampleConversation[3].bytes.prefix(44))
    let line = notation.line(for: bytes, at: Instant(microseconds: 0), originalCount: 56)
    #expect(tail(line) == "seq 1:17, ack 1, win 502, length 16")
    let headless = notation.line(
      for: [UInt8](bytes.prefix(38)), at: Instant(microseconds: 0), originalCount: 56)
    #expect(
      headless == "0.000000 10.0.0.1:49152 > 10.0.0.2:80 seq 4294967291, segment of 36 octets: "
        + "header cut off after 18 octets")
  }

  @Test("A comment is behind its line, without control characters") func comment() throws {
    var writer = PcapngWriter(MemorySink(), interfaces: ["a"])
    writer.write([0x45], at: Instant(microseconds: 0), comment: "red \u{1B}[31m")
    #expect(
      try Capture(writer.bytes).lines()
        == ["0.000000 datagram of 1 octets: shorter than an IP header ; red ?[31m"])
  }

  @Test("The tracker forgets the oldest conversation, never more") func bounded() {
    var tracker = ConversationTracker(limit: 2)
    func ask(_ port: UInt16, _ sequence: UInt32) -> UInt32 {
      let from = Endpoint(Address(10, 0, 0, 1), port)
      let to = Endpoint(Address(10, 0, 0, 2), 80)
      let header = SegmentHeader(
        sourcePort: port, destinationPort: 80, sequence: SequenceNumber(sequence),
        acknowledgment: SequenceNumber(0), flags: .none, window: 0)
      return tracker.note(header, from: from, to: to).sequence
    }
    #expect(ask(1, 100) == 1)
    #expect(ask(2, 200) == 1)
    #expect(ask(1, 105) == 6)
    #expect(ask(3, 300) == 1)  // forgets port 1
    #expect(ask(2, 205) == 6)
    #expect(ask(1, 110) == 1)
  }
}
