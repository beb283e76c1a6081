/// Finds the IP datagram inside a frame.
enum LinkLayer {
  /// VLAN tags one behind the other.
  static var tagLimit: Int { 8 }

  /// What the octets `frame` of a buffer hold, given the link type of their interface.
  static func content(
    of frame: Range<Int>, in fields: ByteOrderFields, linkType: UInt16
  ) -> CaptureRecord.Content {
    let octets = FrameOctets(fields: fields, frame: frame)
    switch linkType {
    case LinkType.raw, LinkType.rawOnSomeBSD, LinkType.rawOnOpenBSD, LinkType.ipv4, LinkType.ipv6:
      return octets.datagram(at: 0)
    case LinkType.ethernet: return tagged(octets, typeOffset: 12, payloadOffset: 14)
    case LinkType.linuxCooked: return tagged(octets, typeOffset: 14, payloadOffset: 16)
    case LinkType.linuxCooked2: return tagged(octets, typeOffset: 0, payloadOffset: 20)
    case LinkType.bsdLoopback, LinkType.openBSDLoopback: return loopback(octets)
    case LinkType.ppp: return ppp(octets, at: 0)
    case LinkType.pppWithDirection: return ppp(octets, at: 1)
    case LinkType.pppoe: return pppoe(octets, at: 0)
    case LinkType.ciscoHDLC: return tagged(octets, typeOffset: 2, payloadOffset: 4)
    case LinkType.pppWithHDLC:
      // A first octet of 0x0f or 0x8f is Cisco's framing, 0xff the usual one.
      return octets.has(1, at: 0) && octets.uint8(at: 0) & 0x7F == 0x0F
        ? tagged(octets, typeOffset: 2, payloadOffset: 4) : ppp(octets, at: 0)
    default: return .none(.unsupportedLinkType(linkType))
    }
  }

  /// A frame that names its protocol by an Ethernet type, perhaps behind VLAN tags.
  private static func tagged(
    _ octets: FrameOctets, typeOffset: Int, payloadOffset: Int
  ) -> CaptureRecord.Content {
    guard octets.has(payloadOffset, at: 0) else { return octets.tooShort }
    var type = octets.uint16(at: typeOffset)
    var start = payloadOffset
    for _ in 0..<tagLimit {
      guard EtherType.isTag(type) else { break }
      guard octets.has(4, at: start) else { return octets.tooShort }
      type = octets.uint16(at: start + 2)
      start += 4
    }
    switch type {
    case EtherType.ipv4, EtherType.ipv6: return octets.datagram(at: start)
    case EtherType.pppoeSession: return pppoe(octets, at: start)
    case 0...1500: return llc(octets, at: start)  // a length; Linux cooked frames have 4 here
    case _ where EtherType.isTag(type): return .none(.tooManyTags)
    default: return .none(.notIP(etherType: type))
    }
  }

  /// IEEE 802.2: IP by its own service access point, or behind a SNAP header (RFC 1042).
  private static func llc(_ octets: FrameOctets, at start: Int) -> CaptureRecord.Content {
    guard octets.has(3, at: start) else { return octets.tooShort }
    let points = octets.uint16(at: start)
    switch points {
    case 0x0606: return octets.datagram(at: start + 3)
    case 0xAAAA:
      guard octets.has(8, at: start) else { return octets.tooShort }
      let organization = UInt32(octets.uint8(at: start + 3)) << 16 | UInt32(octets.uint16(at: start + 4))
      // Ethernet types, as such or of a bridge that took the frame to another kind of network (802.1H).
      guard organization == 0 || organization == 0xF8 else { return .none(.snap(organization: organization)) }
      let type = octets.uint16(at: start + 6)
      return type == EtherType.ipv4 || type == EtherType.ipv6
        ? octets.datagram(at: start + 8) : .none(.notIP(etherType: type))
    default: return .none(.llc(UInt8(truncatingIfNeeded: points >> 8)))
    }
  }

  /// RFC 2516: version and type, a code, a session, a length, and PPP without address and control.
  private static func pppoe(_ octets: FrameOctets, at start: Int) -> CaptureRecord.Content {
    guard octets.has(6, at: start) else { return octets.tooShort }
    return octets.uint8(at: start + 1) == 0
      ? pppProtocol(octets, at: start + 6) : .none(.notIP(etherType: 0x8863))
  }

  /// RFC 1662: address and control, which may be left out.
  private static func ppp(_ octets: FrameOctets, at start: Int) -> CaptureRecord.Content {
    guard octets.has(2, at: start) else { return octets.tooShort }
    return pppProtocol(octets, at: octets.uint16(at: start) == 0xFF03 ? start + 2 : start)
  }

  /// The protocol number, of one octet if that is odd (RFC 1661 section 2), and what is behind it.
  private static func pppProtocol(_ octets: FrameOctets, at start: Int) -> CaptureRecord.Content {
    guard octets.has(1, at: start) else { return octets.tooShort }
    let isShort = octets.uint8(at: start) & 1 != 0
    guard isShort || octets.has(2, at: start) else { return octets.tooShort }
    let number = isShort ? UInt16(octets.uint8(at: start)) : octets.uint16(at: start)
    guard number == 0x0021 || number == 0x0057 else { return .none(.ppp(number)) }
    return octets.datagram(at: isShort ? start + 1 : start + 2)
  }

  /// A loopback frame: four octets of address family in the byte order of the machine that wrote it.
  private static func loopback(_ octets: FrameOctets) -> CaptureRecord.Content {
    guard octets.has(5, at: 0) else { return octets.tooShort }
    var family = UInt32(octets.uint16(at: 0)) << 16 | UInt32(octets.uint16(at: 2))
    // Families are small numbers, so a large one was read in the wrong order.
    if family > 0xFFFF { family = family.byteSwapped }
    switch family {
    case 2, 10, 24, 28, 30:  // IPv4, and IPv6 as Linux, NetBSD, FreeBSD and macOS number it
      return octets.datagram(at: 4)
    default:
      return .none(.unknownFamily(family))
    }
  }
}

/// The octets of one frame, by their offset in it. The caller has checked that they are there.
private struct FrameOctets {
  let fields: ByteOrderFields
  let frame: Range<Int>

  /// Whether there are `count` octets from `offset` on.
  func has(_ count: Int, at offset: Int) -> Bool { offset + count <= frame.count }

  func uint8(at offset: Int) -> UInt8 { fields.bytes[frame.lowerBound + offset] }

  func uint16(at offset: Int) -> UInt16 {
    UInt16(uint8(at: offset)) << 8 | UInt16(uint8(at: offset + 1))
  }

  /// Everything from `offset` on, at least one octet.
  func datagram(at offset: Int) -> CaptureRecord.Content {
    has(1, at: offset) ? .datagram(frame.lowerBound + offset..<frame.upperBound) : tooShort
  }

  var tooShort: CaptureRecord.Content { .none(.tooShort(octets: frame.count)) }
}
