import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("A link") struct LinkTests {
  /// A datagram without payload whose sender allows congestion marks, or not.
  private func datagram(_ codepoint: CongestionCodepoint, isIPv6: Bool) -> [UInt8] {
    var header = Datagram(
      source: isIPv6 ? Address(high: 0xFD00 << 48, low: 1) : Address(10, 0, 0, 1),
      destination: isIPv6 ? Address(high: 0xFD00 << 48, low: 2) : Address(10, 0, 0, 2), protocolNumber: 6,
      payloadCount: 0)
    header.codepoint = codepoint
    header.dscp = 9
    var bytes = [UInt8](repeating: 0, count: header.payloadOffset)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      if let view = unsafe MutableBytes(buffer) { header.emit(into: view) }
    }
    return bytes
  }

  private func carry(_ bytes: [UInt8], _ impairments: Impairments) -> [[UInt8]] {
    let link = LoopbackLink(impairments: impairments, seed: 1, capacity: 8, largestDatagram: 1_500)
    var arrived = [[UInt8]]()
    let now = Instant(microseconds: 5)
    _ = unsafe bytes.withUnsafeBytes { unsafe link.send($0, at: now) }
    while unsafe link.deliver(at: now + .seconds(10), { bytes, _ in unsafe arrived.append(Array(bytes)) }) {}
    return arrived
  }

  @Test(
    "Marks only where the sender allows it, and keeps the header checksum right", arguments: [false, true])
  func marks(isIPv6: Bool) throws {
    var impairments = Impairments()
    impairments.marking = 1
    for codepoint in [CongestionCodepoint.notCapable, .capable0, .capable1, .experienced] {
      let arrived = try #require(carry(datagram(codepoint, isIPv6: isIPv6), impairments).first)
      let header = try unsafe arrived.withUnsafeBytes { unsafe try Datagram(parsing: $0.bytes) }
      #expect(header.codepoint == (codepoint == .notCapable ? .notCapable : .experienced))
      #expect(header.dscp == 9)
    }
  }

  @Test("Duplicates, loses, and drops what is too long, as configured") func dispositions() {
    let bytes = datagram(.notCapable, isIPv6: false)
    var impairments = Impairments()
    #expect(carry(bytes, impairments) == [bytes])
    impairments.duplication = 1
    #expect(carry(bytes, impairments) == [bytes, bytes])
    impairments.loss = 1
    #expect(carry(bytes, impairments) == [])
    impairments = Impairments()
    impairments.isBlackout = true
    #expect(carry(bytes, impairments) == [])
    impairments = Impairments()
    impairments.mtu = 19
    #expect(carry(bytes, impairments) == [])
  }

  @Test("A rate spaces datagrams out, and a full queue drops") func rate() {
    var impairments = Impairments()
    impairments.bitsPerSecond = 160_000  // 20 octets take a millisecond
    impairments.queueLimit = 60
    let link = LoopbackLink(impairments: impairments, seed: 1, capacity: 64, largestDatagram: 1_500)
    let bytes = datagram(.notCapable, isIPv6: false)
    let start = Instant(microseconds: 0)
    var dispositions = [LinkDisposition]()
    for _ in 0..<6 { dispositions.append(unsafe bytes.withUnsafeBytes { unsafe link.send($0, at: start) }) }
    #expect(dispositions == [.carried, .carried, .carried, .carried, .overflowed, .overflowed])
    var times = [UInt64]()
    while let next = link.nextArrival {
      times.append(next.microseconds)
      _ = unsafe link.deliver(at: next) { _, _ in }
    }
    #expect(times == [1_000, 2_000, 3_000, 4_000])
  }

  @Test("A path that narrows in mid-transfer is found by its ICMP errors", arguments: [false, true])
  func narrowing(isIPv6: Bool) throws {
    // ROB-012, ROB-030, RFC1191-1, RFC8201-1
    var configuration = LoopbackConfiguration()
    configuration.isIPv6 = isIPv6
    configuration.rightward.delay = .milliseconds(5)
    configuration.leftward.delay = .milliseconds(5)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 400_000, seed: 1),
      leftward: TransferContent(generated: 200_000, seed: 2))
    transfer.schedule(at: driver.now + .milliseconds(30)) { transfer in
      transfer.driver.rightward.impairments.mtu = 1_300
      transfer.driver.leftward.impairments.mtu = 1_280
    }
    let report = transfer.run(limit: .seconds(60))
    #expect(report.failure == nil)
    #expect(report.isIntact && report.isClosed)
    #expect(driver.left.counters.pathMTUReductions == 1)
    #expect(driver.right.counters.pathMTUReductions == 1)
  }
}
