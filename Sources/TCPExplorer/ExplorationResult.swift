import TCPCore

/// What an exploration has found.
public struct ExplorationResult: Sendable {
  /// States in all.
  public internal(set) var states = 0
  /// States with no fault, with one at most, and so on.
  public internal(set) var levels: [Int] = []
  /// Steps that were taken.
  public internal(set) var transitions = 0
  /// The longest way that was walked.
  public internal(set) var depth = 0
  /// Steps of the longest default continuation of any state.
  public internal(set) var longestSteps = 0
  /// Its time; the longest of any state.
  public internal(set) var longestMilliseconds = 0
  /// Steps that would have put more on the way than there is room for: not explored.
  public internal(set) var overflows = 0
  /// How often a state that was reached a second time was compared with the one that it was taken for.
  public internal(set) var comparedMerges = 0
  /// Octets of the tables.
  public internal(set) var byteCount = 0
  /// Whether a limit ended it.
  public internal(set) var wasCut = false
  /// Whether every state was looked at within the faults that were asked for, and no rule was broken.
  public internal(set) var isComplete = false
  /// The rule that was broken.
  public internal(set) var problem: Problem?
  /// The steps that broke it.
  public internal(set) var path: [Step] = []
  /// How many states have each pair of connection states, left and right.
  public var pairs: [(left: String, right: String, states: Int)] {
    pairCounts.indices.filter { pairCounts[$0] > 0 }.map {
      (HostPair.stateNames[$0 / 16], HostPair.stateNames[$0 % 16], pairCounts[$0])
    }
  }

  /// Which pair comes right behind which: where the second state was new, or with all that there are
  /// (`Explorer.Limits.findsAllEdges`).
  public var edges: [(from: (left: String, right: String), to: (left: String, right: String))] {
    seenEdges.sorted().map { edge in
      let from = edge / 256, to = edge % 256
      return (
        (HostPair.stateNames[from / 16], HostPair.stateNames[from % 16]),
        (HostPair.stateNames[to / 16], HostPair.stateNames[to % 16])
      )
    }
  }

  private var pairCounts = [Int](repeating: 0, count: 256)
  private var seenEdges: Set<Int> = []

  init() {}

  /// A new state has been reached from one with the given pair, if from any.
  ///
  /// - Returns: its own pair.
  mutating func note(_ hosts: HostPair, from former: Int?) -> Int {
    let pair = hosts.pairCode
    pairCounts[pair] += 1
    if let former, former != pair { seenEdges.insert(256 * former + pair) }
    return pair
  }

  /// A state that is known has been reached from one with the given pair.
  mutating func noteEdge(to hosts: HostPair, from former: Int) {
    let pair = hosts.pairCode
    if former != pair { seenEdges.insert(256 * former + pair) }
  }

  /// The steps that broke the rule are these.
  public mutating func shorten(_ path: [Step]) { self.path = path }
}

extension HostPair {
  /// The states of RFC 9293 section 3.3.2, those of a connection without a handle, and of none.
  static let stateNames = [
    "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
    "CLOSING", "LAST-ACK", "TIME-WAIT", "released", "half open", "none", "", "",
  ]

  /// Both states as one number.
  var pairCode: Int { 16 * stateCode(0) + stateCode(1) }

  /// The state of a side's connection, the first one where there are two: a position in `stateNames`.
  func stateCode(_ side: Int) -> Int {
    let host = host(side)
    let user = state.pointee.users[side]
    if user.handle != 0, let status = try? host.status(Handle(rawValue: user.handle)) {
      return switch status.state {
      case .closed: 0
      case .listen: 1
      case .synSent: 2
      case .synReceived: 3
      case .established: 4
      case .finWait1: 5
      case .finWait2: 6
      case .closeWait: 7
      case .closing: 8
      case .lastAck: 9
      case .timeWait: 10
      }
    }
    let occupancy = host.occupancy
    if occupancy.connections > 0 { return 11 }
    if occupancy.timeWait > 0 { return 10 }
    if occupancy.halfOpen > 0 { return 12 }
    return occupancy.listeners > 0 ? 1 : 13
  }
}
