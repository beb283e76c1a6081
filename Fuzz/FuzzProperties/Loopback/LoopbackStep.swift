import TCPCore

/// One step of a loopback input script: eight octets. The low half of the first says what happens, its bit 4
/// to which side; what the others mean depends on that.
///
/// Zero is the natural choice: the oldest waiting datagram arrives.
package struct LoopbackStep {
  /// What happens.
  package enum Kind: UInt8, CaseIterable {
    /// Waiting datagrams arrive: the n-th, and some behind it.
    case deliver
    /// Some rounds in which everything arrives, in order.
    case exchange
    /// Waiting datagrams are lost.
    case drop
    /// A waiting datagram arrives, and stays on the wire.
    case double
    /// A waiting datagram goes to the end of the queue, or to its front.
    case reorder
    /// A waiting datagram arrives with an octet changed.
    case corrupt
    /// A segment arrives that nobody sent, made from the last one that was seen.
    case forge
    /// SEND.
    case write
    /// RECEIVE.
    case read
    /// CLOSE, ABORT, a release, and calls that must fail.
    case call
    /// The user changes the connection's options.
    case options
    /// Time passes for both.
    case time
    /// The host moves to a copy of its memory.
    case move
    /// The interface gets another MTU.
    case interface
    /// A router complains about a waiting datagram.
    case icmp
    /// Some datagrams leave, of a host that was held.
    case transmit
  }

  /// Left, the side that connects first.
  package static var left: Int { 0 }
  /// Right, the side that listens.
  package static var right: Int { 1 }
  /// How many octets one step takes.
  package static var byteCount: Int { 8 }
  /// Steps that are played; what is behind them is not looked at.
  package static var limit: Int { 120 }

  /// The eight octets.
  package var octets: InlineArray<8, UInt8>

  /// Reads a step.
  init(_ bytes: RawSpan, at offset: Int) {
    octets = InlineArray { bytes.uint8(at: offset + $0) }
  }

  /// What happens.
  package var kind: Kind { Kind(rawValue: octets[0] & 15) ?? .deliver }
  /// To whom.
  package var side: Int { Int(octets[0] >> 4 & 1) }
  /// Whether the side sends nothing after the step.
  package var isHeld: Bool { octets[0] & 0x20 != 0 }
  /// Whether the user does not fetch events after the step.
  package var isUnheard: Bool { octets[0] & 0x40 != 0 }

  /// A number of 16 bits.
  func word(_ index: Int) -> Int { Int(octets[index]) << 8 | Int(octets[index + 1]) }
}

/// What the codes of a loopback input script mean. Made once, so that a step allocates nothing.
enum LoopbackTable {
  /// Rings of the left side and of the right one.
  static let rings: [(left: (send: Int, receive: Int), right: (send: Int, receive: Int))] = [
    ((300, 300), (300, 300)), ((1, 1), (1, 1)), ((16, 40), (64, 16)), ((600, 2_048), (1_200, 500)),
    ((4_000, 3_000), (2_000, 5_000)), ((1, 900), (900, 1)), ((100, 7_000), (7_000, 100)),
    ((9_000, 140_000), (9_000, 70_000)),
  ]
  /// Pauses in microseconds; the first is up to the next deadline.
  static let pauses: [UInt64] = [
    0, 1_000, 10_000, 40_000, 200_000, 500_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 61_000_000,
    90_000_000, 120_000_000, 250_000_000, 700_000_000, 100,
  ]
  /// How long datagrams are under way, in microseconds.
  static let delays: [UInt64] = [1_000, 5_000, 20_000, 100_000]
  /// Black holes: the longest datagrams that get through.
  static let holes = [65_535, 1_400, 1_006, 576]
  /// MTUs: what both families take first.
  static let pathSizes = [1_500, 1_280, 1_400, 576, 296, 68, 1_006, 120]
  /// ICMP errors: type and code, of which only the refusal is believed, and that in SYN-SENT only.
  static let errorsIPv4: [(UInt8, UInt8)] = [(3, 4), (3, 4), (3, 1), (11, 0), (4, 0), (3, 3)]
  static let errorsIPv6: [(UInt8, UInt8)] = [(2, 0), (2, 0), (1, 0), (3, 0), (4, 0), (1, 4)]
  /// Octets of text in a forged segment.
  static let texts = [0, 1, 10, 100, 500, 1_000, 2, 40]
}
