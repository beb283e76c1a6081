/// Loss detection by time (RFC 8985 section 6): what left well before something that was delivered is lost.
///
/// It holds what the deliveries have shown: which segment left last of those delivered, how long a round trip
/// takes at least, and how far segments overtake each other on this path.
package struct RACK: BitwiseCopyable {
  /// RACK.xmit_ts: when the latest of what was delivered left, meaningful while `isTimeKnown`.
  package private(set) var sentAt = SendStamp()
  /// RACK.fack: the highest number delivered, meaningful while `hasDelivered`.
  private var highest = SequenceNumber(0)
  /// RACK.rtt in microseconds: how long the latest took.
  package private(set) var rtt: UInt32 = 0
  /// RACK.min_RTT in microseconds, over the last five minutes.
  package private(set) var minimumRTT = UInt32.max
  /// When the minimum is old, in 2^20 microseconds of the clock.
  private var minimumExpires: UInt32 = 0
  /// RACK.dsack_round: SND.NXT when the last duplicate was reported, meaningful while `isRoundCounted`.
  private var duplicateRound = SequenceNumber(0)
  /// RACK.reo_wnd_mult: the reordering window in quarters of the minimum round trip.
  private var multiplier: UInt8 = 1
  /// RACK.reo_wnd_persist: recoveries until the window shrinks again.
  private var persistence: UInt8 = 0
  /// Whether a duplicate was reported in this round trip.
  private var isRoundCounted = false
  /// RACK.reordering_seen.
  package private(set) var hasReordering = false
  /// Whether anything was delivered yet.
  private var hasDelivered = false
  /// Whether anything was delivered of which is known when it left: of what was sent twice it may not be.
  package private(set) var isTimeKnown = false

  package init() {}

  /// Steps 1 to 3 of section 6.2: takes in what an acknowledgment delivers.
  ///
  /// - Parameters:
  ///   - echo: TSecr, if there is one to go by.
  ///   - timestampOffset: our secret share of the timestamp clock.
  package mutating func update(
    _ delivery: Delivery, echo: UInt32?, timestampOffset: UInt32, now: Instant
  ) {
    if let record = delivery.newest {
      take(record, age: record.age(at: now), now)
    }
    if let record = delivery.newestResent {
      // RFC8985-7: which of its times is acknowledged? Not the last, if the echo is older or the answer came
      // too soon.
      let age = record.age(at: now)
      let isTooSoon = age < UInt64(wide: minimumRTT) && minimumRTT != UInt32.max
      let sent = TimestampClock.value(at: record.sentAt(now: now), offset: timestampOffset)
      let isOlder = echo.map { $0.ahead(of: sent) < 0 } ?? false
      if !isTooSoon && !isOlder { take(record, age: age, now) }
    }
    if let lowest = delivery.lowest, hasDelivered, lowest < highest { hasReordering = true }
    guard let end = delivery.highest else { return }
    if !hasDelivered || end > highest { highest = end }
    hasDelivered = true
  }

  private mutating func take(_ record: SentRecord, age: UInt64, _ now: Instant) {
    let sample = UInt32(saturating: age)
    noteRoundTrip(sample, at: now)
    guard !isTimeKnown || record.stamp.isLater(than: sentAt) else { return }
    isTimeKnown = true
    sentAt = record.stamp
    rtt = sample
  }

  /// A segment took so long, in microseconds. Also of segments before the peer reported anything.
  package mutating func noteRoundTrip(_ sample: UInt32, at now: Instant) {
    let second = UInt32(truncatingIfNeeded: now.microseconds &>> 20)  // of 1.05 s each
    if sample <= minimumRTT || second.ahead(of: minimumExpires) >= 0 {
      minimumRTT = sample  // RFC8985-6
      minimumExpires = second &+ 300
    }
  }

  /// The peer reports that it has received something twice: it was sent again in vain (RFC8985-4).
  package mutating func didReportDuplicate(unacknowledged: SequenceNumber, next: SequenceNumber) {
    if isRoundCounted && unacknowledged >= duplicateRound { isRoundCounted = false }
    guard !isRoundCounted else { return }
    isRoundCounted = true
    duplicateRound = next
    if multiplier < 255 { multiplier &+= 1 }
    persistence = 16
  }

  /// A recovery was needless: segments overtake each other on this path.
  package mutating func didShowReordering() { hasReordering = true }

  /// A recovery is over.
  package mutating func didRecover() {
    guard persistence > 0 else { return }
    persistence &-= 1
    // unreached: sixteen recoveries in one connection; RACKTests
    if persistence == 0 { multiplier = 1 }
  }

  /// RACK.reo_wnd in microseconds: how much later than its successors a segment may be delivered (RFC8985-3,
  /// RFC8985-5).
  ///
  /// - Parameters:
  ///   - smoothed: SRTT in microseconds.
  ///   - isUrgent: whether a recovery is under way, or as many segments were reported as RFC 5681 asks for.
  package func reorderingWindow(smoothed: UInt32, isUrgent: Bool) -> UInt32 {
    if !hasReordering && isUrgent { return 0 }
    guard minimumRTT != UInt32.max else { return 0 }
    let window = UInt64(wide: minimumRTT / 4) &* UInt64(wide: UInt32(multiplier))
    return window < UInt64(wide: smoothed) ? UInt32(truncatingIfNeeded: window) : smoothed
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isRoundCounted) <= 1 && rawByte(of: &hasReordering) <= 1
      && rawByte(of: &hasDelivered) <= 1 && rawByte(of: &isTimeKnown) <= 1
  }
}

extension SentRecords {
  /// Step 5 of RFC 8985 section 6.2: marks lost what left before the latest delivery, and should have been
  /// delivered by now (RFC8985-8).
  ///
  /// - Parameters:
  ///   - window: the reordering window in microseconds.
  ///   - probe: where a probe of the path begins whose loss is none to the rates.
  /// - Returns: microseconds until the last of what may be lost is; 0 if nothing may.
  package mutating func markLost(
    by rack: RACK, window: UInt32, probe: SequenceNumber? = nil, now: Instant, in region: Region
  ) -> UInt64 {
    guard rack.isTimeKnown else { return 0 }
    let records = table(in: region)
    let limit = UInt64(wide: rack.rtt) &+ UInt64(wide: window)
    var wait: UInt64 = 0
    for index in 0..<count {
      let record = records[position(index)]
      if record.isSACKed || record.isLost { continue }
      if !rack.sentAt.isLater(than: record.stamp) {
        // What follows for the first time left later still, and was sent again later than that.
        if record.isRetransmitted { continue }
        break
      }
      let age = record.age(at: now)
      if age >= limit {
        markLost(index, isSampled: record.sequence != probe, in: region)
      } else if limit &- age > wait {
        wait = limit &- age
      }
    }
    return wait
  }
}

extension RACK {
  func add(to digest: inout StateDigest) {
    // How old the minimum is matters once in five minutes; whether it is too old, with the next sample.
    let second = UInt32(truncatingIfNeeded: digest.now.microseconds &>> 20)
    digest.add(second.ahead(of: minimumExpires) >= 0)
    digest.add(hasDelivered)
    if hasDelivered { digest.add(highest) }
    digest.add(isTimeKnown)
    if isTimeKnown {
      sentAt.add(to: &digest)
      digest.add(rtt)
    }
    digest.add(minimumRTT)
    digest.add(hasReordering)
    digest.add(multiplier)
    digest.add(persistence)
    digest.add(isRoundCounted)
    if isRoundCounted { digest.add(duplicateRound) }
  }
}
