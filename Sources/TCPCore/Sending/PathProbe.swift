/// The search for the largest datagram that the path takes (RFC 4821, with ideas of RFC 8899): what is tried
/// next, and what became of the probe that is on its way.
///
/// Sizes are octets of datagrams, IP header included. What is proven is the connection's path MTU; this knows
/// what lies above it. Pure rules, without a clock and without a timer: the connection looks here where it
/// takes a sample of the round trip, where something is lost, and where a full-sized segment may leave.
package struct PathProbe: BitwiseCopyable {
  /// SEQ of the probe on its way, or of the last one.
  package private(set) var sequence = SequenceNumber(0)
  /// ssthresh from before the time-outs that showed the black hole, until it is certain that there is one; 0
  /// for none.
  package private(set) var threshold: UInt32 = 0
  /// When the next search may begin, in 2^20 microseconds of the clock.
  private var searchTime: UInt32 = 0
  /// The size of the probe on its way, 0 for none.
  package private(set) var probed: UInt16 = 0
  /// Nothing larger passes: that was tried, or reported; `UInt16.max` while nothing is known.
  private var limit = UInt16.max
  /// Octets of its text.
  private var textCount: UInt16 = 0
  /// Probes of this search, and in the high half others that showed nothing, since other segments were lost
  /// beside them.
  private var attempts: UInt8 = 0
  private var flags: UInt8 = 0

  /// A search is on.
  private static var searching: UInt8 { 1 }
  /// A size passed, and no text beside the probe has shown yet that it does.
  private static var unverified: UInt8 { 2 }
  /// The smallest size that failed was tried once more.
  private static var repeated: UInt8 { 4 }
  /// `limit` is what a router has reported: it passes, if that is true.
  private static var reported: UInt8 { 8 }

  package init() {}

  /// How close a search comes.
  package static var resolution: Int { 16 }
  /// How many probes a search has; as many again may show nothing.
  package static var mostProbes: UInt8 { 8 }
  /// From a search to the next: ten minutes (RFC 4821 section 7.3, RFC 8201 section 4).
  private static var pause: UInt32 { 574 }

  /// The size that a black hole is answered with: IPv6 takes 1,280 on every path (RFC 8200 section 5). Of
  /// IPv4 each host takes 576 octets (RFC 791), and so do all paths but a few: one step down, where 1,024
  /// (RFC 4821 section 7.2) would need a second for some, after more time-outs. Up it is one probe more.
  ///
  /// - Parameters:
  ///   - retries: time-outs in a row: from the fourth on it is the least that the host believes in.
  ///   - least: `minimumPathMTU`.
  package static func base(isIPv4: Bool, retries: UInt8, least: Int) -> Int {
    if !isIPv4 { return 1_280 }
    return least > 576 || retries >= 4 ? least : 576
  }

  /// From how many time-outs in a row on the size is to blame: from the second, or the third where the peer
  /// has reported what left behind.
  package static func timeoutsBeforeFall(hasReports: Bool) -> UInt8 { hasReports ? 3 : 2 }

  @inline(__always)
  package var isSearching: Bool { flags & PathProbe.searching != 0 }
  @inline(__always)
  package var isInFlight: Bool { probed != 0 }
  package var isUnverified: Bool { flags & PathProbe.unverified != 0 }

  /// The size to try next, or `nil` where the search is over.
  ///
  /// First the largest of all, since after an outage that is what passes; then halves. At the end the
  /// smallest that failed is tried once more: a probe may be lost as any segment.
  ///
  /// - Parameters:
  ///   - proven: what passes.
  ///   - ceiling: what the interface, the peer and the user allow.
  package func nextSize(proven: Int, ceiling: Int) -> Int? {
    guard isSearching, attempts & 15 < PathProbe.mostProbes, attempts &>> 4 < PathProbe.mostProbes,
      proven < ceiling
    else { return nil }
    let most = Int(limit)
    if most >= ceiling { return ceiling }
    // unreached: what a router has reported passes, or a larger size was tried; PathProbeTests
    if flags & PathProbe.reported != 0 { return most > proven ? most : nil }
    let failed = most &+ 1
    if failed &- proven > PathProbe.resolution {
      // Most paths that do not take larger ones take 1,500.
      // unreached: frames above 1,500 octets; PathProbeTests has them
      if failed > 1_500 && proven < 1_500 { return 1_500 }
      return proven &+ (failed &- proven) / 2
    }
    return flags & PathProbe.repeated == 0 && failed > proven ? failed : nil
  }

  /// A probe leaves, with so many octets of text in a datagram of `size`.
  package mutating func didSend(_ sequence: SequenceNumber, count: Int, size: Int) {
    self.sequence = sequence
    textCount = UInt16(truncatingIfNeeded: count)
    probed = UInt16(truncatingIfNeeded: size)
    attempts &+= 1
    if size == Int(limit) &+ 1 { flags |= PathProbe.repeated }
  }

  /// Whether all of the probe is acknowledged.
  package func hasArrived(_ unacknowledged: SequenceNumber) -> Bool {
    unacknowledged - sequence >= Int(textCount)
  }

  /// The probe was delivered.
  ///
  /// - Parameter next: SND.NXT: what leaves from there on shows whether segments of the size pass, too.
  package mutating func didPass(next: SequenceNumber) {
    // What had failed did not fail for its size: everything above may pass. Once in a search.
    if probed > limit {
      limit = UInt16.max
      attempts &= 0xF0
    }
    probed = 0
    threshold = 0
    sequence = next
    // What a router has reported, and what passes, need no second try of what is above.
    if flags & PathProbe.reported != 0 { flags |= PathProbe.repeated }
    flags = flags & ~PathProbe.reported | PathProbe.unverified
  }

  /// The probe alone was lost: its size does not pass.
  package mutating func didFail() {
    limit = probed &- 1
    probed = 0
    // Around it segments of the proven size have arrived.
    flags &= ~(PathProbe.reported | PathProbe.unverified)
  }

  /// What became of the probe shows nothing about its size.
  package mutating func didLearnNothing() {
    guard probed != 0 else { return }
    probed = 0
    attempts &+= 15
  }

  /// A router has reported what passes, in answer to the probe.
  package mutating func didReport(_ size: Int) {
    limit = UInt16(truncatingIfNeeded: size)
    probed = 0
    flags |= PathProbe.reported
  }

  /// ssthresh is again what it was: the loss of what was too long was no sign of congestion.
  package mutating func takeThreshold() -> UInt32 {
    let threshold = self.threshold
    self.threshold = 0
    return threshold
  }

  /// A later sign of congestion counts: nothing is restored.
  mutating func forgetThreshold() { threshold = 0 }

  /// Segments of the size have arrived, and not the probe alone.
  package mutating func verify(unacknowledged: SequenceNumber, segmentSize: Int) {
    if unacknowledged - sequence >= segmentSize { flags &= ~PathProbe.unverified }
  }

  /// The size was taken down to a base.
  ///
  /// Where nothing of the former size had passed but its probe, somebody answers for probes who does not
  /// carry them: then nothing is tried for ten minutes.
  package mutating func didFall(threshold: UInt32, at now: Instant) {
    let isLie = isUnverified
    end(at: now)
    if isLie { return }
    begin()
    self.threshold = threshold
  }

  /// The time for a search has come. What nothing but a probe has shown is not shown by that.
  package mutating func begin() {
    let sequence = self.sequence
    let time = searchTime
    let unverified = flags & PathProbe.unverified
    self = PathProbe()
    self.sequence = sequence
    searchTime = time
    flags = unverified | PathProbe.searching
  }

  /// A search is over, or a router has reported a size: ten minutes from now the next may begin.
  package mutating func end(at now: Instant) {
    probed = 0
    threshold = 0
    flags &= PathProbe.unverified
    searchTime = PathProbe.time(now) &+ PathProbe.pause
  }

  /// Whether ten minutes have passed since.
  package func isDue(at now: Instant) -> Bool { PathProbe.time(now).ahead(of: searchTime) >= 0 }

  private static func time(_ now: Instant) -> UInt32 { UInt32(truncatingIfNeeded: now.microseconds &>> 20) }
}

extension PathProbe {
  func add(to digest: inout StateDigest) {
    // When the next search may begin does not count: it matters once in ten minutes.
    digest.add(UInt32(probed))
    if isInFlight || isUnverified { digest.add(sequence) }
    digest.add(threshold)
    digest.add(UInt32(limit))
    digest.add(attempts)
    if isInFlight { digest.add(UInt32(textCount)) }
    digest.add(flags)
  }
}
