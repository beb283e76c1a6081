import TCPCore
import TCPTestSupport
import Testing

/// Where the answers are counted.
enum RatedState: CaseIterable, Sendable { case established, timeWait }

/// A host with one connection, and a peer that sends it one datagram each ten milliseconds.
private struct Stream {
  let fixture: HostFixture
  var peer: HandPeer
  private(set) var handle: Handle

  static let step = Interval.milliseconds(10)

  init(_ state: RatedState, _ configuration: HostConfiguration = HostConfiguration(connections: 1)) throws {
    fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80))
    var made = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(made.open(fixture, Stream.stamp) != nil)
    handle = try fixture.host.accept(listener)
    if state == .timeWait {
      try fixture.host.close(handle, at: fixture.now)
      _ = fixture.drain()
      made.acknowledgment = made.acknowledgment + 1
      fixture.arrive(made.segment(.fin | .ack, Stream.stamp))
      made.sequence = made.sequence + 1
      #expect(fixture.drain().map(\.flags) == [.ack] && fixture.state(handle) == .timeWait)
    }
    peer = made
    // All that was taken so far is earned again, and the first segment below begins an interval.
    _ = fixture.pass(.seconds(10))
  }

  private static func stamp(_ header: inout SegmentHeader) {
    header.options.timestamps = Timestamps(value: 500, echo: 0)
  }

  func segment(
    _ flags: SegmentFlags, _ offset: Int, acknowledging further: Int = 0, text: [UInt8] = [],
    value: UInt32 = 500
  ) -> [UInt8] {
    peer.segment(
      flags, sequence: peer.sequence + offset, acknowledgment: peer.acknowledgment + further, text: text
    ) { $0.options.timestamps = Timestamps(value: value, echo: 0) }
  }

  /// The datagram arrives at once; how many plain acknowledgments leave.
  func answers(to bytes: [UInt8]) -> Int {
    fixture.arrive(bytes)
    let seen = fixture.drain()
    #expect(
      seen.allSatisfy { $0.flags == .ack && $0.text.isEmpty && $0.header.acknowledgment == peer.sequence })
    return seen.count
  }

  /// So many datagrams; which of them were answered. Each answer is one segment.
  func answered(_ count: Int, _ bytes: [UInt8]) -> [Int] {
    var result: [Int] = []
    for number in 0..<count {
      let answers = answers(to: bytes)
      if answers > 0 { result.append(number) }
      if answers > 1 { Issue.record("\(answers) answers to number \(number)") }
      let others = fixture.pass(Stream.step)
      if !others.isEmpty { Issue.record("\(others) left by itself after number \(number)") }
    }
    return result
  }
}

/// What is challenged.
enum Challenged: CaseIterable, Sendable {
  case synchronize, reset, tooOld, beyondSent, emptyOutside, emptyOld

  fileprivate func bytes(_ stream: Stream) -> [UInt8] {
    switch self {
    case .synchronize: stream.segment(.syn | .ack, 10)
    case .reset: stream.segment(.rst, 10)
    case .tooOld: stream.segment(.ack, 0, acknowledging: -70_000)
    case .beyondSent: stream.segment(.ack, 0, acknowledging: 5)
    case .emptyOutside: stream.segment(.ack, 100_000)
    case .emptyOld: stream.segment(.ack, 0, value: 400)
    }
  }

  /// Resets mean nothing in TIME-WAIT (RFC1337-1).
  static var pairs: [(RatedState, Challenged)] {
    RatedState.allCases.flatMap { state in
      allCases.filter { state == .established || $0 != .reset }.map { (state, $0) }
    }
  }
}

@Suite("Rates of answers from both sides") struct AnswerRateTests {
  /// RFC5961-THR-1: the first ten in five seconds, and no other.
  @Test("Challenges in each of four intervals", arguments: Challenged.pairs)
  func challenges(state: RatedState, kind: Challenged) throws {
    let stream = try Stream(state)
    let answered = stream.answered(2_000, kind.bytes(stream))
    #expect(answered == (0..<4).flatMap { interval in (0..<10).map { 500 * interval + $0 } })
    #expect(stream.fixture.host.counters.challengesThrottled == 2_000 - 40)
    #expect(stream.fixture.host.counters.probeAnswersThrottled == 0)
  }

  @Test(
    "Challenges with other limits and intervals",
    arguments: RatedState.allCases, [(UInt8(0), 1_000), (1, 1_000), (3, 500), (100, 1_000), (255, 5_000)])
  func limits(state: RatedState, quota: (limit: UInt8, milliseconds: Int)) throws {
    var configuration = HostConfiguration(connections: 1)
    configuration.challengeLimit = quota.limit
    configuration.challengeInterval = .milliseconds(quota.milliseconds)
    let stream = try Stream(state, configuration)
    let each = quota.milliseconds / 10
    let answered = stream.answered(4 * each, Challenged.synchronize.bytes(stream))
    #expect(answered == (0..<4).flatMap { interval in (0..<Int(quota.limit)).map { each * interval + $0 } })
    #expect(stream.fixture.host.counters.challengesThrottled == UInt64(4 * (each - Int(quota.limit))))
  }

  @Test(
    "An interval that is used up ends at its end, not a microsecond before", arguments: RatedState.allCases)
  func intervalEnd(state: RatedState) throws {
    let stream = try Stream(state)
    let bytes = Challenged.beyondSent.bytes(stream)
    #expect((0..<11).map { _ in stream.answers(to: bytes) } == [Int](repeating: 1, count: 10) + [0])
    _ = stream.fixture.pass(.microseconds(4_999_999))
    #expect(stream.answers(to: bytes) == 0)
    _ = stream.fixture.pass(.microseconds(1))
    #expect((0..<11).map { _ in stream.answers(to: bytes) } == [Int](repeating: 1, count: 10) + [0])
  }

  /// Empty, at RCV.NXT - 1; in ESTABLISHED the SYN-ACK again as well, in TIME-WAIT that is challenged.
  private static let probeKinds: [(RatedState, Bool)] = [
    (.established, false), (.established, true), (.timeWait, false),
  ]

  private func probe(_ stream: Stream, isSynchronize: Bool = false) -> [UInt8] {
    isSynchronize ? stream.segment(.syn | .ack, -1) : stream.segment(.ack, -1)
  }

  @Test("Answers to probes: four at once, then one each 500 ms", arguments: AnswerRateTests.probeKinds)
  func probes(state: RatedState, isSynchronize: Bool) throws {
    let stream = try Stream(state)
    let bytes = probe(stream, isSynchronize: isSynchronize)
    let answered = stream.answered(1_000, bytes)
    #expect(answered == [0, 1, 2, 3] + (1..<20).map { 50 * $0 })
    #expect(stream.fixture.host.counters.probeAnswersThrottled == 1_000 - 23)
    #expect(stream.fixture.host.counters.challengesThrottled == 0)
  }

  @Test(
    "Four at once are earned after two seconds, not a microsecond before",
    arguments: AnswerRateTests.probeKinds)
  func probesEarned(state: RatedState, isSynchronize: Bool) throws {
    for (pause, most) in [(2_000_000, 4), (1_999_999, 3), (500_000, 1), (499_999, 0)] {
      let stream = try Stream(state)
      let bytes = probe(stream, isSynchronize: isSynchronize)
      #expect((0..<6).map { _ in stream.answers(to: bytes) } == [1, 1, 1, 1, 0, 0])
      _ = stream.fixture.pass(.microseconds(pause))
      #expect((0..<6).map { _ in stream.answers(to: bytes) }.reduce(0, +) == most, "after \(pause) us")
    }
  }

  /// ROB-269. Even where all four are used up, and challenges with them.
  @Test(
    "A keep-alive interval of a second, or of half a second, is always answered",
    arguments: RatedState.allCases)
  func honestProbes(state: RatedState) throws {
    for interval in [500, 1_000] {
      let stream = try Stream(state)
      let bytes = probe(stream)
      for _ in 0..<50 { _ = stream.answers(to: bytes) }
      for number in 1...100 {
        _ = stream.fixture.pass(.milliseconds(interval))
        try demand(stream.answers(to: bytes) == 1, "number \(number), each \(interval) ms")
      }
    }
  }

  @Test("Challenges and answers to probes do not use up one another", arguments: RatedState.allCases)
  func apart(state: RatedState) throws {
    let stream = try Stream(state)
    let blind = Challenged.synchronize.bytes(stream)
    let probe = probe(stream)
    var challenges: [Int] = []
    var answers: [Int] = []
    for number in 0..<1_000 {
      if stream.answers(to: blind) > 0 { challenges.append(number) }
      if stream.answers(to: probe) > 0 { answers.append(number) }
      _ = stream.fixture.pass(Stream.step)
    }
    #expect(challenges == Array(0..<10) + Array(500..<510))
    #expect(answers == [0, 1, 2, 3] + (1..<20).map { 50 * $0 })
  }

  /// ROB-268: no quota holds back what answers text or FIN.
  @Test("Text and FIN are answered every time", arguments: RatedState.allCases)
  func unlimited(state: RatedState) throws {
    let stream = try Stream(state)
    let kinds = [
      stream.segment(.ack, -1, text: [1]), stream.segment(.ack, 100_000, text: [1]),
      stream.segment(.ack, 0, text: [1], value: 400), stream.segment(.fin | .ack, -1),
    ]
    for bytes in kinds { #expect(stream.answered(300, bytes).count == 300) }
    #expect(stream.fixture.host.counters.challengesThrottled == 0)
    #expect(stream.fixture.host.counters.probeAnswersThrottled == 0)
  }

  /// RFC5961-THR-3.
  @Test("What one connection has used up, another still has")
  func connections() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 2))
    _ = try fixture.host.listen(.near(1, 80))
    var peers = [HandPeer(.near(2, 6_000), to: .near(1, 80)), HandPeer(.near(2, 6_001), to: .near(1, 80))]
    for index in peers.indices { #expect(peers[index].open(fixture) != nil) }
    for peer in peers {
      var counts: [Int] = []
      for offset in [10, -1] {
        let flags: SegmentFlags = offset > 0 ? .syn : .ack
        for _ in 0..<20 {
          fixture.arrive(peer.segment(flags, sequence: peer.sequence + offset));
          counts.append(fixture.drain().count)
        }
      }
      #expect(counts.prefix(20).reduce(0, +) == 10 && counts.suffix(20).reduce(0, +) == 4)
    }
  }

  /// A half-open entry lives a minute, and has one quota for all of it.
  @Test("An entry that is half open challenges so often in its life", arguments: [UInt8(0), 1, 10])
  func halfOpen(limit: UInt8) throws {
    var configuration = HostConfiguration(connections: 1)
    configuration.challengeLimit = limit
    let fixture = try HostFixture.make(1, configuration)
    _ = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    fixture.arrive(peer.segment(.syn))
    peer.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    var challenges = 0
    for _ in 0..<6_200 {
      fixture.arrive(peer.segment(.rst, sequence: peer.sequence + 10))
      challenges +=
        (fixture.drain() + fixture.pass(Stream.step).map { $0.1 }).filter { $0.flags == .ack }.count
    }
    #expect(challenges == Int(limit) && fixture.host.occupancy.halfOpen == 1)
    #expect(fixture.host.counters.challengesThrottled == UInt64(6_200 - Int(limit)))
  }
}
