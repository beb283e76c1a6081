import TCPCore
import TCPTestSupport
import Testing

/// RFC4987-5, RFC4987-6.
@Suite("Handshakes by SYN cookies") struct SYNCookieTests {
  /// A host that answers each SYN with a cookie, or only those that find no room.
  private func make(
    _ policy: SYNCookiePolicy = .always, connections: Int = 4, halfOpen: Int = 16, backlog: Int = 4,
    options: ConnectionOptions = ConnectionOptions()
  ) throws -> (fixture: HostFixture, listener: Handle) {
    var configuration = HostConfiguration(connections: connections)
    configuration.synCookies = policy
    configuration.halfOpenCapacity = halfOpen
    let fixture = try HostFixture.make(1, configuration)
    return (fixture, try fixture.host.listen(Endpoint(.anyIPv6, 80), backlog: backlog, options: options))
  }

  private func peer(_ port: UInt16 = 6_000) -> HandPeer { HandPeer(.near(2, port), to: .near(1, 80)) }

  /// A SYN and its answer, which the peer has heard.
  private func answered(
    _ peer: inout HandPeer, _ fixture: HostFixture, _ change: (inout SegmentHeader) -> Void = { _ in }
  ) throws -> Seen {
    #expect(fixture.arrive(peer.segment(.syn, change)) == .processed)
    let answer = try #require(fixture.drain().first)
    #expect(answer.flags.contains(.syn | .ack) && answer.header.acknowledgment == peer.sequence + 1)
    peer.sequence = peer.sequence + 1
    peer.acknowledgment = answer.header.sequence + 1
    return answer
  }

  // MARK: When

  @Test("A cookie keeps nothing: no entry, no timer, no event") func nothingKept() throws {
    let (fixture, listener) = try make()
    var one = peer()
    _ = try answered(&one, fixture)
    #expect(fixture.host.occupancy == (0, 0, 0, 1))
    #expect(fixture.host.deadline == nil && fixture.events().isEmpty && fixture.state(listener) == .listen)
    #expect(fixture.host.counters.cookiesSent == 1 && fixture.host.counters.cookiesAccepted == 0)
    #expect(fixture.arrive(one.segment(.ack)) == .processed)
    #expect(fixture.host.occupancy == (1, 0, 0, 1) && fixture.host.counters.cookiesAccepted == 1)
    #expect(fixture.events().map(\.kinds) == [.accepted | .writable])
  }

  @Test("Automatic: entries first, then cookies, and nobody gives way", arguments: [false, true])
  func automatic(isTableFull: Bool) throws {
    let (fixture, listener) = try make(
      .automatic, connections: 8, halfOpen: isTableFull ? 3 : 16, backlog: isTableFull ? 16 : 3)
    var early = (0..<3).map { peer(6_000 + UInt16($0)) }
    for index in early.indices { _ = try answered(&early[index], fixture) }
    #expect(fixture.host.occupancy.halfOpen == 3 && fixture.host.counters.cookiesSent == 0)
    fixture.now = fixture.now + .seconds(5)
    var late = (0..<3).map { peer(7_000 + UInt16($0)) }
    for index in late.indices { _ = try answered(&late[index], fixture) }
    #expect(fixture.host.occupancy.halfOpen == 3 && fixture.host.counters.cookiesSent == 3)
    #expect(fixture.host.counters.halfOpenRecycled == 0)
    for one in late.prefix(isTableFull ? 3 : 1) + early.prefix(2) {
      #expect(fixture.arrive(one.segment(.ack)) == .processed)
    }
    #expect(fixture.host.counters.cookiesAccepted == (isTableFull ? 3 : 1))
    // There is room again.
    while let handle = try? fixture.host.accept(listener) { #expect(fixture.state(handle) == .established) }
    var later = peer(8_000)
    _ = try answered(&later, fixture)
    #expect(fixture.host.counters.cookiesSent == 3 && fixture.host.occupancy.halfOpen == 2)
  }

  @Test("Never: the oldest entry gives way, as it did") func never() throws {
    let (fixture, _) = try make(.never, backlog: 1)
    var early = peer(6_000)
    var late = peer(7_000)
    _ = try answered(&early, fixture)
    #expect(fixture.arrive(late.segment(.syn)) == .backlogFull)
    fixture.now = fixture.now + .seconds(1)
    _ = try answered(&late, fixture)
    #expect(fixture.host.counters.halfOpenRecycled == 1 && fixture.host.counters.cookiesSent == 0)
    #expect(fixture.arrive(early.segment(.ack)) == .acknowledgmentForListener)
  }

  /// Who waits to be accepted keeps a SYN out: a cookie would promise a place that is not there.
  @Test("No cookie where the accept queue or the connection table is full") func noPlace() throws {
    let (fixture, listener) = try make(connections: 2, backlog: 1)
    var one = peer()
    _ = try answered(&one, fixture)
    fixture.arrive(one.segment(.ack))
    #expect(fixture.arrive(peer(7_000).segment(.syn)) == .backlogFull)
    _ = try fixture.host.accept(listener)
    _ = try fixture.host.connect(to: .near(3, 9), at: fixture.now)
    #expect(fixture.arrive(peer(7_000).segment(.syn)) == .connectionTableFull)
    #expect(fixture.host.counters.cookiesSent == 1)
  }

  @Test("No cookie where there is no room for a reply") func noReply() throws {
    let (fixture, _) = try make()
    for port in UInt16(1)...8 { #expect(fixture.arrive(peer(port).segment(.syn)) == .processed) }
    #expect(fixture.arrive(peer(9).segment(.syn)) == .backlogFull)
    #expect(fixture.host.counters.cookiesSent == 8 && fixture.host.counters.repliesDropped == 1)
  }

  // MARK: What comes back

  @Test("Any segment completes the handshake, and what it carries counts", arguments: 0..<4)
  func completing(kind: Int) throws {
    let (fixture, listener) = try make()
    var one = peer()
    _ = try answered(&one, fixture)
    fixture.now = fixture.now + .seconds(20)
    let text: [UInt8] = kind & 1 == 0 ? [] : [1, 2, 3]
    #expect(fixture.arrive(one.segment(kind & 2 == 0 ? .ack : .ack | .fin, text: text)) == .processed)
    let handle = try fixture.host.accept(listener)
    #expect(fixture.state(handle) == (kind & 2 == 0 ? .established : .closeWait))
    if !text.isEmpty { #expect(try fixture.read(handle) == text) }
    #expect(try fixture.host.status(handle).segmentSize == 536)
    // And the other way.
    _ = try fixture.write(handle, [9])
    let answer = try #require(fixture.drain().last)
    #expect(answer.text == [9] && answer.header.sequence == one.acknowledgment)
    #expect(answer.header.acknowledgment == one.sequence + text.count + (kind & 2) / 2)
  }

  @Test("With timestamps everything that was agreed on comes back", arguments: [true, false])
  func options(isFull: Bool) throws {
    let (fixture, listener) = try make()
    var one = peer()
    one.window = 1_000
    let answer = try answered(&one, fixture) {
      $0.options.maximumSegmentSize = 1_460
      $0.options.timestamps = Timestamps(value: 500, echo: 0)
      $0.options.windowScale = isFull ? 7 : nil
      $0.options.isSACKPermitted = isFull
      if isFull { $0.flags = .syn | .ece | .cwr }
    }
    let stamp = try #require(answer.header.options.timestamps)
    #expect(stamp.echo == 500 && answer.header.options.maximumSegmentSize == 1_460)
    #expect((answer.header.options.windowScale != nil) == isFull)
    #expect(answer.header.options.isSACKPermitted == isFull && answer.flags.contains(.ece) == isFull)
    fixture.now = fixture.now + .milliseconds(3)
    let last = one.segment(.ack) { $0.options.timestamps = Timestamps(value: 501, echo: stamp.value) }
    #expect(fixture.arrive(last) == .processed)
    let handle = try fixture.host.accept(listener)
    let status = try fixture.host.status(handle)
    #expect(status.sendWindow == (isFull ? 128_000 : 1_000) && status.usesECN == isFull)
    #expect(status.segmentSize == 1_448 && status.smoothedRoundTrip == .seconds(0))
    // The clock of the connection is not behind what the SYN-ACK has said.
    _ = try fixture.write(handle, [1])
    let text = try #require(fixture.drain().first)
    let next = try #require(text.header.options.timestamps)
    #expect(next.value &- stamp.value <= 66 && next.echo == 501)
    // A gap is reported where SACK was agreed on.
    let early = one.segment(.ack, sequence: one.sequence + 10, text: [1]) {
      $0.options.timestamps = Timestamps(value: 502, echo: next.value)
    }
    #expect(fixture.arrive(early) == .processed)
    #expect(try #require(fixture.drain().first).header.options.sack.count == (isFull ? 1 : 0))
  }

  @Test("Without timestamps neither scale nor SACK nor ECN is offered") func plain() throws {
    for offers in [true, false] {
      var options = ConnectionOptions()
      options.offersTimestamps = offers
      let (fixture, listener) = try make(options: options)
      var one = peer()
      let answer = try answered(&one, fixture) {
        $0.options.windowScale = 7
        $0.options.isSACKPermitted = true
        $0.flags = .syn | .ece | .cwr
        if !offers { $0.options.timestamps = Timestamps(value: 1, echo: 0) }
      }
      #expect(answer.flags == .syn | .ack && answer.header.options.windowScale == nil)
      #expect(!answer.header.options.isSACKPermitted && answer.header.options.timestamps == nil)
      one.window = 1_000
      #expect(fixture.arrive(one.segment(.ack)) == .processed)
      #expect(try fixture.host.status(try fixture.host.accept(listener)).sendWindow == 1_000)
    }
  }

  /// The peer's and our windows would be read with other shifts than they were written with.
  @Test("Timestamps that are left out, or come from nowhere, are no cookie") func strippedTimestamps() throws
  {
    let (fixture, _) = try make()
    var with = peer(6_000)
    var without = peer(7_000)
    let answer = try answered(&with, fixture) { $0.options.timestamps = Timestamps(value: 5, echo: 0) }
    _ = try answered(&without, fixture)
    let stamp = try #require(answer.header.options.timestamps)
    #expect(fixture.arrive(with.segment(.ack)) == .badCookie)
    let added = without.segment(.ack) { $0.options.timestamps = Timestamps(value: 5, echo: stamp.value) }
    #expect(fixture.arrive(added) == .badCookie)
    let right = with.segment(.ack) { $0.options.timestamps = Timestamps(value: 6, echo: stamp.value) }
    #expect(fixture.arrive(right) == .processed)
    #expect(fixture.arrive(without.segment(.ack)) == .processed)
    #expect(fixture.host.counters[.badCookie] == 2 && fixture.drain().isEmpty)
  }

  @Test("IPv6 as well") func ipv6() throws {
    let (fixture, listener) = try make()
    var one = HandPeer(.near6(2, 6_000), to: .near6(1, 80))
    _ = try answered(&one, fixture)
    #expect(fixture.arrive(one.segment(.ack, text: [4])) == .processed)
    let handle = try fixture.host.accept(listener)
    #expect(try fixture.host.status(handle).segmentSize == 1_220)
    #expect(try fixture.read(handle) == [4])
  }
}
