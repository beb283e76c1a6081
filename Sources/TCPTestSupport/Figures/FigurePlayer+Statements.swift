import TCPCore
import TCPLoopback

// The statements besides times and segments.
//
//   listen, open passive           a listener on our port
//   open                           an active open to the peer
//   turn                           an active open on the listener
//   accept                         takes the connection it made
//   write N, write "text"          all of it must be taken
//   write N takes M                only M octets are taken
//   write more N                   and more text follows soon
//   write urgent N                 the last of N octets is urgent
//   read N                         N octets, each the next of the stream
//   read eof, read block           the end, or nothing yet
//   close, abort, release          of the connection
//   close listener                 ends the listener
//   crash                          a new host takes the old one's place
//   open nowhere, turn nowhere     without a remote side
//   quiet                          nothing is sent now
//   error NAME                     the call before failed
//   event NAME, event none         what was reported to the user
//   event forget                   what was reported does not matter
//   deadline +TIME, deadline none  when the host wants to be called next
//   outcome NAME                   what became of the last arrival
//   status FIELD VALUE             see `perform(status:)`
//   status stale                   the handle names nothing
//   count NAME N                   a counter of the host
//   state NAME                     the state now
//   iss N                          names the next initial sequence number
//   set NAME VALUE                 changes an option while it runs
//   link up                        the driver tells that an outage is over; what is due then is done
//   icmp KIND [mtu=N] [seq=N]      an ICMP error arrives
//   sleep TIME                     nobody calls for so long; then everything due is done
//   busy TIME                      the device takes nothing for so long, while every deadline is met
//   repeat N ... end               plays the lines between several times
//   connected FIELDS               a whole handshake that we begin: our text starts at the ISS + 1,
//                                  the peer's at 301; the fields are on the peer's SYN, and timestamps
//                                  on each of its segments
//   accepted FIELDS                a whole handshake that the peer begins, likewise
extension FigurePlayer {
  /// Carries one statement out.
  func perform(_ words: [String], _ line: Substring) throws(FigureProblem) {
    if words[0] != "error" { try requireNoFailure() }
    switch words[0] {
    case "answer", "refuse", "address": try perform(requestCall: words)
    case "listen", "open", "turn", "accept", "close", "abort", "release", "crash", "link":
      try perform(call: words)
    case "connected", "accepted": try shakeHands(words)
    case "write": try write(words, line)
    case "read": try read(words)
    case "quiet": try requireQuiet("is sent")
    case "error": try expectError(words)
    case "event": try expectEvent(words)
    case "deadline": try expectDeadline(words)
    case "outcome": try expect(lastOutcome.map { "\($0)" } ?? "none", words, 1)
    case "state": try expect(state, words, 1)
    case "status": try perform(status: words)
    case "count": try perform(count: words)
    case "set": try perform(set: words)
    case "icmp": try icmp(words)
    case "iss": try renumber(words)
    case "sleep", "busy": try pause(words)
    default: throw FigureProblem("no such statement")
    }
  }

  private func expect(_ found: String, _ words: [String], _ place: Int) throws(FigureProblem) {
    guard words.count == place + 1 else { throw FigureProblem("the value is missing") }
    if words[place] != found { throw FigureProblem("it is \(found)") }
  }

  private func renumber(_ words: [String]) throws(FigureProblem) {
    guard words.count == 2 else { throw FigureProblem("iss N") }
    numbers.iss = UInt32(truncatingIfNeeded: try FigureSegment.number(words[1]))
    numbers.isLearned = false
    numbers.timestampShift = nil
  }

  /// Remembers why a user call failed; the next line has to name it.
  func attempt(_ body: () throws(CallError) -> Void) {
    do throws(CallError) {
      try body()
    } catch {
      failure = error
    }
  }

  private func perform(call words: [String]) throws(FigureProblem) {
    let held = handle ?? Handle(rawValue: 0)
    switch words.joined(separator: " ") {
    case "listen", "open passive": listen(settings.local, .none)
    case "listen held": listen(settings.local, .holdsAnswers)
    case "listen anywhere": listen(Endpoint(.anyIPv6, 0), .anyPort | .foreignDestinations)
    case "open":
      attempt { () throws(CallError) in
        adopt(
          try fixture.host.connect(
            to: settings.peer, from: settings.local, options: settings.options, at: now))
      }
    case "turn":
      attempt { () throws(CallError) in
        adopt(
          try fixture.host.connect(turning: listener ?? Handle(rawValue: 0), to: settings.peer, at: now))
      }
    case "open nowhere":
      attempt { () throws(CallError) in
        adopt(try fixture.host.connect(to: Endpoint(.anyIPv4, 0), from: settings.local, at: now))
      }
    case "turn nowhere":
      attempt { () throws(CallError) in
        adopt(
          try fixture.host.connect(
            turning: listener ?? Handle(rawValue: 0), to: Endpoint(.anyIPv4, 0), at: now))
      }
    case "accept":
      attempt { () throws(CallError) in
        adopt(try fixture.host.accept(listener ?? Handle(rawValue: 0)))
      }
    case "close": attempt { () throws(CallError) in try fixture.host.close(held, at: now) }
    case "abort": attempt { () throws(CallError) in try fixture.host.abort(held, at: now) }
    case "release": attempt { () throws(CallError) in try fixture.host.release(held, at: now) }
    case "close listener", "abort listener", "release listener":
      let listener = self.listener ?? Handle(rawValue: 0)
      attempt { () throws(CallError) in
        switch words[0] {
        case "close": try fixture.host.close(listener, at: now)
        case "abort": try fixture.host.abort(listener, at: now)
        default: try fixture.host.release(listener, at: now)
        }
      }
    case "link up":
      attempt { () throws(CallError) in try fixture.host.noteLinkUp(0, at: now) }
      expire()
    case "crash":
      guard let fresh = try? HostFixture(settings, choice: choice, at: now) else {
        throw FigureProblem("no host")
      }
      fixture = fresh
      handle = nil
      listener = nil
      numbers.isLearned = false
      numbers.highest = nil
    default: throw FigureProblem("no such statement")
    }
  }

  /// `connected` and `accepted`: every segment of the handshake is played and looked at.
  private func shakeHands(_ words: [String]) throws(FigureProblem) {
    let fields = words.dropFirst().joined()
    let stamp = fields.split(separator: ">").first { $0.hasPrefix("<TS") }.map { $0 + ">" } ?? ""
    let iss = numbers.iss
    let lines =
      words[0] == "connected"
      ? [
        "open", "SYN-SENT --> <SEQ=\(iss)><CTL=SYN>",
        "ESTABLISHED <-- <SEQ=300><ACK=\(iss)+1><CTL=SYN,ACK>\(fields)",
        "ESTABLISHED --> <SEQ=\(iss)+1><ACK=301><CTL=ACK>",
      ]
      : [
        "listen", "SYN-RECEIVED <-- <SEQ=300><CTL=SYN>\(fields)",
        "SYN-RECEIVED --> <SEQ=\(iss)><ACK=301><CTL=SYN,ACK>",
        "ESTABLISHED <-- <SEQ=301><ACK=\(iss)+1><CTL=ACK>\(stamp)", "accept",
      ]
    for line in lines { try play(Substring(line)) }
    try perform(["event", "forget"], "")
  }

  /// User calls go to this connection from now on; both streams begin.
  private func adopt(_ made: Handle) {
    handle = made
    written = []
    readCount = 0
  }

  private func write(_ words: [String], _ line: Substring) throws(FigureProblem) {
    var rest = words.dropFirst()
    let isUrgent = rest.first == "urgent"
    let isMoreComing = rest.first == "more"
    if isUrgent || isMoreComing { rest = rest.dropFirst() }
    var text: [UInt8]
    if let quote = line.firstIndex(of: "\""), let end = line.lastIndex(of: "\""), quote < end {
      text = Array(line[line.index(after: quote)..<end].utf8)
      rest = []
    } else {
      guard let first = rest.first else { throw FigureProblem("write N") }
      text = StreamPattern.octets(try FigureSegment.number(first), from: written.count)
    }
    let wanted = rest.count == 3 ? try FigureSegment.number(words[words.count - 1]) : text.count
    do throws(CallError) {
      let taken = try fixture.write(
        handle ?? listener ?? Handle(rawValue: 0), text, isUrgent: isUrgent, isMoreComing: isMoreComing,
        at: now)
      written += text.prefix(taken)
      guard taken == wanted else { throw .invalidArgument }
    } catch {
      if error == .invalidArgument { throw FigureProblem("another number of octets was taken") }
      failure = error
    }
  }

  private func read(_ words: [String]) throws(FigureProblem) {
    guard words.count == 2 else { throw FigureProblem("read N, read eof or read block") }
    let held = handle ?? listener ?? Handle(rawValue: 0)
    if words[1] == "eof" || words[1] == "block" {
      var found: CallError?
      do throws(CallError) { _ = try fixture.read(held, atMost: 1, at: now) } catch { found = error }
      let wanted: CallError = words[1] == "eof" ? .endOfStream : .wouldBlock
      if found != wanted { throw FigureProblem(found.map { "the call failed: \($0)" } ?? "there is text") }
      return
    }
    let count = try FigureSegment.number(words[1])
    var text: [UInt8] = []
    do throws(CallError) {
      text = try fixture.read(held, atMost: count, at: now)
    } catch {
      failure = error
      return
    }
    guard text.count == count else { throw FigureProblem("only \(text.count) octets are there") }
    guard text == StreamPattern.octets(count, from: readCount) else {
      throw FigureProblem("the text is wrong")
    }
    readCount += count
  }

  private func expectError(_ words: [String]) throws(FigureProblem) {
    guard let failure else { throw FigureProblem("the call before did not fail") }
    self.failure = nil
    try expect("\(failure)", words, 1)
  }

  private static let eventNames: [(name: String, event: EventSet)] = [
    ("readable", .readable), ("writable", .writable), ("accepted", .accepted), ("ended", .ended),
    ("urgent", .urgent), ("softError", .softError), ("requested", .requested),
  ]

  private func expectEvent(_ words: [String]) throws(FigureProblem) {
    while let next = fixture.host.nextEvent() {
      if next.kinds.contains(.accepted) { adopt(next.handle) }
      if next.kinds == .requested { request = next.handle }
      events = events | next.kinds
    }
    let names = FigurePlayer.eventNames.filter { events.contains($0.event) }.map(\.name).joined(
      separator: ",")
    switch words.dropFirst().joined() {
    case "forget": events = .none
    case "none":
      if events != .none { throw FigureProblem("there is \(names)") }
    case let name:
      guard let known = FigurePlayer.eventNames.first(where: { $0.name == name }) else {
        throw FigureProblem("no such event")
      }
      guard events.contains(known.event) else {
        throw FigureProblem("there is \(names.isEmpty ? "none" : names)")
      }
      events = EventSet(rawValue: events.rawValue & ~known.event.rawValue)
    }
  }

  private func expectDeadline(_ words: [String]) throws(FigureProblem) {
    try requireQuiet("is to be sent now")
    let deadline = fixture.host.deadline
    let found = deadline.map { "+" + FigurePlayer.text(($0 - now).microseconds) } ?? "none"
    guard words.count == 2 else { throw FigureProblem("deadline +TIME or deadline none") }
    if words[1] == "none" { return try expect(found, words, 1) }
    let wanted = now + (try FigurePlayer.interval(words[1].dropFirst()))
    if deadline != wanted { throw FigureProblem("it is \(found)") }
  }
}
