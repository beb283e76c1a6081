import TCPCore

/// Writes one JSON object per record, for other programs.
///
/// Times are text, because they may have more digits than a JSON number keeps.
public struct RecordJSON: Sendable {
  private var times: TimeText

  /// Objects whose times count from the first record unless `times` says otherwise.
  public init(times: TimeNotation = .relative) { self.times = TimeText(times, start: nil) }

  /// The object of a record that was decoded.
  ///
  /// - Parameters:
  ///   - place: where a segment belongs.
  ///   - bytes: the octets of the datagram, if the record has one.
  public mutating func line(
    for record: CaptureRecord, _ content: CapturedDatagram, in place: ConversationPlace?,
    _ bytes: RawSpan = RawSpan()
  ) -> String {
    var json = JSONText()
    json.add("record", record.number)
    json.add("time", times.text(record.time, nanoseconds: record.nanoseconds))
    json.add("interface", record.interface)
    switch content {
    case .segment(let segment):
      if let place { add(segment, place, bytes, to: &json) }
    case .icmpError(let error, let datagram):
      json.add("kind", "ICMP error")
      add(datagram, to: &json)
      json.add("error", Notation.text(error.kind))
      json.add("quotes_source", Notation.text(error.tuple.local))
      json.add("quotes_destination", Notation.text(error.tuple.remote))
    case .other(let datagram, let name):
      json.add("kind", "other")
      add(datagram, to: &json)
      json.add("name", name)
      json.add("length", datagram.payloadCount)
    case .unreadable(let reason, let name):
      json.add("kind", "unreadable")
      json.add("name", name)
      json.add("reason", reason)
    }
    if let comment = record.comment { json.add("comment", comment) }
    return json.object
  }

  private func add(_ datagram: Datagram, to json: inout JSONText) {
    json.add("source", Notation.text(datagram.source))
    json.add("destination", Notation.text(datagram.destination))
  }

  private func add(
    _ segment: CapturedSegment, _ place: ConversationPlace, _ bytes: RawSpan, to json: inout JSONText
  ) {
    let shown = place.shown
    let header = segment.header
    json.add("kind", "segment")
    json.add("conversation", place.number)
    add(segment.datagram, to: &json)
    json.add("source_port", header.sourcePort)
    json.add("destination_port", header.destinationPort)
    json.add("flags", Notation.letters(header.flags))
    json.add("seq", shown.sequence)
    if header.flags.contains(.ack) { json.add("ack", shown.acknowledgment) }
    json.add("window", header.window)
    if let scaled = shown.scaledWindow { json.add("scaled_window", scaled) }
    if header.flags.contains(.urg) { json.add("urgent", header.urgentPointer) }
    json.add("length", header.payloadCount)
    let options = OptionsText.inOrder(bytes, segment.optionBytes, base: shown.peerBase)
    if !options.isEmpty { json.add("options", options) }
    if let mark = Notation.text(segment.datagram.codepoint) { json.add("ecn", mark) }
    json.add("checksum", segment.checksum.rawValue)
    json.add("remarks", segment.remarks.map(\.description))
  }
}
