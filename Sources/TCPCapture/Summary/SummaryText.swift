import TCPCore

/// In which order a summary lists conversations: by number, or the largest first.
public enum ConversationOrder: String, Sendable, CaseIterable {
  /// As they began.
  case number
  /// By the segments of both sides.
  case segments
  /// By the octets of text of both sides.
  case octets
  /// By the retransmissions of both sides.
  case retransmissions
  /// By the time between the first and the last segment.
  case duration

  /// What counts; the largest comes first, of equal ones the first.
  private func size(_ conversation: ConversationSummary) -> UInt64 {
    switch self {
    case .number: 0
    case .segments: UInt64(conversation.segments)
    case .octets: UInt64(conversation.textOctets)
    case .retransmissions: UInt64(conversation.retransmissions)
    case .duration: conversation.duration.microseconds
    }
  }

  func sorted(_ conversations: [ConversationSummary]) -> [ConversationSummary] {
    conversations.sorted { left, right in
      let sizes = (size(left), size(right))
      return sizes.0 == sizes.1 ? left.number < right.number : sizes.0 > sizes.1
    }
  }
}

extension CaptureSummary: CustomStringConvertible {
  /// Several lines for a terminal.
  public var description: String { text() }

  /// Several lines for a terminal: the sums, then three for each conversation.
  public func text(sortedBy order: ConversationOrder = .number) -> String {
    var lines = [
      "\(records) records, \(datagrams) datagrams, \(segments) segments, \(icmpErrors) ICMP errors, "
        + "\(unreadable) unreadable",
      "\(retransmissions) retransmissions, \(keepAlives) keep-alives, \(incorrectChecksums) incorrect checksums",
    ]
    if !notRead.isEmpty { lines.append("not read: " + CaptureSummary.text(notRead)) }
    if !remarks.isEmpty { lines.append("remarked: " + CaptureSummary.text(remarks)) }
    for conversation in order.sorted(conversations) {
      lines.append(
        "\(conversation.number): \(Notation.text(conversation.initiator)) > "
          + "\(Notation.text(conversation.responder)), \(Notation.seconds(conversation.duration)) s")
      lines.append("  -> \(CaptureSummary.text(conversation.fromInitiator))")
      lines.append("  <- \(CaptureSummary.text(conversation.fromResponder))")
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ side: SideSummary) -> String {
    "\(side.segments) segments, \(side.textOctets) octets, SYN \(side.syn), FIN \(side.fin), RST \(side.rst), "
      + "\(side.retransmissions) retransmissions, \(side.keepAlives) keep-alives, "
      + "\(side.incorrectChecksums) incorrect checksums"
  }

  /// Names with how often there were, most often first.
  private static func text(_ counts: [String: Int]) -> String {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }
}
