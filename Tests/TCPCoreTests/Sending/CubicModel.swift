import TCPCore

/// RFC 9438 in segments, seconds and floating point, written from the formulas and apart from the core.
struct CubicModel {
  var maximum = 0.0
  var prior = 0.0
  var estimate = 0.0
  var plateau = 0.0
  /// Seconds in which the window has held the sender back, and the moment up to which that is counted.
  var elapsed = 0.0
  var counted = 0.0
  var isRunning = false
  var isOnPlateau = true

  /// Both windows that section 4.3 compares, and what each region makes of `window`.
  struct Step {
    var curve: Double
    var friendly: Double
    var cubic: Double
    /// How steep the curve is, in segments a second.
    var slope: Double
  }

  private func curve(_ time: Double) -> Double {
    0.4 * (time - plateau) * (time - plateau) * (time - plateau) + maximum
  }

  /// - Parameter isPast: whether W_est has reached cwnd_prior.
  mutating func acknowledge(
    _ segments: Double, window: Double, roundTrip: Double, isPast: Bool?, at now: Double
  ) -> Step {
    if !isRunning {
      isRunning = true
      if isOnPlateau || maximum < window { maximum = window }
      isOnPlateau = false
      plateau = root((maximum - window) / 0.4)
      estimate = window
      elapsed = 0
      counted = now
    }
    elapsed += now - counted
    counted = now
    let share = min(segments, window) / window
    estimate += (isPast ?? (estimate >= prior) ? 1 : 9.0 / 17.0) * share
    let target = min(max(curve(elapsed + roundTrip), window), 1.5 * window)
    let distance = abs(elapsed + roundTrip - plateau)
    return Step(
      curve: curve(elapsed), friendly: min(max(estimate, window), window + min(segments, window)),
      cubic: window + (target - window) * share, slope: 1.2 * distance * distance)
  }

  mutating func wait(until now: Double) { counted = now }

  /// The threshold.
  mutating func lose(flight: Double, window: Double) -> Double {
    maximum = window < maximum ? window * 0.85 : window
    prior = window
    isRunning = false
    isOnPlateau = false
    return max(flight * 0.7, 2)
  }

  mutating func timeOut(flight: Double, window: Double) -> Double {
    prior = window
    isRunning = false
    isOnPlateau = true
    return max(flight * 0.7, 2)
  }

  /// A cube root by halves.
  private func root(_ value: Double) -> Double {
    var low = 0.0
    var high = max(1, value)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle * middle * middle <= value { low = middle } else { high = middle }
    }
    return low
  }
}
