import TCPCapture
import TCPCore

/// Plays one script: events in their order, one virtual clock, one host.
///
/// What leaves waits until a line of the script expects it, as in packetdrill: each such line takes the next
/// segment that leaves, or has left already.
final class ScriptRunner {
  let script: Script
  let configuration: ScriptConfiguration
  let leniencies: Set<Leniency>
  let profile: ScriptProfile
  let machine: ScriptHost
  var timeline = Timeline()
  var flows: [Flow] = []
  /// The flow that lines without ports speak of.
  var currentFlow: Int?
  var sockets: [Int: ScriptSocket] = [:]
  /// The connection that assertions ask.
  var currentSocket: ScriptSocket?
  var blocked: BlockedCall?
  /// Segments that have left and that no line has taken yet.
  var waiting: [LeftSegment] = []
  /// When the event before took place, in the script's time.
  private var previous: UInt64 = 0

  init(_ script: Script, _ settings: ScriptSettings) throws(ScriptProblem) {
    self.script = script
    leniencies = settings.leniencies
    profile = settings.profile
    configuration = try ScriptConfiguration(script, settings.profile)
    machine = try ScriptHost(settings.profile, configuration)
  }

  /// Plays all events.
  func run() throws(RunProblem) {
    for event in script.events { try play(event) }
    try finishBlocked()
  }

  private func play(_ event: ScriptEvent) throws(RunProblem) {
    let (first, last) = window(of: event.time)
    if case .departure(let pattern) = event.action {
      try depart(pattern, event.position, first, last)
      // A range, or any time, is over when the segment has left.
      switch event.time {
      case .absolute, .relative: previous = first
      case .absoluteRange, .relativeRange, .any: previous = machine.elapsed
      }
      return
    }
    let base = previous
    if first > machine.elapsed { try advance(to: first) }
    previous = first
    switch event.action {
    case .arrival(let pattern): try arrive(pattern, event.position)
    case .error(let pattern): try arrive(pattern, event.position)
    case .assertion(let comparisons): try check(comparisons)
    case .call(let call): try perform(call, end: end(of: event, base))
    case .departure: break
    }
  }

  /// From when until when an event takes place.
  private func window(of time: EventTime) -> (UInt64, UInt64) {
    switch time {
    case .absolute(let at): (at, at)
    case .relative(let after): (previous + after, previous + after)
    case .absoluteRange(let first, let last): (first, last)
    case .relativeRange(let first, let last): (previous + first, previous + last)
    // A day is longer than any timer.
    case .any: (0, machine.elapsed + 86_400_000_000)
    }
  }

  private func end(of event: ScriptEvent, _ base: UInt64) -> UInt64? {
    guard let end = event.end else { return nil }
    if case .relative = event.time { return base + end }
    return end
  }
}

extension ScriptRunner {
  /// What has happened so far, in the script's numbers.
  var ladder: [String] {
    timeline.rows { tuple in flows.first { $0.tuple == tuple } }
  }
}

// Time.
extension ScriptRunner {
  /// Lets time pass up to a moment, and stops at every deadline on the way.
  func advance(to target: UInt64) throws(RunProblem) {
    var idle = 0
    while let next = nextDeadline, next <= target {
      idle = next > machine.elapsed ? 0 : idle + 1
      guard idle < 1_000 else { break }
      try pass(to: next)
    }
    try pass(to: target)
  }

  /// The next moment at which something is due, in microseconds since the script began.
  var nextDeadline: UInt64? {
    let deadline = machine.host.deadline.map { ($0 - machine.start).microseconds }
    guard let limit = blocked?.limit else { return deadline }
    return min(deadline ?? limit, limit)
  }

  /// One step of time: what is due is done, what leaves is taken, and a blocked call tries again.
  func pass(to moment: UInt64) throws(RunProblem) {
    let now = machine.start + Interval(microseconds: moment)
    if machine.now < now { machine.now = now }
    machine.expire()
    try react()
  }

  /// Takes what leaves, and lets a blocked call try again; that may bring out more.
  func react() throws(RunProblem) {
    try collect()
    while try retryBlocked() { try collect() }
  }

  /// Takes everything that leaves now.
  private func collect() throws(RunProblem) {
    for _ in 0..<100_000 {
      guard let bytes = machine.transmit() else { return }
      guard let segment = LeftSegment(bytes, at: machine.elapsed) else {
        throw .failed(SourcePosition(line: 0, column: 0), "what left is no segment with a right checksum")
      }
      timeline.add(
        segment.header, segment.tuple, segment.datagram.codepoint, isOurs: true, at: segment.time)
      waiting.append(segment)
    }
  }
}
