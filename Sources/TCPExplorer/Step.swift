/// One thing that happens: small enough to be kept for every state.
public struct Step: Equatable, Sendable, BitwiseCopyable {
  /// What happens.
  public var kind: StepKind
  /// To which side: 0 for the left one, 1 for the right one.
  public var side: UInt8
  /// Which of several: of late datagrams or forged segments; in a call or a read, of connections.
  public var index: UInt8

  init(_ kind: StepKind, _ side: Int = 0, _ index: Int = 0) {
    self.kind = kind
    self.side = UInt8(side)
    self.index = UInt8(index)
  }

  /// As a number, for tables and files.
  public var rawValue: UInt16 {
    UInt16(kind.rawValue) << 8 | UInt16(side) << 7 | UInt16(index)
  }

  /// The step of a number; `nil` if it is none.
  public init?(rawValue: UInt16) {
    guard let kind = StepKind(rawValue: UInt8(rawValue >> 8)) else { return nil }
    self.kind = kind
    side = UInt8(rawValue >> 7 & 1)
    index = UInt8(rawValue & 127)
  }
}

/// What happens. Up to `jump` nothing goes wrong; what comes behind it costs a fault.
public enum StepKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The oldest datagram on its way to a side arrives.
  case deliver
  /// A program makes its next call.
  case call
  /// A program reads.
  case read
  /// Nothing else can happen: the clock goes to the next deadline.
  case jump
  /// A datagram that was held back, or is a copy, arrives: it may at any time.
  case deliverLate
  /// The oldest datagram is lost.
  case lose
  /// It arrives, and once more at any time.
  case duplicate
  /// It arrives at any time.
  case holdBack
  /// The newest datagram arrives before all others.
  case overtake
  /// The clock goes to the next deadline though something is on its way, or a program could go on.
  case fireEarly
  /// The oldest datagram arrives with two bits flipped, so that the sum stays right.
  case flip
  /// A segment of a third party arrives that no peer may act on: it may draw an answer, and changes nothing.
  case forge

  var isFault: Bool { rawValue > StepKind.deliverLate.rawValue }
  /// Whether a datagram is kept from its receiver, or the clock does not wait for one.
  var keepsBack: Bool {
    switch self {
    case .lose, .holdBack, .fireEarly, .flip, .deliverLate: true
    case .deliver, .call, .read, .jump, .duplicate, .forge, .overtake: false
    }
  }
  /// Whether a datagram arrives, and nothing else happens.
  var isArrival: Bool {
    switch self {
    case .deliver, .deliverLate, .duplicate, .overtake, .flip, .forge: true
    case .call, .read, .jump, .lose, .holdBack, .fireEarly: false
    }
  }
}

extension Step: CustomStringConvertible {
  /// Such as "left: its datagram is lost".
  public var description: String {
    let name = side == 0 ? "left" : "right"
    switch kind {
    case .deliver: return "the oldest datagram reaches \(name)"
    case .call: return "\(name) makes its next call"
    case .read: return "\(name) reads"
    case .jump: return "the clock goes to the next deadline"
    case .deliverLate: return "a late datagram reaches \(name)"
    case .lose: return "the oldest datagram to \(name) is lost"
    case .duplicate: return "the oldest datagram to \(name) is doubled"
    case .holdBack: return "the oldest datagram to \(name) is held back"
    case .overtake: return "the newest datagram to \(name) overtakes the others"
    case .fireEarly: return "the clock goes on too early"
    case .flip: return "the oldest datagram to \(name) arrives with two bits flipped"
    case .forge: return "a forged segment reaches \(name)"
    }
  }
}
