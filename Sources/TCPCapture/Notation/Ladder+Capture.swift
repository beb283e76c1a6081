import TCPCore

/// One conversation of a capture, drawn.
private struct DrawnConversation {
  var left: Endpoint
  var right: Endpoint
  var ladder: Ladder
  var rows: [String] = []
}

extension Capture {
  /// A ladder for each conversation, in the order of their first segments. A capture has no states.
  ///
  /// The left end is the one that sent the first SYN, or the first segment. What belongs to no conversation
  /// is counted in a last text.
  public func ladders(numbers: SequenceNotation = .relative, width: Int = 110) -> [String] {
    var drawn: [DrawnConversation] = []
    var catalog = ConversationCatalog()
    var skipped = 0
    let start = records.first?.time
    for record in records {
      switch decode(record) {
      case .segment(let segment):
        let position = catalog.note(segment).number - 1
        if position == drawn.count {
          drawn.append(Capture.conversation(segment, numbers, width, start))
        }
        drawn[position].add(segment, record, text: text(of: segment, in: record))
      case .icmpError(let error, _):
        guard let number = catalog.number(from: error.tuple.local, to: error.tuple.remote) else {
          skipped += 1
          continue
        }
        drawn[number - 1].add(error, record)
      case .other, .unreadable:
        skipped += 1
      }
    }
    var texts = drawn.map { ([$0.ladder.heading] + $0.rows).joined(separator: "\n") }
    if skipped > 0 {
      texts.append("\(skipped) other \(skipped == 1 ? "record is" : "records are") not drawn")
    }
    return texts
  }

  private static func conversation(
    _ segment: CapturedSegment, _ numbers: SequenceNotation, _ width: Int, _ start: Instant?
  ) -> DrawnConversation {
    let (left, right) = segment.initiatorAndResponder
    return DrawnConversation(
      left: left, right: right,
      ladder: Ladder(
        left: Notation.text(left), right: Notation.text(right), numbers: numbers, width: width,
        showsStates: false, start: start))
  }

  /// The captured text of a segment if all of it is there.
  private func text(of segment: CapturedSegment, in record: CaptureRecord) -> [UInt8] {
    guard case .datagram(let range) = record.content, segment.text.count == segment.header.payloadCount
    else { return [] }
    let start = range.lowerBound
    return [UInt8](bytes[start + segment.text.lowerBound..<start + segment.text.upperBound])
  }
}

extension DrawnConversation {
  mutating func add(_ segment: CapturedSegment, _ record: CaptureRecord, text: [UInt8]) {
    var notes: [String] = []
    if segment.checksum == .incorrect { notes.append("incorrect checksum") }
    notes += segment.remarks.map(\.description)
    if let comment = record.comment { notes.append(Notation.printable(comment)) }
    rows.append(
      ladder.segment(
        at: record.time, fromLeft: segment.source == left, header: segment.header, text: text,
        mark: segment.datagram.codepoint, note: notes.isEmpty ? nil : notes.joined(separator: ", ")))
  }

  mutating func add(_ error: ICMPError, _ record: CaptureRecord) {
    var text = "ICMP \(Notation.text(error.kind))"
    if error.kind == .tooBig { text += ", next hop MTU \(error.nextHopMTU)" }
    // The error speaks to the end whose datagram it quotes.
    let isForLeft = error.tuple.local == left
    rows.append(
      ladder.event(at: record.time, left: isForLeft ? text : nil, right: isForLeft ? nil : text))
  }
}
