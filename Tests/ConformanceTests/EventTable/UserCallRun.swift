import TCPCore
import TCPLoopback
import TCPTestSupport

extension UserCallCase {
  /// Tries every case in every place and variant.
  static func run() throws -> EventReport {
    var report = EventReport()
    for entry in all {
      for variant in entry.variants {
        for place in entry.places {
          let pair = EventPair(state: place.state, event: entry.call.event)
          let problems = try entry.problems(at: place, variant)
          report.note(pair, EventRows.ids(entry.ids, at: place), problems) {
            "\(place.rawValue), \(variant): \(entry.call.rawValue)"
          }
        }
      }
    }
    return report
  }

  private var variants: [EventVariant] {
    if isShut {
      return [EventVariant(window: .shut)] + EventVariant.edges.map { EventVariant(window: .shut, edge: $0) }
    }
    return [EventVariant(), EventVariant(usesTimestamps: true), EventVariant(window: .narrow)]
      + EventVariant.edges.flatMap { [EventVariant(edge: $0), EventVariant(edge: $0, usesTimestamps: true)] }
  }

  /// What differs from the line of the table; empty if nothing does.
  private func problems(at place: EventPlace, _ variant: EventVariant) throws -> [String] {
    let needsRoom = call != .openWithoutRoom && call != .turnWithoutRoom
    let fixture = try EventFixture.at(place, variant, connections: needsRoom ? 2 : 1)
    var result: [String] = []
    func compare<T: Equatable>(_ name: String, _ wanted: T, _ found: T) {
      if wanted != found { result.append("\(name) is \(found), not \(wanted)") }
    }
    compare("state before", place.connectionState, fixture.state)
    try fixture.prepare(call)
    let numbers = fixture.numbers
    compare("result", self.result, fixture.perform(call))
    compare("state", next ?? place.connectionState, fixture.state)
    result += fixture.mismatches(sends, numbers)
    if let broken = fixture.host.brokenInvariant() { result.append("broken: \(broken)") }
    if let handle = fixture.handle, let status = try? fixture.host.status(handle), reason != .none {
      compare("reason", reason, status.endReason)
    }
    if call == .status, let held = fixture.handle ?? fixture.listener {
      compare("STATUS", place.connectionState, try fixture.host.status(held).state)
    }
    if call == .receiveUrgent, let handle = fixture.handle {
      compare("urgent", 2, try fixture.host.status(handle).urgent)
    }
    if let later {
      fixture.send(place == .synSent ? .syn | .ack : .ack)
      compare("later state", later.state, fixture.state)
      result += fixture.mismatches(later.sends, fixture.numbers)
      if let broken = fixture.host.brokenInvariant() { result.append("later broken: \(broken)") }
    }
    return result
  }
}

extension EventRows {
  /// The ids of a short spelling that belong to the state of a place.
  static func ids(_ notation: String, at place: EventPlace) -> [String] {
    let wanted = Set(ids(notation))
    return all.filter { wanted.contains($0.id) && $0.pair.state == place.state }.map(\.id)
  }
}

extension EventFixture {
  /// What a call needs to happen before it.
  fileprivate func prepare(_ call: EventCall) throws {
    switch call {
    case .openWithoutRoom, .turnWithoutRoom:
      let other = Endpoint(EventFixture.peer.address, 4_000)
      _ = try host.connect(to: other, from: Endpoint(EventFixture.local.address, 81), at: now)
      while transmit() != nil {}
    case .sendBeyondRoom:
      while let count = try? write(100), count > 0 {}
      drain()
      while let count = try? write(100), count > 0 {}
    case .receiveText:
      sendOld(.ack, textCount: 20)
      drain()
    case .receiveUrgent:
      sendOld(.urg, textCount: 20) { $0.urgentPointer = 5 }
      drain()
    case .open, .openPassive, .openNowhere, .turn, .turnNowhere, .send, .sendUrgent, .receive, .close, .abort,
      .status:
      break
    }
  }

  /// Makes the call.
  fileprivate func perform(_ call: EventCall) -> UserCallCase.Result {
    let held = handle ?? listener ?? Handle(rawValue: 0)
    let nowhere = Endpoint(.anyIPv4, 0)
    do throws(CallError) {
      switch call {
      case .open, .openWithoutRoom:
        handle = try host.connect(to: EventFixture.peer, from: EventFixture.local, options: options, at: now)
      case .openPassive: listener = try host.listen(EventFixture.local, options: options)
      case .openNowhere: _ = try host.connect(to: nowhere, from: EventFixture.local, at: now)
      case .turn, .turnWithoutRoom: handle = try host.connect(turning: held, to: EventFixture.peer, at: now)
      case .turnNowhere: _ = try host.connect(turning: held, to: nowhere, at: now)
      case .send: return .count(try write(10))
      case .sendUrgent: return .count(try write(10, isUrgent: true))
      case .sendBeyondRoom: return .count(try write(1))
      case .receive, .receiveText: return receive(try read(held, atMost: 200))
      case .receiveUrgent: return receive(try read(held, atMost: 3))
      case .close: try host.close(held, at: now)
      case .abort: try host.abort(held, at: now)
      case .status: _ = try host.status(held)
      }
      return .success
    } catch {
      return .failure(error)
    }
  }

  /// Text counts only if it is that of the stream, from its start on.
  private func receive(_ text: [UInt8]) -> UserCallCase.Result {
    text == (0..<text.count).map(StreamPattern.octet) ? .count(text.count) : .count(-1)
  }

  /// What differs between the segments that leave and those that must.
  fileprivate func mismatches(_ wanted: [EventSent], _ numbers: WireNumbers) -> [String] {
    let found = drain()
    guard found.count == wanted.count else { return ["\(found.count) segments left, not \(wanted.count)"] }
    return zip(found, wanted).flatMap { mismatches($0, $1, numbers) }
  }

  private func mismatches(
    _ found: EventDeparture, _ wanted: EventSent, _ numbers: WireNumbers
  ) -> [String] {
    let header = found.header
    var result: [String] = []
    func compare<T: Equatable>(_ name: String, _ wanted: T, _ found: T) {
      if wanted != found { result.append("\(name) is \(found), not \(wanted)") }
    }
    let flags = SegmentFlags(rawValue: header.flags.rawValue & ~SegmentFlags.psh.rawValue)
    if wanted != .synchronize {
      compare("SEQ", numbers.next, header.sequence.rawValue)
      compare("ACK", numbers.expected, header.acknowledgment.rawValue)
    }
    switch wanted {
    case .synchronize: compare("CTL", .syn, flags)
    case .acknowledgment: compare("CTL", .ack, flags)
    case .finish: compare("CTL", .fin | .ack, flags)
    case .reset: compare("CTL", .rst | .ack, flags)
    case .text(let count):
      compare("CTL", .ack, flags)
      compare("LEN", count, found.text.count)
    case .urgentText(let count):
      compare("CTL", .ack | .urg, flags)
      compare("LEN", count, found.text.count)
      compare("UP", UInt16(count), header.urgentPointer)
    }
    return result
  }
}
