import TCPCapture
import TCPCore
import Testing

/// The captures of Tests/Captures, which Tests/Captures/generate makes.
enum CaptureFiles {
  static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Captures"

  /// What `tcpcore read` prints of each, by its name.
  static let lines: [(name: String, lines: [String])] = {
    guard let bytes = try? CaptureFile.contents(of: folder + "/lines") else { return [] }
    var files: [(name: String, lines: [String])] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("== ") {
        files.append((String(line.dropFirst(3)), []))
      } else if !files.isEmpty {
        files[files.count - 1].lines.append(String(line))
      }
    }
    return files
  }()

  static func bytes(_ name: String) throws -> [UInt8] { try CaptureFile.contents(of: "\(folder)/\(name)") }

  static func capture(_ name: String) throws -> Capture { try Capture(bytes(name)) }
}

@Suite("Captures of every link layer, tunnel and oddity")
struct CaptureFilesTests {
  @Test("Each gives its lines", arguments: CaptureFiles.lines.map(\.name)) func lines(name: String) throws {
    let expected = CaptureFiles.lines.first { $0.name == name }?.lines
    #expect(try CaptureFiles.capture(name).lines() == expected)
    #expect(try streamed("\(CaptureFiles.folder)/\(name)") == expected)
  }

  @Test("There are as many as the generator makes") func count() {
    #expect(CaptureFiles.lines.count == 49)
  }

  /// The same, read piece by piece.
  private func streamed(_ path: String) throws -> [String] {
    var reader = try CaptureReader(path: path)
    var notation = SegmentLine()
    var lines: [String] = []
    while let record = try reader.next() { lines.append(notation.line(for: record, in: reader)) }
    return lines
  }

  @Test(
    "A file larger than what is in memory gives the same records, lines and errors", arguments: [true, false])
  func large(isClassic: Bool) throws {
    var pcap = PcapWriter(MemorySink())
    var pcapng = PcapngWriter(MemorySink(), interfaces: ["a"])
    var segment = SampleSegment(text: [UInt8](repeating: 7, count: 1_400))
    for index in 0..<500 as Range<UInt32> {
      segment.sequence = index * 1_400
      let time = Instant(microseconds: UInt64(index))
      if isClassic { pcap.write(segment.bytes, at: time) } else { pcapng.write(segment.bytes, at: time) }
    }
    let bytes = [UInt8]((isClassic ? pcap.bytes : pcapng.bytes).dropLast(5))
    let path = "/tmp/tcp-core-large-\(UInt64.random(in: 0 ... .max))"
    defer { removeTestFile(path) }
    let sink = try FileSink(path: path)
    try sink.append(bytes)
    try sink.close()
    let whole = try Capture(bytes)
    #expect(whole.records.count == 499)
    var reader = try CaptureReader(path: path)
    var notation = SegmentLine()
    var expected = SegmentLine()
    for record in whole.records {
      let found = try #require(try reader.next())
      #expect(found == record)
      #expect(notation.line(for: found, in: reader) == expected.line(for: record, in: whole))
    }
    #expect { try reader.next() } throws: { $0 as? CaptureError == whole.problem }
    #expect(try reader.next() == nil)
  }

  private func remarks(_ name: String) throws -> [[DatagramRemark]] {
    let capture = try CaptureFiles.capture(name)
    return capture.records.map { record in
      guard case .segment(let segment) = capture.decode(record) else { return [] }
      return segment.remarks
    }
  }

  private func verdicts(_ name: String) throws -> [ChecksumVerdict?] {
    let capture = try CaptureFiles.capture(name)
    return capture.records.map { record in
      guard case .segment(let segment) = capture.decode(record) else { return nil }
      return segment.checksum
    }
  }

  @Test("A wrong header checksum hides nothing, and says so") func headerChecksum() throws {
    #expect(try remarks("odd-header-checksum.pcap") == [[.incorrectHeaderChecksum], []])
    #expect(try verdicts("odd-header-checksum.pcap") == [.correct, .correct])
  }

  @Test(
    "The checksum covers the last address of a route, and the home address",
    arguments: [
      "odd-loose-route.pcap", "odd-strict-route.pcap", "odd-routing-header-0.pcap",
      "odd-routing-header-2.pcap", "odd-routing-header-4.pcap", "odd-home-address.pcap",
      "odd-mapped-address.pcap", "odd-authenticated.pcap", "odd-jumbogram.pcap",
      "odd-total-length-beyond.pcap",
    ])
  func routes(name: String) throws {
    #expect(try verdicts(name).allSatisfy { $0 == .correct })
  }

  @Test("Without a length the datagram ends with its frame") func noLength() throws {
    let file = "odd-total-length-0.pcap"
    #expect(try remarks(file).allSatisfy { $0 == [.noTotalLength] })
    #expect(try verdicts(file) == [.correct, .offloaded, .correct])
  }

  @Test("What was cut off gives no verdict") func cut() throws {
    #expect(try verdicts("odd-cut-text.pcap") == [.unknown, .unknown])
    #expect(try verdicts("odd-fragments.pcap") == [.unknown, nil, .unknown, nil])
    #expect(
      try remarks("odd-cut-options.pcap") == [
        [.cutOptions(captured: 6, of: 12)], [.cutOptions(captured: 1, of: 12)],
      ])
    let capture = try CaptureFiles.capture("odd-cut-options.pcap")
    guard case .segment(let segment) = capture.decode(capture.records[0]) else {
      Issue.record("no segment")
      return
    }
    #expect(segment.header.options.maximumSegmentSize == 1460)
    #expect(segment.header.options.windowScale == nil)
  }

  @Test("What is not read is named and counted") func notRead() throws {
    #expect(
      try CaptureFiles.capture("not-read-other-ethernet.pcap").summary.notRead == [
        "ARP": 1, "LLDP": 1, "MPLS": 1, "PPPoE discovery": 1, "spanning tree": 1, "SNAP of Cisco": 1,
        "more than 8 VLAN tags": 1,
      ])
    #expect(
      try CaptureFiles.capture("not-read-other-protocols.pcap").summary.notRead == [
        "UDP": 1, "VXLAN in UDP": 1, "GTP-U in UDP": 1, "ICMP": 1, "ESP": 1, "SCTP": 1, "PPP in GRE": 1,
        "Ethernet in GRE": 1, "a tunnel in 3 tunnels": 1,
      ])
    #expect(
      try CaptureFiles.capture("tunnel-tunnels-nested.pcap").summary.description
        .contains("\nremarked: 5 6in4, 5 GRE\n"))
  }

  @Test("The same ports three times are three conversations") func reused() throws {
    let summary = try CaptureFiles.capture("reused-ports.pcap").summary
    #expect(summary.conversations.map(\.fromInitiator.syn) == [1, 1, 1])
    #expect(summary.conversations.map(\.fromInitiator.textOctets) == [3, 0, 5])
    #expect(summary.keepAlives == 2)
    #expect(summary.retransmissions == 1)
    #expect(try CaptureFiles.capture("reused-ports.pcap").ladders().count == 3)
  }
}
