/// BBR, version 3 (draft-ietf-ccwg-bbr-06): a model of the path from delivery rates, round trips and loss
/// rates sets the window and the pace, and no single loss takes them down.
///
/// It is in the rings of connections that sample delivery rates, and takes no room elsewhere. Volumes are in
/// octets, rates in octets in a second, times in microseconds; gains are in hundredths. The model of the path
/// is in this file, the phases and what a loss changes are in BBR+Phases.swift and BBR+Loss.swift.
package struct BBR: BitwiseCopyable {
  /// BBR.state.
  package enum Phase: UInt8, BitwiseCopyable {
    /// The rate doubles each round trip, until it is not delivered any more.
    case startup
    /// The queue that this has made drains.
    case drain
    /// ProbeBW: below the rate, until nothing queues.
    case down
    /// ProbeBW: at the rate.
    case cruise
    /// ProbeBW: the pipe is filled for a round trip.
    case refill
    /// ProbeBW: above the rate, to find more.
    case up
    /// Little in flight, to find the round trip without a queue.
    case probeRTT
  }

  /// What the samples of this round trip answer (BBR.ack_phase).
  enum AcknowledgmentPhase: UInt8, BitwiseCopyable {
    case none, refilling, probeStarting, probeFeedback, probeStopping
  }

  /// Infinity, for volumes, rates and times.
  static var unlimited: UInt32 { UInt32.max }

  package internal(set) var phase = Phase.startup
  var acknowledgmentPhase = AcknowledgmentPhase.none
  /// What a loss has ended that may turn out to be none (BBR.undo_state): `startup`, `up`, or else nothing.
  var undoPhase = Phase.drain

  /// BBR.max_bw: the highest sample of this probing cycle, and of the one before.
  var currentBandwidth: UInt32 = 0
  var previousBandwidth: UInt32 = 0
  /// BBR.bw_shortterm, bw_latest, undo_bw_shortterm.
  var shortTermBandwidth = BBR.unlimited
  var latestBandwidth: UInt32 = 0
  var undoShortTermBandwidth: UInt32 = 0
  /// BBR.inflight_longterm, inflight_shortterm, inflight_latest, and what undoes the first two.
  package internal(set) var longTermFlight = BBR.unlimited
  var shortTermFlight = BBR.unlimited
  var latestFlight: UInt32 = 0
  var undoLongTermFlight: UInt32 = 0
  var undoShortTermFlight: UInt32 = 0
  /// BBR.prior_cwnd: the window before a recovery or ProbeRTT.
  var priorWindow: UInt32 = 0

  /// BBR.next_round_delivered and loss_round_delivered, in whole units of snapshots.
  var roundEnd: UInt64 = 0
  var lossRoundEnd: UInt64 = 0
  /// BBR.round_count, drain_start_round, rounds_since_probe_up.
  var roundCount: UInt32 = 0
  var drainStartRound: UInt32 = 0
  var roundsSinceProbe: UInt32 = 0
  /// Runs of lost neighbours in this round trip.
  var lostRanges: UInt32 = 0

  /// BBR.full_bw and full_bw_count.
  var fullBandwidth: UInt32 = 0
  var fullBandwidthCount: UInt8 = 0

  /// BBR.min_rtt and probe_rtt_min_delay, and when they were seen.
  package internal(set) var minimumRTT = BBR.unlimited
  var probeMinimumRTT = BBR.unlimited
  var minimumSeenAt = Instant(microseconds: 0)
  var probeMinimumSeenAt = Instant(microseconds: 0)
  /// BBR.probe_rtt_done_stamp; `never`: not set.
  var probeRTTEnd = Instant.never
  /// BBR.cycle_stamp and bw_probe_wait.
  var cycleBegan = Instant(microseconds: 0)
  var probeWait: UInt32 = 0
  /// BBR.bw_probe_up_rounds, bw_probe_up_acked, probe_up_acked_per_inc.
  var probeUpRounds: UInt8 = 0
  var probeUpDelivered: UInt32 = 0
  var probeUpStep = BBR.unlimited

  /// BBR.extra_acked: the most of these rounds, and of those before.
  var currentExtra: UInt32 = 0
  var previousExtra: UInt32 = 0
  var extraRounds: UInt8 = 0
  var extraDelivered: UInt32 = 0
  var extraBegan = Instant(microseconds: 0)

  /// Where random numbers come from. They only spread what many senders do; who guesses them gains nothing.
  var seed: UInt32 = 1

  /// BBR.full_bw_reached, full_bw_now, round_start, loss_round_start, is_loss_in_round.
  package internal(set) var isPipeFull = false
  var isFullNow = false
  var isRoundStart = false
  var isLossRoundStart = false
  var hasLossInRound = false
  /// BBR.is_bw_probe_sample, prev_probe_too_high, prev_probe_precautionary.
  var isProbeSample = false
  var wasProbeTooHigh = false
  var wasProbePrecautionary = false
  /// BBR.probe_rtt_expired, probe_rtt_round_done, idle_restart.
  var isProbeRTTDue = false
  var isProbeRTTRoundDone = false
  var isRestarting = false
  /// Whether something lost or timed out is being repaired.
  var isRepairing = false
  /// Whether it has begun with a connection.
  package internal(set) var hasBegun = false

  package init() {}

  /// A connection begins with it, or the user has just chosen it (OnInit).
  ///
  /// - Parameter seed: any number; other senders should have others.
  package mutating func begin(seed: UInt32, smoothed: UInt32, _ c: inout BBRConnection) {
    self = BBR()
    hasBegun = true
    self.seed = seed
    minimumRTT = smoothed > 0 ? smoothed : BBR.unlimited
    minimumSeenAt = c.now
    probeMinimumSeenAt = c.now
    extraBegan = c.now
    startRound(c)
    let rate = UInt64(wide: c.window) &* 2_770_000 / UInt64(wide: smoothed > 0 ? smoothed : 1_000)
    // unreached: a window of one segment in a round trip of a month
    c.rate = UInt32(saturating: rate > 0 ? rate : 1)
  }

  /// UpdateOnACK: section 5.2.3.
  package mutating func didAcknowledge(_ c: inout BBRConnection) {
    updateLatestSignals(c)
    updateCongestionSignals(c)
    updateAggregation(c)
    checkFullPipe(c)
    if phase == .startup && isPipeFull { enterDrain() }
    checkDrainDone(&c)
    updateCycle(&c)
    updateMinimumRTT(c)
    checkProbeRTT(&c)
    if isLossRoundStart {
      latestBandwidth = c.sample.rate
      latestFlight = c.sample.delivered
    }
    setRate(gain: pacingGain, &c)
    setWindow(&c)
  }

  // MARK: Rounds and rates

  /// StartRound, in whole units of snapshots.
  mutating func startRound(_ c: BBRConnection) { roundEnd = c.delivered & ~7 }

  /// UpdateLatestDeliverySignals and UpdateRound.
  private mutating func updateLatestSignals(_ c: BBRConnection) {
    isLossRoundStart = false
    isRoundStart = false
    guard c.sample.hasRecord else { return }
    if c.sample.rate > latestBandwidth { latestBandwidth = c.sample.rate }
    if c.sample.delivered > latestFlight { latestFlight = c.sample.delivered }
    if c.sample.priorDelivered >= lossRoundEnd {
      lossRoundEnd = c.delivered & ~7
      isLossRoundStart = true
    }
    if c.sample.priorDelivered >= roundEnd {
      startRound(c)
      roundCount &+= 1
      roundsSinceProbe &+= 1
      isRoundStart = true
    }
  }

  /// UpdateCongestionSignals with UpdateMaxBw, and CheckStartupHighLoss, which looks at the same round trip.
  private mutating func updateCongestionSignals(_ c: BBRConnection) {
    if c.sample.rate > 0, c.sample.rate >= maximumBandwidth || !c.sample.isAppLimited,
      c.sample.rate > currentBandwidth
    {
      currentBandwidth = c.sample.rate
    }
    checkStartupLoss(c)
    guard isLossRoundStart else { return }
    if hasLossInRound && !isProbing { adaptLowerBounds(c) }
    hasLossInRound = false
    lostRanges = 0
  }

  /// BBR.max_bw.
  package var maximumBandwidth: UInt32 {
    currentBandwidth > previousBandwidth ? currentBandwidth : previousBandwidth
  }

  /// BBR.bw.
  package var bandwidth: UInt32 {
    maximumBandwidth < shortTermBandwidth ? maximumBandwidth : shortTermBandwidth
  }

  /// AdvanceMaxBwFilter; a cycle without a sample does not count.
  mutating func advanceBandwidthFilter() {
    // unreached: a probe without any sample; BBRTests
    guard currentBandwidth > 0 else { return }
    previousBandwidth = currentBandwidth
    currentBandwidth = 0
  }

  /// CheckFullBWReached (BBR-5): three round trips that bring less than a quarter more.
  private mutating func checkFullPipe(_ c: BBRConnection) {
    guard !isFullNow, isRoundStart, !c.sample.isAppLimited else { return }
    if UInt64(wide: c.sample.rate) &* 4 >= UInt64(wide: fullBandwidth) &* 5 {
      resetFullPipe(baseline: c.sample.rate)
      return
    }
    fullBandwidthCount &+= 1
    isFullNow = fullBandwidthCount >= 3
    if isFullNow { isPipeFull = true }
  }

  mutating func resetFullPipe(baseline: UInt32 = 0) {
    fullBandwidth = baseline
    fullBandwidthCount = 0
    isFullNow = false
  }

  // MARK: Volumes

  /// BBR.bdp for a rate, times a gain.
  func volume(_ bandwidth: UInt32, gain: UInt64, _ c: BBRConnection) -> UInt32 {
    if minimumRTT == BBR.unlimited {
      return CongestionControl.initialWindow(segmentSize: Int(truncatingIfNeeded: c.segment))
    }
    return UInt32(saturating: UInt64(wide: bandwidth) &* UInt64(wide: minimumRTT) / 1_000_000 &* gain / 100)
  }

  /// QuantizationBudget: three quanta of the pace, and four segments, always have room.
  func quantized(_ volume: UInt32, _ c: BBRConnection) -> UInt32 {
    var least = c.quantum &* 3
    let pipe = c.segment &* 4
    // unreached: a quantum is two segments at least, and three of them are more
    if least < pipe { least = pipe }
    let sum = UInt64(wide: volume > least ? volume : least)
    return UInt32(saturating: phase == .up ? sum &+ UInt64(wide: c.segment) &* 2 : sum)
  }

  /// UpdateACKAggregation: how much more is acknowledged at once than the rate explains, over ten round trips
  /// or, before the pipe is full, one.
  private mutating func updateAggregation(_ c: BBRConnection) {
    if isRoundStart {
      extraRounds &+= 1
      if extraRounds >= (isPipeFull ? 5 : 1) {
        previousExtra = isPipeFull ? currentExtra : 0
        currentExtra = 0
        extraRounds = 0
      }
    }
    var expected = c.octets(at: bandwidth, since: extraBegan)
    if extraDelivered <= expected {
      extraDelivered = 0
      extraBegan = c.now
      expected = 0
    }
    extraDelivered = UInt32(saturating: UInt64(wide: extraDelivered) &+ UInt64(wide: c.sample.newlyDelivered))
    var extra = extraDelivered &- expected
    if extra > c.window { extra = c.window }
    if extra > currentExtra { currentExtra = extra }
  }

  // MARK: What leaves

  /// BBR.pacing_gain.
  var pacingGain: UInt64 {
    switch phase {
    case .startup: 277
    case .drain: 50
    case .down: 90
    case .cruise, .refill, .probeRTT: 100
    case .up: 125
    }
  }

  /// SetPacingRateWithGain (BBR-11): 1 % below, so that a queue drains.
  mutating func setRate(gain: UInt64, _ c: inout BBRConnection) {
    let bandwidth = bandwidth
    guard bandwidth > 0 else { return }
    let rate = UInt32(saturating: UInt64(wide: bandwidth) &* gain &* 99 / 10_000)
    // unreached: one octet in a second; BBRTests
    if isPipeFull || rate > c.rate { c.rate = rate > 0 ? rate : 1 }
  }

  /// SetCwnd, with its bounds: sections 5.6.4.5 to 5.6.4.7 (BBR-12).
  private mutating func setWindow(_ c: inout BBRConnection) {
    let gain: UInt64 = phase == .up ? 225 : (phase == .probeRTT ? 50 : 200)
    let extra = currentExtra > previousExtra ? currentExtra : previousExtra
    let volume = UInt64(wide: volume(bandwidth, gain: gain, c)) &+ UInt64(wide: extra)
    let most = quantized(UInt32(saturating: volume), c)
    let grown = UInt32(saturating: UInt64(wide: c.window) &+ UInt64(wide: c.growth))
    let initial = CongestionControl.initialWindow(segmentSize: Int(truncatingIfNeeded: c.segment))
    if isPipeFull {
      c.window = grown < most ? grown : most
    } else if c.window < most || c.delivered < UInt64(wide: initial) {
      c.window = grown
    }
    boundWindow(&c)
  }

  /// MinPipeCwnd, BoundCwndForProbeRTT and BoundCwndForModel (BBR-12).
  mutating func boundWindow(_ c: inout BBRConnection) {
    let least = c.segment &* 4
    if c.window < least { c.window = least }
    if phase == .probeRTT {
      let bound = probeRTTWindow(c)
      if c.window > bound { c.window = bound }
    }
    var cap = BBR.unlimited
    switch phase {
    case .down, .refill, .up: cap = longTermFlight
    case .probeRTT, .cruise: cap = flightWithHeadroom(c)
    case .startup, .drain: break
    }
    if cap > shortTermFlight { cap = shortTermFlight }
    if cap < least { cap = least }
    if c.window > cap { c.window = cap }
    // Windows are below 2^30, so a larger congestion window would never matter.
    // unreached: windows end below 2^30, and a fuzz host far below that
    if c.window > 1 &<< 30 { c.window = 1 &<< 30 }
  }
}

/// What BBR sees of its connection, and sets: C of the draft, RS with it.
package struct BBRConnection: BitwiseCopyable {
  package var sample = RateSample()
  /// C.delivered.
  package var delivered: UInt64 = 0
  /// C.inflight: neither delivered nor lost.
  package var inFlight: UInt32 = 0
  /// C.cwnd.
  package var window: UInt32
  /// C.pacing_rate in octets in a second.
  package var rate: UInt32
  /// C.SMSS.
  package var segment: UInt32
  package var now: Instant
  /// C.is_cwnd_limited.
  package var isLimited = false
  /// Whether the peer reports ranges: C.has_selective_acks.
  package var isSelective = false
  /// Whether ECE keeps the window from growing.
  package var isGrowthBarred = false
  /// Set by ProbeRTT, whose samples are low.
  package var marksAppLimited = false

  package init(window: UInt32, rate: UInt32, segment: UInt32, now: Instant) {
    self.window = window
    self.rate = rate
    // unreached: a segment has text; BBRTests
    self.segment = segment > 0 ? segment : 1
    self.now = now
  }

  /// What the window may grow by.
  var growth: UInt32 { isGrowthBarred ? 0 : sample.newlyDelivered }

  /// C.send_quantum: what leaves in one tick of the host's timers, two segments at least.
  var quantum: UInt32 {
    let tick = rate / 1_000
    let two = segment &* 2
    let most: UInt32 = 65_536
    return tick < two ? two : (tick < most ? tick : most)
  }

  /// What a rate delivers until now.
  func octets(at rate: UInt32, since begin: Instant) -> UInt32 {
    let time = UInt64(wide: UInt32(saturating: (now - begin).microseconds))
    return UInt32(saturating: UInt64(wide: rate) &* time / 1_000_000)
  }
}
