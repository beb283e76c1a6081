import TCPCapture
import TCPCore
import TCPLoopback

/// One short transfer under attack, drawn from a seed: sizes, options, a link that is not perfect, and forged
/// datagrams for both hosts between any two steps.
package struct AdversaryPlan {
  private let power: Adversary.Power
  private let seed: UInt64
  private var configuration = LoopbackConfiguration()
  private var options = ConnectionOptions()
  private let rightward: Int
  private let leftward: Int
  private var random: SplitMix64
  /// Forged datagrams in all, and at most so many between two steps.
  private let strikes: Int
  private let burst: UInt64

  /// Draws a plan.
  package init(_ power: Adversary.Power, seed: UInt64) {
    self.power = power
    self.seed = seed
    var random = SplitMix64(seed: seed &* 0xD134_2543_DE82_EF95 &+ (power == .blind ? 1 : 2))
    let capacities = [1, 60, 700, 2_048, 8_192, 70_000]
    func capacity() -> Int { capacities[Int(random.below(6))] }
    configuration.seed = seed
    configuration.host = AdversaryPlan.host(send: capacity(), receive: capacity())
    configuration.rightHost = AdversaryPlan.host(send: capacity(), receive: capacity())
    configuration.isIPv6 = random.below(3) == 0
    configuration.mtu = configuration.isIPv6 || random.below(2) == 0 ? 1_500 : 576
    configuration.linkCapacity = 256
    configuration.arrivalsPerTransmit = Int(random.below(3)) + 1
    var impairments = Impairments()
    impairments.delay = .microseconds(Int(random.below(20_000)))
    impairments.loss = random.below(3) == 0 ? 0.02 : 0
    impairments.reordering = random.below(3) == 0 ? 0.05 : 0
    configuration.setImpairments(impairments)
    options.isNagleEnabled = random.below(4) > 0
    options.offersTimestamps = random.below(3) > 0
    options.offersSACK = random.below(3) > 0
    options.offersWindowScale = random.below(3) > 0
    // Small rings take one round trip for every few octets, so they carry less.
    let smallest = min(
      AdversaryPlan.smallestRing(configuration.host),
      AdversaryPlan.smallestRing(configuration.rightHost ?? configuration.host))
    let most: UInt64 = smallest == 1 ? 20 : smallest < 100 ? 400 : 6_000
    rightward = Int(random.below(most))
    leftward = Int(random.below(most))
    strikes = Int(random.below(250)) + 10
    burst = random.below(4) + 1
    self.random = random
  }

  private static func host(send: Int, receive: Int) -> HostConfiguration {
    var configuration = HostConfiguration(connections: 1, sendCapacity: send, receiveCapacity: receive)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 1
    configuration.replyCapacity = 4
    return configuration
  }

  private static func smallestRing(_ configuration: HostConfiguration) -> Int {
    min(configuration.ringClass(0).sendCapacity, configuration.ringClass(0).receiveCapacity)
  }

  private func makeTransfer() throws -> LoopbackTransfer {
    var contents = SplitMix64(seed: seed)
    func content(_ count: Int) -> TransferContent {
      TransferContent((0..<count).map { _ in UInt8(truncatingIfNeeded: contents.next()) })
    }
    return LoopbackTransfer(
      try LoopbackDriver(configuration), rightward: content(rightward), leftward: content(leftward),
      options: options)
  }

  private static func broken(_ driver: LoopbackDriver) -> String? {
    if let broken = driver.left.brokenInvariant() { return "left: \(broken)" }
    if let broken = driver.right.brokenInvariant() { return "right: \(broken)" }
    return nil
  }

  private static func show(_ bytes: [UInt8]) -> String {
    var lines = SegmentLine()
    let line = lines.line(for: unsafe bytes.span.bytes, at: Instant(microseconds: 0))
    let digits = bytes.prefix(120).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return line + " " + digits.joined()
  }

  /// Carries the plan out.
  ///
  /// - Parameter trace: gets one line for each datagram that leaves or arrives.
  /// - Returns: what went wrong, or `nil`.
  package func run(trace: ((String) -> Void)? = nil) throws -> String? {
    switch power {
    case .blind: try runBlind(trace)
    case .omniscient: try runOmniscient(trace)
    }
  }

  /// The transfer must not notice.
  private func runBlind(_ trace: ((String) -> Void)?) throws -> String? {
    let transfer = try makeTransfer()
    let wiretap = AdversaryWiretap(transfer, trace: trace)
    var adversary = Adversary(.blind, seed: seed)
    var random = random
    var left = strikes
    transfer.inspector = { transfer in
      if let broken = AdversaryPlan.broken(transfer.driver) { return broken }
      for _ in 0..<random.below(burst + 1) where left > 0 {
        left -= 1
        transfer.work()
        let side: Side = random.below(2) == 0 ? .left : .right
        guard let bytes = adversary.datagram(for: wiretap.target(side)) else { continue }
        let outcome = transfer.driver.inject(bytes, to: side)
        if let broken = AdversaryPlan.broken(transfer.driver) {
          return "\(broken), after \(outcome) of \(AdversaryPlan.show(bytes))"
        }
      }
      return nil
    }
    let report = transfer.run(limit: .seconds(600))
    transfer.driver.observer = nil
    if let failure = report.failure { return failure }
    if report.duration > .seconds(600) { return "closed only after \(report.duration.microseconds) us" }
    return report.isIntact && report.isClosed ? nil : "not intact, or not closed"
  }

  /// The transfer may die; the hosts must not, and the user must learn of it.
  private func runOmniscient(_ trace: ((String) -> Void)?) throws -> String? {
    let transfer = try makeTransfer()
    let driver = transfer.driver
    let wiretap = AdversaryWiretap(transfer, trace: trace)
    var adversary = Adversary(.omniscient, seed: seed)
    var random = random
    try transfer.open()
    defer { driver.observer = nil }
    for _ in 0..<strikes {
      for _ in 0..<random.below(5) {
        transfer.work()
        driver.step(until: driver.now + .seconds(5))
        if let broken = AdversaryPlan.broken(driver) { return broken }
      }
      for _ in 0..<random.below(burst + 1) {
        let side: Side = random.below(2) == 0 ? .left : .right
        if let complaint = strike(side, transfer, wiretap, &adversary) { return complaint }
      }
    }
    return outcome(of: transfer, wiretap)
  }

  /// One datagram for a host that owes nothing: it answers at most once.
  private func strike(
    _ side: Side, _ transfer: LoopbackTransfer, _ wiretap: AdversaryWiretap, _ adversary: inout Adversary
  ) -> String? {
    let driver = transfer.driver
    driver.pump()
    let target = wiretap.target(side)
    guard let bytes = adversary.datagram(for: target) else { return nil }
    let before = wiretap.departures(side)
    let outcome = driver.inject(bytes, to: side)
    if let broken = AdversaryPlan.broken(driver) {
      return "\(broken), after \(outcome) of \(AdversaryPlan.show(bytes))"
    }
    driver.pump()
    let answers = wiretap.departures(side) - before
    if target.outstanding == 0 && answers > 1 {
      return "\(answers) answers: \(outcome) of \(AdversaryPlan.show(bytes)) in \(target.state)"
    }
    if let broken = AdversaryPlan.broken(driver) { return "\(broken), after the answer" }
    return nil
  }

  /// The adversary has gone: whatever is outstanding makes progress, or its user learns of the end within
  /// R2. Only a peer that keeps its window shut, and answers probes, may hold text forever (MUST-37).
  private func outcome(of transfer: LoopbackTransfer, _ wiretap: AdversaryWiretap) -> String? {
    // The handshake limit is the longest of all, and the last segment of the attack may have begun one.
    if let broken = wait(transfer, .seconds(300)) { return broken }
    let before = (wiretap.target(.left), wiretap.target(.right))
    if let broken = wait(transfer, .seconds(300)) { return broken }
    for (side, old) in [(Side.left, before.0), (.right, before.1)] {
      guard let handle = transfer.handle(side),
        let status = try? side == .left
          ? transfer.driver.left.status(handle) : transfer.driver.right.status(handle),
        status.bytesInFlight + status.unsent > 0, status.sendWindow > 0, status.state != .closed,
        old.outstanding > 0
      else { continue }
      let now = wiretap.target(side)
      if now.unacknowledged == old.unacknowledged {
        return "\(side) hangs in \(status.state): \(status.bytesInFlight) in flight, \(status.unsent) unsent"
      }
    }
    return nil
  }

  /// Lets time pass, as long as anything happens.
  private func wait(_ transfer: LoopbackTransfer, _ interval: Interval) -> String? {
    let end = transfer.driver.now + interval
    for _ in 0..<20_000 {
      transfer.work()
      guard transfer.driver.step(until: end) else { return nil }
      if let broken = AdversaryPlan.broken(transfer.driver) { return broken }
    }
    return "never falls silent"
  }
}
