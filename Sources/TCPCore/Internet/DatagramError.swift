/// Why octets are not an IP datagram that a TCP could take.
public enum DatagramError: UInt8, Error {
  /// Fewer octets than the smallest header.
  case tooShort
  /// The version is neither 4 nor 6.
  case unknownVersion
  /// The IPv4 header length is below 5 words or past the end (CVE-08).
  case badHeaderLength
  /// The total or payload length is below the headers or above the octets received (CVE-08).
  case badTotalLength
  /// The IPv4 header checksum is wrong.
  case badHeaderChecksum
  /// A fragment; reassembly belongs to the device's side.
  case fragment
  /// More or larger IPv6 extension headers than the walk allows, or one that asks to be discarded.
  case badExtensionHeader
  /// An IPv4-mapped address in an IPv6 header: inside the core it would pass for an IPv4 one.
  case mappedAddress
}
