/// Finds the IP datagram inside a frame.
enum LinkLayer {
  /// What the octets `frame` of a file hold, given the link type of their interface.
  static func content(
    of frame: Range<Int>, in bytes: [UInt8], linkType: UInt16
  ) -> CaptureRecord.Content {
    switch linkType {
    case LinkType.raw, LinkType.rawOnSomeBSD, LinkType.rawOnOpenBSD, LinkType.ipv4, LinkType.ipv6:
      return frame.isEmpty ? .none(.tooShort(octets: 0)) : .datagram(frame)
    case LinkType.ethernet:
      return tagged(frame, bytes, typeOffset: 12, payloadOffset: 14)
    case LinkType.linuxCooked:
      return tagged(frame, bytes, typeOffset: 14, payloadOffset: 16)
    case LinkType.linuxCooked2:
      return tagged(frame, bytes, typeOffset: 0, payloadOffset: 20)
    case LinkType.bsdLoopback, LinkType.openBSDLoopback:
      return loopback(frame, bytes)
    default:
      return .none(.unsupportedLinkType(linkType))
    }
  }

  /// A frame that names its protocol by an Ethernet type, perhaps behind VLAN tags.
  private static func tagged(
    _ frame: Range<Int>, _ bytes: [UInt8], typeOffset: Int, payloadOffset: Int
  ) -> CaptureRecord.Content {
    guard frame.count >= payloadOffset else { return .none(.tooShort(octets: frame.count)) }
    let fields = ByteOrderFields(bytes: bytes, isBigEndian: true)
    var type = fields.uint16(at: frame.lowerBound + typeOffset)
    var start = frame.lowerBound + payloadOffset
    for _ in 0..<2 {  // one tag, or two where a provider adds its own
      guard type == 0x8100 || type == 0x88A8 || type == 0x9100 else { break }
      guard start + 4 <= frame.upperBound else { return .none(.tooShort(octets: frame.count)) }
      type = fields.uint16(at: start + 2)
      start += 4
    }
    guard type == 0x0800 || type == 0x86DD else { return .none(.notIP(etherType: type)) }
    guard start < frame.upperBound else { return .none(.tooShort(octets: frame.count)) }
    return .datagram(start..<frame.upperBound)
  }

  /// A loopback frame: four octets of address family in the byte order of the machine that wrote it.
  private static func loopback(_ frame: Range<Int>, _ bytes: [UInt8]) -> CaptureRecord.Content {
    guard frame.count > 4 else { return .none(.tooShort(octets: frame.count)) }
    var family = ByteOrderFields(bytes: bytes).uint32(at: frame.lowerBound)
    // Families are small numbers, so a large one was read in the wrong order.
    if family > 0xFFFF { family = family.byteSwapped }
    switch family {
    case 2, 10, 24, 28, 30:  // IPv4, and IPv6 as Linux, NetBSD, FreeBSD and macOS number it
      return .datagram(frame.lowerBound + 4..<frame.upperBound)
    default:
      return .none(.unknownFamily(family))
    }
  }
}
