import TCPCapture
import TCPCore
import Testing

@Suite("Ladder notation")
struct LadderTests {
  private func header(_ index: Int) throws -> SegmentHeader {
    let bytes = sampleConversation[index].bytes
    var writer = PcapWriter(MemorySink())
    writer.write(bytes, at: Instant(microseconds: 0))
    let capture = try Capture(writer.bytes)
    let record = try #require(capture.records.first)
    guard case .segment(let segment) = capture.decode(record) else { throw CaptureError.empty }
    return segment.header
  }

  private func at(_ milliseconds: UInt64) -> Instant {
    Instant(microseconds: 7_000_000 + milliseconds * 1_000)
  }

  @Test("Handshake, text and close with the states of both ends") func conversation() throws {
    var ladder = Ladder(left: "client", right: "server")
    var rows = [ladder.heading]
    rows.append(ladder.state(at: at(0), left: "CLOSED", right: "LISTEN"))
    rows.append(ladder.event(at: at(0), left: "connect"))
    rows.append(
      ladder.segment(
        at: at(0), fromLeft: true, header: try header(0), leftState: "SYN-SENT", rightState: "SYN-RECEIVED"))
    rows.append(
      ladder.segment(
        at: at(10), fromLeft: false, header: try header(1), leftState: "ESTABLISHED",
        rightState: "SYN-RECEIVED"))
    rows.append(
      ladder.segment(
        at: at(20), fromLeft: true, header: try header(2), leftState: "ESTABLISHED", rightState: "ESTABLISHED"
      ))
    rows.append(
      ladder.segment(at: at(30), fromLeft: true, header: try header(3), text: sampleConversation[3].text))
    rows.append(
      ladder.segment(at: at(40), fromLeft: false, header: try header(4), text: sampleConversation[4].text))
    rows.append(ladder.event(at: at(45), left: "close", right: "read 16"))
    rows.append(
      ladder.segment(
        at: at(50), fromLeft: true, header: try header(5), leftState: "FIN-WAIT-1", rightState: "CLOSE-WAIT"))
    rows.append(
      ladder.segment(
        at: at(60), fromLeft: false, header: try header(6), leftState: "TIME-WAIT", rightState: "LAST-ACK"))
    rows.append(
      ladder.segment(
        at: at(1_070), fromLeft: true, header: try header(7), leftState: "TIME-WAIT", rightState: "CLOSED"))
    #expect(
      rows.joined(separator: "\n") == """
                   client                                                                                 server
          0.000000 CLOSED       |                                                                       | LISTEN
          0.000000              | (connect)                                                             |
          0.000000 SYN-SENT     |-- <SEQ=0><CTL=SYN><WND=65535><MSS=1460><SACK><WS=7><TS> ------------->| SYN-RECEIVED
          0.010000 ESTABLISHED  |<- <SEQ=0><ACK=1><CTL=SYN,ACK><WND=65535><MSS=1460><SACK><WS=7><TS> ---| SYN-RECEIVED
          0.020000 ESTABLISHED  |-- <SEQ=1><ACK=1><CTL=ACK><WND=64256> -------------------------------->| ESTABLISHED
          0.030000              |-- <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=16><WND=64256> "hello, xiao mei." ->|
          0.040000              |<- <SEQ=1><ACK=17><CTL=PSH,ACK><LEN=6><WND=64256> "hello." ------------|
          0.045000              | (close)                                                     (read 16) |
          0.050000 FIN-WAIT-1   |-- <SEQ=17><ACK=7><CTL=FIN,ACK><WND=64256> --------------------------->| CLOSE-WAIT
          0.060000 TIME-WAIT    |<- <SEQ=7><ACK=18><CTL=FIN,ACK><WND=64256> ----------------------------| LAST-ACK
          1.070000 TIME-WAIT    |-- <SEQ=18><ACK=8><CTL=ACK><WND=64256> ------------------------------->| CLOSED
        """)
    #expect(rows.allSatisfy { $0.count <= 110 })
  }

  @Test("Lost, delayed and remarked segments") func dispositions() throws {
    var ladder = Ladder(left: "A", right: "B", numbers: .absolute, width: 100, start: at(0))
    var rows = [ladder.heading]
    rows.append(
      ladder.segment(
        at: at(0), fromLeft: true, header: try header(2), transit: .lost, leftState: "ESTABLISHED"))
    rows.append(
      ladder.segment(at: at(5), fromLeft: false, header: try header(7), note: "queue full", transit: .lost))
    rows.append(ladder.segment(at: at(6), fromLeft: true, header: try header(2), transit: .departs))
    rows.append(ladder.segment(at: at(7), fromLeft: false, header: try header(4), transit: .departs))
    rows.append(ladder.segment(at: at(8), fromLeft: true, header: try header(2), transit: .arrives))
    rows.append(
      ladder.segment(at: at(9), fromLeft: false, header: try header(4), mark: .experienced, transit: .arrives)
    )
    rows.append(
      ladder.segment(
        at: at(200), fromLeft: true, header: try header(3), text: sampleConversation[3].text,
        note: "retransmission", rightState: "ESTABLISHED"))
    #expect(
      rows.joined(separator: "\n") == """
                   A                                                                            B
          0.000000 ESTABLISHED  |-- <SEQ=4294967291><ACK=701><CTL=ACK><WND=502> -------X lost |
          0.005000              | queue full X-- <SEQ=12><ACK=708><CTL=ACK><WND=502> ---------|
          0.006000              |-- <SEQ=4294967291><ACK=701><CTL=ACK><WND=502> ---------- ...|
          0.007000              |... <SEQ=701><ACK=11><CTL=PSH,ACK><LEN=6><WND=502> ----------|
          0.008000              |... <SEQ=4294967291><ACK=701><CTL=ACK><WND=502> ------------>|
          0.009000              |<- <SEQ=701><ACK=11><CTL=PSH,ACK><LEN=6><WND=502><CE> --- ...|
          0.200000              |-- <SEQ=4294967291><ACK=701><CTL=PSH,ACK><LEN=16><WND=502> ->| ESTABLISHED
                                |   "hello, xiao mei." (retransmission)                       |
        """)
    #expect(rows.joined(separator: "\n").split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("A capture gives one ladder per conversation, and counts the rest") func capture() throws {
    var writer = PcapWriter(MemorySink())
    for index in 0..<4 {
      writer.write(sampleConversation[index].bytes, at: at(UInt64(index) * 10))
    }
    writer.write(sampleICMP(type: 3, code: 4, mtu: 1400), at: at(40))
    var other = sampleConversation[1]
    other.destination.port = 5000
    other.spoilsChecksum = true
    writer.write(other.bytes, at: at(50))
    writer.write([1, 2, 3], at: at(60))
    let ladders = try Capture(writer.bytes).ladders(width: 100)
    #expect(
      ladders.joined(separator: "\n\n") == """
                   10.0.0.1:49152                                                                10.0.0.2:80
          0.000000 |-- <SEQ=0><CTL=SYN><WND=65535><MSS=1460><SACK><WS=7><TS> ----------------------------->|
          0.010000 |<- <SEQ=0><ACK=1><CTL=SYN,ACK><WND=65535><MSS=1460><SACK><WS=7><TS> -------------------|
          0.020000 |-- <SEQ=1><ACK=1><CTL=ACK><WND=64256> ------------------------------------------------>|
          0.030000 |-- <SEQ=1><ACK=1><CTL=PSH,ACK><LEN=16><WND=64256> "hello, xiao mei." ----------------->|
          0.040000 | (ICMP too big, next hop MTU 1400)                                                     |

                   10.0.0.1:5000                                                                 10.0.0.2:80
          0.050000 |<- <SEQ=0><ACK=1><CTL=SYN,ACK><WND=65535><MSS=1460><SACK><WS=7><TS> -------------------|
                   |   (incorrect checksum)                                                                |

        1 other record is not drawn
        """)
  }

  @Test("Text is quoted when it is short and printable") func quoted() {
    #expect(Notation.quoted([UInt8]("hello, xiao mei.".utf8)) == "\"hello, xiao mei.\"")
    #expect(Notation.quoted([UInt8]("GET /\r\n\t".utf8)) == #""GET /\r\n\t""#)
    #expect(Notation.quoted([UInt8](repeating: 0x41, count: 33)) == nil)
    #expect(Notation.quoted([0xFF] as [UInt8]) == nil)
    #expect(Notation.quoted([] as [UInt8]) == nil)
  }

  @Test("A narrow ladder keeps all tags, in further lines") func narrow() throws {
    var ladder = Ladder(left: "A", right: "B", width: 10)
    let row = ladder.segment(at: at(0), fromLeft: true, header: try header(1))
    for tag in [
      "<SEQ=0>", "<ACK=1>", "<CTL=SYN,ACK>", "<WND=65535>", "<MSS=1460>", "<SACK>", "<WS=7>", "<TS>",
    ] {
      #expect(row.contains(tag))
    }
    #expect(row.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }
}
