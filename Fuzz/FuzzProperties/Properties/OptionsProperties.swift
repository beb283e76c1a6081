import TCPCore

/// Every property of the option walk, with up to 40 octets as the options of a header. They are filled up to
/// a multiple of four with octets of 0, as in a header, and read once in each length that a header can have.
package func checkOptions(_ bytes: RawSpan, _ fixture: CodecFixture) {
  // The pointer stays within the closure.
  unsafe bytes.withUnsafeBytes { buffer in
    let input = unsafe Octets(buffer)
    checkOptions(input.part(0, min(40, input.count)), fixture)
  }
}

private func checkOptions(_ input: Octets, _ fixture: CodecFixture) {
  let padded = (input.count + 3) / 4 * 4
  var count = padded
  while count >= 0 {
    checkHeader(with: input, count: count, textCount: 0, isWhole: count == padded, fixture)
    count -= 4
  }
  // Text behind the header would read as options, were the end of the header not seen.
  checkHeader(with: input, count: padded, textCount: 14, isWhole: true, fixture)
}

@_silgen_name("__sanitizer_check_options")
private func checkHeader(
  with input: Octets, count: Int, textCount: Int, isWhole: Bool, _ fixture: CodecFixture
) {
  let segment = header(with: input, count: count, textCount: textCount, fixture.second)
  let naive = NaiveSegment(segment)
  let core = readSegment(segment)
  require(
    "options are read as the RFCs say",
    difference(NaiveSegment(core, count: segment.count), naive))
  guard case .success(let header) = core else { violated("options never make a segment unreadable") }
  checkWalk(header.options, count)
  if isWhole { checkEmit(header, naive, fixture) }
}

/// What the walk reports fits into the octets that it walked over.
private func checkWalk(_ options: SegmentOptions, _ count: Int) {
  var least = 2 * Int(options.unknownCount) + 8 * options.sack.count + (options.sack.count > 0 ? 2 : 0)
  if options.maximumSegmentSize != nil { least += 4 }
  if options.windowScale != nil { least += 3 }
  if options.isSACKPermitted { least += 2 }
  if options.timestamps != nil { least += 10 }
  if options.userTimeout.exists { least += 4 }
  require("the walk finds no more than its octets hold", least <= count)
}

/// A plain ACK with `count` octets of these options, which must be a multiple of four, and text.
@_silgen_name("__sanitizer_header_with_options")
private func header(with options: Octets, count: Int, textCount: Int, _ arena: Arena) -> Octets {
  let front: [20 of UInt8] = [
    0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, UInt8((20 + count) / 4 * 16), 0x10, 0xFF, 0xFF, 0, 0, 0, 0,
  ]
  let text: [14 of UInt8] = [2, 4, 5, 0xB4, 8, 10, 255, 255, 255, 255, 255, 255, 255, 255]
  arena.lend(20 + count + textCount, "a header for options is made in its place") { room in
    for index in front.indices { room.store(front[index], at: index) }
    for index in 0..<count {
      room.store(index < options.count ? UInt8(options[index]) : 0, at: 20 + index)
    }
    for index in 0..<textCount { room.store(text[index], at: 20 + count + index) }
  }
  return arena.octets(20 + count + textCount)
}
