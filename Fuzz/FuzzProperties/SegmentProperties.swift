import TCPCore

/// What the core makes of a segment.
package func readSegment(_ bytes: RawSpan) -> Result<SegmentHeader, SegmentError> {
  do throws(SegmentError) { return .success(try SegmentHeader(parsing: bytes)) } catch {
    return .failure(error)
  }
}

/// Every property of the segment parser and emitter, with any octets as a segment.
package func checkSegment(_ bytes: RawSpan) {
  let octets = copy(bytes)
  let naive = NaiveSegment.read(octets)
  let core = readSegment(bytes)
  require("a segment is read as the RFC says", segmentDifference(core, naive))
  checkSum(bytes, octets)
  if case .success(let header) = core, case .success(let segment) = naive { checkEmit(header, segment) }
}

/// The first thing about which the core and the naive reading disagree.
package func segmentDifference(
  _ core: Result<SegmentHeader, SegmentError>, _ naive: Result<NaiveSegment, SegmentError>
) -> String? {
  switch (core, naive) {
  case (.failure(let left), .failure(let right)):
    return left == right ? nil : "rejected as \(left), and naively as \(right)"
  case (.failure(let reason), .success): return "rejected as \(reason), and naively accepted"
  case (.success, .failure(let reason)): return "accepted, and naively rejected as \(reason)"
  case (.success(let header), .success(let segment)): return segmentDifference(header, segment)
  }
}

private func segmentDifference(_ header: SegmentHeader, _ segment: NaiveSegment) -> String? {
  let syn = segment.flags / 2 % 2
  let fin = segment.flags % 2
  return Field.difference([
    Field("source port", Int(header.sourcePort), segment.sourcePort),
    Field("destination port", Int(header.destinationPort), segment.destinationPort),
    Field("sequence", Int(header.sequence.rawValue), segment.sequence),
    Field("acknowledgment", Int(header.acknowledgment.rawValue), segment.acknowledgment),
    Field("reserved", Int(header.reserved), segment.reserved),
    Field("flags", Int(header.flags.rawValue), segment.flags),
    Field("window", Int(header.window), segment.window),
    Field("checksum", Int(header.checksum), segment.checksum),
    Field("urgent pointer", Int(header.urgentPointer), segment.urgentPointer),
    Field("payload count", header.payloadCount, segment.text.count),
    Field("length", header.length, segment.text.count + syn + fin),
  ]) ?? optionsDifference(header.options, segment.options)
}

/// The first option about which the core and the naive reading disagree.
package func optionsDifference(_ options: SegmentOptions, _ naive: NaiveOptions) -> String? {
  var fields = [
    Field("MSS", options.maximumSegmentSize.map { Int($0) } ?? -1, naive.maximumSegmentSize ?? -1),
    Field("window scale", options.windowScale.map { Int($0) } ?? -1, naive.windowScale ?? -1),
    Field("SACK-permitted", options.isSACKPermitted ? 1 : 0, naive.isSACKPermitted ? 1 : 0),
    Field("TSval", options.timestamps.map { Int($0.value) } ?? -1, naive.clocks?.value ?? -1),
    Field("TSecr", options.timestamps.map { Int($0.echo) } ?? -1, naive.clocks?.echo ?? -1),
    Field("SACK blocks", options.sack.count, naive.blocks.count),
    Field("unknown options", Int(options.unknownCount), naive.unknownCount),
    Field("malformed", options.isMalformed ? 1 : 0, naive.isMalformed ? 1 : 0),
  ]
  for (index, block) in naive.blocks.enumerated() where index < options.sack.count {
    fields.append(Field("SACK left", Int(options.sack[index].left.rawValue), block.left))
    fields.append(Field("SACK right", Int(options.sack[index].right.rawValue), block.right))
  }
  return Field.difference(fields)
}

/// The header as octets, with a check that none but its own are written.
func emitted(_ header: SegmentHeader) -> [UInt8] {
  let mark: UInt8 = 0xA5
  let count = header.byteCount
  require("a header has 20 to 60 octets, in words of four", count >= 20 && count <= 60 && count % 4 == 0)
  var octets = [UInt8](repeating: mark, count: count + 8)
  let written = write(into: &octets) { header.emit(into: $0) }
  require("emit writes what byteCount says", written == count)
  require("emit stays within its octets", octets[count...].allSatisfy { $0 == mark })
  return Array(octets[..<count])
}

/// What is emitted reads as what was meant, by both readers, and emits as the same octets again.
func checkEmit(_ header: SegmentHeader, _ segment: NaiveSegment) {
  let octets = emitted(header)
  var expected = segment
  expected.headerCount = octets.count
  expected.checksum = 0
  expected.options = segment.options.expressible
  let whole = octets + segment.text
  let again = unsafe readSegment(whole.span.bytes)
  require("what is emitted reads as what was meant", segmentDifference(again, .success(expected)))
  require("what is emitted reads naively as what was meant", NaiveSegment.read(whole) == .success(expected))
  guard case .success(let second) = again else { return }
  require("what is emitted emits the same octets again", emitted(second) == octets)
}

/// The core's sums of these octets, in one piece, in two, and while copying, are the naive sum.
func checkSum(_ bytes: RawSpan, _ octets: [UInt8]) {
  let expected = naiveSum(octets)
  var whole = InternetChecksum()
  whole.add(bytes)
  require("the checksum is the sum of 16-bit words", Int(whole.field) == 0xFFFF - expected)
  require("a sum of all ones is valid, and no other", whole.isValid == (expected == 0xFFFF))
  let cut = octets.isEmpty ? 0 : Int(octets[octets.count / 2]) % (octets.count + 1)
  var first = InternetChecksum()
  first.add(bytes.extracting(0..<cut))
  var second = InternetChecksum()
  second.add(bytes.extracting(cut..<octets.count))
  first.add(piece: second.sum, atOffset: cut)
  require("two pieces sum up as one does", first.field == whole.field)
  var target = [UInt8](repeating: 0, count: octets.count)
  // Both arrays have `octets.count` octets, and their pointers stay within the closures.
  let copied = unsafe octets.withUnsafeBytes { source in
    unsafe target.withUnsafeMutableBytes { target -> UInt64 in
      guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
      return unsafe InternetChecksum.copyAndSum(from: from, to: to, count: source.count)
    }
  }
  require("a copy is a copy", target == octets)
  require(
    "a copy sums up as the original does", InternetChecksum.fold(copied) == InternetChecksum.fold(whole.sum))
}
