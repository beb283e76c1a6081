import TCPCore

/// Whether the checksum of a segment is right.
public enum ChecksumVerdict: String, Sendable {
  /// It is right.
  case correct
  /// It is wrong.
  case incorrect
  /// It covers the pseudo header only: the sender's machine left the rest to its device, behind the capture.
  case offloaded
  /// Not all octets were captured.
  case unknown
}

/// A segment in a datagram.
public struct CapturedSegment: Sendable {
  /// The IP header around the segment, its offset counted from the outermost header. With a route that is not
  /// used up the destination is the last one, and with a home address option the source is that.
  public var datagram: Datagram
  /// The TCP header. The options of a cut one are those that were captured.
  public var header: SegmentHeader
  /// Whether the checksum is right.
  public var checksum: ChecksumVerdict
  /// The captured text, as a range of the outermost datagram; shorter than `header.payloadCount` in cut
  /// captures.
  public var text: Range<Int>
  /// What is unusual about the datagram.
  public var remarks: [DatagramRemark]
  /// Where the options are in the outermost datagram, as far as they were captured.
  var optionBytes: Range<Int>

  /// Where the segment comes from.
  public var source: Endpoint { Endpoint(datagram.source, header.sourcePort) }
  /// Where it goes to.
  public var destination: Endpoint { Endpoint(datagram.destination, header.destinationPort) }

  /// Reads a segment whose header has `headerCount` octets, from 20 to 60.
  ///
  /// - Parameter payload: what was captured of it, 20 octets at least.
  init?(_ headers: IPHeaders, _ payload: RawSpan, headerCount: Int) {
    datagram = headers.datagram
    remarks = headers.remarks
    let start = datagram.payloadOffset
    let end = start + datagram.payloadCount
    if headerCount > payload.byteCount {
      remarks.append(
        .cutOptions(
          captured: payload.byteCount - SegmentHeader.minimumByteCount,
          of: headerCount - SegmentHeader.minimumByteCount))
      guard let header = CapturedSegment.repaired(payload) else { return nil }
      self.header = header
      self.header.payloadCount = max(datagram.payloadCount - headerCount, 0)
      checksum = .unknown
      text = start + payload.byteCount..<start + payload.byteCount
      optionBytes = start + SegmentHeader.minimumByteCount..<start + payload.byteCount
      return
    }
    guard let header = try? SegmentHeader(parsing: payload) else { return nil }
    self.header = header
    self.header.payloadCount = max(end - start - headerCount, 0)
    checksum = headers.isPartial ? .unknown : CapturedSegment.verdict(header, payload, headers)
    text = start + headerCount..<start + payload.byteCount
    optionBytes = start + SegmentHeader.minimumByteCount..<start + headerCount
  }

  /// The header of a segment that was cut inside its options, with those that are whole.
  private static func repaired(_ payload: RawSpan) -> SegmentHeader? {
    var offset = SegmentHeader.minimumByteCount
    while offset < payload.byteCount {  // at most 40 octets
      let kind = payload.uint8(at: offset)
      if kind == 0 { break }
      let length = kind == 1 ? 1 : offset + 1 < payload.byteCount ? Int(payload.uint8(at: offset + 1)) : 0
      guard length >= 1, kind == 1 || length >= 2, offset + length <= payload.byteCount else { break }
      offset += length
    }
    var octets: [UInt8] = []
    octets.append(span: payload.extracting(0..<offset))
    octets.pad()
    octets[12] = UInt8(truncatingIfNeeded: octets.count / 4) << 4 | octets[12] & 0x0F
    return octets.withSpan { try? SegmentHeader(parsing: $0) }
  }

  private static func verdict(
    _ header: SegmentHeader, _ payload: RawSpan, _ headers: IPHeaders
  ) -> ChecksumVerdict {
    let pseudo = pseudoHeaderSum(headers.datagram, count: payload.byteCount)
    var sum = pseudo
    sum.add(payload)
    if sum.isValid { return .correct }
    if header.checksum == ~pseudo.field { return .offloaded }
    // A device that cuts a datagram up wants the sum without its length.
    if headers.remarks.contains(.noTotalLength),
      header.checksum == ~pseudoHeaderSum(headers.datagram, count: 0).field
    {
      return .offloaded
    }
    return headers.isBeyondFrame ? .unknown : .incorrect
  }

  /// The sum of the pseudo header, where an IPv4-mapped address may meet another one: what is added for it is
  /// a multiple of 65,535, which changes nothing.
  private static func pseudoHeaderSum(_ datagram: Datagram, count: Int) -> InternetChecksum {
    var sum = InternetChecksum()
    for address in [datagram.source, datagram.destination] {
      for half in [address.high, address.low] {
        sum.add(words: UInt32(truncatingIfNeeded: half >> 32))
        sum.add(words: UInt32(truncatingIfNeeded: half))
      }
    }
    sum.add(words: UInt32(truncatingIfNeeded: count))
    sum.add(words: UInt32(datagram.protocolNumber))
    return sum
  }
}
