import TCPCore
import TCPTestSupport
import Testing

@Suite("Who has something to send") struct ReadyListTests {
  @Test("However many have nothing after all, the one that has is found") func behindMany() throws {
    var configuration = HostConfiguration(connections: 101, sendCapacity: 64, receiveCapacity: 64)
    configuration.halfOpenCapacity = 2
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80))
    var peers: [HandPeer] = []
    var handles: [Handle] = []
    for number in 0..<101 {
      var peer = HandPeer(.near(2, UInt16(6_000 + number)), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
      peers.append(peer)
      handles.append(try fixture.host.accept(listener))
    }
    // One octet is in flight, and another waits for its acknowledgment, as Nagle's rule wants it.
    for handle in handles.dropLast() { _ = try fixture.write(handle, [1]) }
    #expect(fixture.drain().count == 100)
    for handle in handles.dropLast() { _ = try fixture.write(handle, [2]) }
    // The last has a FIN to acknowledge.
    fixture.arrive(peers[100].segment(.ack | .fin))
    #expect(fixture.drain().count == 1)
    #expect(fixture.host.deadline.map { $0 > fixture.now } == true)
  }
}
