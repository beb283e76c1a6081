import Foundation
import TCPCapture
import TCPCore
import TCPExplorer

/// `tcpcore explore`: every behaviour of two hosts within bounds.
package struct ExploreCommand {
  private var scenarios = Scenario.all
  private var isThorough = false
  private var isSweep = false
  private var formStates: Int?
  private var faults: Int?
  private var limits = Explorer.Limits()
  private var seconds: Int?
  private var isJSON = false
  private var drawing: String?
  private var replayed: String?
  private var kept: String?

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    var names: [String] = []
    while let word = arguments.next() {
      switch word {
      case "--faults": faults = try arguments.integer(of: word, 0...6)
      case "--states": limits.states = try arguments.integer(of: word, 1...2_000_000_000)
      case "--seconds": seconds = try arguments.integer(of: word, 1...86_400)
      case "--thorough": isThorough = true
      case "--sweep": isSweep = true
      case "--form": formStates = try arguments.integer(of: word, 1...1_000_000)
      case "--json": isJSON = true
      case "--dot": drawing = try arguments.value(of: word, "a file")
      case "--replay": replayed = try arguments.value(of: word, "a file")
      case "--keep": kept = try arguments.value(of: word, "a folder")
      default: names.append(word)
      }
    }
    if isSweep { scenarios = Scenario.sweep }
    if !names.isEmpty { scenarios = [] }
    for name in names {
      guard let scenario = Scenario.named(name) else {
        let known = Scenario.all.map(\.name).joined(separator: ", ")
        throw .usage("explore knows no scenario '\(name)'; expected one of \(known)")
      }
      scenarios.append(scenario)
    }
  }

  func run() throws(ToolError) -> Int32 {
    if let replayed { return try replay(replayed) }
    if let formStates { return try checkForm(formStates) }
    var reports: [ExplorationReport] = []
    if !isJSON { Console.print(ExplorationReport.heading) }
    for scenario in scenarios {
      let report = try explore(scenario)
      reports.append(report)
      if let problem = report.result.problem { try keep(scenario, report.result.path, problem) }
      if isJSON { continue }
      if !isSweep { Console.print(report.row) }
      guard let problem = report.result.problem else { continue }
      Console.print("\n\(scenario.name): \(problem.message)\n")
      try showPath(scenario, report.result.path)
    }
    if isSweep && !isJSON { Console.print(ExplorationReport.sum(reports)) }
    if isJSON { Console.print("[" + reports.map(\.json).joined(separator: ",\n ") + "]") }
    if let drawing { try save(reports.map(\.graph).joined(), to: drawing) }
    return reports.contains { $0.result.problem != nil } ? 1 : 0
  }

  private func explore(_ scenario: Scenario) throws(ToolError) -> ExplorationReport {
    var limits = limits
    limits.findsAllEdges = drawing != nil
    limits.faults = faults ?? (isThorough ? scenario.thoroughFaults : scenario.faults)
    let clock = ContinuousClock()
    let begun = clock.now
    if let seconds { limits.mayGoOn = { ContinuousClock().now - begun < .seconds(seconds) } }
    do {
      let explorer = try Explorer(scenario, limits)
      explorer.run()
      var result = explorer.result
      if let problem = result.problem {
        result.shorten(try PathPlayer(scenario).shorten(result.path, problem))
      }
      let passed = (clock.now - begun).components
      return ExplorationReport(
        scenario: scenario, faults: limits.faults, result: result,
        seconds: Double(passed.seconds) + Double(passed.attoseconds) / 1e18)
    } catch {
      throw .failure("cannot make the hosts of \(scenario.name): \(error)")
    }
  }

  /// Alters octets of hosts in so many states of each scenario.
  private func checkForm(_ states: Int) throws(ToolError) -> Int32 {
    var missing = 0
    for scenario in scenarios {
      let check: FormCheck
      do {
        check = try FormCheck(scenario, states: states, every: 1)
      } catch {
        throw .failure("cannot make the hosts of \(scenario.name): \(error)")
      }
      Console.print(
        "\(scenario.name): \(check.states) states, \(check.seen) octets seen, \(check.refused) refused, "
          + "\(check.unseen) without effect, \(check.exempt.values.reduce(0, +)) left out on purpose, "
          + "\(check.missing.count) missing")
      for one in check.missing {
        Console.print("  octet \(one.place) of the \(one.side == 0 ? "left" : "right") host: \(one.differs)")
      }
      missing += check.missing.count
    }
    return missing == 0 ? 0 : 1
  }

  // MARK: Paths

  private func showPath(_ scenario: Scenario, _ path: [Step]) throws(ToolError) {
    var ladder = Ladder(left: "left", right: "right", start: Instant(microseconds: 1_000_000))
    Console.print(ladder.heading)
    do {
      _ = try PathPlayer(scenario).play(path) { show($0, &ladder) }
    } catch {
      throw .failure("cannot make the hosts of \(scenario.name): \(error)")
    }
  }

  /// Writes a path that breaks a rule to the folder for them, if there is one.
  private func keep(_ scenario: Scenario, _ path: [Step], _ problem: Problem) throws(ToolError) {
    guard let kept else { return }
    let file = PathFile(scenario: scenario.name, steps: path)
    try save(file.text(problem.message), to: "\(kept)/\(scenario.name).path")
  }

  private func show(_ moment: PathPlayer.Moment, _ ladder: inout Ladder) {
    let states = moment.states
    if let datagram = moment.datagram {
      let transit = moment.isLost ? Ladder.Transit.lost : .arrives
      row(datagram, fromLeft: moment.side == 1, transit, moment, &ladder)
      if transit == .lost { return }
    } else {
      let isRight = moment.description.hasPrefix("right")
      Console.print(
        ladder.event(
          at: moment.time, left: isRight ? nil : moment.description,
          right: isRight ? moment.description : nil,
          leftState: states.left, rightState: states.right))
    }
    for departure in moment.departures {
      row(departure.octets, fromLeft: departure.side == 0, .departs, moment, &ladder)
    }
  }

  private func row(
    _ octets: [UInt8], fromLeft: Bool, _ transit: Ladder.Transit, _ moment: PathPlayer.Moment,
    _ ladder: inout Ladder
  ) {
    guard case .segment(let segment) = unsafe CapturedDatagram(octets.span.bytes) else { return }
    Console.print(
      ladder.segment(
        at: moment.time, fromLeft: fromLeft, header: segment.header, transit: transit,
        leftState: moment.states.left, rightState: moment.states.right))
  }

  private func replay(_ name: String) throws(ToolError) -> Int32 {
    let file: PathFile
    do {
      file = try PathFile(String(contentsOfFile: name, encoding: .utf8))
    } catch let error as PathFile.Fault {
      throw .failure("\(name):\(error.line): \(error.message)")
    } catch {
      throw .failure("cannot read \(name)")
    }
    guard let scenario = Scenario.named(file.scenario) else {
      throw .failure("\(name): no scenario is called \(file.scenario)")
    }
    try showPath(scenario, file.steps)
    let played: (problem: Problem?, count: Int, hash: UInt64)
    do {
      played = try PathPlayer(scenario).play(file.steps)
    } catch {
      throw .failure("cannot make the hosts of \(scenario.name): \(error)")
    }
    if let problem = played.problem {
      Console.print("\nstep \(played.count): \(problem.message)")
      return 1
    }
    guard played.count == file.steps.count else {
      Console.print("\nstep \(played.count + 1) of \(file.steps.count) is not possible here")
      return 1
    }
    Console.print("\n\(played.count) steps, no rule broken")
    return 0
  }

  private func save(_ text: String, to file: String) throws(ToolError) {
    do {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      throw .failure("cannot write \(file)")
    }
  }
}
