import TCPCapture
import TCPCore
import Testing

@Suite("What the writers write, the reader reads")
struct RoundTripTests {
  @Test("pcapng keeps time, interface, direction, comment and octets") func pcapng() throws {
    var writer = PcapngWriter(MemorySink(), interfaces: ["left", "right"])
    #expect(writer.addInterface(name: "third") == 2)
    let first = sampleConversation[0].bytes
    let second = sampleConversation[3].bytes
    writer.write(
      first, at: Instant(microseconds: 1_234_567_890_123), interface: 1, direction: .outbound,
      comment: "a SYN")
    writer.write(
      [UInt8](second.prefix(45)), at: Instant(microseconds: 7), interface: 2, direction: .inbound,
      originalCount: second.count)
    let capture = try Capture(writer.bytes)
    #expect(capture.problem == nil)
    #expect(capture.interfaces.map(\.name) == ["left", "right", "third"])
    #expect(capture.interfaces.allSatisfy { $0.linkType == 101 && $0.snapLength == 0 })
    let records = capture.records
    try #require(records.count == 2)
    #expect(records.map(\.number) == [1, 2])
    #expect(records.map(\.interface) == [1, 2])
    #expect(records.map(\.time.microseconds) == [1_234_567_890_123, 7])
    #expect(records.map(\.direction) == [.outbound, .inbound])
    #expect(records.map(\.comment) == ["a SYN", nil])
    #expect(records.map(\.isCut) == [false, true])
    #expect(records[1].originalCount == second.count)
    #expect(capture.datagram(of: records[0]) == first)
    #expect(capture.datagram(of: records[1]) == [UInt8](second.prefix(45)))
  }

  @Test("Classic pcap keeps time, length and octets") func pcap() throws {
    var writer = PcapWriter(MemorySink())
    for (index, segment) in sampleConversation.enumerated() {
      writer.write(segment.bytes, at: Instant(microseconds: 999_999 + UInt64(index)))
    }
    writer.write([0x45, 0, 0], at: Instant(microseconds: 5_000_000), originalCount: 99)
    let capture = try Capture(writer.bytes)
    #expect(capture.problem == nil)
    try #require(capture.records.count == 9)
    for (index, segment) in sampleConversation.enumerated() {
      #expect(capture.records[index].time.microseconds == 999_999 + UInt64(index))
      #expect(capture.datagram(of: capture.records[index]) == segment.bytes)
    }
    #expect(capture.records[8].originalCount == 99)
    #expect(capture.records[8].capturedCount == 3)
  }

  @Test("Equal input gives equal files, octet by octet as the formats ask") func deterministic() {
    func file() -> [UInt8] {
      var writer = PcapngWriter(MemorySink(), interfaces: ["a"])
      writer.write([0x45], at: Instant(microseconds: 0x1_0000_0002))
      return writer.bytes
    }
    #expect(file() == file())
    let header: [UInt8] = [
      0x0A, 0x0D, 0x0D, 0x0A, 44, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255,
      255, 255, 4, 0, 8, 0,
    ]
    let interface: [UInt8] = [
      1, 0, 0, 0, 40, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0x61, 0, 0, 0, 9, 0, 1, 0, 6, 0, 0, 0, 0,
      0, 0, 0, 40, 0, 0, 0,
    ]
    let packet: [UInt8] = [
      6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x45, 0, 0, 0, 36,
      0,
      0, 0,
    ]
    let expected = header + [UInt8]("tcp-core".utf8) + [0, 0, 0, 0, 44, 0, 0, 0] + interface + packet
    #expect(file() == expected)
  }

  @Test("A comment longer than its length field is cut between characters") func longComment() throws {
    var writer = PcapngWriter(MemorySink(), interfaces: [""])
    writer.write([0x45], at: Instant(microseconds: 0), comment: "é" + String(repeating: "é", count: 32767))
    let comment = try Capture(writer.bytes).records.first?.comment
    #expect(comment?.utf8.count == 65534)
  }

  @Test("A file that cannot be created or opened gives an error with its name and the reason") func noFile() {
    let path = "/no-such-directory/x.pcapng"
    #expect { try FileSink(path: path) } throws: { error in
      "\(error)" == "cannot open \(path): No such file or directory"
    }
    #expect { try Capture(path: path) } throws: { error in
      "\(error)" == "cannot open \(path): No such file or directory"
    }
    #expect { try Capture(path: "/") } throws: { error in
      (error as? CaptureError).map { if case .file = $0 { true } else { false } } ?? false
    }
  }

  @Test("A file sink writes the same octets as memory") func fileSink() throws {
    let path = "/tmp/tcp-core-capture-test-\(UInt64.random(in: 0...UInt64.max)).pcap"
    let sink = try FileSink(path: path)
    var onDisk = try PcapWriter(sink)
    var inMemory = PcapWriter(MemorySink())
    let datagram = [0x45] + [UInt8](repeating: 7, count: 9_999)
    for index in 0..<20 {  // more than one piece
      try onDisk.write(datagram, at: Instant(microseconds: UInt64(index)))
      inMemory.write(datagram, at: Instant(microseconds: UInt64(index)))
    }
    try sink.close()
    let capture = try Capture(path: path)
    removeTestFile(path)
    #expect(capture.bytes == inMemory.bytes)
    #expect(capture.records.count == 20)
  }
}
