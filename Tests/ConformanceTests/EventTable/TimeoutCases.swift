import TCPCore

/// One line of the table of timeouts (RFC 9293 section 3.10.8): nothing comes from the peer any more.
struct TimeoutCase: Sendable {
  /// What must leave again each time.
  struct Again: Equatable, Sendable {
    var flags: SegmentFlags
    var textCount = 0
  }

  /// The rows that it shows; each place shows the one of its state.
  var ids: String
  /// The RFC's name of the event.
  var event: String
  var places: [EventPlace]
  /// How long it takes.
  var after: Interval
  /// The state that follows; the same as before where nothing is given.
  var next: ConnectionState?
  var reason = EndReason.none
  /// For a retransmission timeout: what goes again, one second after it left and then two seconds later.
  var again: Again?
}

extension TimeoutCase {
  static let all = userTimeouts + retransmissions + timeWaits

  /// The user timeout is 30 seconds; FIN-WAIT-2, where nothing is outstanding, ends with it too.
  private static let userTimeouts = [
    TimeoutCase(
      ids: "EV-UTO-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-1",
      event: "USER TIMEOUT",
      places: [
        .synSent, .synReceivedActive, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck,
      ], after: .seconds(30), next: .closed, reason: .timedOut),
    // A handshake that nobody completes has a time of its own, and no user to report to.
    TimeoutCase(
      ids: "EV-UTO-SYN-RECEIVED-1", event: "USER TIMEOUT", places: [.synReceivedPassive],
      after: .seconds(63), next: .listen),
    // Nothing is outstanding: nothing ends.
    TimeoutCase(
      ids: "EV-UTO-{LISTEN,TIME-WAIT}-1", event: "USER TIMEOUT",
      places: [.listen, .timeWaitHeld, .timeWaitReleased], after: .seconds(60)),
  ]

  private static let retransmissions = [
    TimeoutCase(
      ids: "EV-RTO-SYN-SENT-1", event: "RETRANSMISSION TIMEOUT", places: [.synSent], after: .seconds(1),
      again: Again(flags: .syn)),
    TimeoutCase(
      ids: "EV-RTO-SYN-RECEIVED-1", event: "RETRANSMISSION TIMEOUT",
      places: [.synReceivedPassive, .synReceivedActive], after: .seconds(1), again: Again(flags: .syn | .ack)),
    TimeoutCase(
      ids: "EV-RTO-{ESTABLISHED,CLOSE-WAIT}-1", event: "RETRANSMISSION TIMEOUT",
      places: [.established, .closeWait], after: .seconds(1), again: Again(flags: .ack, textCount: 10)),
    TimeoutCase(
      ids: "EV-RTO-{FIN-WAIT-1,CLOSING,LAST-ACK}-1", event: "RETRANSMISSION TIMEOUT",
      places: [.finWait1, .closing, .lastAck], after: .seconds(1),
      again: Again(flags: .fin | .ack, textCount: 10)),
    // Nothing is outstanding: nothing goes again.
    TimeoutCase(
      ids: "EV-RTO-{LISTEN,FIN-WAIT-2,TIME-WAIT}-1", event: "RETRANSMISSION TIMEOUT",
      places: [.listen, .finWait2, .timeWaitHeld, .timeWaitReleased], after: .seconds(20)),
  ]

  private static let timeWaits = [
    // The pair is free: of the listener, if there is one.
    TimeoutCase(
      ids: "EV-TWT-TIME-WAIT-1", event: "TIME-WAIT TIMEOUT", places: [.timeWaitHeld], after: .seconds(240),
      next: .listen, reason: .finished),
    TimeoutCase(
      ids: "EV-TWT-TIME-WAIT-1", event: "TIME-WAIT TIMEOUT", places: [.timeWaitReleased],
      after: .seconds(240), next: .closed),
  ]

  /// Tries every case in every place and variant.
  static func run() throws -> EventReport {
    let variants =
      [EventVariant(), EventVariant(usesTimestamps: true), EventVariant(window: .shut)]
      + EventVariant.edges.flatMap { [EventVariant(edge: $0), EventVariant(edge: $0, usesTimestamps: true)] }
    var report = EventReport()
    for entry in all {
      for variant in variants {
        for place in entry.places where variant.window != .shut || place.canShut {
          let pair = EventPair(state: place.state, event: entry.event)
          let problems = try entry.problems(at: place, variant)
          report.note(pair, EventRows.ids(entry.ids, at: place), problems) {
            "\(place.rawValue), \(variant): \(entry.event)"
          }
        }
      }
    }
    return report
  }

  private func problems(at place: EventPlace, _ variant: EventVariant) throws -> [String] {
    let fixture = try EventFixture.at(place, variant)
    let before = fixture.numbers
    let start = fixture.now
    var result: [String] = []
    func compare<T: Equatable>(_ name: String, _ wanted: T, _ found: T) {
      if wanted != found { result.append("\(name) is \(found), not \(wanted)") }
    }
    compare("state before", place.connectionState, fixture.state)
    // Timers count whole milliseconds, so one may be late by less than that.
    let slack = Interval.milliseconds(2)
    if let again {
      let sent = fixture.pass(.milliseconds(3_500))
      compare("segments sent again", 2, sent.count)
      for (departure, seconds) in zip(sent, [1, 3]) {
        let header = departure.departure.header
        compare("CTL", again.flags, header.flags.withoutPush)
        compare("SEQ", before.unacknowledged, header.sequence.rawValue)
        compare("LEN", again.textCount, header.payloadCount)
        let late = departure.at - (start + .seconds(seconds))
        if departure.at < start + .seconds(seconds) || slack < late {
          result.append("sent at \(departure.at)")
        }
      }
      compare("state", place.connectionState, fixture.state)
    } else {
      let sent = fixture.pass(Interval(microseconds: after.microseconds - 1_000))
      compare("state just before", place.connectionState, fixture.state)
      let rest = sent + fixture.pass(Interval(microseconds: 1_000 + slack.microseconds))
      compare("state", next ?? place.connectionState, fixture.state)
      // Nobody is sent a reset, and without anything outstanding nothing is sent at all.
      compare("reset", false, rest.contains { $0.departure.header.flags.contains(.rst) })
      if next == nil { compare("segments", 0, rest.count) }
      if reason != .none, let handle = fixture.handle {
        compare("reason", reason, try fixture.host.status(handle).endReason)
        compare("event", true, fixture.host.nextEvent()?.kinds.contains(.ended) ?? false)
      }
    }
    if let broken = fixture.host.brokenInvariant() { result.append("broken: \(broken)") }
    return result
  }
}

extension SegmentFlags {
  fileprivate var withoutPush: SegmentFlags { SegmentFlags(rawValue: rawValue & ~SegmentFlags.psh.rawValue) }
}
