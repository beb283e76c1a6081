import TCPCore
import Testing

/// RFC 9937 section 6, in segments of 1,000 octets.
@Suite("Proportional rate reduction") struct ProportionalRateReductionTests {
  /// RFC9937-1, RFC9937-2, RFC9937-5: 20 segments were in flight, one is lost, the threshold is 10 or 14.
  @Test("With one loss the flight comes down evenly", arguments: [10_000, 14_000])
  func even(threshold: UInt32) {
    var prr = ProportionalRateReduction()
    prr.begin(flight: 20_000)
    var pipe = 19_000
    var sent = 0
    for delivered in 1...19 {
      pipe -= 1_000
      let window = prr.window(
        delivered: 1_000, pipe: pipe, threshold: threshold, segmentSize: 1_000, isSafe: false)
      // The share of what was delivered, rounded up: but the first segment leaves at once.
      let share = (delivered * 1_000 * Int(threshold) + 19_999) / 20_000
      if delivered == 1 {
        #expect(Int(window) == pipe + 1_000)
      } else if pipe > threshold {
        #expect(Int(window) == pipe + max(0, share - sent))
      } else {
        #expect(Int(window) <= Int(threshold))
      }
      while pipe + 1_000 <= Int(window) {
        prr.didSend(1_000)
        sent += 1_000
        pipe += 1_000
      }
    }
    #expect(pipe <= Int(threshold) && pipe > Int(threshold) - 2_000)
  }

  /// RFC9937-3: 15 of 20 segments are lost, so that fewer are in flight than the threshold says.
  @Test("Below the threshold a segment leaves for each delivered one, two where that is safe")
  func burst() {
    var prr = ProportionalRateReduction()
    prr.begin(flight: 20_000)
    let careful = prr.window(
      delivered: 1_000, pipe: 4_000, threshold: 10_000, segmentSize: 1_000, isSafe: false)
    #expect(careful == 5_000)
    prr.didSend(1_000)
    let safe = prr.window(
      delivered: 1_000, pipe: 4_000, threshold: 10_000, segmentSize: 1_000, isSafe: true)
    #expect(safe == 6_000)
    // Never beyond the threshold.
    let last = prr.window(
      delivered: 9_000, pipe: 9_500, threshold: 10_000, segmentSize: 1_000, isSafe: true)
    #expect(last == 10_000)
  }

  /// RFC9937-4.
  @Test("The first segment leaves at once, whatever the share says")
  func first() {
    var prr = ProportionalRateReduction()
    prr.begin(flight: 100_000)
    #expect(
      prr.window(delivered: 0, pipe: 90_000, threshold: 50_000, segmentSize: 1_000, isSafe: false)
        == 91_000)
    prr.didSend(1_000)
    #expect(
      prr.window(delivered: 0, pipe: 90_000, threshold: 50_000, segmentSize: 1_000, isSafe: false)
        == 90_000)
  }
}
