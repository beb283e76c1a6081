// The naive readers below read octet by octet from arrays, as the RFCs' figures show the fields. They share no code
// with the core and are meant to be compared with the RFCs by eye; speed does not count.

/// The number in `count` octets from `offset` on, most significant octet first.
func number(_ octets: [UInt8], _ offset: Int, _ count: Int) -> Int {
  octets[offset..<offset + count].reduce(0) { $0 * 256 + Int($1) }
}

/// The ones' complement sum of 16-bit words (RFC 1071 section 1), with the carry brought round at once.
package func naiveSum(_ octets: [UInt8]) -> Int {
  var sum = 0
  for index in stride(from: 0, to: octets.count, by: 2) {
    sum += Int(octets[index]) * 256 + (index + 1 < octets.count ? Int(octets[index + 1]) : 0)
    if sum > 0xFFFF { sum -= 0xFFFF }
  }
  return sum
}

/// The checksum field for octets whose own checksum field is zero.
package func naiveChecksum(_ octets: [UInt8]) -> Int { 0xFFFF - naiveSum(octets) }

/// The pseudo header of IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200 section 8.1); the addresses tell which.
package func naivePseudoHeader(
  source: [UInt8], destination: [UInt8], protocolNumber: Int, count: Int
) -> [UInt8] {
  let addresses = source + destination
  if source.count == 4 {
    return addresses + [0, UInt8(protocolNumber), UInt8(count / 256), UInt8(count % 256)]
  }
  return addresses + [0, 0, UInt8(count / 256), UInt8(count % 256), 0, 0, 0, UInt8(protocolNumber)]
}
