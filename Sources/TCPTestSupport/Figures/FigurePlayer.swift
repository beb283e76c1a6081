import TCPCore

/// Plays a figure: text in, virtual time, real bytes through the real parser.
///
/// Each line is one statement; `;` and `#` begin a comment. The vocabulary is in
/// `FigurePlayer+Statements.swift`.
package final class FigurePlayer {
  let settings: FigureSettings
  /// The last word of the host's secret.
  let choice: UInt64
  var fixture: HostFixture
  var now: Instant
  /// The connection that user calls go to.
  var handle: Handle?
  var listener: Handle?
  /// A SYN that waits for the program.
  var request: Handle?
  /// Why the last user call failed, until a line names it.
  var failure: CallError?
  var lastOutcome: ArrivalOutcome?
  /// Events that were reported to the user and that no line has named yet.
  var events = EventSet.none
  /// What was written on this connection, and how much was read.
  var written: [UInt8] = []
  var readCount = 0
  var numbers: FigureNumbers
  /// The last datagram that left, which ICMP errors quote.
  var lastDeparture: [UInt8] = []
  var lastWindow: UInt16 = 65_535
  private var transcript: [String] = []

  /// Plays a figure.
  ///
  /// - Returns: the first line that does not hold, or `nil`.
  package static func play(_ figure: String, _ settings: FigureSettings) -> FigureFailure? {
    do {
      return try FigurePlayer(settings, figure).run(figure)
    } catch {
      return FigureFailure(line: 0, message: "no host: \(error)", transcript: "")
    }
  }

  private init(_ settings: FigureSettings, _ figure: String) throws {
    self.settings = settings
    (now, choice) = settings.start()
    fixture = try HostFixture(settings, choice: choice, at: now)
    numbers = FigureNumbers(iss: settings.iss)
    if let place = settings.peerPlace.number, let first = FigurePlayer.peerInitial(figure) {
      numbers.peerShift = place &- first
    }
    if let place = settings.clockPlace.number, let first = FigurePlayer.peerTimestamp(figure) {
      // The peer's next tick is over the edge already.
      numbers.peerTimestampShift = place &+ 1 &- first
    }
  }

  /// The sequence number of the first SYN that a figure's peer sends.
  private static func peerInitial(_ figure: String) -> UInt32? {
    for line in figure.split(separator: "\n") {
      let statement = FigurePlayer.statement(line)
      if statement.hasPrefix("connected") || statement.hasPrefix("accepted") { return 300 }
      guard line.contains("<--"), line.contains("SYN") else { continue }
      if let segment = try? FigureSegment(parsing: statement), segment.flags?.contains(.syn) == true {
        return segment.sequence
      }
    }
    return nil
  }

  /// The first timestamp that a figure's peer sends.
  private static func peerTimestamp(_ figure: String) -> UInt32? {
    for line in figure.split(separator: "\n") {
      let statement = FigurePlayer.statement(line)
      let isHandshake = statement.hasPrefix("connected") || statement.hasPrefix("accepted")
      guard isHandshake || line.contains("<--"), let start = line.firstRange(of: "<TS=") else { continue }
      if let first = UInt32(line[start.upperBound...].prefix { $0.isNumber }) { return first }
    }
    return nil
  }

  /// A line without its time, its comment and the blanks around it.
  private static func statement(_ line: Substring) -> Substring {
    var rest = line.prefix { $0 != ";" && $0 != "#" }
    rest = rest.drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return rest
  }

  private func run(_ figure: String) -> FigureFailure? {
    let lines = figure.split(separator: "\n", omittingEmptySubsequences: false).map(FigurePlayer.statement)
    var current = 0
    do throws(FigureProblem) {
      try run(lines, 0..<lines.count, &current)
      current = lines.lastIndex { !$0.isEmpty } ?? 0
      if lines[current] != "..." {
        try requireNoFailure()
        try requireQuiet("is still to be sent at the end")
      }
      return nil
    } catch {
      return FigureFailure(
        line: current, message: "\(lines[current]): \(error.text)",
        transcript: transcript.joined(separator: "\n"))
    }
  }

  /// Plays a range of lines; `repeat N` plays the lines up to `end` several times.
  private func run(
    _ lines: [Substring], _ range: Range<Int>, _ current: inout Int
  ) throws(FigureProblem) {
    var index = range.lowerBound
    while index < range.upperBound {
      current = index
      let line = lines[index]
      if line.hasPrefix("repeat ") {
        let count = try FigureSegment.number(line.dropFirst(7))
        guard let end = lines[index..<range.upperBound].firstIndex(of: "end") else {
          throw FigureProblem("no end of the repetition")
        }
        for _ in 0..<count { try run(lines, (index + 1)..<end, &current) }
        index = end
      } else if !line.isEmpty && line != "..." {
        note(String(line))
        try play(line)
        if let broken = fixture.host.brokenInvariant() { throw FigureProblem("broken: \(broken)") }
      }
      index += 1
    }
  }

  /// Adds a line to the transcript; long figures keep their last lines.
  func note(_ line: String) {
    if transcript.count >= 60 { transcript.removeFirst(20) }
    transcript.append("  \(line)")
  }

  /// Plays one line: a time, a statement, or both.
  func play(_ line: Substring) throws(FigureProblem) {
    var rest = line
    if line.hasPrefix("+") {
      let time = line.prefix { $0 != " " }
      try requireNoFailure()
      try advance(by: try FigurePlayer.interval(time.dropFirst()))
      rest = line.dropFirst(time.count).drop { $0 == " " }
    }
    if rest.isEmpty { return }
    if rest.contains("--> ") || rest.contains("<-- ") {
      try requireNoFailure()
      let segment = try FigureSegment(parsing: rest)
      if segment.isOurs { try depart(segment) } else { try arrive(segment) }
      return
    }
    try perform(rest.split(separator: " ").map(String.init), rest)
  }

  /// A length of time such as `999ms`, `250us`, `1.5s`, `2min`, `2h` or `24d`.
  static func interval(_ text: some StringProtocol) throws(FigureProblem) -> Interval {
    let units: [(String, Double)] = [
      ("us", 1), ("ms", 1_000), ("min", 60_000_000), ("s", 1_000_000), ("h", 3_600_000_000),
      ("d", 86_400_000_000),
    ]
    for (name, size) in units where text.hasSuffix(name) {
      if let value = Double(String(text.dropLast(name.count))) {
        return Interval(microseconds: UInt64((value * size).rounded()))
      }
    }
    throw FigureProblem("no time: \(text)")
  }

  /// Lets time pass, and stops at every deadline on the way. What would be sent then, before the whole time
  /// has passed, is missing in the figure.
  private func advance(by interval: Interval) throws(FigureProblem) {
    try requireQuiet("waits to be sent while time passes")
    let target = now + interval
    let start = now
    var idle = 0
    while let deadline = fixture.host.deadline, deadline <= target {
      idle = deadline > now ? 0 : idle + 1
      guard idle < 1_000 else { throw FigureProblem("the deadline does not move on") }
      if deadline > now { now = deadline }
      expire()
      if now == target { break }
      let passed = FigurePlayer.text((now - start).microseconds)
      try requireQuiet("is sent after \(passed) already")
    }
    now = target
    expire()
  }

  /// `sleep TIME` and `busy TIME`: time passes in which nobody calls, or in which nothing can leave.
  func pause(_ words: [String]) throws(FigureProblem) {
    guard words.count == 2 else { throw FigureProblem("\(words[0]) TIME") }
    let target = now + (try FigurePlayer.interval(words[1]))
    if words[0] == "busy" {
      var turns = 0
      while let deadline = fixture.host.timerDeadline, deadline <= target {
        turns += 1
        guard turns < 1_000 else { throw FigureProblem("the deadline does not move on") }
        if deadline > now { now = deadline }
        expire()
      }
    }
    now = target
    expire()
  }

  func expire() {
    while fixture.host.expire(at: now) {}
  }

  /// Fails if the host has something to send.
  func requireQuiet(_ reason: String) throws(FigureProblem) {
    guard let (bytes, _) = fixture.transmit(at: now) else { return }
    throw FigureProblem("\(try departure(bytes)) \(reason)")
  }

  /// Fails if a user call failed and no line said so.
  func requireNoFailure() throws(FigureProblem) {
    if let failure { throw FigureProblem("the call before failed: \(failure)") }
  }

  /// A time in the largest unit that shows all of it.
  static func text(_ microseconds: UInt64) -> String {
    if microseconds % 1_000_000 == 0 { return "\(microseconds / 1_000_000)s" }
    if microseconds % 1_000 == 0 { return "\(microseconds / 1_000)ms" }
    return "\(microseconds)us"
  }
}
