// Transfers in every small variation, to be explored without faults.
extension Scenario {
  /// What each side writes, the rings, how the right side reads, who closes first, and what waits: about a
  /// thousand scenarios, each with a name that says which.
  public static let sweep: [Scenario] = makeSweep()

  private static func makeSweep() -> [Scenario] {
    var scenarios: [Scenario] = []
    for left in [[], [1], [3], [2, 2], [1, 1, 1]] {
      for right in [[], [2]] {
        for rings in [(1, 1), (2, 1), (4, 2), (8, 8)] {
          // Where nothing is written there is nothing to read octet by octet.
          for readSize in left.isEmpty && right.isEmpty ? [0] : [0, 1] {
            for waits in Waits.allCases {
              for closer in Closer.allCases {
                scenarios.append(
                  Scenario(left, right, rings: rings, readSize: readSize, waits: waits, closer: closer))
              }
            }
          }
        }
      }
    }
    return scenarios
  }

  /// What lets segments wait, and what they say of text that came early.
  private enum Waits: String, CaseIterable {
    case none = "plain"
    case nagle
    case delay
    case both = "nagle-delay-sack"
    case sack

    var settings: Settings {
      Settings().with {
        $0.isNagleEnabled = self == .nagle || self == .both
        $0.acknowledgmentDelay = self == .delay || self == .both ? 40 : 0
        $0.offersSACK = self == .sack || self == .both
      }
    }
  }

  /// Who need not wait for the other side's end of the stream.
  private enum Closer: String, CaseIterable { case left, right, both }

  private init(
    _ left: [Int], _ right: [Int], rings: (Int, Int), readSize: Int, waits: Waits, closer: Closer
  ) {
    func words(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: "+") }
    func end(isFirst: Bool) -> [Call] { isFirst ? [.close, .awaitEnd] : [.awaitEnd, .close] }
    let name =
      "sweep:\(left.isEmpty ? "0" : words(left)):\(right.isEmpty ? "0" : words(right)):"
      + "rings-\(rings.0)-\(rings.1):read-\(readSize):\(waits.rawValue):\(closer.rawValue)-closes"
    self.init(
      name, "one of the sweep",
      left: Program(
        [.connect, .awaitOpen] + left.map(Call.write) + end(isFirst: closer != .right)
          + [.awaitClosed, .release], readSize: readSize),
      right: Program(
        [.listen, .awaitOpen] + right.map(Call.write) + end(isFirst: closer != .left)
          + [.awaitClosed, .release, .closeListener], readSize: readSize),
      settings: waits.settings.rings(rings.0, rings.1), faults: 0, thoroughFaults: 0)
  }
}
