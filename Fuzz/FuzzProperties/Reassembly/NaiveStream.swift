/// The receive side as arrays of octets, counted from the first octet of the peer's text.
///
/// Which octet stays where two segments disagree: what RCV.NXT has passed never changes, and beyond a gap the
/// segment that came last counts. (RFC 9293 section 3.10.7.4 leaves this open; this is what the core does.)
struct NaiveStream {
  /// The place of RCV.NXT.
  private(set) var next = 0
  /// The place behind the last octet that may come: the furthest edge ever advertised.
  var edge = 0
  /// Where the FIN is, or -1.
  private(set) var finish = -1
  /// The place of the oldest octet that the user has not read.
  private(set) var read = 0
  /// How many ranges beyond a gap there may be.
  private let rangeCapacity: Int

  /// One octet and one truth value for each place from `read` on.
  private var octets = [UInt8](repeating: 0, count: NaiveStream.room)
  private var isHeld = [Bool](repeating: false, count: NaiveStream.room)

  /// As much as the largest ring.
  static var room: Int { 1_024 }

  init(rangeCapacity: Int) { self.rangeCapacity = rangeCapacity }

  /// Starts afresh in the same memory.
  init(reusing old: consuming NaiveStream, rangeCapacity: Int) {
    self.rangeCapacity = rangeCapacity
    octets = old.octets
    isHeld = old.isHeld
    for index in 0..<NaiveStream.room { isHeld[index] = false }
  }

  /// How many octets the user may read.
  var readable: Int { next - read }
  /// Whether text beyond a gap is held.
  var hasGap: Bool { rangeCount(with: 0..<0) > 0 }

  /// An octet that was received, by its place.
  func octet(at place: Int) -> UInt8 { octets[place - read] }
  /// Whether the octet of a place beyond RCV.NXT was received.
  func holds(_ place: Int) -> Bool { place >= next && place < edge && isHeld[place - read] }

  /// How many ranges beyond RCV.NXT there would be with some places more.
  @_silgen_name("__sanitizer_range_count")
  func rangeCount(with more: Range<Int>) -> Int {
    var count = 0
    var wasHeld = false
    for place in next..<max(next, edge) {
      let isNow = isHeld[place - read] || more.contains(place)
      if isNow && !wasHeld { count += 1 }
      wasHeld = isNow
    }
    return count
  }

  /// The first run of octets in a segment that have come before; empty if none has.
  @_silgen_name("__sanitizer_stream_first_duplicate")
  func firstDuplicate(from place: Int, count: Int) -> Range<Int> {
    var first = place
    while first < place + count && !hasCome(first) { first += 1 }
    var last = first
    while last < place + count && hasCome(last) { last += 1 }
    return first..<last
  }

  private func hasCome(_ place: Int) -> Bool { place >= 0 && place < next || holds(place) }

  /// What a segment brings.
  enum Verdict { case nothing, kept, refused, moved(filledGap: Bool, isPartlyOld: Bool) }

  /// Takes `count` octets from a place on; `octet` gives each by its distance from there.
  @_silgen_name("__sanitizer_stream_take")
  mutating func take(
    from place: Int, count: Int, hasFIN: Bool, octet: (Int) -> UInt8
  ) -> Verdict {
    if hasFIN { receiveFIN(place + count) }
    // What is outside of the window or behind the FIN is trimmed.
    var end = min(place + count, edge)
    if finish >= 0 { end = min(end, finish) }
    let start = max(place, next)
    if start >= end { return .nothing }
    if start > next && rangeCount(with: start..<end) > rangeCapacity { return .refused }
    let hadGap = hasGap
    for index in start..<end {
      octets[index - read] = octet(index - place)
      isHeld[index - read] = true
    }
    if start > next { return .kept }
    while next < edge && isHeld[next - read] { next += 1 }
    return .moved(filledGap: hadGap, isPartlyOld: place < start)
  }

  /// The first FIN in the window counts; what was received behind it is no part of the stream.
  private mutating func receiveFIN(_ place: Int) {
    guard finish < 0, place >= next, place <= edge else { return }
    finish = place
    for index in place..<edge { isHeld[index - read] = false }
  }

  /// The user has read some octets: everything moves to the front.
  @_silgen_name("__sanitizer_stream_consume")
  mutating func consume(_ count: Int) {
    for index in 0..<NaiveStream.room - count {
      octets[index] = octets[index + count]
      isHeld[index] = isHeld[index + count]
    }
    for index in NaiveStream.room - count..<NaiveStream.room { isHeld[index] = false }
    read += count
  }
}
