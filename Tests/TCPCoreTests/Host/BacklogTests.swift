import TCPCore
import TCPTestSupport
import Testing

@Suite("The backlog") struct BacklogTests {
  /// The oldest half-open entries may all be another listener's: then none of this one's gives way.
  @Test("A listener never has more handshakes open than its backlog")
  func bound() throws {
    var configuration = HostConfiguration(connections: 2)
    configuration.halfOpenCapacity = 32
    configuration.synCookies = .never
    let fixture = try HostFixture.make(1, configuration)
    _ = try fixture.host.listen(.near(1, 80), backlog: 20)
    _ = try fixture.host.listen(.near(1, 81), backlog: 1)
    for port in 0..<17 {
      #expect(
        fixture.arrive(HandPeer(.near(2, 6_000 + UInt16(port)), to: .near(1, 80)).segment(.syn)) == .processed
      )
    }
    #expect(fixture.arrive(HandPeer(.near(2, 7_000), to: .near(1, 81)).segment(.syn)) == .processed)
    #expect(fixture.arrive(HandPeer(.near(2, 7_001), to: .near(1, 81)).segment(.syn)) == .backlogFull)
    #expect(fixture.host.occupancy.halfOpen == 18)
  }
}
