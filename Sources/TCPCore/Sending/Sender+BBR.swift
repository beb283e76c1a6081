// Delivery rates, where the ring class samples them, and BBR where the user has chosen it.
extension Sender {
  /// Text, or our SYN or FIN, has left for the first time: the last record.
  @inline(__always)
  mutating func sampleSent(count: Int, at now: Instant, in region: Region) {
    guard records.isSampling else { return }
    sampleSent(records.count &- 1, count: count, at: now, in: region)
  }

  @inline(never)  // only where delivery rates are sampled
  mutating func sampleSent(_ index: Int, count: Int, at now: Instant, in region: Region) {
    let limit = Int(truncatingIfNeeded: congestion.window) &- count
    records.sampleSent(index, octets: count, limit: limit, at: now, in: region)
  }

  /// CheckIfApplicationLimited (section 4.1.2.4 of draft-ietf-ccwg-bbr-06): before text is written, an
  /// acknowledgment is looked at, or a timer sends something.
  ///
  /// - Parameter pipe: octets believed to be in the network.
  @inline(never)  // only where delivery rates are sampled
  package mutating func noteApplicationLimit(hasUnsent: Bool, pipe: Int, in region: Region) {
    guard !hasUnsent, records.lost == 0, pipe < Int(truncatingIfNeeded: congestion.window) else { return }
    records.models(in: region)[0].rate.limit(inFlight: pipe)
  }

  /// Text leaves: perhaps after a pause (section 5.4).
  ///
  /// - Parameter pipe: octets believed to be in the network before.
  @inline(never)  // only where delivery rates are sampled
  mutating func noteRestart(pipe: Int, segmentSize: Int, at now: Instant, in region: Region) {
    guard congestion.algorithm.isBBR, pipe <= 0 else { return }
    let models = records.models(in: region)
    guard models[0].rate.limitedUntil != 0, models[0].bbr.hasBegun else { return }
    var c = bbrConnection(pipe: pipe, segmentSize: segmentSize, at: now, in: region)
    models[0].bbr.didRestart(&c)
    adopt(c)
  }

  /// An acknowledgment is looked at.
  ///
  /// - Parameters:
  ///   - unacknowledged: SND.UNA.
  ///   - next: SND.NXT.
  @inline(never)  // only where delivery rates are sampled
  mutating func finishSample(
    unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int, at now: Instant, in region: Region
  ) {
    let models = records.models(in: region)
    let sample = models[0].rate.takeSample(next: next, unreported: records.unreported(in: region))
    let losses = models[0].rate.takeLosses()
    guard congestion.algorithm.isBBR, segmentSize > 0 else { return }
    var c = bbrConnection(
      pipe: pipe(flight: next - unacknowledged), segmentSize: segmentSize, at: now, in: region)
    c.sample = sample
    // The first time, and again where the handshake has set the window.
    if !models[0].bbr.hasBegun || c.rate == 0 {
      models[0].bbr.begin(seed: next.rawValue, smoothed: estimator.smoothed, &c)
    }
    models[0].bbr.setRepairing(recovery.isRepairing(unacknowledged), &c)
    models[0].bbr.didLose(losses, c)
    if congestion.hasUnansweredEcho {
      congestion.hasUnansweredEcho = false
      models[0].bbr.didReceiveEcho(c)
    }
    models[0].bbr.didAcknowledge(&c)
    if models[0].bbr.isRoundStart { models[0].rate.didEndRound() }
    if c.marksAppLimited { models[0].rate.limit(inFlight: Int(truncatingIfNeeded: c.inFlight)) }
    adopt(c)
    congestion.setPhase(isStartup: !models[0].bbr.isPipeFull)
  }

  /// The retransmission timer has expired: what the window was is for later.
  mutating func rememberForBBR(segmentSize: Int, at now: Instant, in region: Region) {
    guard hasBegunBBR(in: region) else { return }
    var c = bbrConnection(pipe: 0, segmentSize: segmentSize, at: now, in: region)
    records.models(in: region)[0].bbr.setRepairing(true, &c)
  }

  /// What counted as lost was only late.
  mutating func undoForBBR(segmentSize: Int, in region: Region) {
    guard hasBegunBBR(in: region) else { return }
    var c = bbrConnection(
      pipe: 0, segmentSize: segmentSize, at: Instant(microseconds: 0), in: region)
    records.models(in: region)[0].bbr.undoLoss(&c)
    adopt(c)
  }

  /// Whether BBR has a model of the path. The handshake sets the window, and what was before means nothing.
  private mutating func hasBegunBBR(in region: Region) -> Bool {
    guard congestion.algorithm.isBBR, records.isSampling, congestion.pacingRate > 0 else { return false }
    return records.models(in: region)[0].bbr.hasBegun
  }

  private mutating func bbrConnection(
    pipe: Int, segmentSize: Int, at now: Instant, in region: Region
  ) -> BBRConnection {
    let models = records.models(in: region)
    var c = BBRConnection(
      window: congestion.window, rate: congestion.pacingRate,
      // unreached: a segment has text
      segment: UInt32(truncatingIfNeeded: segmentSize > 0 ? segmentSize : 1), now: now)
    c.delivered = models[0].rate.delivered
    c.inFlight = UInt32(truncatingIfNeeded: pipe > 0 ? pipe : 0)
    c.isLimited = models[0].rate.isWindowLimited
    c.isSelective = isSelective
    c.isGrowthBarred = congestion.isGrowthBarred
    return c
  }

  private mutating func adopt(_ c: BBRConnection) {
    congestion.setWindow(c.window)
    congestion.pacingRate = c.rate
  }

  /// Whether the model of the path is one; a restore checks this. Its numbers may be any.
  package mutating func isModelSound(in region: Region) -> Bool {
    guard records.isSampling else { return !congestion.algorithm.isBBR }
    let models = records.models(in: region)
    return models[0].rate.hasValidBitPatterns() && models[0].bbr.hasValidBitPatterns()
  }

  /// Another algorithm, while the connection runs.
  package mutating func select(_ algorithm: CongestionControlAlgorithm, isPaced: Bool, in region: Region) {
    if algorithm != congestion.algorithm && records.isSampling {
      records.models(in: region)[0].bbr = BBR()
    }
    congestion.select(algorithm)
    pacer.isEnabled = isPaced || algorithm.isBBR
    pacer.stopWaiting()
  }
}
