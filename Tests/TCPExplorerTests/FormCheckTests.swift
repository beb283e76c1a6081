import TCPExplorer
import Testing

@Suite("The form of a state") struct FormCheckTests {
  @Test("What the form leaves out changes nothing that follows", arguments: ["one-octet", "early-text"])
  func complete(_ name: String) throws {
    let check = try FormCheck(try #require(Scenario.named(name)), states: 2, every: 7)
    #expect(check.missing.isEmpty, "\(check.missing.map(\.place))")
    #expect(check.states == 2 && check.seen > 50 && check.refused > 200 && check.unseen > 200)
  }
}
