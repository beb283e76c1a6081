import TCPCore
import Testing

/// What a device does for the core, and what the core counts.
@Suite("Checksums of a device, counters") struct OffloadTests {
  /// A box with a listener, a connection, and a half-open entry.
  private func box() throws -> (box: HostBox, connected: HandPeer, opening: HandPeer) {
    let box = try HostBox.make()
    _ = try box.host.listen(.near(1, 80))
    var connected = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(connected.open(box) != nil)
    var opening = HandPeer(.near(2, 6_001), to: .near(1, 80))
    box.arrive(opening.segment(.syn))
    opening.sequence = opening.sequence + 1
    opening.acknowledgment = try #require(box.drain().first).header.sequence + 1
    return (box, connected, opening)
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
      let (box, connected, opening) = try box()
      try box.host.setInterface(0, mtu: 1_500, offload: ChecksumOffload(verifiesArriving: isVerified))
      let stranger = HandPeer(.near(2, 6_002), to: .near(1, 81))
      let segments = [
        connected.segment(.ack, text: [1]),
        connected.segment(.ack, sequence: connected.sequence + 3, text: [1]),
        opening.segment(.ack), HandPeer(.near(2, 6_003), to: .near(1, 80)).segment(.syn),
        stranger.segment(.ack),
      ]
      for (number, segment) in segments.enumerated() {
        let outcome = box.arrive(damaged(segment))
        #expect((outcome == .badChecksum) == !isVerified, "segment \(number): \(outcome)")
      }
      #expect(box.host.counters[.badChecksum] == (isVerified ? 0 : segments.count))
    }
  }

  @Test("Each datagram that leaves is counted once, whoever sends it") func segmentsSent() throws {
    let (box, connected, _) = try box()
    let before = box.host.counters.segmentsSent
    #expect(before == 2)  // two SYN-ACKs
    box.arrive(HandPeer(.near(2, 6_002), to: .near(1, 81)).segment(.syn))  // a reset
    box.arrive(connected.segment(.ack, sequence: connected.sequence + 70_000))  // an acknowledgment
    #expect(box.drain().count == 2)
    #expect(box.host.counters.segmentsSent == 4)
  }

  /// RFC7323-WS-7.
  @Test("A window scale beyond 14 counts as clamped once") func clamped() throws {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    for (number, shift) in ([14, 15, 255] as [UInt8]).enumerated() {
      var peer = HandPeer(.near(2, 6_000 + UInt16(number)), to: .near(1, 80))
      #expect(peer.open(box) { $0.options.windowScale = shift } != nil)
      _ = try box.host.accept(listener)
      #expect(box.host.counters.windowScalesClamped == UInt64(number))
    }
  }
}
