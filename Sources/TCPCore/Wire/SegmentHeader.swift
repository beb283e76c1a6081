/// Why octets are not a TCP segment.
public enum SegmentError: UInt8, Error {
  /// Fewer than the 20 octets of the smallest header (CVE-06).
  case tooShort
  /// The data offset is below 5 words (CVE-07).
  case dataOffsetTooSmall
  /// The data offset points behind the segment (CVE-07).
  case dataOffsetBeyondSegment
}

/// A TCP header as a value, with the length of the text behind it (RFC 9293 section 3.1).
///
/// Made from octets by `init(parsing:)`, which checks every length once; nothing behind it checks again.
public struct SegmentHeader: Sendable, BitwiseCopyable {
  /// The sender's port.
  public var sourcePort: UInt16
  /// The receiver's port.
  public var destinationPort: UInt16
  /// SEG.SEQ: sequence number of the first octet, or of the SYN.
  public var sequence: SequenceNumber
  /// SEG.ACK: next sequence number the sender expects, meaningful with ACK.
  public var acknowledgment: SequenceNumber
  /// The control bits.
  public var flags: SegmentFlags
  /// The four reserved bits, as a number from 0 to 15; sent as 0, ignored on receipt.
  public var reserved: UInt8 = 0
  /// The window field as it is on the wire, not scaled (MUST-1: unsigned).
  public var window: UInt16
  /// SEG.UP: the urgent pointer as it is on the wire, meaningful with URG.
  public var urgentPointer: UInt16 = 0
  /// The checksum field as received; `emit` does not use it.
  public var checksum: UInt16 = 0
  /// Length of the text in octets.
  public var payloadCount: Int = 0
  /// The options.
  public var options = SegmentOptions()

  /// A header with the fields that every segment needs.
  @inline(__always)
  public init(
    sourcePort: UInt16, destinationPort: UInt16, sequence: SequenceNumber,
    acknowledgment: SequenceNumber, flags: SegmentFlags, window: UInt16
  ) {
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.sequence = sequence
    self.acknowledgment = acknowledgment
    self.flags = flags
    self.window = window
  }

  /// SEG.LEN: octets of sequence space the segment takes, SYN and FIN included.
  ///
  /// Counted in machine words, so that 65,535 octets of text with SYN and FIN do not wrap (CVE-17).
  @inline(__always)
  public var length: Int {
    payloadCount &+ (flags.contains(.syn) ? 1 : 0) &+ (flags.contains(.fin) ? 1 : 0)
  }

  /// Length of the header in octets when emitted: 20 to 60.
  @inline(__always)
  public var byteCount: Int { 20 &+ options.byteCount }

  /// Length of the smallest header in octets.
  public static var minimumByteCount: Int { 20 }
}
