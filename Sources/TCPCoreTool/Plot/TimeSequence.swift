import TCPCapture
import TCPCore

/// The time-sequence graph of one side's data: what it sent, and what the peer said to it, in octets of the
/// stream over microseconds since the start.
package struct TimeSequence {
  /// A segment that was sent and is not acknowledged.
  private struct Outstanding {
    var range: Range<Int64>
    var time: UInt64
    var isAmbiguous: Bool
  }

  /// Segments with new octets.
  package private(set) var sent = ThinnedMarks()
  /// Segments that begin before something that was sent earlier.
  package private(set) var sentAgain = ThinnedMarks()
  /// The first SACK block of each acknowledgment that has one above its number.
  package private(set) var sacked = ThinnedMarks()
  /// Octets acknowledged.
  package private(set) var acknowledged = ThinnedLine()
  /// The first octet that the peer's window does not allow.
  package private(set) var windowEdge = ThinnedLine()
  /// From a segment to the acknowledgment that covers it, in microseconds, where neither was ambiguous.
  package private(set) var roundTrips = ThinnedMarks()
  /// The time of the last segment.
  package private(set) var end: UInt64 = 0

  private var tracker = ConversationTracker()
  /// The number behind the last that was sent, unwrapped; the SYN has 0.
  private var next: Int64 = 0
  private var hasSent = false
  private var highestAcknowledgment: Int64 = 0
  /// The number of the FIN.
  private var finish: Int64?
  private var outstanding: [Outstanding] = []
  private static var outstandingLimit: Int { 16_384 }

  package init() {}

  /// Takes note of a segment of either direction.
  package mutating func see(
    _ segment: CapturedSegment, isFromSender: Bool, at time: UInt64
  ) {
    let header = segment.header
    let numbers = tracker.note(header, from: segment.source, to: segment.destination)
    guard !header.flags.contains(.rst) else { return }
    end = max(end, time)
    if isFromSender {
      seeData(header, first: unwrap(numbers.sequence), at: time)
    } else if header.flags.contains(.ack) {
      seeAcknowledgment(header, numbers, at: time)
    }
  }

  /// A number of 32 bits as the one near what was seen last.
  private func unwrap(_ number: UInt32) -> Int64 {
    let reference = max(next, highestAcknowledgment)
    return reference + Int64(Int32(bitPattern: number &- UInt32(truncatingIfNeeded: reference)))
  }

  private mutating func seeData(_ header: SegmentHeader, first: Int64, at time: UInt64) {
    guard header.length > 0 else { return }
    let last = first + Int64(header.length)
    let low = first - (header.flags.contains(.syn) ? 0 : 1)
    let high = low + Int64(header.payloadCount)
    if header.flags.contains(.fin) { finish = last - 1 }
    if hasSent && first < next {
      sentAgain.add(Double(low), Double(high), at: time)
      noteSentAgain(first..<last, at: time)
    } else {
      sent.add(Double(low), Double(high), at: time)
      if outstanding.count >= TimeSequence.outstandingLimit { outstanding.removeFirst(outstanding.count / 2) }
      outstanding.append(Outstanding(range: first..<last, time: time, isAmbiguous: false))
    }
    next = max(next, last)
    hasSent = true
  }

  private mutating func noteSentAgain(_ range: Range<Int64>, at time: UInt64) {
    var isKnown = false
    for index in outstanding.indices where outstanding[index].range.overlaps(range) {
      outstanding[index].isAmbiguous = true
      isKnown = true
    }
    // Behind a place of loss a capture sees only the second of the two.
    if !isKnown && range.lowerBound >= highestAcknowledgment {
      let index = outstanding.firstIndex { $0.range.lowerBound >= range.upperBound } ?? outstanding.count
      outstanding.insert(Outstanding(range: range, time: time, isAmbiguous: true), at: index)
    }
  }

  private mutating func seeAcknowledgment(
    _ header: SegmentHeader, _ numbers: SegmentNumbers, at time: UInt64
  ) {
    let number = unwrap(numbers.acknowledgment)
    guard number >= highestAcknowledgment else { return }  // overtaken by a later one
    if number > highestAcknowledgment { measure(upTo: number, at: time) }
    highestAcknowledgment = number
    let isFinished = finish.map { number > $0 } ?? false
    let octets = max(0, number - (isFinished ? 2 : 1))
    acknowledged.add(Double(octets), at: time)
    if let window = numbers.scaledWindow { windowEdge.add(Double(octets + Int64(window)), at: time) }
    for index in 0..<header.options.sack.count {
      let block = header.options.sack[index]
      let left = block.left - header.acknowledgment
      let right = block.right - header.acknowledgment
      // A block at or below the number is about a duplicate (RFC 2883).
      guard left > 0, right > left else { continue }
      sacked.add(Double(number - 1 + Int64(left)), Double(number - 1 + Int64(right)), at: time)
      break
    }
  }

  /// Adds a round trip, if nothing of what is acknowledged now was sent twice: an acknowledgment does not say
  /// which of two it is for, and the one after a hole was filled comes late for what is behind the hole.
  private mutating func measure(upTo number: Int64, at time: UInt64) {
    let count = outstanding.firstIndex { $0.range.upperBound > number } ?? outstanding.count
    guard count > 0 else { return }
    let sentAt = outstanding[count - 1].time
    if !outstanding[..<count].contains(where: \.isAmbiguous), time >= sentAt {
      let microseconds = Double(time - sentAt)
      roundTrips.add(microseconds, microseconds, at: time)
    }
    outstanding.removeFirst(count)
  }
}
