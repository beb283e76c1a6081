/// How many challenge acknowledgments may leave: a number in an interval (RFC 5961 section 7).
package struct ChallengeQuota: BitwiseCopyable {
  /// When the present interval began.
  package private(set) var start = Instant(microseconds: 0)
  /// How many have left since.
  package private(set) var count: UInt8 = 0

  /// A full quota, whose first interval begins at a moment.
  package init(from start: Instant = Instant(microseconds: 0)) { self.start = start }

  /// Takes one out of the quota; `false` if there is none left.
  package mutating func take(limit: UInt8, interval: Interval, now: Instant) -> Bool {
    if now - start >= interval {
      start = now
      count = 0
    }
    guard count < limit else { return false }
    count &+= 1
    return true
  }
}

extension ChallengeQuota {
  func add(to digest: inout StateDigest) {
    digest.add(past: start)
    digest.add(count)
  }
}
