import TCPCore

/// The IP headers of a datagram and of those inside it, read as far as they can be.
///
/// The core refuses a datagram with anything unusual about it. A capture shows what was on the wire, so here
/// it is read and remarked on.
struct IPHeaders {
  /// What the innermost header says. Its offset counts from the outermost.
  var datagram = Datagram(source: .anyIPv4, destination: .anyIPv4, protocolNumber: 0, payloadCount: 0)
  /// What is unusual, from the outside in.
  var remarks: [DatagramRemark] = []
  /// The offset of a fragment that is not the first, in octets.
  var fragmentOffset = 0
  /// The name of a tunnel that is not read.
  var closedTunnel: String?
  /// Why the innermost datagram cannot be read.
  private(set) var fault: Fault?
  /// Whether the innermost header is an IPv6 one.
  private(set) var isIPv6 = false

  /// The octets that were captured, and how many there were on the wire.
  private let capturedCount: Int
  /// Where the innermost datagram ends on the wire; perhaps behind what was captured.
  private(set) var end: Int

  /// Datagrams inside one another; what is inside of so many is not read.
  private static var nestingLimit: Int { 4 }
  /// Extension headers of one datagram.
  private static var extensionLimit: Int { 16 }

  /// Why there is nothing to show.
  enum Fault: String, Error {
    case tooShort = "shorter than an IP header"
    case unknownVersion = "neither IPv4 nor IPv6"
    case badHeaderLength = "bad header length"
    case badTotalLength = "bad total length"
    case badExtensionHeader = "bad extension header"
  }

  /// Whether text or the end of a header is missing, so that a checksum says nothing.
  var isPartial: Bool {
    end > capturedCount
      || remarks.contains {
        switch $0 {
        case .firstFragment, .unknownRoutingHeader: true
        default: false
        }
      }
  }

  /// Whether a header states more octets than the frame had.
  var isBeyondFrame: Bool {
    remarks.contains { if case .totalLengthBeyondFrame = $0 { true } else { false } }
  }

  /// Reads all headers from the start of `bytes`, which had `wireCount` octets, padding included.
  init(_ bytes: RawSpan, wireCount: Int) {
    capturedCount = bytes.byteCount
    end = wireCount
    var start = 0
    for _ in 0..<IPHeaders.nestingLimit {
      do throws(Fault) {
        try readOne(bytes, at: start)
      } catch {
        fault = error
        return
      }
      guard fragmentOffset == 0, let inner = enter(bytes) else { return }
      start = inner
    }
    closedTunnel = "a tunnel in \(IPHeaders.nestingLimit - 1) tunnels"
  }

  private mutating func readOne(_ bytes: RawSpan, at start: Int) throws(Fault) {
    guard start < capturedCount else { throw .tooShort }
    switch bytes.uint8(at: start) >> 4 {
    case 4: try readIPv4(bytes, at: start)
    case 6: try readIPv6(bytes, at: start)
    default: throw capturedCount - start < 20 ? .tooShort : .unknownVersion
    }
  }

  /// Where the innermost payload is, as far as it was captured.
  var capturedPayload: Range<Int> {
    let stop = min(end, capturedCount)
    return min(datagram.payloadOffset, stop)..<stop
  }

  /// Makes a stated length the datagram's end, and keeps it inside what is around it.
  private mutating func close(at stated: Int, count: Int) {
    if stated > end { remarks.append(.totalLengthBeyondFrame(stated: count)) }
    end = min(end, stated)
  }

  private mutating func setPayload(at offset: Int) {
    datagram.payloadOffset = offset
    datagram.payloadCount = max(end - offset, 0)
  }
}

// IPv4: the header, source routes, fragments.
extension IPHeaders {
  private mutating func readIPv4(_ bytes: RawSpan, at start: Int) throws(Fault) {
    guard start + 20 <= capturedCount else { throw .tooShort }
    isIPv6 = false
    let headerCount = Int(bytes.uint8(at: start) & 0x0F) * 4
    let total = Int(bytes.uint16(at: start + 2))
    guard headerCount >= 20, start + headerCount <= end else { throw .badHeaderLength }
    guard total == 0 || total >= headerCount else { throw .badTotalLength }
    datagram.source = Address(ipv4: bytes.uint32(at: start + 12))
    datagram.destination = Address(ipv4: bytes.uint32(at: start + 16))
    datagram.trafficClass = bytes.uint8(at: start + 1)
    datagram.hopLimit = bytes.uint8(at: start + 8)
    datagram.protocolNumber = bytes.uint8(at: start + 9)
    if total == 0 { remarks.append(.noTotalLength) } else { close(at: start + total, count: total) }
    setPayload(at: start + headerCount)
    let header = bytes.extracting(start..<min(start + headerCount, capturedCount))
    if header.byteCount == headerCount {
      var sum = InternetChecksum()
      sum.add(header)
      if !sum.isValid { remarks.append(.incorrectHeaderChecksum) }
    }
    if headerCount > 20 { followSourceRoute(header) }
    noteFragment(
      offset: Int(bytes.uint16(at: start + 6) & 0x1FFF) * 8, hasMore: bytes.uint8(at: start + 6) & 0x20 != 0)
    if datagram.protocolNumber == 51 { try skipAuthentication(bytes) }
  }

  /// RFC 791 section 3.1: the last address of a route that is not used up is the destination, and the one
  /// that the checksum covers.
  private mutating func followSourceRoute(_ header: RawSpan) {
    var offset = 20
    for _ in 0..<40 {  // options are at most 40 octets, and every step takes at least one
      guard offset + 1 < header.byteCount, header.uint8(at: offset) != 0 else { return }
      if header.uint8(at: offset) == 1 {
        offset += 1
        continue
      }
      let length = Int(header.uint8(at: offset + 1))
      guard length >= 2, offset + length <= header.byteCount else { return }
      let isRoute = header.uint8(at: offset) == 131 || header.uint8(at: offset) == 137
      if isRoute, length >= 7, Int(header.uint8(at: offset + 2)) <= length - 3 {
        remarks.append(.sourceRoute(next: datagram.destination))
        let last = 3 + (length - 3) / 4 * 4 - 4
        datagram.destination = Address(ipv4: header.uint32(at: offset + last))
        return
      }
      offset += length
    }
  }

  private mutating func noteFragment(offset: Int, hasMore: Bool) {
    if offset > 0 {
      fragmentOffset = offset
    } else if hasMore {
      remarks.append(.firstFragment)
    }
  }

  /// Passes over an authentication header (RFC 4302): what is behind it is in clear.
  private mutating func skipAuthentication(_ bytes: RawSpan) throws(Fault) {
    guard fragmentOffset == 0, datagram.payloadOffset + 8 <= min(end, capturedCount) else { return }
    let count = 8 + Int(bytes.uint8(at: datagram.payloadOffset + 1)) * 4
    guard datagram.payloadOffset + count <= end else { throw .badExtensionHeader }
    datagram.protocolNumber = bytes.uint8(at: datagram.payloadOffset)
    setPayload(at: datagram.payloadOffset + count)
    remarks.append(.authenticated)
  }
}

// IPv6: the header and its extension headers.
extension IPHeaders {
  private mutating func readIPv6(_ bytes: RawSpan, at start: Int) throws(Fault) {
    guard start + 40 <= capturedCount else { throw .tooShort }
    isIPv6 = true
    let payload = Int(bytes.uint16(at: start + 4))
    datagram.source = IPHeaders.address(bytes, at: start + 8)
    datagram.destination = IPHeaders.address(bytes, at: start + 24)
    datagram.trafficClass = UInt8(truncatingIfNeeded: bytes.uint16(at: start) >> 4)
    datagram.hopLimit = bytes.uint8(at: start + 7)
    datagram.protocolNumber = bytes.uint8(at: start + 6)
    if datagram.source.isIPv4 || datagram.destination.isIPv4 { remarks.append(.mappedAddress) }
    if payload > 0 { close(at: start + 40 + payload, count: payload) }
    setPayload(at: start + 40)
    var hasLength = payload > 0 || end == start + 40
    try skipExtensions(bytes, headersStart: start, &hasLength)
    if !hasLength { remarks.append(.noTotalLength) }
  }

  private mutating func skipExtensions(
    _ bytes: RawSpan, headersStart: Int, _ hasLength: inout Bool
  ) throws(Fault) {
    for _ in 0..<IPHeaders.extensionLimit {
      let number = datagram.protocolNumber
      if number == 51 {
        try skipAuthentication(bytes)
        guard datagram.protocolNumber != number else { return }
        continue
      }
      guard [0, 43, 44, 60].contains(number) else { return }
      let offset = datagram.payloadOffset
      guard offset + 8 <= end else { throw .badExtensionHeader }
      guard offset + 8 <= capturedCount else { throw .tooShort }
      let count = number == 44 ? 8 : 8 + Int(bytes.uint8(at: offset + 1)) * 8
      guard offset + count <= end else { throw .badExtensionHeader }
      guard offset + count <= capturedCount else { throw .tooShort }
      let header = bytes.extracting(offset..<offset + count)
      datagram.protocolNumber = header.uint8(at: 0)
      switch number {
      case 44:
        noteFragment(offset: Int(header.uint16(at: 2) & 0xFFF8), hasMore: header.uint8(at: 3) & 1 != 0)
      case 43: followRoutingHeader(header)
      default:
        if let jumbo = readOptions(header), number == 0, !hasLength {
          hasLength = true
          close(at: headersStart + 40 + jumbo, count: jumbo)
        }
      }
      setPayload(at: offset + count)
      if fragmentOffset > 0 { return }
    }
    throw .badExtensionHeader
  }

  /// The destination of a route that is not used up: the last address for types 0 and 2, the first for
  /// segment routing, whose list is reversed (RFC 8754 section 2).
  private mutating func followRoutingHeader(_ header: RawSpan) {
    guard header.uint8(at: 3) != 0 else { return }
    let type = header.uint8(at: 2)
    let last: Int
    switch type {
    case 0, 2: last = 8 + (header.byteCount - 8) / 16 * 16 - 16
    case 4: last = 8
    default: last = 0
    }
    guard last >= 8, last + 16 <= header.byteCount else {
      remarks.append(.unknownRoutingHeader(type: type))
      return
    }
    remarks.append(.routingHeader(next: datagram.destination))
    datagram.destination = IPHeaders.address(header, at: last)
  }

  /// Looks for a home address, and returns the length that a jumbo payload option states (RFC 2675).
  private mutating func readOptions(_ header: RawSpan) -> Int? {
    var offset = 2
    var jumbo: Int?
    while offset + 2 <= header.byteCount {  // every turn goes on by at least one octet
      let kind = header.uint8(at: offset)
      if kind == 0 {
        offset += 1
        continue
      }
      let length = Int(header.uint8(at: offset + 1))
      guard offset + 2 + length <= header.byteCount else { return jumbo }
      if kind == 0xC9, length == 16 {
        remarks.append(.homeAddress(careOf: datagram.source))
        datagram.source = IPHeaders.address(header, at: offset + 2)
      } else if kind == 0xC2, length == 4 {
        jumbo = Int(clamping: header.uint32(at: offset + 2))
      }
      offset += 2 + length
    }
    return jumbo
  }

  private static func address(_ bytes: RawSpan, at offset: Int) -> Address {
    Address(high: bytes.uint64(at: offset), low: bytes.uint64(at: offset + 8))
  }
}

// Datagrams inside others.
extension IPHeaders {
  /// Where the datagram begins that this one carries, if it carries one that is read here.
  private mutating func enter(_ bytes: RawSpan) -> Int? {
    switch datagram.protocolNumber {
    case 4: return enter(isIPv6 ? .ipv4InIPv6 : .ipv4InIPv4, at: datagram.payloadOffset)
    case 41: return enter(isIPv6 ? .ipv6InIPv6 : .ipv6InIPv4, at: datagram.payloadOffset)
    case 47: return enterGRE(bytes.extracting(capturedPayload))
    default: return nil
    }
  }

  private mutating func enter(_ kind: TunnelKind, at offset: Int) -> Int {
    remarks.append(.tunnel(kind, from: datagram.source, to: datagram.destination))
    return offset
  }

  /// RFC 2784 and 2890: four octets, then checksum, key and sequence number where their bits say so.
  private mutating func enterGRE(_ header: RawSpan) -> Int? {
    guard header.byteCount >= 4 else { return nil }
    let flags = header.uint16(at: 0)
    let type = header.uint16(at: 2)
    // Version 1 carries PPP (RFC 2637), and routing was given up with RFC 1701.
    guard flags & 0x4007 == 0, type == 0x0800 || type == 0x86DD else {
      closedTunnel = flags & 7 == 1 ? "PPP in GRE" : "\(EtherType.name(type)) in GRE"
      return nil
    }
    let optional = [0x8000, 0x2000, 0x1000].reduce(0) { $0 + (Int(flags) & $1 == 0 ? 0 : 4) }
    return enter(.gre, at: datagram.payloadOffset + 4 + optional)
  }
}
