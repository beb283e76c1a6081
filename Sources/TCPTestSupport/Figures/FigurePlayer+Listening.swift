import TCPCore

// What a program does about SYNs that wait, and where it listens.
extension FigurePlayer {
  func listen(_ local: Endpoint, _ traits: ListenerTraits) {
    attempt { () throws(CallError) in
      listener = try fixture.host.listen(
        local, backlog: settings.backlog, traits: traits, options: settings.options)
    }
  }

  /// The program decides on the SYN that was reported last, or our address is no longer ours.
  func perform(requestCall words: [String]) throws(FigureProblem) {
    let waiting = request ?? Handle(rawValue: 0)
    switch words.joined(separator: " ") {
    case "answer": attempt { () throws(CallError) in try fixture.host.answer(waiting, at: now) }
    case "refuse": attempt { () throws(CallError) in try fixture.host.refuse(waiting, at: now) }
    case "refuse silently":
      attempt { () throws(CallError) in try fixture.host.refuse(waiting, isSilent: true, at: now) }
    case "address gone":
      attempt { () throws(CallError) in try fixture.host.removeAddress(settings.local.address, at: now) }
    default: throw FigureProblem("no such statement")
    }
  }
}
