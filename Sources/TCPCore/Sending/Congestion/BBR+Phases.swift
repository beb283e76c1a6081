// The phases of BBR: sections 5.3.2 to 5.4 of draft-ietf-ccwg-bbr-06.
extension BBR {
  /// Whether it looks for more than it has (IsProbingBW).
  var isProbing: Bool { phase == .startup || phase == .refill || phase == .up }

  /// IsInAProbeBWState.
  var isCycling: Bool { phase == .down || phase == .cruise || phase == .refill || phase == .up }

  mutating func enterDrain() {
    phase = .drain
    drainStartRound = roundCount
  }

  /// CheckDrainDone: the queue is gone, or three round trips were not enough.
  mutating func checkDrainDone(_ c: inout BBRConnection) {
    guard phase == .drain else { return }
    let isDrained = c.inFlight <= quantized(volume(bandwidth, gain: 100, c), c)
    if isDrained || roundCount &- drainStartRound > 3 { startDown(c) }
  }

  // MARK: ProbeBW

  mutating func startDown(_ c: BBRConnection) {
    hasLossInRound = false  // ResetCongestionSignals
    latestBandwidth = 0
    latestFlight = 0
    probeUpStep = BBR.unlimited
    pickProbeWait()
    cycleBegan = c.now
    acknowledgmentPhase = .probeStopping
    startRound(c)
    phase = .down
  }

  mutating func startRefill(_ c: BBRConnection) {
    shortTermBandwidth = BBR.unlimited
    shortTermFlight = BBR.unlimited
    probeUpRounds = 0
    probeUpDelivered = 0
    wasProbePrecautionary = false
    acknowledgmentPhase = .refilling
    startRound(c)
    phase = .refill
  }

  private mutating func startUp(_ c: BBRConnection) {
    isProbeSample = true
    acknowledgmentPhase = .probeStarting
    startRound(c)
    resetFullPipe(baseline: c.sample.rate)
    phase = .up
    raiseProbeSlope(c)
  }

  /// UpdateProbeBWCyclePhase (BBR-6).
  mutating func updateCycle(_ c: inout BBRConnection) {
    guard isPipeFull, !adaptLongTermModel(c) else { return }
    switch phase {
    case .down:
      if isTimeToProbe(c) { return startRefill(c) }
      if isTimeToCruise(c) { phase = .cruise }
    case .cruise:
      if isTimeToProbe(c) { startRefill(c) }
    case .refill:
      if isRoundStart { startUp(c) }
    case .up:
      if isTimeToGoDown(c) {
        wasProbeTooHigh = false
        startDown(c)
      }
    case .startup, .drain, .probeRTT:
      break
    }
  }

  /// PickProbeWait: two to three seconds, or one round trip less than as many as a Reno flow would take.
  private mutating func pickProbeWait() {
    seed = seed &* 1_664_525 &+ 1_013_904_223
    roundsSinceProbe = seed &>> 31
    probeWait = 2_000_000 &+ UInt32(truncatingIfNeeded: UInt64(wide: seed &>> 8 & 0xFFFF) &* 1_000_000 &>> 16)
  }

  /// IsTimeToProbeBW.
  private func isTimeToProbe(_ c: BBRConnection) -> Bool {
    if (c.now - cycleBegan).microseconds > UInt64(wide: probeWait) { return true }
    let rounds = targetFlight(c) / c.segment
    return roundsSinceProbe >= (rounds < 63 ? rounds : 63)
  }

  /// TargetInflight.
  func targetFlight(_ c: BBRConnection) -> UInt32 {
    let volume = volume(bandwidth, gain: 100, c)
    return volume < c.window ? volume : c.window
  }

  private func isTimeToCruise(_ c: BBRConnection) -> Bool {
    c.inFlight <= flightWithHeadroom(c)
      && c.inFlight <= quantized(volume(maximumBandwidth, gain: 100, c), c)
  }

  private mutating func isTimeToGoDown(_ c: BBRConnection) -> Bool {
    // unreached: what is in flight behind an acknowledgment is less than the window, which keeps to the
    // bound; BBRTests
    if wasProbeTooHigh && c.inFlight >= longTermFlight {
      wasProbePrecautionary = true
      return true
    }
    if c.isLimited && c.window >= longTermFlight {
      resetFullPipe(baseline: c.sample.rate)
      return false
    }
    return isFullNow
  }

  /// InflightWithHeadroom: 15 %, a segment at least, stay free for others.
  func flightWithHeadroom(_ c: BBRConnection) -> UInt32 {
    guard longTermFlight != BBR.unlimited else { return BBR.unlimited }
    let share = UInt32(truncatingIfNeeded: UInt64(wide: longTermFlight) &* 15 / 100)
    let headroom = share > c.segment ? share : c.segment
    // unreached: the bound is less than a segment only where segments have become longer; BBRTests
    let flight = longTermFlight > headroom ? longTermFlight &- headroom : 0
    let least = c.segment &* 4
    // unreached: the bound is more than five segments while a script cruises; BBRTests
    return flight > least ? flight : least
  }

  private mutating func raiseProbeSlope(_ c: BBRConnection) {
    let step = c.window &>> UInt32(probeUpRounds)
    if probeUpRounds < 30 { probeUpRounds &+= 1 }
    probeUpStep = step > c.segment ? step : c.segment
  }

  /// ProbeInflightLongtermUpward: in this round trip 1 segment more, then 2, 4, 8.
  private mutating func raiseLongTermFlight(_ c: BBRConnection) {
    guard c.isLimited, c.window >= longTermFlight else { return }
    probeUpDelivered = UInt32(
      saturating: UInt64(wide: probeUpDelivered) &+ UInt64(wide: c.sample.newlyDelivered))
    if probeUpDelivered >= probeUpStep, probeUpStep > 0 {
      let steps = probeUpDelivered / probeUpStep
      probeUpDelivered &-= steps &* probeUpStep
      let sum = UInt64(wide: longTermFlight) &+ UInt64(wide: steps) &* UInt64(wide: c.segment)
      longTermFlight = UInt32(saturating: sum)
    }
    if isRoundStart { raiseProbeSlope(c) }
  }

  /// AdaptLongTermModel.
  ///
  /// - Returns: whether it has changed the phase.
  private mutating func adaptLongTermModel(_ c: BBRConnection) -> Bool {
    if acknowledgmentPhase == .probeStarting && isRoundStart { acknowledgmentPhase = .probeFeedback }
    if acknowledgmentPhase == .probeStopping && isRoundStart {
      isProbeSample = false
      acknowledgmentPhase = .none
      if isCycling {
        if !c.sample.isAppLimited { advanceBandwidthFilter() }
        // unreached: no probe of a script ends early for the bound of the one before; BBRTests
        if wasProbePrecautionary && !wasProbeTooHigh {
          startRefill(c)
          return true
        }
      }
    }
    guard c.sample.hasRecord, !isLossExcessive(c), longTermFlight != BBR.unlimited else { return false }
    if c.sample.inFlight > longTermFlight { longTermFlight = c.sample.inFlight }
    if phase == .up { raiseLongTermFlight(c) }
    return false
  }

  // MARK: ProbeRTT

  /// UpdateMinRTT: the shortest within 10 s, and within the 5 s after which ProbeRTT is due (BBR-7).
  mutating func updateMinimumRTT(_ c: BBRConnection) {
    isProbeRTTDue = c.now - probeMinimumSeenAt > .seconds(5)
    if c.sample.roundTrip != BBR.unlimited, c.sample.roundTrip < probeMinimumRTT || isProbeRTTDue {
      probeMinimumRTT = c.sample.roundTrip
      probeMinimumSeenAt = c.now
    }
    if probeMinimumRTT < minimumRTT || c.now - minimumSeenAt > .seconds(10) {
      minimumRTT = probeMinimumRTT
      minimumSeenAt = probeMinimumSeenAt
    }
  }

  /// ProbeRTTCwnd.
  func probeRTTWindow(_ c: BBRConnection) -> UInt32 {
    let half = volume(bandwidth, gain: 50, c)
    let least = c.segment &* 4
    return half > least ? half : least
  }

  mutating func checkProbeRTT(_ c: inout BBRConnection) {
    if phase != .probeRTT && isProbeRTTDue && !isRestarting {
      saveWindow(c.window)
      phase = .probeRTT
      probeRTTEnd = .never
      acknowledgmentPhase = .probeStopping
      startRound(c)
    }
    if phase == .probeRTT { handleProbeRTT(&c) }
    if c.sample.newlyDelivered > 0 { isRestarting = false }
  }

  private mutating func handleProbeRTT(_ c: inout BBRConnection) {
    c.marksAppLimited = true
    if probeRTTEnd == .never {
      guard c.inFlight <= probeRTTWindow(c) else { return }
      probeRTTEnd = c.now + .milliseconds(200)
      isProbeRTTRoundDone = false
      startRound(c)
      return
    }
    if isRoundStart { isProbeRTTRoundDone = true }
    if isProbeRTTRoundDone { checkProbeRTTDone(&c) }
  }

  private mutating func checkProbeRTTDone(_ c: inout BBRConnection) {
    guard probeRTTEnd != .never, c.now > probeRTTEnd else { return }
    probeMinimumSeenAt = c.now
    restoreWindow(&c)
    shortTermBandwidth = BBR.unlimited
    shortTermFlight = BBR.unlimited
    guard isPipeFull else {
      phase = .startup
      return
    }
    startDown(c)
    phase = .cruise
  }

  // MARK: Pauses

  /// HandleRestartFromIdle (BBR-8): something leaves where nothing is in flight, and the application was the
  /// limit.
  package mutating func didRestart(_ c: inout BBRConnection) {
    isRestarting = true
    extraBegan = c.now
    if isCycling {
      setRate(gain: 100, &c)
    } else if phase == .probeRTT {
      checkProbeRTTDone(&c)
    }
  }

  /// SaveCwnd.
  mutating func saveWindow(_ window: UInt32) {
    if isRepairing || phase == .probeRTT {
      // unreached: a window that is saved twice has not grown between; BBRTests
      if window > priorWindow { priorWindow = window }
    } else {
      priorWindow = window
    }
  }

  /// RestoreCwnd.
  mutating func restoreWindow(_ c: inout BBRConnection) {
    if priorWindow > c.window { c.window = priorWindow }
  }
}
