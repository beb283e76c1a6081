import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC 9406 section 4.2, word for word and apart from the core.
private struct HyStartModel {
  var lastMinimum: UInt32?
  var minimum: UInt32?
  var baseline: UInt32?
  var samples = 0
  var rounds = 0
  var end: Int?
  var quarters = 0

  mutating func growth(_ octets: Int) -> Int {
    guard baseline != nil else { return octets }
    quarters += octets
    defer { quarters %= 4 }
    return quarters / 4
  }

  mutating func acknowledge(_ number: Int, next: Int, sample: UInt32?) -> Bool {
    if end == nil { end = next }
    if let sample {
      minimum = min(minimum ?? sample, sample)
      samples += 1
      if samples >= 8, let minimum {
        if let known = baseline {
          if minimum < known {
            baseline = nil
            rounds = 0
            quarters = 0
          }
        } else if let lastMinimum {
          let limit = max(4_000, min(lastMinimum / 8, 16_000))
          if UInt64(minimum) >= UInt64(lastMinimum) + UInt64(limit) { baseline = minimum }
        }
      }
    }
    guard let end, number >= end else { return false }
    if baseline != nil {
      rounds += 1
      if rounds == 5 { return true }
    }
    self.end = next
    lastMinimum = minimum
    minimum = nil
    samples = 0
    return false
  }
}

/// RFC 9406.
@Suite("HyStart++")
struct HyStartTests {
  /// Plays rounds of ten acknowledgments, each with the round-trip times of the list, in milliseconds.
  ///
  /// - Returns: for each round whether the pace is conservative at its end, and whether slow start is over.
  private func play(_ rounds: [[UInt32]]) -> (isConservative: [Bool], isOver: Bool) {
    var hyStart = HyStart()
    var number = 1_000
    var next = 11_000
    var isConservative: [Bool] = []
    _ = hyStart.isOver(sample: nil, acknowledging: SequenceNumber(1_000), next: SequenceNumber(11_000))
    for samples in rounds {
      for sample in samples {
        number += 1_000
        next += 1_000
        if hyStart.isOver(
          sample: sample * 1_000, acknowledging: SequenceNumber(UInt32(number)),
          next: SequenceNumber(UInt32(next)))
        {
          return (isConservative, true)
        }
      }
      isConservative.append(hyStart.isConservative)
    }
    return (isConservative, false)
  }

  private func round(_ time: UInt32) -> [UInt32] { Array(repeating: time, count: 10) }

  /// RFC9406-1, RFC9406-2, RFC9406-6: an eighth of the last round's minimum, from 4 to 16 ms, and not less.
  @Test(
    "Where the round trips become longer",
    arguments: [
      (10, 13, false), (10, 14, true), (64, 71, false), (64, 72, true), (200, 215, false), (200, 216, true),
    ] as [(UInt32, UInt32, Bool)])
  func begins(first: UInt32, second: UInt32, isConservative: Bool) {
    #expect(play([round(first), round(second)]).isConservative == [false, isConservative])
  }

  /// RFC9406-2: seven samples are too few; one short round trip among ten says that there is no queue.
  @Test("Eight samples, and the shortest of them")
  func samples() {
    var hyStart = HyStart()
    for index in 0..<10 {
      _ = hyStart.isOver(
        sample: 50_000, acknowledging: SequenceNumber(UInt32(index)), next: SequenceNumber(9))
    }
    for index in 0..<8 {
      #expect(!hyStart.isConservative)
      _ = hyStart.isOver(
        sample: 90_000, acknowledging: SequenceNumber(UInt32(index)), next: SequenceNumber(20))
    }
    #expect(hyStart.isConservative)
    #expect(play([round(50), [90, 90, 50, 90, 90, 90, 90, 90, 90, 90]]).isConservative == [false, false])
  }

  /// RFC9406-5: the round in which it begins is the first of five.
  @Test("Five conservative rounds end slow start")
  func ends() {
    let long = play([round(50)] + Array(repeating: round(90), count: 5))
    #expect(long.isOver && long.isConservative == [false, true, true, true, true])
    #expect(!play([round(50)] + Array(repeating: round(90), count: 4)).isOver)
  }

  /// RFC9406-4: a round trip below the baseline, and slow start goes on; then all five rounds count again.
  @Test("Shorter round trips end the conservative pace")
  func resumes() {
    let result = play([round(50), round(90), round(90), round(89), round(150), round(150)])
    #expect(result.isConservative == [false, true, true, false, true, true] && !result.isOver)
  }

  /// RFC9406-3, RFC9406-7: a quarter, without losing a remainder.
  @Test("The conservative pace", arguments: [1, 3, 1_000, 1_447])
  func pace(octets: UInt32) {
    var hyStart = HyStart()
    #expect(hyStart.growth(octets) == octets)
    for (index, sample) in (round(50) + round(90)).enumerated() {
      let next = SequenceNumber(index < 9 ? 9 : 100)
      _ = hyStart.isOver(sample: sample * 1_000, acknowledging: SequenceNumber(UInt32(index)), next: next)
    }
    #expect(hyStart.isConservative)
    var sum: UInt32 = 0
    for _ in 0..<400 { sum += hyStart.growth(octets) }
    #expect(sum == 100 * octets)
  }

  @Test("As the text has it, step by step", arguments: 0..<40)
  func model(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    var hyStart = HyStart()
    var model = HyStartModel()
    var acknowledged = Int(UInt32.max) - random.within(0...100_000)
    var next = acknowledged + 20_000
    var base = UInt32(random.within(1...400_000))
    for step in 0..<2_000 {
      let octets = random.within(1...min(12_000, next - acknowledged))
      acknowledged += octets
      next += random.within(octets...(octets + 1_500))
      if random.within(0...30) == 0 { base = UInt32(random.within(1...Int(base) * 2)) }
      let sample: UInt32? = random.within(0...5) == 0 ? nil : base + UInt32(random.within(0...3_000))
      let place = "step \(step), seed \(seed)"
      try demand(hyStart.growth(UInt32(octets)) == UInt32(model.growth(octets)), "growth, \(place)")
      let isOver = hyStart.isOver(
        sample: sample, acknowledging: SequenceNumber(UInt32(truncatingIfNeeded: acknowledged)),
        next: SequenceNumber(UInt32(truncatingIfNeeded: next)))
      try demand(
        isOver == model.acknowledge(acknowledged, next: next, sample: sample), "the end, \(place)")
      try demand(hyStart.isConservative == (model.baseline != nil), "the pace, \(place)")
      if isOver {
        hyStart = HyStart()
        model = HyStartModel()
      }
    }
  }
}
