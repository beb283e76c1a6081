import TCPCore
import Testing

/// The rules of the search, against paths of every size.
@Suite("The search for the path MTU") struct PathProbeTests {
  /// Plays a search on a path that takes `limit` octets.
  ///
  /// - Parameter isLost: whether the probe of a number is lost though it would pass.
  private func search(
    from base: Int, to ceiling: Int, limit: Int, isLost: (Int) -> Bool = { _ in false }
  ) -> (proven: Int, probes: Int) {
    var path = PathProbe()
    path.begin()
    var proven = base
    var count = 0
    while let size = path.nextSize(proven: proven, ceiling: ceiling) {
      #expect(size > proven && size <= ceiling)
      path.didSend(SequenceNumber(UInt32(count)), count: size - 40, size: size)
      count += 1
      if size <= limit && !isLost(count) {
        proven = size
        path.didPass(next: SequenceNumber(1))
      } else {
        path.didFail()
      }
      if count > 20 { break }
    }
    return (proven, count)
  }

  @Test("Eight probes come within 16 octets", arguments: [(576, 1_500), (1_280, 1_500)])
  func allSizes(base: Int, ceiling: Int) {
    for limit in base...ceiling {
      let (proven, probes) = search(from: base, to: ceiling, limit: limit)
      #expect(probes <= 8 && proven <= limit && limit - proven < 16, "\(limit): \(proven), \(probes)")
    }
    #expect(search(from: base, to: ceiling, limit: ceiling).probes == 1)
  }

  @Test("Jumbo frames: 1,500 comes second") func jumbo() {
    #expect(search(from: 576, to: 9_000, limit: 9_000).proven == 9_000)
    let usual = search(from: 576, to: 9_000, limit: 1_500)
    #expect(usual.proven == 1_500 && usual.probes <= 8)
    for limit in stride(from: 576, through: 9_000, by: 7) {
      let (proven, probes) = search(from: 576, to: 9_000, limit: limit)
      #expect(proven <= limit && probes <= 8 && proven * 10 >= limit * 9, "\(limit): \(proven)")
    }
  }

  @Test("One probe that is lost at random changes the result by less than 16 octets") func oneLoss() {
    for limit in stride(from: 576, through: 1_500, by: 3) {
      for number in 1...7 {
        let (proven, probes) = search(from: 576, to: 1_500, limit: limit) { $0 == number }
        #expect(probes <= 16 && proven <= limit, "\(limit), \(number): \(proven), \(probes)")
      }
    }
    for number in 1...7 {
      #expect(search(from: 576, to: 1_500, limit: 1_500) { $0 == number }.proven > 1_484)
    }
  }

  @Test("A search whose probes tell nothing ends") func inconclusive() {
    var path = PathProbe()
    path.begin()
    var count = 0
    while let size = path.nextSize(proven: 576, ceiling: 1_500) {
      #expect(size == 1_500)
      path.didSend(SequenceNumber(1), count: size - 40, size: size)
      path.didLearnNothing()
      count += 1
      if count > 8 { break }
    }
    #expect(count == 8)
  }

  @Test("A router's report is the next size; one that is proven ends the search") func reports() {
    var path = PathProbe()
    path.begin()
    path.didSend(SequenceNumber(1), count: 1_460, size: 1_500)
    path.didReport(1_006)
    #expect(path.nextSize(proven: 576, ceiling: 1_500) == 1_006)
    #expect(path.nextSize(proven: 1_006, ceiling: 1_500) == nil)
    path.didSend(SequenceNumber(2), count: 966, size: 1_006)
    path.didFail()
    #expect(path.nextSize(proven: 576, ceiling: 1_500) == 791)
  }

  @Test("Ten minutes, never less, and the clock may wrap") func pause() {
    for start in [0, 1, 1_048_575, (1 << 52) - 1, (1 << 52) - 300_000_000, 1 << 61] as [UInt64] {
      var path = PathProbe()
      path.end(at: Instant(microseconds: start))
      #expect(!path.isDue(at: Instant(microseconds: start)))
      #expect(!path.isDue(at: Instant(microseconds: start + 600_000_000 - 1)))
      #expect(path.isDue(at: Instant(microseconds: start + 603_000_000)))
      #expect(path.isDue(at: Instant(microseconds: start + 86_400_000_000)))
    }
  }

  @Test("A fall behind a size that only a probe has shown ends the search")
  func falls() {
    let now = Instant(microseconds: 5_000_000)
    var path = PathProbe()
    path.didFall(threshold: 9, at: now)
    #expect(path.isSearching && path.threshold == 9)
    path.didSend(SequenceNumber(100), count: 1_460, size: 1_500)
    #expect(!path.hasArrived(SequenceNumber(1_559)) && path.hasArrived(SequenceNumber(1_560)))
    path.didPass(next: SequenceNumber(5_000))
    #expect(path.threshold == 0 && path.isUnverified)
    var lie = path
    lie.verify(unacknowledged: SequenceNumber(6_000), segmentSize: 1_460)
    lie.didFall(threshold: 9, at: now)
    #expect(!lie.isSearching && !lie.isDue(at: now + .seconds(599)) && lie.threshold == 0)
    path.verify(unacknowledged: SequenceNumber(6_460), segmentSize: 1_460)
    path.didFall(threshold: 7, at: now)
    #expect(path.isSearching && path.takeThreshold() == 7 && path.takeThreshold() == 0)
  }

  @Test("The base is one that each path takes, and never below what the host believes in")
  func bases() {
    #expect(PathProbe.base(isIPv4: false, retries: 9, least: 1_280) == 1_280)
    #expect(PathProbe.base(isIPv4: true, retries: 3, least: 296) == 576)
    #expect(PathProbe.base(isIPv4: true, retries: 4, least: 296) == 296)
    #expect(PathProbe.base(isIPv4: true, retries: 2, least: 1_400) == 1_400)
    #expect(
      PathProbe.timeoutsBeforeFall(hasReports: false) == 2
        && PathProbe.timeoutsBeforeFall(hasReports: true) == 3)
    #expect(MemoryLayout<PathProbe>.size <= 20)
  }
}
