/// What a user may choose for one connection, before it opens or while it runs.
///
/// Times are kept in whole milliseconds; `Interval.unlimited` means no limit.
public struct ConnectionOptions: Sendable, BitwiseCopyable {
  /// Whether idle connections are probed (MUST-24, MAY-5); off unless asked for (MUST-25).
  public var isKeepAliveEnabled = false
  package private(set) var minimumTimeoutMilliseconds: UInt32 = 1_000
  package private(set) var maximumTimeoutMilliseconds: UInt32 = 60_000
  package private(set) var retransmissionTimeLimitMilliseconds: UInt32 = 100_000
  package private(set) var handshakeLimitMilliseconds: UInt32 = 180_000
  package private(set) var userTimeoutMilliseconds: UInt32 = UInt32.max
  package private(set) var finWait2LimitMilliseconds: UInt32 = 60_000
  package private(set) var releasedLimitMilliseconds: UInt32 = 120_000
  package private(set) var keepAliveIdleMilliseconds: UInt32 = 7_200_000
  package private(set) var keepAliveIntervalMilliseconds: UInt32 = 75_000
  package private(set) var acknowledgmentDelayMilliseconds: UInt16 = 40
  /// Our MSS at most, in octets; the interface's MTU may lower it further. 0 for no limit of its own.
  public var maximumSegmentSize: UInt16 = 0
  /// The most that a segment of ours may carry, in octets of options and text, as the peer's MSS counts them;
  /// 0 for no limit of our own, else 64 at least. It counts when the peer's SYN arrives: a later change does
  /// nothing.
  public var maximumSentSegmentSize: UInt16 = 0
  package private(set) var maximumUserTimeoutSeconds: UInt16 = 3_600
  /// R1: after so many retransmissions of the same octets a soft error is reported (SHLD-10).
  public var softErrorRetransmissions: UInt8 = 3
  /// How many keep-alive probes may stay unanswered; at least 2 (MUST-29).
  public var keepAliveProbes: UInt8 = 9
  /// The differentiated services code point of every datagram, 0 to 63 (MUST-48).
  public var dscp: UInt8 = 0
  /// Time to live, or hop limit, of every datagram (MUST-49).
  public var hopLimit: UInt8 = 64
  /// Who decides how much may be in flight. A change takes effect at once: the window and the threshold stay,
  /// and the other algorithm begins with them.
  public var congestionControl: CongestionControlAlgorithm = .cubic
  /// What to do about explicit congestion notification (RFC 3168). What the handshake agreed on does not
  /// change.
  public var ecn: ECNPolicy = .answer
  /// What to do with the user time-out option (RFC 5482). What is heard counts only while `userTimeout` is
  /// `unlimited`: where the user has chosen a time, no peer changes it (RFC5482-2).
  public var userTimeoutPolicy: UserTimeoutPolicy = .off
  /// Whether a short segment waits for the acknowledgment of another short one (MUST-17).
  public var isNagleEnabled = true
  /// Whether what the congestion window allows leaves spread over the round trip, in portions of what one
  /// millisecond takes, two segments at least. The initial window, and round trips below a millisecond, are
  /// never paced.
  public var isPacingEnabled = true
  /// Whether the connection finds out by itself what its path takes, where no router says so (RFC 4821): it
  /// sends shorter segments where long ones are lost again and again, and looks for the largest that pass.
  public var isPathProbingEnabled = true
  /// Whether routers may cut our IPv4 datagrams in pieces: Don't Fragment is off then, and each has an
  /// identification of its own (RFC 6864).
  public var isFragmentationAllowed = false
  /// Whether to offer timestamps (RFC 7323).
  public var offersTimestamps = true
  /// Whether segments without a timestamp are dropped once both sides have agreed on timestamps
  /// (RFC7323-TS-7). Off, since proxies, load balancers and some stacks leave them out in mid-stream.
  public var requiresTimestamps = false
  /// Whether to offer window scaling (RFC 7323).
  public var offersWindowScale = true
  /// Whether to offer SACK (RFC 2018).
  public var offersSACK = true
  /// Whether errors that do not end the connection are reported (SHLD-20).
  public var reportsSoftErrors = true

  /// The defaults of the RFCs.
  public init() {}

  /// The smallest retransmission time-out; 1 s by default (RFC6298-4), at least 1 ms.
  public var minimumTimeout: Interval {
    get { ConnectionOptions.interval(minimumTimeoutMilliseconds) }
    set { minimumTimeoutMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1, to: 60_000) }
  }

  /// The largest retransmission time-out; 60 s by default and at least (RFC6298-5, RFC8961-7), 67 minutes at
  /// most.
  public var maximumTimeout: Interval {
    get { ConnectionOptions.interval(maximumTimeoutMilliseconds) }
    set { maximumTimeoutMilliseconds = ConnectionOptions.milliseconds(newValue, from: 60_000, to: 4_000_000) }
  }

  /// R2: how long text may stay unacknowledged while it is sent again and again; 100 s by default (SHLD-11),
  /// `unlimited` forever (MUST-21). Time in which nobody called, or the device took nothing, does not count.
  public var retransmissionTimeLimit: Interval {
    get { ConnectionOptions.interval(retransmissionTimeLimitMilliseconds) }
    set { retransmissionTimeLimitMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// R2 for SYN: how long an attempt to connect may take; 180 s by default (MUST-23).
  public var handshakeLimit: Interval {
    get { ConnectionOptions.interval(handshakeLimitMilliseconds) }
    set { handshakeLimitMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// The user time-out: how long what the user gave may stay unacknowledged (RFC 9293 section 3.10.8),
  /// counted as R2, how long keep-alive probes, two of them at least, may stay unanswered since the peer was
  /// last heard, and how long FIN-WAIT-2 may last. `unlimited` by default, so that only R2 counts.
  public var userTimeout: Interval {
    get { ConnectionOptions.interval(userTimeoutMilliseconds) }
    set { userTimeoutMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// The most that a peer's user time-out option makes of ours, in whole seconds (RFC5482-1); an hour by
  /// default, 100 s to 18 hours.
  public var maximumUserTimeout: Interval {
    get { ConnectionOptions.interval(UInt32(maximumUserTimeoutSeconds) &* 1_000) }
    set {
      maximumUserTimeoutSeconds = UInt16(
        truncatingIfNeeded: ConnectionOptions.milliseconds(newValue, from: 100_000, to: 65_535_000) / 1_000)
    }
  }

  /// How long FIN-WAIT-2 lasts once the handle was released; 60 s by default (ROB-088).
  public var finWait2Limit: Interval {
    get { ConnectionOptions.interval(finWait2LimitMilliseconds) }
    set { finWait2LimitMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// How long a connection whose handle was released goes on while the peer acknowledges nothing new, in
  /// every state, also while it answers window probes (RFC 6429); two minutes by default. Then an RST tells
  /// the peer. `retransmissionTimeLimit` and `userTimeout` end it before that where they are shorter.
  public var releasedLimit: Interval {
    get { ConnectionOptions.interval(releasedLimitMilliseconds) }
    set { releasedLimitMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// How long a connection is idle before the first keep-alive probe; two hours by default (MUST-27,
  /// MUST-28).
  public var keepAliveIdle: Interval {
    get { ConnectionOptions.interval(keepAliveIdleMilliseconds) }
    set { keepAliveIdleMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// How long to wait between unanswered keep-alive probes; 75 s by default.
  public var keepAliveInterval: Interval {
    get { ConnectionOptions.interval(keepAliveIntervalMilliseconds) }
    set { keepAliveIntervalMilliseconds = ConnectionOptions.milliseconds(newValue, from: 1) }
  }

  /// The longest wait before text is acknowledged; 40 ms by default, always below 0.5 s (MUST-40, RFC5681-26,
  /// ROB-281).
  public var acknowledgmentDelay: Interval {
    get { ConnectionOptions.interval(UInt32(acknowledgmentDelayMilliseconds)) }
    set {
      acknowledgmentDelayMilliseconds = UInt16(
        truncatingIfNeeded: ConnectionOptions.milliseconds(newValue, from: 0, to: 499))
    }
  }

  /// MUST-67: our MSS is what the interface can carry, or less if the user asks for less.
  package func advertisedSegmentSize(mtu: Int, isIPv4: Bool) -> UInt16 {
    let room = mtu &- (isIPv4 ? 40 : 60)
    let wanted = maximumSegmentSize == 0 ? room : Int(maximumSegmentSize)
    let size = wanted < room ? wanted : room
    let minimum = Int(Connection.minimumSegmentSize)
    let least = minimum < room ? minimum : room
    // unreached: an MTU is at most 65,535, so room never is more
    return UInt16(truncatingIfNeeded: size < least ? least : (size > 65_535 ? 65_535 : size))
  }

  /// ADV_UTO of RFC 5482 section 3: the user time-out, or R2 where that is less.
  package var advertisedUserTimeout: UserTimeout {
    guard userTimeoutPolicy == .exchange else { return .none }
    return UserTimeout(
      milliseconds: userTimeoutMilliseconds < retransmissionTimeLimitMilliseconds
        ? userTimeoutMilliseconds : retransmissionTimeLimitMilliseconds)
  }

  /// Whether every value is in its range; of the others the setters see to it.
  package var isValid: Bool {
    maximumSentSegmentSize == 0 || maximumSentSegmentSize >= Connection.minimumSegmentSize
  }

  /// The bounds of the retransmission time-out in microseconds.
  @inline(__always)
  package var timeoutLimits: TimeoutLimits {
    TimeoutLimits(
      minimum: minimumTimeoutMilliseconds &* 1_000, maximum: maximumTimeoutMilliseconds &* 1_000)
  }

  /// How long a SYN-ACK waits for its acknowledgment, before any back-off (RFC6298-1).
  package var answerTimeout: Interval { minimumTimeout < .seconds(1) ? .seconds(1) : minimumTimeout }

  @inline(__always)
  package static func interval(_ milliseconds: UInt32) -> Interval {
    milliseconds == UInt32.max
      ? .unlimited : Interval(microseconds: UInt64(wide: milliseconds) &* 1_000)
  }

  @inline(never)  // eleven setters use it
  private static func milliseconds(
    _ interval: Interval, from least: UInt32, to most: UInt32 = UInt32.max
  ) -> UInt32 {
    let value = UInt32(saturating: interval.microseconds / 1_000)
    return value < least ? least : (value > most ? most : value)
  }

  /// Whether every stored Bool and enum has a valid bit pattern, and the time-outs can be set so;
  /// `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    minimumTimeoutMilliseconds >= 1 && minimumTimeoutMilliseconds <= 60_000
      && maximumTimeoutMilliseconds >= 60_000 && maximumTimeoutMilliseconds <= 4_000_000
      && maximumUserTimeoutSeconds >= 100
      && rawByte(of: &userTimeoutPolicy) <= UserTimeoutPolicy.exchange.rawValue
      && isValid && rawByte(of: &congestionControl) <= CongestionControlAlgorithm.bbr.rawValue
      && rawByte(of: &ecn) <= ECNPolicy.offer.rawValue
      && rawByte(of: &isNagleEnabled) <= 1
      && rawByte(of: &isPacingEnabled) <= 1
      && rawByte(of: &isPathProbingEnabled) <= 1
      && rawByte(of: &isFragmentationAllowed) <= 1
      && rawByte(of: &isKeepAliveEnabled) <= 1
      && rawByte(of: &offersTimestamps) <= 1
      && rawByte(of: &requiresTimestamps) <= 1
      && rawByte(of: &offersWindowScale) <= 1
      && rawByte(of: &offersSACK) <= 1
      && rawByte(of: &reportsSoftErrors) <= 1
  }
}

extension ConnectionOptions {
  func add(to digest: inout StateDigest) {
    digest.add(minimumTimeout.microseconds)
    digest.add(maximumTimeout.microseconds)
    digest.add(retransmissionTimeLimit.microseconds)
    digest.add(handshakeLimit.microseconds)
    digest.add(userTimeout.microseconds)
    digest.add(maximumUserTimeout.microseconds)
    digest.add(finWait2Limit.microseconds)
    digest.add(releasedLimit.microseconds)
    digest.add(keepAliveIdle.microseconds)
    digest.add(keepAliveInterval.microseconds)
    digest.add(acknowledgmentDelay.microseconds)
    digest.add(UInt32(maximumSegmentSize))
    digest.add(UInt32(maximumSentSegmentSize))
    digest.add(softErrorRetransmissions)
    digest.add(keepAliveProbes)
    digest.add(dscp)
    digest.add(hopLimit)
    digest.add(congestionControl.rawValue)
    digest.add(ecn.rawValue)
    digest.add(userTimeoutPolicy.rawValue)
    digest.add(isNagleEnabled)
    digest.add(isPacingEnabled)
    digest.add(isPathProbingEnabled)
    digest.add(isFragmentationAllowed)
    digest.add(isKeepAliveEnabled)
    digest.add(offersTimestamps)
    digest.add(requiresTimestamps)
    digest.add(offersWindowScale)
    digest.add(offersSACK)
    digest.add(reportsSoftErrors)
  }
}
