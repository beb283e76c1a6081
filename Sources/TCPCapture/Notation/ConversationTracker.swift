import TCPCore

/// Names a conversation, whichever way its segments go.
struct ConversationKey: Hashable, Sendable {
  private let high0, low0, high1, low1: UInt64
  private let port0, port1: UInt16

  /// The key of segments between two endpoints, and whether `source` is its side 0.
  static func of(_ source: Endpoint, _ destination: Endpoint) -> (ConversationKey, sourceIsSide0: Bool) {
    let left = (source.address.high, source.address.low, source.port)
    let right = (destination.address.high, destination.address.low, destination.port)
    return left <= right
      ? (ConversationKey(source, destination), true) : (ConversationKey(destination, source), false)
  }

  private init(_ side0: Endpoint, _ side1: Endpoint) {
    high0 = side0.address.high
    low0 = side0.address.low
    port0 = side0.port
    high1 = side1.address.high
    low1 = side1.address.low
    port1 = side1.port
  }
}

/// Gives relative numbers and scaled windows to the segments of many conversations.
///
/// It remembers a bounded number of conversations; the one that came first makes room.
public struct ConversationTracker: Sendable {
  private var numbers: [ConversationKey: ConversationNumbers] = [:]
  private var order: [ConversationKey] = []
  private var oldest = 0
  private let limit: Int
  /// How numbers are shown.
  public let notation: SequenceNotation

  /// A tracker that remembers at most `limit` conversations.
  public init(numbers notation: SequenceNotation = .relative, limit: Int = 4096) {
    self.notation = notation
    self.limit = max(limit, 1)
  }

  /// Takes note of a segment and returns its numbers.
  public mutating func note(
    _ header: SegmentHeader, from source: Endpoint, to destination: Endpoint
  ) -> SegmentNumbers {
    let (key, sourceIsSide0) = ConversationKey.of(source, destination)
    if numbers[key] == nil { makeRoom(for: key) }
    return numbers[key, default: ConversationNumbers()].note(header, fromSide0: sourceIsSide0, notation)
  }

  /// A sequence number of `source` as it is shown, without taking note of anything.
  public func sequence(
    _ number: SequenceNumber, from source: Endpoint, to destination: Endpoint
  ) -> UInt32 {
    let (key, sourceIsSide0) = ConversationKey.of(source, destination)
    return numbers[key]?.sequence(number, ofSide0: sourceIsSide0, notation) ?? number.rawValue
  }

  private mutating func makeRoom(for key: ConversationKey) {
    guard order.count >= limit else {
      order.append(key)
      return
    }
    numbers[order[oldest]] = nil
    order[oldest] = key
    oldest = (oldest + 1) % limit
  }
}
