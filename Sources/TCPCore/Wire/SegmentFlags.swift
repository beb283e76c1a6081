/// The eight control bits of a TCP header (RFC 9293 section 3.1), CWR and ECE included (RFC 3168).
public struct SegmentFlags: Equatable, Sendable, BitwiseCopyable {
  /// The octet as it is on the wire, CWR in the highest bit.
  public var rawValue: UInt8

  /// The flags with the given wire value.
  @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No flag at all.
  public static var none: SegmentFlags { SegmentFlags(rawValue: 0x00) }
  /// FIN: the sender has finished sending.
  public static var fin: SegmentFlags { SegmentFlags(rawValue: 0x01) }
  /// SYN: synchronises sequence numbers.
  public static var syn: SegmentFlags { SegmentFlags(rawValue: 0x02) }
  /// RST: resets the connection.
  public static var rst: SegmentFlags { SegmentFlags(rawValue: 0x04) }
  /// PSH: the receiver should pass the text on without delay.
  public static var psh: SegmentFlags { SegmentFlags(rawValue: 0x08) }
  /// ACK: the acknowledgment field is significant.
  public static var ack: SegmentFlags { SegmentFlags(rawValue: 0x10) }
  /// URG: the urgent pointer is significant.
  public static var urg: SegmentFlags { SegmentFlags(rawValue: 0x20) }
  /// ECE: the sender saw a congestion mark.
  public static var ece: SegmentFlags { SegmentFlags(rawValue: 0x40) }
  /// CWR: the sender reduced its congestion window.
  public static var cwr: SegmentFlags { SegmentFlags(rawValue: 0x80) }

  /// Whether every flag of `other` is set.
  @inline(__always)
  public func contains(_ other: SegmentFlags) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// Whether any flag of `other` is set.
  @inline(__always)
  public func intersects(_ other: SegmentFlags) -> Bool { rawValue & other.rawValue != 0 }

  /// The flags of both.
  @inline(__always)
  public static func | (left: SegmentFlags, right: SegmentFlags) -> SegmentFlags {
    SegmentFlags(rawValue: left.rawValue | right.rawValue)
  }
}
