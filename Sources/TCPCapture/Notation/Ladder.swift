import TCPCore

/// Draws a conversation as RFC 9293's figures do: two ends, their states, and an arrow for each segment.
///
/// ```
///            client                                                server
///   0.000000              | (connect)                            |
///   0.000000 SYN-SENT     |-- <SEQ=0><CTL=SYN><WND=65535> ------>| SYN-RECEIVED
///   0.010000 ESTABLISHED  |<- <SEQ=0><ACK=1><CTL=SYN,ACK> -------| SYN-RECEIVED
/// ```
/// Every method returns one row, without a line end at its end. A row whose tags do not fit the width goes on
/// in a second line.
public struct Ladder: Sendable {
  /// How far a segment goes.
  public enum Transit: Sendable {
    /// It arrives, and one row shows departure and arrival.
    case whole
    /// It never arrives.
    case lost
    /// It is sent now and arrives in a later row.
    case departs
    /// It was sent in an earlier row and arrives now.
    case arrives
  }

  let left: String
  let right: String
  let notation: SequenceNotation
  let columns: LadderColumns
  private var numbers = ConversationNumbers()
  private var start: Instant?

  /// A ladder between two named ends.
  ///
  /// - Parameters:
  ///   - left: name of the left end.
  ///   - right: name of the right end.
  ///   - numbers: relative numbers count from the SYNs.
  ///   - width: columns of the terminal; fewer than 60 are treated as 60.
  ///   - showsStates: whether there are columns for the states of the ends.
  ///   - start: the moment shown as zero; without it the first row's.
  public init(
    left: String, right: String, numbers: SequenceNotation = .relative, width: Int = 110,
    showsStates: Bool = true, start: Instant? = nil
  ) {
    self.left = left
    self.right = right
    notation = numbers
    columns = LadderColumns(width: max(width, 60), showsStates: showsStates)
    self.start = start
  }

  /// The names of the ends above their columns.
  public var heading: String { columns.heading(left, right) }

  /// The row of a segment.
  ///
  /// - Parameters:
  ///   - time: when it is sent or arrives.
  ///   - fromLeft: which end sends it.
  ///   - header: the segment.
  ///   - text: its text, which is shown if it is short and printable.
  ///   - mark: the congestion field of its datagram; only a mark is shown.
  ///   - note: a remark. A lost segment without one gets `lost`.
  ///   - transit: how far it goes.
  ///   - leftState: state of the left end after this row, if known.
  ///   - rightState: state of the right end after this row, if known.
  public mutating func segment(
    at time: Instant, fromLeft: Bool, header: SegmentHeader, text: [UInt8] = [],
    mark: CongestionCodepoint = .notCapable, note: String? = nil, transit: Transit = .whole,
    leftState: String? = nil, rightState: String? = nil
  ) -> String {
    var tags = self.tags(header, fromLeft: fromLeft)
    if mark == .experienced { tags.append("<CE>") }
    if let quoted = Notation.quoted(text) { tags.append(" " + quoted) }
    var end = ""
    switch transit {
    case .lost: end = note ?? "lost"
    case .whole, .departs, .arrives: if let note { tags.append(" (\(note))") }
    }
    return columns.rows(
      time: clock(time), left: leftState, right: rightState,
      arrow: LadderArrow(tags: tags, pointsRight: fromLeft, transit: transit, end: end))
  }

  /// The row of something that happens at an end without a segment: a user's call, a time-out.
  public mutating func event(
    at time: Instant, left: String? = nil, right: String? = nil, leftState: String? = nil,
    rightState: String? = nil
  ) -> String {
    columns.row(
      time: clock(time), left: leftState,
      middle: columns.spread(left.map { " (\($0))" } ?? "", right.map { "(\($0)) " } ?? ""), right: rightState
    )
  }

  /// A row that shows states only.
  public mutating func state(at time: Instant, left: String?, right: String?) -> String {
    columns.row(time: clock(time), left: left, middle: columns.spread("", ""), right: right)
  }

  private mutating func clock(_ time: Instant) -> String {
    let start = self.start ?? time
    self.start = start
    return Notation.seconds(time, since: start)
  }

  /// The segment as the RFC's figures write it.
  private mutating func tags(_ header: SegmentHeader, fromLeft: Bool) -> [String] {
    let shown = numbers.note(header, fromSide0: fromLeft, notation)
    var tags = ["<SEQ=\(shown.sequence)>"]
    if header.flags.contains(.ack) { tags.append("<ACK=\(shown.acknowledgment)>") }
    if header.flags != .none { tags.append("<CTL=\(Notation.names(header.flags))>") }
    if header.payloadCount > 0 { tags.append("<LEN=\(header.payloadCount)>") }
    tags.append("<WND=\(shown.scaledWindow ?? Int(header.window))>")
    if header.flags.contains(.urg) { tags.append("<UP=\(header.urgentPointer)>") }
    return tags
      + OptionsText.tags(header.options, isSYN: header.flags.contains(.syn), base: shown.peerBase)
  }
}
