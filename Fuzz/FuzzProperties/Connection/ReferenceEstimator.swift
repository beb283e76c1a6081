import TCPCore

/// RFC 6298 in floating point, fed with what left, what came, and when.
///
/// Where the RFC leaves a choice this is the core's. What left as one segment is timed as one, by the segment
/// that left last among those that are acknowledged whole; the next sample comes with an acknowledgment of
/// what left after the last was taken, and a time-out starts again. The clock's granularity is a millisecond,
/// one tick of the timestamps 1.024 ms.
///
/// The tests have a reference of their own, which takes a time-out for granted where a segment leaves again
/// in time: here segments wait, and nobody calls for days.
struct ReferenceEstimator {
  /// What left as one segment, and has not been acknowledged whole.
  struct SentSegment {
    var end: UInt32 = 0
    /// When it left last, which departure that was, and whether that was not the first time.
    var at: UInt64 = 0
    var order = 0
    var isAgain = false
  }

  /// SRTT and RTTVAR, and RTO without back-off, in microseconds.
  private(set) var smoothed = 0.0
  private var variance = 0.0
  private var base = 1_000_000.0
  private var doublings = 0
  private var hasSample = false
  /// What is acknowledged up to here gives no sample; `nil` before the first.
  var mark: UInt32?
  /// Whether our SYN has timed out, or our SYN-ACK has left again.
  var isHandshakeAgain = false
  /// No time-out comes before.
  private(set) var dueAt: UInt64 = 0
  private var segments = InlineArray<20, SentSegment>(repeating: SentSegment())
  private var count = 0
  private var departures = 0

  /// RTO with its back-off (rules 2.4, 2.5 and 5.5).
  mutating func timeout(_ options: ConnectionOptions) -> Double {
    let least = Double(options.minimumTimeout.microseconds)
    return min(Double(options.maximumTimeout.microseconds), max(least, base) * Double(1 << doublings))
  }

  /// How far the core's integers may be from it: SRTT is kept in eighths of a microsecond and RTTVAR in
  /// fourths, rounded at each step, and the sum is doubled with RTO.
  var tolerance: Double { 8 * Double(1 << doublings) }

  /// How long the oldest segment in flight is.
  func frontLength(from unacknowledged: UInt32) -> Int {
    count > 0 ? distance(segments[0].end, unacknowledged) : 0
  }

  // MARK: What leaves

  /// A segment leaves for the first time; where there is no room for more it joins the one before.
  mutating func departed(
    upTo end: UInt32, capacity: Int, isAlone: Bool, _ options: ConnectionOptions, at now: UInt64
  ) {
    if isAlone { restart(options, at: now) }  // rule 5.1
    departures += 1
    if count < min(capacity, 20) {
      segments[count] = SentSegment(end: end, at: now, order: departures)
      count += 1
    } else {
      segments[count - 1].end = end
      segments[count - 1].at = now
      segments[count - 1].order = departures
    }
  }

  /// Octets leave again. The front of a segment is timed on its own from then on where there is room, and so
  /// is the end of the last one where a tail loss probe repeats it; otherwise the last of its pieces counts.
  ///
  /// - Parameters:
  ///   - unacknowledged: SND.UNA, where the first segment begins.
  ///   - isTail: whether a tail loss probe repeats them.
  /// - Returns: whether there is one segment more.
  @discardableResult
  mutating func departedAgain(
    from begin: UInt32, upTo end: UInt32, _ unacknowledged: UInt32, isTail: Bool = false, capacity: Int,
    at now: UInt64
  ) -> Bool {
    departures += 1
    var isPart = !(0..<count).contains { segments[$0].end == end }
    if isTail && count > 0 {
      let start = count > 1 ? segments[count - 2].end : unacknowledged
      isPart = distance(begin, start) > 0
      if isPart && count < min(capacity, 20) {
        segments[count] = segments[count - 1]
        segments[count - 1].end = begin
        count += 1
      }
    }
    for index in 0..<count {
      let isFront = begin == (index == 0 ? unacknowledged : segments[index - 1].end)
      if isFront && distance(end, segments[index].end) < 0 && count < min(capacity, 20) {
        for place in (index..<count).reversed() { segments[place + 1] = segments[place] }
        count += 1
        segments[index].end = end
      }
      if segments[index].end == end { leftAgain(index, at: now) }
    }
    return isPart
  }

  private mutating func leftAgain(_ index: Int, at now: UInt64) {
    segments[index].at = now
    segments[index].order = departures
    segments[index].isAgain = true
  }

  /// An entry keeps when its SYN-ACK left last in ticks of the timestamps since it left first, and not why it
  /// left again.
  mutating func answeredAgain(at now: UInt64) {
    let first = firstAnswer ?? now
    departures += 1
    leftAgain(0, at: first + min(65_535, (now - first) / 1_024) * 1_024)
    isHandshakeAgain = true
  }

  /// When our SYN-ACK left first.
  var firstAnswer: UInt64?

  /// Rules 5.4 to 5.6.
  mutating func timedOut(from unacknowledged: UInt32, _ options: ConnectionOptions, at now: UInt64) {
    doublings = min(24, doublings + 1)
    mark = unacknowledged
    restart(options, at: now)
  }

  /// A tail loss probe has left, and the time-out begins again (RFC 8985 section 7.3).
  mutating func probed(_ options: ConnectionOptions, at now: UInt64) { restart(options, at: now) }

  /// The link is back: a time-out that was doubled ends one plain time-out after anything last left or was
  /// acknowledged.
  ///
  /// - Returns: how long that is at the most.
  mutating func noteLinkUp(quietSince: UInt64, _ options: ConnectionOptions, at now: UInt64) -> UInt64 {
    let plain = max(Double(options.minimumTimeout.microseconds), base)
    if doublings > 0 {
      var last = quietSince
      for index in 0..<count { last = max(last, segments[index].at) }
      dueAt = min(dueAt, max(now, last + UInt64(max(0, plain - tolerance))))
    }
    return UInt64(plain + tolerance)
  }

  private mutating func restart(_ options: ConnectionOptions, at now: UInt64) {
    dueAt = now + UInt64(max(0, timeout(options) - tolerance))
  }

  // MARK: What comes

  /// New octets are acknowledged.
  ///
  /// - Parameter offset: TSval minus the ticks of the clock, where the connection uses timestamps.
  mutating func acknowledged(
    _ acknowledgment: UInt32, next: UInt32, echo: UInt32?, offset: UInt32?, _ options: ConnectionOptions,
    at now: UInt64
  ) {
    var latest: SentSegment?
    var whole = 0
    while whole < count, distance(segments[whole].end, acknowledgment) <= 0 {
      if latest.map({ segments[whole].order > $0.order }) ?? true { latest = segments[whole] }
      whole += 1
    }
    for index in whole..<max(whole, count) { segments[index - whole] = segments[index] }
    count -= whole
    if let latest, mark.map({ distance(acknowledgment, $0) > 0 }) ?? true {
      if let time = time(of: latest, echo, offset, at: now) {
        sample(time, options)
        mark = next
      }
    }
    restart(options, at: now)  // rule 5.3
  }

  /// The round trip, unless it is ambiguous (section 3): an echo from before the octets left last does not
  /// tell which time is answered.
  private func time(of latest: SentSegment, _ echo: UInt32?, _ offset: UInt32?, at now: UInt64) -> Double? {
    if !latest.isAgain { return Double(now - latest.at) }
    guard let echo, let offset else { return nil }
    let last = UInt32(truncatingIfNeeded: latest.at >> 10) &+ offset
    guard Int32(bitPattern: echo &- last) >= 0 else { return nil }
    return 1_024 * Double(UInt32(truncatingIfNeeded: now >> 10) &+ offset &- echo)
  }

  /// Rules 2.2 and 2.3, and the back-off ends. What takes longer than 134 s counts as that.
  private mutating func sample(_ time: Double, _ options: ConnectionOptions) {
    let time = min(Double(0x07FF_FFFF), max(1, time))
    if hasSample {
      variance = 0.75 * variance + 0.25 * abs(smoothed - time)
      smoothed = 0.875 * smoothed + 0.125 * time
    } else {
      variance = time / 2
      smoothed = time
      hasSample = true
    }
    let wanted = smoothed + max(1_000, 4 * variance)
    let least = Double(options.minimumTimeout.microseconds)
    base = max(least, min(Double(options.maximumTimeout.microseconds), wanted))
    doublings = 0
  }

  /// Rule 5.7: where the handshake had to be repeated, text begins with three seconds at least.
  mutating func established() {
    guard isHandshakeAgain else { return }
    base = max(base, 3_000_000)
    doublings = 0
  }
}

extension ReferenceConnection {
  /// New octets are acknowledged, and SND.UNA has not moved yet.
  mutating func measure(_ segment: ReferenceSegment, at now: UInt64) {
    let echo = usesTimestamps ? segment.timestamps?.echo : nil
    estimator.acknowledged(
      segment.acknowledgment, next: next, echo: echo, offset: timestampOffset, options, at: now)
    if !isSynchronized { estimator.established() }
  }

  /// Time-outs have come, as the host has counted them: where nobody called, or something waited to leave,
  /// they come at a moment of the core's choosing. That they come where they must, `mustTimeOut` tells.
  mutating func noteTimeouts(_ count: UInt64, at now: UInt64) {
    guard count > 0, !isHalfOpen else { return }
    require("one time-out at a time", count == 1)
    path.timeouts += 1
    require("a time-out is one of what is in flight", flight > 0 && (window > 0 || !isSynchronized))
    // With reports, pieces of segments may be timed: then only the least time-out is certain.
    let dueAt = reports.hasAny ? quietSince + options.minimumTimeout.microseconds : estimator.dueAt
    require("no time-out comes before its time", hasPaused || now >= dueAt)
    reports.timedOut(unacknowledged)
    tailProbeEnd = nil
    tailRepairEnd = nil
    if !isSynchronized { estimator.isHandshakeAgain = true }
    estimator.timedOut(from: unacknowledged, options, at: now)
  }

  /// What STATUS says of the round trip.
  mutating func check(smoothed: UInt64, timeout: UInt64) {
    guard !reports.hasAny else { return }  // pieces of segments may be timed, as the table has room
    require(
      "SRTT is that of RFC 6298", abs(Double(smoothed) - estimator.smoothed) <= 1,
      "\(smoothed) instead of \(estimator.smoothed)")
    let expected = estimator.timeout(options)
    require(
      "RTO is that of RFC 6298", abs(Double(timeout) - expected) <= estimator.tolerance,
      "\(timeout) instead of \(expected)")
  }
}
