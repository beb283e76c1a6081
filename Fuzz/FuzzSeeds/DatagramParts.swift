/// A datagram to be put together; lengths and checksums come out right unless said otherwise.
struct DatagramParts {
  var isIPv4 = true
  var source: [UInt8]
  var destination: [UInt8]
  var service = 0
  var hopLimit: UInt8 = 64
  var protocolNumber: UInt8 = 6
  /// IPv4: flags and fragment offset.
  var fragment = 0x4000
  /// IPv4 options, in words of four octets; IPv6 extension headers, whose first one has this kind.
  var extra: [UInt8] = []
  var extraKind: UInt8?
  var payload: [UInt8]
  /// What the length field says, where that is not to be the right one.
  var length: Int?
  /// IPv4: the header length in words, where that is not to be the right one.
  var headerWords: Int?
  /// Link padding.
  var behind: [UInt8] = []

  /// Over IPv4, 192.0.2.1 to 198.51.100.2.
  static func ipv4(_ segment: SegmentParts) -> DatagramParts {
    DatagramParts(source: [192, 0, 2, 1], destination: [198, 51, 100, 2], payload: segment.octets)
  }

  /// Over IPv6, 2001:db8::1 to 2001:db8::2.
  static func ipv6(_ segment: SegmentParts) -> DatagramParts {
    DatagramParts(
      isIPv4: false, source: documentation(1), destination: documentation(2), payload: segment.octets)
  }

  /// 2001:db8::n (RFC 3849).
  static func documentation(_ last: UInt8) -> [UInt8] { [0x20, 0x01, 0x0D, 0xB8] + fill(0, 11) + [last] }

  /// An ICMP error from a router that quotes another datagram.
  static func icmp(_ type: UInt8, _ code: UInt8, _ rest: Int, _ quoted: DatagramParts) -> DatagramParts {
    var result = quoted
    let router: [UInt8] = quoted.isIPv4 ? [203, 0, 113, 9] : documentation(9)
    (result.source, result.destination) = (router, quoted.source)
    (result.extra, result.extraKind, result.length) = ([], nil, nil)
    result.fragment = 0x4000
    result.protocolNumber = quoted.isIPv4 ? 1 : 58
    // An IPv4 router may quote no more than eight octets of what it carried (RFC 792).
    let whole = quoted.octets
    result.payload = [type, code, 0, 0] + bigEndian(rest, 4) + whole.prefix(quoted.isIPv4 ? 28 : 100)
    return result
  }

  var octets: [UInt8] {
    let carried = summedPayload
    return (isIPv4 ? ipv4Header(carried.count) : ipv6Header(carried.count)) + extra + carried + behind
  }

  private var summedPayload: [UInt8] {
    guard let place = [6: 16, 1: 2, 58: 2][protocolNumber], payload.count >= place + 2 else { return payload }
    let pseudo = source + destination + bigEndian(payload.count, 4) + bigEndian(Int(protocolNumber), 4)
    var result = payload
    result.replaceSubrange(
      place..<place + 2, with: checksum((protocolNumber == 1 ? [] : pseudo) + payload))
    return result
  }

  private func ipv4Header(_ count: Int) -> [UInt8] {
    let words = headerWords ?? (20 + extra.count) / 4
    var header: [UInt8] =
      [UInt8(0x40 + words), UInt8(service)] + bigEndian(length ?? 20 + extra.count + count, 2) + [0, 0]
      + bigEndian(fragment, 2) + [hopLimit, protocolNumber, 0, 0] + source + destination
    header.replaceSubrange(10..<12, with: checksum(header + extra))
    return header
  }

  private func ipv6Header(_ count: Int) -> [UInt8] {
    [UInt8(0x60 + service / 16), UInt8(service % 16 * 16), 0, 0] + bigEndian(length ?? extra.count + count, 2)
      + [extraKind ?? protocolNumber, hopLimit] + source + destination
  }
}

/// A datagram with something else about it.
func with(_ datagram: DatagramParts, _ change: (inout DatagramParts) -> Void) -> [UInt8] {
  var datagram = datagram
  change(&datagram)
  return datagram.octets
}
