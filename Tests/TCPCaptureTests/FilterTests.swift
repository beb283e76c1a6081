import TCPCapture
import TCPCore
import Testing

@Suite("Filters")
struct FilterTests {
  private static let client = Address(10, 0, 0, 1)
  private static let server = Address(high: 0x2001_0DB8_0000_0000, low: 2)

  private func segment(_ flags: SegmentFlags = .ack, ipv6: Bool = false) -> CapturedDatagram {
    var segment = SampleSegment(flags: flags)
    if ipv6 {
      segment.source = Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: 1), 49152)
      segment.destination = Endpoint(FilterTests.server, 80)
    }
    return content(segment.bytes)
  }

  private func content(_ bytes: [UInt8]) -> CapturedDatagram {
    // A notation decodes; a file of one record is the public way to its result.
    guard let capture = try? Capture(classicFile(bigEndian: true, frame: bytes)) else {
      return .unreadable(reason: "no capture")
    }
    return capture.decode(capture.records[0])
  }

  @Test(
    "Conditions, alone and combined",
    arguments: [
      ("", true), ("host 10.0.0.1", true), ("host 10.0.0.3", false), ("src host 10.0.0.1", true),
      ("dst host 10.0.0.1", false), ("src 10.0.0.1", true), ("dst 10.0.0.2", true), ("port 80", true),
      ("src port 80", false), ("dst port 80", true), ("port 81", false), ("portrange 70-80", true),
      ("portrange 81-90", false), ("net 10.0.0.0/8", true), ("net 10", true), ("net 10.0.1", false),
      ("net 10.0.0.0/31", true), ("dst net 10.0.0.0/31", false), ("net 0.0.0.0/0", true), ("net ::/0", false),
      ("net 10.0.0.1", true), ("tcp", true), ("ip", true), ("ip6", false), ("tcp port 80", true),
      ("ip6 port 80", false), ("syn", true), ("ack", false), ("syn and not ack", true), ("not syn", false),
      ("! ack", true), ("!ack && syn", true), ("ack || syn", true), ("port 81 or 80", true),
      ("port 81 or 82", false), ("src port 1 or 49152", true), ("not (syn or ack)", false),
      ("((syn)) and (port 80)", true), ("not not syn", true),
      // From left to right: (syn or ack) and ack.
      ("syn or ack and ack", false), ("syn or (ack and ack)", true), ("HOST 10.0.0.1 AND SYN", true),
      ("not ack and syn", true), ("not tcp port 81", true),
    ])
  func conditions(text: String, isPicked: Bool) throws {
    #expect(try CaptureFilter(text).matches(segment(.syn)) == isPicked)
  }

  @Test(
    "IPv6 addresses and networks",
    arguments: [
      ("host 2001:db8::2", true), ("host 2001:DB8:0:0:0:0:0:2", true), ("host ::2", false),
      ("net 2001:db8::/32", true), ("net 2001:db9::/32", false), ("net 2001:db8::2/127", true), ("ip6", true),
      ("ip", false), ("net 0.0.0.0/0", false), ("net ::/0", true),
    ])
  func ipv6(text: String, isPicked: Bool) throws {
    #expect(try CaptureFilter(text).matches(segment(ipv6: true)) == isPicked)
  }

  @Test("Flags each have their word") func flags() throws {
    for (word, flag) in [
      ("fin", .fin), ("syn", .syn), ("rst", .rst), ("psh", .psh), ("push", .psh), ("ack", .ack),
      ("urg", .urg),
      ("ece", .ece), ("cwr", .cwr),
    ] as [(String, SegmentFlags)] {
      let filter = try CaptureFilter(word)
      #expect(filter.matches(segment(flag)))
      #expect(!filter.matches(segment(.none)))
    }
  }

  @Test("Other protocols have addresses, and what cannot be read has nothing") func others() throws {
    let udp = content(SampleSegment().ipHeader(protocolNumber: 17, count: 4) + [0, 80, 0, 80])
    #expect(try CaptureFilter("host 10.0.0.1").matches(udp))
    #expect(try !CaptureFilter("port 80").matches(udp))
    #expect(try !CaptureFilter("tcp").matches(udp))
    #expect(try !CaptureFilter("host 10.0.0.1").matches(content([1])))
    #expect(try CaptureFilter("not host 10.0.0.1").matches(content([1])))
  }

  @Test(
    "What is wrong is said",
    arguments: [
      ("port", "port needs a value"), ("host", "host needs a value"), ("src", "host needs a value"),
      ("port x", "port expected a number from 0 to 65535, not 'x'"),
      ("port 65536", "port expected a number from 0 to 65535, not '65536'"),
      ("portrange 9-8", "portrange expected two ports like 80-90, not '9-8'"),
      ("host 10.0.0.256", "host expected an address, not '10.0.0.256'"),
      ("host 1::2::3", "host expected an address, not '1::2::3'"),
      ("host 1:2:3", "host expected an address, not '1:2:3'"),
      ("host 1:2:3:4:5:6:7:8::", "host expected an address, not '1:2:3:4:5:6:7:8::'"),
      ("net 10.0.0.0/33", "net expected an address and a prefix like 10.0.0.0/8, not '10.0.0.0/33'"),
      ("net 10.0.0.1/8", "net '10.0.0.1/8' has bits behind its prefix"),
      ("net 2001:db8::1/32", "net '2001:db8::1/32' has bits behind its prefix"),
      ("syn ack", "expected 'and' or 'or', not 'ack'"), ("syn and", "expected a condition at the end"),
      ("not", "expected a condition at the end"), ("(syn", "a '(' is not closed"),
      ("syn)", "a ')' without a '('"),
      ("udp", "expected host, net, port, portrange, src, dst, tcp, ip, ip6, a flag or '(', not 'udp'"),
    ])
  func errors(text: String, message: String) {
    #expect { try CaptureFilter(text) } throws: { "\($0)" == "filter: \(message)" }
  }

  @Test("Any number of parentheses and words is read without depth") func deep() throws {
    let many = 50_000
    let text = String(repeating: "not (", count: many) + "syn" + String(repeating: ")", count: many)
    #expect(try CaptureFilter(text).matches(segment(.syn)))
    #expect(throws: CaptureFilterError.self) { try CaptureFilter(String(repeating: "(", count: many)) }
    #expect(throws: CaptureFilterError.self) { try CaptureFilter(String(repeating: "tcp ", count: many)) }
  }

  @Test("A filter does not change the numbers of what it picks") func numbers() throws {
    let capture = try CaptureFiles.capture("reused-ports.pcap")
    var catalog = ConversationCatalog()
    var notation = SegmentLine()
    let filter = try CaptureFilter("rst")
    for record in capture.records {
      let content = capture.decode(record)
      guard case .segment(let segment) = content else { continue }
      let place = catalog.note(segment)
      guard filter.matches(content) else { continue }
      #expect(
        notation.line(for: record, content, in: place)
          == "0.000000 10.0.0.2:80 > 10.0.0.1:49152 [R.] seq 1:8, ack 1, win 502, length 7")
    }
  }
}
