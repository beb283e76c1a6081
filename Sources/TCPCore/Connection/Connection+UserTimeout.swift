// The user time-out option (RFC 5482): each end says how long it waits for the other. It may be lost, and
// nothing depends on it (RFC5482-7).
extension Connection {
  /// R2, or what the peer's option makes of it, in milliseconds.
  @inline(__always)  // on a segment's way
  var timeLimit: UInt32 {
    mutating get {
      let own = options.retransmissionTimeLimitMilliseconds
      return peerUserTimeout.rawValue == 0 ? own : max(own, adoptedTimeout)
    }
  }

  /// USER_TIMEOUT of RFC 5482 section 3.1 without ADV_UTO, in milliseconds (RFC5482-3); 0 where the peer has
  /// no say (RFC5482-2).
  private var adoptedTimeout: UInt32 {
    @inline(never)  // rare
    mutating get {
      guard peerUserTimeout.exists, options.userTimeoutPolicy != .off,
        options.userTimeoutMilliseconds == UInt32.max
      else { return 0 }
      // RFC5482-1: U_LIMIT, at most 65,535 s. L_LIMIT is 100 s (RFC5482-5), and more than any RTO
      // (RFC5482-4).
      let limited = min(peerUserTimeout.seconds, UInt32(options.maximumUserTimeoutSeconds)) &* 1_000
      return max(limited, max(100_000, options.maximumTimeoutMilliseconds &+ 1))
    }
  }

  /// How long a connection is idle before the first keep-alive probe: longer than the time-out that was
  /// adopted (RFC5482-10), also where R2 has no limit.
  var keepAliveIdle: Interval {
    mutating get {
      let idle = options.keepAliveIdleMilliseconds
      guard peerUserTimeout.rawValue != 0 else { return ConnectionOptions.interval(idle) }
      let (own, adopted) = (options.retransmissionTimeLimitMilliseconds, adoptedTimeout)
      let limit = own == UInt32.max ? adopted : max(own, adopted)
      // unreached: no script has keep-alive wait longer than that
      return ConnectionOptions.interval(adopted > 0 && idle <= limit ? limit &+ 1 : idle)
    }
  }

  /// The peer's option has arrived. Less than it said before may end at once what has waited longer.
  @inline(never)  // rare
  mutating func hear(_ userTimeout: UserTimeout, _ context: ConnectionContext) {
    guard options.userTimeoutPolicy != .off else { return }
    peerUserTimeout = userTimeout
    recomputeWakeup(at: context.now)
  }

  /// Our time-out may be another than the peer has heard: the next segment that leaves says it (RFC5482-6).
  /// The first one behind the handshake always does.
  mutating func noteOwnUserTimeout() {
    if options.userTimeoutPolicy == .exchange { receive.mayReport = true }
  }

  /// What the next segment has to say of our time-out.
  @inline(__always)
  var owedUserTimeout: UserTimeout {
    mutating get {
      guard options.userTimeoutPolicy == .exchange else { return .none }
      let own = options.advertisedUserTimeout
      return own == saidUserTimeout ? .none : own
    }
  }
}
