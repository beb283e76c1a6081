import TCPCore

/// RFC 6298 in floating point and microseconds, fed with nothing but what left a host, what arrived, and
/// when.
///
/// Where the RFC leaves a choice, this is the core's. The next sample comes with an acknowledgment of what
/// left after the last was taken; a time-out starts again. The octets that left last are timed, by their
/// echoed timestamp where they left more than once and it is not from before. The clock's granularity is 1
/// ms, and one tick of the timestamps 1.024 ms.
struct EstimatorReference {
  /// The least RTO.
  let minimum: Double
  private(set) var smoothed = 0.0
  private(set) var variance = 0.0
  /// RTO without back-off.
  private(set) var base = 1_000_000.0
  private(set) var doublings = 0
  /// How often what was done.
  private(set) var samples = 0
  private(set) var echoes = 0
  private(set) var ambiguous = 0
  private(set) var timeouts = 0

  /// When each number of the sequence space left last, and how often, from ISS on.
  private var sent: [(at: Instant, times: Int)] = []
  private var initial: SequenceNumber?
  private(set) var acknowledged = 0
  private var mark = 0
  /// When the timer of section 5 is due.
  private var deadline = Instant.never
  private var lastArrival = Instant.never
  private var hasSynchronizeTimedOut = false
  /// TSval less the clock's ticks.
  private var clock: UInt32?

  init(minimum: Interval) { self.minimum = Double(minimum.microseconds) }

  /// RTO with its back-off (rules 2.4, 2.5 and 5.5).
  var timeout: Double { min(60_000_000, max(minimum, base) * Double(1 << min(doublings, 30))) }

  /// How far from it the core's integers may be: SRTT is kept in eighths of a microsecond and RTTVAR in
  /// fourths, rounded at each step. So SRTT is off by 1, 4 * RTTVAR by 4 * (3/4 + 1), and both are doubled
  /// with RTO.
  var tolerance: Double { 8 * Double(1 << min(doublings, 30)) }

  /// A segment has left. A time-out shows by the oldest octets leaving again when the timer is due, and not
  /// as an answer to what has just arrived: timers have a granularity of a millisecond, and duplicates may
  /// come first.
  ///
  /// - Parameter counted: time-outs that the host has counted: where something arrived at the same moment,
  ///   what leaves again may have another reason.
  mutating func departed(_ segment: Seen, at now: Instant, counted: UInt64) throws {
    if let timestamps = segment.header.options.timestamps {
      let offset = timestamps.value &- tick(now)
      try demand(clock == nil || clock == offset, "the timestamps' clock is not as reported")
      clock = offset
    }
    let latest = deadline + Interval(microseconds: 2_000 + UInt64(tolerance))
    try demand(now <= latest, "the timer was due at \(deadline), now is \(now)")
    let initial = self.initial ?? segment.header.sequence
    self.initial = initial
    let first = segment.header.sequence - initial
    let count =
      segment.text.count + (segment.flags.contains(.syn) ? 1 : 0) + (segment.flags.contains(.fin) ? 1 : 0)
    guard count > 0 else { return }
    try demand(first <= sent.count && first >= acknowledged, "a gap at \(first), or what nobody needs")
    let isDue = now + Interval(microseconds: UInt64(tolerance)) >= deadline
    if first == acknowledged, first < sent.count, isDue, now != lastArrival || timeouts < counted {
      timedOut(now)
    }
    for number in first..<(first + count) {
      if number < sent.count {
        sent[number] = (now, sent[number].times + 1)
      } else {
        sent.append((now, 1))
      }
    }
    if deadline == .never { restart(now) }  // rule 5.1
  }

  /// Rules 5.4 to 5.6.
  private mutating func timedOut(_ now: Instant) {
    timeouts += 1
    doublings += 1
    mark = acknowledged
    if acknowledged == 0 { hasSynchronizeTimedOut = true }
    restart(now)
  }

  private mutating func restart(_ now: Instant) { deadline = now + Interval(microseconds: UInt64(timeout)) }

  /// A segment has arrived that the host cannot but take.
  mutating func arrived(_ header: SegmentHeader, at now: Instant) throws {
    lastArrival = now
    guard header.flags.contains(.ack), let initial else { return }
    let end = header.acknowledgment - initial
    guard end > acknowledged else { return }
    try demand(end <= sent.count, "the peer acknowledges what has not left")
    let isHandshake = acknowledged == 0
    measure(upTo: end, header, now)
    acknowledged = end
    if isHandshake && hasSynchronizeTimedOut {  // rule 5.7
      base = max(base, 3_000_000)
      doublings = 0
    }
    deadline = .never  // rule 5.2
    if end < sent.count { restart(now) }  // rule 5.3
  }

  private mutating func measure(upTo end: Int, _ header: SegmentHeader, _ now: Instant) {
    guard end > mark else { return }
    var last = acknowledged
    for number in acknowledged..<end where sent[number].at >= sent[last].at { last = number }
    if sent[last].times == 1 {
      sample(Double((now - sent[last].at).microseconds))
    } else if let clock, let echo = header.options.timestamps?.echo,
      Int32(bitPattern: echo &- (tick(sent[last].at) &+ clock)) >= 0
    {
      echoes += 1
      sample(1_024 * Double(tick(now) &+ clock &- echo))
    } else {  // section 3, Karn
      ambiguous += 1
      return
    }
    mark = sent.count
  }

  private func tick(_ now: Instant) -> UInt32 { UInt32(truncatingIfNeeded: now.microseconds / 1_024) }

  /// Rules 2.2 and 2.3.
  private mutating func sample(_ value: Double) {
    if samples == 0 {
      smoothed = value
      variance = value / 2
    } else {
      variance = 0.75 * variance + 0.25 * abs(smoothed - value)
      smoothed = 0.875 * smoothed + 0.125 * value
    }
    samples += 1
    base = max(minimum, min(60_000_000, smoothed + max(1_000, 4 * variance)))
    doublings = 0
  }
}
