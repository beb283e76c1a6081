import TCPCore

// What a user may choose for a connection.
extension HostRun {
  /// All times become one, each within its bounds; what was set can be asked for, and set back.
  mutating func setOptions(_ octets: InlineArray<8, UInt8>) {
    let index = record(octets[1])
    let handle = records[index].handle
    let wanted = HostTable.spans[Int(octets[2]) % HostTable.spans.count]
    var options = ConnectionOptions()
    options.set(all: wanted)
    options.maximumSegmentSize = UInt16(octets[3])
    options.isKeepAliveEnabled = octets[3] & 1 != 0
    options.dscp = octets[4]
    options.hopLimit = octets[5]
    options.maximumSentSegmentSize = UInt16(octets[6])
    let isGood = octets[6] == 0 || octets[6] >= 64
    options.userTimeoutPolicy = octets[3] & 2 != 0 ? .exchange : octets[3] & 4 != 0 ? .adopt : .off
    check(options, are: wanted)
    let before = fixture.host.digest
    do throws(CallError) {
      let old = try fixture.host.options(handle)
      require("only a handle that is held has options", records[index].isHeld)
      try fixture.host.setOptions(handle, options, at: instant)
      require("segments carry 64 octets at least", isGood)
      let found = try fixture.host.options(handle)
      check(found, are: wanted)
      require(
        "options are as they were set",
        found.maximumSegmentSize == options.maximumSegmentSize && found.dscp == options.dscp
          && found.userTimeoutPolicy == options.userTimeoutPolicy
          && found.hopLimit == options.hopLimit && found.isKeepAliveEnabled == options.isKeepAliveEnabled)
      try fixture.host.setOptions(handle, old, at: instant)
      require("options that are set back change nothing", fixture.host.digest == before)
    } catch {
      require("options out of their range change nothing", fixture.host.digest == before)
      let expected: CallError = records[index].isHeld ? .invalidArgument : .staleHandle
      require(
        "a handle is stale if it was given up", error == expected && !(isGood && records[index].isHeld),
        "\(error)")
    }
  }

  /// Times are kept in whole milliseconds, within the bounds that the RFCs and the core set.
  private func check(_ options: ConnectionOptions, are wanted: Interval) {
    require("the smallest RTO", options.minimumTimeout == bounded(wanted, 1, 60_000))
    require("the largest RTO", options.maximumTimeout == bounded(wanted, 60_000, 4_000_000))
    require("R2", options.retransmissionTimeLimit == bounded(wanted, 1))
    require("R2 for SYN", options.handshakeLimit == bounded(wanted, 1))
    require("the user time-out", options.userTimeout == bounded(wanted, 1))
    require(
      "the most that a peer makes of it",
      options.maximumUserTimeout == bounded(Interval(microseconds: whole(wanted)), 100_000, 65_535_000))
    require("the limit of FIN-WAIT-2", options.finWait2Limit == bounded(wanted, 1))
    require("the idle time", options.keepAliveIdle == bounded(wanted, 1))
    require("the pause between probes", options.keepAliveInterval == bounded(wanted, 1))
    let count = Int(saturating: wanted.microseconds)
    require("what no number holds is the largest", count == Int(clamping: wanted.microseconds))
    require("the delay of acknowledgments", options.acknowledgmentDelay == bounded(wanted, 0, 499))
  }

  /// Whole seconds of it.
  private func whole(_ wanted: Interval) -> UInt64 { wanted.microseconds / 1_000_000 * 1_000_000 }

  private func bounded(_ wanted: Interval, _ least: UInt64, _ most: UInt64? = nil) -> Interval {
    let whole = max(least, wanted.microseconds / 1_000)
    if let most { return Interval(microseconds: min(whole, most) * 1_000) }
    // What 32 bits of milliseconds cannot hold has no end.
    return whole >= UInt64(UInt32.max) ? .unlimited : Interval(microseconds: whole * 1_000)
  }
}

extension ConnectionOptions {
  fileprivate mutating func set(all interval: Interval) {
    minimumTimeout = interval
    maximumTimeout = interval
    retransmissionTimeLimit = interval
    handshakeLimit = interval
    userTimeout = interval
    maximumUserTimeout = interval
    finWait2Limit = interval
    keepAliveIdle = interval
    keepAliveInterval = interval
    acknowledgmentDelay = interval
  }
}

extension HostTable {
  /// Lengths of time around the bounds of options.
  static let spans: [Interval] = [
    .microseconds(0), .microseconds(999), .milliseconds(1), .microseconds(1_500), .milliseconds(40),
    .milliseconds(499), .milliseconds(500), .milliseconds(59_999), .seconds(60), .seconds(61),
    .seconds(4_000), .seconds(4_001), .milliseconds(0xFFFF_FFFE), .milliseconds(0xFFFF_FFFF), .unlimited,
  ]
}
