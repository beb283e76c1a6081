import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// A bottleneck that passes 1,000 octets in a millisecond, 20 ms away, with a queue that drops.
private struct Bottleneck {
  var rate = DeliveryRate()
  var bbr = BBR()
  var stamp = SendStamp()
  var now = Instant(microseconds: 5_000_000)
  var control = BBRConnection(window: 10_000, rate: 0, segment: 1_000, now: Instant(microseconds: 0))
  var flight: [(record: SentRecord, snapshot: DeliverySnapshot, answer: UInt64)] = []
  var free: UInt64 = 0
  var sent = 0
  var credit: UInt64 = 0
  var delivered = 0
  var phases: [BBR.Phase] = []
  var queue: UInt64
  /// Of so many segments one is lost, whatever the queue; 0 for none.
  var lossInterval = 0

  init(queue: UInt64) {
    self.queue = queue
    control.isSelective = true
    control.now = now
    bbr.begin(seed: 7, smoothed: 20_000, &control)
  }

  var end: SequenceNumber { SequenceNumber(0) + sent }

  /// One millisecond; whatever is lost is known to be when its successor is acknowledged.
  mutating func step(hasText: Bool = true) {
    now = now + .milliseconds(1)
    while let first = flight.first, first.answer <= now.microseconds {
      let isLost = first.answer == 0
      flight.removeFirst()
      rate.begin(at: now)
      let ahead = end - first.record.end
      if isLost {
        rate.didLose(
          first.record, first.snapshot, ahead: ahead, unreported: ahead + 1_000, isRangeStart: true)
        continue
      }
      rate.didDeliver(first.record, first.snapshot, count: 1_000, isWhole: true)
      delivered += 1_000
      control.sample = rate.takeSample(next: end, unreported: flight.count * 1_000)
      control.delivered = rate.delivered
      control.inFlight = UInt32(flight.count * 1_000)
      control.now = now
      control.isLimited = rate.isWindowLimited
      bbr.didLose(rate.takeLosses(), control)
      bbr.didAcknowledge(&control)
      if phases.last != bbr.phase { phases.append(bbr.phase) }
    }
    credit = min(credit + UInt64(control.rate) / 1_000, 20_000)
    while hasText, credit >= 1_000, flight.count * 1_000 + 1_000 <= Int(control.window) {
      credit -= 1_000
      stamp.advance(to: now)
      let record = SentRecord(sequence: end, count: 1_000, at: stamp)
      let snapshot = rate.didSend(
        inFlight: flight.count * 1_000, isLimited: flight.count * 1_000 + 2_000 > Int(control.window), at: now
      )
      sent += 1_000
      if free < now.microseconds { free = now.microseconds }
      if free - now.microseconds > queue || lossInterval > 0 && sent / 1_000 % lossInterval == 0 {
        flight.append((record, snapshot, 0))
      } else {
        free += 1_000
        flight.append((record, snapshot, free + 20_000))
      }
    }
  }
}

/// BBR-{5,6,7,8,9,10,11,12}: each test walks through several of them.
@Suite("BBR") struct BBRTests {
  @Test("After a pause the pace is the bottleneck's again") func restart() {
    // BBR-8
    var path = Bottleneck(queue: 20_000)
    for _ in 0..<3_000 { path.step() }
    path.control.rate = 1
    path.bbr.didRestart(&path.control)
    #expect(path.control.rate > 900_000)
  }

  @Test("Startup, drain, probes for more, and once in five seconds for the round trip") func phases() {
    var path = Bottleneck(queue: 200_000)
    for _ in 0..<500 { path.step() }
    // Where the queue is drained, DOWN is over with the same acknowledgment.
    #expect(
      path.phases.starts(with: [.startup, .drain, .down])
        || path.phases.starts(with: [.startup, .drain, .cruise]))
    #expect(path.bbr.isPipeFull)
    #expect(abs(Int(path.bbr.maximumBandwidth) - 1_000_000) < 30_000, "\(path.bbr.maximumBandwidth)")
    #expect(path.bbr.minimumRTT >= 20_000 && path.bbr.minimumRTT <= 22_000, "\(path.bbr.minimumRTT)")
    for _ in 0..<11_500 { path.step() }
    for phase in [BBR.Phase.refill, .up, .probeRTT] { #expect(path.phases.contains(phase), "\(phase)") }
    // A refill comes before each rise, and nothing but a fall behind it.
    for (first, second) in zip(path.phases, path.phases.dropFirst()) {
      if second == .up { #expect(first == .refill) }
      if first == .up { #expect(second == .down || second == .cruise || second == .probeRTT) }
      if first == .drain { #expect(second == .down || second == .cruise || second == .probeRTT) }
    }
    #expect(path.phases.filter { $0 == .probeRTT }.count <= 2)
    #expect(path.delivered > 11_000_000, "\(path.delivered) octets in 12 s at 1,000,000 a second")
  }

  @Test("A queue that is too short bounds what is in flight, and not the rate") func shallow() {
    var path = Bottleneck(queue: 5_000)
    for _ in 0..<8_000 { path.step() }
    #expect(path.bbr.longTermFlight < 60_000, "\(path.bbr.longTermFlight)")
    #expect(path.delivered > 5_500_000, "\(path.delivered)")
  }

  @Test("Startup ends by losses, where they are more than it bears") func startupLosses() {
    // BBR-9: six ranges and 2 % of a flight in a round trip of a recovery. Only losses bound what is out.
    func bound(losingOneOf interval: Int) -> UInt32 {
      var path = Bottleneck(queue: 200_000)
      path.lossInterval = interval
      path.bbr.setRepairing(true, &path.control)
      for _ in 0..<2_000 where path.bbr.phase == .startup { path.step() }
      #expect(path.bbr.phase != .startup)
      return path.bbr.longTermFlight
    }
    #expect(bound(losingOneOf: 8) < 200_000)
    #expect(bound(losingOneOf: 100) == UInt32.max)
  }

  @Test("A queue that becomes longer raises the bound of what is in flight again") func deeper() {
    // BBR-9: what arrives without many losses moves it.
    var path = Bottleneck(queue: 5_000)
    for _ in 0..<8_000 { path.step() }
    let bound = path.bbr.longTermFlight
    path.queue = 200_000
    for _ in 0..<8_000 { path.step() }
    #expect(bound < 60_000 && path.bbr.longTermFlight > bound + 1_000, "\(path.bbr.longTermFlight)")
  }

  @Test("The rate stays what it was over a pause") func pause() {
    var path = Bottleneck(queue: 200_000)
    for _ in 0..<2_000 { path.step() }
    let bandwidth = path.bbr.maximumBandwidth
    for _ in 0..<3_000 { path.step(hasText: false) }
    path.rate.limit(inFlight: 0)
    path.control.now = path.now
    path.bbr.didRestart(&path.control)
    #expect(path.bbr.maximumBandwidth == bandwidth)
    #expect(path.control.rate >= bandwidth / 100 * 98 && path.control.rate <= bandwidth)
  }

  @Test("What turns out to be no loss brings phase, window and bounds back") func undo() {
    var path = Bottleneck(queue: 200_000)
    for _ in 0..<60 { path.step() }
    #expect(path.bbr.phase == .startup)
    let window = path.control.window
    path.bbr.setRepairing(true, &path.control)
    path.bbr.didReceiveEcho(path.control)
    path.control.window = 4_000
    path.bbr.didAcknowledge(&path.control)
    #expect(path.bbr.phase == .drain && path.bbr.isPipeFull)
    path.bbr.undoLoss(&path.control)
    #expect(path.bbr.phase == .startup && !path.bbr.isPipeFull && path.control.window >= window)
    #expect(path.bbr.longTermFlight == UInt32.max)
  }

  @Test("What is restored while it looks for the round trip keeps to the bound of that") func boundedUndo() {
    var path = Bottleneck(queue: 200_000)
    for _ in 0..<12_000 where path.bbr.phase != .probeRTT { path.step() }
    #expect(path.bbr.phase == .probeRTT)
    path.bbr.setRepairing(true, &path.control)
    path.bbr.undoLoss(&path.control)
    // Half of what the path holds: 20 ms of 1,000,000 octets a second.
    #expect(path.control.window >= 4_000 && path.control.window < 12_000, "\(path.control.window)")
  }

  @Test("No numbers make it trap, or the window shut", arguments: 1...200) func anything(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bbr = BBR()
    var c = BBRConnection(window: 1, rate: 0, segment: 0, now: Instant(microseconds: 0))
    bbr.begin(seed: 1, smoothed: random.number(), &c)
    for _ in 0..<500 {
      c.now = Instant(microseconds: c.now.microseconds &+ UInt64(random.number()))
      c.segment = max(1, random.number() & 0xFFFF)
      c.sample = RateSample()
      c.sample.rate = random.number()
      c.sample.delivered = random.number()
      c.sample.priorDelivered = random.next() >> (random.next() % 64)
      c.sample.lost = random.number()
      c.sample.inFlight = random.number()
      c.sample.newlyDelivered = random.number()
      c.sample.roundTrip = random.number()
      c.sample.isAppLimited = random.next() % 4 == 0
      c.sample.hasRecord = random.next() % 8 != 0
      c.delivered = random.next() >> (random.next() % 64)
      c.inFlight = random.number()
      c.isLimited = random.next() % 2 == 0
      c.isSelective = random.next() % 4 != 0
      var losses = LossNotice()
      losses.hasLoss = random.next() % 4 == 0
      losses.isExcessive = random.next() % 2 == 0
      losses.bearableFlight = random.number()
      bbr.setRepairing(random.next() % 8 == 0, &c)
      bbr.didLose(losses, c)
      if random.next() % 16 == 0 { bbr.didReceiveEcho(c) }
      if random.next() % 16 == 0 { bbr.didRestart(&c) }
      if random.next() % 16 == 0 { bbr.undoLoss(&c) }
      bbr.didAcknowledge(&c)
      #expect(c.window >= c.segment * 4 && c.window <= 1 << 30 && c.rate > 0)
    }
  }
}

extension SplitMix64 {
  /// A number of any length.
  fileprivate mutating func number() -> UInt32 {
    UInt32(truncatingIfNeeded: next() >> 32) >> UInt32(next() % 32)
  }
}
