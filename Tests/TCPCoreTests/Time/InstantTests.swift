import TCPCore
import Testing

@Suite struct InstantTests {
  @Test("Doubling stops at the limit and not before it") func doubling() {
    for limit: UInt64 in [0, 1, 2, 5, 6, 7, 60_000_000, .max - 1, .max] {
      for length: UInt64 in [0, 1, 2, 3, 4, 5, 1_000_000, limit / 2, limit] {
        let (twice, overflow) = length.multipliedReportingOverflow(by: 2)
        let expected = overflow ? limit : min(twice, limit)
        let result = Interval(microseconds: length).doubled(limit: Interval(microseconds: limit))
        #expect(result.microseconds == expected, "length \(length), limit \(limit)")
      }
    }
  }

  @Test("Sums stop at never, differences at zero") func sums() {
    let late = Instant(microseconds: .max - 5)
    #expect(late + .microseconds(5) == .never)
    #expect(late + .microseconds(6) == .never)
    #expect(late + .unlimited == .never)
    #expect(late + .microseconds(4) < .never)
    #expect(Instant(microseconds: 7) - Instant(microseconds: 3) == .microseconds(4))
    #expect(Instant(microseconds: 3) - Instant(microseconds: 7) == .microseconds(0))
    #expect(Interval.seconds(2) == .milliseconds(2_000) && Interval.milliseconds(3) == .microseconds(3_000))
  }
}
