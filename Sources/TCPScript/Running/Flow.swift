import TCPCore

/// A pair of ports that a script speaks of, and how its numbers and those on the wire belong together.
///
/// On a SYN a script writes initial sequence numbers of its choice; everywhere else numbers count from the
/// SYNs, which have number 0. The peer's initial number on the wire is the script's; ours is the host's
/// choice.
struct Flow {
  /// From the host to the peer.
  var tuple: FourTuple
  /// The sequence number of our SYN on the wire, once a line has named it, and what that line called it.
  private(set) var initial: (wire: UInt32, script: UInt32)?
  /// The sequence number of the peer's SYN.
  private(set) var peerInitial: UInt32?
  /// That of its latest SYN, which may begin another connection.
  private var latestPeerSYN: UInt32?
  /// The window that the peer wrote last.
  var lastWindow: UInt16 = 65_535
  /// Our timestamps on the wire, by what the script calls them.
  private var timestamps: [UInt32: UInt32] = [:]
  /// The first pair of these.
  private(set) var firstTimestamp: (script: UInt32, wire: UInt32)?

  init(_ tuple: FourTuple) { self.tuple = tuple }

  /// Our numbers on the wire less those of the script.
  private func shift(_ flags: SegmentFlags) -> UInt32 {
    guard let initial else { return 0 }
    return flags.contains(.syn) ? initial.wire &- initial.script : initial.wire
  }

  /// The peer's numbers on the wire less those of the script, in a segment of either side.
  private func peerShift(_ flags: SegmentFlags) -> UInt32 { flags.contains(.syn) ? 0 : peerInitial ?? 0 }

  /// A number of ours on the wire, in a segment with these flags.
  func wire(_ number: UInt32, _ flags: SegmentFlags) -> UInt32 { number &+ shift(flags) }

  /// A number of ours as the script counts.
  func script(_ number: UInt32, _ flags: SegmentFlags) -> UInt32 { number &- shift(flags) }

  /// A number of the peer's on the wire.
  func peerWire(_ number: UInt32, _ flags: SegmentFlags) -> UInt32 { number &+ peerShift(flags) }

  /// A number of the peer's as the script counts.
  func peerScript(_ number: UInt32, _ flags: SegmentFlags) -> UInt32 { number &- peerShift(flags) }

  /// Our SYN leaves, which the script gives a number.
  mutating func learn(_ header: SegmentHeader, as number: UInt32) {
    guard header.flags.contains(.syn), !header.flags.contains(.rst) else { return }
    let real = header.sequence.rawValue
    // Sent again it is the same; another one begins another connection.
    if initial?.wire == real { return }
    if initial != nil { peerInitial = header.flags.contains(.ack) ? latestPeerSYN : nil }
    initial = (real, number)
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
