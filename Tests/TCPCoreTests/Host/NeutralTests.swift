import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// The same conversation twice, plainly and with something neutral around each datagram that arrives: every
/// host must be the same after every step, and send the same octets at the same moments.
@Suite("What makes no difference") struct NeutralTests {
  @Test("Around a segment, and beside it", arguments: 0..<4 as Range<UInt64>, [false, true])
  func wrapped(seed: UInt64, isIPv6: Bool) throws {
    let plain = try played(seed, isIPv6, isVerified: false)
    let verified = try played(seed, isIPv6, isVerified: true)
    for neutral in Neutral.all(isIPv6: isIPv6) {
      let place = "\(neutral), seed \(seed), IPv6 \(isIPv6)"
      let wrapped = try played(seed, isIPv6, isVerified: neutral.needsDevice, neutral)
      try compare(wrapped.steps, neutral.needsDevice ? verified.steps : plain.steps, place)
    }
  }

  /// The interface's own flag is in the digest, which therefore stays out of this.
  @Test("Who verifies the checksums of what arrives", arguments: 100..<103 as Range<UInt64>, [false, true])
  func verifying(seed: UInt64, isIPv6: Bool) throws {
    // With a device that verifies nothing arrives damaged: the plain run must have none either.
    let plain = try played(seed, isIPv6, isVerified: false, mayDamage: false)
    let spoiled = try played(seed, isIPv6, isVerified: true, .checksums)
    try compare(without(spoiled.steps), without(plain.steps), "seed \(seed), IPv6 \(isIPv6)")
  }

  @Test("What is called neutral is another datagram", arguments: [false, true])
  func differs(isIPv6: Bool) {
    var random = SplitMix64(seed: 1)
    let own: Endpoint = isIPv6 ? .near6(2, 6_000) : .near(2, 6_000)
    let bytes = HandPeer(own, to: isIPv6 ? .near6(1, 80) : .near(1, 80)).segment(.syn)
    for neutral in Neutral.all(isIPv6: isIPv6) {
      let all = Set((0..<50).map { _ in neutral.wrap(bytes, &random) })
      #expect(all.count > 4 && !all.contains(bytes), "\(neutral)")
    }
  }

  private func without(_ steps: [NeutralConversation.Step]) -> [NeutralConversation.Step] {
    steps.map { step in
      var step = step
      step.digests = []
      return step
    }
  }

  /// A conversation to its end, in which everything happened that should.
  private func played(
    _ seed: UInt64, _ isIPv6: Bool, isVerified: Bool, _ neutral: Neutral? = nil, mayDamage: Bool = true
  ) throws -> NeutralConversation {
    let conversation = try NeutralConversation(
      seed: seed, isIPv6: isIPv6, isVerified: isVerified, mayDamage: mayDamage, neutral)
    try conversation.play()
    if neutral != nil { return conversation }
    let place = "seed \(seed), IPv6 \(isIPv6), verified \(isVerified)"
    try demand(conversation.isOver, "it does not end, \(place)")
    for side in 0...1 {
      let isWhole = conversation.texts[side] == conversation.goals[1 - side]
      try demand(isWhole, "the text of side \(side), \(place)")
    }
    try demand(conversation.retransmissions > 0, "nothing was lost, \(place)")
    try demand(Set(conversation.outcomes).count > 3, "\(Set(conversation.outcomes)), \(place)")
    return conversation
  }

  private func compare(
    _ wrapped: [NeutralConversation.Step], _ plain: [NeutralConversation.Step], _ place: String
  ) throws {
    for (number, (one, other)) in zip(wrapped, plain).enumerated() where one != other {
      let reason =
        one.what != other.what || one.at != other.at
        ? "\(one.what) at \(one.at) instead of \(other.what) at \(other.at)"
        : one.bytes != other.bytes
          ? "other octets: \(one.bytes) instead of \(other.bytes)"
          : one.status != other.status
            ? "status: \(one.status) instead of \(other.status)" : "another digest"
      try demand(false, "step \(number), \(one.what), \(place): \(reason)")
    }
    try demand(wrapped.count == plain.count, "\(wrapped.count) steps instead of \(plain.count), \(place)")
  }
}
