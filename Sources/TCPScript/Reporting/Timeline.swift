import TCPCapture
import TCPCore

/// What has happened so far, drawn only when somebody wants to see it.
struct Timeline {
  private enum Event {
    case segment(SegmentHeader, FourTuple, CongestionCodepoint, isOurs: Bool)
    case note(String, isOurs: Bool)
  }

  private var events: [(time: UInt64, event: Event)] = []

  /// A segment crosses the wire.
  ///
  /// - Parameter tuple: from the host to the peer.
  mutating func add(
    _ header: SegmentHeader, _ tuple: FourTuple, _ codepoint: CongestionCodepoint, isOurs: Bool,
    at time: UInt64
  ) {
    events.append((time, .segment(header, tuple, codepoint, isOurs: isOurs)))
  }

  /// Something else happens at one side.
  mutating func add(_ text: String, isOurs: Bool, at time: UInt64) {
    events.append((time, .note(text, isOurs: isOurs)))
  }

  /// How many rows are shown: the last ones.
  private static let limit = 40

  /// The rows of a ladder, the script's peer at the left.
  ///
  /// - Parameter flow: what is known of a pair of ports.
  func rows(_ flow: (FourTuple) -> Flow?) -> [String] {
    var ladder = Ladder(
      left: "script", right: "host", numbers: .absolute, width: 106, showsStates: false,
      start: Instant(microseconds: 0))
    let all = events.map { time, event -> String in
      let moment = Instant(microseconds: time)
      switch event {
      case .segment(let header, let tuple, let mark, let isOurs):
        var numbers = flow(tuple) ?? Flow(tuple)
        // Before any line has named our SYN, its number counts as 0.
        if numbers.initial == nil, let first = firstSYN(tuple) { numbers.learn(first, as: 0) }
        return ladder.segment(
          at: moment, fromLeft: !isOurs, header: Timeline.translated(header, numbers, isOurs: isOurs),
          mark: mark)
      case .note(let text, let isOurs):
        return ladder.event(at: moment, left: isOurs ? nil : text, right: isOurs ? text : nil)
      }
    }
    return [ladder.heading] + all.suffix(Timeline.limit)
  }

  private func firstSYN(_ tuple: FourTuple) -> SegmentHeader? {
    for (_, event) in events {
      if case .segment(let header, tuple, _, isOurs: true) = event, header.flags.contains(.syn) {
        return header
      }
    }
    return nil
  }

  /// A header in the numbers of the script.
  private static func translated(_ header: SegmentHeader, _ flow: Flow, isOurs: Bool) -> SegmentHeader {
    if header.flags.contains(.rst) && header.sequence.rawValue == 0 && isOurs { return header }
    func ours(_ number: SequenceNumber) -> SequenceNumber {
      SequenceNumber(flow.script(number.rawValue, header.flags))
    }
    func theirs(_ number: SequenceNumber) -> SequenceNumber {
      SequenceNumber(flow.peerScript(number.rawValue, header.flags))
    }
    var result = header
    result.sequence = isOurs ? ours(header.sequence) : theirs(header.sequence)
    result.acknowledgment = isOurs ? theirs(header.acknowledgment) : ours(header.acknowledgment)
    result.options.sack = SACKList()
    for index in 0..<header.options.sack.count {
      let block = header.options.sack[index]
      result.options.sack.append(
        isOurs
          ? SACKBlock(left: theirs(block.left), right: theirs(block.right))
          : SACKBlock(left: ours(block.left), right: ours(block.right)))
    }
    return result
  }
}
