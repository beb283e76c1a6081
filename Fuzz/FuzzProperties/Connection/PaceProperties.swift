import TCPCore

/// How much text may have left by now where it leaves at a pace: a bucket that fills as fast as the window
/// asks for, and holds what may leave at once.
///
/// No RFC says how a sender paces; what it must come to does follow from what its documentation says: the
/// initial window leaves at once, then no more than twice the window in a round trip in slow start and five
/// quarters of it otherwise, in portions of what a millisecond takes, two segments at least: the rest of one,
/// and after a late call two more. The first retransmission after SND.UNA has moved leaves at once. BBR's
/// rate is what STATUS says; others bound that (`ReferencePath`).
struct ReferencePace {
  /// Octets that may leave now; below zero, a portion that was begun.
  private var allowance = 0
  /// Octets in a second at the last look, and when that was.
  private var rate = 0.0
  private var time: UInt64 = 0
  private var isPaced = false
  /// The most that may leave at once.
  private var portion = 0
  /// What a portion is now, and how much may be left of the one that was begun: at another rate, perhaps.
  private var size = 0
  private var left = 0
  /// The longest that text may wait, in microseconds: the longest round trip that was, with BBR what two
  /// segments take, and a tick.
  private(set) var longestWait: UInt64 = 0
  /// With BBR: until when two segments take by the rate of each look.
  private var longestTrip: UInt64 = 0
  private var begunUntil: UInt64 = 0
  /// SND.UNA when something left again.
  private var repeated: UInt32?

  /// The handshake is complete.
  mutating func begin(window: Int, at now: UInt64) {
    self = ReferencePace()
    allowance = window
    left = window
    time = now
  }

  /// Something may leave now.
  ///
  /// - Parameter hasModel: whether BBR has seen an acknowledgment of text, and with it set a rate.
  mutating func look(at status: Status, isEnabled: Bool, hasModel: Bool = true, now: UInt64) {
    let (before, elapsed) = (rate, Double(now - min(now, time)) / 1e6)
    time = now
    let roundTrip = status.smoothedRoundTrip.microseconds
    let begins = !isPaced
    isPaced = isEnabled && roundTrip >= 1_000
    let isBBR = status.congestionControl == .bbr
    let isRecovering = status.congestionPhase == .recovery && !isBBR
    let window = max(status.congestionWindow, isRecovering ? status.slowStartThreshold : 0)
    guard isPaced else {
      rate = 0
      // What may leave at once is a window, and that is taken again each time it is used up.
      allowance = max(allowance, 2 * max(window, status.bytesInFlight))
      left = max(left, window)
      return
    }
    let isSlowStart = window < status.slowStartThreshold
    let octets = isSlowStart ? 2 * window : window + window / 4
    // BBR never sends less than two segments a second; in a round trip, before it has set a rate. STATUS
    // rounds that down.
    let least = Double(2 * status.segmentSize) * (hasModel ? 1 : 1e6 / Double(roundTrip))
    let said = Double(status.pacingRate) + (hasModel ? 0 : 1)
    rate = isBBR ? max(said, least) : Double(octets) / Double(roundTrip) * 1e6
    let quantum = max(Int(rate / 1_000), 2 * status.segmentSize)
    // What a late call makes up for, it makes up for at the rate of now.
    let most = 2 * quantum + max(quantum, left)
    let raised = max(0, most - portion)
    portion = most
    size = quantum
    let segments = UInt64(2e6 * Double(status.segmentSize) / max(1, rate))
    // BBR's rate may rise after a portion has begun.
    let slack: UInt64 = hasModel ? 1_000 : 1_000 + segments / max(1, UInt64(rate))
    let wait = isBBR ? max(segments, 1_000) + slack : 0
    longestTrip = max(longestTrip, roundTrip + 1_000)
    // A portion that has begun goes on by the rate of then, and each question may have begun one.
    begunUntil = max(begunUntil, now + wait)
    longestWait = max(begunUntil, now + (isBBR ? wait : longestTrip)) - now
    // The first quantum waits for nobody.
    allowance += begins ? portion : raised
    if allowance < portion { allowance = min(portion, allowance + Int(max(rate, before) * elapsed) + 1) }
  }

  /// A time-out has come: what it lets leave again does not wait for the pace, however slow that is.
  mutating func timedOut() { repeated = nil }

  /// So much has left; whether it might.
  ///
  /// - Parameters:
  ///   - beyond: how far a segment may end beyond what is allowed that begins within it: its own length, also
  ///     where it probes the path, and one more.
  ///   - first: SND.UNA, where it has left again.
  mutating func take(_ count: Int, beyond: Int, resentFrom first: UInt32?) -> Bool {
    if let first, repeated != first {
      repeated = first
      return true
    }
    allowance -= count
    left = max(size, left - count)
    // unpaced windows may be used up more than once between two looks
    return !isPaced || allowance >= -beyond
  }
}

extension ConnectionRun {
  /// BBR is always paced.
  private var isPaceWanted: Bool {
    model.options.isPacingEnabled || model.options.congestionControl == .bbr
  }

  /// Text is about to leave.
  mutating func lookAtPace() {
    guard model.isSynchronized, model.state != .closed, let status = askStatus() else { return }
    if paceHandshakes != model.handshakes {
      paceHandshakes = model.handshakes
      pace.begin(window: status.congestionWindow, at: now)
    }
    let hasModel = model.acknowledgedText > 0 || model.reports.hasAny
    pace.look(at: status, isEnabled: isPaceWanted, hasModel: hasModel, now: now)
  }

  /// Text, or a FIN, has left: new, or again.
  ///
  /// - Parameter first: as in `take`.
  mutating func checkPace(_ count: Int, resentFrom first: UInt32?) {
    guard handle != nil else { return }  // what was released tells its rate no more
    require(
      "no more leaves at once than the pace allows",
      pace.take(count, beyond: model.textRoom + max(model.textRoom, count), resentFrom: first), "\(pace)")
  }

  /// Whether text may wait for its turn: the host says when that comes, and it is not long. It may have come,
  /// while `expire` was not called yet.
  var isWaitingForPace: Bool {
    mutating get {
      lookAtPace()  // what has left may have changed BBR's rate
      guard isPaceWanted, let status = askStatus(),
        status.smoothedRoundTrip >= .milliseconds(1), let deadline = fixture.host.deadline
      else { return false }
      return deadline.microseconds <= now + pace.longestWait
    }
  }
}
