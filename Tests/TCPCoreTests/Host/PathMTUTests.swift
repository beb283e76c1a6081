import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// What a connection makes of the sizes that routers tell it, against a model in a few lines.
@Suite("The path MTU") struct PathMTUTests {
  /// RFC 1191 section 7.
  private func plateau(below count: Int) -> Int {
    [32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508].first { $0 < count } ?? 296
  }

  private func configuration(lowest: Int) -> HostConfiguration {
    var configuration = HostConfiguration(connections: 4)
    configuration.minimumPathMTU = lowest
    return configuration
  }

  /// RFC1191-1...3, RFC1191-6, RFC8201-1: it only falls, never below the minimum, and only a real change
  /// counts.
  @Test("Any sequence of sizes in any state", arguments: StateFixture.all)
  func sequences(state: ConnectionState, isIPv4: Bool) throws {
    guard ![.finWait2, .timeWait, .closed].contains(state) else { return }
    var random = SplitMix64(seed: UInt64(state.rawValue) + (isIPv4 ? 100 : 200))
    for minimum in [0, 68, 100, 296, 552, 1_400] {
      let setup = try StateFixture(state, isIPv4: isIPv4, configuration(lowest: minimum))
      let lowest = isIPv4 ? max(minimum, 68) : 1_280
      let headers = isIPv4 ? 40 : 60
      // Before the peer has reported its MSS, the default counts; the peers of the setup send 1,400, or
      // nothing.
      let isBeforeMSS = state == .synSent || state == .synReceived
      let most = !isBeforeMSS ? 1_400 : isIPv4 ? 536 : 1_220
      let usesTimestamps = state == .synSent
      var path = 65_535
      var reductions: UInt64 = 0
      for mtu in [1_500, 1_501, 65_535, 0, 1].shuffled(using: &random)
        + (0..<12).map({ _ in random.within(0...1_600) })
      {
        let reported = isIPv4 && mtu == 0 ? plateau(below: setup.flight.bytes.count) : mtu
        let size = max(reported, lowest)
        if size < 1_500 && size < path {
          path = size
          reductions += 1
        }
        #expect(
          setup.fixture.arrive(setup.error(isIPv4 ? 3 : 2, isIPv4 ? 4 : 0, mtu: UInt32(mtu))) == .processed)
        let status = try setup.fixture.host.status(setup.handle)
        let expected = min(most, min(path, 1_500) - headers) - (usesTimestamps ? 12 : 0)
        #expect(status.segmentSize == expected, "mtu \(mtu), lowest \(lowest)")
        #expect(status.state == state && status.softError == .none)
        #expect(setup.fixture.host.counters.pathMTUReductions == reductions, "mtu \(mtu), lowest \(lowest)")
        #expect(setup.fixture.events().isEmpty)
      }
    }
  }

  /// RFC1191-7, RFC5681-6: as many segments as before, each shorter; what was too long goes again at once
  /// (ROB-030).
  @Test("The congestion window keeps its count of segments", arguments: [true, false])
  func window(isIPv4: Bool) throws {
    let setup = try StateFixture(.established, isIPv4: isIPv4)
    let before = try setup.fixture.host.status(setup.handle)
    setup.fixture.arrive(setup.error(isIPv4 ? 3 : 2, isIPv4 ? 4 : 0, mtu: 1_300))
    let after = try setup.fixture.host.status(setup.handle)
    #expect(after.segmentSize == (isIPv4 ? 1_260 : 1_240))
    #expect(after.congestionWindow == before.congestionWindow / before.segmentSize * after.segmentSize)
    #expect(after.slowStartThreshold == before.slowStartThreshold)
    #expect(setup.fixture.drain().map(\.header.sequence) == [setup.flight.header.sequence])
    // Nothing shorter: nothing leaves.
    setup.fixture.arrive(setup.error(isIPv4 ? 3 : 2, isIPv4 ? 4 : 0, mtu: 1_300))
    #expect(setup.fixture.drain().isEmpty)
  }

  /// While probes guard what is in flight, they go on doing so (ROB-087).
  @Test("A shut window stays shut")
  func shutWindow() throws {
    var setup = try StateFixture(.established, isIPv4: true)
    setup.peer.window = 0
    setup.fixture.arrive(setup.peer.segment(.ack))
    _ = setup.fixture.pass(.seconds(2))
    let before = try setup.fixture.host.status(setup.handle)
    #expect(before.sendWindow == 0 && before.bytesInFlight > 0)
    #expect(setup.fixture.arrive(setup.error(3, 4, mtu: 400)) == .processed)
    #expect(try setup.fixture.host.status(setup.handle).segmentSize == 360)
    #expect(setup.fixture.drain().isEmpty)
  }

  /// What is learned of the path before the handshake is over holds behind it.
  @Test("A size that is reported in SYN-SENT is remembered", arguments: [true, false])
  func synSent(isIPv4: Bool) throws {
    var setup = try StateFixture(.synSent, isIPv4: isIPv4)
    let mtu: UInt32 = isIPv4 ? 700 : 1_290
    #expect(setup.fixture.arrive(setup.error(isIPv4 ? 3 : 2, isIPv4 ? 4 : 0, mtu: mtu)) == .processed)
    #expect(setup.fixture.host.counters.pathMTUReductions == 1)
    setup.fixture.arrive(setup.peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_460 })
    setup.peer.sequence = setup.peer.sequence + 1
    #expect(try setup.fixture.host.status(setup.handle).segmentSize == Int(mtu) - (isIPv4 ? 40 : 60))
    // The peer learns what our interface takes, whatever the path does (RFC 6691).
    #expect(setup.flight.header.options.maximumSegmentSize == (isIPv4 ? 1_460 : 1_440))
  }

  @Test("No code of a packet too big means anything else", arguments: [0, 1, 255] as [UInt8])
  func codes(code: UInt8) throws {
    let setup = try StateFixture(.established, isIPv4: false)
    #expect(setup.fixture.arrive(setup.error(2, code, mtu: 1_300)) == .processed)
    #expect(try setup.fixture.host.status(setup.handle).segmentSize == 1_240)
  }

  /// RFC8201-1: the plateaus are those of IPv4 routers; over IPv6 a size of 0 is below the least one, as any
  /// small one.
  @Test("A long datagram over IPv6 and a size of nothing", arguments: [0, 1, 1_279, 1_280] as [UInt32])
  func noPlateaus(mtu: UInt32) throws {
    let fixture = try HostFixture.make()
    try fixture.host.setInterface(0, mtu: 9_000)
    let listener = try fixture.host.listen(.near6(1, 80))
    var peer = HandPeer(.near6(2, 6_000), to: .near6(1, 80))
    #expect(peer.open(fixture) { $0.options.maximumSegmentSize = 8_940 } != nil)
    let handle = try fixture.host.accept(listener)
    #expect(try fixture.write(handle, [UInt8](repeating: 1, count: 4_500)) > 2_100)
    let seen = try #require(fixture.drain().first)
    #expect(seen.bytes.count > 2_100)
    #expect(fixture.arrive(routerMessage(2, 0, mtu: mtu, quoting: seen.bytes)) == .processed)
    #expect(try fixture.host.status(handle).segmentSize == 1_220)
  }
}
