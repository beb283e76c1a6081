import TCPCore

/// A datagram of either version, read naively (RFC 791 section 3.1, RFC 8200 sections 3 and 4).
package struct NaiveDatagram {
  /// What the core says in `DatagramError`; -1 where the octets are a datagram that a TCP could take.
  package var reason = -1
  var version = 0
  var protocolNumber = 0
  /// Type of service or traffic class: code point and congestion codepoint.
  var service = 0
  var hopLimit = 0
  var payloadOffset = 0
  var payloadCount = 0

  var isIPv4: Bool { version == 4 }
  /// Where source and destination are, one behind the other.
  var addressOffset: Int { isIPv4 ? 12 : 8 }
  var addressCount: Int { isIPv4 ? 4 : 16 }

  /// Reads a datagram, or says why it is none.
  @inline(__always)
  init(_ octets: Octets, checksumVerified: Bool) { read(octets, checksumVerified: checksumVerified) }

  @inline(__always)
  private mutating func read(_ octets: Octets, checksumVerified: Bool) {
    if octets.count < 20 { return fail(.tooShort) }
    version = octets[0] / 16
    if version == 4 { return readIPv4(octets, checksumVerified: checksumVerified) }
    if version == 6 { return readIPv6(octets) }
    fail(.unknownVersion)
  }

  @inline(__always)
  private mutating func fail(_ error: DatagramError) {
    self = NaiveDatagram(reason: error)
  }

  private init(reason: DatagramError) { self.reason = Int(reason.rawValue) }

  @inline(__always)
  private mutating func readIPv4(_ octets: Octets, checksumVerified: Bool) {
    let headerCount = octets[0] % 16 * 4
    if headerCount < 20 || headerCount > octets.count { return fail(.badHeaderLength) }
    let totalCount = octets.word(2)
    if totalCount < headerCount || totalCount > octets.count { return fail(.badTotalLength) }
    // A header is right when its sum, the checksum field included, is all ones.
    if !checksumVerified && naiveSum(octets.part(0, headerCount)) != 0xFFFF {
      return fail(.badHeaderChecksum)
    }
    let moreFragments = octets[6] / 32 % 2 == 1
    let fragmentOffset = octets[6] % 32 * 256 + octets[7]
    if moreFragments || fragmentOffset > 0 { return fail(.fragment) }
    service = octets[1]
    hopLimit = octets[8]
    protocolNumber = octets[9]
    payloadOffset = headerCount
    payloadCount = totalCount - headerCount
  }

  @inline(__always)
  private mutating func readIPv6(_ octets: Octets) {
    if octets.count < 40 { return fail(.tooShort) }
    let end = 40 + octets.word(4)
    if end > octets.count { return fail(.badTotalLength) }
    if isMapped(octets.part(8, 24)) || isMapped(octets.part(24, 40)) { return fail(.mappedAddress) }
    var next = octets[6]
    var offset = 40
    var headers = 0
    while next == 0 || next == 43 || next == 44 || next == 60 {
      headers += 1
      if headers > 8 || end - offset < 8 { return fail(.badExtensionHeader) }
      let header = octets.part(offset, end)
      // Fragment: an offset of 13 bits, two reserved bits, and More Fragments.
      if next == 44 && (header[2] > 0 || header[3] / 8 > 0 || header[3] % 2 > 0) { return fail(.fragment) }
      // Routing: segments left.
      if next == 43 && header[3] > 0 { return fail(.badExtensionHeader) }
      let count = next == 44 ? 8 : (header[1] + 1) * 8
      if count > header.count { return fail(.badExtensionHeader) }
      next = header[0]
      offset += count
    }
    service = octets[0] % 16 * 16 + octets[1] / 16
    hopLimit = octets[7]
    protocolNumber = next
    payloadOffset = offset
    payloadCount = end - offset
  }

  /// The core's reading in these terms, without the addresses.
  @inline(__always)
  init(_ core: Result<Datagram, DatagramError>) {
    switch core {
    case .failure(let error): reason = Int(error.rawValue)
    case .success(let datagram):
      version = datagram.source.isIPv4 ? 4 : 6
      protocolNumber = Int(datagram.protocolNumber)
      service = Int(datagram.dscp) * 4 + Int(datagram.codepoint.rawValue)
      hopLimit = Int(datagram.hopLimit)
      payloadOffset = datagram.payloadOffset
      payloadCount = datagram.payloadCount
    }
  }

  /// The first thing about which the core and a naive reading disagree.
  @inline(__always)
  static func difference(_ core: NaiveDatagram, _ naive: NaiveDatagram) -> Difference? {
    var comparison = Comparison()
    comparison.field("the reason to reject it", core.reason, naive.reason)
    comparison.field("version", core.version, naive.version)
    comparison.field("protocol", core.protocolNumber, naive.protocolNumber)
    comparison.field("service", core.service, naive.service)
    comparison.field("hop limit", core.hopLimit, naive.hopLimit)
    comparison.field("payload offset", core.payloadOffset, naive.payloadOffset)
    comparison.field("payload count", core.payloadCount, naive.payloadCount)
    return comparison.first
  }

  /// The two addresses of a datagram, source first.
  func addresses(_ octets: Octets) -> Octets {
    octets.part(addressOffset, addressOffset + 2 * addressCount)
  }

  /// The sum of what the transport's checksum covers in front of the payload.
  func pseudoHeaderSum(_ octets: Octets) -> Int {
    naivePseudoHeaderSum(
      addresses: addresses(octets), protocolNumber: protocolNumber, count: payloadCount)
  }
}

/// Whether this is ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
@_silgen_name("__sanitizer_is_mapped")
func isMapped(_ address: Octets) -> Bool {
  for index in 0..<10 where address[index] != 0 { return false }
  return address[10] == 255 && address[11] == 255
}

/// Whether the core means the address in these 4 or 16 octets.
@_silgen_name("__sanitizer_is_same")
func isSame(_ address: Address, _ octets: Octets) -> Bool {
  // IPv4 addresses are behind ::ffff.
  let isIPv4 = octets.count == 4
  let high = isIPv4 ? 0 : octets.long(0) << 32 | octets.long(4)
  let low = isIPv4 ? 0xFFFF << 32 | octets.long(0) : octets.long(8) << 32 | octets.long(12)
  return address.high == UInt64(bitPattern: Int64(high)) && address.low == UInt64(bitPattern: Int64(low))
}

/// The first thing about which the core and a naive reading disagree.
@_silgen_name("__sanitizer_datagram_difference")
func difference(_ core: NaiveDatagram, _ naive: NaiveDatagram) -> Difference? {
  NaiveDatagram.difference(core, naive)
}
