extension Datagram {
  /// Reads an IPv4 header (RFC 791 section 3.1). The caller has seen at least 20 octets and the version.
  @inline(__always)  // on a segment's way
  init(ipv4 bytes: RawSpan, checksumVerified: Bool) throws(DatagramError) {
    let headerCount = Int(bytes.uint8(at: 0) & 0x0F) &* 4
    // Each comparison asks for both ends at once: below the lower end the difference is negative, and very
    // large.
    guard UInt(bitPattern: headerCount &- 20) <= UInt(bitPattern: bytes.byteCount &- 20) else {
      throw .badHeaderLength
    }
    payloadCount = Int(bytes.uint16(at: 2)) &- headerCount
    guard UInt(bitPattern: payloadCount) <= UInt(bitPattern: bytes.byteCount &- headerCount) else {
      throw .badTotalLength
    }
    if !checksumVerified {
      var checksum = InternetChecksum()
      checksum.add(header: bytes, count: headerCount)
      guard checksum.isValid else { throw .badHeaderChecksum }
    }
    // More Fragments, or an offset: bit 15 is reserved and bit 14 is Don't Fragment.
    guard bytes.uint16(at: 6) & 0x3FFF == 0 else { throw .fragment }
    // MUST-50: options between octet 20 and headerCount are skipped, whatever they are.
    source = Address(ipv4: bytes.uint32(at: 12))
    destination = Address(ipv4: bytes.uint32(at: 16))
    protocolNumber = bytes.uint8(at: 9)
    trafficClass = bytes.uint8(at: 1)
    hopLimit = bytes.uint8(at: 8)
    payloadOffset = headerCount
  }

  @inline(__always)  // on a segment's way
  func emitIPv4(into bytes: MutableBytes) {
    precondition(bytes.count >= 20)  // also spares the stores below their own checks
    let first = 0x4500_0000 | UInt32(trafficClass) &<< 16 | UInt32(truncatingIfNeeded: 20 &+ payloadCount)
    let second: UInt32 = 0x0000_4000  // identification 0, Don't Fragment (RFC7323-PAWS-12)
    let third = UInt32(hopLimit) &<< 24 | UInt32(protocolNumber) &<< 16
    var checksum = InternetChecksum()
    checksum.add(words: first)
    checksum.add(words: second)
    checksum.add(words: third)
    checksum.add(words: source.ipv4Bits)
    checksum.add(words: destination.ipv4Bits)
    bytes.store(first, at: 0)
    bytes.store(second, at: 4)
    bytes.store(third | UInt32(checksum.field), at: 8)
    bytes.store(source.ipv4Bits, at: 12)
    bytes.store(destination.ipv4Bits, at: 16)
  }
}

extension CongestionCodepoint {
  /// The codepoint in the two low bits of a traffic class octet.
  @inline(__always)
  init(bits: UInt8) {
    switch bits & 3 {
    case 0: self = .notCapable
    case 1: self = .capable1
    case 2: self = .capable0
    default: self = .experienced
    }
  }
}
