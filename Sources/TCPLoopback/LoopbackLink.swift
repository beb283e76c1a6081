import TCPCore

/// What a link did with a datagram when it was given to it.
public enum LinkDisposition: Sendable, Equatable {
  /// It is on its way.
  case carried
  /// It was lost at random, in a blackout, or in a black hole.
  case lost
  /// The queue was full.
  case overflowed
  /// It was longer than the link's MTU.
  case tooBig
}

/// One direction of a link between two hosts, in virtual time. What it does follows from its seed alone.
@safe
public final class LoopbackLink {
  /// What changes. It is behind a pointer, so that reaching it costs no run-time check.
  private struct State {
    var impairments: Impairments
    var counters = LinkCounters()
    var random: SplitMix64
    var order: UInt64 = 0
    /// When the last datagram given to the link will have left, where a rate limits it.
    var busyUntil = Instant(microseconds: 0)
  }

  private let state: UnsafeMutablePointer<State>
  private let pool: DatagramPool
  private let holder = AcknowledgmentHolder()

  /// A link with room for `capacity` datagrams on their way.
  public init(impairments: Impairments, seed: UInt64, capacity: Int, largestDatagram: Int) {
    pool = DatagramPool(capacity: capacity, slotSize: largestDatagram)
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State(impairments: impairments, random: SplitMix64(seed: seed)))
  }

  deinit { unsafe state.deinitialize(count: 1).deallocate() }

  /// What the link does to datagrams; may be changed at any time.
  public var impairments: Impairments {
    get { unsafe state.pointee.impairments }
    set { unsafe state.pointee.impairments = newValue }
  }

  /// How often it did what.
  public var counters: LinkCounters { unsafe state.pointee.counters }

  /// When the next datagram arrives.
  ///
  /// An acknowledgment that waits counts with the moment at which it is put on its way.
  public var nextArrival: Instant? {
    guard let due = holder.due else { return pool.earliest }
    return min(due, pool.earliest ?? due)
  }

  /// Puts a datagram on its way, or not. An acknowledgment that waits for a later one counts as carried.
  public func send(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> LinkDisposition {
    unsafe state.pointee.counters.offered += 1
    let step = unsafe state.pointee.impairments.acknowledgmentStep
    if step > 0 {
      let isAnotherHeld = holder.due != nil
      let decision = unsafe holder.decide(bytes, step: step, at: now)
      if isAnotherHeld && decision != .passes { unsafe state.pointee.counters.covered += 1 }
      if decision == .isHeld { return .carried }
      if decision == .covers { holder.clear(hasTravelled: false) }
    }
    return unsafe carry(bytes, at: now)
  }

  private func carry(_ bytes: UnsafeRawBufferPointer, at now: Instant) -> LinkDisposition {
    if unsafe bytes.count > state.pointee.impairments.mtu {
      unsafe state.pointee.counters.tooBig += 1
      return .tooBig
    }
    if unsafe bytes.count > state.pointee.impairments.blackHole {
      unsafe state.pointee.counters.vanished += 1
      return .lost
    }
    if unsafe state.pointee.impairments.isBlackout
      || state.pointee.random.happens(state.pointee.impairments.loss)
    {
      unsafe state.pointee.counters.lost += 1
      return .lost
    }
    guard let departure = departure(count: bytes.count, at: now) else {
      unsafe state.pointee.counters.overflowed += 1
      return .overflowed
    }
    let copies = unsafe state.pointee.random.happens(state.pointee.impairments.duplication) ? 2 : 1
    if copies == 2 { unsafe state.pointee.counters.duplicated += 1 }
    let isMarked =
      unsafe CongestionMark.isAllowed(on: bytes)
      && state.pointee.random.happens(state.pointee.impairments.marking)
    for _ in 0..<copies {
      let bit = flippedBit(count: bytes.count, isIPv4: unsafe bytes[0] >> 4 == 4)
      guard
        unsafe pool.add(
          bytes, arrival: arrival(after: departure), order: state.pointee.order, isMarked: isMarked,
          flippedBit: bit)
      else {
        unsafe state.pointee.counters.overflowed += 1
        return .overflowed
      }
      if isMarked { unsafe state.pointee.counters.marked += 1 }
      if bit != nil { unsafe state.pointee.counters.corrupted += 1 }
      unsafe state.pointee.order += 1
    }
    return .carried
  }

  /// When a datagram has left the sender, at the link's rate; `nil` if too many wait already.
  private func departure(count: Int, at now: Instant) -> Instant? {
    guard unsafe state.pointee.impairments.bitsPerSecond > 0 else { return now }
    let start = unsafe state.pointee.busyUntil < now ? now : state.pointee.busyUntil
    let waiting = unsafe (start - now).microseconds.multipliedFullWidth(
      by: state.pointee.impairments.bitsPerSecond)
    let waitingOctets = UInt64(8_000_000).dividingFullWidth(waiting).quotient
    if unsafe waitingOctets > UInt64(state.pointee.impairments.queueLimit) { return nil }
    let length =
      unsafe (UInt64(count) * 8_000_000 + state.pointee.impairments.bitsPerSecond - 1)
      / state.pointee.impairments.bitsPerSecond
    unsafe state.pointee.busyUntil = start + Interval(microseconds: length)
    return unsafe state.pointee.busyUntil
  }

  private func arrival(after departure: Instant) -> Instant {
    var arrival = unsafe departure + state.pointee.impairments.delay
    if unsafe state.pointee.impairments.jitter.microseconds > 0 {
      unsafe arrival =
        arrival
        + Interval(
          microseconds: state.pointee.random.below(state.pointee.impairments.jitter.microseconds + 1))
    }
    if unsafe state.pointee.random.happens(state.pointee.impairments.reordering) {
      unsafe state.pointee.counters.reordered += 1
      unsafe arrival = arrival + state.pointee.impairments.reorderingDelay
    }
    if let spike = unsafe state.pointee.impairments.spike { arrival = spike.arrival(arrival) }
    return arrival
  }

  private func flippedBit(count: Int, isIPv4: Bool) -> Int? {
    guard unsafe state.pointee.random.happens(state.pointee.impairments.corruption) else { return nil }
    let header = isIPv4 ? 20 : 40
    guard count >= header + 20 else { return nil }
    let bit = unsafe Int(state.pointee.random.below(UInt64((count - header - 1) * 8)))
    // The octet of the data offset is skipped.
    return header * 8 + (bit < 96 ? bit : bit + 8)
  }

  /// Hands out the next datagram if it has arrived by `now`.
  ///
  /// - Returns: whether there was one.
  public func deliver(at now: Instant, _ body: (UnsafeRawBufferPointer, _ isCorrupted: Bool) -> Void) -> Bool
  {
    if let due = holder.due, due <= now {
      _ = unsafe holder.bytes.withUnsafeBytes { unsafe carry($0, at: now) }
      holder.clear(hasTravelled: true)
    }
    let delivered = unsafe pool.withFirst(at: now) { bytes, passenger in
      unsafe body(bytes, passenger.isCorrupted)
    }
    if delivered { unsafe state.pointee.counters.delivered += 1 }
    return delivered
  }
}
