import TCPCore

/// Writes one line per datagram, close to what tcpdump prints.
///
/// ```
/// 0.000000 10.0.0.1:49152 > 10.0.0.2:80 [S] seq 0, win 65535, length 0 <mss 1460>
/// 0.010000 10.0.0.2:80 > 10.0.0.1:49152 [S.] seq 0, ack 1, win 65535, length 0 <mss 1460>
/// ```
public struct SegmentLine: Sendable {
  private var tracker: ConversationTracker
  private var times: TimeText

  /// Lines whose times count from `start`, or from the first line.
  public init(
    numbers: SequenceNotation = .relative, times: TimeNotation = .relative, start: Instant? = nil
  ) {
    tracker = ConversationTracker(numbers: numbers)
    self.times = TimeText(times, start: start)
  }

  /// The line for a datagram.
  ///
  /// - Parameters:
  ///   - bytes: the datagram, perhaps with link padding behind it.
  ///   - time: when it was seen.
  ///   - originalCount: octets on the wire, if only the start was kept.
  public mutating func line(for bytes: RawSpan, at time: Instant, originalCount: Int? = nil) -> String {
    times.text(time, nanoseconds: nil) + " "
      + describe(CapturedDatagram(bytes, originalCount: originalCount), bytes)
  }

  /// The line for a datagram given as an array.
  public mutating func line(for bytes: [UInt8], at time: Instant, originalCount: Int? = nil) -> String {
    bytes.withSpan { line(for: $0, at: time, originalCount: originalCount) }
  }

  /// The line for a record of a capture, with the record's comment behind it.
  public mutating func line(for record: CaptureRecord, in capture: Capture) -> String {
    guard case .datagram(let range) = record.content else { return line(for: record, capture.decode(record)) }
    let content = capture.decode(record)
    return capture.bytes.withSpan(of: range) { line(for: record, content, $0) }
  }

  /// The line for the record that a reader gave last.
  public mutating func line(for record: CaptureRecord, in reader: CaptureReader) -> String {
    let content = reader.decode(record)
    return reader.withDatagram(of: record) { line(for: record, content, $0) } ?? line(for: record, content)
  }

  /// The line for a record that was decoded.
  ///
  /// - Parameters:
  ///   - content: what it holds.
  ///   - bytes: the octets of its datagram, if it has one.
  ///   - place: where a segment belongs, if a catalog knows; it then has the numbers.
  public mutating func line(
    for record: CaptureRecord, _ content: CapturedDatagram, _ bytes: RawSpan = RawSpan(),
    in place: ConversationPlace? = nil
  ) -> String {
    var line = times.text(record.time, nanoseconds: record.nanoseconds) + " "
    if case .none(let reason) = record.content {
      line += "no IP datagram: \(reason)"
    } else {
      line += describe(content, bytes, place?.shown)
    }
    if let comment = record.comment { line += " ; " + Notation.printable(comment) }
    return line
  }

  /// Everything of a line but its time.
  private mutating func describe(
    _ content: CapturedDatagram, _ bytes: RawSpan, _ shown: SegmentNumbers? = nil
  ) -> String {
    switch content {
    case .segment(let segment):
      describe(
        segment, bytes, shown ?? tracker.note(segment.header, from: segment.source, to: segment.destination))
    case .icmpError(let error, let datagram): describe(error, datagram)
    case .other(let datagram, let name):
      "\(SegmentLine.addresses(datagram)) \(name), length \(datagram.payloadCount)"
    case .unreadable(let reason, _): reason
    }
  }

  private func describe(_ segment: CapturedSegment, _ bytes: RawSpan, _ numbers: SegmentNumbers) -> String {
    let header = segment.header
    var letters = Notation.letters(header.flags)
    // The lowest reserved bit is AccECN's; tcpdump writes it as a small e.
    if header.reserved & 1 != 0 { letters = letters == "none" ? "e" : letters + "e" }
    var parts = ["seq \(numbers.sequence)"]
    if header.payloadCount > 0 {
      parts[0] += ":\(numbers.sequence &+ UInt32(truncatingIfNeeded: header.payloadCount))"
    }
    if header.flags.contains(.ack) { parts.append("ack \(numbers.acknowledgment)") }
    var window = "win \(header.window)"
    if let scaled = numbers.scaledWindow, scaled != Int(header.window) { window += " (\(scaled))" }
    parts.append(window)
    if header.flags.contains(.urg) { parts.append("urg \(header.urgentPointer)") }
    parts.append("length \(header.payloadCount)")
    var line = "\(Notation.text(segment.source)) > \(Notation.text(segment.destination)) [\(letters)] "
    line += parts.joined(separator: ", ")
    let options = OptionsText.inOrder(bytes, segment.optionBytes, base: numbers.peerBase)
    if !options.isEmpty { line += " <\(options)>" }
    if let mark = Notation.text(segment.datagram.codepoint) { line += " " + mark }
    switch segment.checksum {
    case .correct, .unknown: break
    case .incorrect: line += " (incorrect checksum)"
    case .offloaded: line += " (offloaded checksum)"
    }
    for remark in segment.remarks { line += " (\(remark))" }
    return line
  }

  private func describe(_ error: ICMPError, _ datagram: Datagram) -> String {
    let local = error.tuple.local
    let remote = error.tuple.remote
    let sequence = tracker.sequence(error.sequence, from: local, to: remote)
    var line = "\(SegmentLine.addresses(datagram)) ICMP \(Notation.text(error.kind))"
    if error.kind == .tooBig { line += ", next hop MTU \(error.nextHopMTU)" }
    return line + ", quotes \(Notation.text(local)) > \(Notation.text(remote)) seq \(sequence)"
  }

  private static func addresses(_ datagram: Datagram) -> String {
    "\(Notation.text(datagram.source)) > \(Notation.text(datagram.destination))"
  }
}

extension Capture {
  /// One line per record.
  public func lines(numbers: SequenceNotation = .relative, times: TimeNotation = .relative) -> [String] {
    var notation = SegmentLine(numbers: numbers, times: times)
    return records.map { notation.line(for: $0, in: self) }
  }
}
