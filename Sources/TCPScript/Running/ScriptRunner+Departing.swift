import TCPCore
import TCPLoopback

// What has to leave.
extension ScriptRunner {
  /// A line with `>`: the next segment that leaves is this one, in its time.
  func depart(
    _ pattern: SegmentPattern, _ position: SourcePosition, _ first: UInt64, _ last: UInt64
  ) throws(RunProblem) {
    let latest = last + configuration.tolerance
    guard var segment = try nextSegment(until: latest) else {
      let reason = blocked.map { ", and the call of line \($0.call.position.line) still blocks" } ?? ""
      throw .failed(
        position, "nothing left until \(SegmentText.seconds(latest))\(reason)",
        expected: SegmentText.text(pattern, isArriving: false), found: "nothing")
    }
    let index = try flowOfDeparture(pattern, segment, position)
    currentFlow = index
    flows[index].learn(segment.header, as: pattern.sequence)
    if leniencies.contains(.segmentation) { try join(&segment, pattern, latest) }
    try compare(pattern, segment, index, position, first, last)
    flows[index].learnTimestamps(of: segment, as: pattern)
  }

  /// The next segment that leaves, or has left; `nil` if there is none up to a moment.
  private func nextSegment(until latest: UInt64) throws(RunProblem) -> LeftSegment? {
    var idle = 0
    while waiting.isEmpty {
      guard let next = nextDeadline, next <= latest, idle < 1_000 else {
        if machine.elapsed < latest { try pass(to: latest) }
        break
      }
      idle = next > machine.elapsed ? 0 : idle + 1
      try pass(to: next)
    }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }

  /// What a script writes as one segment may leave as several.
  private func join(_ segment: inout LeftSegment, _ pattern: SegmentPattern, _ latest: UInt64)
    throws(RunProblem)
  {
    while segment.text.count < pattern.length, !segment.text.isEmpty {
      guard let next = try nextSegment(until: latest) else { return }
      guard next.text.count + segment.text.count <= pattern.length, segment.join(next) else {
        waiting.insert(next, at: 0)
        return
      }
    }
  }

  private func flowOfDeparture(
    _ pattern: SegmentPattern, _ segment: LeftSegment, _ position: SourcePosition
  ) throws(RunProblem) -> Int {
    let found = flow(local: segment.tuple.localPort, remote: segment.tuple.remotePort)
    var wanted = currentFlow ?? found
    if let ports = pattern.ports { wanted = flow(local: ports.source, remote: ports.destination) }
    guard found == wanted else {
      let tuple = flows[wanted].tuple
      throw .failed(
        position,
        "it left from port \(segment.tuple.localPort) to \(segment.tuple.remotePort), not from"
          + " \(tuple.localPort) to \(tuple.remotePort)",
        expected: SegmentText.text(pattern, isArriving: false), found: SegmentText.text(segment, flows[found])
      )
    }
    return found
  }

  private func compare(
    _ pattern: SegmentPattern, _ segment: LeftSegment, _ index: Int, _ position: SourcePosition,
    _ first: UInt64, _ last: UInt64
  ) throws(RunProblem) {
    var flow = flows[index]
    flow.learnTimestamps(of: segment, as: pattern)
    let differences = SegmentMatch(
      pattern: pattern, segment: segment, flow: flow, leniencies: leniencies
    ).differences
    let isEarly = segment.time + configuration.tolerance < first
    let isLate = segment.time > last + configuration.tolerance
    let wanted = SegmentText.text(pattern, isArriving: false)
    let left = SegmentText.text(segment, flow)
    if !differences.isEmpty {
      // A segment that left long before is another one than the line means.
      let message =
        isEarly
        ? "a segment left unexpectedly at \(SegmentText.seconds(segment.time)), before the expected one"
        : differences.joined(separator: "; ")
      throw .failed(position, message, expected: wanted, found: left)
    }
    if isEarly || isLate {
      let time =
        first == last
        ? SegmentText.seconds(first) : "\(SegmentText.seconds(first)) to \(SegmentText.seconds(last))"
      throw .failed(
        position,
        "the right segment left at \(SegmentText.seconds(segment.time)), not at \(time)"
          + " (tolerance \(SegmentText.seconds(configuration.tolerance)))",
        expected: wanted, found: left)
    }
    try checkTimestamps(pattern, segment, flow, position)
    try checkText(segment, flow, position)
  }

  /// The script may say how long a tick of our timestamps is.
  private func checkTimestamps(
    _ pattern: SegmentPattern, _ segment: LeftSegment, _ flow: Flow, _ position: SourcePosition
  ) throws(RunProblem) {
    guard configuration.timestampTick > 0, let start = flow.firstTimestamp else { return }
    for case .timestamps(let wire, _) in segment.options {
      for case .timestamps(let number, _) in pattern.options ?? [] {
        // A tick of the host takes 1,024 microseconds.
        let passed = Int(Int32(bitPattern: wire &- start.wire)) * 1_024
        let wanted = Int(Int32(bitPattern: number &- start.script)) * configuration.timestampTick
        let allowed = Int(configuration.tolerance) + configuration.timestampTick + 1_024
        if abs(passed - wanted) > allowed {
          throw .failed(
            position,
            "the timestamp is \(passed / configuration.timestampTick) ticks behind the first, not"
              + " \(wanted / configuration.timestampTick)",
            expected: SegmentText.text(pattern, isArriving: false), found: SegmentText.text(segment, flow))
        }
      }
    }
  }

  /// The text is what the program has written, octet by octet.
  private func checkText(
    _ segment: LeftSegment, _ flow: Flow, _ position: SourcePosition
  ) throws(RunProblem) {
    guard let initial = flow.initial, !segment.text.isEmpty, !segment.header.flags.contains(.syn) else {
      return
    }
    let place = Int(segment.header.sequence.rawValue &- initial.wire &- 1)
    guard segment.text == StreamPattern.octets(segment.text.count, from: place) else {
      throw .failed(position, "the octets of the segment are not those that the program has written there")
    }
  }
}
