import TCPCore

/// What one side of a conversation sent.
public struct SideSummary: Sendable {
  /// Segments.
  public fileprivate(set) var segments = 0
  /// Octets of text, each counted once however often it was sent.
  public fileprivate(set) var textOctets = 0
  /// Segments that carried a SYN.
  public fileprivate(set) var syn = 0
  /// Segments that carried a FIN.
  public fileprivate(set) var fin = 0
  /// Segments that carried a RST.
  public fileprivate(set) var rst = 0
  /// Segments whose sequence range, or a part of it, had been seen before on the same interface.
  public fileprivate(set) var retransmissions = 0
  /// Segments whose checksum is wrong.
  public fileprivate(set) var incorrectChecksums = 0

  /// Ranges by interface: a segment seen on two interfaces was not sent twice.
  fileprivate var seen: [Int: SeenRanges] = [:]
  fileprivate var text = SeenRanges()
}

/// What two endpoints said to each other.
public struct ConversationSummary: Sendable {
  /// The end that sent the first segment.
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
  private var positions: [ConversationKey: Int] = [:]

  /// Segments whose sequence range, or a part of it, had been seen before.
  public var retransmissions: Int {
    conversations.reduce(0) { $0 + $1.fromInitiator.retransmissions + $1.fromResponder.retransmissions }
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
    case .other: datagrams += 1
    case .unreadable: unreadable += 1
    }
  }

  private mutating func add(_ segment: CapturedSegment, at time: Instant, interface: Int) {
    let (key, _) = ConversationKey.of(segment.source, segment.destination)
    let position = positions[key] ?? conversations.count
    if position == conversations.count {
      positions[key] = position
      conversations.append(
        ConversationSummary(
          initiator: segment.source, responder: segment.destination, first: time, last: time))
    }
    conversations[position].last = max(conversations[position].last, time)
    if segment.source == conversations[position].initiator {
      conversations[position].fromInitiator.add(segment, interface: interface)
    } else {
      conversations[position].fromResponder.add(segment, interface: interface)
    }
  }
}

extension SideSummary {
  fileprivate mutating func add(_ segment: CapturedSegment, interface: Int) {
    let header = segment.header
    let flags = header.flags
    segments += 1
    if segment.checksum == .incorrect { incorrectChecksums += 1 }
    if flags.contains(.fin) { fin += 1 }
    if flags.contains(.rst) { rst += 1 }
    if flags.contains(.syn) { syn += 1 }
    // A reset's text is an explanation, not part of the stream.
    guard !flags.contains(.rst) else { return }
    let first = header.sequence.rawValue
    if seen[interface, default: SeenRanges()].add(first, length: header.length) < header.length {
      retransmissions += 1
    }
    textOctets += text.add(first &+ (flags.contains(.syn) ? 1 : 0), length: header.payloadCount)
  }
}

extension CaptureSummary: CustomStringConvertible {
  /// Several lines for a terminal.
  public var description: String {
    var lines = [
      "\(records) records, \(datagrams) datagrams, \(segments) segments, \(icmpErrors) ICMP errors, "
        + "\(unreadable) unreadable",
      "\(retransmissions) retransmissions, \(incorrectChecksums) incorrect checksums",
    ]
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
      + "\(side.retransmissions) retransmissions, \(side.incorrectChecksums) incorrect checksums"
  }
}

extension Capture {
  /// What the capture holds, counted.
  public var summary: CaptureSummary { CaptureSummary(self) }
}
