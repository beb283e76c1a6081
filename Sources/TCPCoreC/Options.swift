#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

extension Interval {
  fileprivate init(milliseconds: UInt32) {
    self =
      milliseconds == UInt32.max
      ? .unlimited : Interval(microseconds: UInt64(wide: milliseconds) &* 1_000)
  }
}

extension ConnectionOptions {
  /// What a caller wants, or the defaults.
  init(_ values: UnsafePointer<tcpcore_options_t>?) {
    self.init()
    if let values = unsafe values { unsafe set(values.pointee) }
  }

  private mutating func set(_ values: tcpcore_options_t) {
    minimumTimeout = Interval(milliseconds: values.minimum_timeout)
    maximumTimeout = Interval(milliseconds: values.maximum_timeout)
    retransmissionTimeLimit = Interval(milliseconds: values.retransmission_limit)
    handshakeLimit = Interval(milliseconds: values.handshake_limit)
    userTimeout = Interval(milliseconds: values.user_timeout)
    finWait2Limit = Interval(milliseconds: values.fin_wait_2_limit)
    releasedLimit = Interval(milliseconds: values.released_limit)
    keepAliveIdle = Interval(milliseconds: values.keep_alive_idle)
    keepAliveInterval = Interval(milliseconds: values.keep_alive_interval)
    acknowledgmentDelay = Interval(milliseconds: values.acknowledgment_delay)
    maximumSegmentSize = values.maximum_segment_size
    softErrorRetransmissions = values.warning_retransmissions
    keepAliveProbes = values.keep_alive_probes < 2 ? 2 : values.keep_alive_probes
    dscp = values.dscp & 0x3F
    hopLimit = values.hop_limit == 0 ? 1 : values.hop_limit
    switch values.congestion_control {
    case UInt32(TCPCORE_CONTROL_NEWRENO): congestionControl = .newReno
    case UInt32(TCPCORE_CONTROL_BBR): congestionControl = .bbr
    default: congestionControl = .cubic
    }
    switch values.ecn {
    case UInt32(TCPCORE_ECN_OFF): ecn = .off
    case UInt32(TCPCORE_ECN_OFFER): ecn = .offer
    default: ecn = .answer
    }
    maximumSentSegmentSize = UInt16(
      truncatingIfNeeded: min(values.maximum_sent_segment_size, 65_535))
    switch values.user_timeout_policy {
    case UInt32(TCPCORE_USER_TIMEOUT_ADOPT): userTimeoutPolicy = .adopt
    case UInt32(TCPCORE_USER_TIMEOUT_EXCHANGE): userTimeoutPolicy = .exchange
    default: userTimeoutPolicy = .off
    }
    maximumUserTimeout = Interval(milliseconds: values.maximum_user_timeout)
    func has(_ flag: Int32) -> Bool { Int32(values.flags) & flag != 0 }
    isNagleEnabled = has(TCPCORE_OPTION_NAGLE)
    isPacingEnabled = has(TCPCORE_OPTION_PACING)
    isPathProbingEnabled = has(TCPCORE_OPTION_PATH_PROBING)
    isFragmentationAllowed = has(TCPCORE_OPTION_FRAGMENTATION)
    isKeepAliveEnabled = has(TCPCORE_OPTION_KEEP_ALIVE)
    offersTimestamps = has(TCPCORE_OPTION_TIMESTAMPS)
    offersWindowScale = has(TCPCORE_OPTION_WINDOW_SCALE)
    offersSACK = has(TCPCORE_OPTION_SACK)
    reportsSoftErrors = has(TCPCORE_OPTION_SOFT_ERRORS)
    requiresTimestamps = has(TCPCORE_OPTION_STRICT_TIMESTAMPS)
  }
}

extension tcpcore_options_t {
  fileprivate init(_ options: ConnectionOptions) {
    var flags: Int32 = 0
    if options.isNagleEnabled { flags |= TCPCORE_OPTION_NAGLE }
    if options.isPacingEnabled { flags |= TCPCORE_OPTION_PACING }
    if options.isPathProbingEnabled { flags |= TCPCORE_OPTION_PATH_PROBING }
    if options.isFragmentationAllowed { flags |= TCPCORE_OPTION_FRAGMENTATION }
    if options.isKeepAliveEnabled { flags |= TCPCORE_OPTION_KEEP_ALIVE }
    if options.offersTimestamps { flags |= TCPCORE_OPTION_TIMESTAMPS }
    if options.offersWindowScale { flags |= TCPCORE_OPTION_WINDOW_SCALE }
    if options.offersSACK { flags |= TCPCORE_OPTION_SACK }
    if options.reportsSoftErrors { flags |= TCPCORE_OPTION_SOFT_ERRORS }
    if options.requiresTimestamps { flags |= TCPCORE_OPTION_STRICT_TIMESTAMPS }
    self.init(
      minimum_timeout: options.minimumTimeoutMilliseconds,
      maximum_timeout: options.maximumTimeoutMilliseconds,
      retransmission_limit: options.retransmissionTimeLimitMilliseconds,
      handshake_limit: options.handshakeLimitMilliseconds,
      user_timeout: options.userTimeoutMilliseconds,
      fin_wait_2_limit: options.finWait2LimitMilliseconds,
      released_limit: options.releasedLimitMilliseconds,
      keep_alive_idle: options.keepAliveIdleMilliseconds,
      keep_alive_interval: options.keepAliveIntervalMilliseconds,
      acknowledgment_delay: UInt32(options.acknowledgmentDelayMilliseconds),
      maximum_segment_size: options.maximumSegmentSize,
      warning_retransmissions: options.softErrorRetransmissions,
      keep_alive_probes: options.keepAliveProbes, dscp: options.dscp, hop_limit: options.hopLimit,
      flags: UInt16(truncatingIfNeeded: flags),
      congestion_control: UInt32(options.congestionControl.rawValue), ecn: UInt32(options.ecn.rawValue),
      maximum_sent_segment_size: UInt32(options.maximumSentSegmentSize),
      user_timeout_policy: UInt32(options.userTimeoutPolicy.rawValue),
      maximum_user_timeout: UInt32(options.maximumUserTimeoutSeconds) &* 1_000)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_options_default(_ options: UnsafeMutablePointer<tcpcore_options_t>!) {
  guard unsafe PointerArgument.needed(options).fault == TCPCORE_OK else { return }
  unsafe options.pointee = tcpcore_options_t(ConnectionOptions())
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_options(
  _ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ options: UnsafeMutablePointer<tcpcore_options_t>!
) -> Int32 {
  unsafe withHost(host, .needed(options)) { host throws(CallError) in
    unsafe options.pointee = tcpcore_options_t(try host.options(Handle(rawValue: handle)))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_set_options(
  _ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ options: UnsafePointer<tcpcore_options_t>!,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host, .needed(options)) { host throws(CallError) in
    try host.setOptions(
      Handle(rawValue: handle), unsafe ConnectionOptions(options), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}
