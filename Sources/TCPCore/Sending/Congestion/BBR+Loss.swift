// What losses do to BBR: sections 5.3.1.3, 5.5.10, 5.5.11 and 5.6.4.4 of draft-ietf-ccwg-bbr-06.
extension BBR {
  /// IsInflightTooHigh (BBR-9): more than 2 % of a flight was lost (LossThresh); without reports any loss.
  func isLossExcessive(_ c: BBRConnection) -> Bool {
    // unreached: without reports a script loses more than 2 % or nothing; BBRTransferTests
    UInt64(wide: c.sample.lost) &* 50 > UInt64(wide: c.sample.inFlight) || c.sample.lost > 0 && !c.isSelective
  }

  /// NoteLoss and HandleLostPacket, for all that an acknowledgment or a timer found lost.
  package mutating func didLose(_ losses: LossNotice, _ c: BBRConnection) {
    guard losses.hasLoss else { return }
    noteLoss(c)
    lostRanges &+= UInt32(losses.ranges)
    guard isProbeSample, losses.isExcessive || !c.isSelective else { return }
    // unreached: one segment of a script's flight is more than 2 %, and without reports one is enough
    let flight = losses.isExcessive ? losses.bearableFlight : c.inFlight
    didOverfill(bearable: flight, isAppLimited: losses.isAppLimited, c)
  }

  private mutating func noteLoss(_ c: BBRConnection) {
    if !hasLossInRound {
      lossRoundEnd = c.delivered & ~7
      saveState(window: c.window)
    }
    hasLossInRound = true
  }

  /// HandleInflightTooHigh: the probe has put more into the network than it bears.
  private mutating func didOverfill(bearable: UInt32, isAppLimited: Bool, _ c: BBRConnection) {
    wasProbeTooHigh = true
    isProbeSample = false
    if !isAppLimited {
      let least = UInt32(truncatingIfNeeded: UInt64(wide: targetFlight(c)) &* 7 / 10)
      // unreached: what was in flight without the lost one is above 0.7 of the target; BBRTests
      longTermFlight = bearable > least ? bearable : least
    }
    // unreached: a loss of a probe that is found when the probe is over; BBRTests
    guard phase == .up else { return }
    undoPhase = .up
    startDown(c)
  }

  /// ECE (RFC 3168): the draft does not say what it means. It is a loss of one segment and, while more is
  /// looked for, the sign that there is no more: a router that marks instead of dropping may never show a
  /// loss rate.
  package mutating func didReceiveEcho(_ c: BBRConnection) {
    noteLoss(c)
    lostRanges &+= 1
    if phase == .startup { return leaveStartup(c) }
    if isProbeSample { didOverfill(bearable: c.inFlight, isAppLimited: false, c) }
  }

  /// CheckStartupHighLoss: a round trip of the recovery in which six ranges, and 2 % of a flight, were lost;
  /// without reports any loss in a recovery.
  mutating func checkStartupLoss(_ c: BBRConnection) {
    guard phase == .startup, isRepairing, hasLossInRound else { return }
    guard !c.isSelective || isLossRoundStart && lostRanges >= 6 && isLossExcessive(c) else { return }
    leaveStartup(c)
  }

  private mutating func leaveStartup(_ c: BBRConnection) {
    undoPhase = .startup
    isPipeFull = true
    let volume = volume(bandwidth, gain: 100, c)
    longTermFlight = volume > latestFlight ? volume : latestFlight
  }

  /// InitLowerBounds and LossLowerBounds: once in a round trip with losses, outside probes; to 0.7 at most.
  mutating func adaptLowerBounds(_ c: BBRConnection) {
    if shortTermBandwidth == BBR.unlimited { shortTermBandwidth = maximumBandwidth }
    if shortTermFlight == BBR.unlimited { shortTermFlight = c.window }
    shortTermBandwidth = BBR.reduced(shortTermBandwidth, atLeast: latestBandwidth)
    shortTermFlight = BBR.reduced(shortTermFlight, atLeast: latestFlight)
  }

  private static func reduced(_ value: UInt32, atLeast least: UInt32) -> UInt32 {
    let share = UInt32(truncatingIfNeeded: UInt64(wide: value) &* 7 / 10)
    return share > least ? share : least
  }

  /// SaveStateUponLoss.
  private mutating func saveState(window: UInt32) {
    saveWindow(window)
    undoPhase = .drain
    undoShortTermBandwidth = shortTermBandwidth
    undoShortTermFlight = shortTermFlight
    undoLongTermFlight = longTermFlight
  }

  /// Whether something lost or timed out is being repaired: OnEnterFastRecovery, OnEnterRTO, and the window
  /// of before when it is over.
  package mutating func setRepairing(_ isRepairing: Bool, _ c: inout BBRConnection) {
    if isRepairing && !self.isRepairing { saveState(window: c.window) }
    if !isRepairing && self.isRepairing { restoreWindow(&c) }
    self.isRepairing = isRepairing
  }

  /// HandleSpuriousLossDetection (BBR-10): nothing was lost.
  package mutating func undoLoss(_ c: inout BBRConnection) {
    restoreWindow(&c)
    isRepairing = false
    hasLossInRound = false
    resetFullPipe()
    if shortTermBandwidth < undoShortTermBandwidth { shortTermBandwidth = undoShortTermBandwidth }
    if shortTermFlight < undoShortTermFlight { shortTermFlight = undoShortTermFlight }
    if longTermFlight < undoLongTermFlight { longTermFlight = undoLongTermFlight }
    if undoPhase == .startup && phase != .startup {
      isPipeFull = false
      if phase != .probeRTT { phase = .startup }
      // unreached: a further loss behind it saves the state again, before it turns out to be none; BBRTests
    } else if undoPhase == .up && phase != .up && phase != .probeRTT {
      startRefill(c)
    }
    undoPhase = .drain
    boundWindow(&c)  // section 5.6.4.4: what is restored keeps to the model too
  }

  /// Whether every stored Bool and enum has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &phase) <= Phase.probeRTT.rawValue
      && rawByte(of: &acknowledgmentPhase) <= AcknowledgmentPhase.probeStopping.rawValue
      && rawByte(of: &undoPhase) <= Phase.probeRTT.rawValue
      && rawByte(of: &isPipeFull) <= 1 && rawByte(of: &isFullNow) <= 1 && rawByte(of: &isRoundStart) <= 1
      && rawByte(of: &isLossRoundStart) <= 1 && rawByte(of: &hasLossInRound) <= 1
      && rawByte(of: &isProbeSample) <= 1 && rawByte(of: &wasProbeTooHigh) <= 1
      && rawByte(of: &wasProbePrecautionary) <= 1 && rawByte(of: &isProbeRTTDue) <= 1
      && rawByte(of: &isProbeRTTRoundDone) <= 1 && rawByte(of: &isRestarting) <= 1
      && rawByte(of: &isRepairing) <= 1 && rawByte(of: &hasBegun) <= 1
  }
}

extension BBR {
  func add(to digest: inout StateDigest) {
    digest.add(hasBegun)
    guard hasBegun else { return }
    digest.add(phase.rawValue)
    digest.add(acknowledgmentPhase.rawValue)
    digest.add(undoPhase.rawValue)
    digest.add(currentBandwidth)
    digest.add(previousBandwidth)
    digest.add(shortTermBandwidth)
    digest.add(latestBandwidth)
    digest.add(longTermFlight)
    digest.add(shortTermFlight)
    digest.add(latestFlight)
    digest.add(priorWindow)
    digest.add(roundCount)
    digest.add(drainStartRound)
    digest.add(roundsSinceProbe)
    digest.add(lostRanges)
    digest.add(fullBandwidth)
    digest.add(minimumRTT)
    digest.add(probeMinimumRTT)
    digest.add(probeWait)
    digest.add(probeUpDelivered)
    digest.add(probeUpStep)
    digest.add(currentExtra)
    digest.add(previousExtra)
    digest.add(extraDelivered)
    digest.add(seed)
    digest.add(fullBandwidthCount)
    digest.add(probeUpRounds)
    digest.add(extraRounds)
    digest.add(roundEnd)
    digest.add(lossRoundEnd)
    digest.add(past: minimumSeenAt)
    digest.add(past: probeMinimumSeenAt)
    digest.add(past: cycleBegan)
    digest.add(past: extraBegan)
    digest.add(deadline: probeRTTEnd)
    digest.add(isPipeFull)
    digest.add(isFullNow)
    digest.add(hasLossInRound)
    digest.add(isProbeSample)
    digest.add(wasProbeTooHigh)
    digest.add(wasProbePrecautionary)
    digest.add(isProbeRTTRoundDone)
    digest.add(isRestarting)
    digest.add(isRepairing)
  }
}
