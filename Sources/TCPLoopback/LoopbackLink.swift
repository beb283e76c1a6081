import TCPCore

/// What a link did with a datagram when it was given to it.
public enum LinkFate: Sendable, Equatable {
  /// It is on its way.
  case carried
  /// It was lost at random, or in a blackout.
  case lost
  /// The queue was full.
  case overflowed
  /// It was longer than the link's MTU.
  case tooBig
}

/// One direction of a link between two hosts, in virtual time. What it does follows from its seed alone.
public final class LoopbackLink {
  /// What the link does to datagrams; may be changed at any time.
  public var impairments: Impairments
  /// How often it did what.
  public private(set) var counters = LinkCounters()
  private var random: SeededRandom
  private let pool: DatagramPool
  private var order: UInt64 = 0
  /// When the last datagram given to the link will have left, where a rate limits it.
  private var busyUntil = Instant(microseconds: 0)

  /// A link with room for `capacity` datagrams on their way.
  public init(impairments: Impairments, seed: UInt64, capacity: Int, largestDatagram: Int) {
    self.impairments = impairments
    random = SeededRandom(seed: seed)
    pool = DatagramPool(capacity: capacity, slotSize: largestDatagram)
  }

  /// When the next datagram arrives.
  public var nextArrival: Instant? { pool.earliest }

  /// Puts a datagram on its way, or not.
  public func send(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> LinkFate {
    counters.offered += 1
    if bytes.count > impairments.mtu {
      counters.tooBig += 1
      return .tooBig
    }
    if impairments.isBlackout || random.happens(impairments.loss) {
      counters.lost += 1
      return .lost
    }
    guard let departure = departure(count: bytes.count, at: now) else {
      counters.overflowed += 1
      return .overflowed
    }
    let copies = random.happens(impairments.duplication) ? 2 : 1
    if copies == 2 { counters.duplicated += 1 }
    for _ in 0..<copies {
      let bit = flippedBit(count: bytes.count, isIPv4: unsafe bytes[0] >> 4 == 4)
      guard unsafe pool.add(bytes, arrival: arrival(after: departure), order: order, flippedBit: bit) else {
        counters.overflowed += 1
        return .overflowed
      }
      if bit != nil { counters.corrupted += 1 }
      order += 1
    }
    return .carried
  }

  /// When a datagram has left the sender, at the link's rate; `nil` if too many wait already.
  private func departure(count: Int, at now: Instant) -> Instant? {
    guard impairments.bitsPerSecond > 0 else { return now }
    let start = busyUntil < now ? now : busyUntil
    let waiting = (start - now).microseconds.multipliedFullWidth(by: impairments.bitsPerSecond)
    let waitingOctets = UInt64(8_000_000).dividingFullWidth(waiting).quotient
    if waitingOctets > UInt64(impairments.queueLimit) { return nil }
    let length = (UInt64(count) * 8_000_000 + impairments.bitsPerSecond - 1) / impairments.bitsPerSecond
    busyUntil = start + Interval(microseconds: length)
    return busyUntil
  }

  private func arrival(after departure: Instant) -> Instant {
    var arrival = departure + impairments.delay
    if impairments.jitter.microseconds > 0 {
      arrival = arrival + Interval(microseconds: random.below(impairments.jitter.microseconds + 1))
    }
    if random.happens(impairments.reordering) {
      counters.reordered += 1
      arrival = arrival + impairments.reorderingDelay
    }
    return arrival
  }

  private func flippedBit(count: Int, isIPv4: Bool) -> Int? {
    guard random.happens(impairments.corruption) else { return nil }
    let header = isIPv4 ? 20 : 40
    guard count >= header + 20 else { return nil }
    let bit = Int(random.below(UInt64((count - header - 1) * 8)))
    // The octet of the data offset is skipped.
    return header * 8 + (bit < 96 ? bit : bit + 8)
  }

  /// Hands out the next datagram if it has arrived by `now`.
  ///
  /// - Returns: whether there was one.
  public func deliver(at now: Instant, _ body: (UnsafeRawBufferPointer, _ isCorrupted: Bool) -> Void) -> Bool {
    let delivered = unsafe pool.withFirst(at: now) { bytes, passenger in
      unsafe body(bytes, passenger.isCorrupted)
    }
    if delivered { counters.delivered += 1 }
    return delivered
  }
}
