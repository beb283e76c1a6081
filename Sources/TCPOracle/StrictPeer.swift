import TCPCore

/// What a peer could be that takes nothing beyond its window and drops what its sequence test calls
/// unacceptable, as far as the words show that have reached one end. Words are segments that the end has
/// processed, from any sender: forged ones count like any other, since the end cannot tell, and what was
/// lost or dropped has not been said.
///
/// Such a peer that has taken all that its window let in has RCV.NXT at SND.NXT, or at the right edge that it
/// advertised if that lies before. What it must hear (acknowledgments, window updates, challenges, the reset
/// of an abort) has to be there: further left is old, and further right is beyond the window. If it has not
/// taken all, no number serves both states where the window is full; text is in flight then and goes again,
/// so that its answer mends that.
///
/// Where words leave more than one edge open, all places between count as right: for that see `take`.
package struct StrictPeer: BitwiseCopyable {
  /// Whether a SYN of ours has left, and whether a SYN of the peer's has been heard since.
  private var hasBegun = false
  private var hasWord = false
  /// ISS, SND.UNA and SND.NXT.
  private var initial: UInt32 = 0
  private var unacknowledged: UInt32 = 0
  private var next: UInt32 = 0
  /// The right edges that the words leave possible: from here to there.
  private var nearEdge: UInt32 = 0
  private var farEdge: UInt32 = 0
  /// SND.WND, and the SEQ and ACK that it came with.
  private var window = 0
  private var wordSequence: UInt32 = 0
  private var wordAcknowledgment: UInt32 = 0
  /// How far the peer's windows are shifted, and whether our SYN offered that.
  private var shift = 0
  private var offersScale = false
  /// The SYN that our next SYN will answer.
  private var invitation: SegmentHeader?
  /// Whether ISS is one of the numbers that the connection before on this pair has used: where that sent
  /// faster than the clock of initial sequence numbers runs, old acknowledgments may pass for new ones (RFC
  /// 9293 section 3.4.1).
  package private(set) var overlapsFormer = false

  /// What a segment was that such a peer would not bear.
  package struct Fault {
    /// The rule that it breaks, in a few words.
    package var rule: String
    /// The numbers.
    package var detail: String
  }

  /// A peer of which nothing is known.
  package init() {}

  // MARK: What the end accepts

  /// The end has processed a segment.
  ///
  /// - Parameter isInvited: whether a handshake of the peer's was under way before, so that a SYN is a
  ///   repeated one.
  @_silgen_name("__sanitizer_loopback_strict_hear")
  package mutating func hear(_ segment: SegmentHeader, isInvited: Bool) {
    if segment.flags.contains(.rst) { return }  // ends the connection, or nothing
    let hasAcknowledgment = segment.flags.contains(.ack)
    if segment.flags.contains(.syn) && !(hasWord && hasAcknowledgment) {
      if hasBegun && !hasWord { return greet(segment) }
      // A repeated one brings the SYN-ACK again, and says nothing that counts.
      if !isInvited { invitation = segment }
      return
    }
    guard hasBegun, hasWord, hasAcknowledgment else { return }
    let acknowledgment = segment.acknowledgment.rawValue
    let advance = distance(acknowledgment, unacknowledged)
    // An old acknowledgment says nothing (RFC 9293 section 3.10.7.4, fifth check).
    guard advance >= 0, distance(acknowledgment, next) <= 0 else { return }
    let isFirst = unacknowledged == initial
    if isFirst && advance == 0 { return }
    unacknowledged = acknowledgment
    // The window of a SYN is never scaled (RFC 7323 section 2.2); of two that have crossed the second is a
    // SYN-ACK.
    let isCrossed = segment.flags.contains(.syn)
    let said = Int(segment.window) << (isCrossed ? 0 : shift)
    let sequence = segment.sequence.rawValue.moved(isCrossed ? 1 : 0)
    take(said, sequence, acknowledgment, isFirst: isFirst, hasAdvanced: advance > 0)
  }

  /// The peer's SYN, which was waited for, or which ours answers.
  private mutating func greet(_ segment: SegmentHeader) {
    hasWord = true
    let scale = segment.options.windowScale
    shift = offersScale ? scale.map { min(14, Int($0)) } ?? 0 : 0
    if segment.flags.contains(.ack) && segment.acknowledgment.rawValue == initial.moved(1) {
      unacknowledged = initial.moved(1)
    }
    window = Int(segment.window)
    wordSequence = segment.sequence.rawValue
    // WL2 means nothing before our SYN is acknowledged.
    wordAcknowledgment = segment.flags.contains(.ack) ? segment.acknowledgment.rawValue : initial
    nearEdge = initial.moved(1 + window)
    farEdge = nearEdge
  }

  /// A window is reported.
  private mutating func take(
    _ said: Int, _ sequence: UInt32, _ acknowledgment: UInt32, isFirst: Bool, hasAdvanced: Bool
  ) {
    let edge = acknowledgment.moved(said)
    let later = distance(sequence, wordSequence)
    let needsScheduling = later > 0 || later == 0 && distance(acknowledgment, wordAcknowledgment) > 0
    if isFirst || needsScheduling {
      window = said
      wordSequence = sequence
      wordAcknowledgment = acknowledgment
      nearEdge = edge
      farEdge = edge
    } else if later == 0 && acknowledgment == wordAcknowledgment {
      // Of two such words nobody knows which is the later one. Receivers do not shrink their windows
      // (SHLD-14), so the wider one is; where the narrower one comes second, either edge may hold until a
      // segment that is new.
      if distance(edge, farEdge) >= 0 {
        nearEdge = edge
        farEdge = edge
      }
      if said >= window || said == 0 { window = said }
      widen(to: edge)
    } else if hasAdvanced {
      // The window of an older segment does not count, though its acknowledgment does: SND.WND goes on from
      // there (RFC 9293 section 3.10.7.4), while the peer means the edge that it advertised then or now.
      widen(to: edge)
      widen(to: acknowledgment.moved(window))
    }
  }

  private mutating func widen(to edge: UInt32) {
    if distance(edge, nearEdge) < 0 { nearEdge = edge }
    if distance(edge, farEdge) > 0 { farEdge = edge }
  }

  // MARK: What leaves

  /// A segment leaves the end.
  ///
  /// - Parameter isProbe: whether the host has counted a probe of the window or of the peer.
  /// - Returns: what is wrong with it, if anything is.
  @_silgen_name("__sanitizer_loopback_strict_judge")
  package mutating func judge(_ segment: SegmentHeader, isProbe: Bool) -> Fault? {
    let sequence = segment.sequence.rawValue
    if segment.flags.contains(.rst) { return judgeReset(segment) }
    if segment.flags.contains(.syn) {
      return !hasBegun || sequence != initial ? begin(segment) : nil
    }
    guard hasBegun && hasWord else { return Fault(rule: "nothing leaves before a SYN", detail: "") }
    if isProbe {
      guard segment.length == 0 && sequence == unacknowledged.moved(-1) else {
        return Fault(
          rule: "a probe is where every peer must answer it",
          detail: "\(sequence), and \(unacknowledged) is acknowledged")
      }
      return nil
    }
    guard segment.length > 0 else {
      if isHeard(at: sequence) { return nil }
      return Fault(rule: "an acknowledgment is where a strict peer accepts it", detail: places(sequence))
    }
    let end = sequence.moved(segment.length)
    guard distance(end, next) > 0 else { return nil }  // sent again: a receiver that has it answers
    guard distance(end, farEdge) <= 0 else {
      return Fault(rule: "what is new lies within the window", detail: places(end))
    }
    next = end
    return nil
  }

  private mutating func begin(_ segment: SegmentHeader) -> Fault? {
    let answered = segment.flags.contains(.ack) ? invitation : nil
    let former = self
    self = StrictPeer()
    hasBegun = true
    initial = segment.sequence.rawValue
    overlapsFormer =
      former.hasBegun && distance(initial, former.initial) >= 0 && distance(initial, former.next) <= 0
    unacknowledged = initial
    next = initial.moved(1)
    offersScale = segment.options.windowScale != nil
    guard var answered else {
      return segment.flags.contains(.ack) ? Fault(rule: "a SYN-ACK answers a SYN", detail: "") : nil
    }
    // The peer's SYN came before ours: it acknowledges nothing.
    answered.flags = .syn
    greet(answered)
    return nil
  }

  /// Without ACK a reset answers a segment by its ACK, and with SEQ 0 one that has none: those are at home in
  /// whatever connection the other end believes in, of which words to this end tell nothing. FuzzHost judges
  /// them by what they answer. All others tell of an abort, and the peer has to hear them.
  private func judgeReset(_ segment: SegmentHeader) -> Fault? {
    let sequence = segment.sequence.rawValue
    guard segment.flags.contains(.ack), sequence != 0, !(hasBegun && isHeard(at: sequence)) else {
      return nil
    }
    return Fault(rule: "the reset of an abort is where a strict peer believes it", detail: places(sequence))
  }

  /// Whether a strict peer that has taken all that its window let in accepts an empty segment there.
  private func isHeard(at sequence: UInt32) -> Bool {
    distance(sequence, place(nearEdge)) >= 0 && distance(sequence, place(farEdge)) <= 0
  }

  /// RCV.NXT of such a peer. What the rounding of a scaled window hides does not move its edge (RFC 7323
  /// section 2.4).
  private func place(_ edge: UInt32) -> UInt32 {
    let beyond = distance(next, edge)
    return beyond <= 0 || beyond < 1 << shift ? next : edge
  }

  private func places(_ found: UInt32) -> String {
    "\(found), where \(next) is next, and the edge \(nearEdge) to \(farEdge)"
  }
}

/// How far a sequence number is behind another one.
private func distance(_ left: UInt32, _ right: UInt32) -> Int { Int(Int32(bitPattern: left &- right)) }

extension UInt32 {
  /// The number that many octets further.
  fileprivate func moved(_ count: Int) -> UInt32 { self &+ UInt32(truncatingIfNeeded: count) }
}
