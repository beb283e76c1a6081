import TCPCore

// Section 3.10.7.4, sixth to eighth check: urgent pointer, text and FIN.
extension ReferenceConnection {
  /// Whether text may still come.
  private var isReceiving: Bool {
    switch state {
    case .established, .finWait1, .finWait2: true
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait: false
    }
  }

  /// RCV.UP only moves forward, and only beyond what was read.
  mutating func takeUrgent(_ segment: ReferenceSegment) {
    guard segment.has(.urg), segment.urgentPointer > 0, isReceiving else { return }
    let pointer = segment.sequence.moved(Int(segment.urgentPointer))
    guard distance(pointer, expected.moved(-unread)) > 0 else { return }
    if let urgent, distance(pointer, urgent) <= 0 { return }
    urgent = pointer
    events = events | .urgent
  }

  /// Octets up to the end of urgent text that were not read.
  var urgentCount: Int {
    guard let urgent else { return 0 }
    return max(0, distance(urgent, expected.moved(-unread)))
  }

  mutating func takeText(_ segment: ReferenceSegment, at now: UInt64) {
    guard segment.count > 0 || segment.has(.fin), isReceiving else { return }
    let first = received + distance(segment.sequence, expected)
    let end = first + segment.count
    if isReleased && segment.count > 0 && end > received {
      // Nobody will read it, and the peer should know.
      debts.ownReset = ownReset
      return self.end(.aborted)
    }
    noteMark(of: segment)
    noteRepeatedText(segment)
    noteSize(segment.count, isPushed: segment.has(.psh))
    let edge = received + receiveWindow
    if segment.has(.fin) && finish == nil && end >= received && end <= edge {
      finish = end
      truncateEarly(at: end)
    }
    let left = max(first, received)
    let right = min(end, edge, finish ?? edge)
    if left >= right {
      debts.acknowledgment = true
    } else if left == received {
      // What repeats text as well is answered at once.
      if first < received { debts.acknowledgment = true }
      takeInOrder(left, right, segment.isOther, at: now)
    } else {
      if keepEarly(left, right) {
        place(left, right, segment.isOther)
        latestEarly = left
      }
      debts.acknowledgment = true
    }
    receiveFIN(at: now)
  }

  /// The size that the peer fills its segments to: the largest, until smaller ones come twice in a row that
  /// are not the end of what it had to send.
  private mutating func noteSize(_ count: Int, isPushed: Bool) {
    if count > largestText || count < largestText && count == lastText && !isPushed { largestText = count }
    lastText = isPushed ? 0 : count
  }

  private mutating func takeInOrder(_ left: Int, _ right: Int, _ isOther: Bool, at now: UInt64) {
    place(left, right, isOther)
    let fillsGap = earlyCount > 0
    var reach = right
    while earlyCount > 0 && early[0].left <= reach {
      reach = max(reach, early[0].right)
      removeEarly(0)
    }
    expected = expected.moved(reach - received)
    received = reach
    events = events | .readable
    if fillsGap {
      debts.acknowledgment = true
      return
    }
    // SHLD-19: at least every second full-sized segment; what is full is judged by the largest seen.
    let full = min(max(largestText, 64), segmentSize)
    let delay = options.acknowledgmentDelay.microseconds
    if distance(expected, lastAcknowledgment) >= 2 * full || delay == 0 {
      debts.acknowledgment = true
    } else if debts.delayedUntil == .max {
      debts.delayedUntil = now + delay
    }
  }

  private mutating func receiveFIN(at now: UInt64) {
    guard let finish, finish == received, !isFinishReceived, isReceiving else { return }
    isFinishReceived = true
    expected = expected &+ 1
    if distance(expected, rightEdge) > 0 { rightEdge = expected }  // it took no room
    events = events | .readable
    debts.acknowledgment = true
    switch state {
    case .established: state = .closeWait
    case .finWait1: state = .closing
    case .finWait2: enterTimeWait(at: now)
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait: break
    }
  }

  /// Notes what the window holds; what comes later replaces what was there.
  private mutating func place(_ left: Int, _ right: Int, _ isOther: Bool) {
    let text = ReferenceConnection.peerText(left, right - left, isOther: isOther)
    let place = left % settings.receiveCapacity
    let head = min(text.count, settings.receiveCapacity - place)
    // No more than the window holds, which is how many octets there are: up to their end, and from their
    // beginning.
    unsafe text.part(0, head).copy(to: content + place)
    unsafe text.part(head, text.count).copy(to: content)
  }

  /// Whether octets are those that the user must read next.
  mutating func isNext(_ text: Octets) -> Bool {
    let place = consumed % settings.receiveCapacity
    let head = min(text.count, settings.receiveCapacity - place)
    // No more than the window holds, in two parts as they were noted.
    let first = unsafe Octets(UnsafeRawBufferPointer(start: content + place, count: head))
    // As said above.
    let second = unsafe Octets(UnsafeRawBufferPointer(start: content, count: text.count - head))
    return text.part(0, head).equals(first) && text.part(head, text.count).equals(second)
  }

  // MARK: Text beyond a gap

  /// Adds a range, and joins it with what it reaches; a further one that finds no room is not kept.
  private mutating func keepEarly(_ left: Int, _ right: Int) -> Bool {
    var merged = ReferenceRange(left: left, right: right)
    var hasJoined = false
    var index = 0
    while index < earlyCount {
      let other = early[index]
      guard other.left <= merged.right && merged.left <= other.right else {
        index += 1
        continue
      }
      merged.left = min(merged.left, other.left)
      merged.right = max(merged.right, other.right)
      removeEarly(index)
      hasJoined = true
      index = 0
    }
    guard hasJoined || earlyCount < settings.rangeCapacity else { return false }
    index = earlyCount
    while index > 0 && early[index - 1].left > merged.left {
      early[index] = early[index - 1]
      index -= 1
    }
    early[index] = merged
    earlyCount += 1
    return true
  }

  private mutating func removeEarly(_ position: Int) {
    earlyCount -= 1
    for index in position..<max(position, earlyCount) { early[index] = early[index + 1] }
  }

  /// Nothing behind the FIN is part of the stream.
  private mutating func truncateEarly(at end: Int) {
    while earlyCount > 0 && early[earlyCount - 1].right > end {
      if early[earlyCount - 1].left < end {
        early[earlyCount - 1].right = end
        return
      }
      removeEarly(earlyCount - 1)
    }
  }
}
