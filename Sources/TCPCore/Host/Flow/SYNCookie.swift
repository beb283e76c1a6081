// SYN cookies (RFC 4987 section 3.6): what a SYN-ACK has to say so that the acknowledgment of it brings back
// all that is needed, and how the acknowledgment is verified. Pure computation.

/// The two places of a SYN-ACK that say something of the peer's SYN: the initial sequence number has 29 bits
/// of a keyed hash and three for the peer's MSS; the low bits of the timestamp, which the peer echoes, have
/// the rest.
package enum SYNCookie {
  /// The number of the period that a moment lies in. One lasts 67.1 s: 2^26 microseconds.
  package static func period(at now: Instant) -> UInt64 { now.microseconds &>> 26 }

  /// When the cookies of a period are good no more: with the end of the next one.
  package static func end(of period: UInt64) -> Instant { Instant(microseconds: (period &+ 2) &<< 26) }

  /// Whether a moment is the end of a period that has begun, or the clock's zero; a restore checks this.
  static func isEnd(_ moment: Instant, at now: Instant) -> Bool {
    moment.microseconds & 0x3FF_FFFF == 0 && moment <= end(of: period(at: now))
  }

  // MARK: The peer's MSS

  /// What the three bits mean: the default of IPv6 and that of IPv4, what is left of 1,500 octets with and
  /// without tunnels, and large frames. No peer's MSS counts as less than the first.
  private static var segmentSizes: [8 of UInt16] { [64, 536, 1_220, 1_360, 1_400, 1_440, 1_460, 8_940] }

  /// The number of the largest size that is no larger than the peer's MSS; without one the RFC's default
  /// counts (MUST-15).
  package static func sizeIndex(_ peerSegmentSize: UInt16, isIPv4: Bool) -> UInt32 {
    if peerSegmentSize == 0 { return isIPv4 ? 1 : 2 }
    let sizes = segmentSizes
    var index = 7
    while index > 0 && sizes[index] > peerSegmentSize { index &-= 1 }
    return UInt32(truncatingIfNeeded: index)
  }

  /// The size that a cookie means.
  package static func segmentSize(of cookie: SequenceNumber) -> UInt16 {
    segmentSizes[Int(truncatingIfNeeded: cookie.rawValue & 7)]
  }

  // MARK: The other options

  /// How many low bits of a timestamp are taken: 64 ticks, or 65.5 ms.
  private static var markBits: UInt32 { 63 }

  /// A timestamp that says what both SYNs agree on: the peer's shift in four bits, 15 for none, SACK in the
  /// fifth, ECN in the sixth.
  ///
  /// It is the latest one with these bits that is not ahead of the clock, so up to 65 ms old. What follows it
  /// on the connection has the plain clock and is never older, so that no peer's PAWS objects (RFC 7323
  /// section 5); a value ahead of the clock would have our first segments dropped.
  package static func timestamp(_ clock: UInt32, peerShift: UInt8?, usesSACK: Bool, usesECN: Bool) -> UInt32 {
    var marks = UInt32(peerShift ?? 15)
    if usesSACK { marks |= 16 }
    if usesECN { marks |= 32 }
    let marked = clock & ~markBits | marks
    return clock & markBits < marks ? marked &- (markBits &+ 1) : marked
  }

  /// What a SYN must have offered, by the segment that acknowledges the cookie; its timestamp counts as that
  /// of the SYN.
  package static func options(of cookie: SequenceNumber, by timestamps: Timestamps?) -> SegmentOptions {
    var options = SegmentOptions()
    options.maximumSegmentSize = segmentSize(of: cookie)
    if let timestamps {
      options.timestamps = timestamps
      let shift = UInt8(truncatingIfNeeded: timestamps.echo & 15)
      if shift != 15 { options.windowScale = shift }
      options.isSACKPermitted = timestamps.echo & 16 != 0
    }
    return options
  }

  /// Whether the echo says that both SYNs agreed on ECN.
  package static func usesECN(_ timestamps: Timestamps?) -> Bool {
    timestamps.map { $0.echo & 32 != 0 } ?? false
  }
}

/// What a cookie is bound to.
package struct SYNCookieSubject: BitwiseCopyable {
  package let tuple: FourTuple
  package let peerInitial: SequenceNumber
  /// Whether the SYN-ACK has timestamps, and with them what they say.
  package let hasTimestamps: Bool
  /// The listener's handle: cookies end with their listener.
  package let listener: UInt64

  package init(tuple: FourTuple, peerInitial: SequenceNumber, hasTimestamps: Bool, listener: UInt64) {
    self.tuple = tuple
    self.peerInitial = peerInitial
    self.hasTimestamps = hasTimestamps
    self.listener = listener
  }
}

extension HostKeys {
  /// The cookie of a period for a peer's MSS by its number.
  package func cookie(_ subject: SYNCookieSubject, sizeIndex: UInt32, period: UInt64) -> SequenceNumber {
    let tuple = subject.tuple
    var hash = SipHash(cookie.first, cookie.second)
    HostKeys.addAddresses(of: tuple, to: &hash)
    let ports = UInt64(wide: UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    hash.add(ports &<< 32 | UInt64(wide: subject.peerInitial.rawValue))
    hash.add(subject.listener)
    // 48 bits: a period has 36 (`TCPHost.latestTime`). The length tells the families apart.
    let rest = UInt64(wide: sizeIndex &<< 1 | (subject.hasTimestamps ? 1 : 0) | UInt32(tuple.scope) &<< 4)
    let length: UInt64 = tuple.isIPv4 ? 30 : 54
    let sum = UInt32(truncatingIfNeeded: hash.finish(length &<< 56 | period &<< 12 | rest))
    return SequenceNumber(sum & ~7 | sizeIndex)
  }

  /// Whether a number is the cookie of this period or the one before.
  package func isCookie(_ number: SequenceNumber, of subject: SYNCookieSubject, period: UInt64) -> Bool {
    let sizeIndex = number.rawValue & 7
    if cookie(subject, sizeIndex: sizeIndex, period: period) == number { return true }
    return period > 0 && cookie(subject, sizeIndex: sizeIndex, period: period &- 1) == number
  }
}

/// The cookies that were accepted last: a copy of a segment that has begun a connection must not begin
/// another one when that is over.
struct AcceptedCookies: BitwiseCopyable {
  private var numbers = [16 of SequenceNumber](repeating: SequenceNumber(0))
  private var next: UInt8 = 0

  init() {}

  mutating func append(_ cookie: SequenceNumber) {
    numbers[Int(next)] = cookie
    next = (next &+ 1) & 15
  }

  /// Whether a cookie is one of them. A new one is taken for an old one once in 2^28 times.
  func contains(_ cookie: SequenceNumber) -> Bool {
    for index in 0..<16 where numbers[index] == cookie { return true }
    return false
  }

  /// Whether the place for the next is one; a restore checks this.
  var isSound: Bool { next < 16 }

  func add(to digest: inout StateDigest) {
    for index in 0..<16 { digest.add(numbers[index]) }
    digest.add(next)
  }
}
