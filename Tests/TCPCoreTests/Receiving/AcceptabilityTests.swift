import TCPCore
import Testing

@Suite("The sequence test")
struct AcceptabilityTests {
  /// SEG.LEN, and whether the last of it is a FIN.
  static let lengths: [(Int, Bool)] =
    [0, 1, 2, 3, 7, 8, 9, 20, 65_537].flatMap { $0 == 0 ? [(0, false)] : [($0, false), ($0, true)] }
  static let initials: [UInt32] = [0, 100, 0x7FFF_FFF8, 0xFFFF_FFF0, 0xFFFF_FFFE, 0xFFFF_FFFF]

  /// A receive side with the given RCV.NXT and RCV.WND and no memory.
  static func receiver(initial: UInt32, window: Int) -> ReceiveState {
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: 0), ranges: RangeSet(start: 0, capacity: 0))
    receive.synchronize(SequenceNumber(initial))
    receive.rightEdge = receive.next + window
    return receive
  }

  /// RFC 9293 table 6, literally, with every octet of the segment counted from RCV.NXT; and a FIN alone right
  /// at the edge, which takes no room.
  private func isAcceptable(offset: Int, length: Int, window: Int, hasFIN: Bool) -> Bool {
    if hasFIN && length == 1 && offset == window { return true }
    if length == 0 { return window == 0 ? offset == 0 : (0..<window).contains(offset) }
    if window == 0 { return false }
    return (0..<window).contains(offset) || (0..<window).contains(offset + length - 1)
  }

  /// RFC9293-X-6, ROB-266: for every offset, length and window that can make a difference.
  @Test("Table 6 by brute force", arguments: AcceptabilityTests.initials)
  func table6(initial: UInt32) throws {
    for window in [0, 1, 2, 3, 7, 8, 65_535] {
      let receive = AcceptabilityTests.receiver(initial: initial, window: window)
      let offsets = Array(-12...12) + Array((window - 12)...(window + 12))
      for offset in offsets {
        for (length, hasFIN) in AcceptabilityTests.lengths {
          let verdict = receive.acceptability(of: receive.next + offset, length: length, hasFIN: hasFIN)
          let expected = isAcceptable(offset: offset, length: length, window: window, hasFIN: hasFIN)
          let place =
            "ISN \(initial), window \(window), offset \(offset), length \(length), FIN \(hasFIN)"
          switch verdict {
          case .acceptable:
            try demand(expected, "accepted: \(place)")
          case .controlOnly:
            // MUST-66, RFC9293-X-5: right at the edge of the window, and nowhere else.
            let isAtEdge = offset == window && length == 0
            let isProbe = window == 0 && (offset == 0 || offset == 1 && length == 0)
            try demand(!expected && (isAtEdge || isProbe), "control only: \(place)")
          case .unacceptable:
            try demand(!expected, "refused: \(place)")
            try demand(window > 0 || offset != 0, "a shut window hides a reset: \(place)")
          }
        }
      }
    }
  }

  @Test("The far side of the sequence space is never acceptable", arguments: AcceptabilityTests.initials)
  func farSide(initial: UInt32) throws {
    let receive = AcceptabilityTests.receiver(initial: initial, window: (1 << 30) - 1)
    for offset in [1 << 30, 1 << 31, -(1 << 30), -(1 << 31) + 1] {
      for length in [0, 1, 65_537] {
        guard case .unacceptable = receive.acceptability(of: receive.next + offset, length: length) else {
          throw Deviation(description: "offset \(offset), length \(length), ISN \(initial)")
        }
      }
    }
  }

  @Test("Taking up the peer's number starts behind its SYN", arguments: AcceptabilityTests.initials)
  func synchronize(initial: UInt32) {
    let receive = AcceptabilityTests.receiver(initial: initial, window: 0)
    #expect(receive.initial.rawValue == initial)
    #expect(receive.next.rawValue == initial &+ 1)
    #expect(receive.acknowledged == receive.next && receive.rightEdge == receive.next && receive.window == 0)
    #expect(!receive.isStreamComplete)
  }
}
