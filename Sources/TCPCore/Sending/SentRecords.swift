/// What is in flight, oldest first: a fixed table of records with their send times.
///
/// The records are adjacent and cover SND.UNA ..< SND.NXT. When the table is full, new data extends the last
/// record, which must be neither lost nor reported by the peer then. Records that are marked lost are sent
/// again in order.
package struct SentRecords: BitwiseCopyable {
  /// Octets that are marked lost and not sent again.
  package internal(set) var lost: UInt32 = 0
  /// Whether each record has a snapshot of what was delivered when it left (SentRecords+DeliveryRate.swift).
  #if TCPCORE_NO_BBR
    package var isSampling: Bool { false }
  #else
    package private(set) var isSampling: Bool
  #endif
  /// Octets that the peer has reported, though not yet acknowledged.
  package internal(set) var sacked: UInt32 = 0
  let start: UInt32
  var size: UInt16
  var head: UInt16 = 0
  var used: UInt16 = 0
  /// No record before this one is marked lost.
  var firstLostHint: UInt16 = 0
  /// How many records were ever marked lost, each time; it wraps.
  private(set) var losses: UInt32 = 0
  /// How far the first lost record has been sent again already.
  private var resentUpTo = SequenceNumber(0)
  /// The stamp of what was sent last.
  private(set) var lastStamp = SendStamp()

  /// An empty table for `capacity` records that starts `start` units into the region.
  package init(start: UInt32, capacity: Int, isSampling: Bool = false) {
    self.start = start
    size = UInt16(truncatingIfNeeded: capacity)
    #if !TCPCORE_NO_BBR
      self.isSampling = isSampling
    #endif
  }

  /// When anything was sent last, first or again.
  func lastSent(now: Instant) -> Instant {
    Instant(microseconds: now.microseconds &- lastStamp.age(at: now))
  }

  /// How many records there may be.
  package var capacity: Int { Int(size) }
  /// How many records there are.
  @inline(__always)
  package var count: Int { Int(used) }

  /// Whether the table is where it must be and its numbers fit each other; a restore checks this.
  package mutating func isSound(
    start: UInt32, capacity: Int, isSampling: Bool = false, in region: Region
  ) -> Bool {
    #if !TCPCORE_NO_BBR
      guard rawByte(of: &self.isSampling) == (isSampling ? 1 : 0) else { return false }
    #endif
    guard self.start == start, self.capacity == capacity, used <= size, head < size, firstLostHint <= used
    else {
      return false
    }
    var marked: UInt32 = 0
    var reported: UInt32 = 0
    for index in 0..<count {
      let record = table(in: region)[position(index)]
      if record.isLost { marked &+= unresentCount(record, upTo: record.end) }
      if record.isSACKed { reported &+= record.count }
      guard !record.isLost || !record.isSACKed else { return false }
    }
    return marked == lost && reported == sacked
  }

  @inline(__always)
  func table(in region: Region) -> Table<SentRecord> {
    region.table(SentRecord.self, at: start, count: capacity)
  }

  @inline(__always)
  func position(_ index: Int) -> Int {
    let sum = Int(head) &+ index
    return sum >= capacity ? sum &- capacity : sum
  }

  /// The record at a position below `count`, oldest first.
  package func record(_ index: Int, in region: Region) -> SentRecord {
    precondition(index < count)
    return table(in: region)[position(index)]
  }

  /// Whether new data can be recorded. A full table extends its last record, which must be neither lost nor
  /// reported, or the new data would be taken for that, too.
  @inline(__always)
  package func canRecordMore(in region: Region) -> Bool {
    used < size || table(in: region)[position(Int(used) &- 1)].stamp.marks & 5 == 0
  }

  /// Notes that `count` octets of sequence space were sent for the first time, which `canRecordMore` must
  /// allow.
  @inline(__always)
  package mutating func append(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let records = table(in: region)
    lastStamp.advance(to: now)
    if used == size {
      records[position(Int(used) &- 1)].extend(by: count, at: lastStamp)
    } else {
      records[position(Int(used))] = SentRecord(sequence: sequence, count: count, at: lastStamp)
      used &+= 1
    }
  }

  /// Takes out what is acknowledged.
  ///
  /// - Returns: of the fully acknowledged records that the peer had not reported before, the one sent most
  ///   recently; only that gives a valid RTT sample after a gap is filled.
  @inline(__always)  // on a segment's way
  package mutating func acknowledge(_ acknowledgment: SequenceNumber, in region: Region) -> SentRecord? {
    var latest: SentRecord?
    if !isSampling {
      // Nearly always: whole records of which nothing else is known, each sent after the one before.
      let records = table(in: region)
      for _ in 0..<count {
        let record = records[Int(head)]
        guard record.isPlain, record.end <= acknowledgment else { break }
        removeFirst()
        latest = record
        if record.end == acknowledgment { return latest }
      }
    }
    return acknowledgeRest(acknowledgment, latest: latest, in: region)
  }

  @inline(never)  // rare
  private mutating func acknowledgeRest(
    _ acknowledgment: SequenceNumber, latest first: SentRecord?, in region: Region
  ) -> SentRecord? {
    var latest = first
    takeOut(acknowledgment, in: region) { record, covered in
      guard covered == record.count else { return }
      if latest.map({ record.wasSent(after: $0) }) ?? true { latest = record }
    }
    return latest
  }

  /// Takes out what is acknowledged, and adds what of it is new to a delivery.
  package mutating func acknowledge(
    _ acknowledgment: SequenceNumber, _ delivery: inout Delivery, in region: Region
  ) {
    takeOut(acknowledgment, in: region) { record, covered in
      if covered == record.count { delivery.add(record) } else { delivery.octets &+= covered }
    }
  }

  /// Takes out what is acknowledged, and hands on what of it the peer had not reported before: each record,
  /// and how many of its octets.
  @inline(__always)  // on a segment's way
  private mutating func takeOut(
    _ acknowledgment: SequenceNumber, in region: Region, _ visit: (SentRecord, UInt32) -> Void
  ) {
    let records = table(in: region)
    for _ in 0..<count {
      let index = Int(head)
      let record = records[index]
      // survives removal: equivalent: records follow each other without a gap, so the first beyond begins
      // at the acknowledgment, and is cut by nothing
      guard record.sequence < acknowledgment else { break }
      let isWhole = record.end <= acknowledgment
      let end = isWhole ? record.end : acknowledgment
      let covered = UInt32(truncatingIfNeeded: end - record.sequence)
      if record.isSACKed {
        sacked &-= covered
      } else {
        if record.isLost { lost &-= unresentCount(record, upTo: end) }
        if isSampling { sampleDelivered(index, octets: covered, in: region) }
        visit(record, covered)
      }
      guard isWhole else {
        records[index].sequence = acknowledgment
        records[index].count &-= covered
        break
      }
      removeFirst()
    }
  }

  /// The oldest record is acknowledged.
  @inline(__always)  // on a segment's way
  private mutating func removeFirst() {
    head = head &+ 1 == size ? 0 : head &+ 1
    used &-= 1
    if firstLostHint > 0 { firstLostHint &-= 1 }
  }

  /// Octets of a lost record below `end` that were not sent again.
  func unresentCount(_ record: SentRecord, upTo end: SequenceNumber) -> UInt32 {
    let from = firstUnresent(record)
    return from < end ? UInt32(truncatingIfNeeded: end - from) : 0
  }

  /// Where the part of a lost record begins that was not sent again.
  private func firstUnresent(_ record: SentRecord) -> SequenceNumber {
    record.sequence < resentUpTo && resentUpTo < record.end ? resentUpTo : record.sequence
  }

  /// The retransmission timer has expired. Where the peer has reported the very first octets, and yet does
  /// not acknowledge them, it has thrown away what it reported: then nothing of that counts any more
  /// (RFC2018-9, RFC2018-10, RFC6675-16).
  package mutating func forgetReports(in region: Region) {
    let records = table(in: region)
    guard sacked > 0, records[position(0)].isSACKed else { return }
    sacked = 0
    for index in 0..<count { records[position(index)].clearSACKed() }
  }

  /// Marks everything lost that the peer has not reported.
  package mutating func markAllLost(in region: Region) {
    let records = table(in: region)
    lost = 0
    firstLostHint = 0
    for index in 0..<count {
      let place = position(index)
      if records[place].isSACKed { continue }
      if isSampling && !records[place].isLost { sampleLost(index, in: region) }
      if !records[place].isLost { losses &+= 1 }
      records[place].markLost()
      lost &+= records[place].count
    }
    if used > 0 { resentUpTo = records[position(0)].sequence }
  }

  /// Nothing counts as lost.
  package mutating func unmarkLost(in region: Region) {
    let records = table(in: region)
    lost = 0
    firstLostHint = 0
    for index in 0..<count { records[position(index)].clearLost() }
  }

  /// Marks the oldest record lost, unless it is already.
  package mutating func markFirstLost(in region: Region) {
    guard used > 0 else { return }  // unreached: the caller has seen that something is in flight
    let place = position(0)
    guard table(in: region)[place].stamp.marks & 5 == 0 else { return }
    markLost(0, in: region)
  }

  /// Marks the record lost that begins at a number: a probe of the path, which says nothing of rates.
  mutating func markLost(at sequence: SequenceNumber, in region: Region) {
    let index = index(of: sequence, in: region)
    // unreached: the record of a probe in flight is there, and not yet lost
    guard index < count, table(in: region)[position(index)].stamp.marks & 5 == 0 else { return }
    markLost(index, isSampled: false, in: region)
  }

  /// How many octets of the record at a number are lost; `nil` where none are, or it has left again.
  func lostCount(at sequence: SequenceNumber, in region: Region) -> UInt32? {
    let index = index(of: sequence, in: region)
    // unreached: the record of a probe in flight is there, and not yet lost
    guard index < count else { return nil }
    let record = table(in: region)[position(index)]
    return record.isLost && !record.isRetransmitted ? unresentCount(record, upTo: record.end) : nil
  }

  /// Marks a record lost that is neither that nor reported.
  ///
  /// - Parameter isSampled: whether delivery rates take it for a loss.
  mutating func markLost(_ index: Int, isSampled: Bool = true, in region: Region) {
    let records = table(in: region)
    let place = position(index)
    losses &+= 1
    if lost == 0 || index < Int(firstLostHint) {
      // Only one record can be half sent again, so another one that is starts over.
      restartHalfResent(in: region)
      firstLostHint = UInt16(truncatingIfNeeded: index)
      resentUpTo = records[place].sequence
    } else if firstUnresent(records[place]) != records[place].sequence {
      // unreached: it was half sent again when it was lost before, by a smaller segment size
      resentUpTo = records[place].sequence
    }
    if isSampling && isSampled { sampleLost(index, in: region) }
    records[place].markLost()
    lost &+= records[place].count
  }

  /// Counts a record again as a whole of which a part was sent again.
  mutating func restartHalfResent(in region: Region) {
    guard lost > 0, firstLostHint < used else { return }
    let half = table(in: region)[position(Int(firstLostHint))]
    guard half.isLost else { return }  // unreached: the hint lags where what it names was reported
    lost &+= UInt32(truncatingIfNeeded: firstUnresent(half) - half.sequence)
    resentUpTo = half.sequence
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
      // unreached: each lost record is behind the hint
    }
    return nil
  }

  /// Notes that `count` octets from what `nextLost` gave were sent again. A part of a record gets one of its
  /// own, with its own time, if the table has room.
  package mutating func didResend(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    let records = table(in: region)
    let index = Int(firstLostHint)
    let record = records[position(index)]
    let end = sequence + count
    if end != record.end && (sequence != record.sequence || !split(index, at: end, in: region)) {
      lost &-= UInt32(truncatingIfNeeded: count)
      resentUpTo = end
      return
    }
    lost &-= UInt32(truncatingIfNeeded: count)
    lastStamp.advance(to: now)
    records[position(index)].markResent(at: lastStamp)
  }

  /// Notes that what was sent last was sent again from `sequence` on, which lies in the last record: that is
  /// neither lost nor reported. Where the table has no room to cut the record, it counts as a whole.
  package mutating func didResendLast(from sequence: SequenceNumber, at now: Instant, in region: Region) {
    let last = count &- 1
    let records = table(in: region)
    if records[position(last)].sequence < sequence { _ = split(last, at: sequence, in: region) }
    lastStamp.advance(to: now)
    records[position(count &- 1)].markResent(at: lastStamp)
  }

  /// Forgets everything.
  package mutating func removeAll() {
    used = 0
    lost = 0
    sacked = 0
    firstLostHint = 0
  }
}

extension SentRecords {
  func add(to digest: inout StateDigest, in region: Region) {
    for index in 0..<count {
      let record = record(index, in: region)
      digest.add(record.sequence)
      digest.add(record.count)
      record.stamp.add(to: &digest)
      digest.add(record.isLost)
      digest.add(record.isRetransmitted)
      digest.add(record.isSACKed)
    }
    digest.add(lost)
    lastStamp.add(to: &digest)
  }
}
