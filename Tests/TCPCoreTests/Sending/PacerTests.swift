import TCPCore
import TCPLoopback
import Testing

@Suite("Pacing")
struct PacerTests {
  private func at(_ microseconds: UInt64) -> Instant { Instant(microseconds: microseconds) }

  @Test("Round trips below a millisecond are not paced, nor is anything where it is switched off")
  func activity() {
    #expect(Pacer(isEnabled: true).isActive(smoothed: 1_000))
    #expect(!Pacer(isEnabled: true).isActive(smoothed: 999))
    #expect(!Pacer(isEnabled: true).isActive(smoothed: 0))
    #expect(!Pacer(isEnabled: false).isActive(smoothed: 50_000))
  }

  @Test(
    "A quantum is what a millisecond takes, two segments at least",
    arguments: [(100_000, 2_000), (10_000, 1_000)])
  func quantum(window: UInt32, wait: UInt64) {
    // 100,000 octets in 50 ms are 2,000 in a millisecond; 10,000 are 200, so two segments of 500 take 5 ms
    var pacer = Pacer(isEnabled: true)
    let rate = PacingRate(octets: window, microseconds: 50_000)
    let begun = pacer.begin(at: at(1_000_000), rate, segmentSize: 500)
    #expect(begun)
    let next: UInt64 = window == 100_000 ? 1_000_000 : 1_004_000  // from a millisecond ago on
    #expect(pacer.nextQuantum == at(next))
    pacer.didSend(Int(wait) - 1)
    #expect(pacer.hasCredit)
    pacer.didSend(1)
    #expect(!pacer.hasCredit)
  }

  @Test("No deadline but while something waits") func deadline() {
    var pacer = Pacer(isEnabled: true)
    let rate = PacingRate(octets: 100_000, microseconds: 100_000)
    let first = pacer.begin(at: at(5_000), rate, segmentSize: 1_000)
    #expect(first && pacer.deadline == .never)
    pacer.didSend(2_000)
    #expect(pacer.nextQuantum == at(6_000) && pacer.deadline == .never)
    let early = pacer.begin(at: at(5_999), rate, segmentSize: 1_000)
    #expect(!early && pacer.deadline == at(6_000))
    let inTime = pacer.begin(at: at(6_000), rate, segmentSize: 1_000)
    #expect(inTime && pacer.deadline == .never)
  }

  /// Any rate and any segments, with calls that come late by up to a millisecond: what leaves is what the
  /// rate takes, and at no moment three quanta more.
  @Test("Over time exactly the rate leaves", arguments: UInt64(1)...40) func rate(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let segment = Int(random.next() % 9_000) + 1
    let window = UInt32(segment) + UInt32(random.next() % 10_000_000)
    let roundTrip = 1_000 + UInt32(random.next() % 1_000_000)
    let rate = PacingRate(octets: window, microseconds: roundTrip)
    let quantum = max(UInt64(window) * 1_000 / UInt64(roundTrip), 2 * UInt64(segment))
    var pacer = Pacer(isEnabled: true)
    let begin: UInt64 = 1_000_000
    var (now, sent) = (begin, UInt64(0))
    for _ in 0..<2_000 {
      while pacer.hasCredit || pacer.begin(at: at(now), rate, segmentSize: UInt32(segment)) {
        pacer.didSend(segment)
        sent += UInt64(segment)
      }
      let due = UInt64(window) * (now - begin) / UInt64(roundTrip)
      #expect(sent <= due + 3 * quantum + UInt64(segment))
      #expect(
        sent + 2 * quantum >= min(due, UInt64(window) * (now - begin) / UInt64(roundTrip)) * 999 / 1_000)
      now = max(now + 1, pacer.nextQuantum.microseconds) + random.next() % 1_000
    }
  }

  @Test("A debt is paid by one quantum") func debt() {
    var pacer = Pacer(isEnabled: true)
    pacer.didSend(1_000_000)
    let rate = PacingRate(octets: 2_000, microseconds: 20_000)
    let begun = pacer.begin(at: at(1_000_000), rate, segmentSize: 100)
    #expect(begun && pacer.hasCredit && pacer.deadline == .never)
    pacer.didSend(1)
    let again = pacer.begin(at: at(1_001_000), rate, segmentSize: 100)
    #expect(again && pacer.hasCredit)
    pacer.didSend(199)
    #expect(pacer.hasCredit)
  }

  @Test("A rate never divides by zero, and its portions never take longer than its period") func edges() {
    let none = PacingRate(octets: 0, microseconds: 0)
    #expect(none.octets(in: .milliseconds(1)) == 1_000)
    let slow = PacingRate(octets: 1, microseconds: 134_000_000)
    #expect(slow.time(for: 131_070).microseconds == 134_000_000)
    let fast = PacingRate(octets: UInt32.max, microseconds: 1_000)
    #expect(fast.octets(in: .milliseconds(1)) == UInt64(UInt32.max))
    var pacer = Pacer(isEnabled: true)
    let begun = pacer.begin(at: at(5_000), fast, segmentSize: 65_535)
    #expect(begun)
  }
}
