import TCPCore
import TCPExplorer
import Testing

@Suite("Paths of explorations") struct PathTests {
  /// The way that a scenario takes by itself.
  private func defaultPath(_ scenario: Scenario) throws -> [Step] {
    var path: [Step] = []
    let candidates: [Step] = try [
      "deliver right", "deliver left", "call left", "call right", "read left", "read right", "jump left",
    ].map { try PathFile("scenario x\n\($0)").steps[0] }
    for _ in 0..<100 {
      let next = try candidates.first {
        try PathPlayer(scenario).play(path + [$0]).count == path.count + 1
      }
      guard let next else { break }
      path.append(next)
    }
    return path
  }

  @Test("A path is written and read, and comments are left out") func file() throws {
    let scenario = try #require(Scenario.named("handshake"))
    let path = try defaultPath(scenario)
    #expect(path.count > 12)
    let text = PathFile(scenario: "handshake", steps: path).text("by itself")
    #expect(text.hasPrefix("# by itself\nscenario handshake\ncall left\ndeliver right\n"))
    let read = try PathFile(text.replacing("deliver right\n", with: "deliver right   # the SYN\n\n"))
    #expect(read == PathFile(scenario: "handshake", steps: path))
    for step in path { #expect(Step(rawValue: step.rawValue) == step) }
    #expect(Step(rawValue: 0xFF00) == nil)
  }

  @Test(
    "What is no path is reported with its line",
    arguments: [
      ("", 1, "no scenario"), ("deliver left", 1, "expected 'scenario NAME'"),
      ("scenario a b", 1, "expected 'scenario NAME'"),
      ("scenario a\n\nfly left", 3, "'fly left' is no step; expected one like 'deliver left'"),
      ("scenario a\ndeliver up", 2, "'deliver up' is no step; expected one like 'deliver left'"),
      ("scenario a\ndeliver left 128", 2, "'deliver left 128' is no step; expected one like 'deliver left'"),
    ])
  func faults(_ text: String, line: Int, message: String) {
    #expect(throws: PathFile.Fault(line: line, message: message)) { try PathFile(text) }
  }

  @Test("Each moment of a path tells what came and left, and both states") func moments() throws {
    let scenario = try #require(Scenario.named("handshake"))
    var moments: [PathPlayer.Moment] = []
    let path = try defaultPath(scenario)
    #expect(try PathPlayer(scenario).play(path) { moments.append($0) }.problem == nil)
    #expect(moments.count == path.count)
    #expect(moments[0].description == "left: connect" && moments[0].states == ("SYN-SENT", "LISTEN"))
    #expect(moments[0].departures.count == 1 && moments[0].datagram == nil)
    #expect(moments[1].datagram == moments[0].departures[0].octets && !moments[1].isLost)
    #expect(moments[1].departures.first?.side == 1)
    #expect(moments.last?.states.right == "none")
  }

  @Test("A step that is not possible ends the path, and breaks nothing") func impossible() throws {
    let scenario = try #require(Scenario.named("handshake"))
    let steps = try PathFile("scenario handshake\ncall left\ndeliver left").steps
    let played = try PathPlayer(scenario).play(steps)
    #expect(played.count == 1 && played.problem == nil)
  }

  /// Two ways to one state: the oldest datagrams of both directions arrive in either order.
  @Test("Ways that differ in order alone lead to one state, and stay together") func together() throws {
    let scenario = try #require(Scenario.named("both-ways"))
    let begin = [
      "call left", "deliver right", "deliver left", "deliver right", "call left", "call right",
    ]
    let ways = [begin + ["deliver left", "deliver right"], begin + ["deliver right", "deliver left"]]
    let rest = ["read left", "read right", "deliver left", "lose right", "jump left"]
    for count in 0...rest.count {
      let hashes = try ways.map { way in
        let steps = try PathFile("scenario x\n" + (way + rest[..<count]).joined(separator: "\n")).steps
        let played = try PathPlayer(scenario).play(steps)
        #expect(played.count == min(steps.count, way.count + 4))
        return played.hash
      }
      #expect(hashes[0] == hashes[1], "\(count)")
    }
  }
}
