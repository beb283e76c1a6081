/// What the congestion window was before it was last taken down, and whether that turns out to have been
/// needless: what was taken for lost was only late.
///
/// Three things show it: an echo from before the octets left again (RFC 3522), a peer that reports all of
/// what left again as duplicates (RFC 2883), and, without timestamps, two acknowledgments after a time-out
/// that go on with what left once (F-RTO, RFC 5682).
package struct ReductionUndo: BitwiseCopyable {
  /// What F-RTO waits for (RFC 5682 section 2.1).
  enum Step: UInt8, BitwiseCopyable {
    /// Nothing: it does not run.
    case none
    /// The first acknowledgment after the time-out.
    case first
    /// The second one; until then only new text leaves.
    case second
  }

  /// cwnd and ssthresh before.
  package private(set) var window: UInt32 = 0
  package private(set) var threshold: UInt32 = 0
  /// SND.NXT when it was taken down.
  private var end = SequenceNumber(0)
  /// What left again since lies from here up to there, meaningful while `hasResent`.
  private var resentBegin = SequenceNumber(0)
  private var resentEnd = SequenceNumber(0)
  /// Octets that left again since, without what came twice.
  private var resent: UInt32 = 0
  /// When the first of them left.
  private var resentAt = Instant(microseconds: 0)
  private var step = Step.none
  /// Whether the reduction may still turn out to be needless.
  package private(set) var isPossible = false
  /// Whether anything left again since, and whether the next echo tells which time is answered.
  private var hasResent = false
  private var isEchoExpected = false

  package init() {}

  /// The window is about to be taken down.
  ///
  /// - Parameter isFRTOWanted: whether F-RTO has to find out, after a time-out without timestamps.
  package mutating func remember(
    window: UInt32, threshold: UInt32, next: SequenceNumber, isFRTOWanted: Bool
  ) {
    self.window = window
    self.threshold = threshold
    end = next
    resent = 0
    step = isFRTOWanted ? .first : .none
    isPossible = true
    hasResent = false
    isEchoExpected = true
  }

  /// It is over: either way.
  package mutating func forget() {
    isPossible = false
    step = .none
  }

  /// Octets have left again.
  package mutating func didResend(_ sequence: SequenceNumber, count: Int, at now: Instant) {
    guard isPossible else { return }
    if hasResent {
      resentBegin = .earlier(resentBegin, sequence)
      resentEnd = .later(resentEnd, sequence + count)
    } else {
      hasResent = true
      resentAt = now
      resentBegin = sequence
      resentEnd = sequence + count
    }
    resent = UInt32(saturating: UInt64(wide: resent) &+ UInt64(wide: UInt32(truncatingIfNeeded: count)))
  }

  /// Whether only new text may leave, because the next acknowledgment says whether anything is lost.
  @inline(__always)
  package var isHolding: Bool { step == .second }

  /// SND.UNA moves while this is possible.
  ///
  /// - Parameters:
  ///   - echo: TSecr without our secret share of the clock, if there is one to go by.
  ///   - hasNewText: whether a segment of text never sent could leave.
  /// - Returns: whether the reduction was needless.
  package mutating func didAdvance(
    to acknowledgment: SequenceNumber, echo: UInt32?, hasNewText: Bool, at now: Instant
  ) -> Bool {
    // What an earlier recovery sent again comes first, and echoes an earlier time.
    if hasResent && isEchoExpected && acknowledgment > resentBegin {
      isEchoExpected = false  // RFC 3522: only the first acknowledgment tells
      if let echo, isOlder(echo, at: now) { return true }
    }
    switch step {
    case .none:
      // A duplicate of what left again is reported within another window, or not at all.
      if acknowledgment - end > Int(truncatingIfNeeded: window) { isPossible = false }
    case .first:
      // RFC5682-1, step 2: what remains is acknowledged by and by if it is only late.
      step = hasResent && hasNewText && acknowledgment < end ? .second : .none
    case .second:
      return true  // step 3b: nobody sent that again
    }
    return false
  }

  /// Whether an echo is from before what left again. After 2^31 ticks (25 days) nobody can tell.
  private func isOlder(_ echo: UInt32, at now: Instant) -> Bool {
    guard now - resentAt < .seconds(20 * 86_400) else { return false }
    return echo.ahead(of: TimestampClock.value(at: resentAt, offset: 0)) < 0
  }

  /// F-RTO has found nothing: what is lost goes on leaving again.
  mutating func endFRTO() { step = .none }

  /// The peer reports that it has received a range twice.
  ///
  /// - Returns: whether everything that left again was needless.
  package mutating func didReceiveTwice(_ block: SACKBlock) -> Bool {
    guard isPossible, resent > 0, block.left < block.right, block.left >= resentBegin,
      block.right <= resentEnd
    else { return false }
    let count = UInt32(truncatingIfNeeded: block.right - block.left)
    resent = count < resent ? resent &- count : 0
    return resent == 0
  }

  /// Whether every stored Bool and enum has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &step) <= Step.second.rawValue && rawByte(of: &isPossible) <= 1
      && rawByte(of: &hasResent) <= 1 && rawByte(of: &isEchoExpected) <= 1
  }
}

extension ReductionUndo {
  func add(to digest: inout StateDigest) {
    digest.add(isPossible)
    guard isPossible else { return }
    digest.add(window)
    digest.add(threshold)
    digest.add(end)
    digest.add(resent)
    digest.add(hasResent)
    if hasResent {
      digest.add(past: resentAt)
      digest.add(resentBegin)
      digest.add(resentEnd)
    }
    digest.add(isEchoExpected)
    digest.add(step.rawValue)
  }
}

extension Sender {
  /// The window is about to be taken down.
  mutating func rememberWindow(next: SequenceNumber, isFRTOWanted: Bool = false) {
    undo.remember(
      window: congestion.window, threshold: congestion.threshold, next: next, isFRTOWanted: isFRTOWanted)
  }

  /// SND.UNA has moved after the window was taken down.
  ///
  /// - Returns: whether that was needless, and all is again as it was.
  package mutating func undoIfNeedless(
    _ acknowledgment: SequenceNumber, echo: UInt32?, hasNewText: Bool, segmentSize: Int, now: Instant,
    in region: Region
  ) -> Bool {
    let wasHolding = undo.isHolding
    if undo.didAdvance(to: acknowledgment, echo: echo, hasNewText: hasNewText, at: now) {
      undoReduction(unacknowledged: acknowledgment, segmentSize: segmentSize, in: region)
      return true
    }
    if undo.isHolding && !wasHolding { congestion.setWindow(segments: 2, segmentSize: segmentSize) }
    return false
  }

  /// An acknowledgment does not move SND.UNA after the window was taken down: RFC 5682 section 2.1, steps 2a
  /// and 3a.
  package mutating func didNotAdvance(segmentSize: Int) {
    if undo.isHolding { congestion.setWindow(segments: 3, segmentSize: segmentSize) }
    undo.endFRTO()
  }

  /// The window, and what counts as lost, are as they were before.
  mutating func undoReduction(unacknowledged: SequenceNumber, segmentSize: Int, in region: Region) {
    congestion.undo(window: undo.window, threshold: undo.threshold)
    // What was sent again in a recovery and was not lost was late: step 3 of RFC 8985 section 6.2 does not
    // see it, as it looks only at what was sent once.
    if recovery.isRecovering { rack.didShowReordering() }
    undoForBBR(segmentSize: segmentSize, in: region)
    recovery.undo(unacknowledged: unacknowledged)
    records.unmarkLost(in: region)
    undo.forget()
    ecn.didUndo(unacknowledged: unacknowledged)
    reductionsUndone &+= 1
  }
}
