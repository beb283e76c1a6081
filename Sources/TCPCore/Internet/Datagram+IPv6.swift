extension Datagram {
  /// Reads an IPv6 header and walks its extension headers (RFC 8200 section 3 and 4).
  @inline(__always)  // on a segment's way
  init(ipv6 bytes: RawSpan) throws(DatagramError) {
    guard bytes.byteCount >= 40 else { throw .tooShort }
    let payload = Int(bytes.uint16(at: 4))
    guard 40 &+ payload <= bytes.byteCount else { throw .badTotalLength }
    source = Address(high: bytes.uint64(at: 8), low: bytes.uint64(at: 16))
    destination = Address(high: bytes.uint64(at: 24), low: bytes.uint64(at: 32))
    // No honest host sends from or to a mapped address; it would reach connections that run over IPv4.
    guard !source.isIPv4, !destination.isIPv4 else { throw .mappedAddress }
    trafficClass = UInt8(truncatingIfNeeded: bytes.uint16(at: 0) &>> 4)
    hopLimit = bytes.uint8(at: 7)
    protocolNumber = bytes.uint8(at: 6)
    payloadOffset = 40
    payloadCount = payload
    if Datagram.isExtension(protocolNumber) { try skipExtensions(bytes, end: 40 &+ payload) }
  }

  /// Kinds of extension header that are walked over: hop-by-hop, routing, fragment, destination options.
  @inline(__always)
  private static func isExtension(_ number: UInt8) -> Bool {
    number == 0 || number == 43 || number == 44 || number == 60
  }

  /// Walks the extension headers to the transport. At most eight, and none past the end.
  private mutating func skipExtensions(_ bytes: RawSpan, end: Int) throws(DatagramError) {
    for _ in 0..<8 {  // no honest datagram has more than eight extension headers
      guard Datagram.isExtension(protocolNumber) else { return }
      guard payloadOffset &+ 8 <= end else { throw .badExtensionHeader }
      if protocolNumber == 44 {
        // An atomic fragment is a whole datagram (RFC 6946); anything else is a piece of one.
        guard bytes.uint16(at: payloadOffset &+ 2) & 0xFFF9 == 0 else { throw .fragment }
      }
      // A routing header with segments left asks for forwarding, which a host does not do.
      if protocolNumber == 43, bytes.uint8(at: payloadOffset &+ 3) != 0 { throw .badExtensionHeader }
      let count = protocolNumber == 44 ? 8 : 8 &+ Int(bytes.uint8(at: payloadOffset &+ 1)) &* 8
      guard payloadOffset &+ count <= end else { throw .badExtensionHeader }
      protocolNumber = bytes.uint8(at: payloadOffset)
      payloadOffset &+= count
      payloadCount = end &- payloadOffset
    }
    if Datagram.isExtension(protocolNumber) { throw .badExtensionHeader }
  }

  @inline(__always)
  func emitIPv6(into bytes: MutableBytes) {
    bytes.store(0x6000_0000 | UInt32(trafficClass) &<< 20, at: 0)
    bytes.store(
      UInt32(truncatingIfNeeded: payloadCount) &<< 16 | UInt32(protocolNumber) &<< 8 | UInt32(hopLimit),
      at: 4)
    bytes.store(source.high, at: 8)
    bytes.store(source.low, at: 16)
    bytes.store(destination.high, at: 24)
    bytes.store(destination.low, at: 32)
  }
}
