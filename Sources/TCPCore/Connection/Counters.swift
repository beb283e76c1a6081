/// What a host has counted since it began. Counters only grow.
public struct Counters: Sendable, BitwiseCopyable {
  private var outcomes: [41 of UInt64]
  /// Segments written by `transmit`, of every kind.
  public internal(set) var segmentsSent: UInt64 = 0
  /// Segments sent that carried octets sent before.
  public internal(set) var segmentsRetransmitted: UInt64 = 0
  /// Expiries of the retransmission timer.
  public internal(set) var timeouts: UInt64 = 0
  /// Times fast retransmit began.
  public internal(set) var fastRetransmits: UInt64 = 0
  /// Recoveries and time-outs that turned out to be needless, so that the congestion window was restored.
  public internal(set) var reductionsUndone: UInt64 = 0
  /// Tail loss probes sent (RFC 8985 section 7).
  public internal(set) var tailLossProbes: UInt64 = 0
  /// Segments of text with a congestion mark, on connections that use ECN (RFC 3168).
  public internal(set) var ecnMarks: UInt64 = 0
  /// Acknowledgments with ECE, on connections that use ECN.
  public internal(set) var ecnEchoes: UInt64 = 0
  /// Times an acknowledgment with ECE took the congestion window down.
  public internal(set) var ecnReductions: UInt64 = 0
  /// Window probes sent.
  public internal(set) var windowProbes: UInt64 = 0
  /// Keep-alive probes sent.
  public internal(set) var keepAliveProbes: UInt64 = 0
  /// Challenge acknowledgments withheld by the throttle (RFC5961-THR-1).
  public internal(set) var challengesThrottled: UInt64 = 0
  /// Answers to probes and repeated SYN-ACKs withheld by the throttle.
  public internal(set) var probeAnswersThrottled: UInt64 = 0
  /// Segments taken without a timestamp although both sides agreed on them (RFC7323-TS-7).
  public internal(set) var timestampsMissing: UInt64 = 0
  /// Replies that belong to no connection and found the reply queue full.
  public internal(set) var repliesDropped: UInt64 = 0
  /// Half-open entries given up for a newer one.
  public internal(set) var halfOpenRecycled: UInt64 = 0
  /// Half-open entries that were never answered.
  public internal(set) var halfOpenExpired: UInt64 = 0
  /// SYNs answered with a cookie. Acknowledgments without a good one are counted as `badCookie`.
  public internal(set) var cookiesSent: UInt64 = 0
  /// Connections that began with the acknowledgment of a cookie.
  public internal(set) var cookiesAccepted: UInt64 = 0
  /// TIME-WAIT entries given up before their time for a newer one.
  public internal(set) var timeWaitRecycled: UInt64 = 0
  /// Connections that reached ESTABLISHED.
  public internal(set) var connectionsEstablished: UInt64 = 0
  /// Connections that a reset ended.
  public internal(set) var connectionsReset: UInt64 = 0
  /// Connections that a time-out ended.
  public internal(set) var connectionsTimedOut: UInt64 = 0
  /// Window scale options above 14, taken as 14 (RFC7323-WS-8).
  public internal(set) var windowScalesClamped: UInt64 = 0
  /// Released connections without progress that gave their place to a completed handshake.
  public internal(set) var releasedRecycled: UInt64 = 0
  /// Path MTU reductions taken from ICMP errors.
  public internal(set) var pathMTUReductions: UInt64 = 0

  /// Black holes seen: a path took no long segments, and nobody said so.
  public internal(set) var blackHoles: UInt64 = 0
  /// Probes of the path MTU sent.
  public internal(set) var pathProbes: UInt64 = 0
  /// Of these, those that were lost.
  public internal(set) var pathProbesLost: UInt64 = 0

  package init() { outcomes = [41 of UInt64](repeating: 0) }

  /// How many datagrams had an outcome.
  public subscript(outcome: ArrivalOutcome) -> UInt64 { outcomes[Int(outcome.rawValue)] }

  @inline(__always)
  package mutating func note(_ outcome: ArrivalOutcome) {
    outcomes[Int(outcome.rawValue)] &+= 1
  }

  /// How many datagrams arrived.
  public var datagramsArrived: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<ArrivalOutcome.count { sum &+= outcomes[index] }
    return sum
  }
}
