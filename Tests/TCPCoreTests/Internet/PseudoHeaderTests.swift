import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct PseudoHeaderTests {
  /// The field that a segment between two addresses gets.
  static func field(_ datagram: Datagram, _ segment: [UInt8]) -> UInt16 {
    var checksum = datagram.pseudoHeaderSum()
    span(segment) { checksum.add($0) }
    return checksum.field
  }

  static func datagram(_ source: [UInt8], _ destination: [UInt8], count: Int, protocolNumber: UInt8 = 6)
    -> Datagram
  {
    Datagram(
      source: Sample.address(source), destination: Sample.address(destination),
      protocolNumber: protocolNumber,
      payloadCount: count)
  }

  // MUST-2, MUST-3: the sum covers pseudo header, header and text.
  @Test("Sums added up by hand") func byHand() {
    // 10.0.0.1 to 10.0.0.2, 20 octets: 0a00+0001+0a00+0002+0006+0014 = 141d.
    let v4 = Self.datagram([10, 0, 0, 1], [10, 0, 0, 2], count: 20)
    #expect(v4.pseudoHeaderSum().field == ~0x141D)
    // 2001:db8::1 to 2001:db8::2, 20 octets: 2001+0db8+0001+2001+0db8+0002+0014+0006 = 5b8f.
    let v6 = Self.datagram(
      hex("20010db8000000000000000000000001"), hex("20010db8000000000000000000000002"), count: 20)
    #expect(v6.pseudoHeaderSum().field == ~0x5B8F)
    // A segment behind the first: 1000+2000+0000+0000+0000+0000+5002+0000+0000+0000 = 8002, with 141d 941f.
    let segment = hex("10002000 00000000 00000000 50020000 00000000")
    #expect(Self.field(v4, segment) == ~0x941F)
    #expect(Self.field(v6, segment) == ~0xDB91)
  }

  @Test(
    "Random addresses, protocols and lengths agree with the fields written out",
    arguments: [401, 402] as [UInt64])
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<400 {
      let width = round % 2 == 0 ? 4 : 16
      let source = random.octets(width)
      let destination = random.octets(width)
      let segment = random.octets(random.within(0...70))
      let number = random.any(UInt8.self)
      let datagram = Self.datagram(source, destination, count: segment.count, protocolNumber: number)
      let pseudo = naivePseudoHeader(
        source: source, destination: destination, protocolNumber: number, count: segment.count)
      #expect(
        Self.field(datagram, segment) == naiveChecksum(pseudo + segment), "seed \(seed), round \(round)")
    }
  }

  @Test("A payload of more than 65,535 octets counts with all 32 bits over IPv6") func jumbo() {
    for count in [65_535, 65_536, 65_537, 0x1234_5678] {
      let datagram = Self.datagram(Sample.v6Source, Sample.v6Destination, count: count)
      let pseudo = naivePseudoHeader(
        source: Sample.v6Source, destination: Sample.v6Destination, protocolNumber: 6, count: count)
      #expect(datagram.pseudoHeaderSum().field == naiveChecksum(pseudo), "count \(count)")
    }
  }

  // MUST-3: no single flipped bit in segment or pseudo header goes unseen.
  @Test("Any flipped bit of segment or addresses is seen", arguments: [4, 16])
  func flippedBits(width: Int) {
    var random = SplitMix64(seed: 411)
    var source = random.octets(width)
    let destination = random.octets(width)
    var segment = random.octets(33)
    segment.replaceSubrange(16..<18, with: [0, 0])
    let field = Self.field(Self.datagram(source, destination, count: 33), segment)
    segment.replaceSubrange(16..<18, with: octets(field))
    func isValid() -> Bool {
      var checksum = Self.datagram(source, destination, count: segment.count).pseudoHeaderSum()
      span(segment) { checksum.add($0) }
      return checksum.isValid
    }
    #expect(isValid())
    for bit in 0..<(8 * segment.count) {
      segment[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!isValid(), "bit \(bit)")
      segment[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    for bit in 0..<(8 * width) {
      source[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!isValid(), "address bit \(bit)")
      source[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    segment.append(0)
    #expect(!isValid(), "the length is part of the sum")
  }
}
