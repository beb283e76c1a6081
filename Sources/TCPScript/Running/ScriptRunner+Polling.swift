import TCPCore

// poll, and assertions.
extension ScriptRunner {
  private struct Polled {
    var socket: ScriptSocket?
    var wanted: Int
    /// What the script says that the call gives back.
    var expected: Int?
    var argument: Argument
  }

  func poll(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    let list = try argument(call, 0)
    guard case .list(let entries) = list.value else {
      throw .unsupported(.syntax(list.position, "poll takes a list: [{fd=4, events=POLLIN, revents=POLLIN}]"))
    }
    var polled: [Polled] = []
    for entry in entries {
      guard case .fields(let fields) = entry.value, let descriptor = fields["fd"],
        let events = fields["events"]
      else { throw .unsupported(.syntax(entry.position, "poll takes {fd=4, events=POLLIN, revents=POLLIN}")) }
      var expected: Int? = 0
      if let result = fields["revents"] { expected = result.value == .ellipsis ? nil : try number(result) }
      polled.append(
        Polled(
          socket: sockets[try number(descriptor)], wanted: try number(events), expected: expected,
          argument: entry))
    }
    let wait = try number(call, 2)
    let limit = wait < 0 ? nil : machine.elapsed + UInt64(min(wait, 1 << 40)) * 1_000
    return try poll(polled, limit)
  }

  private func poll(_ polled: [Polled], _ limit: UInt64?) throws(RunProblem) -> CallOutcome {
    var count = 0
    let found = polled.map { $0.socket.map(readiness) ?? 0x20 }
    for (entry, events) in zip(polled, found) where events & (entry.wanted | 0x38) != 0 { count += 1 }
    if count == 0, limit.map({ machine.elapsed < $0 }) ?? true {
      return .blocks(limit: limit) { [self] () throws(RunProblem) in try poll(polled, limit) }
    }
    for (entry, events) in zip(polled, found) {
      let shown = events & (entry.wanted | 0x38)
      guard let expected = entry.expected, expected != shown else { continue }
      throw .failed(
        entry.argument.position,
        "poll reports \(ScriptRunner.names(shown)), not \(ScriptRunner.names(expected))",
        expected: "revents=\(ScriptRunner.names(expected))", found: "revents=\(ScriptRunner.names(shown))")
    }
    return .returned(count)
  }

  private static func names(_ events: Int) -> String {
    let names = [
      (1, "POLLIN"), (2, "POLLPRI"), (4, "POLLOUT"), (8, "POLLERR"), (16, "POLLHUP"), (32, "POLLNVAL"),
      (0x40, "POLLRDNORM"), (0x100, "POLLWRNORM"), (0x2000, "POLLRDHUP"),
    ]
    let set = names.filter { events & $0.0 != 0 }.map(\.1)
    return set.isEmpty ? "0" : set.joined(separator: "|")
  }

  /// What holds for a socket, in the bits of `poll`.
  private func readiness(_ socket: ScriptSocket) -> Int {
    let reading = 1 | 0x40
    let writing = 4 | 0x100
    switch socket.kind {
    case .fresh: return writing | 16
    case .listener(let handle):
      return ((try? machine.host.readiness(handle)) ?? .none).contains(.accepted) ? reading : 0
    case .connection(let handle):
      guard let status = try? machine.host.status(handle), let ready = try? machine.host.readiness(handle)
      else { return 32 }
      var events = 0
      if ready.contains(.readable) || socket.isReadShut { events |= reading }
      if ready.contains(.urgent) { events |= 2 }
      switch status.state {
      case .synSent, .synReceived, .listen: break
      case .established: if ready.contains(.writable) { events |= writing }
      case .closeWait:
        events |= reading | 0x2000
        if ready.contains(.writable) { events |= writing }
      case .finWait1, .finWait2: events |= writing
      case .closing, .lastAck, .timeWait: events |= reading | writing | 0x2000 | 16
      case .closed:
        events |= reading | writing | 0x2000 | 16
        if ErrorNames.name(status.endReason) != nil, !socket.hasReportedError { events |= 8 }
      }
      return events
    }
  }

  /// What must hold now.
  func check(_ comparisons: [Comparison]) throws(RunProblem) {
    for comparison in comparisons {
      guard let handle = currentSocket?.connection, let status = try? machine.host.status(handle) else {
        throw .failed(comparison.position, "there is no open connection that \(comparison.field) is about")
      }
      guard let found = ConnectionInfo.value(comparison.field, status) else {
        throw .unsupported(comparison.position, "the field \(comparison.field) is not supported")
      }
      guard comparison.relation.holds(found, comparison.value) else {
        throw .failed(
          comparison.position,
          "\(comparison.field) is \(found), and \(comparison.relation.rawValue) \(comparison.value) was"
            + " expected",
          expected: "\(comparison.field) \(comparison.relation.rawValue) \(comparison.value)",
          found: "\(comparison.field) == \(found)")
      }
    }
  }
}
