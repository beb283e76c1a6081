/// Congestion avoidance and decrease as RFC 9438 has them: after a loss the window follows a cubic function
/// of time, flat around the window at which the loss came, and is never below what Reno would have.
///
/// Windows are in octets, and times on the curve in ticks of 2^10 microseconds. Integers only: what a
/// division leaves over goes into the next one, so that nothing is lost however small acknowledgments are.
package struct Cubic: BitwiseCopyable {
  /// W_max: the window at the last loss, or less with fast convergence.
  package private(set) var maximum: UInt32 = 0
  /// cwnd_prior: the window when the threshold was set last.
  package private(set) var prior: UInt32 = 0
  /// W_est: the window that Reno would have.
  package private(set) var estimate: UInt32 = 0
  /// What is left over of W_est, in parts of an octet: as many as the window has octets.
  private var estimateRemainder: UInt32 = 0
  /// What is left over of the growth, in the same parts.
  private var growthRemainder: UInt32 = 0
  /// K in ticks: when the window is W_max again.
  package private(set) var plateau: UInt32 = 0
  /// t in microseconds: how long the window, and not the application, has held the sender back so far.
  package private(set) var elapsed: UInt64 = 0
  /// The clock in microseconds, modulo 2^32, up to where `elapsed` counts. An hour without an acknowledgment
  /// counts as less: with a window to fill, the retransmission timer has begun a new epoch long before.
  private var lastTime: UInt32 = 0
  /// Seventeenths of an octet left over of W_est.
  private var estimateSeventeenths: UInt8 = 0
  /// Whether congestion avoidance has begun since the last loss or restart.
  package private(set) var isRunning = false
  /// Whether the next epoch begins on the plateau: after a time-out, and where no loss has shown a W_max yet.
  package private(set) var beginsOnPlateau = true

  package init() {}

  /// W_cubic is cut off here: the largest number whose cube 64 bits hold.
  private static var longest: UInt32 { 2_642_245 }
  /// Ticks cubed for one segment: 1 / (C * (1.024 ms)^3) with C = 0.4 segments/s^3 (RFC9438-8).
  private static var ticksCubedPerSegment: UInt64 { 2_328_306_437 }

  /// `octets` were acknowledged in congestion avoidance, and the window held the sender back.
  ///
  /// - Parameters:
  ///   - smoothed: SRTT in microseconds.
  /// - Returns: the window from now on: at least `window`, and at most half as much again or W_est; and no
  ///   more than was acknowledged is added.
  package mutating func grownWindow(
    _ window: UInt32, acknowledged octets: UInt32, segmentSize: UInt32, smoothed: UInt32, at now: Instant
  ) -> UInt32 {
    // unreached: windows of a fuzz host are small; CubicTests
    guard window > 0, segmentSize > 0 else { return window }
    if !isRunning { begin(window: window, segmentSize: segmentSize, at: now) }
    pass(to: now)
    let count = octets < window ? octets : window
    let segment = UInt64(wide: segmentSize)
    advanceEstimate(by: UInt64(wide: count) &* segment, window: window)
    let most = UInt64(wide: window) &+ UInt64(wide: count)
    if estimate > cubicWindow(at: elapsed, segmentSize: segmentSize) {
      // RFC9438-2: the Reno-friendly region.
      return UInt32(saturating: min(UInt64(wide: max(estimate, window)), most))
    }
    let target = cubicWindow(at: elapsed &+ UInt64(wide: smoothed), segmentSize: segmentSize)
    // RFC9438-16: between the window and half as much again.
    guard target > window else { return window }
    let room = target &- window
    let half = window / 2
    let growth =
      // unreached: windows that grow by more than half; CubicTests has them
      UInt64(wide: room < half ? room : half) &* UInt64(wide: count) &+ UInt64(wide: growthRemainder)
    // RFC9438-4, RFC9438-5.
    let whole = growth / UInt64(wide: window)
    growthRemainder = UInt32(truncatingIfNeeded: growth &- whole &* UInt64(wide: window))
    let sum = UInt64(wide: window) &+ whole
    return UInt32(saturating: min(sum, most))
  }

  /// RFC9438-1: up to now the application, or nothing, held the sender back: that time does not count.
  @inline(__always)
  package mutating func skip(to now: Instant) { lastTime = UInt32(truncatingIfNeeded: now.microseconds) }

  private mutating func pass(to now: Instant) {
    let time = UInt32(truncatingIfNeeded: now.microseconds)
    // Far beyond what the curve can use, and no wrap later.
    if elapsed < 1 &<< 40 { elapsed &+= UInt64(wide: time &- lastTime) }
    lastTime = time
  }

  /// Congestion avoidance begins with `window`.
  private mutating func begin(window: UInt32, segmentSize: UInt32, at now: Instant) {
    isRunning = true
    elapsed = 0
    lastTime = UInt32(truncatingIfNeeded: now.microseconds)
    estimate = window
    estimateRemainder = 0
    estimateSeventeenths = 0
    growthRemainder = 0
    if beginsOnPlateau || maximum < window {
      // RFC9438-12, RFC9438-15; the same where the window is beyond W_max already.
      maximum = window
      plateau = 0
    } else {
      let cube = UInt64(wide: maximum &- window) &* Cubic.ticksCubedPerSegment / UInt64(wide: segmentSize)
      plateau = Cubic.cubeRoot(cube)
    }
    beginsOnPlateau = false
  }

  /// W_cubic(t) = C (t - K)^3 + W_max.
  ///
  /// - Parameter microseconds: t.
  private func cubicWindow(at microseconds: UInt64, segmentSize: UInt32) -> UInt32 {
    let time = UInt32(saturating: microseconds &>> 10)
    let isBefore = time < plateau
    let distance = isBefore ? plateau &- time : time &- plateau
    // unreached: windows of a fuzz host are small; CubicTests
    let ticks = UInt64(wide: distance < Cubic.longest ? distance : Cubic.longest)
    let cube = ticks &* ticks &* ticks
    let segments = cube / Cubic.ticksCubedPerSegment
    let part = cube &- segments &* Cubic.ticksCubedPerSegment
    let segment = UInt64(wide: segmentSize)
    let octets = segments &* segment &+ part &* segment / Cubic.ticksCubedPerSegment
    let origin = UInt64(wide: maximum)
    // unreached: windows of a fuzz host are small; CubicTests
    if isBefore { return octets < origin ? UInt32(truncatingIfNeeded: origin &- octets) : 0 }
    return UInt32(saturating: origin &+ octets)
  }

  /// W_est grows by alpha segments for each window acknowledged: alpha is 3 (1 - beta) / (1 + beta), which is
  /// 9/17, and 1 once W_est has reached cwnd_prior (RFC9438-3).
  ///
  /// - Parameter product: octets acknowledged, times the segment size.
  private mutating func advanceEstimate(by product: UInt64, window: UInt32) {
    let sum = product &+ UInt64(wide: estimateRemainder)
    let whole = sum / UInt64(wide: window)
    estimateRemainder = UInt32(truncatingIfNeeded: sum &- whole &* UInt64(wide: window))
    var growth = whole
    if estimate < prior {
      let parts = whole &* 9 &+ UInt64(wide: UInt32(estimateSeventeenths))
      growth = parts / 17
      estimateSeventeenths = UInt8(truncatingIfNeeded: parts &- growth &* 17)
    }
    estimate = UInt32(saturating: UInt64(wide: estimate) &+ growth)
  }

  /// A loss was detected where the window was `window` (RFC9438-6, RFC9438-7, RFC9438-9).
  ///
  /// - Parameter flight: octets in flight.
  /// - Returns: the threshold: 0.7 of the flight, two segments at least.
  package mutating func didDetectLoss(window: UInt32, flight: Int, segmentSize: Int) -> UInt32 {
    // RFC9438-11: fast convergence leaves (1 + 0.7) / 2 where others have taken room since.
    maximum = window < maximum ? UInt32(truncatingIfNeeded: UInt64(wide: window) &* 17 / 20) : window
    beginsOnPlateau = false
    // RFC9438-9: the window, where it is used up. What is in flight is less by the part of a segment that
    // does not fit, and by what the pace holds back: a tenth of a window of seven segments.
    let used = Int(truncatingIfNeeded: window)
    let isUsed = used > flight && used <= flight &+ 2 &* segmentSize
    return reduce(window: window, flight: isUsed ? used : flight, segmentSize: segmentSize)
  }

  /// The retransmission timer has expired for the first time (RFC9438-12).
  package mutating func didTimeOut(window: UInt32, flight: Int, segmentSize: Int) -> UInt32 {
    beginsOnPlateau = true
    return reduce(window: window, flight: flight, segmentSize: segmentSize)
  }

  private mutating func reduce(window: UInt32, flight: Int, segmentSize: Int) -> UInt32 {
    prior = window
    isRunning = false
    // In 64 bits, whose division every target has.
    let reduced = UInt64(wide: UInt32(truncatingIfNeeded: flight)) &* 7 / 10
    let two = UInt64(wide: UInt32(truncatingIfNeeded: 2 &* segmentSize))
    return UInt32(truncatingIfNeeded: reduced > two ? reduced : two)
  }

  /// Slow start is over without a loss (RFC9438-15).
  package mutating func didLeaveSlowStart(window: UInt32) {
    prior = window
    beginsOnPlateau = true
    isRunning = false
  }

  /// The window changed for another reason: the next epoch begins with what it is then.
  package mutating func restart() { isRunning = false }

  /// Segments became shorter: the curve stays the same in segments. `old` is not 0.
  package mutating func didChangeSegmentSize(from old: UInt32, to new: UInt32) {
    maximum = UInt32(truncatingIfNeeded: UInt64(wide: maximum) &* UInt64(wide: new) / UInt64(wide: old))
    prior = UInt32(truncatingIfNeeded: UInt64(wide: prior) &* UInt64(wide: new) / UInt64(wide: old))
    restart()
  }

  /// The largest whole number whose cube is not beyond `value`, bit by bit.
  package static func cubeRoot(_ value: UInt64) -> UInt32 {
    var root: UInt32 = 0
    var bit: UInt32 = 1 &<< 21
    for _ in 0..<22 {
      let candidate = root | bit
      let wide = UInt64(wide: candidate)
      if candidate <= longest && wide &* wide &* wide <= value { root = candidate }
      bit &>>= 1
    }
    return root
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isRunning) <= 1 && rawByte(of: &beginsOnPlateau) <= 1
  }
}

extension Cubic {
  func add(to digest: inout StateDigest) {
    digest.add(maximum)
    digest.add(prior)
    digest.add(beginsOnPlateau)
    digest.add(isRunning)
    guard isRunning else { return }
    digest.add(estimate)
    digest.add(estimateRemainder)
    digest.add(growthRemainder)
    digest.add(plateau)
    digest.add(elapsed)
    digest.add(UInt32(truncatingIfNeeded: digest.now.microseconds) &- lastTime)
    digest.add(estimateSeventeenths)
  }
}
