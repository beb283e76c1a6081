import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite struct ICMPErrorTests {
  /// An ICMP message about a datagram of ours, field by field (RFC 792, RFC 4443).
  struct Message {
    var isIPv4: Bool
    var type: UInt8
    var code: UInt8
    /// The four octets whose meaning depends on the type.
    var rest: UInt32 = 0
    var quote: [UInt8]
    /// Checksum; `nil` for the right one.
    var checksum: UInt16?
    var protocolNumber: UInt8

    init(isIPv4: Bool, type: UInt8, code: UInt8, quote: [UInt8]? = nil) {
      self.isIPv4 = isIPv4
      self.type = type
      self.code = code
      self.quote = quote ?? ICMPErrorTests.quote(isIPv4: isIPv4)
      protocolNumber = isIPv4 ? 1 : 58
    }

    /// The router's address and ours.
    var source: [UInt8] { isIPv4 ? [203, 0, 113, 9] : hex("20010db8000000000000000000000099") }
    var destination: [UInt8] { isIPv4 ? Sample.v4Source : Sample.v6Source }

    var bytes: [UInt8] {
      var result = [type, code, 0, 0] + octets(rest) + quote
      let pseudo = naivePseudoHeader(
        source: source, destination: destination, protocolNumber: protocolNumber, count: result.count)
      result.replaceSubrange(
        2..<4, with: octets(checksum ?? naiveChecksum(isIPv4 ? result : pseudo + result)))
      return result
    }

    var parsed: ICMPError? { parse(bytes) }

    func parse(_ bytes: [UInt8]) -> ICMPError? {
      let datagram = Datagram(
        source: Sample.address(source), destination: Sample.address(destination),
        protocolNumber: protocolNumber,
        payloadCount: bytes.count)
      return span(bytes) { ICMPError(parsing: $0, in: datagram) }
    }
  }

  /// The first octets of a segment of ours: ports 5000 to 80, sequence number 0x89ABCDEF.
  static let segment = hex("1388 0050 89abcdef 00000000 5010 1000 0000 0000")

  /// Our datagram as the message quotes it.
  static func quote(isIPv4: Bool, segment: [UInt8] = segment) -> [UInt8] {
    isIPv4
      ? NaiveIPv4(totalLength: 1500, payload: segment).bytes
      : NaiveIPv6(payloadLength: 1440, payload: segment).bytes
  }

  /// What RFC 9293 section 3.9.2.2 makes of a type and code; `nil` where the message is no error about a
  /// segment.
  static func expected(isIPv4: Bool, _ type: UInt8, _ code: UInt8) -> ICMPErrorKind? {
    if isIPv4 {
      if type == 3 { return code == 2 || code == 3 ? .refused : code == 4 ? .tooBig : .unreachable }
      return type == 4 ? .sourceQuench : type == 11 ? .timeExceeded : type == 12 ? .parameterProblem : nil
    }
    if type == 1 { return code == 4 ? .refused : .unreachable }
    return type == 2 ? .tooBig : type == 3 ? .timeExceeded : type == 4 ? .parameterProblem : nil
  }

  // MUST-54: the connection is named by the quoted header.
  @Test("The quoted header names the connection", arguments: [true, false])
  func quoted(isIPv4: Bool) throws {
    let error = try #require(Message(isIPv4: isIPv4, type: isIPv4 ? 11 : 3, code: 0).parsed)
    #expect(error.kind == .timeExceeded)
    #expect(error.tuple.localAddress == Sample.address(isIPv4 ? Sample.v4Source : Sample.v6Source))
    #expect(error.tuple.remoteAddress == Sample.address(isIPv4 ? Sample.v4Destination : Sample.v6Destination))
    #expect(error.tuple.localPort == 5000 && error.tuple.remotePort == 80)
    #expect(error.sequence == SequenceNumber(0x89AB_CDEF))
    #expect(error.quotedCount == (isIPv4 ? 1500 : 1480))
    #expect(error.nextHopMTU == 0)
  }

  // MUST-55: source quench is distinguished, so that nothing need follow from it.
  // MUST-56, SHLD-26: soft and hard errors are distinguished.
  @Test("All types and codes", arguments: [true, false])
  func everyTypeAndCode(isIPv4: Bool) {
    var message = Message(isIPv4: isIPv4, type: 0, code: 0)
    for type in UInt8.min...UInt8.max {
      // All codes of the types that are errors, a few of the others.
      let codes: [UInt8] = type < 16 ? Array(0...255) : [0, 1, 4, 255]
      for code in codes {
        message.type = type
        message.code = code
        let kind = Self.expected(isIPv4: isIPv4, type, code)
        if message.parsed?.kind != kind { Issue.record("type \(type), code \(code)") }
      }
    }
  }

  @Test("The next hop's MTU over IPv4 is 16 bits, 0 from an old router") func mtuIPv4() {
    var message = Message(isIPv4: true, type: 3, code: 4)
    for mtu: UInt32 in [0, 1, 67, 68, 576, 1400, 0x7FFF, 0x8000, 0xFFFF] {
      // The upper half is unused: a router may leave anything there.
      for unused: UInt32 in [0, 0xFFFF_0000] {
        message.rest = unused | mtu
        #expect(message.parsed?.nextHopMTU == Int(mtu), "mtu \(mtu)")
      }
    }
  }

  @Test("The next hop's MTU over IPv6 is 32 bits and never turns small") func mtuIPv6() {
    var message = Message(isIPv4: false, type: 2, code: 0)
    for mtu: UInt32 in [0, 1, 1279, 1280, 9000, 0xFFFF, 0x1_0000, 0x7FFF_FFFE, 0x7FFF_FFFF] {
      message.rest = mtu
      #expect(message.parsed?.nextHopMTU == Int(mtu), "mtu \(mtu)")
    }
    for mtu: UInt32 in [0x8000_0000, 0x8000_0500, 0xFFFF_FFFF] {
      message.rest = mtu
      #expect(message.parsed?.nextHopMTU == 0x7FFF_FFFF, "mtu \(mtu)")
    }
  }

  @Test("Only a message about size carries an MTU", arguments: [true, false])
  func otherRest(isIPv4: Bool) {
    var message = Message(isIPv4: isIPv4, type: isIPv4 ? 12 : 4, code: 0)
    message.rest = 0x1234_5678
    #expect(message.parsed?.nextHopMTU == 0)
  }

  @Test("Every quote that ends before the sequence number is refused", arguments: [true, false])
  func shortQuotes(isIPv4: Bool) {
    let headerCount = isIPv4 ? 20 : 40
    for count in 0...(headerCount + 20) {
      let quote = Array(Self.quote(isIPv4: isIPv4).prefix(count))
      let error = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0, quote: quote).parsed
      #expect((error != nil) == (count >= headerCount + 8), "count \(count)")
      if let error { #expect(error.sequence == SequenceNumber(0x89AB_CDEF)) }
    }
  }

  @Test("A message shorter than its own header is refused", arguments: [true, false])
  func shortMessages(isIPv4: Bool) {
    let message = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0)
    for count in 0..<8 { #expect(message.parse(Array(message.bytes.prefix(count))) == nil, "count \(count)") }
  }

  @Test("Any flipped bit of the message is seen", arguments: [true, false])
  func badChecksum(isIPv4: Bool) {
    var message = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0)
    let bytes = message.bytes
    for bit in 0..<(8 * bytes.count) {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(message.parse(changed) == nil, "bit \(bit)")
    }
    message.checksum = 0
    #expect(message.parsed == nil)
  }

  @Test("An ICMPv6 checksum without its pseudo header is refused, as is an ICMPv4 one with it")
  func pseudoHeader() {
    for isIPv4 in [true, false] {
      var message = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0)
      message.checksum = 0
      var plain = message.bytes
      plain.replaceSubrange(2..<4, with: [0, 0])
      let pseudo = naivePseudoHeader(
        source: message.source, destination: message.destination, protocolNumber: message.protocolNumber,
        count: plain.count)
      message.checksum = naiveChecksum(isIPv4 ? pseudo + plain : plain)
      #expect(message.parsed == nil)
    }
  }

  @Test("The datagram around it must carry the ICMP of its own version", arguments: [true, false])
  func wrongProtocol(isIPv4: Bool) {
    var message = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0)
    for number in UInt8.min...UInt8.max {
      message.protocolNumber = number
      #expect((message.parsed != nil) == (number == (isIPv4 ? 1 : 58)), "protocol \(number)")
    }
  }

  @Test(
    "A quote of the other version, of no version or of another protocol is refused", arguments: [true, false])
  func wrongQuotes(isIPv4: Bool) {
    let type: UInt8 = isIPv4 ? 3 : 1
    #expect(Message(isIPv4: isIPv4, type: type, code: 0, quote: Self.quote(isIPv4: !isIPv4)).parsed == nil)
    for version: UInt8 in 0...15 {
      var quote = Self.quote(isIPv4: isIPv4)
      quote[0] = version << 4 | quote[0] & 0x0F
      let error = Message(isIPv4: isIPv4, type: type, code: 0, quote: quote).parsed
      #expect((error != nil) == (version == (isIPv4 ? 4 : 6)), "version \(version)")
    }
    for number in UInt8.min...UInt8.max {
      var quote = Self.quote(isIPv4: isIPv4)
      quote[isIPv4 ? 9 : 6] = number
      let error = Message(isIPv4: isIPv4, type: type, code: 0, quote: quote).parsed
      #expect((error != nil) == (number == 6), "protocol \(number)")
    }
  }

  @Test("Quoted IPv4 options are stepped over, up to where the quote ends") func quotedOptions() {
    for words: UInt8 in 0...15 {
      var naive = NaiveIPv4(totalLength: 1500)
      naive.headerWords = words
      naive.options = [UInt8](repeating: 1, count: words < 5 ? 0 : Int(words - 5) * 4)
      naive.payload = Array(Self.segment.prefix(8))
      let error = Message(isIPv4: true, type: 3, code: 1, quote: naive.bytes).parsed
      #expect((error != nil) == (words >= 5), "words \(words)")
      if let error { #expect(error.sequence == SequenceNumber(0x89AB_CDEF) && error.tuple.localPort == 5000) }
      let short = Message(isIPv4: true, type: 3, code: 1, quote: naive.bytes.dropLast())
      #expect(short.parsed == nil, "words \(words)")
    }
  }

  @Test("The checksum of the quoted header does not matter: routers have changed it") func quotedChecksum() {
    let naive = NaiveIPv4(totalLength: 1500, timeToLive: 1, checksum: 0, payload: Self.segment)
    #expect(Message(isIPv4: true, type: 11, code: 0, quote: naive.bytes).parsed != nil)
  }

  @Test("A quoted later fragment has no ports to go by") func quotedFragments() {
    for bit in 0..<16 {
      let naive = NaiveIPv4(totalLength: 1500, flagsAndOffset: 1 << UInt16(bit), payload: Self.segment)
      let error = Message(isIPv4: true, type: 3, code: 1, quote: naive.bytes).parsed
      // The offset has 13 bits; More Fragments alone is the first piece, with the ports.
      #expect((error != nil) == (bit > 12), "bit \(bit)")
    }
  }

  @Test("ICMPv6 cannot speak of a connection that runs over IPv4") func mappedQuote() {
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + Sample.v4Source
    let quotes = [
      NaiveIPv6(source: mapped, payload: Self.segment), NaiveIPv6(destination: mapped, payload: Self.segment),
      NaiveIPv6(source: mapped, destination: mapped, payload: Self.segment),
    ]
    for quote in quotes {
      #expect(Message(isIPv4: false, type: 1, code: 4, quote: quote.bytes).parsed == nil)
    }
  }

  @Test("Random quotes never read outside", arguments: [601, 602] as [UInt64])
  func randomQuotes(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<2_000 {
      let isIPv4 = random.within(0...1) == 0
      var quote = random.octets(random.within(0...80))
      if quote.count > 9 {
        quote[0] = isIPv4 ? 0x40 | quote[0] & 0x0F : 0x60
        quote[isIPv4 ? 9 : 6] = 6
      }
      let error = Message(isIPv4: isIPv4, type: isIPv4 ? 3 : 1, code: 0, quote: quote).parsed
      if error != nil { #expect(quote.count >= (isIPv4 ? 28 : 48), "seed \(seed), round \(round)") }
    }
  }
}
