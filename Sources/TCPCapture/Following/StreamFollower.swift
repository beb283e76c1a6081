import TCPCore

/// Puts the data of a conversation in order, both sides, as the receivers read it.
///
/// What arrives early is kept until the octets before it come, at most 1 MiB of each side. Octets that were
/// acknowledged and never captured, or that take too long, are missing from then on.
public struct StreamFollower: Sendable {
  /// Octets of one side that follow those before.
  public struct Piece: Equatable, Sendable {
    /// Whether the end sent them that opened the conversation.
    public var isFromInitiator: Bool
    /// How many octets of this side are before them.
    public var offset: Int
    /// How many octets before them were not captured. `offset` counts them, too.
    public var missing: Int
    /// The octets.
    public var bytes: [UInt8]
    /// When the segment was seen that brought the last of them into order.
    public var time: Instant

    package init(isFromInitiator: Bool, offset: Int, missing: Int, bytes: [UInt8], time: Instant) {
      self.isFromInitiator = isFromInitiator
      self.offset = offset
      self.missing = missing
      self.bytes = bytes
      self.time = time
    }
  }

  /// Octets that came early.
  private struct Early {
    var first: UInt32
    var bytes: [UInt8]
    /// Octets at the end that were sent and not captured.
    var cutOff: Int
    var count: Int { bytes.count + cutOff }
    /// What it counts for in memory.
    var cost: Int { bytes.count + 64 }
  }

  private struct Side {
    var next: UInt32?
    var offset = 0
    var missing = 0
    var early: [Early] = []
    var earlyCost = 0
  }

  private var sides = [Side(), Side()]
  private static var earlyLimit: Int { 1 << 20 }

  /// A follower of one conversation.
  public init() {}

  /// Takes a segment and the captured octets of its text, and returns what can be read now.
  ///
  /// Resets and segments with a wrong checksum bring nothing: their receivers drop their text.
  public mutating func add(
    _ segment: CapturedSegment, in place: ConversationPlace, text: [UInt8], at time: Instant
  ) -> [Piece] {
    let header = segment.header
    guard segment.checksum != .incorrect, !header.flags.contains(.rst) else { return [] }
    let side = segment.source == place.initiator ? 0 : 1
    var pieces: [Piece] = []
    if header.flags.contains(.ack), !sides[1 - side].early.isEmpty {
      skip(side: 1 - side, upTo: header.acknowledgment.rawValue, at: time, &pieces)
    }
    let first = header.sequence.rawValue &+ (header.flags.contains(.syn) ? 1 : 0)
    if sides[side].next == nil { sides[side].next = first }
    if header.payloadCount > 0 {
      let cutOff = max(header.payloadCount - text.count, 0)
      insert(Early(first: first, bytes: text, cutOff: cutOff), side: side)
      read(side: side, at: time, &pieces)
      while sides[side].earlyCost > StreamFollower.earlyLimit { skipOne(side: side, at: time, &pieces) }
    }
    return pieces
  }

  /// What came early and never was in order, with what is missing before it.
  public mutating func finish(at time: Instant) -> [Piece] {
    var pieces: [Piece] = []
    for side in 0..<2 {
      while !sides[side].early.isEmpty { skipOne(side: side, at: time, &pieces) }
    }
    return pieces
  }

  private func distance(_ side: Int, _ number: UInt32) -> Int {
    Int(Int32(bitPattern: number &- (sides[side].next ?? number)))
  }

  private mutating func insert(_ early: Early, side: Int) {
    let place = distance(side, early.first)
    guard place + early.count > 0 else { return }
    let index = sides[side].early.firstIndex { distance(side, $0.first) > place } ?? sides[side].early.count
    sides[side].early.insert(early, at: index)
    sides[side].earlyCost += early.cost
  }

  /// Gives out what is in order.
  private mutating func read(side: Int, at time: Instant, _ pieces: inout [Piece]) {
    while let early = sides[side].early.first {  // every turn takes one
      let place = distance(side, early.first)
      guard place <= 0 else { return }
      sides[side].early.removeFirst()
      sides[side].earlyCost -= early.cost
      let new = early.bytes.dropFirst(-place)
      if !new.isEmpty {
        pieces.append(
          Piece(
            isFromInitiator: side == 0, offset: sides[side].offset, missing: sides[side].missing,
            bytes: Array(new), time: time))
        sides[side].missing = 0
      }
      let advance = max(early.count + place, 0)
      sides[side].missing += advance - new.count
      sides[side].offset += advance
      sides[side].next = (sides[side].next ?? 0) &+ UInt32(truncatingIfNeeded: advance)
    }
  }

  /// Skips what was acknowledged and not captured.
  private mutating func skip(side: Int, upTo number: UInt32, at time: Instant, _ pieces: inout [Piece]) {
    while let early = sides[side].early.first {  // every turn takes at least one
      let end = early.first &+ UInt32(truncatingIfNeeded: early.count)
      guard Int32(bitPattern: number &- end) >= 0 else { return }
      skipOne(side: side, at: time, &pieces)
    }
  }

  private mutating func skipOne(side: Int, at time: Instant, _ pieces: inout [Piece]) {
    guard let early = sides[side].early.first else { return }
    let place = max(distance(side, early.first), 0)
    sides[side].missing += place
    sides[side].offset += place
    sides[side].next = (sides[side].next ?? 0) &+ UInt32(truncatingIfNeeded: place)
    read(side: side, at: time, &pieces)
  }
}
