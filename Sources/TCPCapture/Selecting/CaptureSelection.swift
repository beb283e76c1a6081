/// Which records of a capture are picked: those that a filter picks, of one conversation or of all.
public struct CaptureSelection: Sendable {
  private let filter: CaptureFilter?
  private let conversation: Int?

  /// What both pick; without either everything.
  public init(filter: CaptureFilter? = nil, conversation: Int? = nil) {
    self.filter = filter
    self.conversation = conversation
  }

  /// Whether one must know to which conversations segments belong: to pick those of one, or to number them
  /// from a SYN that is not picked.
  public var needsPlaces: Bool { conversation != nil || filter != nil }

  /// Whether a record is picked.
  ///
  /// - Parameter place: where a segment belongs; of no consequence if `needsPlaces` is false.
  public func picks(_ content: CapturedDatagram, in place: ConversationPlace?) -> Bool {
    if let conversation, place?.number != conversation { return false }
    return filter?.matches(content) ?? true
  }
}
