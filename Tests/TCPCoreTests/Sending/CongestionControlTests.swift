import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

extension CongestionControl {
  /// An acknowledgment that says nothing of the round trip.
  fileprivate mutating func didAcknowledge(
    _ count: Int, segmentSize: Int, isLimited: Bool, at now: UInt64 = 0
  ) {
    guard isLimited else { return didAcknowledgeUnused(at: Instant(microseconds: now)) }
    didAcknowledge(
      count, segmentSize: segmentSize,
      PathSample(
        number: SequenceNumber(0), next: SequenceNumber(1), latest: nil, smoothed: 100_000,
        isPaced: false, now: Instant(microseconds: now)))
  }

  /// One up to `number`, ten segments behind SND.NXT, whose newest record took `time` microseconds.
  fileprivate mutating func didAcknowledge(
    _ count: Int, segmentSize: Int, isLimited: Bool, number: UInt32, time: UInt64
  ) {
    let end = SequenceNumber(number)
    guard isLimited else { return didAcknowledgeUnused(at: sampleTime) }
    didAcknowledge(
      count, segmentSize: segmentSize,
      PathSample(
        number: end, next: end + 10_000, latest: sentRecord(age: time), smoothed: 100_000,
        isPaced: false, now: sampleTime))
  }

  private var sampleTime: Instant { Instant(microseconds: 10_000_000) }

  private func sentRecord(age: UInt64) -> SentRecord {
    var stamp = SendStamp()
    stamp.advance(to: Instant(microseconds: sampleTime.microseconds - age))
    return SentRecord(sequence: SequenceNumber(0), count: 1_000, at: stamp)
  }
}

@Suite("The congestion window")
struct CongestionControlTests {
  /// RFC6928-1, ROB-075: min(10 MSS, max(2 MSS, 14600)), in octets.
  @Test(
    "Initial window",
    arguments: [
      (64, 640), (536, 5_360), (1_220, 12_200), (1_448, 14_480), (1_460, 14_600), (1_461, 14_600),
      (2_920, 14_600), (7_300, 14_600), (8_960, 17_920), (65_495, 130_990),
    ])
  func initial(size: Int, window: Int) {
    #expect(CongestionControl.initialWindow(segmentSize: size) == UInt32(window))
    let congestion = CongestionControl(.newReno, segmentSize: size)
    // RFC5681-7.
    #expect(
      congestion.window == UInt32(window) && congestion.threshold == UInt32.max && congestion.isSlowStart)
  }

  /// MUST-19, RFC9406-9: what was acknowledged, at most eight segments for each acknowledgment.
  @Test("Slow start", arguments: [CongestionControlAlgorithm.newReno, .cubic])
  func slowStart(algorithm: CongestionControlAlgorithm) {
    var congestion = CongestionControl(algorithm, segmentSize: 1_000)
    let window = congestion.window
    for (count, growth) in [(1, 1), (999, 999), (1_000, 1_000), (5_000, 5_000), (9_000, 8_000)] {
      var copy = congestion
      copy.didAcknowledge(count, segmentSize: 1_000, isLimited: true)
      #expect(copy.window == window + UInt32(growth))
    }
    // ROB-254: a window that was not used does not grow.
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: false)
    #expect(congestion.window == window)
    // RFC9438-14: it ends at the threshold, or in the segment that reaches it.
    congestion.didDetectLoss(flight: 60_000, segmentSize: 1_000)
    let threshold = congestion.threshold
    congestion.setWindow(threshold - 2_500)
    congestion.didAcknowledge(8_000, segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == threshold && congestion.phase == .avoidance)
    congestion.setWindow(threshold - 500)
    congestion.didAcknowledge(8_000, segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == threshold + 500)
  }

  /// All of them together have their place in each connection.
  @Test("Octets of a connection")
  func size() {
    #expect(MemoryLayout<CongestionControl>.size <= 96)
    #expect(MemoryLayout<Cubic>.size + MemoryLayout<HyStart>.size + MemoryLayout<NewReno>.size <= 80)
  }

  /// RFC9438-6, RFC9438-7, RFC9438-9, RFC9438-12.
  @Test("Losses and time-outs with CUBIC")
  func cubicReductions() {
    var congestion = CongestionControl(.cubic, segmentSize: 1_000)
    congestion.setWindow(segments: 40, segmentSize: 1_000)
    congestion.didDetectLoss(flight: 40_000, segmentSize: 1_000)
    #expect(congestion.window == 28_000 && congestion.threshold == 28_000)
    congestion.didTimeOut(flight: 20_000, segmentSize: 1_000, isFirst: true)
    #expect(congestion.window == 1_000 && congestion.threshold == 14_000)
    congestion.didTimeOut(flight: 1_000, segmentSize: 1_000, isFirst: false)
    #expect(congestion.window == 1_000 && congestion.threshold == 14_000)
    while congestion.isSlowStart { congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true) }
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true)
    #expect(congestion.cubic.plateau == 0 && congestion.cubic.maximum == 14_000)
    // RFC9438-1: what was not limited by the window is no time, and does not grow.
    let before = congestion.window
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: false, at: 50_000_000)
    #expect(congestion.window == before && congestion.cubic.elapsed == 0)
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true, at: 50_100_000)
    #expect(congestion.cubic.elapsed == 100_000)
    // Nothing was in flight for an hour.
    congestion.noteFlight(
      from: SequenceNumber(1), to: SequenceNumber(1_001), count: 1_000,
      at: Instant(microseconds: 3_600_000_000))
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true, at: 3_600_100_000)
    #expect(congestion.cubic.elapsed == 200_000)
  }

  /// RFC9406-5, RFC9406-8, RFC9438-15: the first slow start ends without a loss; a later one knows its
  /// threshold.
  @Test("The first slow start")
  func firstSlowStart() {
    for algorithm in [CongestionControlAlgorithm.newReno, .cubic] {
      var congestion = CongestionControl(algorithm, segmentSize: 1_000)
      func play(_ congestion: inout CongestionControl, rounds: Range<Int>) {
        // A round lasts ten acknowledgments.
        if rounds.lowerBound == 0 {
          congestion.didAcknowledge(0, segmentSize: 1_000, isLimited: true, number: 0, time: 50_000)
        }
        for round in rounds {
          for index in 1...10 {
            let number = UInt32(round * 10 + index) * 1_000
            congestion.didAcknowledge(
              1_000, segmentSize: 1_000, isLimited: true, number: number, time: round == 0 ? 50_000 : 90_000)
          }
        }
      }
      play(&congestion, rounds: 0..<2)
      #expect(congestion.window == (algorithm == .cubic ? 28_500 : 30_000))
      #expect(congestion.phase == (algorithm == .cubic ? .conservativeSlowStart : .slowStart))
      play(&congestion, rounds: 2..<6)
      #expect(congestion.phase == (algorithm == .cubic ? .avoidance : .slowStart))
      #expect(algorithm == .newReno || congestion.threshold == congestion.window)
      #expect(algorithm == .newReno || congestion.cubic.prior == congestion.window)
      congestion.didTimeOut(flight: 40_000, segmentSize: 1_000, isFirst: true)
      play(&congestion, rounds: 0..<1)
      #expect(congestion.phase == .slowStart && congestion.window == 11_000)
    }
  }

  /// A change takes effect at once: the window and the threshold stay, and nothing else does.
  @Test("Another algorithm in the middle")
  func select() {
    var congestion = CongestionControl(.cubic, segmentSize: 1_000)
    congestion.setWindow(segments: 40, segmentSize: 1_000)
    congestion.didDetectLoss(flight: 40_000, segmentSize: 1_000)
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true)
    congestion.select(.cubic)
    #expect(congestion.cubic.isRunning && congestion.cubic.maximum == 40_000)
    let window = congestion.window
    congestion.select(.newReno)
    #expect(congestion.window == window && congestion.threshold == 28_000 && congestion.algorithm == .newReno)
    congestion.didAcknowledge(Int(window), segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == window + 1_000)
    congestion.select(.cubic)
    congestion.didAcknowledge(1_000, segmentSize: 1_000, isLimited: true)
    #expect(congestion.cubic.maximum == window + 1_000 && congestion.cubic.plateau == 0)
  }

  /// RFC5681-10, RFC5681-11: over a round trip of octets, however they are divided, the window grows by one
  /// segment.
  @Test("Congestion avoidance", arguments: [1, 10, 333, 1_000, 2_000, 10_000])
  func avoidance(piece: Int) {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didTimeOut(flight: 20_000, segmentSize: 1_000, isFirst: true)
    congestion.setWindow(segments: 10, segmentSize: 1_000)
    #expect(congestion.threshold == 10_000 && !congestion.isSlowStart)
    for round in 0..<5 {
      let before = congestion.window
      var left = Int(before)
      while left > 0 {
        congestion.didAcknowledge(min(piece, left), segmentSize: 1_000, isLimited: true)
        left -= piece
      }
      #expect(congestion.window == before + 1_000, "round \(round)")
    }
  }

  /// RFC5681-20: without that a window of twelve segments loses a twentieth of its growth to each loss.
  @Test("What was acknowledged before a loss goes on counting, as a part of the window")
  func growthOverLosses() {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didDetectLoss(flight: 20_000, segmentSize: 1_000)
    congestion.didAcknowledge(8_000, segmentSize: 1_000, isLimited: true)  // 4/5 of the window
    congestion.didDetectLoss(flight: 10_000, segmentSize: 1_000)
    #expect(congestion.window == 5_000)
    congestion.didAcknowledge(999, segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == 5_000)
    congestion.didAcknowledge(1, segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == 6_000)
    // A time-out takes it back.
    congestion.didAcknowledge(5_000, segmentSize: 1_000, isLimited: true)
    congestion.didTimeOut(flight: 6_000, segmentSize: 1_000, isFirst: true)
    congestion.setWindow(segments: 6, segmentSize: 1_000)
    congestion.didAcknowledge(5_999, segmentSize: 1_000, isLimited: true)
    #expect(congestion.window == 6_000)
  }

  /// RFC5681-13, RFC5681-14, RFC8961-4: half of the flight, at least two segments; the window is one segment.
  @Test(
    "A time-out", arguments: [(0, 2_000), (1_000, 2_000), (4_000, 2_000), (4_001, 2_000), (10_001, 5_000)])
  func timeout(flight: Int, threshold: Int) {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didTimeOut(flight: flight, segmentSize: 1_000, isFirst: true)
    #expect(congestion.window == 1_000 && congestion.threshold == UInt32(threshold))
    congestion.didTimeOut(flight: 60_000, segmentSize: 1_000, isFirst: false)
    #expect(congestion.window == 1_000 && congestion.threshold == UInt32(threshold))
  }

  /// RFC5681-20, RFC5681-21, RFC5681-22, RFC5681-23, RFC5681-24, RFC6582-3, RFC6582-4.
  @Test("Fast recovery, octet by octet")
  func recovery() {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didDetectLoss(flight: 10_000, segmentSize: 1_000)
    #expect(congestion.threshold == 5_000 && congestion.window == 5_000)
    congestion.inflate(segmentSize: 1_000)
    #expect(congestion.window == 8_000)
    for count in 1...7 {
      congestion.didReceiveDuplicate(flight: 10_000, segmentSize: 1_000)
      #expect(congestion.window == UInt32(8_000 + count * 1_000))
    }
    // RFC5681-23: no more than what is outstanding.
    congestion.didReceiveDuplicate(flight: 10_000, segmentSize: 1_000)
    #expect(congestion.window == 15_000)
    congestion.didPartiallyAcknowledge(3_000, segmentSize: 1_000)
    #expect(congestion.window == 13_000)
    // Less than a segment: nothing is given back.
    congestion.didPartiallyAcknowledge(400, segmentSize: 1_000)
    #expect(congestion.window == 12_600)
    congestion.didPartiallyAcknowledge(100_000, segmentSize: 1_000)
    #expect(congestion.window == 1_000)
  }

  /// RFC6582-3: min(threshold, max(flight, SMSS) + SMSS), so that the end of recovery is no burst.
  @Test(
    "The end of recovery",
    arguments: [(0, 2_000), (500, 2_000), (1_000, 2_000), (3_500, 4_500), (9_000, 5_000)])
  func complete(flight: Int, window: Int) {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didDetectLoss(flight: 10_000, segmentSize: 1_000)
    congestion.didRecover(flight: flight, segmentSize: 1_000)
    #expect(congestion.window == UInt32(window))
  }

  /// RFC5681-25, ROB-254; RFC5681-6; RFC6928-2.
  @Test("After a pause, with smaller segments, after a lost SYN")
  func otherChanges() {
    var congestion = CongestionControl(.newReno, segmentSize: 1_000)
    congestion.didIdle(segmentSize: 1_000)
    #expect(congestion.window == 10_000)
    congestion.setWindow(segments: 40, segmentSize: 1_000)
    congestion.didChangeSegmentSize(from: 1_000, to: 500)
    #expect(congestion.window == 20_000)
    congestion.didChangeSegmentSize(from: 500, to: 600)
    #expect(congestion.window == 20_000)
    congestion.didIdle(segmentSize: 500)
    #expect(congestion.window == 5_000)
    congestion.setWindow(segments: 1, segmentSize: 500)
    #expect(congestion.window == 500)
    congestion.didChangeSegmentSize(from: 1_000, to: 100)
    #expect(congestion.window == 100)
  }

  /// Nothing overflows, and the window never falls below one segment nor beyond what a window can use.
  @Test(
    "Random events with numbers of every size", arguments: 0..<20,
    [CongestionControlAlgorithm.newReno, .cubic])
  func random(number: Int, algorithm: CongestionControlAlgorithm) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    let size = [64, 536, 1_460, 65_495][number % 4]
    var congestion = CongestionControl(algorithm, segmentSize: size)
    var isRecovering = false
    for step in 0..<2_000 {
      let flight = random.within(0...(1 << random.within(0...30)))
      switch random.within(0...6) {
      case 0...2 where !isRecovering:
        congestion.didAcknowledge(flight, segmentSize: size, isLimited: true, at: random.next())
      case 3 where !isRecovering:
        congestion.didDetectLoss(flight: flight, segmentSize: size)
        isRecovering = true
      case 4 where isRecovering: congestion.didReceiveDuplicate(flight: flight, segmentSize: size)
      case 5 where isRecovering: congestion.didPartiallyAcknowledge(flight, segmentSize: size)
      case 6 where isRecovering:
        congestion.didRecover(flight: flight, segmentSize: size)
        isRecovering = false
      default:
        if random.within(0...9) == 0 {
          congestion.didTimeOut(flight: flight, segmentSize: size, isFirst: random.within(0...1) == 0)
          isRecovering = false
        }
      }
      let place = "window \(congestion.window), threshold \(congestion.threshold), step \(step), seed \(seed)"
      try demand(congestion.window >= UInt32(size), place)
      try demand(congestion.window <= 1 << 30 + 3 * 65_535 + 1 << 29, place)
      try demand(congestion.threshold >= UInt32(2 * size), place)
    }
  }
}
