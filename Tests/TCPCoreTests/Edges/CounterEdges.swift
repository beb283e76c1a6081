/// A number of the core that grows, and what happens where its width ends.
struct CounterEdge: CustomStringConvertible {
  enum End: String {
    /// It goes on from 0, and comparisons use differences.
    case wraps
    /// It stays at its largest value, or at a smaller one that is as good.
    case saturates
    /// It starts again from 0 before, or what it counts is bounded.
    case bounded
    /// Nothing lives as long.
    case unreachable
  }

  var name: String
  var width: Int
  var end: End
  /// Why that is right.
  var reason: String
  /// Which test of this folder, or of which other, goes over it.
  var test: String

  var description: String { "\(name), \(width) bits, \(end.rawValue): \(reason) (\(test))" }
}

extension CounterEdge {
  /// Every number of the core that grows with what happens, or with time.
  static let all: [CounterEdge] = hosts + clocks + sequences + connections + lengths

  private static let hosts = [
    CounterEdge(
      name: "SlotState.generation, in Handle.rawValue", width: 32, end: .wraps,
      reason: "odd means taken, also over the wrap; a handle fits again after 2^31 tenants of its slot",
      test: "generations, handles"),
    CounterEdge(
      name: "HostState.drawn", width: 64, end: .wraps, reason: "the numbers under a key need only differ",
      test: "draws, ports"),
    CounterEdge(
      name: "HostState.sequenceTick", width: 64, end: .unreachable,
      reason: "the clock stops at 2^60 ticks, and each opening adds one", test: "clocks, ticks"),
    CounterEdge(
      name: "Counters, all of them", width: 64, end: .wraps,
      reason: "a count of one each nanosecond takes 584 years; differences hold all the same",
      test: "statistics"),
    CounterEdge(
      name: "ReplyQueue.head and count", width: 32, end: .bounded, reason: "below the table's size",
      test: "NeutralTests"),
    CounterEdge(
      name: "EntryList.count, SlotTable.count", width: 32, end: .bounded, reason: "at most 2^24 entries",
      test: "EntryListTests"),
    CounterEdge(
      name: "Listener.recentDrops", width: 8, end: .saturates,
      reason: "at 8, where the time is at its minimum",
      test: "BacklogTests"),
    CounterEdge(
      name: "SynReceivedState.retries", width: 8, end: .saturates,
      reason: "only the first six tell how long to wait",
      test: "repeatedSynchronize"),
    CounterEdge(
      name: "SynReceivedState.challenges", width: 8, end: .saturates,
      reason: "at the limit, which is of the same width",
      test: "halfOpenChallenges"),
    CounterEdge(
      name: "SynReceivedState.lastSentAfter", width: 16, end: .saturates,
      reason: "67 s; a round trip that was measured from there would be longer than any time-out",
      test: "lateSynchronize"),
  ]

  private static let clocks = [
    CounterEdge(
      name: "Instant", width: 64, end: .saturates, reason: "the host's time stops at 2^62 us on",
      test: "clocks, endOfTime"),
    CounterEdge(
      name: "HostState.wheelTick", width: 64, end: .unreachable, reason: "2^62 us are 2^52 ms", test: "clocks"
    ),
    CounterEdge(
      name: "TimerWheel.current, TimerNode.tick", width: 32, end: .wraps,
      reason: "nothing is armed further ahead than 2^30 ms", test: "clocks, sleepers, TimerWheelTests"),
    CounterEdge(
      name: "Wakeup.bits", width: 63, end: .unreachable,
      reason: "2^62 us and the longest interval, 2^32 ms, stay below 2^63", test: "clocks, endOfTime"),
    CounterEdge(
      name: "SentRecord.stamp", width: 56, end: .wraps, reason: "nothing is in flight for 2^55 us",
      test: "clocks, latest"),
    CounterEdge(
      name: "TSval, TSecr, TS.Recent", width: 32, end: .wraps,
      reason: "compared by their difference, and forgotten after 24 days",
      test: "timestamps, figures near the edges"),
    CounterEdge(
      name: "ChallengeQuota.start, ProbeAnswerQuota.earnedAt", width: 64, end: .unreachable,
      reason: "moments, and one interval more", test: "clocks, AnswerRateTests"),
    CounterEdge(
      name: "RoundTripEstimator.scaledSmoothed and scaledVariance", width: 32, end: .saturates,
      reason: "samples are cut at 134 s", test: "RoundTripEstimatorTests"),
  ]

  private static let sequences = [
    CounterEdge(
      name: "SequenceNumber: ISS, SND.*, IRS, RCV.*, SACK, RFC 6582's recover, round-trip mark", width: 32,
      end: .wraps, reason: "compared by the sign of their difference",
      test: "sequences, figures near the edges"),
    CounterEdge(
      name:
        "LossRecovery.limited, SentRecord.count, SentRecords.lost, CongestionControl.window and peakFlight",
      width: 32, end: .bounded, reason: "octets in flight, at most 2^30 and a FIN", test: "sequences"),
    CounterEdge(
      name: "CongestionControl.counted", width: 32, end: .saturates, reason: "the next growth takes it away",
      test: "CongestionControlTests"),
  ]

  private static let connections = [
    CounterEdge(
      name: "Connection.retransmissions", width: 32, end: .saturates, reason: "it is only reported",
      test: "retransmissions"),
    CounterEdge(
      name: "Sender.retries", width: 8, end: .saturates, reason: "only the first and the warning count",
      test: "retries"),
    CounterEdge(
      name: "Connection.keepAliveUnanswered", width: 8, end: .saturates,
      reason: "at 255, which is the highest limit as well", test: "keepAlives"),
    CounterEdge(
      name: "PersistTimer.count", width: 8, end: .saturates, reason: "32 doublings reach any limit",
      test: "ProbeTimerTests"),
    CounterEdge(
      name: "LossRecovery.duplicates", width: 8, end: .saturates, reason: "only the first three count",
      test: "duplicates"),
    CounterEdge(
      name: "RoundTripEstimator.backoff", width: 8, end: .saturates, reason: "at 24, beyond any limit",
      test: "backOff"),
    CounterEdge(
      name: "ChallengeQuota.count", width: 8, end: .saturates,
      reason: "at the limit, which is of the same width",
      test: "quota"),
  ]

  private static let lengths = [
    CounterEdge(
      name: "RingBuffer.headOffset and used", width: 32, end: .bounded,
      reason: "a ring has 2^30 octets at most, and the sum of two positions fits", test: "RingBufferTests"),
    CounterEdge(
      name: "SentRecords.head, used and firstLostHint", width: 16, end: .bounded,
      reason: "a table has 65,535 records at most", test: "transmissions"),
    CounterEdge(
      name: "RangeSet.used", width: 16, end: .bounded, reason: "a set has 255 ranges at most", test: "ranges"),
    CounterEdge(
      name: "Lengths of datagrams, segments and options", width: 64, end: .bounded,
      reason: "each is checked against the octets that are there (32 bits where Int has as many)",
      test: "IPv4HeaderTests, IPv6HeaderTests, SegmentOptionsMalformedTests"),
    CounterEdge(
      name: "IPv4 identification, IPv6 flow label", width: 16, end: .bounded,
      reason: "always 0: nothing is fragmented, and no label is set", test: "IPv4HeaderTests, IPv6HeaderTests"
    ),
  ]
}
