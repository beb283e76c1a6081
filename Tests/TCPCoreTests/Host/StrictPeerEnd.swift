import TCPCore

/// A foreign peer as an end of a conversation, which keeps to RFC 9293 and concedes nothing beside it: it
/// takes nothing beyond its window, drops what the sequence test calls unacceptable with all that it says,
/// answers that with an acknowledgment, takes text in order only, and probes a shut window with an octet of
/// new text (section 3.8.6.1).
final class StrictPeerEnd: ShutWindowEnd {
  /// What foreign peers do differently.
  struct Habits: Sendable {
    /// Whether its empty segments are at SND.NXT, behind the octet of its probe, not at the edge of our
    /// window.
    var answersBehindProbe = false
    /// Whether it takes half of the window that it has offered, and so shrinks it (RFC 9293 section 3.8.6,
    /// SHLD-14).
    var shrinks = false
  }

  private let habits: Habits
  private let text: [UInt8]
  private let ending: Ending
  private let expected: Int
  private var hand = HandPeer(.near(1, 5_000), to: .near(2, 80))

  // Sending: places are octets behind the SYN, the FIN's is the number behind the text.
  private var isConnected = false
  private var acknowledged = 0
  private var next = 0
  private var edge = 0
  private var hasClosed = false
  private var wordSequence = SequenceNumber(0)
  private var wordAcknowledgment = SequenceNumber(0)
  private var timer: Instant?
  private var timeout = Interval.seconds(1)

  // Receiving.
  private var expectedNumber = SequenceNumber(0)
  private var unread: [UInt8] = []
  private var capacity = HostEnd.window
  private var hasFIN = false
  private(set) var got: [UInt8] = []
  private var outbox: [(bytes: [UInt8], isProbe: Bool)] = []

  init(saying text: [UInt8], _ ending: Ending, hearing expected: Int, _ habits: Habits) {
    self.text = text
    self.ending = ending
    self.expected = expected
    self.habits = habits
    repeatOrProbe(at: ShutWindowConversation.start)
  }

  private var initial: SequenceNumber { hand.sequence }
  private var window: Int { capacity - unread.count }
  /// Text and FIN.
  private var end: Int { text.count + (hasClosed ? 1 : 0) }
  var deadline: Instant? { timer }
  var isAcknowledged: Bool { isConnected && acknowledged >= text.count }
  var isOver: Bool { hasClosed && acknowledged == end && hasFIN && got.count == expected }

  func act(mayRead: Bool, at now: Instant) {
    guard isConnected else { return }
    if mayRead && !unread.isEmpty {
      got += unread
      unread = []
      capacity = HostEnd.window
      acknowledge()
    }
    if ending != .afterEverything || got.count == expected { hasClosed = true }
    while next < end && next < edge { send(from: next, atMost: edge - next, isProbe: false) }
    if timer == nil && acknowledged < end { timer = now + timeout }
  }

  func transmit(at now: Instant) -> (bytes: [UInt8], isProbe: Bool)? {
    outbox.isEmpty ? nil : outbox.removeFirst()
  }

  func expire(at now: Instant) {
    guard let due = timer, due <= now else { return }
    timeout = min(Interval(microseconds: 2 * timeout.microseconds), .seconds(8))
    repeatOrProbe(at: now)
  }

  /// What is in flight goes again as far as our window lets it, and one octet where that is shut.
  private func repeatOrProbe(at now: Instant) {
    timer = now + timeout
    guard isConnected else {
      outbox.append((hand.segment(.syn) { $0.window = UInt16(HostEnd.window) }, false))
      return
    }
    let room = edge - acknowledged
    if acknowledged < end { send(from: acknowledged, atMost: max(1, room), isProbe: room <= 0) }
  }

  private func send(from place: Int, atMost count: Int, isProbe: Bool) {
    let stop = min(end, place + min(count, 20))
    let octets = Array(text[min(place, text.count)..<min(stop, text.count)])
    emit(stop > text.count ? .fin | .ack : .ack, at: place, octets, isProbe: isProbe)
    next = max(next, stop)
  }

  private func acknowledge() {
    emit(.ack, at: habits.answersBehindProbe ? next : min(next, max(edge, acknowledged)), [], isProbe: false)
  }

  private func emit(_ flags: SegmentFlags, at place: Int, _ octets: [UInt8], isProbe: Bool) {
    let bytes = hand.segment(
      flags, sequence: initial + 1 + place, acknowledgment: expectedNumber, text: octets
    ) { $0.window = UInt16(self.window) }
    outbox.append((bytes, isProbe))
  }

  func arrive(_ bytes: [UInt8], at now: Instant) {
    let seen = Seen(bytes, on: 0)
    let header = seen.header
    guard isConnected else {
      guard header.flags == .syn | .ack, header.acknowledgment == initial + 1 else { return }
      isConnected = true
      expectedNumber = header.sequence + 1
      hear(header, at: now)
      return acknowledge()
    }
    guard isAcceptable(header) else { return header.flags.contains(.rst) ? () : acknowledge() }
    precondition(!header.flags.contains(.rst), "nobody has a reason to end this")
    guard header.flags.contains(.ack), !header.flags.contains(.syn) else { return acknowledge() }
    hear(header, at: now)
    if header.length > 0 { take(seen) }
  }

  /// Table 6 of RFC 9293 section 3.4.
  private func isAcceptable(_ header: SegmentHeader) -> Bool {
    let offset = header.sequence - expectedNumber
    let last = offset + header.length - 1
    if header.length == 0 { return window == 0 ? offset == 0 : 0..<window ~= offset }
    return 0..<window ~= offset || 0..<window ~= last
  }

  /// ACK and window (RFC 9293 section 3.10.7.4, fifth check).
  private func hear(_ header: SegmentHeader, at now: Instant) {
    let place = header.acknowledgment - (initial + 1)
    guard acknowledged <= place, place <= next else { return }
    if place > acknowledged {
      acknowledged = place
      timeout = .seconds(1)
      timer = nil
    }
    let order = (header.sequence - wordSequence, header.acknowledgment - wordAcknowledgment)
    let isFirst = edge == 0 && wordSequence == SequenceNumber(0)
    guard isFirst || order.0 > 0 || order.0 == 0 && order.1 >= 0 else { return }
    wordSequence = header.sequence
    wordAcknowledgment = header.acknowledgment
    let wasShut = edge <= acknowledged
    edge = place + Int(header.window)
    // An octet of a probe that was not taken goes again with what follows it.
    if wasShut && edge > acknowledged && next > acknowledged { repeatOrProbe(at: now) }
  }

  private func take(_ seen: Seen) {
    let past = expectedNumber - seen.header.sequence
    if habits.shrinks && capacity == HostEnd.window && got.isEmpty { capacity /= 2 }
    if past >= 0 {
      let fresh = Array(seen.text.dropFirst(past).prefix(max(0, window)))
      let isWhole = past + fresh.count >= seen.text.count
      // A FIN needs room for its own number.
      let hasRoom = window > fresh.count
      unread += fresh
      expectedNumber = expectedNumber + fresh.count
      if isWhole && hasRoom && !hasFIN && seen.flags.contains(.fin) {
        hasFIN = true
        expectedNumber = expectedNumber + 1
      }
    }
    acknowledge()
  }
}
