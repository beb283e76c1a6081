import TCPCore
import TCPTestSupport
import Testing

/// A handle that was given up is nobody's, also while its connection lives on.
@Suite("Released handles and reused pairs") struct ReleasedHandleTests {
  /// A listener's connection that has been accepted, and its peer.
  private func accepted() throws -> (fixture: HostFixture, listener: Handle, handle: Handle, peer: HandPeer) {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    _ = peer.open(fixture)
    let handle = try fixture.host.accept(listener)
    _ = fixture.events()
    return (fixture, listener, handle, peer)
  }

  @Test("Every call meets a stale handle while the connection still closes")
  func lingering() throws {
    let (fixture, _, handle, _) = try accepted()
    try fixture.host.release(handle, at: fixture.now)
    _ = fixture.drain()
    #expect(fixture.host.occupancy.connections == 1)
    let now = fixture.now
    #expect(fixture.error { host throws(CallError) in _ = try host.accept(handle) } == .staleHandle)
    #expect(fixture.error { host throws(CallError) in try host.close(handle, at: now) } == .staleHandle)
    #expect(fixture.error { host throws(CallError) in try host.abort(handle, at: now) } == .staleHandle)
    #expect(fixture.error { host throws(CallError) in _ = try host.status(handle) } == .staleHandle)
  }

  @Test("Nobody is reported of a released connection")
  func silence() throws {
    let (fixture, _, handle, _) = try accepted()
    #expect(try fixture.write(handle, [1, 2, 3]) == 3)
    try fixture.host.release(handle, at: fixture.now)
    // The text goes again and again: the user of a held handle would be warned (R1).
    _ = fixture.pass(.seconds(40))
    #expect(fixture.host.counters.timeouts >= 4)
    #expect(fixture.events().isEmpty)
  }

  @Test("A reused pair stays on the interface that has its address")
  func reuse() throws {
    var configuration = HostConfiguration(connections: 2)
    configuration.interfaceCount = 2
    let fixture = try HostFixture(configuration)
    try fixture.host.setInterface(0, mtu: 1_500)
    try fixture.host.setInterface(1, mtu: 576)
    try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    _ = peer.open(fixture)
    let handle = try fixture.host.accept(listener)
    try fixture.host.close(handle, at: fixture.now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    fixture.arrive(peer.segment(.fin | .ack))
    _ = fixture.drain()
    #expect(fixture.state(handle) == .timeWait)
    #expect(fixture.arrive(peer.segment(.syn, sequence: peer.sequence + 100_000), on: 1) == .processed)
    let answer = try #require(fixture.drain().last)
    #expect(answer.flags == .syn | .ack && answer.interface == 0)
    #expect(answer.header.options.maximumSegmentSize == 1_460)
  }
}
