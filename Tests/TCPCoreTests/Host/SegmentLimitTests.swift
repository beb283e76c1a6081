import TCPCore
import TCPTestSupport
import Testing

/// The option that bounds what a segment of ours carries.
@Suite("The user's limit on the size of segments") struct SegmentLimitTests {
  /// The segment sizes of a host that listens, with the given limit, to a peer with an MSS.
  private func sizes(limit: UInt16, peer: UInt16?, mtu: Int = 1_500) throws -> (status: Int, sent: Int) {
    let fixture = try HostFixture.make()
    try fixture.host.setInterface(0, mtu: mtu)
    var options = ConnectionOptions()
    options.maximumSentSegmentSize = limit
    let listener = try fixture.host.listen(.near(1, 80), options: options)
    var hand = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(hand.open(fixture) { $0.options.maximumSegmentSize = peer } != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, Array(repeating: 7, count: 4_000))
    let longest = fixture.drain().map(\.text.count).max() ?? 0
    return (try fixture.host.status(handle).segmentSize, longest)
  }

  @Test("The lowest of limit, peer's MSS and path counts") func lowest() throws {
    for (limit, peer, mtu, wanted) in [
      (0, 1_400, 1_500, 1_400), (1_000, 1_400, 1_500, 1_000), (64, 1_400, 1_500, 64),
      (1_400, 600, 1_500, 600), (1_250, 1_400, 1_280, 1_240), (65_535, 1_400, 1_500, 1_400),
    ] as [(UInt16, UInt16, Int, Int)] {
      let found = try sizes(limit: limit, peer: peer, mtu: mtu)
      #expect(found.status == wanted && found.sent == wanted, "limit \(limit), peer \(peer), MTU \(mtu)")
    }
    #expect(try sizes(limit: 1_000, peer: nil).sent == 536, "MUST-15: a peer without the option")
    #expect(try sizes(limit: 100, peer: nil).sent == 100)
  }

  @Test("It holds for who connects, and counts what timestamps take") func active() throws {
    var pair = try HostPair()
    let listener = try pair.right.host.listen(.near(2, 80))
    var options = ConnectionOptions()
    options.maximumSentSegmentSize = 512
    let (left, right) = try pair.connect(to: 80, listener: listener, options: options)
    #expect(try pair.left.host.status(left).segmentSize == 500)
    #expect(try pair.right.host.status(right).segmentSize == 1_448, "our MSS as advertised is another matter")
  }

  @Test("A limit below the minimum is refused, and nothing changes") func refused() throws {
    let fixture = try HostFixture.make()
    let handle = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    let before = fixture.host.digest
    for limit: UInt16 in [1, 12, 63] {
      var options = ConnectionOptions()
      options.maximumSentSegmentSize = limit
      #expect(throws: CallError.invalidArgument) {
        try fixture.host.listen(.near(1, 80), options: options)
      }
      #expect(throws: CallError.invalidArgument) {
        try fixture.host.connect(to: .near(3, 80), options: options, at: fixture.now)
      }
      #expect(throws: CallError.invalidArgument) {
        try fixture.host.setOptions(handle, options, at: fixture.now)
      }
    }
    #expect(fixture.host.digest == before)
  }

  @Test("A change after the handshake does nothing") func late() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var hand = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(hand.open(fixture) { $0.options.maximumSegmentSize = 1_400 } != nil)
    let handle = try fixture.host.accept(listener)
    var options = try fixture.host.options(handle)
    options.maximumSentSegmentSize = 100
    try fixture.host.setOptions(handle, options, at: fixture.now)
    #expect(try fixture.host.options(handle).maximumSentSegmentSize == 100)
    #expect(try fixture.host.status(handle).segmentSize == 1_400)
  }
}
