import TCPCore

/// How far `left` lies behind `right` in the sequence space: from -2^31 to 2^31 - 1 (RFC 9293 section 3.4).
func distance(_ left: UInt32, _ right: UInt32) -> Int { Int(Int32(bitPattern: left &- right)) }

extension UInt32 {
  /// The number that many octets further.
  func moved(_ count: Int) -> UInt32 { self &+ UInt32(truncatingIfNeeded: count) }
}

/// A segment of the peer's, in plain numbers.
struct ReferenceSegment {
  var flags = SegmentFlags.ack
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  /// The window field, not scaled.
  var window = 0
  /// Octets of text, and whether they are others than the peer sends there at other times.
  var count = 0
  var isOther = false
  var timestamps: Timestamps?
  var maximumSegmentSize: UInt16?
  var windowScale: UInt8?
  var isSACKPermitted = false
  var sack = SACKList()
  /// The 16 bits of a user time-out option; 0 for none.
  var userTimeout: UInt16 = 0
  var urgentPointer: UInt16 = 0
  /// Whether a router has marked its datagram (CE).
  var isMarked = false

  func has(_ flag: SegmentFlags) -> Bool { flags.contains(flag) }

  /// SEG.LEN.
  var length: Int { count + (has(.syn) ? 1 : 0) + (has(.fin) ? 1 : 0) }
}

/// A range of the peer's stream, in octets from its beginning.
struct ReferenceRange {
  var left = 0
  var right = 0
}

/// Room for ranges, made once: a connection that begins finds it again.
@safe
struct ReferenceRanges {
  // Unsafe boundary: room for `capacity` ranges, for as long as the program runs.
  private let base: UnsafeMutablePointer<ReferenceRange>
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    unsafe base = UnsafeMutablePointer.allocate(capacity: capacity)
    // All of what was allocated.
    unsafe base.initialize(repeating: ReferenceRange(), count: capacity)
  }

  subscript(index: Int) -> ReferenceRange {
    get {
      precondition(index >= 0 && index < capacity)
      // In bounds: checked on the line above.
      return unsafe base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < capacity)
      // In bounds: checked on the line above.
      unsafe base[index] = newValue
    }
  }
}

/// What a segment says to a peer that has the text already: two that say the same in a row look like a
/// duplicate.
struct ReferenceSaying: Equatable {
  var acknowledgment: UInt32
  var window: UInt16
  var blocks = InlineArray<8, UInt32>(repeating: 0)

  init(_ segment: SegmentHeader) {
    acknowledgment = segment.acknowledgment.rawValue
    window = segment.window
    for index in 0..<segment.options.sack.count {
      blocks[2 * index] = segment.options.sack[index].left.rawValue
      blocks[2 * index + 1] = segment.options.sack[index].right.rawValue
    }
  }

  static func == (left: ReferenceSaying, right: ReferenceSaying) -> Bool {
    guard left.acknowledgment == right.acknowledgment, left.window == right.window else { return false }
    for index in 0..<8 where left.blocks[index] != right.blocks[index] { return false }
    return true
  }
}

/// A reset that must leave.
struct ReferenceReset: Equatable {
  var flags = SegmentFlags.rst
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0

  /// The reset that answers a segment for nobody (RFC 9293 section 3.5.2); nothing answers a reset.
  init?(answering segment: ReferenceSegment) {
    if segment.has(.rst) { return nil }
    if segment.has(.ack) {
      sequence = segment.acknowledgment
    } else {
      flags = .rst | .ack
      acknowledgment = segment.sequence.moved(segment.length)
    }
  }

  init(flags: SegmentFlags, sequence: UInt32, acknowledgment: UInt32) {
    self.flags = flags
    self.sequence = sequence
    self.acknowledgment = acknowledgment
  }
}

/// What must leave, or may, before the next event.
struct ReferenceDebts {
  /// An acknowledgment must leave now.
  var acknowledgment = false
  /// SYN, or SYN and ACK, must leave now.
  var synchronize = false
  /// When text that has come must be acknowledged at the latest.
  var delayedUntil = UInt64.max
  /// Whether an acknowledgment may leave, too: reading may have opened the window so far that the peer should
  /// know.
  var mayAcknowledge = false
  /// The reset of an abort; the pair stays in use until it has left.
  var ownReset: ReferenceReset?
  /// Resets that answer what belongs to nobody, in their order.
  var resets = InlineArray<8, ReferenceReset>(
    repeating: ReferenceReset(flags: .rst, sequence: 0, acknowledgment: 0))
  var resetCount = 0
  /// Whether more resets were due than find room; then those that leave need not be all.
  var hasLostResets = false

  mutating func reset(_ reset: ReferenceReset?) {
    guard let reset else { return }
    guard resetCount < 8 else {
      hasLostResets = true
      return
    }
    resets[resetCount] = reset
    resetCount += 1
  }

  /// Nothing is owed by a connection that is over; resets are.
  mutating func forgetConnection() {
    acknowledgment = false
    synchronize = false
    delayedUntil = .max
    mayAcknowledge = false
  }
}
