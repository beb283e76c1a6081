import TCPCore

/// Where a segment belongs.
public struct ConversationPlace: Sendable {
  /// The number of its conversation.
  public let number: Int
  /// The end that sent the first SYN, or the first segment, of the conversation.
  public let initiator: Endpoint
  /// The other end.
  public let responder: Endpoint
  /// The numbers of the segment.
  public let shown: SegmentNumbers
}

/// Says which conversation of a capture each segment belongs to, counted from 1 in the order of their first
/// segments.
///
/// Two endpoints that open a connection again begin another conversation: when the one before was reset or
/// closed, when its SYN came to nothing, or when a SYN in the middle of it was answered.
/// It remembers every pair of endpoints.
public struct ConversationCatalog: Sendable {
  private struct Entry {
    var numbers = ConversationNumbers()
    var number = 0
    /// Whether side 0 opened the conversation.
    var isFromSide0 = false
  }

  private var entries: [ConversationKey: Entry] = [:]
  /// How many conversations there are so far.
  public private(set) var count = 0
  private let notation: SequenceNotation

  /// A catalog of nothing.
  public init(numbers notation: SequenceNotation = .relative) { self.notation = notation }

  /// Takes note of a segment and returns where it belongs.
  public mutating func note(_ segment: CapturedSegment) -> ConversationPlace {
    let (key, sourceIsSide0) = ConversationKey.of(segment.source, segment.destination)
    var entry = entries[key] ?? Entry()
    let shown = entry.numbers.note(segment.header, fromSide0: sourceIsSide0, notation)
    if shown.beginsAgain || entry.number == 0 {
      count += 1
      entry.number = count
      // Behind the answer to a SYN is the end that opened it.
      entry.isFromSide0 = sourceIsSide0 != segment.header.flags.contains(.syn | .ack)
    }
    entries[key] = entry
    let isForward = entry.isFromSide0 == sourceIsSide0
    return ConversationPlace(
      number: entry.number, initiator: isForward ? segment.source : segment.destination,
      responder: isForward ? segment.destination : segment.source, shown: shown)
  }

  /// The last conversation between two endpoints, if there was one.
  public func number(from source: Endpoint, to destination: Endpoint) -> Int? {
    entries[ConversationKey.of(source, destination).0]?.number
  }
}
