import TCPCore
import Testing

@Suite("What is due") struct ExpireTests {
  /// A budget may run out while a timer is only moved nearer; then it is not done yet.
  @Test("expire says that more is due until nothing is", arguments: [1, 2, 3, 64]) func budget(budget: Int)
    throws
  {
    let box = try HostBox.make()
    _ = try box.host.listen(.near(1, 80))
    for port in 0..<4 {
      #expect(
        box.arrive(HandPeer(.near(2, 6_000 + UInt16(port)), to: .near(1, 80)).segment(.syn)) == .processed)
      box.now = box.now + .milliseconds(777)
    }
    box.now = box.now + .seconds(100)
    var calls = 0
    while box.host.expire(at: box.now, budget: budget), calls < 1_000 { calls += 1 }
    #expect(calls < 1_000 && box.host.occupancy.halfOpen == 0)
    #expect(box.host.deadline == nil)
  }

  /// RFC6298-14. The wheel wakes an entry early whose deadline has moved away, for those who never ask for the deadline.
  @Test("A SYN-ACK that was sent again for another SYN does not leave again early") func earlyWakeUp() throws
  {
    let box = try HostBox.make()
    _ = try box.host.listen(.near(1, 80))
    let synchronize = HandPeer(.near(2, 6_000), to: .near(1, 80)).segment(.syn)
    box.arrive(synchronize)
    #expect(box.drain().count == 1)
    box.now = box.now + .milliseconds(500)
    box.arrive(synchronize)
    #expect(box.drain().count == 1)
    for _ in 0..<4 {
      box.now = box.now + .milliseconds(499)
      box.host.expire(at: box.now)
      #expect(box.drain().isEmpty)
    }
    box.now = box.now + .milliseconds(4)
    box.host.expire(at: box.now)
    #expect(box.drain().count == 1)
  }

  /// MUST-36. The probe was for text that its acknowledgment has overtaken; new text waits for a probe of its own.
  @Test("A probe that is due, and no longer needed, does not leave for later text") func neededNoMore() throws
  {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(box) != nil)
    let handle = try box.host.accept(listener)
    _ = try box.write(handle, [1, 2, 3])
    #expect(box.drain().count == 1)
    peer.window = 0
    box.arrive(peer.segment(.ack))
    _ = box.pass(.seconds(2))  // the time-out sees the shut window, and probes
    let deadline = box.host.deadline
    let due = try #require(deadline)
    box.now = due
    box.host.expire(at: due)
    peer.acknowledgment = peer.acknowledgment + 3
    box.arrive(peer.segment(.ack))
    #expect(box.drain().isEmpty)
    _ = try box.write(handle, [4])
    #expect(box.drain().isEmpty)
    let later = box.pass(.seconds(2))
    #expect(later.first?.1.text == [], "a probe of its own, not the one that was due before")
  }
}
