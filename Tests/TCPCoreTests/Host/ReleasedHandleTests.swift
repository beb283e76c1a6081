import TCPCore
import Testing

/// A handle that was given up is nobody's, also while its connection lives on.
@Suite("Released handles and reused pairs") struct ReleasedHandleTests {
  /// A listener's connection that has been accepted, and its peer.
  private func accepted() throws -> (box: HostBox, listener: Handle, handle: Handle, peer: HandPeer) {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    _ = peer.open(box)
    let handle = try box.host.accept(listener)
    _ = box.events()
    return (box, listener, handle, peer)
  }

  @Test("Every call meets a stale handle while the connection still closes")
  func lingering() throws {
    let (box, _, handle, _) = try accepted()
    try box.host.release(handle, at: box.now)
    _ = box.drain()
    #expect(box.host.occupancy.connections == 1)
    let now = box.now
    #expect(box.error { host throws(CallError) in _ = try host.accept(handle) } == .staleHandle)
    #expect(box.error { host throws(CallError) in try host.close(handle, at: now) } == .staleHandle)
    #expect(box.error { host throws(CallError) in try host.abort(handle, at: now) } == .staleHandle)
    #expect(box.error { host throws(CallError) in _ = try host.status(handle) } == .staleHandle)
  }

  @Test("Nobody is told of a released connection")
  func silence() throws {
    let (box, _, handle, _) = try accepted()
    #expect(try box.write(handle, [1, 2, 3]) == 3)
    try box.host.release(handle, at: box.now)
    // The text goes again and again: the user of a held handle would be warned (R1).
    _ = box.pass(.seconds(40))
    #expect(box.host.counters.timeouts >= 4)
    #expect(box.events().isEmpty)
  }

  @Test("A pair that is used anew stays on the interface that has its address")
  func reuse() throws {
    var configuration = HostConfiguration(connections: 2)
    configuration.interfaceCount = 2
    let box = try HostBox(configuration)
    try box.host.setInterface(0, mtu: 1_500)
    try box.host.setInterface(1, mtu: 576)
    try box.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
    let listener = try box.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    _ = peer.open(box)
    let handle = try box.host.accept(listener)
    try box.host.close(handle, at: box.now)
    _ = box.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    box.arrive(peer.segment(.fin | .ack))
    _ = box.drain()
    #expect(box.state(handle) == .timeWait)
    #expect(box.arrive(peer.segment(.syn, sequence: peer.sequence + 100_000), on: 1) == .processed)
    let answer = try #require(box.drain().last)
    #expect(answer.flags == .syn | .ack && answer.interface == 0)
    #expect(answer.header.options.maximumSegmentSize == 1_460)
  }
}
