import TCPCore
import TCPTestSupport
import Testing

@Suite("ICMP errors at the host")
struct ICMPTests {
  /// A fixture with one established connection, and the datagram with its text that is in flight.
  private func sending(_ text: Int = 1_000) throws -> (fixture: HostFixture, handle: Handle, flight: Seen) {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) { $0.options.maximumSegmentSize = 1_460 } != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, [UInt8](repeating: 3, count: text))
    _ = fixture.events()
    return (fixture, handle, try #require(fixture.drain().first))
  }

  /// MUST-54, SHLD-26, ROB-031, ROB-263: while connecting, port unreachable ends it, nothing softer does.
  @Test(
    "In SYN-SENT",
    arguments: [
      (3, 3, true), (3, 2, true), (3, 0, false), (3, 1, false), (11, 0, false), (12, 0, false), (4, 0, false),
    ])
  func connecting(type: UInt8, code: UInt8, ends: Bool) throws {
    let fixture = try HostFixture.make()
    let handle = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    let other = try fixture.host.connect(to: .near(2, 81), at: fixture.now)
    let sent = try #require(fixture.drain().first)
    let outcome = fixture.arrive(routerMessage(type, code, quoting: sent.bytes))
    #expect(outcome == (type == 4 ? .icmpIgnored : .processed))
    #expect(fixture.state(handle) == (ends ? .closed : .synSent))
    #expect(try fixture.host.status(handle).endReason == (ends ? .refused : .none))
    #expect(fixture.state(other) == .synSent)
  }

  /// RFC 1122 section 3.2.1.3.
  @Test("From where no host may send") func forbiddenSource() throws {
    let fixture = try HostFixture.make()
    let handle = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    let sent = try #require(fixture.drain().first)
    for source in [[127, 0, 0, 1], [224, 0, 0, 1], [0, 0, 0, 0], [192, 0, 2, 255]] as [[UInt8]] {
      let good = routerMessage(3, 3, quoting: sent.bytes)
      let forged = NaiveIPv4(
        protocolNumber: 1, source: source, destination: [192, 0, 2, 1], payload: Array(good[20...])
      ).bytes
      #expect(fixture.arrive(forged) == .badSource)
    }
    #expect(fixture.state(handle) == .synSent)
  }

  /// MUST-55, MUST-56, RFC5927-2, SHLD-25, MUST-47: in a synchronized state everything is soft.
  @Test(
    "Established",
    arguments: [
      (3, 0, SoftError.unreachable), (3, 1, .unreachable), (3, 5, .unreachable), (3, 2, .refused),
      (3, 3, .refused),
      (11, 0, .timeExceeded), (12, 0, .parameterProblem), (4, 0, .none),
    ])
  func established(type: UInt8, code: UInt8, error: SoftError) throws {
    let (fixture, handle, flight) = try sending()
    fixture.arrive(routerMessage(type, code, quoting: flight.bytes))
    #expect(fixture.state(handle) == .established)
    #expect(try fixture.host.status(handle).softError == error)
    let reported = fixture.events().contains { $0.handle == handle && $0.kinds.contains(.softError) }
    #expect(reported == (error != .none))
  }

  /// SHLD-20.
  @Test("Reports can be switched off")
  func quiet() throws {
    let (fixture, handle, flight) = try sending()
    var options = try fixture.host.options(handle)
    options.reportsSoftErrors = false
    try fixture.host.setOptions(handle, options, at: fixture.now)
    fixture.arrive(routerMessage(3, 1, quoting: flight.bytes))
    #expect(fixture.events().isEmpty)
    #expect(try fixture.host.status(handle).softError == .unreachable)
  }

  /// RFC5927-1, RFC5927-3, RFC8899-2, ROB-067, ROB-352: only what quotes an octet in flight counts.
  @Test("A sweep over the quoted sequence number", arguments: [(3, 1), (3, 4)])
  func sweep(type: UInt8, code: UInt8) throws {
    for offset in [-100_000, -2, -1, 0, 1, 999, 1_000, 1_001, 100_000] {
      let (fixture, handle, flight) = try sending()
      var quoted = flight.bytes
      quoted.replaceSubrange(24..<28, with: octets((flight.header.sequence + offset).rawValue))
      let before = try fixture.host.status(handle).segmentSize
      let isInFlight = (0..<1_000).contains(offset)
      let outcome = fixture.arrive(routerMessage(type, code, mtu: 600, quoting: quoted))
      #expect(outcome == (isInFlight ? .processed : .icmpNotInFlight), "offset \(offset)")
      let status = try fixture.host.status(handle)
      if code == 4 { #expect((status.segmentSize < before) == isInFlight) }
      if code == 1 { #expect((status.softError == .unreachable) == isInFlight) }
    }
  }

  @Test("About a connection that does not exist, or about none at all")
  func nobody() throws {
    let (fixture, _, flight) = try sending()
    var quoted = flight.bytes
    quoted[22] ^= 1  // another remote port
    #expect(fixture.arrive(routerMessage(3, 3, quoting: quoted)) == .icmpForNobody)
    #expect(fixture.arrive(routerMessage(8, 0, quoting: flight.bytes)) == .icmpIgnored)
    var damaged = routerMessage(3, 3, quoting: flight.bytes)
    damaged[damaged.count - 1] ^= 1
    #expect(fixture.arrive(damaged) == .icmpIgnored)
    #expect(fixture.drain().isEmpty)
  }

  /// ROB-012, ROB-030, RFC1191-1, RFC1191-2, RFC1191-3, RFC1191-8, RFC8899-3.
  @Test("Fragmentation needed: smaller at once, never larger, never below the minimum")
  func pathMTU() throws {
    let (fixture, handle, flight) = try sending(1_448)
    #expect(flight.bytes.count > 1_000)
    fixture.arrive(routerMessage(3, 4, mtu: 800, quoting: flight.bytes))
    let size = try fixture.host.status(handle).segmentSize
    #expect(size == 760 && fixture.host.counters.pathMTUReductions == 1)
    // What was too long goes again, in pieces that fit.
    let again = fixture.drain()
    #expect(again.map(\.bytes.count).allSatisfy { $0 <= 800 })
    #expect(again.first?.header.sequence == flight.header.sequence)
    for mtu: UInt32 in [800, 801, 1_500, 65_535] {
      fixture.arrive(routerMessage(3, 4, mtu: mtu, quoting: flight.bytes))
      #expect(try fixture.host.status(handle).segmentSize == size)
    }
    #expect(fixture.host.counters.pathMTUReductions == 1)
    for mtu: UInt32 in [1, 67, 68, 100] {
      fixture.arrive(routerMessage(3, 4, mtu: mtu, quoting: flight.bytes))
      #expect(try fixture.host.status(handle).segmentSize == 296 - 40)
    }
    #expect(fixture.host.counters.pathMTUReductions == 2)
  }

  /// RFC1191-5: a router that does not say its MTU; the plateau below the quoted length counts.
  @Test("Fragmentation needed without an MTU")
  func oldRouter() throws {
    let (fixture, handle, flight) = try sending(1_448)
    #expect(flight.bytes.count == 1_488)
    fixture.arrive(routerMessage(3, 4, quoting: flight.bytes))
    #expect(try fixture.host.status(handle).segmentSize == 1_006 - 40)
  }

  /// RFC1191-5: a datagram as long as a plateau did not fit either, so the next one down is meant.
  @Test(
    "Each plateau",
    arguments: [
      (65_535, 32_000), (32_001, 32_000), (32_000, 17_914), (17_915, 17_914), (17_914, 8_166), (8_166, 4_352),
      (4_352, 2_002), (2_002, 1_492), (1_492, 1_006), (1_006, 508), (509, 508), (508, 296), (40, 296),
    ])
  func plateaus(count: Int, next: Int) throws {
    let fixture = try HostFixture.make()
    try fixture.host.setInterface(0, mtu: 65_535)
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) { $0.options.maximumSegmentSize = 65_495 } != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, [1])
    var quoted = try #require(fixture.drain().first).bytes
    quoted.replaceSubrange(2..<4, with: octets(UInt16(count)))
    fixture.arrive(routerMessage(3, 4, quoting: quoted))
    #expect(try fixture.host.status(handle).segmentSize == next - 40)
  }

  /// RFC8201-1: IPv6 paths carry 1,280 octets.
  @Test("Packet too big")
  func packetTooBig() throws {
    let fixture = try HostFixture.make()
    let handle = try fixture.host.connect(to: .near6(2, 80), at: fixture.now)
    let sent = try #require(fixture.drain().first)
    var peer = HandPeer(.near6(2, 80), to: sent.from)
    peer.acknowledgment = sent.header.sequence + 1
    fixture.arrive(peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_440 })
    _ = try fixture.write(handle, [UInt8](repeating: 1, count: 1_440))
    let flight = try #require(fixture.drain().first { !$0.text.isEmpty })
    for (mtu, size) in [
      (UInt32(1_400), 1_340), (1_300, 1_240), (1_000, 1_220), (0, 1_220), (UInt32.max, 1_220),
    ] {
      fixture.arrive(routerMessage(2, 0, mtu: mtu, quoting: flight.bytes))
      #expect(try fixture.host.status(handle).segmentSize == size)
    }
  }
}
