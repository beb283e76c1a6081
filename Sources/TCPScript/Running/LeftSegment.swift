import TCPCapture
import TCPCore

/// A segment that has left the host.
struct LeftSegment {
  /// Microseconds since the script began.
  var time: UInt64
  var header: SegmentHeader
  var datagram: Datagram
  var text: [UInt8]
  /// The options in their order, in the numbers of the wire.
  var options: [OptionPattern]

  /// From us to the peer.
  var tuple: FourTuple {
    FourTuple(
      local: Endpoint(datagram.source, header.sourcePort),
      remote: Endpoint(datagram.destination, header.destinationPort))
  }

  /// Takes a datagram apart; `nil` if it holds no segment with a right checksum.
  init?(_ bytes: [UInt8], at time: UInt64) {
    guard case .segment(let segment) = unsafe CapturedDatagram(bytes.span.bytes),
      case .correct = segment.checksum
    else { return nil }
    self.time = time
    header = segment.header
    datagram = segment.datagram
    text = Array(bytes[segment.text])
    let start = datagram.payloadOffset + SegmentHeader.minimumByteCount
    options = LeftSegment.options(bytes[start..<max(start, segment.text.lowerBound)])
  }

  /// The options, as far as they can be read.
  private static func options(_ bytes: ArraySlice<UInt8>) -> [OptionPattern] {
    var options: [OptionPattern] = []
    var rest = bytes
    while let kind = rest.first {  // at most 40 octets
      if kind < 2 {
        options.append(kind == 0 ? .endOfList : .noOperation)
        rest = rest.dropFirst()
        continue
      }
      guard let length = rest.dropFirst().first.map(Int.init), length >= 2, length <= rest.count else {
        break
      }
      options.append(option(kind, Array(rest.dropFirst(2).prefix(length - 2))))
      rest = rest.dropFirst(length)
    }
    return options
  }

  private static func option(_ kind: UInt8, _ content: [UInt8]) -> OptionPattern {
    func number(_ start: Int, _ count: Int) -> UInt32 {
      content[start..<start + count].reduce(0) { $0 << 8 | UInt32($1) }
    }
    switch (kind, content.count) {
    case (2, 2): return .maximumSegmentSize(UInt16(number(0, 2)))
    case (3, 1): return .windowScale(content[0])
    case (4, 0): return .sackPermitted
    case (8, 8): return .timestamps(value: number(0, 4), echo: number(4, 4))
    case (5, let count) where count > 0 && count % 8 == 0:
      return .sack(
        stride(from: 0, to: count, by: 8).map { RangePattern(left: number($0, 4), right: number($0 + 4, 4)) })
    default: return .other(kind: kind, content)
    }
  }

  /// The options with ranges in the numbers of the script.
  func options(in flow: Flow) -> [OptionPattern] {
    options.map { option in
      guard case .sack(let ranges) = option else { return option }
      return .sack(
        ranges.map {
          RangePattern(
            left: flow.peerScript($0.left, header.flags), right: flow.peerScript($0.right, header.flags))
        })
    }
  }

  /// Takes the segment behind this one into it, if that goes on where this one ends.
  mutating func join(_ next: LeftSegment) -> Bool {
    let end = header.sequence.rawValue &+ UInt32(truncatingIfNeeded: text.count)
    guard next.tuple == tuple, next.header.sequence.rawValue == end, !next.text.isEmpty,
      !header.flags.intersects(.syn | .fin | .rst), !next.header.flags.intersects(.syn | .rst)
    else { return false }
    text += next.text
    header.flags = header.flags | next.header.flags
    header.acknowledgment = next.header.acknowledgment
    header.window = next.header.window
    header.payloadCount = text.count
    options = next.options
    return true
  }
}
