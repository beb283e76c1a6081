/// What an ICMP error means to a TCP, whatever the version (RFC 9293 section 3.9.2.2).
public enum ICMPErrorKind: UInt8, Sendable, BitwiseCopyable {
  /// Network or host unreachable, source route failed, no route, administratively prohibited: soft.
  case unreachable
  /// Protocol or port unreachable: hard.
  case refused
  /// Fragmentation needed, packet too big: lowers the path MTU.
  case tooBig
  /// Time exceeded: soft.
  case timeExceeded
  /// Parameter problem: soft.
  case parameterProblem
  /// Source quench: never has an effect (MUST-55, RFC 6633).
  case sourceQuench
}

/// An ICMP error with the part of our datagram that it quotes.
public struct ICMPError: Sendable, BitwiseCopyable {
  /// What it means.
  public var kind: ICMPErrorKind
  /// The tuple of the connection it speaks of: local is the source of the quoted datagram (MUST-54).
  public var tuple: FourTuple
  /// Sequence number of the quoted segment.
  public var sequence: SequenceNumber
  /// For `tooBig`: the next hop's MTU in octets, 0 when the router did not say (RFC 1191 section 5).
  public var nextHopMTU: Int
  /// Total length of the quoted datagram in octets, from its IP header.
  public var quotedCount: Int

  /// Reads an ICMP or ICMPv6 error message; `nil` for anything that is not an error about a TCP segment of
  /// this family, has a bad checksum, or quotes too little.
  ///
  /// - Parameters:
  ///   - bytes: the payload of the datagram.
  ///   - datagram: the headers around it.
  public init?(parsing bytes: RawSpan, in datagram: Datagram) {
    // Eight octets of ICMP, a quoted IP header, and the first eight octets of the quoted TCP header.
    guard bytes.byteCount >= 8 &+ 20 &+ 8 else { return nil }
    let isIPv4 = datagram.source.isIPv4
    guard datagram.protocolNumber == (isIPv4 ? 1 : 58) else { return nil }
    var checksum = isIPv4 ? InternetChecksum() : datagram.pseudoHeaderSum()
    checksum.add(bytes)
    guard checksum.isValid else { return nil }
    let type = bytes.uint8(at: 0)
    let code = bytes.uint8(at: 1)
    let meaning = isIPv4 ? ICMPError.ipv4Kind(type, code) : ICMPError.ipv6Kind(type, code)
    guard let meaning else { return nil }
    kind = meaning
    nextHopMTU = 0
    if meaning == .tooBig {
      // An MTU of 2^31 or more says nothing that 2^31 - 1 does not, and fits `Int` everywhere.
      let mtu = isIPv4 ? UInt32(bytes.uint16(at: 6)) : bytes.uint32(at: 4)
      nextHopMTU = Int(truncatingIfNeeded: mtu < 0x7FFF_FFFF ? mtu : 0x7FFF_FFFF)
    }
    let quoted = bytes.extracting(8..<bytes.byteCount)
    guard quoted.uint8(at: 0) &>> 4 == (isIPv4 ? 4 : 6) else { return nil }
    let headerCount = isIPv4 ? Int(quoted.uint8(at: 0) & 0x0F) &* 4 : 40
    guard headerCount >= 20, headerCount &+ 8 <= quoted.byteCount else { return nil }
    guard quoted.uint8(at: isIPv4 ? 9 : 6) == 6 else { return nil }
    let source: Address
    let destination: Address
    if isIPv4 {
      // A later fragment has no TCP header at its front, only text.
      guard quoted.uint16(at: 6) & 0x1FFF == 0 else { return nil }
      source = Address(ipv4: quoted.uint32(at: 12))
      destination = Address(ipv4: quoted.uint32(at: 16))
      quotedCount = Int(quoted.uint16(at: 2))
    } else {
      source = Address(high: quoted.uint64(at: 8), low: quoted.uint64(at: 16))
      destination = Address(high: quoted.uint64(at: 24), low: quoted.uint64(at: 32))
      // ICMPv6 must not speak of connections that run over IPv4.
      guard !source.isIPv4, !destination.isIPv4 else { return nil }
      quotedCount = 40 &+ Int(quoted.uint16(at: 4))
    }
    tuple = FourTuple(
      local: Endpoint(source, quoted.uint16(at: headerCount)),
      remote: Endpoint(destination, quoted.uint16(at: headerCount &+ 2)))
    sequence = SequenceNumber(quoted.uint32(at: headerCount &+ 4))
  }

  /// RFC 792 types and codes.
  private static func ipv4Kind(_ type: UInt8, _ code: UInt8) -> ICMPErrorKind? {
    switch (type, code) {
    case (3, 2), (3, 3): .refused
    case (3, 4): .tooBig
    case (3, _): .unreachable
    case (4, _): .sourceQuench
    case (11, _): .timeExceeded
    case (12, _): .parameterProblem
    default: nil
    }
  }

  /// RFC 4443 types and codes. An unrecognised next header, (4, 1), is soft too: RFC 9293 section 3.9.2.2
  /// says so.
  private static func ipv6Kind(_ type: UInt8, _ code: UInt8) -> ICMPErrorKind? {
    switch (type, code) {
    case (1, 4): .refused
    case (1, _): .unreachable
    case (2, _): .tooBig
    case (3, _): .timeExceeded
    case (4, _): .parameterProblem
    default: nil
    }
  }
}
