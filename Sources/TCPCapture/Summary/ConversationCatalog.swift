import TCPCore

/// Says which conversation of a capture each segment belongs to, counted from 1 in the order of their first
/// segments.
///
/// Two endpoints that open a connection again begin another conversation: when the one before was reset or
/// closed, when its SYN came to nothing, or when a SYN in the middle of it was answered.
/// It remembers every pair of endpoints.
public struct ConversationCatalog: Sendable {
  private struct Entry {
    var numbers = ConversationNumbers()
    var number: Int
  }

  private var entries: [ConversationKey: Entry] = [:]
  /// How many conversations there are so far.
  public private(set) var count = 0
  private let notation: SequenceNotation

  /// A catalog of nothing.
  public init(numbers notation: SequenceNotation = .relative) { self.notation = notation }

  /// Takes note of a segment and returns the number of its conversation, and the numbers of the segment.
  public mutating func note(_ segment: CapturedSegment) -> (number: Int, shown: SegmentNumbers) {
    let (key, sourceIsSide0) = ConversationKey.of(segment.source, segment.destination)
    var entry = entries[key] ?? Entry(number: 0)
    let shown = entry.numbers.note(segment.header, fromSide0: sourceIsSide0, notation)
    if shown.beginsAgain || entry.number == 0 {
      count += 1
      entry.number = count
    }
    entries[key] = entry
    return (entry.number, shown)
  }

  /// The last conversation between two endpoints, if there was one.
  public func number(from source: Endpoint, to destination: Endpoint) -> Int? {
    entries[ConversationKey.of(source, destination).0]?.number
  }
}

extension CapturedSegment {
  /// The ends of a conversation that begins with this segment: behind the answer to a SYN is the initiator.
  var initiatorAndResponder: (Endpoint, Endpoint) {
    header.flags.contains(.syn | .ack) ? (destination, source) : (source, destination)
  }
}
