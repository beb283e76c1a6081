import TCPCore
import TCPLoopback
import TCPTestSupport

/// What may be around a segment, or beside it, and changes nothing: each makes another datagram with the same
/// meaning.
enum Neutral: CaseIterable, Equatable {
  /// IPv6 extension headers that ask for nothing (RFC 8200 section 4).
  case extensionHeaders
  /// IPv4 options, whatever they are (MUST-50).
  case options
  /// Octets of the link behind the datagram's end.
  case padding
  /// Service, congestion codepoint, hop limit; IPv4 identification and Don't Fragment, the IPv6 flow label.
  case fields
  /// Checksums that the device has looked at, and left as it liked.
  case checksums
  /// All of it at once.
  case everything

  /// Those that a family has.
  static func all(isIPv6: Bool) -> [Neutral] {
    allCases.filter { $0 != (isIPv6 ? .options : .extensionHeaders) }
  }

  /// Whether only a host whose device verifies checksums may get such datagrams.
  var needsDevice: Bool { self == .checksums || self == .everything }

  private func includes(_ other: Neutral) -> Bool { self == other || self == .everything }

  /// Another datagram with the same meaning. The given one has the shortest IP header there is.
  func wrap(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    bytes[0] >> 4 == 4 ? wrapIPv4(bytes, &random) : wrapIPv6(bytes, &random)
  }

  private func wrapIPv4(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var result = NaiveIPv4(
      service: bytes[1], identification: UInt16(bytes[4]) << 8 | UInt16(bytes[5]),
      flagsAndOffset: UInt16(bytes[6]) << 8 | UInt16(bytes[7]), timeToLive: bytes[8],
      protocolNumber: bytes[9], source: Array(bytes[12..<16]), destination: Array(bytes[16..<20]),
      payload: Array(bytes[20...]))
    if includes(.options) { result.options = Neutral.options(&random) }
    if includes(.padding) { result.padding = random.octets(random.within(1...60)) }
    if includes(.fields) {
      result.service = random.any()
      result.identification = random.any()
      result.flagsAndOffset = random.any(UInt16.self) & 0x4000
      result.timeToLive = random.any()
    }
    if includes(.checksums) {
      result.checksum = random.any()
      Neutral.spoilChecksum(of: &result.payload, bytes[9], &random)
    }
    return result.bytes
  }

  private func wrapIPv6(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var result = NaiveIPv6(
      trafficClass: bytes[0] << 4 | bytes[1] >> 4, nextHeader: bytes[6], hopLimit: bytes[7],
      source: Array(bytes[8..<24]), destination: Array(bytes[24..<40]), payload: Array(bytes[40...]))
    if includes(.checksums) { Neutral.spoilChecksum(of: &result.payload, bytes[6], &random) }
    if includes(.extensionHeaders) { Neutral.extend(&result, &random) }
    if includes(.padding) { result.padding = random.octets(random.within(1...60)) }
    if includes(.fields) {
      result.trafficClass = random.any()
      result.flowLabel = random.any(UInt32.self) & 0xF_FFFF
      result.hopLimit = random.any()
    }
    return result.bytes
  }

  /// The device looks at the sums of IPv4 headers and TCP. That of an ICMP message is the host's matter.
  private static func spoilChecksum(of payload: inout [UInt8], _ number: UInt8, _ random: inout SplitMix64) {
    if number == 6 { payload.replaceSubrange(16..<18, with: random.octets(2)) }
  }

  /// One to ten words of IPv4 options (RFC 791 section 3.1): no operation and end of list, a record of the
  /// route, the router alert of RFC 2113, or octets without sense, whose lengths lead anywhere.
  private static func options(_ random: inout SplitMix64) -> [UInt8] {
    switch random.within(0...4) {
    case 0: [1, 1, 0, 0]
    case 1: [UInt8](repeating: 1, count: 4 * random.within(1...10))
    case 2: [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    case 3: [148, 4, 0, 0]
    default: random.octets(4 * random.within(1...10))
    }
  }

  /// Up to eight extension headers in front of the payload: hop-by-hop options first, then the others as they
  /// come.
  private static func extend(_ datagram: inout NaiveIPv6, _ random: inout SplitMix64) {
    var headers: [(number: UInt8, octets: [UInt8])] = []
    if random.within(0...1) == 0 { headers.append((0, paddedOptions(&random))) }
    for _ in 0..<random.within(headers.isEmpty ? 1...8 : 0...7) {
      switch random.within(0...3) {
      case 0: headers.append((43, [0, 2, random.any(), 0] + random.octets(20)))
      case 1: headers.append((44, [0, 0, 0, 0] + random.octets(4)))
      default: headers.append((60, paddedOptions(&random)))
      }
    }
    var next = datagram.nextHeader
    for (number, octets) in headers.reversed() {
      datagram.payload = [next] + octets.dropFirst() + datagram.payload
      next = number
    }
    datagram.nextHeader = next
  }

  /// A header of options that are padding: Pad1 alone, or PadN; or one that is skipped where it is not known.
  private static func paddedOptions(_ random: inout SplitMix64) -> [UInt8] {
    let units = random.within(0...5)
    let room = 6 + 8 * units
    let kind: UInt8 = random.within(0...1) == 0 ? 1 : 0x1E
    let options: [UInt8] =
      random.within(0...3) == 0
      ? [UInt8](repeating: 0, count: room)
      : [kind, UInt8(room - 2)] + [UInt8](repeating: 0, count: room - 2)
    return [0, UInt8(units)] + options
  }
}
