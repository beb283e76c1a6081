/// One record of sequence space that was sent, and when.
package struct SentRecord: BitwiseCopyable {
  /// Its first sequence number.
  package var sequence: SequenceNumber
  /// Its length, SYN and FIN included.
  package var count: UInt32
  /// When it was last sent, in microseconds, times 256 (so modulo 2^56), and in the low bits what became of
  /// it.
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
  func wasSent(noEarlierThan other: SentRecord) -> Bool {
    Int64(bitPattern: (stamp & ~0xFF) &- (other.stamp & ~0xFF)) >= 0
  }
  /// Believed lost, and not sent again since.
  @inline(__always)
  package var isLost: Bool { stamp & 1 != 0 }
  /// Sent more than once: an acknowledgment of it says nothing about the round trip (Karn).
  @inline(__always)
  package var isRetransmitted: Bool { stamp & 2 != 0 }

  mutating func markLost() { stamp |= 1 }
  mutating func markResent(at now: Instant) { stamp = now.microseconds &<< 8 | 2 }
  mutating func extend(by added: Int, at now: Instant) {
    count &+= UInt32(truncatingIfNeeded: added)
    stamp = now.microseconds &<< 8 | stamp & 3
  }
}

/// What is in flight, oldest first: a fixed table of records with their send times.
///
/// The records are adjacent and cover SND.UNA ..< SND.NXT. When the table is full, new data extends the last
/// record, which must not be marked lost then. Records that are marked lost are sent again in order.
package struct SentRecords: BitwiseCopyable {
  private var start: UInt32
  private var size: UInt16
  private var head: UInt16 = 0
  private var used: UInt16 = 0
  /// No record before this one is marked lost.
  private var firstLostHint: UInt16 = 0
  /// Octets that are marked lost and not sent again.
  package private(set) var lost: UInt32 = 0
  /// How far the first lost record has been sent again already.
  private var resentUpTo = SequenceNumber(0)

  /// An empty table for `capacity` records that starts `start` units into the region.
  package init(start: UInt32, capacity: Int) {
    self.start = start
    size = UInt16(truncatingIfNeeded: capacity)
  }

  /// How many records there may be.
  package var capacity: Int { Int(size) }
  /// How many records there are.
  @inline(__always)
  package var count: Int { Int(used) }

  /// Whether the table is where it must be and its numbers fit each other; a restore checks this.
  package func isSound(start: UInt32, capacity: Int, in region: Region) -> Bool {
    guard self.start == start, self.capacity == capacity, used <= size, head < size, firstLostHint <= used
    else {
      return false
    }
    var marked: UInt32 = 0
    for index in 0..<count {
      let record = table(in: region)[position(index)]
      if record.isLost { marked &+= unresentCount(record, upTo: record.end) }
    }
    return marked == lost
  }

  @inline(__always)
  private func table(in region: Region) -> Table<SentRecord> {
    region.table(SentRecord.self, at: start, count: capacity)
  }

  @inline(__always)
  private func position(_ index: Int) -> Int {
    let sum = Int(head) &+ index
    return sum >= capacity ? sum &- capacity : sum
  }

  /// The record at a position below `count`, oldest first.
  package func record(_ index: Int, in region: Region) -> SentRecord {
    precondition(index < count)
    return table(in: region)[position(index)]
  }

  /// Whether new data can be recorded. A full table extends its last record, which must not be lost, or the
  /// new data would be resent with it.
  @inline(__always)
  package func canRecordMore(in region: Region) -> Bool {
    used < size || !table(in: region)[position(Int(used) &- 1)].isLost
  }

  /// Notes that `count` octets of sequence space were sent for the first time, which `canRecordMore` must
  /// allow.
  @inline(__always)
  package mutating func append(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let records = table(in: region)
    if used == size {
      records[position(Int(used) &- 1)].extend(by: count, at: now)
    } else {
      records[position(Int(used))] = SentRecord(sequence: sequence, count: count, at: now)
      used &+= 1
    }
  }

  /// Takes out what is acknowledged.
  ///
  /// - Returns: of the fully acknowledged records, the one sent most recently; only that gives a valid RTT
  ///   sample after a gap is filled.
  @inline(__always)  // on a segment's way
  package mutating func acknowledge(
    _ acknowledgment: SequenceNumber, in region: Region
  ) -> SentRecord? {
    let records = table(in: region)
    var latest: SentRecord?
    for _ in 0..<count {
      let index = Int(head)
      let record = records[index]
      // survives removal: equivalent: records follow each other without a gap, so the first beyond begins
      // at the acknowledgment, and is cut by nothing
      guard record.sequence < acknowledgment else { break }
      if record.end > acknowledgment {
        if record.isLost { lost &-= unresentCount(record, upTo: acknowledgment) }
        let covered = acknowledgment - record.sequence
        records[index].sequence = acknowledgment
        records[index].count &-= UInt32(truncatingIfNeeded: covered)
        break
      }
      if record.isLost { lost &-= unresentCount(record, upTo: record.end) }
      if latest.map({ record.wasSent(noEarlierThan: $0) }) ?? true { latest = record }
      head = index &+ 1 == capacity ? 0 : head &+ 1
      used &-= 1
      if firstLostHint > 0 { firstLostHint &-= 1 }
    }
    return latest
  }

  /// Octets of a lost record below `end` that were not sent again.
  private func unresentCount(_ record: SentRecord, upTo end: SequenceNumber) -> UInt32 {
    let from = firstUnresent(record)
    return from < end ? UInt32(truncatingIfNeeded: end - from) : 0
  }

  /// Where the part of a lost record begins that was not sent again.
  private func firstUnresent(_ record: SentRecord) -> SequenceNumber {
    record.sequence < resentUpTo && resentUpTo < record.end ? resentUpTo : record.sequence
  }

  /// Marks everything lost: the retransmission timer has expired (RFC2018-10).
  package mutating func markAllLost(in region: Region) {
    let records = table(in: region)
    lost = 0
    firstLostHint = 0
    for index in 0..<count {
      let place = position(index)
      records[place].markLost()
      lost &+= records[place].count
    }
    if used > 0 { resentUpTo = records[position(0)].sequence }
  }

  /// Marks the oldest record lost, unless it is already.
  package mutating func markFirstLost(in region: Region) {
    guard used > 0 else { return }  // unreached: the caller has seen that something is in flight
    let records = table(in: region)
    let place = position(0)
    guard !records[place].isLost else { return }
    records[place].markLost()
    if lost > 0 && firstLostHint > 0 && firstLostHint < used {
      // Only one record can be half sent again, so another one that is starts over.
      let half = records[position(Int(firstLostHint))]
      if half.isLost { lost &+= UInt32(truncatingIfNeeded: firstUnresent(half) - half.sequence) }
    }
    resentUpTo = records[place].sequence
    lost &+= records[place].count
    firstLostHint = 0
  }

  /// The oldest octets that are lost and not sent again: where they start and how many are there in one run.
  package mutating func nextLost(in region: Region) -> (sequence: SequenceNumber, count: Int)? {
    guard lost > 0 else { return nil }  // unreached: the caller has seen that something is lost
    let records = table(in: region)
    for _ in Int(firstLostHint)..<count {
      let record = records[position(Int(firstLostHint))]
      if record.isLost {
        let from = firstUnresent(record)
        return (from, record.end - from)
      }
      firstLostHint &+= 1
    }
    return nil
  }

  /// Notes that `count` octets from what `nextLost` gave were sent again.
  package mutating func didResend(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let records = table(in: region)
    let place = position(Int(firstLostHint))
    lost &-= UInt32(truncatingIfNeeded: count)
    if sequence + count == records[place].end {
      records[place].markResent(at: now)
    } else {
      resentUpTo = sequence + count
    }
  }

  /// Forgets everything.
  package mutating func removeAll() {
    used = 0
    lost = 0
    firstLostHint = 0
  }
}
