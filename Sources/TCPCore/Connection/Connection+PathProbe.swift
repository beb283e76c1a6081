// Packetization layer path MTU discovery (RFC 4821): what the path takes is found out by what arrives, also
// where no router says anything, or nobody hears it. `PathProbe` has the rules.
extension Connection {
  /// What to do where a full-sized segment may leave while a search is on.
  enum ProbeStep {
    /// Send that segment.
    case none
    /// Wait until there is room for a longer one; at least as much as a probe needs behind it is in flight.
    case wait
    /// Send this many octets of text, more than the path is known to take.
    case probe(Int)
  }

  /// Octets of the datagrams that leave: what the path is known, or believed, to take.
  private mutating func datagramSize(_ context: ConnectionContext) -> Int {
    effectiveSegmentSize(context) &+ internetHeaderCount &+ 20
  }

  /// The largest datagram that a search may end with: what the interface takes, and the peer's MSS or our
  /// user's limit, whichever is less.
  private mutating func largestDatagram(_ context: ConnectionContext) -> Int {
    let peer = Int(send.peerMaximumSegmentSize) &+ internetHeaderCount &+ 20
    return peer < context.interfaceMTU ? peer : context.interfaceMTU
  }

  /// Whether a full-sized segment leaves as a probe: one at a time, of text that never left, while nothing is
  /// known to be missing, with as much behind it as shows its loss without a time-out.
  @inline(never)  // only while a search is on
  mutating func nextProbe(room: Int, _ decision: SendDecision, _ context: ConnectionContext) -> ProbeStep {
    let proven = datagramSize(context)
    guard !sender.path.isInFlight, !persistTimer.isArmed,
      sender.mayProbePath(unacknowledged: send.unacknowledged),
      let size = sender.path.nextSize(proven: proven, ceiling: largestDatagram(context))
    else { return .none }
    let count = room &+ size &- proven
    // Reports need something behind the probe, duplicates three segments.
    let needed = count &+ (usesSACK ? 2 : 3) &* segmentSize(context)
    guard decision.unsent >= needed, Int(truncatingIfNeeded: send.window) >= needed,
      Int(truncatingIfNeeded: sender.congestion.window) >= needed
    else { return .none }
    // unreached: a probe that has no room yet; BlackHoleTests has it
    if decision.usableWindow < count || decision.congestionRoom < count { return .wait }
    return .probe(count)
  }

  /// A probe with so much text leaves now: nothing else is longer than what is proven (RFC8899-4).
  mutating func notePathProbe(_ count: Int, room: Int, _ context: ConnectionContext) {
    sender.path.didSend(
      send.next, count: count, size: datagramSize(context) &+ count &- room)
    context.counters.pathProbes &+= 1
  }

  /// The path is known, and a sample of the round trip is taken: the time to see whether a probe has arrived,
  /// whether the search is over, and whether it is time for another (RFC8899-7). Costs an idle connection no
  /// timer.
  @inline(never)  // once for each round trip, and only where the path takes less than the interface
  mutating func lookAtPath(_ context: ConnectionContext) {
    guard options.isPathProbingEnabled else { return }
    if sender.path.isInFlight {
      guard sender.path.hasArrived(send.unacknowledged) else { return }
      pathMTU = UInt32(sender.path.probed)  // RFC8899-6: cwnd is in octets, and stays
      sender.path.didPass(next: send.next)
    } else if sender.path.isUnverified {
      sender.path.verify(unacknowledged: send.unacknowledged, segmentSize: segmentSize(context))
    }
    let (proven, ceiling) = (datagramSize(context), largestDatagram(context))
    if sender.path.isSearching {
      if sender.path.nextSize(proven: proven, ceiling: ceiling) == nil { sender.path.end(at: context.now) }
    } else if proven < ceiling, sender.path.isDue(at: context.now) {
      sender.path.begin()
    }
  }

  /// The retransmission timer has expired. Where it does again and again for the same long segment, the path
  /// may take none that long, and nobody says so: RFC 4821 section 7.7, RFC8899-8.
  ///
  /// The time-outs have taken the window down to one segment, and that it stays. The threshold is restored
  /// when a probe shows that the length was to blame.
  mutating func detectBlackHole(_ context: ConnectionContext, minimumMTU: Int) {
    let retries = sender.retries
    guard options.isPathProbingEnabled, send.isSynchronized,
      retries >= PathProbe.timeoutsBeforeFall(hasReports: sender.records.sacked > 0), sender.records.count > 0
    else { return }
    let base = PathProbe.base(isIPv4: tuple.isIPv4, retries: retries, least: minimumMTU)
    let first = sender.records.record(0, in: context.region)
    let old = segmentSize(context)
    let size = datagramSize(context)
    // The segment with the first octets in flight was longer than the base, and so are others.
    guard size > base, size &- old &+ Int(truncatingIfNeeded: first.count) > base else { return }
    pathMTU = UInt32(truncatingIfNeeded: base)
    sender.undo.endFRTO()  // what was lost for its length is not late
    sender.path.didFall(threshold: sender.thresholdBeforeTimeout, at: context.now)
    sender.didShorten(from: old, to: segmentSize(context), isLost: false, in: context.region)
    context.counters.blackHoles &+= 1
  }

  /// A router answers the probe with a size that is not below what is proven: the probe is lost, and what is
  /// left to try is that size (RFC 8899 section 4.6.2).
  ///
  /// - Returns: whether it does.
  mutating func takeReportOfProbe(
    _ sequence: SequenceNumber, size: Int, _ context: ConnectionContext
  ) -> Bool {
    guard sender.path.isInFlight, sequence == sender.path.sequence, size < Int(sender.path.probed),
      size >= datagramSize(context)
    else { return false }
    sender.didLoseProbe(reported: size, in: context.region)
    context.counters.pathProbesLost &+= 1
    return true
  }
}

extension Sender {
  /// Whether nothing is missing, so that the loss of a probe is known from that of others (RFC 4821 section
  /// 7.4).
  mutating func mayProbePath(unacknowledged: SequenceNumber) -> Bool {
    records.lost == 0 && records.sacked == 0 && retries == 0 && recovery.isPast(unacknowledged)
      && recovery.duplicateAckCount == 0 && !tail.isOutstanding && records.count &+ 1 < records.capacity
  }

  /// ssthresh before the first of the time-outs in a row.
  var thresholdBeforeTimeout: UInt32 {
    mutating get { undo.isPossible ? undo.threshold : congestion.threshold }
  }

  /// Something is lost that was not before, while a probe is on its way. Where it is the probe alone, that
  /// says nothing of congestion, and its text leaves again in segments of the proven size (RFC4821-1,
  /// RFC8899-5, RFC 4821 section 7.6.2).
  ///
  /// - Parameter before: octets that were lost before.
  /// - Returns: whether it is more than the probe.
  @inline(never)  // rare
  mutating func judgeProbe(lostBefore before: UInt32, in region: Region) -> Bool {
    guard let count = records.lostCount(at: path.sequence, in: region) else { return true }
    // unreached: other losses beside a probe; BlackHoleChangeTests has them
    if before > 0 || records.lost != count || recovery.isRecovering {
      path.didLearnNothing()
      return true
    }
    didLoseProbe()
    return false
  }

  /// The probe, and nothing else, is lost.
  mutating func didLoseProbe() {
    path.didFail()
    let threshold = path.takeThreshold()
    if threshold > 0 { congestion.undo(window: 0, threshold: threshold) }
  }

  /// A router says so.
  mutating func didLoseProbe(reported size: Int, in region: Region) {
    records.markLost(at: path.sequence, in: region)
    path.didReport(size)
    let threshold = path.takeThreshold()
    if threshold > 0 { congestion.undo(window: 0, threshold: threshold) }
  }
}
