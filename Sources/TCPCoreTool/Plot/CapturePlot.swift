import TCPCapture
import TCPCore

/// The time-sequence graph of one conversation of a capture, for the side that sent more data.
package struct CapturePlot {
  /// Which conversation it is, counted from 1 in the order of `--summary`.
  package let number: Int
  package let sequence: TimeSequence
  /// The two ends, the sender first, and which conversation of how many this is.
  package let subtitle: String

  /// - Parameter number: which conversation; the one with most data if `nil`.
  package init(_ capture: Capture, conversation number: Int?) throws(ToolError) {
    let conversations = capture.summary.conversations
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
    sequence = CapturePlot.sequence(capture, from: sender, to: receiver, start: chosen.first)
    subtitle =
      "\(Notation.text(sender)) > \(Notation.text(receiver)), conversation \(number) of "
      + "\(conversations.count), as the capture saw it."
  }

  private static func largest(_ conversations: [ConversationSummary]) -> Int {
    let octets = conversations.map { $0.fromInitiator.textOctets + $0.fromResponder.textOctets }
    return octets.indices.max { octets[$0] < octets[$1] } ?? 0
  }

  private static func sequence(
    _ capture: Capture, from sender: Endpoint, to receiver: Endpoint, start: Instant
  ) -> TimeSequence {
    var seen: [(segment: CapturedSegment, isData: Bool, time: Instant, interface: Int)] = []
    for record in capture.records {
      guard case .segment(let segment) = capture.decode(record), segment.checksum != .incorrect else {
        continue
      }
      let isData = segment.source == sender && segment.destination == receiver
      guard isData || segment.source == receiver && segment.destination == sender else { continue }
      seen.append((segment, isData, record.time, record.interface))
    }
    // A segment may have been seen on several interfaces. Those of one direction are taken from one, both
    // directions from the same if it has both: that is where round trips are measured.
    let data = seen.first(where: \.isData)?.interface
    let acknowledgments = seen.first { !$0.isData && $0.interface == data } ?? seen.first { !$0.isData }
    var sequence = TimeSequence()
    var latest = start
    for one in seen where one.interface == (one.isData ? data : acknowledgments?.interface) {
      latest = max(latest, one.time)
      sequence.see(one.segment, isFromSender: one.isData, at: (latest - start).microseconds)
    }
    return sequence
  }
}
