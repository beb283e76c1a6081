import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct AddressTests {
  /// An address with what RFC 6890, RFC 4291 and RFC 1122 section 3.2.1.3 say of it.
  struct Case: Sendable {
    var address: Address
    var isIPv4 = true
    var isUnspecified = false
    var isMulticast = false
    var isLimitedBroadcast = false
    var isLoopback = false
    var isLinkLocal = false
    var isValidUnicast = true
  }

  static func v6(_ text: String) -> Address { Sample.address(hex(text)) }

  static let cases: [Case] = [
    Case(address: Address(192, 0, 2, 1)),
    Case(address: Address(1, 0, 0, 0)),
    Case(address: Address(126, 255, 255, 255)),
    Case(address: Address(128, 0, 0, 1)),
    Case(address: Address(223, 255, 255, 255)),
    Case(address: Address(169, 254, 1, 1)),
    Case(address: Address(0, 0, 0, 0), isUnspecified: true, isValidUnicast: false),
    Case(address: Address(0, 0, 0, 1), isValidUnicast: false),
    Case(address: Address(0, 255, 255, 255), isValidUnicast: false),
    Case(address: Address(127, 0, 0, 1), isLoopback: true),
    Case(address: Address(127, 255, 255, 255), isLoopback: true),
    Case(address: Address(224, 0, 0, 0), isMulticast: true, isValidUnicast: false),
    Case(address: Address(239, 255, 255, 255), isMulticast: true, isValidUnicast: false),
    Case(address: Address(240, 0, 0, 0), isValidUnicast: false),
    Case(address: Address(255, 255, 255, 254), isValidUnicast: false),
    Case(address: Address(255, 255, 255, 255), isLimitedBroadcast: true, isValidUnicast: false),
    Case(address: v6("20010db8000000000000000000000001"), isIPv4: false),
    Case(
      address: v6("00000000000000000000000000000000"), isIPv4: false, isUnspecified: true,
      isValidUnicast: false),
    Case(address: v6("00000000000000000000000000000001"), isIPv4: false, isLoopback: true),
    Case(address: v6("00000000000000010000000000000001"), isIPv4: false),
    Case(address: v6("00000000000000000000000000000002"), isIPv4: false),
    Case(
      address: v6("ff020000000000000000000000000001"), isIPv4: false, isMulticast: true, isValidUnicast: false
    ),
    Case(
      address: v6("ff000000000000000000000000000000"), isIPv4: false, isMulticast: true, isValidUnicast: false
    ),
    Case(address: v6("feff0000000000000000000000000000"), isIPv4: false),
    Case(address: v6("fe800000000000000000000000000001"), isIPv4: false, isLinkLocal: true),
    Case(address: v6("febfffffffffffffffffffffffffffff"), isIPv4: false, isLinkLocal: true),
    Case(address: v6("fec00000000000000000000000000000"), isIPv4: false),
    Case(address: v6("fe7fffffffffffffffffffffffffffff"), isIPv4: false),
    Case(address: v6("0000000000000000fffe0000e0000001"), isIPv4: false),
    Case(address: v6("0000000000000001 0000ffff e0000001"), isIPv4: false),
  ]

  // MUST-57, MUST-63 and MUST-46 depend on these answers.
  @Test("What an address is", arguments: cases) func predicates(_ expected: Case) {
    let address = expected.address
    #expect(address.isIPv4 == expected.isIPv4)
    #expect(address.isUnspecified == expected.isUnspecified)
    #expect(address.isMulticast == expected.isMulticast)
    #expect(address.isLimitedBroadcast == expected.isLimitedBroadcast)
    #expect(address.isLoopback == expected.isLoopback)
    #expect(address.isLinkLocal == expected.isLinkLocal)
    #expect(address.isValidUnicast == expected.isValidUnicast)
  }

  @Test("The 32 bits go in and out") func bits() {
    #expect(Address(ipv4: 0xC000_0201) == Address(192, 0, 2, 1))
    #expect(Address(192, 0, 2, 1).ipv4Bits == 0xC000_0201)
    #expect(Address(192, 0, 2, 1) == Self.v6("00000000000000000000ffffc0000201"))
    #expect(Address.anyIPv4 == Address(0, 0, 0, 0))
    #expect(Address.anyIPv6 == Self.v6("00000000000000000000000000000000"))
    #expect(Address.anyIPv4 != Address.anyIPv6)
  }

  /// An address as a list of bits, the first one first.
  static func bits(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { octet in (0..<8).map { octet >> (7 - $0) & 1 } }
  }

  @Test("A prefix matches bit by bit", arguments: [4, 16])
  func prefixes(width: Int) {
    var random = SplitMix64(seed: 501)
    for round in 0..<60 {
      let left = random.octets(width)
      var right = left
      // Equal up to some bit, anything behind it.
      let common = random.within(0...(8 * width))
      for bit in common..<(8 * width) where bit == common || random.within(0...1) == 0 {
        right[bit / 8] ^= 0x80 >> UInt8(bit % 8)
      }
      for prefix in 0...(8 * width) {
        let expected = Self.bits(left).prefix(prefix) == Self.bits(right).prefix(prefix)
        #expect(
          Sample.address(left).matches(Sample.address(right), prefix: prefix) == expected,
          "seed 501, round \(round), prefix \(prefix)")
      }
    }
  }

  @Test("One bit that differs is seen by each prefix that reaches it", arguments: [4, 16])
  func singleBits(width: Int) {
    let left = width == 4 ? Sample.v4Source : Sample.v6Source
    for bit in 0..<(8 * width) {
      var right = left
      right[bit / 8] ^= 0x80 >> UInt8(bit % 8)
      for prefix in 0...(8 * width) {
        let matches = Sample.address(left).matches(Sample.address(right), prefix: prefix)
        if matches != (prefix <= bit) { Issue.record("bit \(bit), prefix \(prefix)") }
      }
    }
  }

  @Test("Addresses of two families never match, not even with a prefix of nothing") func families() {
    for prefix in [0, 1, 32, 64, 96, 128] {
      #expect(!Address(192, 0, 2, 1).matches(Self.v6("20010db8000000000000000000000001"), prefix: prefix))
      #expect(!Self.v6("20010db8000000000000000000000001").matches(Address(192, 0, 2, 1), prefix: prefix))
      #expect(!Address.anyIPv6.matches(.anyIPv4, prefix: prefix))
      #expect(!Address.anyIPv4.matches(.anyIPv6, prefix: prefix))
    }
  }

  @Test("Directed broadcast is all ones, or the old all zeros, of a prefix below 31") func broadcast() {
    let network: UInt32 = 0xC0A8_5A5A
    for prefix in 1...32 {
      let hostBits = prefix == 32 ? 0 : UInt32.max >> UInt32(prefix)
      let base = network & ~hostBits
      let of = Address(ipv4: network)
      let isPossible = prefix < 31
      #expect(
        Address(ipv4: base | hostBits).isBroadcast(of: of, prefix: prefix) == isPossible, "prefix \(prefix)")
      #expect(Address(ipv4: base).isBroadcast(of: of, prefix: prefix) == isPossible, "prefix \(prefix)")
      if prefix < 30 {
        #expect(!Address(ipv4: base | 1).isBroadcast(of: of, prefix: prefix), "prefix \(prefix)")
        #expect(!Address(ipv4: base | hostBits - 1).isBroadcast(of: of, prefix: prefix), "prefix \(prefix)")
      }
      // All ones of the neighbouring network.
      let other = (base ^ (prefix == 32 ? 1 : hostBits + 1)) | hostBits
      #expect(!Address(ipv4: other).isBroadcast(of: of, prefix: prefix), "prefix \(prefix)")
    }
    let v6 = Self.v6("20010db80000000000000000ffffffff")
    #expect(!v6.isBroadcast(of: v6, prefix: 24))
  }

  @Test("A tuple differs in each of its parts") func tuples() {
    let local = Endpoint(Address(192, 0, 2, 1), 80)
    let remote = Endpoint(Address(198, 51, 100, 7), 50_000)
    let tuple = FourTuple(local: local, remote: remote)
    #expect(tuple.local == local && tuple.remote == remote && tuple.scope == 0 && tuple.isIPv4)
    #expect(tuple == FourTuple(local: local, remote: remote))
    var others: [FourTuple] = [
      FourTuple(local: remote, remote: local), FourTuple(local: local, remote: remote, scope: 1),
    ]
    others.append(FourTuple(local: Endpoint(local.address, 81), remote: remote))
    others.append(FourTuple(local: local, remote: Endpoint(remote.address, 50_001)))
    for bit in 0..<64 {
      for isHigh in [true, false] {
        for isLocal in [true, false] {
          var other = tuple
          var address = isLocal ? other.localAddress : other.remoteAddress
          if isHigh { address.high ^= 1 << UInt64(bit) } else { address.low ^= 1 << UInt64(bit) }
          if isLocal { other.localAddress = address } else { other.remoteAddress = address }
          others.append(other)
        }
      }
    }
    for other in others { #expect(other != tuple) }
    let v6 = Endpoint(Self.v6("fe800000000000000000000000000001"), 1)
    #expect(!FourTuple(local: v6, remote: v6, scope: 2).isIPv4)
  }
}
