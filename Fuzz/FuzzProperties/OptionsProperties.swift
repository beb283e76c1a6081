import TCPCore

/// Every property of the option walk, with up to 40 octets as the options of a header. They are filled up to a
/// multiple of four with octets of 0, as in a header, and read once in each length that a header can have.
package func checkOptions(_ bytes: RawSpan) {
  var octets = Array(copy(bytes).prefix(40))
  while octets.count % 4 != 0 { octets.append(0) }
  for count in stride(from: 0, through: octets.count, by: 4) {
    let options = Array(octets[..<count])
    // Text that would read as options, were the end of the header not seen.
    let text: [UInt8] = [2, 4, 5, 0xB4, 8, 10, 255, 255, 255, 255, 255, 255, 255, 255]
    for segment in [headerOctets(options), headerOctets(options) + text] {
      let naive = NaiveSegment.read(segment)
      let core = unsafe readSegment(segment.span.bytes)
      require("options are read as the RFCs say", segmentDifference(core, naive))
      guard case .success(let header) = core, case .success(let expected) = naive else {
        violated("options never make a segment unreadable")
      }
      checkWalk(header.options, count)
      checkEmit(header, expected)
    }
  }
}

/// What the walk reports fits into the octets that it walked over.
private func checkWalk(_ options: SegmentOptions, _ count: Int) {
  var least = 2 * Int(options.unknownCount) + 8 * options.sack.count + (options.sack.count > 0 ? 2 : 0)
  if options.maximumSegmentSize != nil { least += 4 }
  if options.windowScale != nil { least += 3 }
  if options.isSACKPermitted { least += 2 }
  if options.timestamps != nil { least += 10 }
  require("the walk finds no more than its octets hold", least <= count)
}

/// A header of a plain ACK with these options, whose count is a multiple of four.
private func headerOctets(_ options: [UInt8]) -> [UInt8] {
  let offset = UInt8((20 + options.count) / 4 * 16)
  return [0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, offset, 0x10, 0xFF, 0xFF, 0, 0, 0, 0] + options
}
