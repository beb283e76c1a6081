import TCPCore

/// What the core makes of a segment.
@inline(never)
func readSegment(_ octets: Octets) -> Result<SegmentHeader, SegmentError> {
  octets.withSpan { bytes in
    do throws(SegmentError) { return .success(try SegmentHeader(parsing: bytes)) } catch {
      return .failure(error)
    }
  }
}

/// Every property of the segment parser and emitter, with any octets as a segment.
@_silgen_name("__sanitizer_check_segment_bytes")
package func checkSegment(_ bytes: RawSpan, _ fixture: CodecFixture) {
  // The pointer stays within the closure.
  unsafe bytes.withUnsafeBytes { unsafe checkSegment(Octets($0), fixture) }
}

@_silgen_name("__sanitizer_check_segment")
func checkSegment(_ octets: Octets, _ fixture: CodecFixture) {
  let naive = NaiveSegment(octets)
  let core = readSegment(octets)
  require(
    "a segment is read as the RFC says",
    difference(NaiveSegment(core, count: octets.count), naive))
  checkSum(octets, fixture)
  if case .success(let header) = core {
    checkFlags(header.flags, naive.flags)
    checkEmit(header, naive, fixture)
  }
}

/// Each flag is one bit (RFC 9293 section 3.1, RFC 3168), and a header has 20 octets without options.
@_silgen_name("__sanitizer_check_flags")
private func checkFlags(_ flags: SegmentFlags, _ bits: Int) {
  var all = SegmentFlags.none
  for bit in 0..<8 {
    let flag =
      switch bit {
      case 0: SegmentFlags.fin
      case 1: SegmentFlags.syn
      case 2: SegmentFlags.rst
      case 3: SegmentFlags.psh
      case 4: SegmentFlags.ack
      case 5: SegmentFlags.urg
      case 6: SegmentFlags.ece
      default: SegmentFlags.cwr
      }
    require("a flag is a bit", flags.contains(flag) == (bits >> bit & 1 == 1))
    if flags.contains(flag) { all = all | flag }
  }
  require("there are no other flags", all == flags)
  require("a header has 20 octets at least", SegmentHeader.minimumByteCount == 20)
}

/// Writes a header, with a check that none but its own octets are written. Returns how many they are.
@_silgen_name("__sanitizer_emit_header")
func emit(_ header: SegmentHeader, to arena: Arena) -> Int {
  let count = header.byteCount
  require("a header has 20 to 60 octets, in words of four", count >= 20 && count <= 60 && count % 4 == 0)
  let written = arena.lend(count, extra: 40, "emit stays within its octets") { header.emit(into: $0) }
  require("emit writes what byteCount says", written == count)
  return count
}

/// What is emitted reads as what was meant, by both readers, and emits as the same octets again.
@_silgen_name("__sanitizer_check_emit")
func checkEmit(_ header: SegmentHeader, _ segment: NaiveSegment, _ fixture: CodecFixture) {
  let count = emit(header, to: fixture.first)
  var expected = segment
  expected.headerCount = count
  expected.checksum = 0
  expected.options = segment.options.expressible
  // The text is behind the header; what it is does not matter here.
  let whole = fixture.first.octets(count + segment.textCount)
  require(
    "what is emitted reads naively as what was meant", difference(NaiveSegment(whole), expected))
  let again = readSegment(whole)
  require(
    "what is emitted reads as what was meant",
    difference(NaiveSegment(again, count: whole.count), expected))
  guard case .success(let second) = again else { return }
  let secondCount = emit(second, to: fixture.second)
  require(
    "what is emitted emits the same octets again",
    fixture.first.octets(count).equals(fixture.second.octets(secondCount)))
}

/// The core's sums of these octets, in one piece, in two, and while copying, are the naive sum.
@_silgen_name("__sanitizer_check_sum")
func checkSum(_ octets: Octets, _ fixture: CodecFixture) {
  let count = octets.count
  let expected = naiveSum(octets)
  var whole = InternetChecksum()
  octets.withSpan { whole.add($0) }
  require("the checksum is the sum of 16-bit words", Int(whole.field) == 0xFFFF - expected)
  require("a sum of all ones is valid, and no other", whole.isValid == (expected == 0xFFFF))
  checkShortSums(octets)
  require("nothing sums up to nothing", unsafe InternetChecksum.sum(nil, 0) == 0)
  // The octet in the middle says where to cut, at an even or an odd place.
  let cut = count == 0 ? 0 : octets[count / 2] % (count + 1)
  var first = InternetChecksum()
  octets.part(0, cut).withSpan { first.add($0) }
  var second = InternetChecksum()
  octets.part(cut, count).withSpan { second.add($0) }
  first.add(piece: second.sum, atOffset: cut)
  require("two pieces sum up as one does", first.field == whole.field)
  var copied: UInt64 = 0
  fixture.second.lend(count, "a copy stays within its octets") { target in
    // Source and target have `count` octets. Without octets there may be no source, and there is nothing to
    // copy.
    guard let source = unsafe octets.buffer.baseAddress else { return }
    copied = unsafe InternetChecksum.copyAndSum(from: source, to: target.base, count: count)
  }
  require("a copy is a copy", fixture.second.octets(count).equals(octets))
  require(
    "a copy sums up as the original does", InternetChecksum.fold(copied) == InternetChecksum.fold(whole.sum))
}

/// Sums of the first octets: by words, and as headers are summed.
@_silgen_name("__sanitizer_check_short_sums")
private func checkShortSums(_ octets: Octets) {
  let count = min(octets.count, 96)
  var sum = InternetChecksum()
  octets.part(0, count).withSpan { sum.add($0) }
  var words = InternetChecksum()
  for place in 0..<(count + 1) / 2 {
    // The last octet of an odd number is in front of a zero.
    let next = 2 * place + 1 < count ? octets[2 * place + 1] : 0
    words.add(word: UInt16(octets[2 * place] * 256 + next))
  }
  require("words sum up as octets do", words.field == sum.field)
  guard count >= 20 else { return }
  var header = InternetChecksum()
  octets.withSpan { header.add(header: $0, count: count) }
  require("headers sum up as octets do", header.field == sum.field)
}
