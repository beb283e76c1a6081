import TCPCore
import TCPTestSupport
import Testing

/// What each ICMP error does in each state, over both families (RFC 9293 section 3.9.2.2, RFC 5927).
@Suite("ICMP errors in every state") struct ICMPStateTests {
  static let types: [(isIPv4: Bool, type: UInt8, code: UInt8)] =
    (0...15).map { (true, 3, $0) } + [
      (true, 4, 0), (true, 11, 0), (true, 11, 1), (true, 12, 0), (true, 12, 1),
    ]
    + (0...7).map { (false, 1, $0) }
    + [(false, 3, 0), (false, 3, 1), (false, 4, 0), (false, 4, 1), (false, 4, 2), (false, 4, 10)]

  private func warning(_ kind: ICMPErrorKind) -> SoftError {
    switch kind {
    case .unreachable: .unreachable
    case .refused: .refused
    case .timeExceeded: .timeExceeded
    case .parameterProblem: .parameterProblem
    case .tooBig, .sourceQuench: .none
    }
  }

  /// MUST-54...MUST-56, SHLD-26, RFC5927-2: only what refuses ends anything, and only in SYN-SENT.
  @Test("Every type and code", arguments: StateFixture.all)
  func everyError(state: ConnectionState, isIPv4: Bool) throws {
    var setup = try StateFixture(state, isIPv4: isIPv4)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      guard let kind = ICMPErrorTests.expected(isIPv4: isIPv4, type, code), kind != .tooBig else { continue }
      let before = try setup.fixture.host.status(setup.handle)
      let outcome = setup.fixture.arrive(setup.error(type, code))
      let status = try setup.fixture.host.status(setup.handle)
      let what: Comment = "type \(type), code \(code)"
      let events = setup.fixture.events()
      if setup.state != .closed && setup.state != .timeWait { #expect(setup.fixture.drain().isEmpty, what) }
      if kind == .sourceQuench || setup.inFlight == 0 {
        let expected: ArrivalOutcome =
          kind == .sourceQuench ? .icmpIgnored : state == .finWait2 ? .icmpNotInFlight : .icmpForNobody
        #expect(outcome == expected, what)
        #expect(status.state == state && status.softError == before.softError && events.isEmpty, what)
      } else if kind == .refused && state == .synSent {
        #expect(outcome == .processed && status.state == .closed && status.endReason == .refused, what)
        #expect(reported(events, setup.handle, .ended), what)
        setup = try StateFixture(state, isIPv4: isIPv4)
      } else {
        #expect(outcome == .processed && status.state == state && status.endReason == .none, what)
        // The latest one is what the status tells.
        #expect(status.softError == warning(kind), what)
        #expect(reported(events, setup.handle, .softError), what)
      }
    }
  }

  /// SHLD-20: the status says what no event reports.
  @Test("Reports that are switched off", arguments: [true, false])
  func quiet(isIPv4: Bool) throws {
    var options = ConnectionOptions()
    options.reportsSoftErrors = false
    let setup = try StateFixture(.established, isIPv4: isIPv4, options: options)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      guard let kind = ICMPErrorTests.expected(isIPv4: isIPv4, type, code), warning(kind) != .none else {
        continue
      }
      setup.fixture.arrive(setup.error(type, code))
      #expect(try setup.fixture.host.status(setup.handle).softError == warning(kind))
      #expect(setup.fixture.events().isEmpty)
    }
  }

  /// RFC5927-1: SYN, text and FIN are all that can be quoted.
  @Test("The edges of what is in flight", arguments: StateFixture.all)
  func edges(state: ConnectionState, isIPv4: Bool) throws {
    let setup = try StateFixture(state, isIPv4: isIPv4)
    guard state != .closed && state != .timeWait else { return }
    for offset in [-1, 0, setup.inFlight - 1, setup.inFlight, setup.inFlight + 1, 1 << 31] {
      // Where nothing is in flight, what was quoted lies before SND.UNA.
      let isInFlight = (0..<setup.inFlight).contains(offset)
      let outcome = setup.fixture.arrive(setup.error(isIPv4 ? 3 : 1, 0, offset: offset))
      #expect(outcome == (isInFlight ? .processed : .icmpNotInFlight), "offset \(offset)")
      #expect(setup.fixture.events().isEmpty == !isInFlight, "offset \(offset)")
    }
  }

  /// A handshake that a peer began has nobody to tell, and no error ends it (RFC5927-2).
  @Test("A half-open entry", arguments: [true, false])
  func halfOpen(isIPv4: Bool) throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 80))
    var peer = HandPeer(
      isIPv4 ? .near(2, 6_000) : .near6(2, 6_000), to: isIPv4 ? .near(1, 80) : .near6(1, 80))
    fixture.arrive(peer.segment(.syn))
    let answer = try #require(fixture.drain().first)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      let outcome = fixture.arrive(routerMessage(type, code, mtu: 1_300, quoting: answer.bytes))
      let isIgnored = ICMPErrorTests.expected(isIPv4: isIPv4, type, code) == .sourceQuench
      #expect(outcome == (isIgnored ? .icmpIgnored : .icmpForNobody), "type \(type), code \(code)")
    }
    #expect(fixture.host.occupancy.halfOpen == 1 && fixture.events().isEmpty && fixture.drain().isEmpty)
    peer.sequence = peer.sequence + 1
    peer.acknowledgment = answer.header.sequence + 1
    #expect(fixture.arrive(peer.segment(.ack)) == .processed)
    #expect(fixture.host.occupancy.connections == 1)
  }

  /// RFC 1122 section 3.2.1.3, RFC 4291 sections 2.5.2, 2.5.3 and 2.7.
  @Test("From where no host may send, and about a datagram to there")
  func badSources() throws {
    let setup = try StateFixture(.synSent, isIPv4: false)
    let bad =
      [hex("ff02 000000000000 000000000000 0001"), hex("ff0e 000000000000 000000000000 0001")]
      + [0, 1].map { [UInt8](repeating: 0, count: 15) + [$0] }
    for source in bad {
      #expect(setup.fixture.arrive(setup.error(1, 4, source: source)) == .badSource)
      var quoted = setup.flight.bytes
      quoted.replaceSubrange(24..<40, with: source)
      #expect(setup.fixture.arrive(routerMessage(1, 4, quoting: quoted)) == .badSource)
    }
    #expect(setup.fixture.state(setup.handle) == .synSent)
    let old = try StateFixture(.synSent, isIPv4: true)
    for destination in [[127, 0, 0, 1], [224, 0, 0, 1], [0, 0, 0, 0], [192, 0, 2, 255]] as [[UInt8]] {
      var quoted = old.flight.bytes
      quoted.replaceSubrange(16..<20, with: destination)
      #expect(old.fixture.arrive(routerMessage(3, 3, quoting: quoted)) == .badSource)
    }
  }

  @Test("Each protocol number but TCP's and the family's own ICMP is unknown", arguments: [true, false])
  func protocols(isIPv4: Bool) throws {
    let setup = try StateFixture(.established, isIPv4: isIPv4)
    let good = setup.error(isIPv4 ? 3 : 1, 0)
    // The walked extension headers of IPv6 are no protocols.
    for number in UInt8.min...UInt8.max where number != 6 && (isIPv4 || ![0, 43, 44, 60].contains(number)) {
      let bytes =
        isIPv4
        ? NaiveIPv4(protocolNumber: number, destination: Array(good[16..<20]), payload: Array(good[20...]))
          .bytes
        : NaiveIPv6(nextHeader: number, destination: Array(good[24..<40]), payload: Array(good[40...])).bytes
      let isOwn = number == (isIPv4 ? 1 : 58)
      #expect((setup.fixture.arrive(bytes) == .unknownProtocol) == !isOwn, "protocol \(number)")
    }
  }

  /// RFC 4007: a link-local address means something on one interface only, so an error about it does as well.
  @Test("About a link-local peer, on its own interface and on another")
  func linkLocal() throws {
    var configuration = HostConfiguration(connections: 4)
    configuration.interfaceCount = 2
    let fixture = try HostFixture(configuration)
    let other = Endpoint(Address(high: 0xFE80_0000_0000_0000, low: 2), 80)
    for number in 0..<2 {
      try fixture.host.setInterface(number, mtu: 1_500)
      try fixture.host.addAddress(Address(high: 0xFE80_0000_0000_0000, low: 1), prefix: 64, to: number)
    }
    for number in 0..<2 {
      let handle = try fixture.host.connect(to: other, interface: number, at: fixture.now)
      let bytes = try #require(fixture.drain().first).bytes
      let router = hex("fe80 000000000000 000000000000 00fe")
      #expect(
        fixture.arrive(routerMessage(1, 0, quoting: bytes, source: router), on: 1 - number) == .icmpForNobody)
      #expect(fixture.events().isEmpty)
      #expect(fixture.arrive(routerMessage(1, 0, quoting: bytes, source: router), on: number) == .processed)
      #expect(reported(fixture.events(), handle, .softError))
    }
  }
}
