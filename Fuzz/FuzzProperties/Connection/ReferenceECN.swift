import TCPCore

/// RFC 3168, as far as a connection remembers anything of it.
struct ReferenceECN {
  /// Both SYNs had what section 6.1.1 asks for.
  var isAgreed = false
  /// And no SYN or SYN-ACK of ours left without it: text that is new is ECT(0).
  var isMarked = false
  /// A mark has come, and no CWR since.
  var mustEcho = false
  /// SND.NXT when ECE took the window down last.
  var reducedAt: UInt32?
  /// The same when a tail loss probe had repaired a loss.
  var repairedAt: UInt32?
  /// Whether the next new text must carry CWR.
  var mustAnnounce = false
  /// Until when new text may wait, since the window was one segment when ECE came.
  var pauseEnd: UInt64 = 0
  /// Reductions for whatever reason when CWR left last.
  var announced: UInt64 = 0
  /// Tail loss probes that may have found a loss, and that CWR has left for.
  var announcedProbes: UInt64 = 0
  /// Whether the last acknowledgment takes the window down, unless a loss has done that already.
  var isAnswered = false
  /// Whether the last acknowledgment carried ECE, so that the window does not grow.
  var hasEcho = false
}

extension ReferenceConnection {
  /// Section 6.1.1: what the peer's SYN or SYN-ACK agrees to.
  mutating func takeECN(of segment: ReferenceSegment) {
    if isPassive {
      ecn.isAgreed = offered.ecn != .off && segment.has(.ece | .cwr)
    } else if segment.has(.ack) {
      ecn.isAgreed = offered.ecn == .offer && segment.has(.ece) && !segment.has(.cwr)
    } else {
      ecn.isAgreed = offered.ecn == .offer && segment.has(.ece | .cwr) && !estimator.isHandshakeAgain
    }
  }

  /// The handshake is complete.
  mutating func establishECN() { ecn.isMarked = ecn.isAgreed && !estimator.isHandshakeAgain }

  /// Section 6.1.3: text in the window. With CWR and a mark on one segment the mark is the newer.
  mutating func noteMark(of segment: ReferenceSegment) {
    guard ecn.isAgreed, segment.count > 0, receiveWindow > 0 else { return }
    if segment.has(.cwr) { ecn.mustEcho = false }
    if segment.isMarked { ecn.mustEcho = true }
  }

  /// Section 6.1.2: once for each window of data.
  mutating func noteEcho(of segment: ReferenceSegment, advance: Int) {
    guard ecn.isMarked, advance >= 0 else { return }
    ecn.hasEcho = segment.has(.ece)
    if let end = ecn.reducedAt, distance(segment.acknowledgment, end) > 0 { ecn.reducedAt = nil }
    guard ecn.hasEcho, flight > 0, ecn.reducedAt == nil else { return }
    ecn.isAnswered = true
  }

  /// What leaves, before it counts as sent.
  ///
  /// - Parameters:
  ///   - codepoint: that of the IP header.
  ///   - reductions: how often the window has come down so far, but for what tail loss probes have found.
  ///   - probes: how many of these have left.
  mutating func checkECN(
    _ segment: SegmentHeader, _ codepoint: CongestionCodepoint, reductions: UInt64, probes: UInt64
  ) {
    let hasECE = segment.flags.contains(.ece)
    let hasCWR = segment.flags.contains(.cwr)
    if segment.flags.contains(.rst) {
      return require("a reset has nothing of ECN", !hasECE && !hasCWR && codepoint == .notCapable)
    }
    if segment.flags.contains(.syn) {
      require("a SYN is not ECT", codepoint == .notCapable)
      let isAgain = estimator.isHandshakeAgain || isPassive && isSynchronizeSent
      let isSetup = !isAgain && (state == .synSent ? offered.ecn == .offer : ecn.isAgreed)
      require("a SYN offers what was chosen, and a SYN-ACK answers it, once", hasECE == isSetup)
      return require(
        "CWR is on a SYN that offers, and on no SYN-ACK", hasCWR == (isSetup && state == .synSent))
    }
    let isNew = segment.payloadCount > 0 && segment.sequence.rawValue == next && isSynchronized
    require(
      "ECT(0) is on text that was never sent, and on nothing else",
      codepoint == (ecn.isMarked && isNew ? .capable0 : .notCapable), "\(codepoint)")
    let isUnheard =
      state == .timeWait || segment.length == 0 && segment.sequence.rawValue == unacknowledged &- 1
    require("marks are echoed until CWR comes", hasECE == (ecn.isAgreed && ecn.mustEcho && !isUnheard))
    require("CWR is on new text only", !hasCWR || ecn.isMarked && isNew)
    guard ecn.isMarked, isNew else { return }
    require("a reduction for ECE is announced", hasCWR || !ecn.mustAnnounce)
    guard hasCWR else { return }
    ecn.mustAnnounce = false
    if reductions > ecn.announced {
      ecn.announced = reductions
    } else {
      // A probe that is out finds a loss when its answer comes (RFC 8985 section 7.4.2).
      require("what was not reduced is not announced", probes > ecn.announcedProbes)
      ecn.announcedProbes += 1
    }
  }
}

extension ConnectionRun {
  /// How often anything took the window down, but for what tail loss probes have found.
  var reductionCount: UInt64 {
    let counters = fixture.host.counters
    return counters.ecnReductions + counters.timeouts + counters.fastRetransmits
  }

  /// A segment has come: ECE may have taken the window down.
  ///
  /// - Parameter before: reductions for ECE before it.
  mutating func noteReduction(since before: UInt64) {
    let counters = fixture.host.counters
    let count = counters.ecnReductions - before
    require("one segment reduces once", count <= 1)
    let hasLost = counters.timeouts + counters.fastRetransmits + counters.tailLossProbes > 0
    require(
      "ECE reduces once for each window, and nothing else does",
      count == 0 || model.ecn.isAnswered)
    require("ECE reduces where no loss has", count == 1 || !model.ecn.isAnswered || hasLost)
    model.ecn.isAnswered = false
    guard count == 1 else { return }
    model.ecn.reducedAt = model.next
    model.ecn.mustAnnounce = true
    // BBR goes back to four segments with the first acknowledgment behind a time-out: nothing has to wait.
    guard let status = askStatus(),
      status.congestionWindow <= 2 * status.segmentSize && status.congestionControl != .bbr
    else { return }
    model.ecn.pauseEnd = now + status.retransmissionTimeout.microseconds
  }

  /// Whether new text waits for a time-out, because a window of one segment was too much (section 6.1.2). The
  /// same acknowledgment may end a recovery, whose threshold is two.
  var mayPause: Bool { now < model.ecn.pauseEnd }
}
