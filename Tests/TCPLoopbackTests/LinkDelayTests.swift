import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("What a link holds back") struct LinkDelayTests {
  private static let start = Instant(microseconds: 1_000_000)

  @Test("In a spike nothing arrives; at its end everything does, in order") func spikeOrder() {
    var impairments = Impairments()
    impairments.delay = .milliseconds(10)
    impairments.spike = DelaySpike(start: Self.start + .milliseconds(100), length: .milliseconds(500))
    let link = LoopbackLink(impairments: impairments, seed: 1, capacity: 64, largestDatagram: 1_500)
    var arrivals: [(number: UInt8, milliseconds: UInt64)] = []
    // Sent every 50 ms, each with its number in the second octet. Two arrive before the spike.
    for number in 0..<14 {
      let bytes: [UInt8] = [0x45, UInt8(number)]
      let now = Self.start + .milliseconds(50 * number)
      #expect(unsafe bytes.withUnsafeBytes { unsafe link.send($0, at: now) } == .carried)
    }
    while let next = link.nextArrival {
      _ = unsafe link.deliver(at: next) { bytes, _ in
        unsafe arrivals.append((bytes[1], (next - Self.start).microseconds / 1_000))
      }
    }
    #expect(arrivals.map(\.number) == Array(0..<14))
    let late = [UInt64](repeating: 600, count: 10)
    #expect(arrivals.map(\.milliseconds) == [10, 60] + late + [610, 660])
  }

  /// A transfer to the right, 10 ms each way.
  private func transfer(
    octets: Int, seed: UInt64 = 1, _ change: (inout LoopbackConfiguration) -> Void
  ) throws -> LoopbackTransfer {
    var configuration = LoopbackConfiguration()
    configuration.seed = seed
    configuration.rightward.delay = .milliseconds(10)
    configuration.leftward.delay = .milliseconds(10)
    change(&configuration)
    return LoopbackTransfer(
      try LoopbackDriver(configuration), rightward: TransferContent(generated: octets, seed: 1),
      leftward: TransferContent([]))
  }

  @Test("After a spike of 3 s little was sent again, and the congestion window is what it was")
  func spikeEffect() throws {
    for seed in 1...10 {
      let start = Self.start + .milliseconds(200 + 7 * seed)
      let spike = DelaySpike(start: start, length: .seconds(3))
      let transfer = try transfer(octets: 3_000_000, seed: UInt64(seed)) {
        $0.rightward.spike = spike
        $0.leftward.spike = spike
      }
      var before = 0
      var after = 0
      transfer.inspector = { transfer in
        guard let handle = transfer.handle(.left), let status = try? transfer.driver.left.status(handle)
        else { return nil }
        let now = transfer.driver.now
        if now < start { before = status.congestionWindow }
        if now > start + .seconds(3) + .milliseconds(100) && after == 0 { after = status.congestionWindow }
        return nil
      }
      let report = transfer.run()
      #expect(report.isIntact && report.isClosed && report.duration > .seconds(3), "seed \(seed)")
      let counters = transfer.driver.left.counters
      #expect(counters.timeouts > 0 && counters.reductionsUndone > 0, "seed \(seed)")
      #expect(counters.segmentsRetransmitted <= 3, "seed \(seed): \(counters.segmentsRetransmitted)")
      #expect(before > 0 && after >= before, "seed \(seed): \(before), then \(after)")
    }
  }

  @Test("A peer that acknowledges every eighth full segment sends a fourth of the acknowledgments")
  func seldomAcknowledgments() throws {
    func acknowledgments(step: Int) throws -> (arrived: Int, covered: Int, duration: Interval) {
      let transfer = try transfer(octets: 1_000_000) { $0.leftward.acknowledgmentStep = step }
      let report = transfer.run()
      #expect(report.isIntact && report.isClosed && report.failure == nil)
      // The last acknowledgment waits longer than a probe of the tail does (RFC 8985 section 7).
      let sender = transfer.driver.left.counters
      #expect(step > 1_000_000 || sender.segmentsRetransmitted == sender.tailLossProbes)
      let counters = transfer.driver.leftward.counters
      #expect(counters.offered == counters.delivered + counters.covered)
      return (counters.delivered, counters.covered, report.duration)
    }
    let usual = try acknowledgments(step: 0)
    let seldom = try acknowledgments(step: 8 * 1_448)
    #expect(usual.covered == 0 && seldom.covered > 0)
    #expect(seldom.arrived * 3 < usual.arrived, "\(seldom.arrived) of \(usual.arrived)")
    #expect(seldom.duration >= usual.duration)
    // A step that is never reached: each one waits for its 40 ms, and the transfer ends all the same.
    let hardly = try acknowledgments(step: 1 << 30)
    #expect(hardly.duration > usual.duration)
  }

  @Test("An acknowledgment waits for a later one, but not long, and what matters does not wait")
  func held() {
    var impairments = Impairments()
    impairments.acknowledgmentStep = 1_000
    let link = LoopbackLink(impairments: impairments, seed: 1, capacity: 64, largestDatagram: 1_500)
    var arrivals: [(number: UInt32, milliseconds: UInt64)] = []
    func run(until milliseconds: Int) {
      while let next = link.nextArrival, next <= Self.start + .milliseconds(milliseconds) {
        _ = unsafe link.deliver(at: next) { bytes, _ in
          let number = unsafe bytes.bytes.uint32(at: 28)
          arrivals.append((number, (next - Self.start).microseconds / 1_000))
        }
      }
    }
    func send(_ number: UInt32, at milliseconds: Int, _ change: (inout SegmentHeader) -> Void = { _ in }) {
      run(until: milliseconds)
      var header = SegmentHeader(
        sourcePort: 7, destinationPort: 5_000, sequence: SequenceNumber(1),
        acknowledgment: SequenceNumber(number), flags: .ack, window: 1_000)
      change(&header)
      let bytes = header.datagram(
        from: Endpoint(Address(10, 0, 0, 2), 7), to: Endpoint(Address(10, 0, 0, 1), 5_000))
      let now = Self.start + .milliseconds(milliseconds)
      #expect(unsafe bytes.withUnsafeBytes { unsafe link.send($0, at: now) } == .carried)
    }
    send(0, at: 0) { $0.flags = .syn | .ack }
    send(999, at: 10)  // too little: held until 50
    send(500, at: 20) { $0.flags = .ack | .ece }  // does not wait, and covers the other
    send(1_499, at: 30)  // held until 70
    send(1_500, at: 40)  // enough; covers the other
    send(1_600, at: 50)  // held until 90
    send(1_700, at: 80)  // in its place, and no longer than it
    send(1_800, at: 100)  // held until 140
    send(1_800, at: 110) { $0.window = 2_000 }  // a window update
    send(1_900, at: 120) {
      $0.options.sack.append(SACKBlock(left: SequenceNumber(2_000), right: SequenceNumber(2_100)))
    }
    send(2_000, at: 130)  // held until 170
    send(0, at: 140) { $0.flags = .rst }  // acknowledges nothing: the other goes on waiting
    run(until: 1_000)
    #expect(arrivals.map(\.number) == [0, 500, 1_500, 1_700, 1_800, 1_900, 0, 2_000])
    #expect(arrivals.map(\.milliseconds) == [0, 20, 40, 90, 110, 120, 140, 170])
    #expect(link.counters.covered == 4 && link.counters.offered == 12 && link.counters.delivered == 8)
  }

  @Test(
    "With loss, too, every octet arrives behind a peer that acknowledges seldom",
    arguments: 1...10 as ClosedRange<UInt64>)
  func seldomWithLoss(seed: UInt64) throws {
    let transfer = try transfer(octets: 200_000, seed: seed) {
      $0.rightward.loss = 0.03
      $0.leftward.loss = 0.03
      $0.leftward.duplication = 0.03
      $0.leftward.acknowledgmentStep = 8 * 1_448
    }
    let report = transfer.run()
    #expect(report.isIntact && report.isClosed && report.failure == nil)
  }
}
