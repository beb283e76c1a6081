#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_next_event(_ host: OpaquePointer!, _ event: UnsafeMutablePointer<tcpcore_event_t>!)
  -> Int32
{
  unsafe withHost(host, .needed(event)) { host in
    guard let next = host.nextEvent() else { return 0 }
    unsafe event.pointee = tcpcore_event_t(
      handle: next.handle.rawValue, events: UInt32(next.kinds.rawValue))
    return 1
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_poll(_ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ wanted: UInt32) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    Int32(try host.readiness(Handle(rawValue: handle)).rawValue) & Int32(truncatingIfNeeded: wanted)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_status(
  _ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ status: UnsafeMutablePointer<tcpcore_status_t>!
) -> Int32 {
  unsafe withHost(host, .needed(status)) { host throws(CallError) in
    unsafe status.pointee = tcpcore_status_t(try host.status(Handle(rawValue: handle)))
    return TCPCORE_OK
  }
}

extension tcpcore_status_t {
  fileprivate init(_ status: Status) {
    // Rings hold 2^30 octets at most.
    func number(_ value: Int) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    self.init(
      local: tcpcore_endpoint_t(status.tuple.local), remote: tcpcore_endpoint_t(status.tuple.remote),
      state: UInt32(status.state.rawValue), end_reason: UInt32(status.endReason.rawValue),
      soft_error: UInt32(status.softError.rawValue), interface: number(status.interface),
      unread: number(status.unread), unacknowledged: number(status.unacknowledged),
      unsent: number(status.unsent), flight: number(status.bytesInFlight),
      send_room: number(status.sendSpace),
      send_window: number(status.sendWindow), receive_window: number(status.receiveWindow),
      congestion_window: number(status.congestionWindow),
      slow_start_threshold: status.slowStartThreshold == Int.max
        ? UInt32.max : number(status.slowStartThreshold),
      segment_size: number(status.segmentSize), urgent: number(status.urgent),
      early_ranges: number(status.outOfOrderRanges), retransmissions: number(status.retransmissions),
      waiting: number(status.acceptQueueCount),
      congestion_control: UInt32(status.congestionControl.rawValue),
      congestion_phase: UInt32(status.congestionPhase.rawValue),
      uses_ecn: status.usesECN ? 1 : 0,
      in_network: number(status.bytesInNetwork), losses: number(status.losses),
      reductions_undone: number(status.reductionsUndone),
      unanswered_timeouts: number(status.unansweredTimeouts), pacing_rate: number(status.pacingRate),
      path_mtu: number(status.pathMTU), searches_path_mtu: status.isSearchingPathMTU ? 1 : 0,
      user_timeout: UInt32(saturating: status.userTimeout.microseconds / 1_000),
      peer_user_timeout: UInt32(saturating: status.peerUserTimeout.microseconds / 1_000),
      delivery_rate: UInt64(wide: number(status.deliveryRate)),
      smoothed_round_trip: status.smoothedRoundTrip.microseconds,
      round_trip_variance: status.roundTripVariance.microseconds,
      minimum_round_trip: status.minimumRoundTrip.microseconds,
      reordering_window: status.reorderingWindow.microseconds,
      retransmission_timeout: status.retransmissionTimeout.microseconds,
      deadline: (status.deadline ?? .never).microseconds)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_next_handle(
  _ host: OpaquePointer!, _ cursor: UnsafeMutablePointer<UInt32>!,
  _ handle: UnsafeMutablePointer<tcpcore_handle_t>!
) -> Int32 {
  unsafe withHost(host, .needed(cursor), .needed(handle)) { host in
    var position = Int(clampingCount: unsafe cursor.pointee)
    guard let next = host.nextHandle(&position) else { return 0 }
    unsafe cursor.pointee = UInt32(truncatingIfNeeded: position)
    unsafe handle.pointee = next.rawValue
    return 1
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_occupancy(
  _ host: OpaquePointer!, _ occupancy: UnsafeMutablePointer<tcpcore_occupancy_t>!
) -> Int32 {
  unsafe withHost(host, .needed(occupancy)) { host in
    let taken = host.occupancy
    func number(_ value: Int) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    unsafe occupancy.pointee = tcpcore_occupancy_t(
      connections: number(taken.connections), half_open: number(taken.halfOpen),
      time_wait: number(taken.timeWait), listeners: number(taken.listeners))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_counters(
  _ host: OpaquePointer!, _ counters: UnsafeMutablePointer<tcpcore_counters_t>!
) -> Int32 {
  unsafe withHost(host, .needed(counters)) { host in
    unsafe fill(counters, host.counters)
    return TCPCORE_OK
  }
}

private func fill(_ target: UnsafeMutablePointer<tcpcore_counters_t>, _ counters: Counters) {
  // The array of outcomes is the first field; C arrays are imported as tuples, which cannot be indexed.
  let outcomes = unsafe UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt64.self)
  for number in 0..<ArrivalOutcome.count {
    if let outcome = ArrivalOutcome(rawValue: UInt8(truncatingIfNeeded: number)) {
      unsafe outcomes[number] = counters[outcome]
    }
  }
  unsafe target.pointee.segments_sent = counters.segmentsSent
  unsafe target.pointee.segments_retransmitted = counters.segmentsRetransmitted
  unsafe target.pointee.timeouts = counters.timeouts
  unsafe target.pointee.fast_retransmits = counters.fastRetransmits
  unsafe target.pointee.reductions_undone = counters.reductionsUndone
  unsafe target.pointee.tail_loss_probes = counters.tailLossProbes
  unsafe target.pointee.window_probes = counters.windowProbes
  unsafe target.pointee.keep_alive_probes = counters.keepAliveProbes
  unsafe target.pointee.challenges_throttled = counters.challengesThrottled
  unsafe target.pointee.replies_dropped = counters.repliesDropped
  unsafe target.pointee.half_open_recycled = counters.halfOpenRecycled
  unsafe target.pointee.half_open_expired = counters.halfOpenExpired
  unsafe target.pointee.time_wait_recycled = counters.timeWaitRecycled
  unsafe target.pointee.connections_established = counters.connectionsEstablished
  unsafe target.pointee.connections_reset = counters.connectionsReset
  unsafe target.pointee.connections_timed_out = counters.connectionsTimedOut
  unsafe target.pointee.window_scales_clamped = counters.windowScalesClamped
  unsafe target.pointee.path_mtu_reductions = counters.pathMTUReductions
  unsafe target.pointee.probe_answers_throttled = counters.probeAnswersThrottled
  unsafe target.pointee.timestamps_missing = counters.timestampsMissing
  unsafe target.pointee.released_recycled = counters.releasedRecycled
  unsafe target.pointee.ecn_marks = counters.ecnMarks
  unsafe target.pointee.ecn_echoes = counters.ecnEchoes
  unsafe target.pointee.ecn_reductions = counters.ecnReductions
  unsafe target.pointee.cookies_sent = counters.cookiesSent
  unsafe target.pointee.cookies_accepted = counters.cookiesAccepted
  unsafe target.pointee.black_holes = counters.blackHoles
  unsafe target.pointee.path_probes = counters.pathProbes
  unsafe target.pointee.path_probes_lost = counters.pathProbesLost
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_digest(_ host: OpaquePointer!) -> UInt64 {
  var digest: UInt64 = 0
  _ = unsafe withHost(host) { host in
    digest = host.digest
    return TCPCORE_OK
  }
  return digest
}
