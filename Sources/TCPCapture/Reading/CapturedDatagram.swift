import TCPCore

/// Whether the checksum of a segment is right.
public enum ChecksumVerdict: Sendable {
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
  /// The IP header.
  public var datagram: Datagram
  /// The TCP header.
  public var header: SegmentHeader
  /// Whether the checksum is right.
  public var checksum: ChecksumVerdict
  /// The captured text, as a range of the datagram; shorter than `header.payloadCount` in cut captures.
  public var text: Range<Int>

  /// Where the segment comes from.
  public var source: Endpoint { Endpoint(datagram.source, header.sourcePort) }
  /// Where it goes to.
  public var destination: Endpoint { Endpoint(datagram.destination, header.destinationPort) }
  /// Where the options are in the datagram.
  var optionBytes: Range<Int> {
    let start = datagram.payloadOffset + SegmentHeader.minimumByteCount
    return start..<max(start, datagram.payloadOffset + datagram.payloadCount - header.payloadCount)
  }
}

/// What the octets of a datagram turned out to be.
public enum CapturedDatagram: Sendable {
  /// A TCP segment.
  case segment(CapturedSegment)
  /// An ICMP error about a TCP segment.
  case icmpError(ICMPError, Datagram)
  /// Another protocol, or another kind of ICMP message.
  case other(Datagram)
  /// Nothing that can be read, with the reason.
  case unreadable(reason: String)

  /// Decodes the octets of a datagram.
  ///
  /// - Parameters:
  ///   - bytes: the datagram, perhaps with link padding behind it.
  ///   - isCut: the capture kept only the start. Lengths then come from the headers.
  public init(_ bytes: RawSpan, isCut: Bool = false) {
    let claimed = isCut ? CapturedDatagram.claimedCount(bytes) : 0
    guard claimed > bytes.byteCount else {
      self.init(whole: bytes, captured: bytes.byteCount)
      return
    }
    // What was cut off is replaced by zeros, so that one parser serves both; no verdict depends on the zeros.
    var padded: [UInt8] = []
    padded.append(span: bytes)
    padded += [UInt8](repeating: 0, count: claimed - bytes.byteCount)
    let captured = bytes.byteCount
    self = padded.withSpan { CapturedDatagram(whole: $0, captured: captured) }
  }

  private init(whole bytes: RawSpan, captured: Int) {
    let datagram: Datagram
    do throws(DatagramError) {
      datagram = try Datagram(parsing: bytes)
    } catch {
      self = .unreadable(reason: "datagram of \(bytes.byteCount) octets: \(Notation.text(error))")
      return
    }
    let payload = bytes.extracting(
      datagram.payloadOffset..<datagram.payloadOffset + datagram.payloadCount)
    switch datagram.protocolNumber {
    case 6: self = CapturedDatagram.segment(datagram, payload, captured: captured)
    case 1 where datagram.source.isIPv4, 58 where !datagram.source.isIPv4:
      self = ICMPError(parsing: payload, in: datagram).map { .icmpError($0, datagram) } ?? .other(datagram)
    default: self = .other(datagram)
    }
  }

  private static func segment(
    _ datagram: Datagram, _ payload: RawSpan, captured: Int
  ) -> CapturedDatagram {
    let addresses = "\(Notation.text(datagram.source)) > \(Notation.text(datagram.destination))"
    let what = "\(addresses) segment of \(payload.byteCount) octets: "
    let end = datagram.payloadOffset + datagram.payloadCount
    guard captured >= min(end, datagram.payloadOffset + SegmentHeader.minimumByteCount) else {
      return .unreadable(reason: what + "its header was not captured")
    }
    let header: SegmentHeader
    do throws(SegmentError) {
      header = try SegmentHeader(parsing: payload)
    } catch {
      return .unreadable(reason: what + Notation.text(error))
    }
    let textStart = end - header.payloadCount
    guard textStart <= captured else {
      return .unreadable(reason: what + "its options were not captured")
    }
    return .segment(
      CapturedSegment(
        datagram: datagram, header: header,
        checksum: end > captured ? .unknown : verdict(header, payload, datagram),
        text: textStart..<min(end, captured)))
  }

  private static func verdict(
    _ header: SegmentHeader, _ payload: RawSpan, _ datagram: Datagram
  ) -> ChecksumVerdict {
    let pseudo = datagram.pseudoHeaderSum()
    var sum = pseudo
    sum.add(payload)
    if sum.isValid { return .correct }
    return header.checksum == ~pseudo.field ? .offloaded : .incorrect
  }

  /// The length that an IP header states; 0 if there is none.
  private static func claimedCount(_ bytes: RawSpan) -> Int {
    guard bytes.byteCount >= 20 else { return 0 }
    switch bytes.uint8(at: 0) >> 4 {
    case 4: return Int(bytes.uint16(at: 2))
    case 6: return 40 + Int(bytes.uint16(at: 4))
    default: return 0
    }
  }
}
