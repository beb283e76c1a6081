import TCPCore

/// What the octets of a datagram turned out to be.
public enum CapturedDatagram: Sendable {
  /// A TCP segment.
  case segment(CapturedSegment)
  /// An ICMP error about a TCP segment.
  case icmpError(ICMPError, Datagram)
  /// Another protocol, a tunnel that is not read, a fragment without a header, or another kind of ICMP
  /// message; and its name.
  case other(Datagram, name: String)
  /// Nothing that can be read: the reason, and the same words for all of a kind.
  case unreadable(reason: String, name: String = "unreadable datagram")

  /// Decodes the octets of a datagram.
  ///
  /// - Parameters:
  ///   - bytes: the datagram, perhaps with link padding behind it.
  ///   - originalCount: octets on the wire when `bytes` is only the start; lengths then come from headers.
  public init(_ bytes: RawSpan, originalCount: Int? = nil) {
    let headers = IPHeaders(bytes, wireCount: max(originalCount ?? 0, bytes.byteCount))
    if let fault = headers.fault {
      self = .unreadable(
        reason: CapturedDatagram.reason(fault, headers, bytes), name: "datagram: \(fault.rawValue)")
      return
    }
    let datagram = headers.datagram
    if headers.fragmentOffset > 0 {
      self = .other(datagram, name: "\(ProtocolName.of(datagram)) fragment")
      return
    }
    if let name = headers.closedTunnel {
      self = .other(datagram, name: name)
      return
    }
    let payload = bytes.extracting(headers.capturedPayload)
    switch datagram.protocolNumber {
    case 6: self = CapturedDatagram.segment(headers, payload)
    case 1, 58:
      self =
        ICMPError(parsing: payload, in: datagram).map { .icmpError($0, datagram) }
        ?? .other(datagram, name: ProtocolName.of(datagram))
    case 17: self = .other(datagram, name: ProtocolName.ofUDP(payload))
    default: self = .other(datagram, name: ProtocolName.of(datagram))
    }
  }

  /// What was found around the place that cannot be read, and what is wrong with it.
  private static func reason(_ fault: IPHeaders.Fault, _ headers: IPHeaders, _ bytes: RawSpan) -> String {
    let around = headers.remarks.map { "\($0): " }.joined()
    return around + "datagram of \(bytes.byteCount) octets: \(fault.rawValue)"
  }

  private static func segment(_ headers: IPHeaders, _ payload: RawSpan) -> CapturedDatagram {
    let datagram = headers.datagram
    let what = "segment of \(datagram.payloadCount) octets: "
    let isWhole = !headers.remarks.contains(.firstFragment)
    let headerCount: Int
    if payload.byteCount < SegmentHeader.minimumByteCount {
      let reason =
        datagram.payloadCount < SegmentHeader.minimumByteCount && isWhole
        ? Notation.text(SegmentError.tooShort) : "header cut off"
      let count = reason == "header cut off" ? " after \(payload.byteCount) octets" : ""
      return .unreadable(
        reason: "\(ends(datagram, payload)) \(what)\(reason)\(count)", name: "segment: \(reason)")
    } else {
      headerCount = Int(payload.uint8(at: 12) >> 4) * 4
    }
    var fault: SegmentError?
    if headerCount < SegmentHeader.minimumByteCount { fault = .dataOffsetTooSmall }
    if headerCount > datagram.payloadCount, isWhole { fault = .dataOffsetBeyondSegment }
    if let fault {
      let reason = Notation.text(fault)
      return .unreadable(
        reason: "\(ends(datagram, payload)) \(what)\(reason)", name: "segment: \(reason)")
    }
    return CapturedSegment(headers, payload, headerCount: headerCount).map { .segment($0) }
      ?? .unreadable(reason: "\(ends(datagram, payload)) \(what)bad header", name: "segment: bad header")
  }

  /// The addresses, and of ports and sequence number what there is.
  private static func ends(_ datagram: Datagram, _ payload: RawSpan) -> String {
    guard payload.byteCount >= 4 else {
      return "\(Notation.text(datagram.source)) > \(Notation.text(datagram.destination))"
    }
    let source = Endpoint(datagram.source, payload.uint16(at: 0))
    let destination = Endpoint(datagram.destination, payload.uint16(at: 2))
    let text = "\(Notation.text(source)) > \(Notation.text(destination))"
    return payload.byteCount < 8 ? text : text + " seq \(payload.uint32(at: 4)),"
  }
}
