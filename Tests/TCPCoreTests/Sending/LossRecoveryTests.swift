import TCPCore
import Testing

@Suite("Loss recovery against RFC 6582")
struct LossRecoveryTests {
  private let initial = SequenceNumber(0xFFFF_FF00)

  private func at(_ offset: Int) -> SequenceNumber { initial + offset }

  /// RFC5681-17, RFC5681-18, RFC3042-1, RFC6582-1, ROB-274.
  @Test("Two duplicates let new text out, the third begins recovery, later ones inflate")
  func enter() {
    var recovery = LossRecovery(initial: initial)
    #expect(recovery.allowance(segmentSize: 100, usesSACK: false) == 0)
    for count in 1...2 {
      guard case .limitedTransmit = recovery.didReceiveDuplicate(unacknowledged: at(1), highest: at(1_001))
      else {
        Issue.record("duplicate \(count)")
        return
      }
      #expect(recovery.allowance(segmentSize: 100, usesSACK: false) == count * 100)
      recovery.noteLimitedTransmit(100)
    }
    #expect(recovery.limitedTransmitBytes == 200 && !recovery.isRecovering)
    guard case .enter = recovery.didReceiveDuplicate(unacknowledged: at(1), highest: at(1_201)) else {
      Issue.record("the third duplicate")
      return
    }
    #expect(
      recovery.isRecovering && recovery.mustRetransmit
        && recovery.allowance(segmentSize: 100, usesSACK: false) == 0)
    for _ in 0..<300 {
      guard case .inflate = recovery.didReceiveDuplicate(unacknowledged: at(1), highest: at(1_201)) else {
        Issue.record("a duplicate in recovery")
        return
      }
    }
  }

  /// RFC6582-2, RFC6582-3, RFC6582-4, ROB-086: partial acknowledgments stay in recovery, the full one ends
  /// it.
  @Test("Recovery ends when all that was out is acknowledged")
  func partial() {
    var recovery = LossRecovery(initial: initial)
    for _ in 0..<3 { _ = recovery.didReceiveDuplicate(unacknowledged: at(1), highest: at(1_001)) }
    recovery.mustRetransmit = false
    for offset in [101, 500, 1_000] {
      guard case .partial = recovery.didAdvance(to: at(offset)), recovery.isRecovering,
        recovery.mustRetransmit
      else {
        Issue.record("partial acknowledgment of \(offset)")
        return
      }
    }
    guard case .complete = recovery.didAdvance(to: at(1_001)) else {
      Issue.record("full acknowledgment")
      return
    }
    #expect(!recovery.isRecovering && !recovery.mustRetransmit)
  }

  /// RFC6582-2, RFC6582-6: duplicates that the go-back after a time-out provokes do not begin recovery.
  @Test("After a time-out there is no fast retransmit for what was out then")
  func afterTimeout() {
    var recovery = LossRecovery(initial: initial)
    recovery.didTimeOut(highest: at(1_001))
    _ = recovery.didAdvance(to: at(501))
    for count in 0..<10 {
      if case .enter = recovery.didReceiveDuplicate(unacknowledged: at(501), highest: at(1_501)) {
        Issue.record("entered at duplicate \(count)")
      }
    }
    #expect(recovery.allowance(segmentSize: 100, usesSACK: false) == 0)
    _ = recovery.didAdvance(to: at(1_001))
    for _ in 0..<10 {
      if case .enter = recovery.didReceiveDuplicate(unacknowledged: at(1_001), highest: at(1_501)) {
        Issue.record("entered at the recovery point")
      }
    }
    _ = recovery.didAdvance(to: at(1_002))
    var entered = 0
    for _ in 0..<10 {
      if case .enter = recovery.didReceiveDuplicate(unacknowledged: at(1_002), highest: at(1_501)) {
        entered += 1
      }
    }
    #expect(entered == 1)
  }

  @Test("An acknowledgment in between restarts the count")
  func interrupted() {
    var recovery = LossRecovery(initial: initial)
    for offset in 1...20 {
      for _ in 0..<2 { _ = recovery.didReceiveDuplicate(unacknowledged: at(offset), highest: at(100)) }
      guard case .none = recovery.didAdvance(to: at(offset + 1)) else {
        Issue.record("a verdict out of nothing")
        return
      }
    }
    #expect(!recovery.isRecovering && recovery.duplicateAckCount == 0)
  }

  @Test("Duplicates without end do not wrap the count back to three")
  func manyDuplicates() {
    var recovery = LossRecovery(initial: initial)
    recovery.didTimeOut(highest: at(1_001))
    for _ in 0..<1_000 {
      if case .enter = recovery.didReceiveDuplicate(unacknowledged: at(1), highest: at(2_000)) {
        Issue.record("entered below the recovery point")
      }
    }
    #expect(recovery.duplicateAckCount == 255)
  }
}
