import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// A host that sends, a peer made by hand that acknowledges, and a path that loses, delays and mixes.
private final class MeasuredPath {
  /// What a run is like.
  struct Manner: CustomStringConvertible {
    var seed: UInt64
    var isPassive: Bool
    var usesTimestamps: Bool
    var description: String { "seed \(seed), passive \(isPassive), timestamps \(usesTimestamps)" }
  }

  private(set) var reference: EstimatorReference
  private(set) var compared = 0
  private let manner: Manner
  private let fixture: HostFixture
  private var random: SplitMix64
  private var peer: HandPeer
  private var handle: Handle?
  private var path: [(at: Instant, bytes: [UInt8], isForHost: Bool)] = []
  /// Beginnings and ends of what reached the peer before its turn.
  private var early: [(SequenceNumber, SequenceNumber)] = []
  private var recentTimestamp: UInt32 = 0
  private var lastAcknowledged = SequenceNumber(0)
  private var delay: Int
  private var unwritten = 200_000
  private var nextWrite: Instant

  init(_ manner: Manner) throws {
    self.manner = manner
    random = SplitMix64(seed: manner.seed)
    let minimum = manner.seed % 4 == 3 ? Interval.seconds(1) : .milliseconds(1)
    reference = EstimatorReference(minimum: minimum)
    delay = [2_000, 20_000, 200_000][Int(manner.seed % 3)]
    var configuration = HostConfiguration(connections: 1)
    var ringClass = RingClass(connections: 1, sendCapacity: 16_384, receiveCapacity: 16_384)
    ringClass.transmissions = 500
    configuration.setRingClass(0, ringClass)
    fixture = try HostFixture.make(1, configuration)
    nextWrite = fixture.now
    var options = ConnectionOptions()
    options.minimumTimeout = minimum
    options.offersTimestamps = manner.usesTimestamps
    options.retransmissionTimeLimit = .unlimited
    options.isPathProbingEnabled = false  // the reference times segments that go again as a whole
    peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    peer.sequence = SequenceNumber(1_001)
    if manner.isPassive {
      _ = try fixture.host.listen(.near(1, 80), options: options)
      send(.syn, isSafe: true)
    } else {
      handle = try fixture.host.connect(
        to: .near(2, 6_000), from: .near(1, 80), options: options, at: fixture.now)
    }
  }

  /// Plays until all text and the FIN are acknowledged.
  func play() throws {
    for _ in 0..<20_000 {
      try use()
      while let (bytes, _) = fixture.transmit() {
        let seen = Seen(bytes, on: 0)
        try reference.departed(seen, at: fixture.now, counted: fixture.host.counters.timeouts)
        if random.within(0...11) > 0 { path.append((fixture.now + oneWay(), bytes, false)) }
        try compare()
      }
      if let handle, fixture.state(handle) == .finWait2 { return }
      let next = path.indices.min { path[$0].at < path[$1].at }
      let isWriting = handle.map { fixture.state($0) } == .established
      let due = min(fixture.host.deadline ?? .never, isWriting ? nextWrite : .never)
      guard let next, path[next].at <= due else {
        try demand(due < .never, "nothing is due, \(manner)")
        if fixture.now < due { fixture.now = due }
        while fixture.host.expire(at: fixture.now) {}
        continue
      }
      let (at, bytes, isForHost) = path.remove(at: next)
      fixture.now = at
      let seen = Seen(bytes, on: 0)
      if isForHost {
        fixture.arrive(bytes)
        try reference.arrived(seen.header, at: at)
        if handle == nil { handle = fixture.events().first { $0.kinds.contains(.accepted) }?.handle }
        try compare()
      } else {
        take(seen)
      }
    }
    throw Deviation(description: "it does not end, \(manner)")
  }

  /// The user writes now and then, and closes after that.
  private func use() throws {
    guard let handle, fixture.state(handle) == .established, nextWrite <= fixture.now else { return }
    if unwritten > 0 {
      let count = min(unwritten, random.within(1...6_000))
      let written = (try? fixture.write(handle, [UInt8](repeating: 5, count: count))) ?? 0
      unwritten -= written
      // Where there is no room the host waits, for an acknowledgment or a time-out.
      nextWrite =
        fixture.now + (written > 0 ? .microseconds(random.within(1...4) * delay) : .milliseconds(500))
    } else {
      try fixture.host.close(handle, at: fixture.now)
      nextWrite = .never
    }
  }

  /// How long the way is this time. It grows and shrinks.
  private func oneWay() -> Interval {
    if random.within(0...19) == 0 { delay = min(220_000, max(1_000, delay * random.within(5...20) / 10)) }
    return .microseconds(delay + random.within(0...(delay / 4)))
  }

  /// The peer gets a segment, and acknowledges most (RFC 7323 section 4.3 for the echo).
  private func take(_ seen: Seen) {
    let isSynchronizing = seen.flags.contains(.syn)
    let count = seen.text.count + (isSynchronizing ? 1 : 0) + (seen.flags.contains(.fin) ? 1 : 0)
    guard count > 0 else { return }
    let isFirst = peer.acknowledgment == SequenceNumber(0)
    if isFirst { peer.acknowledgment = seen.header.sequence }
    if let value = seen.header.options.timestamps?.value {
      let isNewer = Int32(bitPattern: value &- recentTimestamp) >= 0
      if isSynchronizing || seen.header.sequence <= lastAcknowledged && isNewer { recentTimestamp = value }
    }
    let isEarly = peer.acknowledgment < seen.header.sequence
    early.append((seen.header.sequence, seen.header.sequence + count))
    while let next = early.first(where: { $0.0 <= peer.acknowledgment && peer.acknowledgment < $0.1 }) {
      peer.acknowledgment = next.1
    }
    early.removeAll { $0.1 <= peer.acknowledgment }
    if isSynchronizing && !manner.isPassive {
      send(.syn | .ack)
    } else if isFirst || isEarly || random.within(0...3) > 0 {
      // The end of a handshake does not go lost: this peer would not send it again.
      send(.ack, isSafe: isFirst)
    }
  }

  private func send(_ flags: SegmentFlags, isSafe: Bool = false) {
    let ticks = UInt32(truncatingIfNeeded: fixture.now.microseconds / 1_000)
    let sequence = flags.contains(.syn) ? peer.sequence - 1 : peer.sequence
    let bytes = peer.segment(flags, sequence: sequence) { header in
      if flags.contains(.syn) { header.options.maximumSegmentSize = 1_460 }
      if self.manner.usesTimestamps {
        header.options.timestamps = Timestamps(value: ticks, echo: self.recentTimestamp)
      }
    }
    lastAcknowledged = peer.acknowledgment
    if isSafe || random.within(0...11) > 0 { path.append((fixture.now + oneWay(), bytes, true)) }
  }

  /// What the host tells against the reference.
  private func compare() throws {
    guard let handle else { return }
    let status = try fixture.host.status(handle)
    let smoothed = Double(status.smoothedRoundTrip.microseconds)
    let timeout = Double(status.retransmissionTimeout.microseconds)
    let place = "sample \(reference.samples) at \(fixture.now.microseconds), \(manner)"
    try demand(
      abs(smoothed - reference.smoothed) <= 1, "SRTT \(smoothed), not \(reference.smoothed), \(place)")
    try demand(
      abs(timeout - reference.timeout) <= reference.tolerance,
      "RTO \(timeout), not \(reference.timeout), \(place)")
    compared += 1
    // Where nothing bounds or doubles it, the time-out shows RTTVAR as well.
    guard reference.doublings == 0, reference.samples > 0, reference.base != 3_000_000,
      timeout > reference.minimum + 8, timeout - smoothed > 1_010
    else { return }
    let variance = (timeout - smoothed) / 4
    try demand(
      abs(variance - reference.variance) <= 2, "RTTVAR \(variance), not \(reference.variance), \(place)")
  }
}

/// MUST-18, RFC6298-2, RFC6298-3, RFC6298-6: after each acknowledgment of a whole conversation.
@Suite("SRTT, RTTVAR and RTO of a connection against RFC 6298") struct EstimatorValueTests {
  @Test("Both roles, with and without timestamps", arguments: [false, true], [false, true])
  func values(isPassive: Bool, usesTimestamps: Bool) throws {
    var sums = (samples: 0, echoes: 0, ambiguous: 0, timeouts: 0)
    for seed in 0..<24 as Range<UInt64> {
      let path = try MeasuredPath(
        MeasuredPath.Manner(seed: seed, isPassive: isPassive, usesTimestamps: usesTimestamps))
      try path.play()
      let reference = path.reference
      try demand(
        reference.samples > 15 && path.compared > 200,
        "too little to compare: \(reference.samples), \(path.compared), seed \(seed)")
      sums.samples += reference.samples
      sums.echoes += reference.echoes
      sums.ambiguous += reference.ambiguous
      sums.timeouts += reference.timeouts
    }
    #expect(sums.samples > 500 && sums.ambiguous > 20 && sums.timeouts > 50, "\(sums)")
    #expect((sums.echoes > 20) == usesTimestamps, "\(sums)")
  }
  /// RFC8961-3: where only the acknowledgment was lost, the answer to the second SYN-ACK echoes the first.
  @Test("A SYN-ACK that left twice is timed only by an echo of the second", arguments: [false, true])
  func repeatedSynchronize(echoesSecond: Bool) throws {
    let fixture = try HostFixture.make(1)
    _ = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    peer.sequence = SequenceNumber(1_000)
    fixture.arrive(peer.segment(.syn) { $0.options.timestamps = Timestamps(value: 7, echo: 0) })
    let first = try #require(fixture.drain().first).header
    fixture.now = fixture.now + .milliseconds(1_000)
    while fixture.host.expire(at: fixture.now) {}
    let second = try #require(fixture.drain().first).header
    #expect(second.flags == .syn | .ack)
    fixture.now = fixture.now + .milliseconds(20)
    peer.sequence = peer.sequence + 1
    peer.acknowledgment = first.sequence + 1
    let echo = try #require((echoesSecond ? second : first).options.timestamps).value
    fixture.arrive(peer.segment(.ack) { $0.options.timestamps = Timestamps(value: 9, echo: echo) })
    let handle = try #require(fixture.events().first { $0.kinds.contains(.accepted) }?.handle)
    let status = try fixture.host.status(handle)
    #expect(status.state == .established)
    let smoothed = status.smoothedRoundTrip.microseconds
    // A tick of the timestamps is 1,024 microseconds.
    #expect(echoesSecond ? (18_976...21_024).contains(smoothed) : smoothed == 0)
    #expect(status.retransmissionTimeout == .seconds(3))
  }
}
