/// HyStart++ (RFC 9406): the end of the first slow start, before the queue of the bottleneck overflows.
///
/// Where the shortest round trip of a round is clearly longer than that of the round before, a queue is
/// growing: slow start goes on at a quarter of its pace (conservative slow start), and is over after five
/// such rounds, unless the round trips become shorter again.
package struct HyStart: BitwiseCopyable {
  /// lastRoundMinRTT in microseconds.
  private var lastMinimum = UInt32.max
  /// currentRoundMinRTT.
  private var minimum = UInt32.max
  /// cssBaselineMinRtt, while the pace is conservative.
  private var baseline = UInt32.max
  /// windowEnd: the round ends when this is acknowledged; meaningful while `isInRound`.
  private var roundEnd = SequenceNumber(0)
  /// rttSampleCount, at most 255.
  private var samples: UInt8 = 0
  /// Rounds of conservative slow start that are over, the one in which it began included.
  private var rounds: UInt8 = 0
  /// Quarters of an octet left over of the growth.
  private var quarters: UInt8 = 0
  private var isInRound = false

  package init() {}

  /// Whether the pace is a quarter of slow start's.
  package var isConservative: Bool { baseline != UInt32.max }

  /// How much the window grows for `octets` acknowledged (RFC9406-3, RFC9406-7).
  package mutating func growth(_ octets: UInt32) -> UInt32 {
    guard isConservative else { return octets }
    let sum = UInt64(wide: octets) &+ UInt64(wide: UInt32(quarters))
    quarters = UInt8(truncatingIfNeeded: sum & 3)
    return UInt32(truncatingIfNeeded: sum &>> 2)
  }

  /// An acknowledgment in the first slow start.
  ///
  /// - Parameters:
  ///   - sample: the round-trip time that it shows, in microseconds.
  ///   - number: its acknowledgment number.
  ///   - next: SND.NXT.
  /// - Returns: whether slow start is over (RFC9406-5).
  package mutating func isOver(
    sample: UInt32?, acknowledging number: SequenceNumber, next: SequenceNumber
  ) -> Bool {
    if !isInRound {
      isInRound = true
      roundEnd = next
    }
    if let sample { note(sample) }
    return number >= roundEnd && endRound(next: next)
  }

  private mutating func note(_ sample: UInt32) {
    if sample < minimum { minimum = sample }
    if samples < 255 { samples &+= 1 }
    guard samples >= 8 else { return }
    if isConservative {
      // RFC9406-4: the queue was none.
      if minimum < baseline {
        baseline = UInt32.max
        rounds = 0
        quarters = 0
      }
    } else if minimum >= lastMinimum, minimum &- lastMinimum >= threshold {
      baseline = minimum  // RFC9406-2
    }
  }

  /// RFC9406-6: an eighth of the last round's minimum, from 4 to 16 ms.
  private var threshold: UInt32 {
    let eighth = lastMinimum / 8
    // unreached: no fuzz run has rounds that short or that long; HyStartTests
    return eighth < 4_000 ? 4_000 : (eighth > 16_000 ? 16_000 : eighth)
  }

  /// RFC9406-1: `roundEnd` is acknowledged.
  private mutating func endRound(next: SequenceNumber) -> Bool {
    if isConservative {
      rounds &+= 1
      if rounds >= 5 { return true }
    }
    roundEnd = next
    lastMinimum = minimum
    minimum = UInt32.max
    samples = 0
    return false
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool { rawByte(of: &isInRound) <= 1 }
}

extension HyStart {
  func add(to digest: inout StateDigest) {
    digest.add(isInRound)
    guard isInRound else { return }
    digest.add(lastMinimum)
    digest.add(minimum)
    digest.add(baseline)
    digest.add(roundEnd)
    digest.add(samples)
    digest.add(rounds)
    digest.add(quarters)
  }
}
