import FuzzProperties

/// A number as `count` octets, most significant first.
func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
}

/// Text as octets.
func text(_ characters: String) -> [UInt8] { Array(characters.utf8) }

/// The same octet again and again.
func fill(_ octet: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: octet, count: count) }

/// The checksum field for octets whose own checksum field is zero.
func checksum(_ octets: [UInt8]) -> [UInt8] {
  // The pointer stays within the closure.
  let sum = unsafe octets.withUnsafeBytes { unsafe naiveSum(Octets($0)) }
  return bigEndian(0xFFFF - sum, 2)
}
