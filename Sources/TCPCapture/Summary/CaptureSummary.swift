import TCPCore

/// What two endpoints said to each other.
public struct ConversationSummary: Sendable {
  /// The end that sent the first segment, or to which it was the answer, if that is a SYN-ACK.
  public let initiator: Endpoint
  /// The other end.
  public let responder: Endpoint
  /// What the initiator sent.
  public fileprivate(set) var fromInitiator = SideSummary()
  /// What the responder sent.
  public fileprivate(set) var fromResponder = SideSummary()
  /// The time of the first segment.
  public let first: Instant
  /// The time of the last segment.
  public fileprivate(set) var last: Instant

  /// The time between the first and the last segment.
  public var duration: Interval { last - first }
}

/// Counts what a capture holds.
public struct CaptureSummary: Sendable {
  /// Frames of any kind.
  public private(set) var records = 0
  /// IP datagrams that could be read.
  public private(set) var datagrams = 0
  /// TCP segments.
  public private(set) var segments = 0
  /// ICMP errors about TCP segments.
  public private(set) var icmpErrors = 0
  /// Frames without a readable datagram.
  public private(set) var unreadable = 0
  /// The conversations, in the order of their first segments.
  public private(set) var conversations: [ConversationSummary] = []
  /// What was not read: how many frames of each name, such as `ARP` or `VXLAN in UDP`.
  public private(set) var notRead: [String: Int] = [:]
  /// What was unusual about segments: how many had each remark, by its name.
  public private(set) var remarks: [String: Int] = [:]
  private var catalog = ConversationCatalog()

  /// Segments whose sequence range, or a part of it, had been seen before.
  public var retransmissions: Int {
    conversations.reduce(0) { $0 + $1.fromInitiator.retransmissions + $1.fromResponder.retransmissions }
  }
  /// Segments that kept a connection alive.
  public var keepAlives: Int {
    conversations.reduce(0) { $0 + $1.fromInitiator.keepAlives + $1.fromResponder.keepAlives }
  }
  /// Segments whose checksum is wrong.
  public var incorrectChecksums: Int {
    conversations.reduce(0) { $0 + $1.fromInitiator.incorrectChecksums + $1.fromResponder.incorrectChecksums }
  }

  /// A summary of nothing.
  public init() {}

  /// A summary of a capture.
  public init(_ capture: Capture) {
    for record in capture.records {
      add(capture.decode(record), at: record.time, interface: record.interface)
    }
  }

  /// Counts one datagram.
  public mutating func add(_ content: CapturedDatagram, at time: Instant, interface: Int = 0) {
    records += 1
    switch content {
    case .segment(let segment):
      datagrams += 1
      segments += 1
      add(segment, at: time, interface: interface)
    case .icmpError:
      datagrams += 1
      icmpErrors += 1
    case .other(_, let name):
      datagrams += 1
      notRead[name, default: 0] += 1
    case .unreadable(_, let name):
      unreadable += 1
      notRead[name, default: 0] += 1
    }
  }

  private mutating func add(_ segment: CapturedSegment, at time: Instant, interface: Int) {
    for remark in segment.remarks { remarks[remark.name, default: 0] += 1 }
    let position = catalog.note(segment).number - 1
    if position == conversations.count {
      let (initiator, responder) = segment.initiatorAndResponder
      conversations.append(
        ConversationSummary(initiator: initiator, responder: responder, first: time, last: time))
    }
    conversations[position].add(segment, at: time, interface: interface)
  }
}

extension ConversationSummary {
  fileprivate mutating func add(_ segment: CapturedSegment, at time: Instant, interface: Int) {
    last = max(last, time)
    if segment.source == initiator {
      fromInitiator.add(segment, interface: interface, acknowledged: fromResponder.acknowledged)
    } else {
      fromResponder.add(segment, interface: interface, acknowledged: fromInitiator.acknowledged)
    }
  }
}

extension CaptureSummary: CustomStringConvertible {
  /// Several lines for a terminal.
  public var description: String {
    var lines = [
      "\(records) records, \(datagrams) datagrams, \(segments) segments, \(icmpErrors) ICMP errors, "
        + "\(unreadable) unreadable",
      "\(retransmissions) retransmissions, \(keepAlives) keep-alives, \(incorrectChecksums) incorrect checksums",
    ]
    if !notRead.isEmpty { lines.append("not read: " + CaptureSummary.text(notRead)) }
    if !remarks.isEmpty { lines.append("remarked: " + CaptureSummary.text(remarks)) }
    for conversation in conversations {
      lines.append(
        "\(Notation.text(conversation.initiator)) > \(Notation.text(conversation.responder)), "
          + "\(Notation.seconds(conversation.duration)) s")
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

extension Capture {
  /// What the capture holds, counted.
  public var summary: CaptureSummary { CaptureSummary(self) }
}
