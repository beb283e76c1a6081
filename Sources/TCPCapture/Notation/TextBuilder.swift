import TCPCore

/// Puts text together octet by octet: a line for each record of a large file is made in one piece of memory.
struct TextBuilder {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func add(_ character: Unicode.Scalar) { bytes.append(UInt8(truncatingIfNeeded: character.value)) }

  /// A decimal number, with zeros before it up to so many digits.
  mutating func add(_ number: UInt64, digits: Int = 1) {
    var rest = number
    var count = 0
    let start = bytes.count
    repeat {  // at most 20 digits
      bytes.append(UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0"))
      rest /= 10
      count += 1
    } while rest > 0 || count < digits
    bytes[start...].reverse()
  }

  mutating func add(_ number: UInt32) { add(UInt64(number)) }
  mutating func add(_ number: UInt16) { add(UInt64(number)) }
  mutating func add(_ number: Int) { add(UInt64(clamping: number)) }

  mutating func add(_ endpoint: Endpoint) {
    guard endpoint.address.isIPv4 else {
      add(Notation.text(endpoint))
      return
    }
    let bits = endpoint.address.ipv4Bits
    for shift in [24, 16, 8, 0] as [UInt32] {
      add(UInt64(bits >> shift & 0xFF))
      add(shift == 0 ? ":" : "." as Unicode.Scalar)
    }
    add(endpoint.port)
  }
}
