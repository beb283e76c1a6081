/// How many answers may leave to what another TCP's answer could look like: an empty segment at RCV.NXT - 1,
/// or a repeated SYN-ACK. Two ends that are each one octet off would otherwise answer each other forever.
///
/// Apart from the challenges, so that blind segments cannot use it up: a sender of such a segment knows
/// RCV.NXT. A few may leave at once, then one each 500 ms, so that a keep-alive interval of a second is
/// always answered.
package struct ProbeAnswerQuota: BitwiseCopyable {
  /// When all that has left will have been earned.
  package private(set) var earnedAt = Instant(microseconds: 0)

  package init() {}

  /// One answer is earned in this time.
  package static var interval: Interval { .milliseconds(500) }
  /// How many may leave before they are earned.
  package static var burst: Int { 4 }

  /// Takes one out of the quota; `false` if there is none left.
  package mutating func take(now: Instant) -> Bool {
    let from = earnedAt < now ? now : earnedAt
    guard from - now <= .milliseconds(500 &* (ProbeAnswerQuota.burst &- 1)) else { return false }
    earnedAt = from + ProbeAnswerQuota.interval
    return true
  }
}

extension ProbeAnswerQuota {
  func add(to digest: inout StateDigest) { digest.add(deadline: earnedAt) }
}
