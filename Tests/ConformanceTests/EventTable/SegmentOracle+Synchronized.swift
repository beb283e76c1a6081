import TCPCore

// Section 3.10.7.4, check by check.
extension SegmentOracle {
  /// Where the segment is against the window.
  private enum Acceptability {
    /// It passes the sequence test.
    case inside
    /// It does not, but its ACK, URG and RST count: the right edge (appendix A.2), or a shut window
    /// (MUST-66).
    case atEdge
    /// It does not.
    case outside
  }

  /// RCV.WND.
  private var window: Int { WireNumbers.distance(before.numbers.rightEdge, before.numbers.expected) }

  mutating func judgeSynchronized() {
    let isHandshake = before.place.connectionState == .synReceived
    var sequence = segment.sequence
    var length = segment.length
    if isHandshake && segment.has(.syn) && !segment.has(.rst) && sequence == before.numbers.peerInitial {
      if before.place == .synReceivedPassive && !segment.has(.ack) {
        // The peer has not heard our SYN and ACK (ROB-096).
        after.reply = .synchronize(acknowledgment: before.numbers.expected)
        return
      }
      if before.place == .synReceivedActive && segment.has(.ack) {
        // Figure 7: both answer the other's SYN with SYN and ACK; what is new is the ACK.
        sequence = sequence &+ 1
        length -= 1
      }
    }
    let hasKnownSynchronize = sequence != segment.sequence
    guard passesTimestamps() else { return }
    let acceptability = checkSequence(sequence, length)
    if acceptability == .outside {
      note(segment.has(.rst) ? .outsideReset : .outside)
      if segment.has(.rst) { return note(.resetOutsideWindow) }
      if segment.has(.syn) && !isHandshake { note(.synChallenged) }
      after.reply = .acknowledgment
      return
    }
    if acceptability == .inside { note(.inside) }
    // Text or FIN in front of a shut window is answered.
    if acceptability == .atEdge && length > 0 { after.reply = .acknowledgment }
    if segment.has(.rst) { return judgeReset(sequence, acceptability) }
    if segment.has(.syn) && !hasKnownSynchronize { return judgeSynchronize() }
    guard judgeAcknowledgment(sequence) else { return }
    takeUrgent(from: sequence)
    takeText(from: sequence)
  }

  /// RFC 7323 section 5.3: before all others. A reset is exempt.
  private mutating func passesTimestamps() -> Bool {
    // Without a timestamp it passes: RFC 7323 section 3.2 is declined there.
    guard before.usesTimestamps, !segment.has(.rst), segment.stamp == .old else { return true }
    after.reply = .acknowledgment
    return false
  }

  /// First check.
  private mutating func checkSequence(_ sequence: UInt32, _ length: Int) -> Acceptability {
    let first = WireNumbers.distance(sequence, before.numbers.expected)
    let last = first + length - 1
    let window = self.window
    // The choice of the table: a FIN alone right at the edge is acceptable, since it takes no room.
    let isBareFinish = length == 1 && segment.has(.fin) && first == window
    if window == 0 {
      note(length == 0 ? .emptyShut : .lengthShut)
      if isBareFinish { return .inside }
      if length == 0 { return first == 0 ? .inside : first == 1 ? .atEdge : .outside }
      return first == 0 ? .atEdge : .outside
    }
    note(length == 0 ? .emptyOpen : .lengthOpen)
    if first >= 0 && first < window || isBareFinish { return .inside }
    if length == 0 { return first == window ? .atEdge : .outside }
    return last >= 0 && last < window && first < 0 ? .inside : .outside
  }

  /// Second check, with RFC 5961 section 3.2.
  private mutating func judgeReset(_ sequence: UInt32, _ acceptability: Acceptability) {
    let first = WireNumbers.distance(sequence, before.numbers.expected)
    after.reply = .none
    if first == 0 {
      switch before.place {
      case .synReceivedPassive:
        note(.resetValidPassive)
        after.state = .listen
      case .synReceivedActive:
        note(.resetValidActive)
        end(.refused)
      default:
        note(.resetValid)
        end(.reset)
      }
    } else if first > 0 && first < window {
      note(.resetInWindow)
      after.reply = .acknowledgment
    } else {
      note(.resetOutsideWindow)
    }
  }

  /// Fourth check, with RFC 5961 section 4.2.
  private mutating func judgeSynchronize() {
    if before.place == .synReceivedPassive {
      note(.synchronizePassive)
      after.state = .listen
      return
    }
    note(before.place == .synReceivedActive ? .synchronizeActive : .synChallenged)
    after.reply = .acknowledgment
  }

  /// Fifth check, with RFC 5961 section 5.2.
  ///
  /// - Returns: whether the segment goes on.
  private mutating func judgeAcknowledgment(_ sequence: UInt32) -> Bool {
    guard segment.has(.ack) else {
      note(.acknowledgmentOff)
      return false
    }
    let numbers = before.numbers
    let advance = WireNumbers.distance(segment.acknowledgment, numbers.unacknowledged)
    let flight = WireNumbers.distance(numbers.next, numbers.unacknowledged)
    let isHandshake = before.place.connectionState == .synReceived
    if !isHandshake && (advance > flight || advance < -numbers.maximumWindow) {
      note(.acknowledgmentFarOutside)
      if advance > flight { note(.acknowledgmentBeyond) }
      after.reply = .acknowledgment
      return false
    }
    if isHandshake {
      guard advance > 0, advance <= flight else {
        note(.acknowledgmentNotAcceptable)
        queueRST()
        return false
      }
      note(.acknowledgmentAdvances)
      after.state = .established
      after.numbers.unacknowledged = segment.acknowledgment
      after.numbers.window = EventSegment.window
      return true
    }
    if advance > 0 {
      note(before.place == .lastAck ? .acknowledgmentAdvancesText : .acknowledgmentAdvances)
      after.numbers.unacknowledged = segment.acknowledgment
    } else {
      note(.acknowledgmentDuplicate)
    }
    if advance >= 0 { updateSendWindow(sequence) }
    if before.place == .finWait2 { note(.queueEmpty) }
    return didAckFIN(advance > 0 && advance == flight)
  }

  /// SND.WND, unless the segment is older than the one that set it.
  private mutating func updateSendWindow(_ sequence: UInt32) {
    let numbers = before.numbers
    let step = WireNumbers.distance(sequence, numbers.updateSequence)
    let further = WireNumbers.distance(segment.acknowledgment, numbers.updateAcknowledgment)
    guard step > 0 || step == 0 && further >= 0 else { return }
    // The choice of the table: with both numbers equal a smaller window is not taken, unless it is shut.
    let isEqual = step == 0 && further == 0
    let isSmaller = EventSegment.window < numbers.window
    note(before.place == .lastAck ? .windowUpdateInLastAck : .windowUpdate)
    if !(isEqual && isSmaller) { after.numbers.window = EventSegment.window }
  }

  /// What the acknowledgment of our FIN means in each state. Everything in flight ends with it where it was
  /// sent.
  ///
  /// - Returns: whether the segment goes on.
  private mutating func didAckFIN(_ isEverything: Bool) -> Bool {
    guard isEverything else { return true }
    switch before.place {
    case .finWait1:
      note(.finishAcknowledged)
      after.state = .finWait2
    case .closing:
      note(.finishAcknowledged)
      after.state = .timeWait
    case .lastAck:
      note(.finishAcknowledged)
      end(.finished)
      return false
    default: break
    }
    return true
  }

  /// Whether text may still come.
  private var isReceiving: Bool {
    [.established, .finWait1, .finWait2].contains(after.state)
  }

  /// Sixth check.
  mutating func takeUrgent(from sequence: UInt32) {
    guard segment.has(.urg) else { return }
    note(.urgent)
    guard isReceiving else { return }
    let consumed = after.numbers.expected &- UInt32(before.unread)
    let ahead = WireNumbers.distance(sequence &+ UInt32(EventSegment.urgentPointer), consumed)
    after.urgent = max(0, ahead)
  }

  /// Seventh and eighth check.
  mutating func takeText(from sequence: UInt32) {
    if segment.textCount > 0 { note(.text) }
    guard segment.textCount > 0 || segment.has(.fin) else { return }
    guard isReceiving else {
      // The peer has finished: a second FIN changes nothing.
      if segment.has(.fin) {
        note(.finish)
        note(.finishThen)
      }
      return
    }
    after.reply = .acknowledgment
    let room = WireNumbers.distance(after.numbers.rightEdge, after.numbers.expected)
    let first = WireNumbers.distance(sequence, after.numbers.expected)
    let end = first + segment.textCount
    var taken = 0
    if max(first, 0) < min(end, room) {
      if first <= 0 {
        taken = min(end, room)
      } else {
        note(.textBeyondGap)
        after.early = 1
      }
    }
    after.unread += taken
    after.numbers.expected = after.numbers.expected &+ UInt32(taken)
    // The FIN is trimmed like text: it needs its place in the window, or right behind it, and everything
    // before it.
    if segment.has(.fin) && end == taken && end <= room { receiveFIN() }
  }

  private mutating func receiveFIN() {
    note(.finish)
    after.numbers.expected = after.numbers.expected &+ 1
    switch after.state {
    case .established:
      note(.finishThen)
      after.state = .closeWait
    case .finWait1:
      note(.finishOursOpen)
      after.state = .closing
    default:
      note(before.place == .finWait1 ? .finishOursAcknowledged : .finishThen)
      after.state = .timeWait
    }
  }
}

// TIME-WAIT, with RFC 1337 and RFC 6191.
extension SegmentOracle {
  mutating func judgeTimeWait() {
    let first = WireNumbers.distance(segment.sequence, before.numbers.expected)
    if segment.has(.rst) {
      // Ignored wherever it is (RFC 1337).
      if checkSequence(segment.sequence, segment.length) == .outside { note(.outsideReset) }
      if first < 0 || first >= window { note(.resetOutsideWindow) }
      return
    }
    if segment.has(.syn) { return judgeNewSynchronize(first) }
    if segment.has(.fin) && first + segment.length == 0 {
      // The peer's FIN again: choice of EV-SEG-TIME-WAIT-18.
      note(.finishAgain)
      note(.finish)
      note(.finishThen)
      after.restartsTimeWait = true
      after.reply = .acknowledgment
      return
    }
    guard passesTimestamps() else { return }
    let acceptability = checkSequence(segment.sequence, segment.length)
    guard acceptability == .inside || acceptability == .atEdge && segment.length == 0 else {
      note(.outside)
      after.reply = .acknowledgment
      return
    }
    if acceptability == .inside { note(.inside) }
    guard segment.has(.ack) else { return note(.acknowledgmentOff) }
    let advance = WireNumbers.distance(segment.acknowledgment, before.numbers.next)
    guard advance <= 0, advance >= -before.numbers.maximumWindow else {
      note(.acknowledgmentFarOutside)
      after.reply = .acknowledgment
      return
    }
    if segment.has(.urg) { note(.urgent) }
    if segment.textCount > 0 { note(.text) }
    if segment.has(.fin) {
      // Another FIN than the first, but an acceptable one.
      note(.finish)
      note(.finishThen)
      after.restartsTimeWait = true
      after.reply = .acknowledgment
    }
  }

  /// RFC 6191 section 2, or the sequence numbers where timestamps cannot tell.
  private mutating func judgeNewSynchronize(_ first: Int) {
    if segment.stamp != .missing { note(.synchronizeWithTimestamps) }
    var isNew = first > 0
    if segment.stamp != .missing && !before.usesTimestamps { isNew = true }
    if segment.stamp == .fresh && before.usesTimestamps { isNew = true }
    if segment.stamp == .old && before.usesTimestamps { isNew = false }
    guard isNew, !segment.has(.ack), before.isListening else {
      note(.synChallenged)
      after.reply = .acknowledgment
      return
    }
    note(.synchronizeReuses)
    beginHandshake()
    after.reason = .finished
  }
}
