import TCPCore

/// A pair of ports that a script speaks of, and how its numbers and those on the wire belong together.
///
/// The peer's numbers are those of the script. Ours are shifted: the host chooses its initial sequence
/// number and its timestamps, and the script has names of its own for them.
struct Flow {
  var tuple: FourTuple
  /// Our numbers on the wire less those of the script, once our SYN was compared.
  var shift: UInt32?
  /// The sequence number of our SYN on the wire.
  var initial: UInt32?
  /// The window that the peer wrote last.
  var lastWindow: UInt16 = 65_535
  /// The sequence number of the peer's SYN, which its text counts from.
  var peerInitial: UInt32?
  /// That of its latest SYN, which may begin another connection.
  private var latestPeerSYN: UInt32?
  /// Our timestamps on the wire, by what the script calls them.
  var timestamps: [UInt32: UInt32] = [:]
  /// The first pair of these.
  var firstTimestamp: (script: UInt32, wire: UInt32)?

  init(_ tuple: FourTuple) { self.tuple = tuple }

  /// A number of ours on the wire.
  func wire(_ number: UInt32) -> UInt32 { number &+ (shift ?? 0) }

  /// A number of ours as the script counts.
  func script(_ number: UInt32) -> UInt32 { number &- (shift ?? 0) }

  /// Our SYN leaves, which the script gives a number.
  mutating func learn(_ header: SegmentHeader, as number: UInt32) {
    guard header.flags.contains(.syn), !header.flags.contains(.rst) else { return }
    let real = header.sequence.rawValue
    // Sent again it is the same; another one begins another connection.
    if initial == real { return }
    if initial != nil { peerInitial = header.flags.contains(.ack) ? latestPeerSYN : nil }
    initial = real
    shift = real &- number
    timestamps = [:]
    firstTimestamp = nil
  }

  /// A SYN of the peer arrives.
  mutating func notePeerSYN(_ number: UInt32) {
    latestPeerSYN = number
    if peerInitial == nil { peerInitial = number }
  }

  /// A timestamp of ours that the peer echoes, on the wire.
  func wireTimestamp(_ number: UInt32) -> UInt32 {
    if let known = timestamps[number] { return known }
    guard let firstTimestamp else { return number }
    return number &+ (firstTimestamp.wire &- firstTimestamp.script)
  }

  /// A timestamp of ours on the wire, as the script might call it.
  func scriptTimestamp(_ number: UInt32) -> UInt32 {
    guard let firstTimestamp else { return number }
    return number &- (firstTimestamp.wire &- firstTimestamp.script)
  }

  /// Takes up what the script calls a timestamp of ours.
  mutating func learnTimestamps(of segment: LeftSegment, as pattern: SegmentPattern) {
    for case .timestamps(let wire, _) in segment.options {
      for case .timestamps(let number, _) in pattern.options ?? [] {
        if firstTimestamp == nil { firstTimestamp = (number, wire) }
        timestamps[number] = wire
      }
    }
  }
}
