import TCPCore
import TCPLoopback
import TCPTestSupport

/// SEGMENT ARRIVES: every segment of a product, in one place and one variant.
struct SegmentSweep: Sendable, CustomStringConvertible {
  var place: EventPlace
  var variant: EventVariant
  /// Whether all 64 combinations of the control bits are tried with PSH and URG by themselves; otherwise both
  /// are on or off together.
  var isFull: Bool

  var description: String { "\(place.rawValue), \(variant)" }

  /// All places with an open window and every control bit; then, with fewer of these, the other windows,
  /// numbers near 2^31 and the wrap, and timestamps.
  static let all: [SegmentSweep] = {
    var result = EventPlace.allCases.map {
      SegmentSweep(place: $0, variant: EventVariant(), isFull: $0 != .nothing)
    }
    for place in EventPlace.allCases {
      var variants = [EventVariant(window: .narrow)]
      variants += EventVariant.edges.map { EventVariant(edge: $0, usesTimestamps: true) }
      if place.canShut {
        variants += [EventVariant(window: .shut)]
        variants += EventVariant.edges.map { EventVariant(window: .shut, edge: $0) }
      }
      result += variants.map { SegmentSweep(place: place, variant: $0, isFull: false) }
    }
    return result
  }()

  /// Tries all of them, each on a host with the same memory.
  func run() throws -> EventReport {
    let fixture = try EventFixture.at(place, variant)
    let deadline = fixture.host.deadline
    // A little later, so that a 2 MSL time-out which starts again differs from one that goes on.
    fixture.now = fixture.now + .milliseconds(8)
    try fixture.save()
    let situation = EventSituation(
      place: place, numbers: fixture.numbers, usesTimestamps: variant.usesTimestamps,
      isListening: fixture.listener != nil, unread: fixture.unread)
    var report = EventReport()
    let pair = EventPair(state: place.state, event: "SEGMENT ARRIVES")
    if fixture.state != place.connectionState {
      report.note(pair, [], ["the state is \(fixture.state) to begin with"]) { "\(self)" }
      return report
    }
    for segment in segments(fixture.numbers) {
      fixture.restore()
      let prediction = SegmentOracle.predict(situation, segment)
      fixture.arrive(segment)
      var problems = fixture.mismatches(prediction, situation, deadline: deadline)
      let ids = rows(prediction, &problems)
      report.note(pair, ids, problems) { "\(self): \(segment)" }
    }
    return report
  }

  /// The ids of the rules that the oracle applied. A rule that has no row in the state that the segment met
  /// belongs to the one that it has led to.
  private func rows(_ prediction: EventPrediction, _ problems: inout [String]) -> [String] {
    prediction.rules.compactMap { rule in
      let row =
        EventRows.segmentRow(place.state, rule.rawValue)
        ?? EventRows.segmentRow("ESTABLISHED", rule.rawValue)
      if row == nil { problems.append("no row says: \(rule.rawValue)") }
      return row
    }
  }

  // MARK: The product

  private func segments(_ numbers: WireNumbers) -> [EventSegment] {
    var result: [EventSegment] = []
    let sequences = SegmentSweep.unique([
      numbers.expected &- 1, numbers.expected, numbers.expected &+ 1, numbers.rightEdge &- 1,
      numbers.rightEdge, numbers.rightEdge &+ 1, numbers.expected &+ 0x8000_0000,
    ])
    // Besides the edges also what acknowledges text, but not the FIN behind it.
    let acknowledgments = SegmentSweep.unique([
      numbers.unacknowledged &- UInt32(numbers.maximumWindow) &- 1, numbers.unacknowledged &- 1,
      numbers.unacknowledged, numbers.next &- 1, numbers.next, numbers.next &+ 1,
      numbers.unacknowledged &+ 0x8000_0000,
    ])
    for flags in controlBits {
      for sequence in sequences {
        for acknowledgment in flags.contains(.ack) ? acknowledgments : [0] {
          for textCount in [0, 1, 100] {
            for stamp in stamps(flags, isNear: sequence == numbers.expected || sequence == sequences[0]) {
              result.append(
                EventSegment(
                  flags: flags, sequence: sequence, acknowledgment: acknowledgment, textCount: textCount,
                  stamp: stamp))
            }
          }
        }
      }
    }
    return result
  }

  private static func unique(_ numbers: [UInt32]) -> [UInt32] {
    numbers.indices.filter { !numbers[..<$0].contains(numbers[$0]) }.map { numbers[$0] }
  }

  /// Combinations of the eight control bits.
  private var controlBits: [SegmentFlags] {
    let all = (0..<64).map { SegmentFlags(rawValue: $0) }
    guard isFull else {
      return all.filter { $0.contains(.psh) == $0.contains(.urg) }
    }
    let marked: [SegmentFlags] = [
      .ack | .ece, .ack | .cwr, .syn | .ece | .cwr, .syn | .ack | .ece, .fin | .ack | .ece | .cwr,
      .rst | .ece | .cwr,
    ]
    return all + marked
  }

  /// A SYN may carry timestamps wherever it arrives, other segments only where they were agreed on.
  private func stamps(_ flags: SegmentFlags, isNear: Bool) -> [EventSegment.Stamp] {
    if variant.usesTimestamps {
      return isNear && !flags.contains(.psh) ? [.fresh, .old, .missing] : [.fresh]
    }
    let isBare = flags == .syn
    return isBare && (place == .timeWaitHeld || place == .timeWaitReleased) ? [.missing, .fresh] : [.missing]
  }
}

extension EventFixture {
  /// Octets that arrived on the connection and were not read.
  var unread: Int { connection.flatMap { try? host.status($0).unread } ?? 0 }

  /// A segment of the product arrives.
  fileprivate func arrive(_ segment: EventSegment) {
    var header = header(
      segment.flags, segment.sequence, segment.acknowledgment, window: UInt16(EventSegment.window))
    if segment.has(.urg) { header.urgentPointer = UInt16(EventSegment.urgentPointer) }
    if segment.stamp != .missing {
      header.options.timestamps = Timestamps(value: segment.stamp == .old ? stamp &- 1 : stamp &+ 1, echo: 0)
    }
    // Text behind a SYN begins one later. In SYN-SENT the peer's stream begins with this very SYN.
    let start =
      numbers.synWindow > 0 && state == .synSent ? segment.sequence : numbers.peerInitial
    let position = WireNumbers.distance(segment.sequence, start &+ 1) + (segment.has(.syn) ? 1 : 0)
    arrive(header, textCount: segment.textCount, position: position)
  }

  /// What differs from a prediction; empty if nothing does.
  fileprivate func mismatches(
    _ wanted: EventPrediction, _ before: EventSituation, deadline: Instant?
  ) -> [String] {
    var result: [String] = []
    func compare<T: Equatable>(_ name: String, _ wanted: T, _ found: T) {
      if wanted != found { result.append("\(name) is \(found), not \(wanted)") }
    }
    if let broken = host.brokenInvariant() { result.append("broken: \(broken)") }
    compare("state", wanted.state, state)
    result += mismatches(wanted.reply, wanted.numbers)
    if wanted.state == .timeWait && before.place.connectionState == .timeWait {
      compare("2 MSL again", wanted.restartsTimeWait, timeWaitDeadline(before: deadline))
    }
    guard let made = connection, let status = try? host.status(made) else {
      if wanted.reason != .none { result.append("no connection is held") }
      return result
    }
    if before.place != .ended { compare("reason", wanted.reason, status.endReason) }
    compare("unread", wanted.unread, status.unread)
    compare("early ranges", wanted.early, status.outOfOrderRanges)
    if wanted.state.isReceiving { compare("urgent", wanted.urgent, status.urgent) }
    if wanted.state.isSynchronized {
      let numbers = wanted.numbers
      compare("flight", WireNumbers.distance(numbers.next, numbers.unacknowledged), status.bytesInFlight)
      compare("SND.WND", numbers.window, status.sendWindow)
    }
    if wanted.unread > 0, let text = try? read(made, atMost: wanted.unread) {
      compare("text", (0..<wanted.unread).map(StreamPattern.octet), text)
    }
    return result
  }

  /// Whether the rest ends later than it did.
  private func timeWaitDeadline(before: Instant?) -> Bool {
    guard let before, let deadline = host.deadline else { return false }
    return before < deadline
  }

  private func mismatches(_ wanted: EventPrediction.Reply, _ numbers: WireNumbers) -> [String] {
    let replies = drain().map(\.header)
    guard let reply = replies.first else { return wanted == .none ? [] : ["nothing left, not \(wanted)"] }
    guard replies.count == 1 else { return ["\(replies.count) segments left, not \(wanted)"] }
    let found =
      "CTL=\(reply.flags.rawValue) SEQ=\(reply.sequence.rawValue) ACK=\(reply.acknowledgment.rawValue)"
    let isRight =
      switch wanted {
      case .none: false
      case .acknowledgment:
        reply.flags == .ack && reply.sequence.rawValue == numbers.next
          && reply.acknowledgment.rawValue == numbers.expected
      case .synchronize(let acknowledgment, let isECNSetup):
        reply.flags == (isECNSetup ? .syn | .ack | .ece : .syn | .ack)
          && reply.acknowledgment.rawValue == acknowledgment
      case .reset(let flags, let sequence, let acknowledgment):
        reply.flags == flags && reply.sequence.rawValue == sequence
          && (!flags.contains(.ack) || reply.acknowledgment.rawValue == acknowledgment)
      }
    return isRight && reply.payloadCount == 0 ? [] : ["\(found) left, not \(wanted)"]
  }
}

extension ConnectionState {
  /// Whether the peer may still send text.
  var isReceiving: Bool { self == .established || self == .finWait1 || self == .finWait2 }

  /// Whether SND.UNA and SND.WND mean something and are kept in the connection.
  var isSynchronized: Bool {
    isReceiving || self == .closeWait || self == .closing || self == .lastAck
  }
}
