import TCPCore
import TCPTestSupport
import Testing

/// Counters so narrow that a test can count them to their end.
@Suite("Counters near their edges: the narrow ones") struct NarrowCounterTests {
  private func listening(
    _ options: ConnectionOptions = ConnectionOptions(),
    _ change: (inout HostConfiguration) -> Void = { _ in }
  ) throws -> (fixture: HostFixture, listener: Handle, peer: HandPeer) {
    var configuration = HostConfiguration(connections: 1)
    change(&configuration)
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80), options: options)
    return (fixture, listener, HandPeer(.near(2, 6_000), to: .near(1, 80)))
  }

  @Test("A SYN that comes 600 times is answered as often, and the entry waits no shorter for it")
  func repeatedSynchronize() throws {
    var (fixture, listener, peer) = try listening()
    for number in 0..<600 {
      fixture.arrive(peer.segment(.syn))
      let answers = fixture.drain()
      #expect(answers.map(\.flags) == [.syn | .ack], "SYN \(number)")
      // RFC6298-14: a minute from the seventh time on; what ends before is the entry, after 63 s.
      if number >= 6 { #expect(fixture.host.deadline == fixture.now + .seconds(60), "SYN \(number)") }
      guard let answer = answers.first else { return }
      peer.acknowledgment = answer.header.sequence + 1
    }
    peer.sequence = peer.sequence + 1
    fixture.arrive(peer.segment(.ack))
    #expect(fixture.state(try fixture.host.accept(listener)) == .established)
    #expect(fixture.host.counters.segmentsRetransmitted == 599)
  }

  @Test("A half-open entry challenges 255 times where that is the limit, and never again")
  func halfOpenChallenges() throws {
    let (fixture, _, peer) = try listening { $0.challengeLimit = 255 }
    fixture.arrive(peer.segment(.syn))
    _ = fixture.drain()
    var answers = 0
    for _ in 0..<600 {
      #expect(fixture.arrive(peer.segment(.ack, sequence: peer.sequence - 9)) == .outsideWindow)
      answers += fixture.drain().count
    }
    #expect(answers == 255)
    #expect(fixture.host.counters.challengesThrottled == 345)
  }

  /// The time of the latest SYN-ACK counts 65,535 steps of 1,024 us from the first: 67 seconds.
  @Test(
    "A SYN-ACK that is retransmitted after 67 s and more still gives a round trip", arguments: [66, 68, 140])
  func lateSynchronize(seconds: Int) throws {
    var (fixture, listener, peer) = try listening { $0.halfOpenLifetime = .seconds(600) }
    func stamp(_ echo: UInt32) -> (inout SegmentHeader) -> Void {
      { $0.options.timestamps = Timestamps(value: 7, echo: echo) }
    }
    fixture.arrive(peer.segment(.syn, stamp(0)))
    _ = fixture.pass(.seconds(seconds))
    fixture.arrive(peer.segment(.syn, stamp(0)))
    let answer = try #require(fixture.drain().last)
    fixture.now = fixture.now + .milliseconds(30)
    peer.sequence = peer.sequence + 1
    peer.acknowledgment = answer.header.sequence + 1
    fixture.arrive(peer.segment(.ack, stamp(try #require(answer.header.options.timestamps).value)))
    let status = try fixture.host.status(try fixture.host.accept(listener))
    let trip = status.smoothedRoundTrip.microseconds
    #expect(trip >= 28_000 && trip <= 32_000, "\(trip)")
  }

  @Test("A pair that starts again within a tick never gets the same number, near each edge of the clock")
  func ticks() throws {
    for power: UInt64 in [8, 15, 16, 24, 31, 32, 53, 59] {
      let fixture = try HostFixture.make()
      fixture.now = Instant(microseconds: ((1 << power) - 3) * 4)
      // Moments before and beyond the edge, several connections at each.
      var last: UInt32?
      for step in 0..<12 {
        let handle = try fixture.host.connect(to: .near(2, 80), from: .near(1, 5_000), at: fixture.now)
        let initial = try #require(fixture.drain().first).header.sequence.rawValue
        if let last { #expect(initial &- last == 1, "step \(step) at 2^\(power)") }
        last = initial
        try fixture.host.release(handle, at: fixture.now)
        if step % 2 == 1 { fixture.now = fixture.now + .microseconds(3) }
      }
    }
  }

  @Test("A long sleep past a wrap of the wheel's ticks leaves everything due that was due before it")
  func sleepers() throws {
    for power: UInt64 in [15, 16, 24, 30, 31, 32, 48] {
      let edge = Instant(microseconds: (1 << power) * 1_000)
      let (fixture, _, peer) = try listening()
      fixture.now = Instant(microseconds: edge.microseconds - 1_500_000)
      _ = fixture.host.expire(at: fixture.now)
      fixture.arrive(peer.segment(.syn))
      #expect(fixture.drain().map(\.flags) == [.syn | .ack])
      fixture.now = edge + .milliseconds(400)
      for _ in 0..<10 where !fixture.host.expire(at: fixture.now) { break }
      #expect(fixture.drain().map(\.flags) == [.syn | .ack], "over 2^\(power)")
    }
  }

  /// Two records around the wrap of their times: the later one gives the round trip.
  @Test("What was sent last, over the wrap of the times") func latest() {
    let memory = GuardedMemory(byteCount: 2 * MemoryLayout<SentRecord>.stride)
    _ = memory.table(count: 4) { UInt64(0) }
    for power: UInt64 in [24, 31, 32, 55, 56, 57] {
      var table = SentRecords(start: 0, capacity: 2)
      let edge = Instant(microseconds: 1 << power)
      let first = SequenceNumber(0 &- 10)
      table.append(first, count: 10, at: Instant(microseconds: edge.microseconds - 5), in: memory.region)
      table.append(first + 10, count: 10, at: edge + .microseconds(5), in: memory.region)
      let latest = table.acknowledge(first + 20, in: memory.region)
      #expect(latest?.age(at: edge + .microseconds(15)) == 10, "2^\(power)")
      #expect(latest?.sentAt(now: edge + .microseconds(15)) == edge + .microseconds(5), "2^\(power)")
    }
  }

  @Test("Keep-alive probes to the highest limit") func keepAlives() throws {
    var options = ConnectionOptions()
    options.isKeepAliveEnabled = true
    options.keepAliveIdle = .seconds(10)
    options.keepAliveInterval = .seconds(1)
    options.keepAliveProbes = 255
    var (fixture, listener, peer) = try listening(options)
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    let probes = fixture.pass(.seconds(10 + 254)).count
    #expect(probes == 255 && fixture.state(handle) == .established)
    _ = fixture.pass(.seconds(1))
    #expect(fixture.state(handle) == .closed)
    #expect(try fixture.host.status(handle).endReason == .timedOut)
  }

  @Test(
    "The user is warned once, however many time-outs follow the one that is reported", arguments: [3, 255])
  func warning(at number: UInt8) throws {
    var options = ConnectionOptions()
    options.softErrorRetransmissions = number
    options.retransmissionTimeLimit = .unlimited
    var (fixture, listener, peer) = try listening(options)
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    #expect(try fixture.write(handle, [1]) == 1)
    var warnings: [Int] = []
    for minute in 1...400 {
      _ = fixture.pass(.seconds(60))
      while let event = fixture.host.nextEvent() {
        if event.kinds.contains(.softError) { warnings.append(minute) }
      }
    }
    #expect(warnings.count == 1 && fixture.state(handle) == .established, "\(warnings)")
  }

  @Test("Duplicate acknowledgments beyond the third, by the hundred") func duplicates() {
    let first = SequenceNumber(0 &- 5)
    var recovery = LossRecovery(initial: first)
    recovery.didTimeOut(highest: first + 100)
    for count in 1...700 {
      let verdict = recovery.didReceiveDuplicate(unacknowledged: first + 1, highest: first + 200)
      let isRight =
        switch verdict {
        case .limitedTransmit: count < 3
        case .none: count >= 3
        case .enter, .inflate, .partial, .complete: false
        }
      #expect(
        isRight && recovery.allowance(segmentSize: 100, usesSACK: false) == (count < 3 ? 100 * count : 0),
        "\(count)")
    }
  }

  @Test("Time-outs by the hundred") func backOff() {
    var estimator = RoundTripEstimator()
    let limits = TimeoutLimits(minimum: 1_000, maximum: 4_000_000_000)
    var last = estimator.timeout(limits)
    for _ in 0..<700 {
      estimator.backOff()
      let next = estimator.timeout(limits)
      #expect(next == last.doubled(limit: .seconds(4_000)) && estimator.isSound)
      last = next
    }
  }

  @Test("A quota of 255", arguments: [8, 31, 32, 53, 61] as [UInt64]) func quota(power: UInt64) {
    let start = Instant(microseconds: (1 << power) - 1)
    var quota = ChallengeQuota(from: start)
    for turn in 0..<3 {
      let now = start + .seconds(turn)
      let taken = (0..<700).count { _ in quota.take(limit: 255, interval: .seconds(1), now: now) }
      #expect(taken == 255)
    }
    var answers = ProbeAnswerQuota()
    #expect((0..<700).count { _ in answers.take(now: start) } == ProbeAnswerQuota.burst)
    #expect((0..<700).count { _ in answers.take(now: start + .milliseconds(500)) } == 1)
  }

  @Test(
    "A table of transmissions, whatever its size, is gone round and marked",
    arguments: [2, 127, 255, 256, 257, 32_767, 32_768, 65_535])
  func transmissions(capacity: Int) throws {
    let memory = GuardedMemory(byteCount: capacity * MemoryLayout<SentRecord>.stride)
    _ = memory.table(count: capacity) { UInt64(0) }
    var table = SentRecords(start: 0, capacity: capacity)
    let region = memory.region
    let now = Instant(microseconds: (1 << 56) - 2)
    var (sent, known) = (SequenceNumber(0 &- UInt32(capacity)), SequenceNumber(0 &- UInt32(capacity)))
    for turn in 0..<3 {
      while table.count < capacity {
        table.append(sent, count: 3, at: now + .microseconds(turn), in: region)
        sent = sent + 3
      }
      try demand(table.record(0, in: region).sequence == known, "the oldest")
      try demand(table.record(capacity - 1, in: region).end == sent, "the newest")
      table.markAllLost(in: region)
      try demand(table.lost == UInt32(3 * capacity) && !table.canRecordMore(in: region), "all are lost")
      var again = 0
      while table.lost > 0, let (sequence, count) = table.nextLost(in: region) {
        try demand(sequence == known + 3 * again && count == 3, "number \(again)")
        table.didResend(sequence, count: count, at: now + .microseconds(turn + 1), in: region)
        again += 1
      }
      try demand(again == capacity, "\(again) went again")
      try demand(table.isSound(start: 0, capacity: capacity, in: region), "sound")
      // All but one go, so that the next turn begins one further.
      known = sent - 3
      let latest = table.acknowledge(known, in: region)
      try demand(latest?.isRetransmitted == true, "the latest")
      // Of 8,192 that leave at one moment the last counts as having left a microsecond later; each has left
      // twice here, in each turn.
      let age = try #require(latest).age(at: now + .microseconds(turn + 101))
      try demand(age <= 100 && age >= 100 - UInt64(capacity / 1_024), "its age")
      try demand(table.count == 1, "one is left")
    }
  }

  @Test("A set of 255 ranges, over either edge", arguments: [0, 0x8000_0000] as [UInt32])
  func ranges(edge: UInt32) {
    let memory = GuardedMemory(byteCount: 255 * MemoryLayout<SequenceRange>.stride)
    var set = RangeSet(start: 0, capacity: 255)
    let first = SequenceNumber(edge &- 500)
    for index in 0..<255 {
      let range = SequenceRange(first + 4 * index, first + 4 * index + 2)
      #expect(set.insert(range, in: memory.region) == range)
    }
    #expect(set.count == 255 && set.isSound(start: 0, capacity: 255))
    #expect(set.insert(SequenceRange(first + 2_000, first + 2_001), in: memory.region) == nil)
    let all = SequenceRange(first, first + 4 * 254 + 2)
    #expect(set.insert(all, in: memory.region) == all)
    #expect(set.count == 1)
  }
}
