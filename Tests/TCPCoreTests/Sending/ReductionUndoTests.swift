import TCPCore
import Testing

@Suite("Undoing what was needless") struct ReductionUndoTests {
  private let start = SequenceNumber(UInt32.max - 500)
  /// 100 ticks of the timestamps.
  private let now = Instant(microseconds: 102_400)

  /// Ten segments of 100 were in flight.
  private func undo(isFRTOWanted: Bool = false) -> ReductionUndo {
    var undo = ReductionUndo()
    undo.remember(window: 1_000, threshold: 700, next: start + 1_000, isFRTOWanted: isFRTOWanted)
    return undo
  }

  @Test(
    "An echo counts where it is from before what left again",
    arguments: [(99, true), (100, false), (101, false)])
  func echo(value: UInt32, isNeedless: Bool) {
    var undo = undo()
    undo.didResend(start, count: 100, at: now)
    let result = undo.didAdvance(to: start + 100, echo: value, hasNewText: true, at: now)
    #expect(result == isNeedless)
    // Only the first tells.
    let second = undo.didAdvance(to: start + 200, echo: 1, hasNewText: true, at: now)
    #expect(!second)
  }

  @Test("An acknowledgment of what an earlier recovery sent again says nothing") func earlier() {
    var undo = undo()
    undo.didResend(start + 300, count: 100, at: now)
    // It echoes an earlier time, and is not of what left again since.
    let first = undo.didAdvance(to: start + 300, echo: 90, hasNewText: true, at: now)
    let second = undo.didAdvance(to: start + 400, echo: 101, hasNewText: true, at: now)
    #expect(!first && !second)
    undo = self.undo()
    undo.didResend(start + 300, count: 100, at: now)
    _ = undo.didAdvance(to: start + 300, echo: 90, hasNewText: true, at: now)
    let late = undo.didAdvance(to: start + 400, echo: 99, hasNewText: true, at: now)
    #expect(late)
  }

  @Test("After 25 days an echo that seems older is none") func longAgo() {
    for (days, isNeedless) in [(19, true), (21, false), (49, false)] as [(Int, Bool)] {
      var undo = undo()
      undo.didResend(start, count: 100, at: now)
      let result = undo.didAdvance(
        to: start + 100, echo: 99, hasNewText: true, at: now + .seconds(days * 86_400))
      #expect(result == isNeedless, "\(days) days")
    }
  }

  @Test("Where nothing left again an echo says nothing") func nothingResent() {
    var undo = undo()
    let result = undo.didAdvance(to: start + 100, echo: 1, hasNewText: true, at: now)
    #expect(!result && undo.isPossible)
  }

  @Test("Duplicates count until they are all of what left again") func duplicates() {
    var undo = undo()
    undo.didResend(start + 100, count: 100, at: now)
    undo.didResend(start + 400, count: 100, at: now)
    for (left, right, isNeedless) in [
      (0, 100, false), (100, 200, false), (450, 501, false), (401, 400, false), (400, 499, false),
      (499, 500, true),
    ] {
      let block = SACKBlock(left: start + left, right: start + right)
      let result = undo.didReceiveTwice(block)
      #expect(result == isNeedless, "\(left)..<\(right)")
    }
    undo.forget()
    let late = undo.didReceiveTwice(SACKBlock(left: start + 100, right: start + 200))
    #expect(!late)
  }

  @Test("More than 2^32 octets that left again are as many as can be counted") func countEnds() {
    var undo = undo()
    for _ in 0..<5 { undo.didResend(start, count: 1 << 30, at: now) }
    let block = SACKBlock(left: start, right: start + 1 << 30)
    for _ in 0..<3 {
      let result = undo.didReceiveTwice(block)
      #expect(!result)
    }
    let last = undo.didReceiveTwice(block)
    #expect(last)
  }

  @Test("A window behind the end it is too late") func tooLate() {
    var undo = undo()
    undo.didResend(start, count: 100, at: now)
    _ = undo.didAdvance(to: start + 2_000, echo: nil, hasNewText: true, at: now)
    #expect(undo.isPossible)
    _ = undo.didAdvance(to: start + 2_001, echo: nil, hasNewText: true, at: now)
    #expect(!undo.isPossible)
  }

  /// What the first acknowledgment says, whether there is new text, and whether F-RTO goes on.
  @Test(
    "F-RTO goes on where the first acknowledgment leaves something, and there is new text",
    arguments: [(100, true, true), (999, true, true), (1_000, true, false), (100, false, false)])
  func frto(advance: Int, hasNewText: Bool, goesOn: Bool) {
    var undo = undo(isFRTOWanted: true)
    undo.didResend(start, count: 100, at: now)
    let first = undo.didAdvance(to: start + advance, echo: nil, hasNewText: hasNewText, at: now)
    #expect(!first && undo.isHolding == goesOn)
    let second = undo.didAdvance(to: start + advance + 1, echo: nil, hasNewText: true, at: now)
    #expect(second == goesOn)
  }
}
