/// What one acknowledgment says of the delivery rate: RS of draft-ietf-ccwg-bbr-06, section 4.1.2.1.3.
package struct RateSample: BitwiseCopyable {
  /// Octets in a second; 0 where there is no reliable sample.
  package var rate: UInt32 = 0
  /// Octets delivered since the newest of what is acknowledged left.
  package var delivered: UInt32 = 0
  /// Octets delivered before that.
  package var priorDelivered: UInt64 = 0
  /// Octets marked lost since then.
  package var lost: UInt32 = 0
  /// Octets in flight right after it left.
  package var inFlight: UInt32 = 0
  /// Octets that this acknowledgment delivers.
  package var newlyDelivered: UInt32 = 0
  /// Microseconds; `UInt32.max` where everything acknowledged left more than once.
  package var roundTrip = UInt32.max
  /// Whether the application held the sender back when it left.
  package var isAppLimited = false
  /// Whether a whole record is acknowledged: the numbers above mean something then.
  package var hasRecord = false

  package init() {}
}

/// What was marked lost since this was last asked.
package struct LossNotice: BitwiseCopyable {
  /// How many runs of neighbours.
  package var ranges: UInt16 = 0
  /// Whether anything was.
  package var hasLoss = false
  /// Whether more than 2 % of a flight was lost (LossThresh), and of the first such flight how much of it
  /// the network bore.
  package var isExcessive = false
  package var bearableFlight: UInt32 = 0
  package var isAppLimited = false

  package init() {}
}

/// How fast the network delivers: section 4.1 of draft-ietf-ccwg-bbr-06.
///
/// A sample is what was delivered from the moment a record left until it is acknowledged, over the longer of
/// the two times that sending and acknowledging took. So a peer that acknowledges faster than it receives, or
/// in small steps, cannot make it faster than we send, while something else is in flight.
package struct DeliveryRate: BitwiseCopyable {
  /// C.delivered: octets of sequence space delivered, each counted once (BBR-1).
  package private(set) var delivered: UInt64 = 0
  /// C.lost: octets marked lost; again where they are lost again.
  package private(set) var lost: UInt64 = 0
  /// C.app_limited: samples are limited by the application until so many octets are delivered; 0: they are
  /// not.
  package private(set) var limitedUntil: UInt64 = 0
  /// C.delivered_time and C.first_send_time.
  private var deliveredAt = Instant(microseconds: 0)
  private var firstSentAt = Instant(microseconds: 0)
  /// The acknowledgment that is looked at: when it came.
  private var now = Instant(microseconds: 0)
  /// Of what it acknowledges, the record that left last, and how long ago by its snapshot.
  private var newest = SentRecord(sequence: SequenceNumber(0), count: 0, at: SendStamp())
  private var sendElapsed: UInt64 = 0
  private var ackElapsed: UInt64 = 0
  private var sample = RateSample()
  private var notice = LossNotice()
  /// The shortest round trip so far in microseconds.
  private var minimumRTT = UInt32.max
  /// Whether the window was used up in this round trip, and in the one before: C.is_cwnd_limited.
  private var isLimitedNow = false
  private var wasLimited = false
  /// The latest reliable sample: octets in a second, 0 before the first.
  package private(set) var latest: UInt32 = 0

  package init() {}

  /// A record leaves.
  ///
  /// - Parameters:
  ///   - inFlight: octets in flight before it leaves.
  ///   - isLimited: whether nothing more may leave behind it.
  package mutating func didSend(inFlight: Int, isLimited: Bool, at now: Instant) -> DeliverySnapshot {
    if inFlight <= 0 {
      firstSentAt = now
      deliveredAt = now
    }
    if isLimited { isLimitedNow = true }
    return DeliverySnapshot(
      delivered: delivered, lost: lost, isAppLimited: limitedUntil != 0,
      sendElapsed: (now - firstSentAt).microseconds, ackElapsed: (now - deliveredAt).microseconds)
  }

  /// The application has nothing to send, though more might leave (BBR-4).
  package mutating func limit(inFlight: Int) {
    let sum = delivered &+ UInt64(count: inFlight > 0 ? inFlight : 0)
    // unreached: a SYN was delivered before any text
    limitedUntil = sum > 0 ? sum : 1
  }

  /// An acknowledgment has come.
  package mutating func begin(at now: Instant) { self.now = now }

  /// `count` octets of a record are delivered; all of it, where that `isWhole`.
  package mutating func didDeliver(
    _ record: SentRecord, _ snapshot: DeliverySnapshot, count: UInt32, isWhole: Bool
  ) {
    delivered &+= UInt64(wide: count)
    deliveredAt = now
    sample.newlyDelivered &+= count
    guard isWhole else { return }
    if !record.isRetransmitted {
      let age = UInt32(saturating: record.age(at: now))
      if age < sample.roundTrip { sample.roundTrip = age }
      if age < minimumRTT { minimumRTT = age }
    }
    guard !sample.hasRecord || record.wasSent(after: newest) else { return }
    sample.hasRecord = true
    newest = record
    sendElapsed = snapshot.sendElapsed
    ackElapsed = snapshot.ackElapsed &+ record.age(at: now)
    sample.priorDelivered = snapshot.delivered(now: delivered)
    sample.lost = snapshot.lostSince(now: lost)
    sample.isAppLimited = snapshot.isAppLimited
    firstSentAt = record.sentAt(now: now)
  }

  /// A record is marked lost.
  ///
  /// - Parameters:
  ///   - ahead: octets of sequence space that are in flight behind it.
  ///   - unreported: octets of sequence space that are in flight and not reported.
  ///   - isRangeStart: whether what is in front of it is not lost.
  package mutating func didLose(
    _ record: SentRecord, _ snapshot: DeliverySnapshot, ahead: Int, unreported: Int, isRangeStart: Bool
  ) {
    lost &+= UInt64(wide: record.count)
    notice.hasLoss = true
    if isRangeStart && notice.ranges < 255 { notice.ranges &+= 1 }
    guard !notice.isExcessive else { return }
    let lostSince = UInt64(wide: snapshot.lostSince(now: lost))
    let flight = UInt64(wide: flightWhenSent(record, snapshot, ahead: ahead, unreported: unreported))
    guard lostSince &* 50 > flight else { return }
    // Section 5.5.10.2: how much of the record was still bearable; LossThresh is 1/50.
    let size = UInt64(wide: record.count)
    let flightBefore = flight > size ? flight &- size : 0
    let lostBefore = lostSince > size ? lostSince &- size : 0
    let room = flightBefore > lostBefore &* 50 ? (flightBefore &- lostBefore &* 50) / 49 : 0
    notice.isExcessive = true
    notice.bearableFlight = UInt32(saturating: flightBefore &+ room)
    notice.isAppLimited = snapshot.isAppLimited
  }

  /// P.tx_in_flight. Numbers tell it of what left once: all that left up to its end, without what was
  /// delivered by then. Of what left again they do not: on a path without reordering it is what was delivered
  /// or lost since.
  private func flightWhenSent(
    _ record: SentRecord, _ snapshot: DeliverySnapshot, ahead: Int, unreported: Int
  ) -> UInt32 {
    let since = delivered &- snapshot.delivered(now: delivered)
    if record.isRetransmitted {
      return UInt32(saturating: since &+ UInt64(wide: snapshot.lostSince(now: lost)))
    }
    let flight = Int(saturating: since) &+ unreported &- ahead
    // unreached: a record was in flight when it left
    return flight > 0 ? UInt32(truncatingIfNeeded: flight) : 1
  }

  /// The acknowledgment is looked at: what it says, all records behind it counted.
  ///
  /// - Parameters:
  ///   - next: SND.NXT.
  ///   - unreported: as in `didLose`.
  package mutating func takeSample(next: SequenceNumber, unreported: Int) -> RateSample {
    if limitedUntil != 0 && delivered > limitedUntil { limitedUntil = 0 }
    var result = sample
    sample = RateSample()
    guard result.hasRecord else { return result }
    let since = delivered &- result.priorDelivered
    result.delivered = UInt32(saturating: since)
    let ahead = next - newest.end
    let flight = Int(saturating: since) &+ unreported &- ahead
    result.inFlight =
      newest.isRetransmitted || flight <= 0
      ? UInt32(saturating: since &+ UInt64(wide: result.lost)) : UInt32(truncatingIfNeeded: flight)
    // BBR-2.
    let interval = sendElapsed > ackElapsed ? sendElapsed : ackElapsed
    // BBR-3: a shorter one answers an earlier transmission (section 4.1.3.5).
    guard interval > 0, minimumRTT == UInt32.max || interval >= UInt64(wide: minimumRTT) else {
      return result
    }
    result.rate = UInt32(saturating: UInt64(wide: result.delivered) &* 1_000_000 / interval)
    latest = result.rate
    return result
  }

  /// What was marked lost since the last call.
  package mutating func takeLosses() -> LossNotice {
    let result = notice
    notice = LossNotice()
    return result
  }

  /// Whether the window was used up within the last round trip.
  package var isWindowLimited: Bool { isLimitedNow || wasLimited }

  /// A round trip is over.
  package mutating func didEndRound() {
    wasLimited = isLimitedNow
    isLimitedNow = false
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &sample.isAppLimited) <= 1 && rawByte(of: &sample.hasRecord) <= 1
      && rawByte(of: &notice.hasLoss) <= 1 && rawByte(of: &notice.isExcessive) <= 1
      && rawByte(of: &notice.isAppLimited) <= 1 && rawByte(of: &isLimitedNow) <= 1
      && rawByte(of: &wasLimited) <= 1
  }
}

extension DeliveryRate {
  func add(to digest: inout StateDigest) {
    digest.add(delivered)
    digest.add(lost)
    digest.add(limitedUntil)
    digest.add(past: deliveredAt)
    digest.add(past: firstSentAt)
    digest.add(minimumRTT)
    digest.add(latest)
    digest.add(isLimitedNow)
    digest.add(wasLimited)
    digest.add(notice.hasLoss)
  }
}
