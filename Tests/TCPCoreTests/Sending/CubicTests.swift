import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC 9438.
@Suite("CUBIC")
struct CubicTests {
  @Test("A window above the curve stays where it is") func aboveTheCurve() {
    // RFC9438-16: 2 s after the loss the curve is at about 96,000.
    var cubic = Cubic()
    let window = cubic.didDetectLoss(window: 100_000, flight: 100_000, segmentSize: 1_000)
    var now = Instant(microseconds: 1_000_000)
    for _ in 0..<2 {
      _ = cubic.grownWindow(window, acknowledged: 1, segmentSize: 1_000, smoothed: 10_000, at: now)
      now = now + .seconds(2)
    }
    let grown = cubic.grownWindow(
      200_000, acknowledged: 1_000, segmentSize: 1_000, smoothed: 10_000, at: now)
    #expect(grown == 200_000)
  }

  /// RFC9438-4, RFC9438-5, RFC9438-16, RFC9438-2, RFC9438-3, RFC9438-6...9, RFC9438-11, RFC9438-12: each step
  /// from the window before it, as the formulas have it.
  @Test("Each step is that of the formulas", arguments: 0..<60)
  func steps(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    let size = [64, 536, 1_460, 8_960, 65_495][number % 5]
    let segment = Double(size)
    var cubic = Cubic()
    var model = CubicModel()
    var window = UInt32(size * random.within(2...2_000))
    var now: UInt64 = random.next() >> 20
    let start = now
    func seconds() -> Double { Double(now - start) * 1e-6 }
    let roundTrip = [200, 5_000, 40_000, 300_000][random.within(0...3)]
    for step in 0..<3_000 {
      now += UInt64(random.within(0...(roundTrip / 4)))
      let place = "step \(step), seed \(seed), window \(window)"
      switch random.within(0...299) {
      case 0:
        let flight = random.within(0...Int(window))
        let threshold =
          random.within(0...2) == 0
          ? (
            cubic.didTimeOut(window: window, flight: flight, segmentSize: size),
            model.timeOut(flight: Double(flight) / segment, window: Double(window) / segment)
          )
          : (
            cubic.didDetectLoss(window: window, flight: flight, segmentSize: size),
            // The window, where it is used up but for two segments.
            model.lose(
              flight: Double(Int(window) <= flight + 2 * size ? Int(window) : flight) / segment,
              window: Double(window) / segment)
          )
        try demand(abs(Double(threshold.0) - threshold.1 * segment) <= 1, "threshold, \(place)")
        try demand(abs(Double(cubic.maximum) - model.maximum * segment) <= 1, "W_max, \(place)")
        window = max(threshold.0, UInt32(size * 2))
      case 1...3:
        now += UInt64(random.within(0...5_000_000))
        cubic.skip(to: Instant(microseconds: now))
        model.wait(until: seconds())
      default:
        let octets = random.within(1...(3 * size))
        let isPast = cubic.estimate >= cubic.prior
        // One octet decides by how much W_est grows: where it is close, the model does as the core.
        let distance = (model.estimate - model.prior) * segment
        try demand(!model.isRunning || abs(distance) < 4 || isPast == (distance > 0), "alpha, \(place)")
        let grown = cubic.grownWindow(
          window, acknowledged: UInt32(octets), segmentSize: UInt32(size), smoothed: UInt32(roundTrip),
          at: Instant(microseconds: now))
        let wanted = model.acknowledge(
          Double(octets) / segment, window: Double(window) / segment, roundTrip: Double(roundTrip) * 1e-6,
          isPast: model.isRunning ? isPast : nil, at: seconds())
        // The curve is asked at whole ticks, and K is one.
        let blur = wanted.slope * 0.002_1 * segment + 2
        let share = min(1, Double(octets) / Double(window))
        let isFriendly = abs(Double(grown) - wanted.friendly * segment) <= 3 + Double(step) * 1e-3
        let isCubic = abs(Double(grown) - wanted.cubic * segment) <= blur * share + 2
        let isClose = abs(wanted.curve - model.estimate) * segment <= blur + 3 + Double(step) * 1e-3
        try demand(
          isClose ? isFriendly || isCubic : (wanted.curve < model.estimate ? isFriendly : isCubic),
          "\(grown), not \(wanted.friendly * segment) or \(wanted.cubic * segment), \(place)")
        window = grown
      }
    }
  }

  /// RFC9438-4, RFC9438-5: the window rises ever more slowly to W_max, and leaves it ever faster.
  @Test("Concave, plateau, convex")
  func shape() {
    var cubic = Cubic()
    let size: UInt32 = 1_460
    var window = cubic.didDetectLoss(window: 1_000 * size, flight: 1_460_000, segmentSize: 1_460)
    #expect(window == 700 * size)  // RFC9438-7
    var now: UInt64 = 0
    var windows: [UInt32] = []
    for _ in 0..<180 {  // round trips of 100 ms; K is 9.09 s
      windows.append(window)
      let flight = window
      var left = flight
      while left > 0 {
        now += 100_000 * UInt64(size) / UInt64(flight)
        let count = left < size ? left : size
        window = cubic.grownWindow(
          window, acknowledged: count, segmentSize: size, smoothed: 100_000, at: Instant(microseconds: now))
        left -= count
      }
    }
    let steps = zip(windows.dropFirst(), windows).map { Int($0) - Int($1) }
    #expect(abs(Int(cubic.plateau) - 8_872) <= 1)  // RFC9438-8: the cube root of 300 / 0.4, in 1.024 ms
    #expect(steps[5] > 7 * 1_460 && steps[5] > steps[30] && steps[30] > steps[60] && steps[60] > steps[80])
    #expect(steps[85..<95].allSatisfy { $0 < 1_460 })
    #expect(abs(Int(windows[91]) - 1_460_000) < 5 * 1_460)
    #expect(steps[110] > steps[100] && steps[140] > steps[110] && steps[170] > steps[140])
    #expect(steps[170] > 7 * 1_460)
  }

  /// RFC9438-4, RFC9438-5: what a short acknowledgment adds is less than an octet, and is kept.
  @Test(
    "On the curve a window acknowledged octet by octet adds as much as in segments", arguments: [1, 7, 1_000])
  func pieces(piece: Int) {
    var cubic = Cubic()
    var window = cubic.didDetectLoss(window: 100_000, flight: 100_000, segmentSize: 1_000)
    #expect(window == 70_000)
    for first in stride(from: 0, to: 70_000, by: piece) {
      window = cubic.grownWindow(
        window, acknowledged: UInt32(min(piece, 70_000 - first)), segmentSize: 1_000, smoothed: 100_000,
        at: Instant(microseconds: UInt64(first) * 100_000 / 70_000))
    }
    // K is 4.2 s: in the first 100 ms, and in the next, the curve rises by 2,080 octets each.
    #expect(abs(Int(window) - 72_050) <= 100)
  }

  /// RFC9438-2, RFC9438-3, ROB-253: over a round trip of a millisecond the curve is slower than Reno, and
  /// 9/17 of a segment is added each round trip; one whole segment from the former window on.
  @Test("The Reno-friendly region", arguments: [1, 333, 1_000, 2_000])
  func friendly(piece: Int) {
    var cubic = Cubic()
    var window = cubic.didDetectLoss(window: 20_000, flight: 20_000, segmentSize: 1_000)
    #expect(window == 14_000)
    var now: UInt64 = 0
    var windows: [Int] = []
    for _ in 0..<40 {
      windows.append(Int(window))
      var left = Int(window)
      while left > 0 {
        let count = min(piece, left)
        window = cubic.grownWindow(
          window, acknowledged: UInt32(count), segmentSize: 1_000, smoothed: 1_000,
          at: Instant(microseconds: now))
        left -= count
      }
      now += 1_000
    }
    #expect(abs(windows[8] - windows[0] - 8 * 9_000 / 17) < 150)
    #expect(abs(windows[39] - windows[29] - 10_000) < 400)
  }

  /// RFC9438-1, ROB-076: an hour without text is no time on the curve.
  @Test("A pause of the application is no time")
  func pause() {
    var cubic = Cubic()
    var window = cubic.didDetectLoss(window: 1_000_000, flight: 1_000_000, segmentSize: 1_000)
    func acknowledge(_ cubic: inout Cubic, _ window: UInt32, at second: UInt64) -> UInt32 {
      cubic.grownWindow(
        window, acknowledged: 1_000, segmentSize: 1_000, smoothed: 100_000,
        at: Instant(microseconds: second * 1_000_000))
    }
    window = acknowledge(&cubic, window, at: 5)
    window = acknowledge(&cubic, window, at: 6)
    #expect(cubic.elapsed == 1_000_000)
    cubic.skip(to: Instant(microseconds: 3_606_000_000))
    window = acknowledge(&cubic, window, at: 3_607)
    #expect(cubic.elapsed == 2_000_000)
  }

  /// RFC9438-11.
  @Test("Fast convergence")
  func fastConvergence() {
    var cubic = Cubic()
    _ = cubic.didDetectLoss(window: 100_000, flight: 100_000, segmentSize: 1_000)
    #expect(cubic.maximum == 100_000 && cubic.prior == 100_000)
    _ = cubic.didDetectLoss(window: 80_000, flight: 80_000, segmentSize: 1_000)
    #expect(cubic.maximum == 68_000 && cubic.prior == 80_000)
    _ = cubic.didDetectLoss(window: 70_000, flight: 70_000, segmentSize: 1_000)
    #expect(cubic.maximum == 70_000)
  }

  /// RFC9438-12, RFC9438-15: avoidance after a time-out, or after a slow start without a loss, begins on the
  /// plateau.
  @Test("After a time-out, and after HyStart++")
  func plateau() {
    for isTimeout in [true, false] {
      var cubic = Cubic()
      _ = cubic.didDetectLoss(window: 100_000, flight: 100_000, segmentSize: 1_000)
      if isTimeout {
        #expect(cubic.didTimeOut(window: 70_000, flight: 60_000, segmentSize: 1_000) == 42_000)
      } else {
        cubic.didLeaveSlowStart(window: 42_000)
      }
      _ = cubic.grownWindow(
        42_000, acknowledged: 1_000, segmentSize: 1_000, smoothed: 1_000, at: Instant(microseconds: 0))
      #expect(cubic.plateau == 0 && cubic.maximum == 42_000)
      #expect(cubic.prior == (isTimeout ? 70_000 : 42_000))
    }
  }

  /// RFC9438-9: from what is in flight, not from a window that was not used; two segments at least.
  @Test(
    "The threshold",
    arguments: [(0, 2_000), (2_857, 2_000), (2_860, 2_002), (10_001, 7_000), (19_999, 13_999)])
  func threshold(flight: Int, threshold: Int) {
    var cubic = Cubic()
    #expect(
      cubic.didDetectLoss(window: 500_000, flight: flight, segmentSize: 1_000) == UInt32(threshold))
    #expect(cubic.didTimeOut(window: 500_000, flight: flight, segmentSize: 1_000) == UInt32(threshold))
  }

  @Test("The cube root, next to each cube")
  func cubeRoot() {
    var roots: [UInt64] = Array(0...3_000) + Array(2_641_000...2_642_245)
    for bit in 2..<21 { roots += [(1 << bit) - 1, 1 << bit, (1 << bit) + 1] }
    for root in roots {
      let cube = root * root * root
      #expect(Cubic.cubeRoot(cube) == UInt32(root))
      if cube > 0 { #expect(Cubic.cubeRoot(cube - 1) == UInt32(root - 1)) }
    }
    #expect(Cubic.cubeRoot(UInt64.max) == 2_642_245)
  }

  /// ROB-077: nothing traps, whatever comes when; the window neither falls nor grows by more than was
  /// acknowledged.
  @Test("Numbers of every size", arguments: 0..<20)
  func extremes(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    var cubic = Cubic()
    func any(_ bits: Int) -> UInt64 { random.next() >> UInt64(64 - random.within(1...bits)) }
    for step in 0..<5_000 {
      let window = UInt32(any(32))
      let size = Int(any(16))
      switch random.within(0...9) {
      case 0: _ = cubic.didDetectLoss(window: window, flight: Int(any(31)), segmentSize: size)
      case 1: _ = cubic.didTimeOut(window: window, flight: Int(any(31)), segmentSize: size)
      case 2: cubic.didLeaveSlowStart(window: window)
      case 3: cubic.skip(to: Instant(microseconds: any(64)))
      case 4: cubic.didChangeSegmentSize(from: UInt32(max(1, size)), to: UInt32(any(16)))
      default:
        let octets = UInt32(any(32))
        let grown = cubic.grownWindow(
          window, acknowledged: octets, segmentSize: UInt32(size), smoothed: UInt32(any(32)),
          at: Instant(microseconds: any(64)))
        let most = UInt64(window) + UInt64(octets)
        try demand(
          grown >= window && UInt64(grown) <= most, "\(window) to \(grown), step \(step), seed \(seed)")
      }
    }
  }
}
