/// One stretch of sequence space that was sent, and when.
package struct Transmission: BitwiseCopyable {
  /// Its first sequence number.
  package var sequence: SequenceNumber
  /// Its length, SYN and FIN included.
  package var count: UInt32
  /// When it was last sent, in microseconds, times 256 (so modulo 2^56), and in the low bits what became of it.
  private var stamp: UInt64

  init(sequence: SequenceNumber, count: Int, at now: Instant) {
    self.sequence = sequence
    self.count = UInt32(truncatingIfNeeded: count)
    stamp = now.microseconds &<< 8
  }

  @inline(__always)
  package var end: SequenceNumber { SequenceNumber(sequence.rawValue &+ count) }
  /// How long ago it was last sent, in microseconds.
  @inline(__always)
  package func age(at now: Instant) -> UInt64 { (now.microseconds &<< 8 &- (stamp & ~0xFF)) &>> 8 }
  /// When it was last sent.
  @inline(__always)
  package func sentAt(now: Instant) -> Instant { Instant(microseconds: now.microseconds &- age(at: now)) }
  /// Whether it was sent after another one, or at the same moment.
  @inline(__always)
  func wasSent(noEarlierThan other: Transmission) -> Bool {
    Int64(bitPattern: (stamp & ~0xFF) &- (other.stamp & ~0xFF)) >= 0
  }
  /// Believed lost, and not sent again since.
  @inline(__always)
  package var isLost: Bool { stamp & 1 != 0 }
  /// Sent more than once: an acknowledgment of it says nothing about the round trip (Karn).
  @inline(__always)
  package var isRetransmitted: Bool { stamp & 2 != 0 }

  mutating func markLost() { stamp |= 1 }
  mutating func markSentAgain(at now: Instant) { stamp = now.microseconds &<< 8 | 2 }
  mutating func extend(by added: Int, at now: Instant) {
    count &+= UInt32(truncatingIfNeeded: added)
    stamp = now.microseconds &<< 8 | stamp & 3
  }
}

/// What is in flight, oldest first: a fixed table of transmissions with their times.
///
/// The stretches are adjacent and cover SND.UNA ..< SND.NXT. When the table is full, a new stretch joins the last
/// one, which it must not do while that one is lost. Loss is a mark on a stretch; stretches that are marked are sent
/// again in order.
package struct Transmissions: BitwiseCopyable {
  private var start: UInt32
  private var size: UInt16
  private var head: UInt16 = 0
  private var used: UInt16 = 0
  /// No stretch before this one is marked lost.
  private var lostHint: UInt16 = 0
  /// Octets that are marked lost and not sent again.
  package private(set) var lost: UInt32 = 0
  /// How far the first lost stretch has been sent again already.
  private var resent = SequenceNumber(0)

  /// An empty table for `capacity` stretches that starts `start` units into the region.
  package init(start: UInt32, capacity: Int) {
    self.start = start
    size = UInt16(truncatingIfNeeded: capacity)
  }

  /// How many stretches there may be.
  package var capacity: Int { Int(size) }
  /// How many stretches there are.
  @inline(__always)
  package var count: Int { Int(used) }

  /// Whether the table stands where it must and its numbers fit each other; a restore checks this.
  package func isSound(start: UInt32, capacity: Int, in region: Region) -> Bool {
    guard self.start == start, self.capacity == capacity, used <= size, head < size, lostHint <= used else {
      return false
    }
    var marked: UInt32 = 0
    for index in 0..<count {
      let stretch = table(in: region)[position(index)]
      if stretch.isLost { marked &+= stillLost(stretch, upTo: stretch.end) }
    }
    return marked == lost
  }

  @inline(__always)
  private func table(in region: Region) -> Table<Transmission> {
    region.table(Transmission.self, at: start, count: capacity)
  }

  @inline(__always)
  private func position(_ index: Int) -> Int {
    let sum = Int(head) &+ index
    return sum >= capacity ? sum &- capacity : sum
  }

  /// The stretch at a position below `count`, oldest first.
  package func transmission(_ index: Int, in region: Region) -> Transmission {
    precondition(index < count)
    return table(in: region)[position(index)]
  }

  /// Whether more may be sent for the first time: in a full table it joins the last stretch, and would be sent again
  /// with it if that one is lost.
  @inline(__always)
  package func takesMore(in region: Region) -> Bool {
    used < size || !table(in: region)[position(Int(used) &- 1)].isLost
  }

  /// Notes that `count` octets of sequence space were sent for the first time, which `takesMore` must allow.
  @inline(__always)
  package mutating func append(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let stretches = table(in: region)
    if used == size {
      stretches[position(Int(used) &- 1)].extend(by: count, at: now)
    } else {
      stretches[position(Int(used))] = Transmission(sequence: sequence, count: count, at: now)
      used &+= 1
    }
  }

  /// Takes out what is acknowledged.
  ///
  /// - Returns: of the stretches that were acknowledged whole, the one that was sent last: where a gap was filled, what
  ///   filled it, whose time alone says something about the round trip.
  @inline(__always)
  package mutating func acknowledge(
    _ acknowledgment: SequenceNumber, in region: Region
  ) -> Transmission? {
    let stretches = table(in: region)
    var latest: Transmission?
    for _ in 0..<count {
      let index = Int(head)
      let stretch = stretches[index]
      // survives removal: equivalent: stretches follow each other without a gap, so the first beyond begins
      // at the acknowledgment, and is cut by nothing
      guard stretch.sequence < acknowledgment else { break }
      if stretch.end > acknowledgment {
        if stretch.isLost { lost &-= stillLost(stretch, upTo: acknowledgment) }
        let covered = acknowledgment - stretch.sequence
        stretches[index].sequence = acknowledgment
        stretches[index].count &-= UInt32(truncatingIfNeeded: covered)
        break
      }
      if stretch.isLost { lost &-= stillLost(stretch, upTo: stretch.end) }
      if latest.map({ stretch.wasSent(noEarlierThan: $0) }) ?? true { latest = stretch }
      head = index &+ 1 == capacity ? 0 : head &+ 1
      used &-= 1
      if lostHint > 0 { lostHint &-= 1 }
    }
    return latest
  }

  /// Octets of a lost stretch below `end` that were not sent again.
  private func stillLost(_ stretch: Transmission, upTo end: SequenceNumber) -> UInt32 {
    let from = resentPoint(stretch)
    return from < end ? UInt32(truncatingIfNeeded: end - from) : 0
  }

  /// Where the part of a lost stretch begins that was not sent again.
  private func resentPoint(_ stretch: Transmission) -> SequenceNumber {
    stretch.sequence < resent && resent < stretch.end ? resent : stretch.sequence
  }

  /// Marks everything lost: the retransmission timer has expired (RFC2018-10).
  package mutating func markAllLost(in region: Region) {
    let stretches = table(in: region)
    lost = 0
    lostHint = 0
    for index in 0..<count {
      let place = position(index)
      stretches[place].markLost()
      lost &+= stretches[place].count
    }
    if used > 0 { resent = stretches[position(0)].sequence }
  }

  /// Marks the oldest stretch lost, unless it is already.
  package mutating func markFirstLost(in region: Region) {
    guard used > 0 else { return }  // unreached: the caller has seen that something is in flight
    let stretches = table(in: region)
    let place = position(0)
    guard !stretches[place].isLost else { return }
    stretches[place].markLost()
    if lost > 0 && lostHint > 0 && lostHint < used {
      // Only one stretch can be half sent again, so another one that is starts over.
      let half = stretches[position(Int(lostHint))]
      if half.isLost { lost &+= UInt32(truncatingIfNeeded: resentPoint(half) - half.sequence) }
    }
    resent = stretches[place].sequence
    lost &+= stretches[place].count
    lostHint = 0
  }

  /// The oldest octets that are lost and not sent again: where they start and how many stand there in one run.
  package mutating func nextLost(in region: Region) -> (sequence: SequenceNumber, count: Int)? {
    guard lost > 0 else { return nil }  // unreached: the caller has seen that something is lost
    let stretches = table(in: region)
    for _ in Int(lostHint)..<count {
      let stretch = stretches[position(Int(lostHint))]
      if stretch.isLost {
        let from = resentPoint(stretch)
        return (from, stretch.end - from)
      }
      lostHint &+= 1
    }
    return nil
  }

  /// Notes that `count` octets from what `nextLost` gave were sent again.
  package mutating func sentAgain(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let stretches = table(in: region)
    let place = position(Int(lostHint))
    lost &-= UInt32(truncatingIfNeeded: count)
    if sequence + count == stretches[place].end {
      stretches[place].markSentAgain(at: now)
    } else {
      resent = sequence + count
    }
  }

  /// Forgets everything.
  package mutating func removeAll() {
    used = 0
    lost = 0
    lostHint = 0
  }
}
