import TCPCore
import TCPTestSupport
import Testing

/// RFC 8985 section 7.4.2, as a table: what an acknowledgment says of the probe that is out.
@Suite("Tail loss probes") struct TailLossProbeTests {
  private let end = SequenceNumber(UInt32.max - 99)

  private func probe(isRetransmission: Bool) -> TailLossProbe {
    var probe = TailLossProbe()
    probe.becomeDue()
    probe.didSend(upTo: end, isRetransmission: isRetransmission)
    return probe
  }

  /// Octets beyond the probe's end that are acknowledged, the end of the first block from there, whether the
  /// acknowledgment is a duplicate; then whether the probe has repaired a loss, and is still out.
  @Test(
    "An acknowledgment of a probe that repeated text",
    arguments: [
      (-1, nil, false, false, true), (0, nil, false, false, true), (1, nil, false, true, false),
      (0, nil, true, false, false), (0, 0, true, false, false), (0, 0, false, false, false),
      (0, 200, true, false, true), (0, -200, true, false, true), (200, 0, false, true, false),
      (200, 0, true, true, false), (-200, 0, true, false, true),
    ] as [(Int, Int?, Bool, Bool, Bool)])
  func repeated(advance: Int, block: Int?, isDuplicate: Bool, hasRepaired: Bool, isOutstanding: Bool) {
    var probe = probe(isRetransmission: true)
    let sack = block.map { SACKBlock(left: end + $0 + -100, right: end + $0) }
    let result = probe.didReceive(end + advance, block: sack, isDuplicate: isDuplicate)
    #expect(result == hasRepaired && probe.isOutstanding == isOutstanding)
  }

  @Test("A probe of new text has repaired nothing", arguments: [-1, 0, 1])
  func newText(advance: Int) {
    var probe = probe(isRetransmission: false)
    let result = probe.didReceive(end + advance, block: nil, isDuplicate: false)
    #expect(!result && probe.isOutstanding == (advance < 0))
  }

  @Test("Another probe needs an answer and a new sample") func another() {
    var probe = TailLossProbe()
    #expect(probe.isAllowed && !probe.isDue)
    probe.becomeDue()
    #expect(probe.isDue)
    probe.didSend(upTo: end, isRetransmission: true)
    #expect(!probe.isAllowed && !probe.isDue)
    _ = probe.didReceive(end + 1, block: nil, isDuplicate: false)
    #expect(!probe.isAllowed)
    probe.noteSample()
    #expect(probe.isAllowed)
    probe.didSend(upTo: end, isRetransmission: true)
    probe.noteSample()
    #expect(!probe.isAllowed)
    probe.forget()
    #expect(probe.isAllowed)
  }

  /// The last record, where the table can and cannot take it apart; with how much was sent before.
  @Test("What was sent last goes again, as much as a segment takes", arguments: [1, 4])
  func lastAgain(capacity: Int) {
    let memory = GuardedMemory(byteCount: 16 * capacity)
    let region = memory.region
    var sender = Sender(
      records: SentRecords(start: 0, capacity: capacity), control: .newReno, isPaced: true)
    let at = Instant(microseconds: 1_000)
    let none = sender.lastSent(room: 1_000, in: region)
    #expect(none == nil)
    sender.didSend(end, count: 2_500, unacknowledged: end, at: at, in: region)
    let whole = sender.lastSent(room: 5_000, in: region)
    #expect(whole?.sequence == end && whole?.count == 2_500)
    let last = sender.lastSent(room: 1_000, in: region)
    #expect(last?.sequence == end + 1_500 && last?.count == 1_000)
    sender.didSendLastAgain(end + 1_500, next: end + 2_500, at: Instant(microseconds: 9_000), in: region)
    let records = sender.records
    #expect(records.count == (capacity == 1 ? 1 : 2) && records.lost == 0)
    let record = records.record(records.count - 1, in: region)
    #expect(record.isRetransmitted && record.end == end + 2_500)
    #expect(record.age(at: Instant(microseconds: 9_500)) == 500)
    if capacity > 1 { #expect(!records.record(0, in: region).isRetransmitted) }
  }

  @Test("What is lost goes again by itself: a probe that was due is off, and none repeats it") func lost() {
    let memory = GuardedMemory(byteCount: 16)
    let region = memory.region
    var sender = Sender(records: SentRecords(start: 0, capacity: 1), control: .newReno, isPaced: true)
    sender.didSend(
      end, count: 1_000, unacknowledged: end, at: Instant(microseconds: 1_000), in: region)
    sender.tail.becomeDue()
    sender.markAllLost(in: region)
    #expect(!sender.tail.isDue)
    let none = sender.lastSent(room: 1_000, in: region)
    #expect(none == nil)
    sender.didResend(end, count: 1_000, at: Instant(microseconds: 9_000), in: region)
    let last = sender.lastSent(room: 1_000, in: region)
    #expect(last?.count == 1_000)
  }
}
