import TCPCore

/// What two endpoints said to each other.
public struct ConversationSummary: Sendable {
  /// Its number in the capture, from 1 on.
  public let number: Int
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
  /// Segments of both sides.
  public var segments: Int { fromInitiator.segments + fromResponder.segments }
  /// Octets of text of both sides.
  public var textOctets: Int { fromInitiator.textOctets + fromResponder.textOctets }
  /// Retransmissions of both sides.
  public var retransmissions: Int { fromInitiator.retransmissions + fromResponder.retransmissions }
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
  /// Where in `conversations` the one with a number is.
  private var positions: [Int: Int] = [:]

  /// Segments whose sequence range, or a part of it, had been seen before.
  public var retransmissions: Int {
    conversations.reduce(0) { $0 + $1.retransmissions }
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
    var place: ConversationPlace?
    if case .segment(let segment) = content { place = catalog.note(segment) }
    add(content, in: place, at: time, interface: interface)
  }

  /// Counts one datagram; of a segment it is known in which conversation it is.
  public mutating func add(
    _ content: CapturedDatagram, in place: ConversationPlace?, at time: Instant, interface: Int = 0
  ) {
    records += 1
    switch content {
    case .segment(let segment):
      datagrams += 1
      segments += 1
      if let place { add(segment, place, at: time, interface: interface) }
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

  private mutating func add(
    _ segment: CapturedSegment, _ place: ConversationPlace, at time: Instant, interface: Int
  ) {
    for remark in segment.remarks { remarks[remark.name, default: 0] += 1 }
    let position = positions[place.number] ?? conversations.count
    if position == conversations.count {
      positions[place.number] = position
      conversations.append(
        ConversationSummary(
          number: place.number, initiator: place.initiator, responder: place.responder, first: time,
          last: time))
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

extension Capture {
  /// What the capture holds, counted.
  public var summary: CaptureSummary { CaptureSummary(self) }
}
