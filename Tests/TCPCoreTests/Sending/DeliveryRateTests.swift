import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// BBR-1...4.
@Suite("Delivery rates") struct DeliveryRateTests {
  @Test("What leaves while the application has no more counts as limited by it") func applicationLimited() {
    // BBR-4
    var rate = DeliveryRate()
    let now = Instant(microseconds: 1_000_000)
    #expect(!rate.didSend(inFlight: 0, isLimited: false, at: now).isAppLimited)
    rate.limit(inFlight: 1_000)
    #expect(rate.didSend(inFlight: 1_000, isLimited: false, at: now).isAppLimited)
  }

  @Test("A path sample tells the round trip of what was sent once") func roundTrip() {
    // RFC6298-6
    var stamp = SendStamp()
    stamp.advance(to: Instant(microseconds: 1_000_000))
    let record = SentRecord(sequence: SequenceNumber(1), count: 1_000, at: stamp)
    func sample(_ latest: SentRecord?) -> PathSample {
      PathSample(
        number: SequenceNumber(1_001), next: SequenceNumber(1_001), latest: latest, smoothed: 9_000,
        isPaced: true, now: Instant(microseconds: 1_005_000))
    }
    // As finely as a stamp holds times.
    #expect(sample(record).roundTrip.map { $0 >= 4_900 && $0 <= 5_100 } == true)
    #expect(sample(nil).roundTrip == nil)
  }

  @Test("A snapshot holds its numbers as finely as it says") func snapshot() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<20_000 {
      let delivered = random.next() >> (random.next() % 60)
      let lost = random.next() >> (random.next() % 60)
      let elapsed = (random.next() % 30_000_000) >> (random.next() % 24)
      let other = elapsed - random.next() % (elapsed + 1)
      let snapshot = DeliverySnapshot(
        delivered: delivered, lost: lost, isAppLimited: delivered % 2 == 0, sendElapsed: elapsed,
        ackElapsed: other)
      let since = random.next() % (1 << 30)
      guard delivered < 1 << 62, lost < 1 << 62 else { continue }
      #expect(snapshot.delivered(now: delivered + since) == delivered & ~7)
      let more = random.next() % (1 << 22)
      #expect(abs(Int(snapshot.lostSince(now: lost + more)) - Int(more)) < 128)
      #expect(snapshot.isAppLimited == (delivered % 2 == 0))
      let blur = Double(elapsed) / 128 + 4
      #expect(abs(Double(snapshot.sendElapsed) - Double(elapsed)) <= blur, "\(elapsed)")
      #expect(abs(Double(snapshot.ackElapsed) - Double(other)) <= blur, "\(other) of \(elapsed)")
    }
    let longest = DeliverySnapshot(
      delivered: 0, lost: 0, isAppLimited: false, sendElapsed: UInt64.max, ackElapsed: UInt64.max)
    #expect(longest.sendElapsed == 255 << 17 && longest.ackElapsed == 255 << 17)
  }

  /// Records are cut, joined and moved by reports; each keeps what was delivered when its octets left.
  @Test("Snapshots stay with their records", arguments: 1...20) func moves(seed: UInt64) throws {
    let capacity = 13
    let memory = GuardedMemory(byteCount: 16 * capacity + 112 + MemoryLayout<PathModel>.stride + 8)
    let region = memory.region
    let origin = SequenceNumber(UInt32.max - 5_000)
    let records = SentRecords(start: 0, capacity: capacity, isSampling: true)
    records.beginModel(in: region)
    var sender = Sender(records: records, control: .bbr, isPaced: true)
    sender.begin(origin - 1)
    var random = SplitMix64(seed: seed)
    var expected: [UInt64] = []
    var start = 0
    for step in 0..<600 {
      let now = Instant(microseconds: 1_000_000 + UInt64(step) * 1_000)
      let delivered = sender.records.models(in: region)[0].rate.delivered
      if expected.count - start < 3_000, sender.records.count < capacity, random.next() % 2 == 0 {
        sender.didSend(
          origin + expected.count, count: 100, unacknowledged: origin + start, at: now, in: region)
        expected += Array(repeating: delivered & ~7, count: 100)
      } else if expected.count > start {
        let length = UInt64(expected.count - start)
        let left = start + Int(random.next() % length) / 10 * 10
        let right = min(expected.count, left + 10 + Int(random.next() % 30) * 10)
        let before = start
        if random.next() % 4 == 0 { start = right }
        var segment = SegmentHeader(
          sourcePort: 1, destinationPort: 2, sequence: SequenceNumber(1), acknowledgment: origin + start,
          flags: .ack, window: 1_000)
        if start == before {
          segment.options.sack.append(SACKBlock(left: origin + left, right: origin + right))
        }
        if !sender.isSelective { _ = sender.beginReports(with: &segment, next: origin + expected.count) }
        _ = sender.didReceiveReport(
          &segment, advance: start - before, next: origin + expected.count,
          segmentSize: 100, echo: nil, timestampOffset: 0, now: now, in: region)
      }
      let model = sender.records.models(in: region)[0].rate
      for index in 0..<sender.records.count {
        let record = sender.records.record(index, in: region)
        if record.isSACKed { continue }
        let found = sender.records.snapshot(index, in: region).delivered(now: model.delivered)
        #expect(found == expected[record.sequence - origin], "step \(step), record \(index)")
      }
      #expect(model.delivered <= UInt64(expected.count))
    }
  }

  /// One path: a record of 1,000 octets leaves each millisecond.
  private func rates(
    acknowledgedAfter delay: (Int) -> UInt64, parts: Int = 1, count: Int = 60
  ) -> [UInt32] {
    var rate = DeliveryRate()
    var stamp = SendStamp()
    var waiting: [(record: SentRecord, snapshot: DeliverySnapshot, at: UInt64)] = []
    var rates: [UInt32] = []
    var inFlight = 0
    for step in 0..<(count * 1_000) {
      let now = Instant(microseconds: 1_000_000 + UInt64(step))
      while let first = waiting.first, first.at <= now.microseconds {
        rate.begin(at: now)
        for part in 1...parts {
          rate.didDeliver(
            first.record, first.snapshot, count: UInt32(1_000 / parts), isWhole: part == parts)
        }
        inFlight -= 1_000
        waiting.removeFirst()
        let next = waiting.last?.record.end ?? first.record.end
        let sample = rate.takeSample(next: next, unreported: inFlight)
        if sample.rate > 0 { rates.append(sample.rate) }
      }
      guard step % 1_000 == 0 else { continue }
      stamp.advance(to: now)
      let index = step / 1_000
      let record = SentRecord(sequence: SequenceNumber(0) + index * 1_000, count: 1_000, at: stamp)
      waiting.append(
        (record, rate.didSend(inFlight: inFlight, isLimited: false, at: now), now.microseconds + delay(index))
      )
      inFlight += 1_000
    }
    return rates
  }

  @Test("What leaves at a rate and arrives at it is that rate") func steady() {
    let rates = rates(acknowledgedAfter: { _ in 20_000 }).dropFirst(25)
    #expect(rates.count > 10)
    for rate in rates { #expect(abs(Int(rate) - 1_000_000) <= 15_000, "\(rate)") }
  }

  /// Everything is acknowledged at once, or much of it as soon as it has left.
  @Test("While more is in flight no peer makes it faster than we send", arguments: [1, 10, 100], [10, 3, 2])
  func lies(parts: Int, step: Int) {
    for isEarly in [false, true] {
      let rates = rates(
        acknowledgedAfter: { index in
          if isEarly { return index < 5 || index % step == 0 ? 20_000 : 1 }
          return 20_000 + UInt64(step - 1 - index % step) * 1_000
        }, parts: parts)
      #expect(rates.count > 10)
      for rate in rates { #expect(rate <= 1_120_000, "early: \(isEarly)") }
    }
  }
}
