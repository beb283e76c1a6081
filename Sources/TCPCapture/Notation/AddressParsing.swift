import TCPCore

extension Notation {
  /// The address that a text writes: `192.0.2.1`, or `2001:db8::1` as RFC 4291 section 2.2 has it; no names.
  static func address(_ text: some StringProtocol) -> Address? {
    text.contains(":") ? ipv6(Substring(text)) : octets(Substring(text), 4...4).map { Address(ipv4: $0.bits) }
  }

  /// Numbers from 0 to 255 with dots between them, as the highest bits of 32; and how many there are.
  static func octets(_ text: Substring, _ counts: ClosedRange<Int>) -> (bits: UInt32, count: Int)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard counts.contains(parts.count) else { return nil }
    var bits: UInt32 = 0
    for (index, part) in parts.enumerated() {  // at most four
      guard let octet = number(part, below: 256) else { return nil }
      bits |= UInt32(octet) << UInt32(24 - 8 * index)
    }
    return (bits, parts.count)
  }

  /// A decimal number without sign, below `limit`.
  static func number(_ text: some StringProtocol, below limit: Int) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text), number < limit
    else { return nil }
    return number
  }

  private static func ipv6(_ text: Substring) -> Address? {
    guard let gap = text.firstRange(of: "::") else {
      return groups(text).flatMap { $0.count == 8 ? address(of: $0, []) : nil }
    }
    guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]),
      front.count + back.count <= 7
    else { return nil }
    return address(of: front, back)
  }

  /// The groups before and behind the zeros that are left out.
  private static func address(of front: [UInt16], _ back: [UInt16]) -> Address {
    let groups = front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
    let halves = [groups[..<4], groups[4...]].map { $0.reduce(0 as UInt64) { $0 << 16 | UInt64($1) } }
    return Address(high: halves[0], low: halves[1])
  }

  /// Hexadecimal numbers with colons between them; the last may be an IPv4 address.
  private static func groups(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {  // at most eight
      if index == parts.count - 1, let bits = octets(part, 4...4)?.bits {
        groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
        continue
      }
      guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }
}
