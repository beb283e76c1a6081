import TCPCore

/// What a link does to the datagrams of one direction.
public struct Impairments: Sendable {
  /// How long a datagram travels.
  public var delay = Interval.microseconds(0)
  /// Up to how much longer it may travel, evenly distributed; datagrams may overtake each other.
  public var jitter = Interval.microseconds(0)
  /// How many bits leave in a second; 0 for no limit.
  public var bitsPerSecond: UInt64 = 0
  /// How many octets may wait while the rate is the limit; more are dropped.
  public var queueLimit = 1 << 20
  /// The probability that a datagram is lost.
  public var loss = 0.0
  /// The probability that a datagram arrives twice.
  public var duplication = 0.0
  /// The probability that a datagram is held back by `reorderingDelay`, so that later ones overtake it.
  public var reordering = 0.0
  /// How long a datagram that is reordered is held back.
  public var reorderingDelay = Interval.milliseconds(2)
  /// The probability that one bit of the TCP header or text is flipped. The data offset is left alone, so
  /// that a reader of the capture can still find what the checksum covers.
  public var corruption = 0.0
  /// The probability that a datagram which allows it gets a congestion mark (CE, RFC 3168).
  public var marking = 0.0
  /// The longest datagram the link carries; longer ones are dropped, and answered with an ICMP error.
  public var mtu = 65_535
  /// The longest datagram that gets through; longer ones vanish, and no ICMP error says so.
  public var blackHole = 65_535
  /// A time in which nothing arrives; what would have arrived then comes at its end.
  public var spike: DelaySpike?
  /// How many octets an acknowledgment without anything else has to acknowledge beyond the last one that
  /// travelled; 0 for no limit. One that acknowledges fewer waits, 40 ms at most, and is dropped when a later
  /// one covers it: the far end seems to acknowledge seldom. For the segments of one connection.
  public var acknowledgmentStep = 0
  /// Whether nothing gets through at all.
  public var isBlackout = false

  /// A link that does nothing wrong and takes no time.
  public init() {}

  /// The same time and rate, but nothing is lost, repeated, overtaken, damaged or marked.
  public var withoutFaults: Impairments {
    var result = self
    result.loss = 0
    result.duplication = 0
    result.reordering = 0
    result.corruption = 0
    result.marking = 0
    result.blackHole = 65_535
    result.jitter = .microseconds(0)
    return result
  }
}

/// How often a link did something to a datagram.
public struct LinkCounters: Sendable, Equatable {
  /// Datagrams given to the link.
  public var offered = 0
  /// Datagrams that came out, copies included.
  public var delivered = 0
  /// Datagrams lost at random or in a blackout.
  public var lost = 0
  /// Datagrams that came out twice.
  public var duplicated = 0
  /// Datagrams held back.
  public var reordered = 0
  /// Datagrams that came out with a flipped bit, copies included.
  public var corrupted = 0
  /// Datagrams dropped because the queue was full.
  public var overflowed = 0
  /// Datagrams dropped because they were longer than the link's MTU.
  public var tooBig = 0
  /// Datagrams that vanished, because they were longer than what gets through.
  public var vanished = 0
  /// Acknowledgments dropped because a later one covers them.
  public var covered = 0
  /// Datagrams that got a congestion mark.
  public var marked = 0

  /// Nothing has happened.
  public init() {}
}
