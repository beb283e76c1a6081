import TCPCapture
import TCPCore

/// The time-sequence graph of one conversation of a capture, for the side that sent more data.
package struct CapturePlot {
  /// Which conversation it is, counted from 1 in the order of `--summary`.
  package let number: Int
  package let sequence: TimeSequence
  /// The two ends, the sender first, and which conversation of how many this is.
  package let subtitle: String

  /// The plot of a capture that is in memory.
  ///
  /// - Parameter number: which conversation; the one with most data if `nil`.
  package init(_ capture: Capture, conversation number: Int?) throws(ToolError) {
    try self.init(conversation: number) { () throws(CaptureError) in try CaptureReader(capture.bytes) }
  }

  /// Reads the capture three times: to find the conversation, to find where it was seen, and to draw it. So a
  /// piece of it is in memory.
  package init(
    conversation number: Int?, reading open: () throws(CaptureError) -> CaptureReader
  ) throws(ToolError) {
    var summary = CaptureSummary()
    try CapturePlot.eachRecord(open) { record, reader in
      summary.add(reader.decode(record), at: record.time, interface: record.interface)
    }
    let conversations = summary.conversations
    guard !conversations.isEmpty else { throw .failure("there is no TCP segment to plot") }
    let number = number ?? CapturePlot.largest(conversations) + 1
    guard number <= conversations.count else {
      throw .failure("--conversation expected at most \(conversations.count) here, not '\(number)'")
    }
    let chosen = conversations[number - 1]
    let isForward = chosen.fromInitiator.textOctets >= chosen.fromResponder.textOctets
    let sender = isForward ? chosen.initiator : chosen.responder
    let receiver = isForward ? chosen.responder : chosen.initiator
    self.number = number
    sequence = try CapturePlot.sequence(number, from: sender, start: chosen.first, open)
    subtitle =
      "\(Notation.text(sender)) > \(Notation.text(receiver)), conversation \(number) of "
      + "\(conversations.count), as the capture saw it."
  }

  private static func largest(_ conversations: [ConversationSummary]) -> Int {
    conversations.indices.max { conversations[$0].textOctets < conversations[$1].textOctets } ?? 0
  }

  /// Calls `body` with each record up to the end or the first bad place.
  private static func eachRecord(
    _ open: () throws(CaptureError) -> CaptureReader, _ body: (CaptureRecord, CaptureReader) -> Void
  ) throws(ToolError) {
    do throws(CaptureError) {
      var reader = try open()
      while let record = try? reader.next() { body(record, reader) }
    } catch {
      throw .failure(error.description)
    }
  }

  private static func sequence(
    _ number: Int, from sender: Endpoint, start: Instant, _ open: () throws(CaptureError) -> CaptureReader
  ) throws(ToolError) -> TimeSequence {
    func eachSegment(_ body: (CapturedSegment, Bool, CaptureRecord) -> Void) throws(ToolError) {
      var catalog = ConversationCatalog()
      try eachRecord(open) { record, reader in
        guard case .segment(let segment) = reader.decode(record), catalog.note(segment).number == number,
          segment.checksum != .incorrect
        else { return }
        body(segment, segment.source == sender, record)
      }
    }
    // A segment may have been seen on several interfaces. Those of one direction are taken from one, both
    // directions from the same if it has both: that is where round trips are measured.
    var data: Int?
    var acknowledgments: Set<Int> = []
    var first: Int?
    try eachSegment { _, isData, record in
      if isData {
        data = data ?? record.interface
      } else {
        first = first ?? record.interface
        acknowledgments.insert(record.interface)
      }
    }
    let answers = data.flatMap { acknowledgments.contains($0) ? $0 : nil } ?? first
    var sequence = TimeSequence()
    var latest = start
    try eachSegment { segment, isData, record in
      guard record.interface == (isData ? data : answers) else { return }
      latest = max(latest, record.time)
      sequence.see(segment, isFromSender: isData, at: (latest - start).microseconds)
    }
    return sequence
  }
}
