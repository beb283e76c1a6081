import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct IPv6HeaderTests {
  static let transport: [UInt8] = (0..<20).map { UInt8(0xC0 + $0) }

  @Test("Random headers survive parse and emit", arguments: [301, 302] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<500 {
      var naive = NaiveIPv6()
      naive.trafficClass = random.any()
      naive.hopLimit = random.any()
      naive.nextHeader = [6, 17, 58, 59, 255][random.within(0...4)]
      naive.source = random.octets(16)
      naive.destination = random.octets(16)
      naive.payload = random.octets(random.within(0...60))
      naive.flowLabel = random.any(UInt32.self) & 0xF_FFFF
      let datagram = try parseDatagram(naive.bytes).get()
      #expect(datagram.source == Sample.address(naive.source), "seed \(seed), round \(round)")
      #expect(datagram.destination == Sample.address(naive.destination), "seed \(seed), round \(round)")
      #expect(datagram.protocolNumber == naive.nextHeader && datagram.hopLimit == naive.hopLimit)
      #expect(datagram.dscp == naive.trafficClass / 4, "seed \(seed), round \(round)")
      #expect(datagram.codepoint.rawValue == naive.trafficClass % 4, "seed \(seed), round \(round)")
      #expect(datagram.payloadOffset == 40 && datagram.payloadCount == naive.payload.count)
      // No flow label is sent.
      naive.flowLabel = 0
      let header = written(40) { datagram.emit(into: $0) }
      #expect(header.bytes == Array(naive.bytes.prefix(40)), "seed \(seed), round \(round)")
      #expect(header.isContained)
    }
  }

  // MUST-49, MUST-48, SHLD-22
  @Test("Every traffic class and hop limit is emitted as chosen") func emission() {
    for value in UInt8.min...UInt8.max {
      var datagram = Datagram(
        source: Sample.address(Sample.v6Source), destination: Sample.address(Sample.v6Destination),
        protocolNumber: 6, payloadCount: 65_535)
      #expect(datagram.hopLimit == 64 && datagram.payloadOffset == 40)
      datagram.dscp = value / 4
      datagram.codepoint = CongestionCodepoint(rawValue: value % 4) ?? .notCapable
      datagram.hopLimit = value
      let bytes = written(40) { datagram.emit(into: $0) }.bytes
      #expect(Array(bytes[0..<4]) == octets(0x6000_0000 | UInt32(value) << 20))
      #expect(Array(bytes[4..<8]) == [0xFF, 0xFF, 6, value])
    }
  }

  // CVE-08: a payload length above what came.
  @Test("Every payload length around the true one, and padding") func lengths() throws {
    var naive = NaiveIPv6()
    naive.payload = Self.transport
    for length in Array(0...22) + [0x7FFF, 0x8000, 0xFFFF] {
      naive.payloadLength = UInt16(length)
      switch parseDatagram(naive.bytes) {
      case .success(let datagram):
        #expect(length <= 20 && datagram.payloadCount == length, "length \(length)")
      case .failure(let error): #expect(length > 20 && error == .badTotalLength, "length \(length)")
      }
    }
    naive.payloadLength = nil
    for count in 0..<40 {
      #expect(datagramError(Array(naive.bytes.prefix(count))) == .tooShort, "count \(count)")
    }
    naive.padding = [1, 2, 3]
    #expect(try parseDatagram(naive.bytes).get().payloadCount == 20)
    naive = NaiveIPv6(payload: [UInt8](repeating: 7, count: 65_535))
    #expect(try parseDatagram(naive.bytes).get().payloadCount == 65_535)
  }

  @Test("An IPv4-mapped address on the wire is refused at either end") func mapped() throws {
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + Sample.v4Source
    for isSource in [true, false] {
      var naive = NaiveIPv6(payload: Self.transport)
      if isSource { naive.source = mapped } else { naive.destination = mapped }
      #expect(datagramError(naive.bytes) == .mappedAddress)
    }
    // Only that one prefix: its neighbours are IPv6 addresses.
    for change in 0..<12 {
      var near = mapped
      near[change] ^= 1
      let naive = NaiveIPv6(source: near, payload: Self.transport)
      #expect(!(try parseDatagram(naive.bytes).get().source.isIPv4), "octet \(change)")
    }
  }

  /// An extension header: the next header's number, its length in octets, and what it holds.
  static func header(_ kind: UInt8, next: UInt8, count: Int = 8, fragment: UInt16 = 0, left: UInt8 = 0)
    -> [UInt8]
  {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes[0] = next
    bytes[1] = kind == 44 ? 0 : UInt8(count / 8 - 1)
    if kind == 44 { bytes.replaceSubrange(2..<4, with: octets(fragment)) }
    if kind == 43 { bytes[3] = left }
    return bytes
  }

  /// A datagram with a chain of extension headers in front of the transport.
  static func chained(_ kinds: [UInt8], count: Int = 8) -> NaiveIPv6 {
    var naive = NaiveIPv6(nextHeader: kinds.first ?? 6)
    for (index, kind) in kinds.enumerated() {
      let next = index + 1 < kinds.count ? kinds[index + 1] : 6
      naive.payload += header(kind, next: next, count: kind == 44 ? 8 : count)
    }
    naive.payload += transport
    return naive
  }

  @Test("Each extension header is walked over, short and long") func single() throws {
    for kind: UInt8 in [0, 43, 44, 60] {
      for count in [8, 16, 64, 2048] {
        let naive = Self.chained([kind], count: count)
        let datagram = try parseDatagram(naive.bytes).get()
        let walked = kind == 44 ? 8 : count
        #expect(datagram.protocolNumber == 6, "kind \(kind), count \(count)")
        #expect(
          datagram.payloadOffset == 40 + walked && datagram.payloadCount == 20, "kind \(kind), count \(count)"
        )
      }
    }
  }

  @Test(
    "Chains of up to eight headers are walked, longer ones are refused", arguments: [311, 312] as [UInt64])
  func chains(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for length in 0...12 {
      for _ in 0..<20 {
        let kinds = (0..<length).map { _ in [0, 43, 44, 60][random.within(0...3)] as UInt8 }
        let naive = Self.chained(kinds)
        if length > 8 {
          #expect(datagramError(naive.bytes) == .badExtensionHeader, "seed \(seed), kinds \(kinds)")
        } else {
          let datagram = try parseDatagram(naive.bytes).get()
          #expect(datagram.payloadOffset == 40 + 8 * length, "seed \(seed), kinds \(kinds)")
          #expect(datagram.payloadCount == 20 && datagram.protocolNumber == 6, "seed \(seed), kinds \(kinds)")
        }
      }
    }
  }

  @Test("A chain cut off anywhere is refused") func cutOff() {
    let whole = Self.chained([0, 60, 43, 44], count: 16).payload
    let headers = whole.count - 20
    for count in 0..<whole.count {
      let naive = NaiveIPv6(
        nextHeader: 0, payload: Array(whole.prefix(count)), padding: [UInt8](repeating: 0, count: 64))
      let expected: DatagramError? = count < headers ? .badExtensionHeader : nil
      #expect(datagramError(naive.bytes) == expected, "count \(count)")
    }
  }

  @Test("An extension header whose length points past the end is refused") func pastTheEnd() {
    for kind: UInt8 in [0, 43, 60] {
      for length in UInt8.min...UInt8.max {
        var naive = Self.chained([kind])
        naive.payload[1] = length
        let expected: DatagramError? = 8 + Int(length) * 8 > 28 ? .badExtensionHeader : nil
        #expect(datagramError(naive.bytes) == expected, "kind \(kind), length \(length)")
      }
    }
  }

  @Test("An atomic fragment is whole, any other is a piece; its length octet is reserved") func fragments()
    throws
  {
    for bit in 0..<16 {
      var naive = NaiveIPv6(nextHeader: 44)
      naive.payload = Self.header(44, next: 6, fragment: 1 << UInt16(bit)) + Self.transport
      // Bits 1 and 2 are reserved: ignored on receipt.
      let expected: DatagramError? = bit == 1 || bit == 2 ? nil : .fragment
      #expect(datagramError(naive.bytes) == expected, "bit \(bit)")
    }
    var naive = Self.chained([44])
    naive.payload[1] = 0xFF
    #expect(try parseDatagram(naive.bytes).get().payloadOffset == 48)
  }

  @Test("A routing header counts only when no segment is left") func routing() {
    for left in UInt8.min...UInt8.max {
      var naive = NaiveIPv6(nextHeader: 43)
      naive.payload = Self.header(43, next: 6, count: 24, left: left) + Self.transport
      #expect(datagramError(naive.bytes) == (left == 0 ? nil : .badExtensionHeader), "left \(left)")
    }
  }

  @Test("Numbers that are no walked extension header end the walk") func otherNumbers() throws {
    for number in UInt8.min...UInt8.max where ![0, 43, 44, 60].contains(number) {
      let naive = NaiveIPv6(nextHeader: number, payload: Self.transport)
      let datagram = try parseDatagram(naive.bytes).get()
      #expect(datagram.protocolNumber == number && datagram.payloadOffset == 40)
      let behind = NaiveIPv6(nextHeader: 60, payload: Self.header(60, next: number) + Self.transport)
      #expect(try parseDatagram(behind.bytes).get().protocolNumber == number)
    }
  }

  @Test("Random octets of either version never read outside", arguments: [321, 322] as [UInt64])
  func randomOctets(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<2_000 {
      var bytes = random.octets(random.within(0...120))
      if bytes.count > 6 {
        bytes[0] = [0x45, 0x46, 0x4F, 0x60][random.within(0...3)]
        bytes.replaceSubrange(4..<6, with: octets(UInt16(random.within(0...100))))
        bytes[6] = [0, 43, 44, 60, 6][random.within(0...4)]
      }
      guard case .success(let datagram) = parseDatagram(bytes, checksumVerified: true) else { continue }
      #expect(datagram.payloadOffset >= 20 && datagram.payloadCount >= 0, "seed \(seed), round \(round)")
      #expect(datagram.payloadOffset + datagram.payloadCount <= bytes.count, "seed \(seed), round \(round)")
    }
  }
}
