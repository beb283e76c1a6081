import TCPCore

/// Holds back acknowledgments until a later one covers them, so that a peer seems to acknowledge less often.
///
/// It holds one at most. It is for the segments of one connection.
final class AcknowledgmentHolder {
  /// What becomes of a datagram that is given to the link.
  enum Decision {
    /// It travels, and one that is held goes on waiting.
    case passes
    /// It travels, and one that is held is not needed any more.
    case covers
    /// It waits here, in the place of one that was held.
    case isHeld
  }

  /// How long one is held at most, as a delayed acknowledgment is (RFC 9293 section 3.8.6.3: below 0.5 s).
  static var longest: Interval { .milliseconds(40) }

  /// The octets of the datagram that is held; empty if there is none. Their memory stays.
  private(set) var bytes: [UInt8] = []
  /// When the one that is held has waited long enough.
  private(set) var due: Instant?
  private var heldNumber = SequenceNumber(0)
  private var passedNumber: SequenceNumber?

  init() { bytes.reserveCapacity(128) }

  /// Takes note of a datagram and says whether it travels now.
  ///
  /// - Parameter step: octets that an acknowledgment has to acknowledge beyond the last one that travelled.
  func decide(_ datagram: UnsafeRawBufferPointer, step: Int, at now: Instant) -> Decision {
    guard let header = unsafe AcknowledgmentHolder.header(datagram), header.flags.contains(.ack) else {
      return .passes
    }
    let number = header.acknowledgment
    // Data, SYN, FIN, RST, congestion echoes, SACK blocks and window updates must not wait.
    let isPlain =
      header.length == 0 && header.flags == .ack && header.options.sack.count == 0
      && datagram.count <= 128 && number != heldOrPassed
    if isPlain, let passedNumber, Int(number - passedNumber) < step {
      unsafe bytes.replaceSubrange(bytes.indices, with: datagram)
      heldNumber = number
      due = due ?? now + AcknowledgmentHolder.longest
      return .isHeld
    }
    passedNumber = number
    return .covers
  }

  /// Forgets what is held: it travels now, or it is not needed any more.
  func clear(hasTravelled: Bool) {
    if hasTravelled { passedNumber = heldNumber }
    bytes.removeAll(keepingCapacity: true)
    due = nil
  }

  private var heldOrPassed: SequenceNumber? { due == nil ? passedNumber : heldNumber }

  private static func header(_ bytes: UnsafeRawBufferPointer) -> SegmentHeader? {
    guard let datagram = unsafe try? Datagram(parsing: bytes.bytes), datagram.protocolNumber == 6 else {
      return nil
    }
    let end = datagram.payloadOffset + datagram.payloadCount
    return unsafe try? SegmentHeader(parsing: bytes.bytes.extracting(datagram.payloadOffset..<end))
  }
}
