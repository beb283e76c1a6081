import TCPCore
import TCPTestSupport
import Testing

@Suite("The digest") struct DigestTests {
  /// The digest of a host with one connection, and text in every place that text can be in.
  private func digest(unread: UInt8 = 1, early: UInt8 = 2, unsent: UInt8 = 3) throws -> UInt64 {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    fixture.arrive(peer.segment(.ack, text: [9, unread]))
    fixture.arrive(peer.segment(.ack, sequence: peer.sequence + 5, text: [9, early]))
    _ = fixture.drain()
    _ = try fixture.write(handle, [9, unsent])
    return fixture.host.digest
  }

  @Test("One octet that differs, wherever it waits, is another digest") func octets() throws {
    let digests = try [digest(), digest(unread: 8), digest(early: 8), digest(unsent: 8)]
    #expect(Set(digests).count == digests.count)
    #expect(try digest() == digest())
  }

  /// Two entries in TIME-WAIT: both hosts have answered alike, and in one of them the second answer still
  /// waits.
  @Test("An answer that is still owed is another digest") func owed() throws {
    var digests: [UInt64] = []
    for isDrained in [false, true] {
      let fixture = try HostFixture.make()
      let peers = [try inTimeWait(fixture, 6_000), try inTimeWait(fixture, 6_001)]
      for peer in peers { fixture.arrive(peer.segment(.ack | .fin)) }
      if isDrained { _ = fixture.drain() }
      fixture.arrive(peers[0].segment(.ack | .fin))
      digests.append(fixture.host.digest)
    }
    #expect(digests[0] != digests[1])
  }

  /// A connection that both sides have closed, and nobody holds; its peer, whose next segment is its FIN
  /// again.
  private func inTimeWait(_ fixture: HostFixture, _ port: UInt16) throws -> HandPeer {
    let now = fixture.now
    let listener = try fixture.host.listen(.near(1, port))
    var peer = HandPeer(.near(2, port), to: .near(1, port))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    try fixture.host.close(handle, at: now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    fixture.arrive(peer.segment(.ack | .fin))
    try fixture.host.release(handle, at: now)
    _ = fixture.drain()
    return peer
  }
}
