import TCPCore

/// What one side of a conversation sent.
public struct SideSummary: Sendable {
  /// Segments.
  public private(set) var segments = 0
  /// Octets of text, each counted once however often it was sent.
  public private(set) var textOctets = 0
  /// Segments that carried a SYN.
  public private(set) var syn = 0
  /// Segments that carried a FIN.
  public private(set) var fin = 0
  /// Segments that carried a RST.
  public private(set) var rst = 0
  /// Segments whose sequence range, or a part of it, had been seen before on the same interface.
  public private(set) var retransmissions = 0
  /// Segments just before the next number, with at most one octet that was acknowledged (RFC 9293 section
  /// 3.8.4). They are no retransmissions.
  public private(set) var keepAlives = 0
  /// Segments whose checksum is wrong.
  public private(set) var incorrectChecksums = 0

  /// Ranges by interface: a segment seen on two interfaces was not sent twice.
  private var seen: [Int: SeenRanges] = [:]
  private var text = SeenRanges()
  /// The number that this side acknowledged last.
  private(set) var acknowledged: UInt32?

  /// Counts a segment of this side, whose peer has acknowledged so much.
  mutating func add(_ segment: CapturedSegment, interface: Int, acknowledged byPeer: UInt32?) {
    let header = segment.header
    let flags = header.flags
    segments += 1
    if segment.checksum == .incorrect { incorrectChecksums += 1 }
    if flags.contains(.fin) { fin += 1 }
    if flags.contains(.rst) { rst += 1 }
    if flags.contains(.syn) { syn += 1 }
    if flags.contains(.ack) { acknowledged = header.acknowledgment.rawValue }
    // A reset's text is an explanation, not part of the stream.
    guard !flags.contains(.rst) else { return }
    let first = header.sequence.rawValue
    if isKeepAlive(header, next: seen[interface]?.next, byPeer) {
      keepAlives += 1
      return
    }
    if seen[interface, default: SeenRanges()].add(first, length: header.length) < header.length {
      retransmissions += 1
    }
    textOctets += text.add(first &+ (flags.contains(.syn) ? 1 : 0), length: header.payloadCount)
  }

  private func isKeepAlive(_ header: SegmentHeader, next: UInt32?, _ acknowledged: UInt32?) -> Bool {
    guard let next, header.length <= 1, header.length == header.payloadCount,
      header.sequence.rawValue == next &- 1
    else { return false }
    return header.payloadCount == 0 || acknowledged == next
  }
}
