import TCPCore

/// A segment whose arrival is judged.
struct EventSegment: Sendable, CustomStringConvertible {
  /// What it says about time.
  enum Stamp: String, Sendable {
    case missing
    case fresh
    case old
  }

  var flags: SegmentFlags
  var sequence: UInt32
  var acknowledgment: UInt32
  var textCount: Int
  var stamp = Stamp.missing
  /// The window and urgent pointer of each segment.
  static let window = 4_000
  static let urgentPointer = 5

  /// SEG.LEN.
  var length: Int { textCount + (has(.syn) ? 1 : 0) + (has(.fin) ? 1 : 0) }

  func has(_ flag: SegmentFlags) -> Bool { flags.contains(flag) }

  var description: String {
    "<SEQ=\(sequence)><ACK=\(acknowledgment)><CTL=\(String(flags.rawValue, radix: 2))><LEN=\(textCount)>"
      + (stamp == .missing ? "" : "<TS \(stamp.rawValue)>")
  }
}

/// What is there before a segment arrives.
struct EventSituation: Sendable {
  var place: EventPlace
  var numbers: WireNumbers
  var usesTimestamps: Bool
  /// Whether somebody listens on the port.
  var isListening: Bool
  /// Octets that arrived and were not read.
  var unread: Int
}

/// What must be there after it.
struct EventPrediction: Sendable {
  /// The reply that leaves.
  enum Reply: Equatable, Sendable {
    case none
    /// SEQ=SND.NXT, ACK=RCV.NXT.
    case acknowledgment
    /// The SYN and ACK of a handshake; SEQ is an initial sequence number of ours.
    case synchronize(acknowledgment: UInt32, isECNSetup: Bool = false)
    /// Flags as given; ACK counts where the flag is set.
    case reset(SegmentFlags, sequence: UInt32, acknowledgment: UInt32)
  }

  var state: ConnectionState
  var reply = Reply.none
  var reason = EndReason.none
  var numbers: WireNumbers
  var unread: Int
  /// Ranges of text beyond a gap.
  var early = 0
  /// Octets up to the end of urgent text.
  var urgent = 0
  /// Whether 2 MSL start again.
  var restartsTimeWait = false
  /// The conditions of the table that held on the way; the state is the one whose rows name them.
  var rules: [EventRule] = []
}

/// The conditions of SEGMENT ARRIVES, as the table spells them: state and condition name one row.
enum EventRule: String, Sendable {
  case reset = "RST on"
  case resetOffAcknowledgmentOff = "RST off, ACK off"
  case resetOffAcknowledgmentOn = "RST off, ACK on"
  case acknowledgmentOn = "ACK on"
  case synchronizeAcceptable = "SYN on, acceptable"
  case noneOfThem = "neither RST, ACK nor SYN"
  case finishUnjudged = "FIN on"
  case acknowledgmentOutside = "ACK on and (SEG.ACK <= ISS or SEG.ACK > SND.NXT), RST off"
  case acknowledgmentOutsideWithReset = "ACK on and out of that range, RST on"
  case acknowledgmentOfSynchronize = "ACK on and SND.UNA < SEG.ACK <= SND.NXT"
  case resetInSynSent = "RST on, RFC 5961 in use"
  case resetAcknowledging = "RST on, ACK was acceptable"
  case resetWithoutAcknowledgment = "RST on, no ACK"
  case synchronize = "SYN on"
  case synchronizeAcknowledged = "after that SND.UNA > ISS"
  case simultaneousOpen = "our SYN not yet acknowledged (simultaneous open)"
  case neitherSynchronizeNorReset = "SYN off and RST off"
  case emptyShut = "SEG.LEN=0, RCV.WND=0"
  case emptyOpen = "SEG.LEN=0, RCV.WND>0"
  case lengthShut = "SEG.LEN>0, RCV.WND=0"
  case lengthOpen = "SEG.LEN>0, RCV.WND>0"
  case outside = "not acceptable, RST off"
  case outsideReset = "not acceptable, RST on"
  case inside = "acceptable"
  case resetOutsideWindow = "RFC 5961: RST on, SEQ outside window"
  case resetInWindow = "RFC 5961: RST on, SEQ in window but not RCV.NXT"
  case resetValid = "RST valid"
  case resetValidPassive = "RST valid, passive origin"
  case resetValidActive = "RST valid, active origin"
  case synchronizePassive = "SYN on, passive origin"
  case synchronizeActive = "SYN on, active origin"
  case synChallenged = "SYN on, RFC 5961 followed"
  case synchronizeWithTimestamps = "SYN with timestamps and RFC 6191 implemented"
  case synchronizeReuses = "SYN on, timestamps meet RFC 6191 test (or SEQ test of MAY-2)"
  case acknowledgmentOff = "ACK off"
  case acknowledgmentFarOutside =
    "RFC 5961 data check on and SEG.ACK outside [SND.UNA-MAX.SND.WND, SND.NXT]"
  case acknowledgmentAdvances = "SND.UNA < SEG.ACK <= SND.NXT"
  case acknowledgmentAdvancesText = "SND.UNA < SEG.ACK <= SND.NXT, FIN not covered"
  case acknowledgmentNotAcceptable = "SEG.ACK not acceptable"
  case acknowledgmentDuplicate = "SEG.ACK <= SND.UNA (duplicate)"
  case acknowledgmentBeyond = "SEG.ACK > SND.NXT"
  case windowUpdate =
    "SND.UNA <= SEG.ACK <= SND.NXT and (WL1 < SEG.SEQ, or WL1 = SEG.SEQ and WL2 <= SEG.ACK)"
  case windowUpdateInLastAck = "SND.UNA <= SEG.ACK <= SND.NXT and window update rule holds"
  case finishAcknowledged = "our FIN now acknowledged"
  case queueEmpty = "retransmit queue empty"
  case urgent = "URG on"
  case text = "segment text present"
  case textBeyondGap = "in window but not at left edge"
  case finish = "FIN on (in order)"
  case finishThen = "then"
  case finishOursAcknowledged = "our FIN acknowledged (perhaps by this segment)"
  case finishOursOpen = "our FIN not acknowledged"
  case finishAgain = "retransmitted remote FIN"
}

/// SEGMENT ARRIVES of RFC 9293 section 3.10.7, written down once more from its text and the choices of the
/// table, without a look at how the core does it: plain numbers, one function for each check.
struct SegmentOracle {
  let before: EventSituation
  let segment: EventSegment
  var after: EventPrediction

  /// What must follow when a segment arrives.
  static func predict(_ before: EventSituation, _ segment: EventSegment) -> EventPrediction {
    let after = EventPrediction(
      state: before.place.connectionState, numbers: before.numbers, unread: before.unread)
    var oracle = SegmentOracle(before: before, segment: segment, after: after)
    switch before.place {
    case .nothing, .ended: oracle.judgeClosed()
    case .listen: oracle.judgeListen()
    case .synSent: oracle.judgeSynSent()
    case .timeWaitHeld, .timeWaitReleased: oracle.judgeTimeWait()
    case .synReceivedPassive, .synReceivedActive, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      oracle.judgeSynchronized()
    }
    return oracle.after
  }

  mutating func note(_ rule: EventRule) { after.rules.append(rule) }

  /// Section 3.10.7.1.
  private mutating func judgeClosed() {
    if segment.has(.fin) { note(.finishUnjudged) }
    if segment.has(.rst) { return note(.reset) }
    note(segment.has(.ack) ? .resetOffAcknowledgmentOn : .resetOffAcknowledgmentOff)
    queueRST()
  }

  /// The reset that answers a segment for nobody (section 3.5.2).
  mutating func queueRST() {
    after.reply =
      segment.has(.ack)
      ? .reset(.rst, sequence: segment.acknowledgment, acknowledgment: 0)
      : .reset(.rst | .ack, sequence: 0, acknowledgment: segment.sequence &+ UInt32(segment.length))
  }

  /// Section 3.10.7.2.
  private mutating func judgeListen() {
    if segment.has(.fin) { note(.finishUnjudged) }
    if segment.has(.rst) { return note(.reset) }
    if segment.has(.ack) {
      note(.acknowledgmentOn)
      return queueRST()
    }
    guard segment.has(.syn) else { return note(.noneOfThem) }
    note(.synchronizeAcceptable)
    beginHandshake()
  }

  /// SYN-RECEIVED for a listener. Text and FIN of the SYN are not kept (choice of EV-SEG-LISTEN-4).
  mutating func beginHandshake() {
    after.state = .synReceived
    // RFC 3168 section 6.1.1.
    after.reply = .synchronize(
      acknowledgment: segment.sequence &+ 1, isECNSetup: segment.flags.contains(.ece | .cwr))
  }

  /// Section 3.10.7.3.
  private mutating func judgeSynSent() {
    let advance = WireNumbers.distance(segment.acknowledgment, before.numbers.initial)
    let isAcknowledging = segment.has(.ack) && advance == 1
    if segment.has(.ack) {
      guard isAcknowledging else {
        if segment.has(.rst) { return note(.acknowledgmentOutsideWithReset) }
        note(.acknowledgmentOutside)
        return queueRST()
      }
      note(.acknowledgmentOfSynchronize)
    }
    if segment.has(.rst) {
      // RCV.NXT is unset: only the acknowledgment of our SYN says that the reset is meant for it.
      note(.resetInSynSent)
      guard isAcknowledging else { return note(.resetWithoutAcknowledgment) }
      note(.resetAcknowledging)
      return end(.refused)
    }
    if segment.has(.fin) && !segment.has(.syn) { note(.finishUnjudged) }
    guard segment.has(.syn) else { return note(.neitherSynchronizeNorReset) }
    note(.synchronize)
    takeInitial()
    guard isAcknowledging else {
      // What else the segment carries comes again: the choice for text on a SYN.
      note(.simultaneousOpen)
      after.state = .synReceived
      after.reply = .synchronize(acknowledgment: segment.sequence &+ 1)
      return
    }
    note(.synchronizeAcknowledged)
    after.state = .established
    after.numbers.unacknowledged = segment.acknowledgment
    after.reply = .acknowledgment
    takeUrgent(from: segment.sequence &+ 1)
    takeText(from: segment.sequence &+ 1)
  }

  /// IRS and what follows from it. The window of a SYN is never scaled.
  private mutating func takeInitial() {
    after.numbers.peerInitial = segment.sequence
    after.numbers.expected = segment.sequence &+ 1
    after.numbers.rightEdge = after.numbers.expected &+ UInt32(before.numbers.synWindow)
    after.numbers.window = EventSegment.window
  }

  /// The connection is over.
  mutating func end(_ reason: EndReason) {
    after.state = .closed
    after.reason = reason
    after.reply = .none
  }
}
