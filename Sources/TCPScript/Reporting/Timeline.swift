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
  /// - Parameter shift: our numbers on the wire less those of the script.
  func rows(_ shift: (FourTuple) -> UInt32?) -> [String] {
    var ladder = Ladder(
      left: "script", right: "host", numbers: .absolute, width: 106, showsStates: false,
      start: Instant(microseconds: 0))
    let all = events.map { time, event -> String in
      let moment = Instant(microseconds: time)
      switch event {
      case .segment(let header, let tuple, let mark, let isOurs):
        let distance = shift(tuple) ?? firstNumber(tuple)
        return ladder.segment(
          at: moment, fromLeft: !isOurs, header: Timeline.shifted(header, distance, isOurs: isOurs),
          mark: mark)
      case .note(let text, let isOurs):
        return ladder.event(at: moment, left: isOurs ? nil : text, right: isOurs ? text : nil)
      }
    }
    return [ladder.heading] + all.suffix(Timeline.limit)
  }

  /// Before any line has named our SYN, its number counts as 0.
  private func firstNumber(_ tuple: FourTuple) -> UInt32 {
    for (_, event) in events {
      if case .segment(let header, tuple, _, isOurs: true) = event, header.flags.contains(.syn) {
        return header.sequence.rawValue
      }
    }
    return 0
  }

  /// A header in the numbers of the script.
  private static func shifted(_ header: SegmentHeader, _ distance: UInt32, isOurs: Bool) -> SegmentHeader {
    var header = header
    if isOurs {
      if header.flags.contains(.rst) && header.sequence.rawValue == 0 { return header }
      header.sequence = SequenceNumber(header.sequence.rawValue &- distance)
      return header
    }
    header.acknowledgment = SequenceNumber(header.acknowledgment.rawValue &- distance)
    var ranges = SACKList()
    for index in 0..<header.options.sack.count {
      let block = header.options.sack[index]
      ranges.append(
        SACKBlock(
          left: SequenceNumber(block.left.rawValue &- distance),
          right: SequenceNumber(block.right.rawValue &- distance)))
    }
    header.options.sack = ranges
    return header
  }
}
