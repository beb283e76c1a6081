import TCPCore

/// What the core makes of a datagram.
@inline(never)
func readDatagram(_ octets: Octets, checksumVerified: Bool = false) -> Result<Datagram, DatagramError> {
  octets.withSpan { bytes in
    do throws(DatagramError) {
      return .success(try Datagram(parsing: bytes, checksumVerified: checksumVerified))
    } catch {
      return .failure(error)
    }
  }
}

/// Every property of the datagram parser and emitter, with any octets as a datagram, and of what it carries.
package func checkDatagram(_ bytes: RawSpan, _ fixture: CodecFixture) {
  // The pointer stays within the closure.
  unsafe bytes.withUnsafeBytes { unsafe checkDatagram(Octets($0), fixture) }
}

func checkDatagram(_ octets: Octets, _ fixture: CodecFixture) {
  // A datagram with a wrong checksum passes where a device says that it was right.
  let isRight = checkDatagram(octets, checksumVerified: false, isChecked: false, fixture)
  _ = checkDatagram(octets, checksumVerified: true, isChecked: isRight, fixture)
}

/// Compares the readings, and checks what was read unless that was done before. Returns whether it is a
/// datagram.
@_silgen_name("__sanitizer_check_datagram")
private func checkDatagram(
  _ octets: Octets, checksumVerified: Bool, isChecked: Bool, _ fixture: CodecFixture
) -> Bool {
  let naive = NaiveDatagram(octets, checksumVerified: checksumVerified)
  let core = readDatagram(octets, checksumVerified: checksumVerified)
  require("a datagram is read as the RFCs say", difference(NaiveDatagram(core), naive))
  guard case .success(let datagram) = core else { return false }
  if isChecked { return true }
  require("a datagram has the addresses of its header", hasAddresses(datagram, naive, octets))
  let end = datagram.payloadOffset + datagram.payloadCount
  require("headers and payload end within the octets", end <= octets.count)
  checkEmit(datagram, naive, octets, fixture)
  checkPayload(octets, datagram, naive, fixture)
  return true
}

private func hasAddresses(_ datagram: Datagram, _ naive: NaiveDatagram, _ octets: Octets) -> Bool {
  let addresses = naive.addresses(octets)
  return isSame(datagram.source, addresses.part(0, naive.addressCount))
    && isSame(datagram.destination, addresses.part(naive.addressCount, 2 * naive.addressCount))
}

/// What is emitted reads as what was meant, by both readers, without options and extension headers.
@_silgen_name("__sanitizer_check_datagram_emit")
private func checkEmit(
  _ datagram: Datagram, _ naive: NaiveDatagram, _ octets: Octets, _ fixture: CodecFixture
) {
  let count = naive.isIPv4 ? 20 : 40
  fixture.first.lend(count, extra: 40, "a datagram's emit stays within its octets") {
    datagram.emit(into: $0)
  }
  // The payload is behind the header; what it is does not matter here.
  let whole = fixture.first.octets(count + naive.payloadCount)
  var expected = naive
  expected.payloadOffset = count
  require(
    "an emitted datagram reads naively as what was meant",
    difference(NaiveDatagram(whole, checksumVerified: false), expected))
  let again = readDatagram(whole)
  require(
    "an emitted datagram reads as what was meant",
    difference(NaiveDatagram(again), expected))
  require(
    "an emitted datagram has the addresses", expected.addresses(whole).equals(naive.addresses(octets)))
}

/// Properties of the pseudo header, of an ICMP error, and of a segment within its datagram.
@_silgen_name("__sanitizer_check_payload")
private func checkPayload(
  _ octets: Octets, _ datagram: Datagram, _ naive: NaiveDatagram, _ fixture: CodecFixture
) {
  let payload = octets.part(naive.payloadOffset, naive.payloadOffset + naive.payloadCount)
  let pseudo = datagram.pseudoHeaderSum()
  let expected = naive.pseudoHeaderSum(octets)
  require("the pseudo header sums up as the RFCs say", Int(pseudo.field) == 0xFFFF - expected)
  var sum = pseudo
  payload.withSpan { sum.add($0) }
  require(
    "pseudo header and payload sum up as one", sum.isValid == (naiveSum(payload, expected) == 0xFFFF))
  checkError(payload, datagram, naive, octets)
  guard naive.protocolNumber == 6 else { return }
  checkSegment(payload, fixture)
  if case .success(let header) = readSegment(payload) {
    checkEmitDatagram(header, datagram, naive, octets, fixture)
  }
}

/// An ICMP error means what the RFCs say, or is none.
@_silgen_name("__sanitizer_check_error")
private func checkError(
  _ payload: Octets, _ datagram: Datagram, _ naive: NaiveDatagram, _ octets: Octets
) {
  let expected = NaiveICMPError(naive, octets)
  let core = payload.withSpan { ICMPError(parsing: $0, in: datagram) }
  var comparison = Comparison()
  comparison.field("kind", core.map { Int($0.kind.rawValue) } ?? -1, expected.kind)
  if let core, expected.kind >= 0 {
    comparison.field("local port", Int(core.tuple.localPort), expected.sourcePort)
    comparison.field("remote port", Int(core.tuple.remotePort), expected.destinationPort)
    comparison.field("scope", Int(core.tuple.scope), 0)
    comparison.field("sequence number", Int(core.sequence.rawValue), expected.sequence)
    comparison.field("next hop's MTU", core.nextHopMTU, expected.nextHopMTU)
    comparison.field("quoted count", core.quotedCount, expected.quotedCount)
    let count = naive.addressCount
    let addresses = payload.part(expected.addressOffset, expected.addressOffset + 2 * count)
    let isRight =
      isSame(core.tuple.localAddress, addresses.part(0, count))
      && isSame(core.tuple.remoteAddress, addresses.part(count, 2 * count))
    comparison.field("right addresses", isRight ? 1 : 0, 1)
  }
  require("an ICMP error is read as the RFCs say", comparison.first)
}

/// A whole datagram made from a segment that was read carries it, with checksums that are right.
@_silgen_name("__sanitizer_check_emit_datagram")
private func checkEmitDatagram(
  _ header: SegmentHeader, _ datagram: Datagram, _ naive: NaiveDatagram, _ octets: Octets,
  _ fixture: CodecFixture
) {
  let payload = octets.part(naive.payloadOffset, naive.payloadOffset + naive.payloadCount)
  let segment = NaiveSegment(payload)
  // With all headers it fits both versions.
  let textCount = min(segment.textCount, 60_000)
  let text = payload.part(segment.headerCount, segment.headerCount + textCount)
  let tuple = FourTuple(
    local: Endpoint(datagram.source, header.sourcePort),
    remote: Endpoint(datagram.destination, header.destinationPort))
  let expectedCount = (naive.isIPv4 ? 20 : 40) + header.byteCount + textCount
  let style = DatagramOptions(dscp: datagram.dscp, hopLimit: datagram.hopLimit)
  let count = fixture.second.lend(expectedCount, "a datagram that is made stays within its octets") { bytes in
    header.emitDatagram(tuple, textCount: textCount, style, into: bytes) { room in
      require("there is room for the text that was announced", room.count >= textCount)
      // The room has just been looked at.
      unsafe text.copy(to: room.base)
      var sum = InternetChecksum()
      text.withSpan { sum.add($0) }
      return sum
    }
  }
  require("a datagram that is made is as long as its parts", count == expectedCount)
  let made = fixture.second.octets(count)
  let outer = NaiveDatagram(made, checksumVerified: false)
  var expected = naive
  expected.payloadOffset = naive.isIPv4 ? 20 : 40
  expected.payloadCount = count - expected.payloadOffset
  expected.service = naive.service / 4 * 4  // a datagram that is made carries no congestion mark
  require("a datagram that is made has the header that was meant", difference(outer, expected))
  require(
    "a datagram that is made has the addresses", outer.addresses(made).equals(naive.addresses(octets)))
  let carried = made.part(outer.payloadOffset, count)
  require(
    "a datagram that is made has the right checksum",
    naiveSum(carried, outer.pseudoHeaderSum(made)) == 0xFFFF)
  let inner = NaiveSegment(carried)
  var meant = segment
  meant.headerCount = inner.headerCount
  meant.checksum = inner.checksum
  meant.options = segment.options.expressible
  meant.textCount = textCount
  meant.length = segment.length - segment.textCount + textCount
  require("a datagram that is made carries the segment", difference(inner, meant))
  require(
    "a datagram that is made carries the text", carried.part(inner.headerCount, carried.count).equals(text))
}
