import TCPCore

/// Whether sequence numbers are shown as they are on the wire.
public enum SequenceNotation: Sendable {
  /// Counted from the SYN, which has number 0.
  case relative
  /// As on the wire.
  case absolute
}

/// The numbers of one segment as they are shown.
public struct SegmentNumbers: Sendable {
  /// SEG.SEQ.
  public var sequence: UInt32
  /// SEG.ACK.
  public var acknowledgment: UInt32
  /// SEG.WND in octets, if the SYNs say how to scale it.
  public var scaledWindow: Int?
  /// What was subtracted from `acknowledgment`; SACK blocks count from there too.
  var peerBase: SequenceNumber
  /// Whether the segment is the first of a conversation, after another one between the same endpoints.
  var beginsAgain = false
}

/// What is known of a conversation: where both sides began to count, and their window scales.
///
/// Side 0 and side 1 are the caller's to choose.
struct ConversationNumbers: Sendable {
  private struct Side {
    /// The SYN's number, or one before the first number seen, so that text begins at 1 either way.
    var base: SequenceNumber?
    var isFromSYN = false
    var lastSYN: SequenceNumber?
    var windowScale: UInt8?
    var hasEnded = false
  }

  private var sides: (Side, Side) = (Side(), Side())
  private var wasReset = false
  /// Whether anything but SYNs and resets was seen.
  private var isRunning = false

  /// Takes note of a segment and returns its numbers.
  mutating func note(
    _ header: SegmentHeader, fromSide0: Bool, _ notation: SequenceNotation
  ) -> SegmentNumbers {
    let beginsAgain = learn(header, fromSide0: fromSide0)
    let own = fromSide0 ? sides.0 : sides.1
    let peer = fromSide0 ? sides.1 : sides.0
    let ownBase = notation == .relative ? own.base ?? SequenceNumber(0) : SequenceNumber(0)
    let peerBase = notation == .relative ? peer.base ?? SequenceNumber(0) : SequenceNumber(0)
    return SegmentNumbers(
      sequence: header.sequence.rawValue &- ownBase.rawValue,
      acknowledgment: header.acknowledgment.rawValue &- peerBase.rawValue,
      scaledWindow: scaledWindow(header, own, peer), peerBase: peerBase, beginsAgain: beginsAgain)
  }

  /// A number of the given side as it is shown.
  func sequence(_ number: SequenceNumber, ofSide0: Bool, _ notation: SequenceNotation) -> UInt32 {
    let base = ofSide0 ? sides.0.base : sides.1.base
    guard notation == .relative, let base else { return number.rawValue }
    return number.rawValue &- base.rawValue
  }

  /// RFC 7323 section 2.2: windows are scaled if both SYNs said so, and never in a SYN.
  private func scaledWindow(_ header: SegmentHeader, _ own: Side, _ peer: Side) -> Int? {
    guard !header.flags.contains(.syn), own.isFromSYN, peer.isFromSYN else { return nil }
    guard let scale = own.windowScale, peer.windowScale != nil else { return Int(header.window) }
    return Int(header.window) << Int(min(scale, 14))
  }

  /// Takes note of a segment and returns whether a conversation begins with it, after another one.
  private mutating func learn(_ header: SegmentHeader, fromSide0: Bool) -> Bool {
    var beginsAgain = false
    var own = fromSide0 ? sides.0 : sides.1
    var peer = fromSide0 ? sides.1 : sides.0
    let isSYN = header.flags.contains(.syn)
    let isAcknowledging = header.flags.contains(.ack)
    if isSYN {
      let answersSYN = isAcknowledging && peer.lastSYN == header.acknowledgment - 1
      // A SYN in the middle of a conversation is stray, unless the conversation is over or the SYN is
      // answered.
      // Nor is one with another number when nothing came of the one before.
      let isNextTry = !isRunning && own.isFromSYN && !isAcknowledging
      let isOver = wasReset || own.hasEnded && peer.hasEnded
      if own.base != header.sequence && (isOver || isNextTry || answersSYN) {
        beginsAgain = !answersSYN || isRunning
        if !answersSYN { peer = Side() }
        own = Side()
        wasReset = false
        isRunning = false
      }
      if !isRunning {
        own.base = header.sequence
        own.isFromSYN = true
        own.windowScale = header.options.windowScale
      }
      own.lastSYN = header.sequence
      if answersSYN, peer.base != header.acknowledgment - 1 {
        peer.base = peer.lastSYN
        peer.isFromSYN = true
      }
    } else if own.base == nil {
      own.base = header.sequence - 1
    }
    if isAcknowledging, peer.base == nil { peer.base = header.acknowledgment - 1 }
    if header.flags.contains(.fin) { own.hasEnded = true }
    if header.flags.contains(.rst) { wasReset = true } else if !isSYN { isRunning = true }
    sides = fromSide0 ? (own, peer) : (peer, own)
    return beginsAgain
  }
}
