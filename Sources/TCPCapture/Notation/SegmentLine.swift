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
    var builder = TextBuilder()
    times.add(time, nanoseconds: nil, to: &builder)
    builder.add(" " as Unicode.Scalar)
    add(CapturedDatagram(bytes, originalCount: originalCount), bytes, nil, to: &builder)
    return builder.text
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
    var builder = TextBuilder()
    add(record, content, bytes, in: place, to: &builder)
    return builder.text
  }

  /// Adds the line for a record that was decoded to octets of text.
  package mutating func write(
    _ record: CaptureRecord, _ content: CapturedDatagram, _ bytes: RawSpan = RawSpan(),
    in place: ConversationPlace? = nil, into text: inout [UInt8]
  ) {
    // Moved there and back, so that there is one owner.
    var builder = TextBuilder()
    swap(&builder.bytes, &text)
    add(record, content, bytes, in: place, to: &builder)
    swap(&builder.bytes, &text)
  }

  private mutating func add(
    _ record: CaptureRecord, _ content: CapturedDatagram, _ bytes: RawSpan, in place: ConversationPlace?,
    to builder: inout TextBuilder
  ) {
    times.add(record.time, nanoseconds: record.nanoseconds, to: &builder)
    builder.add(" " as Unicode.Scalar)
    if case .none(let reason) = record.content {
      builder.add("no IP datagram: \(reason)")
    } else {
      add(content, bytes, place?.shown, to: &builder)
    }
    if let comment = record.comment { builder.add(" ; " + Notation.printable(comment)) }
  }

  /// Everything of a line but its time.
  private mutating func add(
    _ content: CapturedDatagram, _ bytes: RawSpan, _ shown: SegmentNumbers?, to builder: inout TextBuilder
  ) {
    switch content {
    case .segment(let segment):
      let numbers =
        shown ?? tracker.note(segment.header, from: segment.source, to: segment.destination)
      SegmentLine.add(segment, numbers, to: &builder)
      if !segment.optionBytes.isEmpty, segment.optionBytes.upperBound <= bytes.byteCount {
        builder.add(" <")
        OptionsText.add(bytes, segment.optionBytes, base: numbers.peerBase, to: &builder)
        builder.add(">" as Unicode.Scalar)
      }
      SegmentLine.addRemarks(segment, to: &builder)
    case .icmpError(let error, let datagram): builder.add(describe(error, datagram))
    case .other(let datagram, let name):
      builder.add("\(SegmentLine.addresses(datagram)) \(name), length \(datagram.payloadCount)")
    case .unreadable(let reason, _): builder.add(reason)
    }
  }

  /// Endpoints, flags and numbers.
  private static func add(
    _ segment: CapturedSegment, _ numbers: SegmentNumbers, to builder: inout TextBuilder
  ) {
    let header = segment.header
    builder.add(segment.source)
    builder.add(" > ")
    builder.add(segment.destination)
    builder.add(" [")
    addFlags(header, to: &builder)
    builder.add("] seq ")
    builder.add(numbers.sequence)
    if header.payloadCount > 0 {
      builder.add(":" as Unicode.Scalar)
      builder.add(numbers.sequence &+ UInt32(truncatingIfNeeded: header.payloadCount))
    }
    if header.flags.contains(.ack) {
      builder.add(", ack ")
      builder.add(numbers.acknowledgment)
    }
    builder.add(", win ")
    builder.add(header.window)
    if let scaled = numbers.scaledWindow, scaled != Int(header.window) {
      builder.add(" (")
      builder.add(scaled)
      builder.add(")" as Unicode.Scalar)
    }
    if header.flags.contains(.urg) {
      builder.add(", urg ")
      builder.add(header.urgentPointer)
    }
    builder.add(", length ")
    builder.add(header.payloadCount)
  }

  private static func addFlags(_ header: SegmentHeader, to builder: inout TextBuilder) {
    // The lowest reserved bit is AccECN's; tcpdump writes it as a small e.
    let isAccurate = header.reserved & 1 != 0
    switch (header.flags, isAccurate) {
    case (.ack, false): builder.add("." as Unicode.Scalar)
    case (.none, true): builder.add("e" as Unicode.Scalar)
    default: builder.add(Notation.letters(header.flags) + (isAccurate ? "e" : ""))
    }
  }

  private static func addRemarks(_ segment: CapturedSegment, to builder: inout TextBuilder) {
    if let mark = Notation.text(segment.datagram.codepoint) { builder.add(" " + mark) }
    switch segment.checksum {
    case .correct, .unknown: break
    case .incorrect: builder.add(" (incorrect checksum)")
    case .offloaded: builder.add(" (offloaded checksum)")
    }
    for remark in segment.remarks { builder.add(" (\(remark))") }
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
