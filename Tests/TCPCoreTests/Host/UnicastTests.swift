import TCPCore
import TCPTestSupport
import Testing

@Suite("Who may be answered")
struct UnicastTests {
  private let everyone: [Address] = [
    Address(255, 255, 255, 255), Address(192, 0, 2, 255), Address(192, 0, 2, 0), Address(224, 0, 0, 1),
    Address(239, 255, 255, 255),
  ]

  /// MUST-57, ROB-013, ROB-066: no reply, no entry, whatever the flags.
  @Test("Segments to many are dropped", arguments: [SegmentFlags.syn, .ack, .rst, .fin | .ack, .none])
  func destination(flags: SegmentFlags) throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    let six = Address(high: 0xFF02_0000_0000_0000, low: 1)
    for address in everyone {
      for port: UInt16 in [80, 81] {
        let peer = HandPeer(.near(2, 6_000), to: Endpoint(address, port))
        #expect(fixture.arrive(peer.segment(flags)) == .notUnicast)
      }
    }
    #expect(fixture.arrive(HandPeer(.near6(2, 6_000), to: Endpoint(six, 80)).segment(flags)) == .notUnicast)
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.halfOpen == 0)
  }

  /// MUST-63: from an address that nobody can have, or from port 0.
  @Test("Segments from nobody are dropped", arguments: [SegmentFlags.syn, .ack, .fin])
  func source(flags: SegmentFlags) throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    for address in everyone + [.anyIPv4, Address(0, 1, 2, 3), Address(241, 0, 0, 1)] {
      for port: UInt16 in [80, 81] {
        let peer = HandPeer(Endpoint(address, 6_000), to: .near(1, port))
        #expect(fixture.arrive(peer.segment(flags)) == .badSource)
      }
    }
    for address in [Address.anyIPv6, Address(high: 0xFF02_0000_0000_0000, low: 1)] {
      #expect(
        fixture.arrive(HandPeer(Endpoint(address, 6_000), to: .near6(1, 80)).segment(flags)) == .badSource)
    }
    #expect(fixture.arrive(HandPeer(.near(2, 0), to: .near(1, 80)).segment(flags)) == .badSource)
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.halfOpen == 0)
  }

  @Test("Segments for another host are dropped", arguments: [SegmentFlags.syn, .ack])
  func notForUs(flags: SegmentFlags) throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    #expect(fixture.arrive(HandPeer(.near(2, 6_000), to: .near(3, 80)).segment(flags)) == .notForUs)
    #expect(fixture.arrive(HandPeer(.near6(2, 6_000), to: .near6(3, 80)).segment(flags)) == .notForUs)
    #expect(fixture.drain().isEmpty)
  }

  /// RFC9293-X-4, ROB-351, EV-SEG-CLOSED-1...4: what a closed port answers.
  @Test("Resets for nobody's segments", arguments: 0..<64)
  func resets(number: Int) throws {
    let flags = SegmentFlags(rawValue: UInt8(number))
    let fixture = try HostFixture.make()
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 81))
    peer.sequence = SequenceNumber(0xFFFF_FFFE)
    peer.acknowledgment = SequenceNumber(77)
    let outcome = fixture.arrive(peer.segment(flags, text: [1, 2, 3]))
    let answers = fixture.drain()
    if flags.contains(.rst) {
      #expect(outcome == .resetForNobody && answers.isEmpty)
      return
    }
    #expect(outcome == .forNobody && answers.count == 1)
    let answer = try #require(answers.first)
    #expect(answer.from == .near(1, 81) && answer.to == .near(2, 6_000) && answer.text.isEmpty)
    if flags.contains(.ack) {
      #expect(answer.flags == .rst && answer.header.sequence == SequenceNumber(77))
    } else {
      let length = 3 + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
      #expect(answer.flags == .rst | .ack && answer.header.sequence == SequenceNumber(0))
      #expect(answer.header.acknowledgment == peer.sequence + length)
    }
  }

  /// RFC7323-PAWS-6.
  @Test("A reset echoes the timestamp that it answers")
  func resetTimestamp() throws {
    let fixture = try HostFixture.make()
    fixture.arrive(
      HandPeer(.near(2, 6_000), to: .near(1, 81)).segment(.syn) {
        $0.options.timestamps = Timestamps(value: 4_711, echo: 5)
      })
    #expect(fixture.drain().first?.header.options.timestamps == Timestamps(value: 0, echo: 4_711))
  }

  /// MUST-3: no bit of a segment may be wrong.
  @Test("A damaged SYN makes no entry and no answer")
  func damaged() throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    let whole = HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(.syn, text: [1, 2, 3])
    for bit in (20 * 8)..<(whole.count * 8) {
      var bytes = whole
      bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
      let outcome = fixture.arrive(bytes)
      try demand(outcome != .processed && outcome != .forNobody, "bit \(bit): \(outcome)")
    }
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.halfOpen == 0)
  }

  @Test("Neither TCP nor ICMP")
  func otherProtocol() throws {
    let fixture = try HostFixture.make()
    var naive = NaiveIPv4(source: [192, 0, 2, 2], destination: [192, 0, 2, 1], payload: [1, 2, 3, 4])
    naive.protocolNumber = 17
    #expect(fixture.arrive(naive.bytes) == .unknownProtocol)
    #expect(fixture.arrive([]) == .datagramTooShort)
    #expect(fixture.host.counters.datagramsArrived == 2 && fixture.drain().isEmpty)
  }
}
