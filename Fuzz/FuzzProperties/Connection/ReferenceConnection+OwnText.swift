import TCPCore

// Text and FIN that leave.
extension ReferenceConnection {
  mutating func checkText(
    _ segment: SegmentHeader, _ text: RawSpan, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    switch state {
    case .established, .finWait1, .closeWait, .closing, .lastAck: break
    case .closed, .listen, .synSent, .synReceived, .finWait2, .timeWait:
      violated("text leaves only while it may be sent", "\(state)")
    }
    let sequence = segment.sequence.rawValue
    let count = segment.payloadCount
    let first = acknowledgedText + distance(sequence, unacknowledged)
    require(
      "text is between SND.UNA and SND.NXT", first >= acknowledgedText && distance(sequence, next) <= 0)
    require("only what was written is sent", first + count <= written)
    checkContent(text, from: first)
    let hasFIN = segment.flags.contains(.fin)
    require("FIN is behind the last octet", !hasFIN || isFINQueued && first + count == written)
    let room = min(peerSegmentSize, pathRoom) - (segment.byteCount - 20)
    if count > room {
      let most = min(peerSegmentSize, settings.mtu - (settings.isIPv4 ? 40 : 60)) - (segment.byteCount - 20)
      require("no segment is longer than the peer and the path take", count <= most, "\(count) of \(room)")
      noteProbe(segment, room: room, at: now)
    }
    require(
      "what ends the written text is pushed",
      count == 0 || segment.flags.contains(.psh) == (first + count == written))
    let end = sequence.moved(segment.length)
    if distance(next, sequence) > 0 {
      checkAgain(segment, &tally, at: now)
      require("sent again is sent alone", distance(end, next) <= 0)
    } else {
      checkFresh(segment, room: room, at: now)
    }
    if distance(end, next) > 0 {
      freshAt = now
      reports.departed()
      estimator.departed(
        upTo: end, capacity: settings.transmissionCapacity, isAlone: flight == 0, options, at: now)
      if flight == 0 {
        hasPaused = false
        waitingSince = now
        stirredAt = now
      }
      next = end
      if flight > flightPeak || distance(unacknowledged, flightPeakEnd) >= 0 {
        flightPeak = flight
        flightPeakEnd = next
      }
    }
  }

  private mutating func checkContent(_ text: RawSpan, from first: Int) {
    // The pointer stays within the closure.
    let isRight = unsafe text.withUnsafeBytes {
      unsafe Octets($0).equals(ReferenceConnection.userText(first, text.byteCount))
    }
    require("text is what the user wrote", isRight, "from \(first) on")
  }

  /// RFC 6298, RFC 5681: after a time-out, three duplicates, a partial acknowledgment, a window that opened,
  /// or a path that shrank, and not otherwise.
  private mutating func checkAgain(
    _ segment: SegmentHeader, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    if segment.sequence.rawValue == unacknowledged { tally.hasSentAgain = true }
    let hasTimedOut = now - waitingSince >= options.minimumTimeout.microseconds
    let isTailProbe = recovery == nil && isTailProbe(segment, at: now)
    require("text is sent again for a reason", recovery != nil || hasTimedOut || isTailProbe)
    if isTailProbe {
      tailProbeEnd = next
    } else if recovery == nil {
      recovery = next
    }
    require(
      "what the peer has reported is not sent again",
      !reports.covers(
        segment.sequence.rawValue, segment.sequence.rawValue.moved(segment.length),
        capacity: settings.transmissionCapacity))
    noteAgain(segment.sequence.rawValue, segment.length)
    path.departedAgain(segment.sequence.rawValue)
    againAt = now
    let (begin, end) = (segment.sequence.rawValue, segment.sequence.rawValue.moved(segment.length))
    let isPart = estimator.departedAgain(
      from: begin, upTo: end, unacknowledged, isTail: isTailProbed, capacity: settings.transmissionCapacity,
      at: now)
    if isPart { reports.departed() }
    let inside = distance(unacknowledged.moved(window), segment.sequence.rawValue.moved(segment.length))
    require("what is sent again lies in the window", inside >= 0)
  }

  /// RFC 8985 section 7: what was sent last goes once more after two round trips of silence; where a single
  /// segment is in flight, after the longest delay of an acknowledgment as well. One at a time.
  private mutating func isTailProbe(_ segment: SegmentHeader, at now: UInt64) -> Bool {
    let end = segment.sequence.rawValue.moved(segment.length)
    guard usesSACK, end == next, tailProbeEnd == nil else { return false }
    return now - max(waitingSince, freshAt) >= silenceBeforeProbe
  }

  private var silenceBeforeProbe: UInt64 {
    // With reports, pieces of segments may be timed.
    let two = reports.hasAny ? 0 : UInt64(max(0, 2 * estimator.smoothed - 2))
    let room = min(peerSegmentSize, pathRoom) - (usesTimestamps ? 12 : 0)
    return max(10_000, two) + (flight <= room ? 200_000 : 0)
  }

  private mutating func noteAgain(_ sequence: UInt32, _ length: Int) {
    let end = sequence.moved(length)
    if sequence == unacknowledged {
      againEnd = againEnd.map { distance($0, end) > 0 ? $0 : end } ?? end
    } else if let known = againEnd, distance(sequence, known) <= 0, distance(end, known) > 0 {
      againEnd = end
    }
  }

  private mutating func checkFresh(_ segment: SegmentHeader, room: Int, at now: UInt64) {
    let end = segment.sequence.rawValue.moved(segment.length)
    let inside = distance(unacknowledged.moved(window), end)
    require("new text lies in the window", inside >= 0, "\(-inside) beyond")
    // What waits too long leaves after all.
    let isSmall = segment.payloadCount < room && !segment.flags.contains(.fin)
    let hasWaited =
      now - waitingSince >= 200_000 || usesSACK && now - max(waitingSince, freshAt) >= silenceBeforeProbe
    let drains = segment.sequence.rawValue.moved(segment.payloadCount) == initial.moved(1 + written)
    require(
      "the window is not filled in crumbs",
      !isSmall || drains || hasWaited
        || 2 * segment.payloadCount >= maximumWindow)
    // Nagle (RFC 9293 section 3.7.4), in Minshall's form: only another small one is waited for.
    let isShortInFlight = shortEnd.map { distance($0, unacknowledged) > 0 } ?? false
    require(
      "small text waits for the acknowledgment of small text",
      !options.isNagleEnabled || !isSmall || !isShortInFlight || hasWaited)
    if segment.payloadCount < room { shortEnd = end }
  }
}
