import TCPCore

// What is wrong, or odd, outside of TCP.
extension Adversary {
  /// Octets without sense, or with hardly any.
  mutating func noise(_ target: AdversaryTarget) -> [UInt8] {
    var bytes = octets(below(120))
    if !bytes.isEmpty && below(4) > 0 { bytes[0] = pick([0x45, 0x46, 0x4F, 0x60, 0x40, 0x55]) }
    return bytes
  }

  /// A datagram with something wrong outside of TCP, or in it, and no checksum that would say it was meant
  /// so.
  mutating func spoil(_ datagram: [UInt8]) -> [UInt8] {
    var bytes = datagram
    switch below(4) {
    case 0: bytes.removeLast(1 + below(bytes.count - 1))
    case 1: bytes += octets(1 + below(40))  // padding of the link, which changes nothing
    case 2: bytes[below(bytes.count)] ^= UInt8(1 << below(8))
    default: bytes[pick([0, 2, 3, 4, 5, 6, 9])] = UInt8(below(256))
    }
    return bytes
  }

  /// A datagram in unusual headers, all of their checksums right: options, extension headers, fragments.
  mutating func disguise(_ datagram: [UInt8]) -> [UInt8] {
    datagram[0] >> 4 == 4 ? disguiseIPv4(datagram) : disguiseIPv6(datagram)
  }

  private mutating func disguiseIPv4(_ datagram: [UInt8]) -> [UInt8] {
    var header = Array(datagram[..<20])
    switch below(5) {
    case 0: header += octets(4 * (1 + below(10)))
    case 1: header[6] = UInt8(pick([0x20, 0x60, 0x00]))  // more fragments, or none
    case 2: header[7] = UInt8(1 + below(255))  // a later fragment
    case 3: header[9] = UInt8(pick([1, 17, 6, 58, below(256)]))
    default:
      header[1] = UInt8(below(256))
      header[8] = UInt8(below(256))
    }
    let count = header.count + datagram.count - 20
    header[0] = 0x40 | UInt8(header.count / 4)
    header[2] = UInt8(truncatingIfNeeded: count >> 8)
    header[3] = UInt8(truncatingIfNeeded: count)
    header[10] = 0
    header[11] = 0
    var checksum = InternetChecksum()
    unsafe checksum.add(header.span.bytes)
    header[10] = UInt8(checksum.field >> 8)
    header[11] = UInt8(truncatingIfNeeded: checksum.field)
    return header + datagram[20...]
  }

  private mutating func disguiseIPv6(_ datagram: [UInt8]) -> [UInt8] {
    var header = Array(datagram[..<40])
    var extensions: [UInt8] = []
    var kind = header[6]
    for _ in 0..<pick([1, 1, 2, 8, 9]) {
      let (number, octets) = extensionHeader(before: kind)
      extensions = octets + extensions
      kind = number
    }
    header[6] = kind
    let count = extensions.count + datagram.count - 40
    header[4] = UInt8(truncatingIfNeeded: count >> 8)
    header[5] = UInt8(truncatingIfNeeded: count)
    return header + extensions + datagram[40...]
  }

  /// One extension header, and its number: hop-by-hop, routing, fragment, destination options.
  private mutating func extensionHeader(before next: UInt8) -> (UInt8, [UInt8]) {
    switch below(5) {
    case 0: return (0, [next, 0, 1, 4, 0, 0, 0, 0])
    case 1: return (43, [next, 0, 0, UInt8(pick([0, 0, 1])), 0, 0, 0, 0])
    case 2: return (44, [next, 0, 0, UInt8(pick([0, 0, 1, 8])), 0, 0, 0, 7])
    case 3: return (60, [next, UInt8(pick([0, 1, 255])), 1, 12] + octets(12))
    default: return (60, [next, 1, 1, 12] + octets(12))
    }
  }
}
