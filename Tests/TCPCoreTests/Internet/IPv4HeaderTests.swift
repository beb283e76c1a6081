import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct IPv4HeaderTests {
  static let payload: [UInt8] = (0..<24).map { UInt8($0) }

  @Test("A datagram taken apart by hand") func byHand() throws {
    // The header that textbooks add up: its checksum is 0xB861 with protocol 17.
    let bytes = hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7") + [UInt8](repeating: 0, count: 95)
    let datagram = try parseDatagram(bytes).get()
    #expect(datagram.source == Address(192, 168, 0, 1))
    #expect(datagram.destination == Address(192, 168, 0, 199))
    #expect(datagram.protocolNumber == 17)
    #expect(datagram.hopLimit == 64)
    #expect(datagram.payloadOffset == 20 && datagram.payloadCount == 95)
  }

  @Test("Random headers survive parse and emit", arguments: [201, 202] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<500 {
      var naive = NaiveIPv4()
      naive.service = random.any()
      naive.timeToLive = random.any()
      naive.protocolNumber = random.any()
      naive.source = random.octets(4)
      naive.destination = random.octets(4)
      naive.payload = random.octets(random.within(0...60))
      let datagram = try parseDatagram(naive.bytes).get()
      #expect(datagram.source == Sample.address(naive.source), "seed \(seed), round \(round)")
      #expect(datagram.destination == Sample.address(naive.destination), "seed \(seed), round \(round)")
      #expect(datagram.protocolNumber == naive.protocolNumber && datagram.hopLimit == naive.timeToLive)
      #expect(datagram.dscp == naive.service / 4 && datagram.codepoint.rawValue == naive.service % 4)
      #expect(datagram.payloadOffset == 20 && datagram.payloadCount == naive.payload.count)
      // We send no identification, and never leave fragmenting to a router.
      naive.identification = 0
      let header = written(20) { datagram.emit(into: $0) }
      #expect(header.bytes == Array(naive.bytes.prefix(20)), "seed \(seed), round \(round)")
      #expect(header.isContained)
    }
  }

  // MUST-49, MUST-48, SHLD-22, RFC7323-PAWS-12: what the transport chose is in the header, DF included.
  @Test("Every service octet and hop limit is emitted as chosen, with DF and a good checksum") func emission()
  {
    for value in UInt8.min...UInt8.max {
      var datagram = Datagram(
        source: Sample.address(Sample.v4Source), destination: Sample.address(Sample.v4Destination),
        protocolNumber: 6, payloadCount: 1000)
      #expect(datagram.hopLimit == 64 && datagram.payloadOffset == 20)
      datagram.dscp = value / 4
      datagram.codepoint = CongestionCodepoint(rawValue: value % 4) ?? .notCapable
      datagram.hopLimit = value
      let bytes = written(20) { datagram.emit(into: $0) }.bytes
      #expect(bytes[1] == value && bytes[8] == value)
      #expect(bytes[6] == 0x40 && bytes[7] == 0)
      #expect(Array(bytes[2..<4]) == octets(UInt16(1020)))
      #expect(naiveChecksum(bytes) == 0)
    }
  }

  // MUST-50: options that nobody here understands are stepped over.
  @Test("Options of every length are skipped, whatever they are") func options() throws {
    var random = SplitMix64(seed: 211)
    for words in 0...10 {
      for _ in 0..<20 {
        var naive = NaiveIPv4()
        naive.options = random.octets(4 * words)
        naive.payload = Self.payload
        let datagram = try parseDatagram(naive.bytes).get()
        #expect(
          datagram.payloadOffset == 20 + 4 * words && datagram.payloadCount == 24, "seed 211, words \(words)")
      }
    }
  }

  // CVE-08: a header length below five words, or past the end.
  @Test("Every header length with every count of octets") func headerLengths() {
    for words: UInt8 in 0...15 {
      for count in 0...64 {
        var naive = NaiveIPv4()
        naive.headerWords = words
        naive.payload = [UInt8](repeating: 0, count: 44)
        naive.totalLength = UInt16(count)
        let bytes = Array(naive.bytes.prefix(count))
        let headerCount = Int(words) * 4
        let expected: DatagramError? =
          count < 20 ? .tooShort : headerCount < 20 || headerCount > count ? .badHeaderLength : nil
        #expect(datagramError(bytes) == expected, "words \(words), count \(count)")
      }
    }
  }

  // CVE-08: a total length below the header or above what came.
  @Test("Every total length around the true one") func totalLengths() throws {
    for optionWords in [0, 1, 10] {
      var naive = NaiveIPv4()
      naive.options = [UInt8](repeating: 1, count: 4 * optionWords)
      naive.payload = Self.payload
      let headerCount = 20 + 4 * optionWords
      let whole = headerCount + Self.payload.count
      for total in [0, 1, 19] + Array(20...(whole + 2)) + [0x7FFF, 0x8000, 0xFFFF] {
        naive.totalLength = UInt16(total)
        switch parseDatagram(naive.bytes) {
        case .success(let datagram):
          #expect(total >= headerCount && total <= whole, "total \(total)")
          #expect(datagram.payloadCount == total - headerCount, "total \(total)")
        case .failure(let error):
          #expect(error == .badTotalLength && (total < headerCount || total > whole), "total \(total)")
        }
      }
    }
  }

  @Test("Padding behind the datagram is not payload") func padding() throws {
    for count in 0...26 {
      var naive = NaiveIPv4()
      naive.payload = Self.payload
      naive.padding = [UInt8](repeating: 0xEE, count: count)
      #expect(try parseDatagram(naive.bytes).get().payloadCount == 24)
    }
  }

  @Test("The longest datagram") func longest() throws {
    var naive = NaiveIPv4()
    naive.payload = [UInt8](repeating: 3, count: 65_515)
    #expect(try parseDatagram(naive.bytes).get().payloadCount == 65_515)
  }

  @Test("Any flipped bit of the header is an error, unless the device vouches for the checksum")
  func badChecksum() {
    var naive = NaiveIPv4()
    naive.options = [1, 1, 1, 0]
    naive.payload = Self.payload
    for bit in 0..<(8 * 24) {
      var bytes = naive.bytes
      bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
      #expect(datagramError(bytes) != nil, "bit \(bit)")
    }
    naive.checksum = 0xDEAD
    #expect(datagramError(naive.bytes) == .badHeaderChecksum)
    #expect(throws: Never.self) { try parseDatagram(naive.bytes, checksumVerified: true).get() }
  }

  @Test("More fragments or any offset make a fragment; DF and the reserved bit do not") func fragments() {
    for bit in 0..<16 {
      for base: UInt16 in [0, 0x4000, 0x8000] {
        var naive = NaiveIPv4()
        naive.flagsAndOffset = base | 1 << UInt16(bit)
        let expected: DatagramError? = bit < 14 ? .fragment : nil
        #expect(datagramError(naive.bytes) == expected, "bit \(bit), base \(base)")
      }
    }
  }

  @Test("Only versions 4 and 6 are known") func versions() {
    for version: UInt8 in 0...15 where version != 4 && version != 6 {
      var naive = NaiveIPv4()
      naive.version = version
      naive.payload = [UInt8](repeating: 0, count: 40)
      #expect(datagramError(naive.bytes) == .unknownVersion)
      #expect(datagramError(Array(naive.bytes.prefix(19))) == .tooShort)
    }
  }
}
