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
  ///
  /// - Parameters:
  ///   - numbers: relative numbers count from the SYNs.
  ///   - width: columns of the terminal.
  ///   - selection: which records are drawn.
  ///   - limit: how many of them at most.
  public func ladders(
    numbers: SequenceNotation = .relative, width: Int = 110,
    selection: CaptureSelection = CaptureSelection(), limit: Int = .max
  ) -> [String] {
    var drawn: [DrawnConversation] = []
    var catalog = ConversationCatalog()
    var positions: [Int: Int] = [:]
    var picked = 0
    var skipped = 0
    let start = records.first?.time
    for record in records where picked < limit {
      let content = decode(record)
      var place: ConversationPlace?
      if case .segment(let segment) = content { place = catalog.note(segment) }
      guard selection.picks(content, in: place) else { continue }
      picked += 1
      if case .segment(let segment) = content, let place {
        let position = positions[place.number] ?? drawn.count
        if position == drawn.count {
          positions[place.number] = position
          drawn.append(Capture.conversation(place, numbers, width, start))
        }
        drawn[position].add(segment, record, text: text(of: segment, in: record))
      } else if case .icmpError(let error, _) = content,
        let position = catalog.number(from: error.tuple.local, to: error.tuple.remote).flatMap({
          positions[$0]
        })
      {
        drawn[position].add(error, record)
      } else {
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
    _ place: ConversationPlace, _ numbers: SequenceNotation, _ width: Int, _ start: Instant?
  ) -> DrawnConversation {
    // A capture that begins with the answer to a SYN still shows the caller at the left.
    let (left, right) = (place.initiator, place.responder)
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
