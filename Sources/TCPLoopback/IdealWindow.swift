import TCPCore

/// The window rules of a sender, written from the RFCs in floating point and apart from the core: what
/// `IdealTransfer` sends by. Windows are in segments, times in seconds.
struct IdealWindow {
  /// cwnd: RFC 6928's ten segments at first.
  private(set) var window = 10.0
  private let control: CongestionControlAlgorithm
  /// ssthresh, and cwnd_prior: the window before the last loss.
  private var threshold = Double.infinity
  private var prior = 0.0
  // RFC 9438 section 4.1: W_max, W_est, K, and the moment at which congestion avoidance began.
  private var maximum = 0.0
  private var estimate = 0.0
  private var plateau = 0.0
  private var start: Double?

  /// - Parameter control: CUBIC or NewReno.
  init(_ control: CongestionControlAlgorithm) { self.control = control }

  /// One segment was acknowledged, outside recovery.
  mutating func didAcknowledge(at now: Double, roundTrip: Double) {
    if window < threshold {
      window += 1
      return
    }
    if control == .cubic {
      growCubic(at: now, roundTrip: roundTrip)
    } else {
      window += 1 / window
    }
  }

  /// RFC 9438 sections 4.2 to 4.5.
  private mutating func growCubic(at now: Double, roundTrip: Double) {
    if start == nil {
      start = now
      estimate = window
      maximum = max(maximum, window)
      plateau = cubeRoot((maximum - window) / 0.4)
    }
    estimate += (estimate < prior ? 9.0 / 17 : 1) / window
    let elapsed = now - (start ?? now)
    if curve(at: elapsed) < estimate {
      window = max(window, estimate)
      return
    }
    let target = min(max(curve(at: elapsed + roundTrip), window), 1.5 * window)
    window += (target - window) / window
  }

  /// W_cubic(t) with C = 0.4.
  private func curve(at time: Double) -> Double {
    let distance = time - plateau
    return 0.4 * distance * distance * distance + maximum
  }

  /// By Newton's method, from above.
  private func cubeRoot(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    var root = max(value, 1)
    for _ in 0..<100 { root -= (root - value / (root * root)) / 3 }
    return root
  }

  /// Something of the last round trip was lost: half of the window remains, or 0.7 of it with CUBIC, and two
  /// segments at least.
  mutating func didLose() {
    prior = window
    // RFC 9438 section 4.7: fast convergence.
    maximum = window < maximum ? window * 0.85 : window
    start = nil
    threshold = max(window * (control == .cubic ? 0.7 : 0.5), 2)
    window = threshold
  }
}
