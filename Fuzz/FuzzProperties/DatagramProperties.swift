import TCPCore

/// What the core makes of a datagram.
package func readDatagram(
  _ bytes: RawSpan, checksumVerified: Bool = false
) -> Result<Datagram, DatagramError> {
  do throws(DatagramError) {
    return .success(try Datagram(parsing: bytes, checksumVerified: checksumVerified))
  } catch {
    return .failure(error)
  }
}

/// Every property of the datagram parser and emitter, with any octets as a datagram, and of what it carries.
package func checkDatagram(_ bytes: RawSpan) {
  let octets = copy(bytes)
  for checksumVerified in [false, true] {
    let naive = NaiveDatagram.read(octets, checksumVerified: checksumVerified)
    let core = readDatagram(bytes, checksumVerified: checksumVerified)
    require("a datagram is read as the RFCs say", datagramDifference(core, naive))
    guard case .success(let datagram) = core, case .success(let expected) = naive else { continue }
    let end = datagram.payloadOffset + datagram.payloadCount
    require("headers and payload end within the octets", end <= octets.count)
    checkEmit(datagram, expected)
    checkPayload(bytes.extracting(datagram.payloadOffset..<end), datagram, expected)
  }
}

/// The first thing about which the core and the naive reading disagree.
package func datagramDifference(
  _ core: Result<Datagram, DatagramError>, _ naive: Result<NaiveDatagram, DatagramError>
) -> String? {
  switch (core, naive) {
  case (.failure(let left), .failure(let right)):
    return left == right ? nil : "rejected as \(left), and naively as \(right)"
  case (.failure(let reason), .success): return "rejected as \(reason), and naively accepted"
  case (.success, .failure(let reason)): return "accepted, and naively rejected as \(reason)"
  case (.success(let datagram), .success(let expected)): return datagramDifference(datagram, expected)
  }
}

private func datagramDifference(_ datagram: Datagram, _ naive: NaiveDatagram) -> String? {
  if datagram.source != address(naive.source) { return "another source" }
  if datagram.destination != address(naive.destination) { return "another destination" }
  return Field.difference([
    Field("version", datagram.source.isIPv4 ? 4 : 6, naive.isIPv4 ? 4 : 6),
    Field("protocol", Int(datagram.protocolNumber), naive.protocolNumber),
    Field("service code point", Int(datagram.dscp), naive.service / 4),
    Field("congestion codepoint", Int(datagram.codepoint.rawValue), naive.service % 4),
    Field("hop limit", Int(datagram.hopLimit), naive.hopLimit),
    Field("payload offset", datagram.payloadOffset, naive.payloadOffset),
    Field("payload count", datagram.payloadCount, naive.payload.count),
  ])
}

/// The core's form of an address of 4 or 16 octets.
private func address(_ octets: [UInt8]) -> Address {
  if octets.count == 4 { return Address(octets[0], octets[1], octets[2], octets[3]) }
  return Address(
    high: octets[..<8].reduce(0) { $0 << 8 | UInt64($1) },
    low: octets[8...].reduce(0) { $0 << 8 | UInt64($1) })
}

/// What is emitted reads as what was meant, by both readers, without options and extension headers.
private func checkEmit(_ datagram: Datagram, _ naive: NaiveDatagram) {
  let count = naive.isIPv4 ? 20 : 40
  let mark: UInt8 = 0xA5
  var header = [UInt8](repeating: mark, count: count + 8)
  write(into: &header) { datagram.emit(into: $0) }
  require("emit stays within its octets", header[count...].allSatisfy { $0 == mark })
  let octets = Array(header[..<count]) + naive.payload
  var expected = naive
  expected.payloadOffset = count
  let again = unsafe readDatagram(octets.span.bytes)
  require("what is emitted reads as what was meant", datagramDifference(again, .success(expected)))
  require(
    "what is emitted reads naively as what was meant",
    NaiveDatagram.read(octets, checksumVerified: false) == .success(expected))
}

/// Properties of the pseudo header, of an ICMP error, and of a segment within its datagram.
private func checkPayload(_ bytes: RawSpan, _ datagram: Datagram, _ naive: NaiveDatagram) {
  let pseudo = datagram.pseudoHeaderSum()
  require(
    "the pseudo header sums up as the RFCs say", Int(pseudo.field) == naiveChecksum(naive.pseudoHeader))
  var sum = pseudo
  sum.add(bytes)
  require(
    "pseudo header and payload sum up as one",
    sum.isValid == (naiveSum(naive.pseudoHeader + naive.payload) == 0xFFFF))
  require(
    "an ICMP error is read as the RFCs say",
    icmpDifference(ICMPError(parsing: bytes, in: datagram), NaiveICMPError.read(naive)))
  guard naive.protocolNumber == 6 else { return }
  checkSegment(bytes)
  if case .success(let header) = readSegment(bytes),
    case .success(let segment) = NaiveSegment.read(naive.payload)
  {
    checkEmitDatagram(header, segment, datagram, naive)
  }
}

/// The first thing about an ICMP error about which the core and the naive reading disagree.
package func icmpDifference(_ core: ICMPError?, _ naive: NaiveICMPError?) -> String? {
  guard let core, let naive else {
    return core == nil && naive == nil ? nil : core == nil ? "only naively an error" : "only naively no error"
  }
  if core.tuple.localAddress != address(naive.source) { return "another local address" }
  if core.tuple.remoteAddress != address(naive.destination) { return "another remote address" }
  return Field.difference([
    Field("kind", Int(core.kind.rawValue), Int(naive.kind.rawValue)),
    Field("local port", Int(core.tuple.localPort), naive.sourcePort),
    Field("remote port", Int(core.tuple.remotePort), naive.destinationPort),
    Field("scope", Int(core.tuple.scope), 0),
    Field("sequence", Int(core.sequence.rawValue), naive.sequence),
    Field("next hop's MTU", core.nextHopMTU, naive.nextHopMTU),
    Field("quoted count", core.quotedCount, naive.quotedCount),
  ])
}

/// A whole datagram made from a segment that was read carries it, with checksums that are right.
private func checkEmitDatagram(
  _ header: SegmentHeader, _ segment: NaiveSegment, _ datagram: Datagram, _ naive: NaiveDatagram
) {
  let text = Array(segment.text.prefix(60_000))  // with all headers it fits both versions
  let tuple = FourTuple(
    local: Endpoint(datagram.source, header.sourcePort),
    remote: Endpoint(datagram.destination, header.destinationPort))
  var octets = [UInt8](repeating: 0, count: 100 + text.count)
  let style = DatagramStyle(dscp: datagram.dscp, hopLimit: datagram.hopLimit)
  let count = write(into: &octets) { bytes in
    header.emitDatagram(tuple, textCount: text.count, style, into: bytes) { room in
      for (index, octet) in text.enumerated() { room.store(octet, at: index) }
      var sum = InternetChecksum()
      unsafe sum.add(text.span.bytes)
      return sum
    }
  }
  let made = NaiveDatagram.read(Array(octets[..<count]), checksumVerified: false)
  guard case .success(let outer) = made else { violated("a datagram that is made can be read", "\(made)") }
  require(
    "a datagram that is made has the right checksum", naiveSum(outer.pseudoHeader + outer.payload) == 0xFFFF)
  guard case .success(let inner) = NaiveSegment.read(outer.payload) else {
    violated("a segment that is made can be read")
  }
  var expected = segment
  expected.headerCount = inner.headerCount
  expected.checksum = inner.checksum
  expected.options = segment.options.expressible
  expected.text = text
  require("a datagram that is made carries the segment", inner == expected)
  require(
    "a datagram that is made has the addresses and the style",
    outer.source == naive.source && outer.destination == naive.destination
      && outer.service == naive.service / 4 * 4 && outer.hopLimit == naive.hopLimit)
}
