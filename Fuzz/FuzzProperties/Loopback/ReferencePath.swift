import TCPCore

/// What one end can know of its path from the segments that it sends and processes: section 4.1 of
/// draft-ietf-ccwg-bbr-06 in plain numbers, octet by octet.
///
/// Where the draft counts packets, and a sender may keep longer or shorter records than the segments that
/// left, only bounds follow: of all ways to count, `best` is that of the highest rate.
struct ReferencePath {
  /// Sequence space that left in one segment, or what is left of it.
  private struct Span {
    var begin: Int
    var end: Int
    /// The first transmission of it and the last.
    var first: Departure
    var last: Departure
    var isResent = false
    /// Whether the peer has reported it, and whether the latest segment brings it.
    var isReported = false
    var isNew = false
  }

  /// A transmission.
  private struct Departure {
    var time: UInt64
    /// Octets that were acknowledged at the time.
    var acknowledged: Int
    /// How long before it the flight's first segment had left, and the last delivery was; microseconds.
    var sendElapsed: UInt64
    var ackElapsed: UInt64
  }

  private var spans: [Span] = []
  /// Whether the SYN has left, its number, and what is acknowledged and sent from there on.
  private var hasBegun = false
  private var initial: UInt32 = 0
  private(set) var acknowledged = 0
  private(set) var sent = 0
  /// Octets that were acknowledged or reported.
  private(set) var delivered = 0
  /// Octets that the latest segment has added.
  private(set) var newlyDelivered = 0
  /// When a segment has last added any, and when the newest of what is delivered left.
  private var deliveredAt: UInt64 = 0
  private var firstSentAt: UInt64 = 0
  /// The highest delivery rate of any sample in octets a second; `nil` before the first.
  private(set) var best: Int?
  /// The shortest round trip in microseconds, of what left once.
  private(set) var shortest = UInt64.max
  /// The round trip of what the latest segment acknowledges, where that is all that left, and the newest of
  /// it left once.
  private(set) var latestRoundTrip: UInt64?
  /// How many segments brought something.
  private(set) var deliveries = 0
  /// Whether something was counted as lost: then only the sender knows what it believes in flight.
  var hasLosses = false

  /// How many transmissions are under way, or pieces of them.
  var spanCount: Int { spans.count }

  // MARK: What leaves

  /// SND.UNA, where a segment that is about to leave repeats what has left.
  func repetition(_ segment: SegmentHeader) -> UInt32? {
    let begin = distance(segment.sequence.rawValue, initial)
    return hasBegun && begin >= acknowledged && begin < sent ? UInt32(acknowledged) : nil
  }

  /// A segment leaves.
  @_silgen_name("__sanitizer_path_depart")
  mutating func depart(_ segment: SegmentHeader, at now: UInt64) {
    guard segment.length > 0 || segment.flags.contains(.syn), !segment.flags.contains(.rst) else { return }
    let sequence = segment.sequence.rawValue
    if segment.flags.contains(.syn) && (!hasBegun || sequence != initial) {
      self = ReferencePath()
      hasBegun = true
      initial = sequence
      spans.reserveCapacity(64)
    }
    let begin = distance(sequence, initial)
    let end = begin + segment.length
    let isIdle = !hasLosses && spans.allSatisfy { $0.isReported }
    if isIdle {
      firstSentAt = now
      deliveredAt = now
    }
    // A SYN begins the count, also one that leaves again.
    let isUnknown = hasLosses || segment.flags.contains(.syn)
    let departure = Departure(
      time: now, acknowledged: acknowledged, sendElapsed: isUnknown ? 0 : now - firstSentAt,
      ackElapsed: isUnknown ? 0 : now - deliveredAt)
    if begin < sent { resend(begin, min(end, sent), departure) }
    if end > sent {
      // Where the table of records is full, what leaves joins the last, and its time counts for all of it.
      if spans.count >= LoopbackWire.slotCount { forgetBounds() }
      spans.append(Span(begin: max(begin, sent), end: end, first: departure, last: departure))
      sent = end
    }
  }

  @_silgen_name("__sanitizer_path_resend")
  private mutating func resend(_ begin: Int, _ end: Int, _ departure: Departure) {
    split(at: begin)
    split(at: end)
    for index in spans.indices where spans[index].begin >= begin && spans[index].end <= end {
      spans[index].last = departure
      spans[index].isResent = true
    }
  }

  /// Nothing is known of rates and round trips any more.
  private mutating func forgetBounds() {
    best = Int.max
    shortest = 0
  }

  /// No span reaches over a position.
  @_silgen_name("__sanitizer_path_split")
  private mutating func split(at position: Int) {
    guard let index = spans.firstIndex(where: { $0.begin < position && position < $0.end }) else { return }
    var rest = spans[index]
    rest.begin = position
    spans[index].end = position
    spans.insert(rest, at: index + 1)
  }

  /// The retransmission timer has expired: what was reported may have been thrown away (RFC 2018 section 8),
  /// and counts again when it is reported or acknowledged again.
  @_silgen_name("__sanitizer_path_time_out")
  mutating func timeOut() {
    hasLosses = true
    for index in spans.indices { spans[index].isReported = false }
  }

  // MARK: What comes

  /// A datagram comes, whatever it is.
  mutating func expect() {
    newlyDelivered = 0
    latestRoundTrip = nil
  }

  /// The end has processed a segment.
  @_silgen_name("__sanitizer_path_hear")
  mutating func hear(_ segment: SegmentHeader, at now: UInt64) {
    guard hasBegun, segment.flags.contains(.ack), !segment.flags.contains(.rst) else { return }
    let number = distance(segment.acknowledgment.rawValue, initial)
    guard number >= acknowledged, number <= sent else { return }
    split(at: number)
    for index in spans.indices where spans[index].end <= number { deliver(index) }
    for place in 0..<segment.options.sack.count {
      let block = segment.options.sack[place]
      let left = distance(block.left.rawValue, initial)
      let right = distance(block.right.rawValue, initial)
      guard left < right, left > number, right <= sent else { continue }
      split(at: left)
      split(at: right)
      for index in spans.indices where spans[index].begin >= left && spans[index].end <= right {
        deliver(index)
      }
    }
    delivered += newlyDelivered
    if newlyDelivered > 0 { deliveries += 1 }
    let isNew = spans.last?.isNew ?? false  // and not reported before
    sample(at: now)
    if number == sent, number > acknowledged, isNew, let newest = spans.last, !newest.isResent {
      latestRoundTrip = now - newest.last.time
    }
    acknowledged = number
    spans.removeAll { $0.end <= number }
  }

  @_silgen_name("__sanitizer_path_deliver")
  private mutating func deliver(_ index: Int) {
    guard !spans[index].isReported else { return }
    newlyDelivered += spans[index].end - spans[index].begin
    spans[index].isReported = true
    spans[index].isNew = true
  }

  /// What the latest segment says of the path.
  @_silgen_name("__sanitizer_path_sample")
  private mutating func sample(at now: UInt64) {
    for index in spans.indices where spans[index].isNew {
      spans[index].isNew = false
      let (first, last) = (spans[index].first, spans[index].last)
      // Which of two transmissions is answered nobody knows (RFC 6298 section 3). Where segments became
      // shorter, the first counts until all of it has left again.
      shortest = min(shortest, now - (spans[index].isResent ? first : last).time)
      best = max(best ?? 0, max(rate(since: first, at: now), rate(since: last, at: now)))
      // The sender's own number may be an earlier one, never a later one.
      firstSentAt = max(firstSentAt, last.time)
      deliveredAt = now
    }
  }

  /// Section 4.1.2.3: what was delivered since a departure, over the longer one of two times. The sender may
  /// round times by one part in 128 or 4 microseconds, and octets to 8.
  @_silgen_name("__sanitizer_path_rate")
  private func rate(since departure: Departure, at now: UInt64) -> Int {
    let octets = delivered - departure.acknowledged / 8 * 8
    // Both are kept in the units of the longer one.
    let longest = max(departure.sendElapsed, departure.ackElapsed)
    let error = max(4, longest / 128 + 1)
    let before = { (time: UInt64) in time > error ? time - error : 0 }
    let interval = max(before(departure.sendElapsed), before(departure.ackElapsed) + (now - departure.time))
    return interval > 0 ? octets * 1_000_000 / Int(interval) : Int.max
  }
}
