/// The parts of an IP header that a transport needs, as a value.
public struct Datagram: Sendable, BitwiseCopyable {
  /// Where it comes from.
  public var source: Address
  /// Where it goes to.
  public var destination: Address
  /// Number of the protocol behind the headers: 6 is TCP, 1 ICMP, 58 ICMPv6.
  public var protocolNumber: UInt8
  /// The octet of the differentiated services field: `dscp` and `codepoint` (RFC 2474 section 3).
  public var trafficClass: UInt8
  /// Time to live, or hop limit.
  public var hopLimit: UInt8
  /// Octets from the start of the datagram to the payload: IP header, options and extension headers.
  public var payloadOffset: Int
  /// Octets of payload. Link padding behind it does not count.
  public var payloadCount: Int

  /// A header for a datagram with `payloadCount` octets of payload.
  @inline(__always)
  public init(source: Address, destination: Address, protocolNumber: UInt8, payloadCount: Int) {
    self.source = source
    self.destination = destination
    self.protocolNumber = protocolNumber
    self.payloadCount = payloadCount
    trafficClass = 0
    hopLimit = 64
    payloadOffset = source.isIPv4 ? 20 : 40
  }

  /// The six bits of the differentiated services code point.
  @inline(__always)
  public var dscp: UInt8 {
    get { trafficClass &>> 2 }
    // unreached: the core writes whole octets; IPv4HeaderTests
    set { trafficClass = newValue &<< 2 | trafficClass & 3 }
  }

  /// The congestion notification field.
  public var codepoint: CongestionCodepoint {
    get { CongestionCodepoint(bits: trafficClass) }
    // unreached: the core marks nothing yet
    set { trafficClass = trafficClass & ~3 | newValue.rawValue }
  }

  /// Reads the headers of a datagram of either version.
  ///
  /// - Parameters:
  ///   - bytes: the datagram, perhaps with link padding behind it.
  ///   - checksumVerified: the device has verified the IPv4 header checksum.
  /// - Throws: `DatagramError`; nothing outside `bytes` is read.
  @inline(__always)
  public init(parsing bytes: RawSpan, checksumVerified: Bool = false) throws(DatagramError) {
    guard bytes.byteCount >= 20 else { throw .tooShort }
    switch bytes.uint8(at: 0) &>> 4 {
    case 4: try self.init(ipv4: bytes, checksumVerified: checksumVerified)
    case 6: try self.init(ipv6: bytes)
    default: throw .unknownVersion
    }
  }

  /// The sum of the pseudo header for this datagram (RFC 9293 section 3.1, RFC 8200 section 8.1).
  @inline(__always)
  public func pseudoHeaderSum() -> InternetChecksum {
    Datagram.pseudoHeaderSum(
      source: source, destination: destination, protocolNumber: protocolNumber, count: payloadCount)
  }

  /// The sum of the pseudo header for `count` octets of payload between two addresses of one family.
  @inline(__always)  // on a segment's way
  package static func pseudoHeaderSum(
    source: Address, destination: Address, protocolNumber: UInt8, count: Int
  ) -> InternetChecksum {
    var checksum = InternetChecksum()
    checksum.add(words: source.ipv4Bits)
    checksum.add(words: destination.ipv4Bits)
    if !source.isIPv4 {
      checksum.add(wide: source.high)
      checksum.add(wide: destination.high)
      checksum.add(words: UInt32(truncatingIfNeeded: source.low &>> 32))
      checksum.add(words: UInt32(truncatingIfNeeded: destination.low &>> 32))
    }
    checksum.add(words: UInt32(truncatingIfNeeded: count))
    checksum.add(words: UInt32(protocolNumber))
    return checksum
  }

  /// Writes the IP header from the start of `bytes`: 20 octets for IPv4, 40 for IPv6, no options.
  ///
  /// IPv4 datagrams carry Don't Fragment (RFC 1191) and, as RFC 6864 allows with it, an identification of 0.
  @inline(__always)
  package func emit(into bytes: MutableBytes) {
    if source.isIPv4 { emitIPv4(into: bytes) } else { emitIPv6(into: bytes) }
  }
}

extension InternetChecksum {
  /// Adds four 16-bit words given as one number.
  @inline(__always)
  mutating func add(wide words: UInt64) {
    add(words: UInt32(truncatingIfNeeded: words &>> 32))
    add(words: UInt32(truncatingIfNeeded: words))
  }
}
