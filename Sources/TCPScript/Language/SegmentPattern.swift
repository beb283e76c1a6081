import TCPCore

/// A segment as a script writes it. What is not written is `nil`.
struct SegmentPattern: Equatable, Sendable {
  var flags: SegmentFlags = .none
  /// The bit of Accurate ECN beside the eight flags, written `A`.
  var isAccurateECN = false
  var sequence: UInt32 = 0
  var length = 0
  var acknowledgment: UInt32?
  var window: UInt16?
  var urgentPointer: UInt16?
  /// `nil` for `<...>`, which means any.
  var options: [OptionPattern]? = []
  var codepoint: CodepointPattern?
  /// Type of service, or traffic class: the whole octet.
  var trafficClass: UInt8?
  var hopLimit: UInt8?
  var ports: PortPattern?
}

/// The ports of a segment, as the sender sees them.
struct PortPattern: Equatable, Sendable {
  var source: UInt16
  var destination: UInt16
}

/// What the congestion field of a datagram has to be.
enum CodepointPattern: Equatable, Sendable {
  case exactly(CongestionCodepoint)
  /// ECT(0) or ECT(1).
  case capable
}

/// An option of a segment, in a script's numbers.
enum OptionPattern: Equatable, Sendable {
  case noOperation
  case endOfList
  case maximumSegmentSize(UInt16)
  case windowScale(UInt8)
  case sackPermitted
  case sack([RangePattern])
  case timestamps(value: UInt32, echo: UInt32)
  /// Any other kind, with what is behind kind and length.
  case other(kind: UInt8, [UInt8])

  /// How many octets it takes.
  var byteCount: Int {
    switch self {
    case .noOperation, .endOfList: 1
    case .maximumSegmentSize: 4
    case .windowScale: 3
    case .sackPermitted: 2
    case .sack(let ranges): 2 + 8 * ranges.count
    case .timestamps: 10
    case .other(_, let content): 2 + content.count
    }
  }
}

/// A range of sequence numbers.
struct RangePattern: Equatable, Sendable {
  var left: UInt32
  var right: UInt32
}
