import TCPCore
import TCPTestSupport
import Testing

@Suite("What is due") struct ExpireTests {
  /// A budget may run out while a timer is only moved nearer; then it is not done yet.
  @Test("expire says that more is due until nothing is", arguments: [1, 2, 3, 64]) func budget(budget: Int)
    throws
  {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    for port in 0..<4 {
      #expect(
        fixture.arrive(HandPeer(.near(2, 6_000 + UInt16(port)), to: .near(1, 80)).segment(.syn)) == .processed
      )
      fixture.now = fixture.now + .milliseconds(777)
    }
    fixture.now = fixture.now + .seconds(100)
    var calls = 0
    while fixture.host.expire(at: fixture.now, budget: budget), calls < 1_000 { calls += 1 }
    #expect(calls < 1_000 && fixture.host.occupancy.halfOpen == 0)
    #expect(fixture.host.deadline == nil)
  }

  /// RFC6298-14. The wheel wakes an entry early whose deadline has moved away, for those who never ask for
  /// the deadline.
  @Test("A SYN-ACK that was sent again for another SYN does not leave again early") func earlyWakeUp() throws
  {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    let synchronize = HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(.syn)
    fixture.arrive(synchronize)
    #expect(fixture.drain().count == 1)
    fixture.now = fixture.now + .milliseconds(500)
    fixture.arrive(synchronize)
    #expect(fixture.drain().count == 1)
    for _ in 0..<4 {
      fixture.now = fixture.now + .milliseconds(499)
      fixture.host.expire(at: fixture.now)
      #expect(fixture.drain().isEmpty)
    }
    fixture.now = fixture.now + .milliseconds(4)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.drain().count == 1)
  }

  /// MUST-36. The probe was for text that its acknowledgment has overtaken; new text waits for a probe of its
  /// own.
  @Test("A probe that is due, and no longer needed, does not leave for later text") func neededNoMore() throws
  {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    _ = try fixture.write(handle, [1, 2, 3])
    #expect(fixture.drain().count == 1)
    peer.window = 0
    fixture.arrive(peer.segment(.ack))
    _ = fixture.pass(.seconds(2))  // the time-out sees the shut window, and probes
    let deadline = fixture.host.deadline
    let due = try #require(deadline)
    fixture.now = due
    fixture.host.expire(at: due)
    peer.acknowledgment = peer.acknowledgment + 3
    fixture.arrive(peer.segment(.ack))
    #expect(fixture.drain().isEmpty)
    _ = try fixture.write(handle, [4])
    #expect(fixture.drain().isEmpty)
    let later = fixture.pass(.seconds(2))
    #expect(later.first?.1.text == [], "a probe of its own, not the one that was due before")
  }
}
