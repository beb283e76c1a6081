import TCPCore
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
  @Test("Every type and code", arguments: StateStage.all)
  func everyError(state: ConnectionState, isIPv4: Bool) throws {
    var stage = try StateStage(state, isIPv4: isIPv4)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      guard let kind = ICMPErrorTests.expected(isIPv4: isIPv4, type, code), kind != .tooBig else { continue }
      let before = try stage.box.host.status(stage.handle)
      let outcome = stage.box.arrive(stage.error(type, code))
      let status = try stage.box.host.status(stage.handle)
      let what: Comment = "type \(type), code \(code)"
      let events = stage.box.events()
      if stage.state != .closed && stage.state != .timeWait { #expect(stage.box.drain().isEmpty, what) }
      if kind == .sourceQuench || stage.inFlight == 0 {
        let expected: ArrivalOutcome =
          kind == .sourceQuench ? .icmpIgnored : state == .finWait2 ? .icmpNotInFlight : .icmpForNobody
        #expect(outcome == expected, what)
        #expect(status.state == state && status.softError == before.softError && events.isEmpty, what)
      } else if kind == .refused && state == .synSent {
        #expect(outcome == .processed && status.state == .closed && status.endReason == .refused, what)
        #expect(told(events, stage.handle, .ended), what)
        stage = try StateStage(state, isIPv4: isIPv4)
      } else {
        #expect(outcome == .processed && status.state == state && status.endReason == .none, what)
        // The latest one is what the status tells.
        #expect(status.softError == warning(kind), what)
        #expect(told(events, stage.handle, .softError), what)
      }
    }
  }

  /// SHLD-20: the status tells what nobody is told.
  @Test("Reports that are switched off", arguments: [true, false])
  func quiet(isIPv4: Bool) throws {
    var options = ConnectionOptions()
    options.reportsSoftErrors = false
    let stage = try StateStage(.established, isIPv4: isIPv4, options: options)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      guard let kind = ICMPErrorTests.expected(isIPv4: isIPv4, type, code), warning(kind) != .none else {
        continue
      }
      stage.box.arrive(stage.error(type, code))
      #expect(try stage.box.host.status(stage.handle).softError == warning(kind))
      #expect(stage.box.events().isEmpty)
    }
  }

  /// RFC5927-1: SYN, text and FIN are all that can be quoted.
  @Test("The edges of what is in flight", arguments: StateStage.all)
  func edges(state: ConnectionState, isIPv4: Bool) throws {
    let stage = try StateStage(state, isIPv4: isIPv4)
    guard state != .closed && state != .timeWait else { return }
    for offset in [-1, 0, stage.inFlight - 1, stage.inFlight, stage.inFlight + 1, 1 << 31] {
      // Where nothing is in flight, what was quoted lies before SND.UNA.
      let isInFlight = (0..<stage.inFlight).contains(offset)
      let outcome = stage.box.arrive(stage.error(isIPv4 ? 3 : 1, 0, offset: offset))
      #expect(outcome == (isInFlight ? .processed : .icmpNotInFlight), "offset \(offset)")
      #expect(stage.box.events().isEmpty == !isInFlight, "offset \(offset)")
    }
  }

  /// A handshake that a peer began has nobody to tell, and no error ends it (RFC5927-2).
  @Test("A half-open entry", arguments: [true, false])
  func halfOpen(isIPv4: Bool) throws {
    let box = try HostBox.make()
    _ = try box.host.listen(Endpoint(.anyIPv6, 80))
    var peer = HandPeer(
      isIPv4 ? .near(2, 6_000) : .near6(2, 6_000), to: isIPv4 ? .near(1, 80) : .near6(1, 80))
    box.arrive(peer.segment(.syn))
    let answer = try #require(box.drain().first)
    for (isOld, type, code) in Self.types where isOld == isIPv4 {
      let outcome = box.arrive(routerMessage(type, code, mtu: 1_300, quoting: answer.bytes))
      let isIgnored = ICMPErrorTests.expected(isIPv4: isIPv4, type, code) == .sourceQuench
      #expect(outcome == (isIgnored ? .icmpIgnored : .icmpForNobody), "type \(type), code \(code)")
    }
    #expect(box.host.occupancy.halfOpen == 1 && box.events().isEmpty && box.drain().isEmpty)
    peer.sequence = peer.sequence + 1
    peer.acknowledgment = answer.header.sequence + 1
    #expect(box.arrive(peer.segment(.ack)) == .processed)
    #expect(box.host.occupancy.connections == 1)
  }

  /// RFC 1122 section 3.2.1.3, RFC 4291 sections 2.5.2, 2.5.3 and 2.7.
  @Test("From where no host may send, and about a datagram to there")
  func badSources() throws {
    let stage = try StateStage(.synSent, isIPv4: false)
    let bad =
      [hex("ff02 000000000000 000000000000 0001"), hex("ff0e 000000000000 000000000000 0001")]
      + [0, 1].map { [UInt8](repeating: 0, count: 15) + [$0] }
    for source in bad {
      #expect(stage.box.arrive(stage.error(1, 4, source: source)) == .badSource)
      var quoted = stage.flight.bytes
      quoted.replaceSubrange(24..<40, with: source)
      #expect(stage.box.arrive(routerMessage(1, 4, quoting: quoted)) == .badSource)
    }
    #expect(stage.box.state(stage.handle) == .synSent)
    let old = try StateStage(.synSent, isIPv4: true)
    for destination in [[127, 0, 0, 1], [224, 0, 0, 1], [0, 0, 0, 0], [192, 0, 2, 255]] as [[UInt8]] {
      var quoted = old.flight.bytes
      quoted.replaceSubrange(16..<20, with: destination)
      #expect(old.box.arrive(routerMessage(3, 3, quoting: quoted)) == .badSource)
    }
  }

  @Test("Each protocol number but TCP's and the family's own ICMP is unknown", arguments: [true, false])
  func protocols(isIPv4: Bool) throws {
    let stage = try StateStage(.established, isIPv4: isIPv4)
    let good = stage.error(isIPv4 ? 3 : 1, 0)
    // The walked extension headers of IPv6 are no protocols.
    for number in UInt8.min...UInt8.max where number != 6 && (isIPv4 || ![0, 43, 44, 60].contains(number)) {
      let bytes =
        isIPv4
        ? NaiveIPv4(protocolNumber: number, destination: Array(good[16..<20]), payload: Array(good[20...]))
          .bytes
        : NaiveIPv6(nextHeader: number, destination: Array(good[24..<40]), payload: Array(good[40...])).bytes
      let isOwn = number == (isIPv4 ? 1 : 58)
      #expect((stage.box.arrive(bytes) == .unknownProtocol) == !isOwn, "protocol \(number)")
    }
  }

  /// RFC 4007: a link-local address means something on one interface only, so an error about it does as well.
  @Test("About a link-local peer, on its own interface and on another")
  func linkLocal() throws {
    var configuration = HostConfiguration(connections: 4)
    configuration.interfaceCount = 2
    let box = try HostBox(configuration)
    let other = Endpoint(Address(high: 0xFE80_0000_0000_0000, low: 2), 80)
    for number in 0..<2 {
      try box.host.setInterface(number, mtu: 1_500)
      try box.host.addAddress(Address(high: 0xFE80_0000_0000_0000, low: 1), prefix: 64, to: number)
    }
    for number in 0..<2 {
      let handle = try box.host.connect(to: other, interface: number, at: box.now)
      let bytes = try #require(box.drain().first).bytes
      let router = hex("fe80 000000000000 000000000000 00fe")
      #expect(
        box.arrive(routerMessage(1, 0, quoting: bytes, source: router), on: 1 - number) == .icmpForNobody)
      #expect(box.events().isEmpty)
      #expect(box.arrive(routerMessage(1, 0, quoting: bytes, source: router), on: number) == .processed)
      #expect(told(box.events(), handle, .softError))
    }
  }
}
