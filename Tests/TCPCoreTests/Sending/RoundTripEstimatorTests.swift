import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC 6298 section 2 in floating point, in microseconds.
private struct NaiveEstimator {
  var smoothed = 0.0
  var variance = 0.0
  var hasSample = false

  mutating func sample(_ value: Double) {
    if hasSample {
      variance = 0.75 * variance + 0.25 * abs(smoothed - value)
      smoothed = 0.875 * smoothed + 0.125 * value
    } else {
      smoothed = value
      variance = value / 2
      hasSample = true
    }
  }

  func timeout(_ least: Double, _ most: Double) -> Double {
    min(most, max(least, smoothed + max(1_000, 4 * variance)))
  }
}

@Suite("Round-trip time against RFC 6298")
struct RoundTripEstimatorTests {
  private let wide = TimeoutLimits(minimum: 1, maximum: 4_000_000_000)

  /// RFC6298-1, RFC8961-1.
  @Test("Before any sample the time-out is one second")
  func initial() {
    let estimator = RoundTripEstimator()
    #expect(!estimator.hasSample && estimator.smoothed == 0)
    #expect(estimator.timeout(TimeoutLimits(minimum: 1_000_000, maximum: 60_000_000)) == .seconds(1))
  }

  /// MUST-18, RFC6298-2, RFC6298-3, RFC6298-8: random walks, within the rounding of the scaled integers.
  @Test("Samples", arguments: 0..<30)
  func samples(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    var estimator = RoundTripEstimator()
    var naive = NaiveEstimator()
    let scale = [1, 100, 10_000, 1_000_000, 130_000_000][number % 5]
    for step in 0..<200 {
      let value = random.within(1...scale)
      estimator.sample(microseconds: UInt64(value), limits: wide)
      naive.sample(Double(value))
      let place = "step \(step), seed \(seed)"
      try demand(abs(Double(estimator.smoothed) - naive.smoothed) <= 10, "SRTT, \(place)")
      try demand(abs(Double(estimator.variance) - naive.variance) <= 10, "RTTVAR, \(place)")
      let timeout = Double(estimator.timeout(wide).microseconds)
      try demand(abs(timeout - naive.timeout(1, 4e9)) <= 50, "RTO \(timeout), \(place)")
      try demand(estimator.hasSample && estimator.backoff == 0, "sample, \(place)")
    }
  }

  /// RFC6298-2, exactly.
  @Test("The first sample", arguments: [1, 7, 1_000, 250_000, 3_000_000])
  func first(value: Int) {
    var estimator = RoundTripEstimator()
    estimator.sample(microseconds: UInt64(value), limits: wide)
    #expect(estimator.smoothed == UInt32(value))
    #expect(estimator.variance == UInt32(value / 2))
    #expect(estimator.timeout(wide).microseconds == UInt64(value + max(1_000, 2 * value)))
  }

  /// RFC6298-8: a path that never varies still leaves the clock's granularity.
  @Test("The variance term is never below one millisecond")
  func granularity() {
    var estimator = RoundTripEstimator()
    for _ in 0..<300 { estimator.sample(microseconds: 40_000, limits: wide) }
    let timeout = estimator.timeout(wide).microseconds
    #expect(timeout >= 41_000 && timeout < 41_050)
  }

  @Test("Samples of nothing and of ages do not break it")
  func extremes() {
    var estimator = RoundTripEstimator()
    estimator.sample(microseconds: 0, limits: wide)
    #expect(estimator.hasSample)
    for _ in 0..<100 { estimator.sample(microseconds: UInt64.max, limits: wide) }
    #expect(estimator.smoothed <= 0x0800_0000)
    #expect(estimator.timeout(TimeoutLimits(minimum: 1, maximum: 60_000_000)) == .seconds(60))
    for _ in 0..<300 { estimator.sample(microseconds: 0, limits: wide) }
    #expect(estimator.hasSample && estimator.smoothed <= 8)
  }

  /// RFC6298-4, RFC6298-5, RFC6298-14, RFC8961-5, RFC8961-6, RFC8961-7.
  @Test("Each time-out in vain doubles the next, up to the limit; a sample ends that")
  func backOff() {
    let limits = TimeoutLimits(minimum: 1_000_000, maximum: 60_000_000)
    var estimator = RoundTripEstimator()
    estimator.sample(microseconds: 10_000, limits: limits)
    var expected = 1
    for _ in 0..<100 {
      #expect(estimator.timeout(limits) == .seconds(min(60, expected)))
      estimator.backOff()
      expected = min(expected * 2, 1_000)
    }
    estimator.sample(microseconds: 10_000, limits: limits)
    #expect(estimator.timeout(limits) == .seconds(1))
  }

  /// RFC6298-15, ROB-257.
  @Test("After a handshake that timed out, text starts with three seconds")
  func handshake() {
    let limits = TimeoutLimits(minimum: 1_000_000, maximum: 60_000_000)
    var estimator = RoundTripEstimator()
    estimator.backOff()
    estimator.backOff()
    estimator.restartAfterHandshakeTimeout()
    #expect(estimator.timeout(limits) == .seconds(3))
    var slow = RoundTripEstimator(initial: 5_000_000)
    slow.restartAfterHandshakeTimeout()
    #expect(slow.timeout(limits) == .seconds(5))
  }
}
