import TCPCore
import TCPTestSupport
import Testing

/// What a device does for the core, and what the core counts.
@Suite("Checksums of a device, counters") struct OffloadTests {
  /// A fixture with a listener, a connection, and a half-open entry.
  private func fixture() throws -> (fixture: HostFixture, connected: HandPeer, opening: HandPeer) {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    var connected = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(connected.open(fixture) != nil)
    var opening = HandPeer(.near(2, 6_001), to: .near(1, 80))
    fixture.arrive(opening.segment(.syn))
    opening.sequence = opening.sequence + 1
    opening.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    return (fixture, connected, opening)
  }

  /// The same datagram with another TCP checksum.
  private func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[36] ^= 0x5A
    return bytes
  }

  @Test("What a device has verified is believed, for a connection, an entry, a listener, and nobody")
  func verified() throws {
    for isVerified in [false, true] {
      let (fixture, connected, opening) = try fixture()
      try fixture.host.setInterface(0, mtu: 1_500, offload: ChecksumOffload(verifiesArriving: isVerified))
      let stranger = HandPeer(.near(2, 6_002), to: .near(1, 81))
      let segments = [
        connected.segment(.ack, text: [1]),
        connected.segment(.ack, sequence: connected.sequence + 3, text: [1]),
        opening.segment(.ack), HandPeer(.near(2, 6_003), to: .near(1, 80)).segment(.syn),
        stranger.segment(.ack),
      ]
      for (number, segment) in segments.enumerated() {
        let outcome = fixture.arrive(damaged(segment))
        #expect((outcome == .badChecksum) == !isVerified, "segment \(number): \(outcome)")
      }
      #expect(fixture.host.counters[.badChecksum] == (isVerified ? 0 : segments.count))
    }
  }

  /// Each flag by itself, for the interface that it was given for; what ICMP says is summed in any case.
  @Test("What is verified, and where", arguments: [0, 1], [true, false])
  func flags(number: Int, isIPv4: Bool) throws {
    for flags in 0..<4 {
      let (verifies, fills) = (flags & 1 == 1, flags & 2 == 2)
      var configuration = HostConfiguration(connections: 4)
      configuration.interfaceCount = 2
      let fixture = try HostFixture(configuration)
      for each in 0..<2 {
        // The other interface is the opposite.
        let offload = ChecksumOffload(
          verifiesArriving: verifies == (each == number), fillsDeparting: fills == (each == number))
        try fixture.host.setInterface(each, mtu: 1_500, offload: offload)
      }
      let own: Endpoint = isIPv4 ? .near(1, 80) : .near6(1, 80)
      try fixture.host.addAddress(own.address, prefix: isIPv4 ? 24 : 64, to: number)
      _ = try fixture.host.listen(own)
      let peer = HandPeer(isIPv4 ? .near(2, 6_000) : .near6(2, 6_000), to: own)
      var bytes = peer.segment(.syn)
      bytes[(isIPv4 ? 20 : 40) + 16] ^= 1
      #expect(fixture.arrive(bytes, on: number) == (verifies ? .processed : .badChecksum), "flags \(flags)")
      if isIPv4 {
        bytes = HandPeer(.near(2, 6_001), to: own).segment(.syn)
        bytes[10] ^= 1
        #expect(
          fixture.arrive(bytes, on: number) == (verifies ? .processed : .badHeaderChecksum), "flags \(flags)")
      }
      var error = routerMessage(isIPv4 ? 3 : 1, 0, quoting: HandPeer(own, to: peer.own).segment(.syn))
      #expect(fixture.arrive(error, on: number) == .icmpForNobody, "flags \(flags)")
      error[error.count - 1] ^= 1
      #expect(fixture.arrive(error, on: number) == .icmpIgnored, "flags \(flags)")
    }
  }

  @Test("Each datagram that leaves is counted once, whatever sends it") func segmentsSent() throws {
    let (fixture, connected, _) = try fixture()
    let before = fixture.host.counters.segmentsSent
    #expect(before == 2)  // two SYN-ACKs
    fixture.arrive(HandPeer(.near(2, 6_002), to: .near(1, 81)).segment(.syn))  // a reset
    fixture.arrive(connected.segment(.ack, sequence: connected.sequence + 70_000))  // an acknowledgment
    #expect(fixture.drain().count == 2)
    #expect(fixture.host.counters.segmentsSent == 4)
  }

  /// RFC7323-WS-7.
  @Test("A window scale beyond 14 counts as clamped once") func clamped() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    for (number, shift) in ([14, 15, 255] as [UInt8]).enumerated() {
      var peer = HandPeer(.near(2, 6_000 + UInt16(number)), to: .near(1, 80))
      #expect(peer.open(fixture) { $0.options.windowScale = shift } != nil)
      _ = try fixture.host.accept(listener)
      #expect(fixture.host.counters.windowScalesClamped == UInt64(number))
    }
  }
}
