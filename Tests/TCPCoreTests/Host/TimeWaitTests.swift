import TCPCore
import TCPTestSupport
import Testing

@Suite("Segments for a pair in TIME-WAIT")
struct TimeWaitTests {
  private let listenerPort: UInt16 = 80

  /// A fixture whose only connection is in TIME-WAIT, and the peer with the numbers that come next.
  private func inTimeWait(
    timestamps: Bool, options: ConnectionOptions = ConnectionOptions()
  ) throws -> (fixture: HostFixture, handle: Handle, peer: HandPeer, last: Seen) {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, listenerPort), options: options)
    var peer = HandPeer(.near(2, 6_000), to: .near(1, listenerPort))
    let stamp = { (header: inout SegmentHeader) in
      if timestamps { header.options.timestamps = Timestamps(value: 500, echo: 0) }
    }
    fixture.arrive(peer.segment(.syn, stamp))
    peer.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    fixture.arrive(peer.segment(.ack, stamp))
    let handle = try fixture.host.accept(listener)
    try fixture.host.close(handle, at: fixture.now)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 1
    #expect(fixture.arrive(peer.segment(.fin | .ack, stamp)) == .processed)
    peer.sequence = peer.sequence + 1
    let last = try #require(fixture.drain().last)
    #expect(fixture.state(handle) == .timeWait && last.header.acknowledgment == peer.sequence)
    return (fixture, handle, peer, last)
  }

  /// RFC1337-1: a reset does not cut the rest short.
  @Test("Resets are ignored", arguments: [false, true])
  func reset(timestamps: Bool) throws {
    let (fixture, handle, peer, _) = try inTimeWait(timestamps: timestamps)
    for offset in [-1, 0, 1, 100] {
      #expect(
        fixture.arrive(peer.segment(.rst | .ack, sequence: peer.sequence + offset)) == .ignoredInTimeWait)
    }
    #expect(fixture.drain().isEmpty && fixture.state(handle) == .timeWait)
  }

  /// RFC7323-TS-7, EV-SEG-TIME-WAIT-1: as on any connection, only where the user insists on them.
  @Test("A segment without the timestamps that were agreed on", arguments: [false, true])
  func missingTimestamps(isRequired: Bool) throws {
    var options = ConnectionOptions()
    options.requiresTimestamps = isRequired
    let (fixture, _, peer, _) = try inTimeWait(timestamps: true, options: options)
    let outcome = fixture.arrive(peer.segment(.ack, sequence: peer.sequence - 1))
    #expect(outcome == (isRequired ? .missingTimestamp : .outsideWindow))
    #expect(fixture.drain().count == (isRequired ? 0 : 1))
  }

  /// ROB-268, EV-SEG-TIME-WAIT-22: the peer's FIN again is acknowledged every time, and 2 MSL start again.
  @Test("The FIN comes again")
  func finish() throws {
    let (fixture, handle, peer, last) = try inTimeWait(timestamps: false)
    for _ in 0..<30 {
      _ = fixture.pass(.seconds(200))
      #expect(fixture.arrive(peer.segment(.fin | .ack, sequence: peer.sequence - 1)) == .processed)
      let answers = fixture.drain()
      #expect(answers.count == 1 && answers[0].flags == .ack)
      #expect(answers.first?.header.acknowledgment == last.header.acknowledgment)
      #expect(answers.first?.header.sequence == last.header.sequence)
    }
    _ = fixture.pass(.seconds(239))
    #expect(fixture.state(handle) == .timeWait)
    _ = fixture.pass(.seconds(2))
    #expect(fixture.state(handle) == .closed)
  }

  @Test("TIME-WAIT continues when a new SYN finds the table of handshakes full")
  func noPlace() throws {
    let (fixture, handle, peer, _) = try inTimeWait(timestamps: false)
    var outcome = ArrivalOutcome.processed
    for port in UInt16(7_000)..<7_100 where outcome == .processed {
      outcome = fixture.arrive(HandPeer(.near(2, port), to: .near(1, listenerPort)).segment(.syn))
    }
    #expect(outcome == .backlogFull)
    #expect(fixture.arrive(peer.segment(.syn, sequence: peer.sequence + 1)) == .synChallenged)
    #expect(fixture.state(handle) == .timeWait)
  }

  /// RFC6191-1...4, RFC6191-6, SHLD-4, MAY-2: the table of RFC 6191 section 2.
  @Test("A new SYN", arguments: [false, true])
  func synchronize(timestamps: Bool) throws {
    for stamp in [nil, UInt32(499), 500, 501] {
      for offset in [-1, 0, 1, 1_000_000] {
        let (fixture, handle, peer, last) = try inTimeWait(timestamps: timestamps)
        let outcome = fixture.arrive(
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
        try demand(outcome == (mayOpen ? .processed : .synChallenged), "\(outcome): \(place)")
        let answers = fixture.drain()
        try demand(answers.map(\.flags) == [mayOpen ? .syn | .ack : .ack], place)
        try demand(fixture.host.occupancy.halfOpen == (mayOpen ? 1 : 0), place)
        if mayOpen {
          // ROB-093: beyond the old connection's numbers.
          try demand(answers[0].header.sequence > last.header.sequence, place)
          try demand(fixture.state(handle) == .closed, place)
        } else {
          try demand(answers[0].header.acknowledgment == last.header.acknowledgment, place)
        }
      }
    }
  }

  @Test("A new SYN where nobody listens any more is challenged, and nothing ends")
  func noListener() throws {
    let (fixture, handle, peer, _) = try inTimeWait(timestamps: false)
    var cursor = 0
    while let other = fixture.host.nextHandle(&cursor) {
      if other != handle { try fixture.host.close(other, at: fixture.now) }
    }
    #expect(fixture.arrive(peer.segment(.syn, sequence: peer.sequence + 5)) == .synChallenged)
    #expect(fixture.drain().map(\.flags) == [.ack] && fixture.state(handle) == .timeWait)
  }

  /// RFC5961-THR-1, CVE-19: answers to empty segments are counted, so that two confused ends fall silent.
  @Test("Challenges are throttled")
  func throttle() throws {
    let (fixture, _, peer, _) = try inTimeWait(timestamps: false)
    var answers = 0
    for _ in 0..<100 {
      fixture.arrive(peer.segment(.ack, acknowledgment: peer.acknowledgment + 7))
      answers += fixture.drain().count
    }
    #expect(answers == 10 && fixture.host.counters.challengesThrottled == 90)
    _ = fixture.pass(.seconds(5))
    fixture.arrive(peer.segment(.ack, acknowledgment: peer.acknowledgment + 7))
    #expect(fixture.drain().count == 1)
  }

  /// EV-ABORT-TIME-WAIT-1: the pair is free at once.
  @Test("ABORT ends the rest")
  func abort() throws {
    let (fixture, handle, _, _) = try inTimeWait(timestamps: false)
    try fixture.host.abort(handle, at: fixture.now)
    #expect(
      fixture.host.occupancy.timeWait == 0 && fixture.state(handle) == .closed && fixture.drain().isEmpty)
  }

  @Test("A released handle frees its slot while the pair stays in TIME-WAIT")
  func release() throws {
    let (fixture, handle, peer, _) = try inTimeWait(timestamps: false)
    try fixture.host.release(handle, at: fixture.now)
    #expect(fixture.host.occupancy == (0, 0, 1, 1))
    #expect(fixture.arrive(peer.segment(.fin | .ack, sequence: peer.sequence - 1)) == .processed)
    #expect(fixture.drain().map(\.flags) == [.ack])
    _ = fixture.pass(.seconds(241))
    #expect(fixture.host.occupancy == (0, 0, 0, 1) && fixture.host.deadline == nil)
  }
}
