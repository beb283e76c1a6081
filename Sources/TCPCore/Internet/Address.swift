/// An internet address of either family, as one 128-bit number.
///
/// IPv4 addresses are in the IPv4-mapped form (RFC 4291 section 2.5.5.2), so that both families compare and
/// hash alike.
public struct Address: Equatable, Sendable, BitwiseCopyable {
  /// The first eight octets, as a number.
  public var high: UInt64
  /// The last eight octets, as a number.
  public var low: UInt64

  /// The IPv6 address with the given halves.
  @inline(__always)
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The IPv4 address with the given 32 bits: 192.0.2.1 is 0xC0000201.
  @inline(__always)
  public init(ipv4 bits: UInt32) {
    high = 0
    low = 0x0000_FFFF_0000_0000 | UInt64(wide: bits)
  }

  /// The IPv4 address a.b.c.d.
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    self.init(ipv4: UInt32(a) &<< 24 | UInt32(b) &<< 16 | UInt32(c) &<< 8 | UInt32(d))
  }

  /// 0.0.0.0: any IPv4 address.
  @inline(__always)
  public static var anyIPv4: Address { Address(ipv4: 0) }
  /// The IPv6 unspecified address.
  @inline(__always)
  public static var anyIPv6: Address { Address(high: 0, low: 0) }

  /// Whether this is an IPv4 address.
  @inline(__always)
  public var isIPv4: Bool { high == 0 && low &>> 32 == 0xFFFF }

  /// The 32 bits of an IPv4 address.
  @inline(__always)
  public var ipv4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

  /// Whether this is the unspecified address of its family.
  @inline(__always)
  public var isUnspecified: Bool { high == 0 && (low == 0 || low == 0x0000_FFFF_0000_0000) }

  /// Whether this is a multicast address (224.0.0.0/4, ff00::/8).
  public var isMulticast: Bool {
    isIPv4 ? ipv4Bits &>> 28 == 0xE : high &>> 56 == 0xFF
  }

  /// Whether this is 255.255.255.255.
  public var isLimitedBroadcast: Bool { isIPv4 && ipv4Bits == 0xFFFF_FFFF }

  /// Whether this is a loopback address (127.0.0.0/8, ::1).
  public var isLoopback: Bool {
    isIPv4 ? ipv4Bits &>> 24 == 127 : high == 0 && low == 1
  }

  /// Whether this is an IPv6 link-local address (fe80::/10), which means something on one interface only.
  @inline(__always)
  public var isLinkLocal: Bool { high &>> 54 == 0x3FA }

  /// Whether a segment may come from or go to this address at all, as far as the address alone shows: not
  /// unspecified, multicast, or the limited broadcast address. Class E addresses are not valid hosts either.
  public var isValidUnicast: Bool {
    if isUnspecified || isMulticast { return false }
    return !isIPv4 || ipv4Bits &>> 28 != 0xF && ipv4Bits &>> 24 != 0
  }

  /// Whether the first `prefix` bits equal those of `other`; for IPv4 the prefix counts from 0 to 32.
  public func matches(_ other: Address, prefix: Int) -> Bool {
    // unreached: the core compares families before: Interface.source; others may not
    guard isIPv4 == other.isIPv4 else { return false }
    if isIPv4 {
      return Address.equal(low &<< 32, other.low &<< 32, bits: prefix)
    }
    guard Address.equal(high, other.high, bits: prefix) else { return false }
    return prefix <= 64 || Address.equal(low, other.low, bits: prefix &- 64)
  }

  /// Whether the first `bits` bits are equal; 64 or more compare the whole word.
  private static func equal(_ left: UInt64, _ right: UInt64, bits: Int) -> Bool {
    if bits <= 0 { return true }
    let shift = bits >= 64 ? 0 : 64 &- bits
    return (left ^ right) &>> UInt64(count: shift) == 0
  }

  /// Whether this is the directed broadcast address of an IPv4 prefix that has one (RFC 3021: /31 and /32 do
  /// not).
  public func isBroadcast(of network: Address, prefix: Int) -> Bool {
    guard isIPv4, network.isIPv4, prefix >= 0, prefix < 31 else { return false }
    let hostBits = UInt32.max &>> UInt32(truncatingIfNeeded: prefix)
    guard (ipv4Bits ^ network.ipv4Bits) & ~hostBits == 0 else { return false }
    return ipv4Bits & hostBits == hostBits || ipv4Bits & hostBits == 0
  }
}
