import TCPCore

/// A datagram of either version, read naively (RFC 791 section 3.1, RFC 8200 sections 3 and 4).
package struct NaiveDatagram: Equatable {
  var source: [UInt8]
  var destination: [UInt8]
  var protocolNumber: Int
  var service: Int
  var hopLimit: Int
  var payloadOffset: Int
  var payload: [UInt8]

  var isIPv4: Bool { source.count == 4 }

  /// Reads a datagram, or says why it is none that a TCP could take.
  package static func read(
    _ octets: [UInt8], checksumVerified: Bool
  ) -> Result<NaiveDatagram, DatagramError> {
    if octets.count < 20 { return .failure(.tooShort) }
    switch octets[0] / 16 {
    case 4: return readIPv4(octets, checksumVerified: checksumVerified)
    case 6: return readIPv6(octets)
    default: return .failure(.unknownVersion)
    }
  }

  private static func readIPv4(
    _ octets: [UInt8], checksumVerified: Bool
  ) -> Result<NaiveDatagram, DatagramError> {
    let headerCount = Int(octets[0] % 16) * 4
    if headerCount < 20 || headerCount > octets.count { return .failure(.badHeaderLength) }
    let totalCount = number(octets, 2, 2)
    if totalCount < headerCount || totalCount > octets.count { return .failure(.badTotalLength) }
    // A header is right when its sum, the checksum field included, is all ones.
    if !checksumVerified && naiveSum(Array(octets[..<headerCount])) != 0xFFFF {
      return .failure(.badHeaderChecksum)
    }
    let moreFragments = octets[6] & 0b0010_0000 != 0
    let fragmentOffset = Int(octets[6] & 0b0001_1111) * 256 + Int(octets[7])
    if moreFragments || fragmentOffset > 0 { return .failure(.fragment) }
    return .success(
      NaiveDatagram(
        source: Array(octets[12..<16]), destination: Array(octets[16..<20]),
        protocolNumber: Int(octets[9]), service: Int(octets[1]), hopLimit: Int(octets[8]),
        payloadOffset: headerCount, payload: Array(octets[headerCount..<totalCount])))
  }

  private static func readIPv6(_ octets: [UInt8]) -> Result<NaiveDatagram, DatagramError> {
    if octets.count < 40 { return .failure(.tooShort) }
    let end = 40 + number(octets, 4, 2)
    if end > octets.count { return .failure(.badTotalLength) }
    let source = Array(octets[8..<24])
    let destination = Array(octets[24..<40])
    if isMapped(source) || isMapped(destination) { return .failure(.mappedAddress) }
    var next = Int(octets[6])
    var offset = 40
    var headers = 0
    while [0, 43, 44, 60].contains(next) {
      headers += 1
      if headers > 8 || end - offset < 8 { return .failure(.badExtensionHeader) }
      let header = Array(octets[offset..<end])
      // An offset of 13 bits, two reserved bits, and More Fragments.
      if next == 44 && (header[2] != 0 || header[3] & 0b1111_1001 != 0) { return .failure(.fragment) }
      if next == 43 && header[3] != 0 { return .failure(.badExtensionHeader) }
      let count = next == 44 ? 8 : (Int(header[1]) + 1) * 8
      if count > header.count { return .failure(.badExtensionHeader) }
      next = Int(header[0])
      offset += count
    }
    return .success(
      NaiveDatagram(
        source: source, destination: destination, protocolNumber: next,
        service: Int(octets[0] % 16) * 16 + Int(octets[1] / 16), hopLimit: Int(octets[7]),
        payloadOffset: offset, payload: Array(octets[offset..<end])))
  }

  /// Whether this is ::ffff:a.b.c.d.
  static func isMapped(_ address: [UInt8]) -> Bool {
    address.count == 16 && address[..<10].allSatisfy { $0 == 0 } && address[10] == 255 && address[11] == 255
  }

  /// What the transport's checksum covers in front of the payload.
  var pseudoHeader: [UInt8] {
    naivePseudoHeader(
      source: source, destination: destination, protocolNumber: protocolNumber, count: payload.count)
  }
}
