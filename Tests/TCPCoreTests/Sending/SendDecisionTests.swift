import TCPCore
import Testing

@Suite("When new text may leave")
struct SendDecisionTests {
  /// The rules of RFC 9293 section 3.8.6.2.1 one by one. All text counts as pushed.
  ///
  /// D is what was never sent, U the usable window; the condition in brackets there is Nagle's, in Minshall's
  /// form.
  private func isAllowed(_ decision: SendDecision) -> Bool {
    let least = min(decision.unsent, decision.usableWindow)
    let nagle = !(decision.isNagleEnabled && decision.hasShortInFlight)
    let isFull = least >= decision.segmentRoom
    let isAll = nagle && !decision.isMoreComing && decision.unsent <= decision.usableWindow
    let isHalf = nagle && 2 * least >= decision.maximumWindow
    // A FIN that ends the text makes the last segment as large as it will ever be.
    let isLast =
      decision.isFINUnsent && decision.unsent <= decision.segmentRoom
      && decision.unsent < decision.usableWindow
    return isFull || isAll || isHalf || decision.isOverridden || isLast
  }

  private func expected(_ decision: SendDecision) -> SendVerdict {
    guard decision.unsent > 0 || decision.isFINUnsent else { return .wait }
    // SHLD-15: nothing new into a window that is shut or negative.
    guard decision.usableWindow > 0 else { return decision.isIdle ? .probe : .wait }
    let count = min(decision.unsent, decision.usableWindow, decision.segmentRoom)
    let isHeld = decision.congestionRoom <= 0 || count > decision.congestionRoom && !decision.isIdle
    if isHeld && decision.unsent > 0 { return .wait }
    guard isAllowed(decision) else { return decision.isIdle ? .probe : .wait }
    let withFIN = decision.isFINUnsent && count == decision.unsent && count < decision.usableWindow
    return .send(count: count, withFIN: withFIN)
  }

  /// MUST-38, MUST-17, SHLD-7, SHLD-15, ROB-092, ROB-282.
  @Test("Brute force over small numbers", arguments: [false, true], [false, true])
  func bruteForce(isIdle: Bool, isNagleEnabled: Bool) throws {
    for unsent in 0...9 {
      for usable in -2...10 {
        for room in [1, 3, 4] {
          for congestion in [-1, 0, 1, 2, 3, 4, 9] {
            for maximum in [0, 1, 2, 5, 8] {
              for flags in 0..<16 {
                let decision = SendDecision(
                  unsent: unsent, isFINUnsent: flags & 1 != 0, usableWindow: usable,
                  congestionRoom: congestion, segmentRoom: room, isIdle: isIdle,
                  isNagleEnabled: isNagleEnabled, hasShortInFlight: flags & 8 != 0,
                  isMoreComing: flags & 4 != 0, maximumWindow: maximum, isOverridden: flags & 2 != 0)
                let (found, wanted) = (decision.verdict, expected(decision))
                try demand(found == wanted, "\(found), not \(wanted): \(decision)")
              }
            }
          }
        }
      }
    }
  }

  /// ROB-092: 500 octets, nothing in flight, a window of 1 where 256 was offered before.
  @Test("A silly window is left alone until it is worth a segment, or half of the largest one")
  func silly() {
    var decision = SendDecision(
      unsent: 500, isFINUnsent: false, usableWindow: 1, congestionRoom: 10_000, segmentRoom: 1_460,
      isIdle: true, isNagleEnabled: true, hasShortInFlight: false, isMoreComing: false,
      maximumWindow: 256, isOverridden: false)
    #expect(decision.verdict == .probe)
    decision.usableWindow = 127
    #expect(decision.verdict == .probe)
    decision.usableWindow = 128
    #expect(decision.verdict == .send(count: 128, withFIN: false))
    decision.usableWindow = 1
    decision.isOverridden = true
    #expect(decision.verdict == .send(count: 1, withFIN: false))
  }

  /// SHLD-7, MUST-17: one short segment in flight at most, unless the user says otherwise; full ones hold
  /// nothing back.
  @Test("Nagle's rule in Minshall's form")
  func nagle() {
    var decision = SendDecision(
      unsent: 10, isFINUnsent: false, usableWindow: 10_000, congestionRoom: 10_000, segmentRoom: 1_460,
      isIdle: false, isNagleEnabled: true, hasShortInFlight: true, isMoreComing: false,
      maximumWindow: 65_535, isOverridden: false)
    #expect(decision.verdict == .wait)
    decision.hasShortInFlight = false
    #expect(decision.verdict == .send(count: 10, withFIN: false))
    decision.hasShortInFlight = true
    decision.isNagleEnabled = false
    #expect(decision.verdict == .send(count: 10, withFIN: false))
    decision.isNagleEnabled = true
    decision.unsent = 1_460
    #expect(decision.verdict == .send(count: 1_460, withFIN: false))
  }

  @Test("A short segment waits for the text that is announced, but not when its time is over")
  func moreComing() {
    var decision = SendDecision(
      unsent: 10, isFINUnsent: false, usableWindow: 10_000, congestionRoom: 10_000, segmentRoom: 1_460,
      isIdle: true, isNagleEnabled: true, hasShortInFlight: false, isMoreComing: true,
      maximumWindow: 65_535, isOverridden: false)
    #expect(decision.verdict == .probe)
    decision.isOverridden = true
    #expect(decision.verdict == .send(count: 10, withFIN: false))
    decision.isOverridden = false
    decision.unsent = 1_461
    #expect(decision.verdict == .send(count: 1_460, withFIN: false))
  }
}
