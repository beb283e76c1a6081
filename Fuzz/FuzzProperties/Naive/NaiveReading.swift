// The naive readers in this folder read octet by octet, as the RFCs' figures show the fields. They share no
// code with the core and are meant to be compared with the RFCs by eye. Where there is no such field it is
// -1.

/// The ones' complement sum of 16-bit words (RFC 1071 section 1): added up in a wide number, and the carries
/// brought round at the end. A last odd octet is the first one of a word whose second is zero.
@_silgen_name("__sanitizer_naive_sum")
package func naiveSum(_ octets: Octets, _ start: Int = 0) -> Int {
  var sum = start
  var offset = 0
  while offset + 16 <= octets.count {
    let part = octets.part(offset, offset + 16)
    sum += part.word(0) + part.word(2) + part.word(4) + part.word(6)
    sum += part.word(8) + part.word(10) + part.word(12) + part.word(14)
    offset += 16
  }
  while offset + 2 <= octets.count {
    sum += octets.word(offset)
    offset += 2
  }
  if offset < octets.count { sum += octets[offset] * 256 }
  while sum > 0xFFFF { sum = sum / 65_536 + sum % 65_536 }
  return sum
}

/// The sum of the pseudo header of IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200 section 8.1); the addresses,
/// which come one behind the other, tell which.
package func naivePseudoHeaderSum(addresses: Octets, protocolNumber: Int, count: Int) -> Int {
  // IPv4: a zero octet, the protocol, and the length in 16 bits. IPv6: the length in 32 bits, three zero
  // octets, and the protocol. The words are the same, since no length here takes more than 16 bits.
  naiveSum(addresses, protocolNumber + count)
}
