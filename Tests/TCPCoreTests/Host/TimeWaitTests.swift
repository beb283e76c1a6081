import TCPCore
import Testing

@Suite("Segments for a pair that rests")
struct TimeWaitTests {
  private let listenerPort: UInt16 = 80

  /// A box whose only connection rests, and the peer with the numbers that come next.
  private func resting(timestamps: Bool) throws -> (box: HostBox, handle: Handle, peer: HandPeer, last: Seen)
  {
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, listenerPort))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, listenerPort))
    let stamp = { (header: inout SegmentHeader) in
      if timestamps { header.options.timestamps = Timestamps(value: 500, echo: 0) }
    }
    box.arrive(peer.segment(.syn, stamp))
    peer.acknowledgment = try #require(box.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    box.arrive(peer.segment(.ack, stamp))
    let handle = try box.host.accept(listener)
    try box.host.close(handle, at: box.now)
    _ = box.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    #expect(box.arrive(peer.segment(.fin | .ack, stamp)) == .processed)
    peer.sequence = peer.sequence + 1
    let last = try #require(box.drain().last)
    #expect(box.state(handle) == .timeWait && last.header.acknowledgment == peer.sequence)
    return (box, handle, peer, last)
  }

  /// RFC1337-1: a reset does not cut the rest short.
  @Test("Resets are ignored", arguments: [false, true])
  func reset(timestamps: Bool) throws {
    let (box, handle, peer, _) = try resting(timestamps: timestamps)
    for offset in [-1, 0, 1, 100] {
      #expect(box.arrive(peer.segment(.rst | .ack, sequence: peer.sequence + offset)) == .ignoredInTimeWait)
    }
    #expect(box.drain().isEmpty && box.state(handle) == .timeWait)
  }

  /// ROB-268, EV-SEG-TIME-WAIT-22: the peer's FIN again is acknowledged every time, and 2 MSL begin anew.
  @Test("The FIN comes again")
  func finish() throws {
    let (box, handle, peer, last) = try resting(timestamps: false)
    for _ in 0..<30 {
      _ = box.pass(.seconds(200))
      #expect(box.arrive(peer.segment(.fin | .ack, sequence: peer.sequence - 1)) == .processed)
      let answers = box.drain()
      #expect(answers.count == 1 && answers[0].flags == .ack)
      #expect(answers.first?.header.acknowledgment == last.header.acknowledgment)
      #expect(answers.first?.header.sequence == last.header.sequence)
    }
    _ = box.pass(.seconds(239))
    #expect(box.state(handle) == .timeWait)
    _ = box.pass(.seconds(2))
    #expect(box.state(handle) == .closed)
  }

  @Test("The rest goes on where a new SYN finds no place among the handshakes")
  func noPlace() throws {
    let (box, handle, peer, _) = try resting(timestamps: false)
    var outcome = ArrivalOutcome.processed
    for port in UInt16(7_000)..<7_100 where outcome == .processed {
      outcome = box.arrive(HandPeer(.near(2, port), to: .near(1, listenerPort)).segment(.syn))
    }
    #expect(outcome == .backlogFull)
    #expect(box.arrive(peer.segment(.syn, sequence: peer.sequence + 1)) == .synchronizeChallenged)
    #expect(box.state(handle) == .timeWait)
  }

  /// RFC6191-1...4, RFC6191-6, SHLD-4, MAY-2: the table of RFC 6191 section 2.
  @Test("A new SYN", arguments: [false, true])
  func synchronize(timestamps: Bool) throws {
    for stamp in [nil, UInt32(499), 500, 501] {
      for offset in [-1, 0, 1, 1_000_000] {
        let (box, handle, peer, last) = try resting(timestamps: timestamps)
        let outcome = box.arrive(
          peer.segment(.syn, sequence: peer.sequence + offset) { header in
            if let stamp { header.options.timestamps = Timestamps(value: stamp, echo: 0) }
          })
        let isBeyond = offset > 0
        let mayOpen: Bool
        switch (timestamps, stamp) {
        case (true, let stamp?) where stamp > 500: mayOpen = true
        case (true, let stamp?) where stamp < 500: mayOpen = false
        case (true, _), (false, nil): mayOpen = isBeyond
        case (false, _): mayOpen = true
        }
        let place = "timestamps \(timestamps), stamp \(String(describing: stamp)), offset \(offset)"
        try demand(outcome == (mayOpen ? .processed : .synchronizeChallenged), "\(outcome): \(place)")
        let answers = box.drain()
        try demand(answers.map(\.flags) == [mayOpen ? .syn | .ack : .ack], place)
        try demand(box.host.occupancy.halfOpen == (mayOpen ? 1 : 0), place)
        if mayOpen {
          // ROB-093: beyond the old connection's numbers.
          try demand(answers[0].header.sequence > last.header.sequence, place)
          try demand(box.state(handle) == .closed, place)
        } else {
          try demand(answers[0].header.acknowledgment == last.header.acknowledgment, place)
        }
      }
    }
  }

  @Test("A new SYN where nobody listens any more is challenged, and nothing ends")
  func noListener() throws {
    let (box, handle, peer, _) = try resting(timestamps: false)
    var cursor = 0
    while let other = box.host.nextHandle(&cursor) {
      if other != handle { try box.host.close(other, at: box.now) }
    }
    #expect(box.arrive(peer.segment(.syn, sequence: peer.sequence + 5)) == .synchronizeChallenged)
    #expect(box.drain().map(\.flags) == [.ack] && box.state(handle) == .timeWait)
  }

  /// RFC5961-THR-1, CVE-19: answers to empty segments are counted, so that two confused ends fall silent.
  @Test("Challenges are throttled")
  func throttle() throws {
    let (box, _, peer, _) = try resting(timestamps: false)
    var answers = 0
    for _ in 0..<100 {
      box.arrive(peer.segment(.ack, acknowledgment: peer.acknowledgment + 7))
      answers += box.drain().count
    }
    #expect(answers == 10 && box.host.counters.challengesThrottled == 90)
    _ = box.pass(.seconds(5))
    box.arrive(peer.segment(.ack, acknowledgment: peer.acknowledgment + 7))
    #expect(box.drain().count == 1)
  }

  /// EV-ABORT-TIME-WAIT-1: the pair is free at once.
  @Test("ABORT ends the rest")
  func abort() throws {
    let (box, handle, _, _) = try resting(timestamps: false)
    try box.host.abort(handle, at: box.now)
    #expect(box.host.occupancy.timeWait == 0 && box.state(handle) == .closed && box.drain().isEmpty)
  }

  @Test("A released handle frees its slot while the pair rests on")
  func release() throws {
    let (box, handle, peer, _) = try resting(timestamps: false)
    try box.host.release(handle, at: box.now)
    #expect(box.host.occupancy == (0, 0, 1, 1))
    #expect(box.arrive(peer.segment(.fin | .ack, sequence: peer.sequence - 1)) == .processed)
    #expect(box.drain().map(\.flags) == [.ack])
    _ = box.pass(.seconds(241))
    #expect(box.host.occupancy == (0, 0, 0, 1) && box.host.deadline == nil)
  }
}
