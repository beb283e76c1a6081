// RFC 2018 section 5: the sender's scoreboard is the table of what was sent, with a mark for what the peer
// has reported. Reported neighbours become one record, so that a block costs what it adds, however often the
// peer repeats it, and the table has its room for what is still in flight.
extension SentRecords {
  /// The peer reports `left ..< right`, which lies between SND.UNA and SND.NXT.
  ///
  /// A record of which only a part is reported becomes two; where the table has no room for that, it counts
  /// as not reported. Costs a search by halves, a step for each record that is new, and one move of the
  /// shorter side of the table.
  package mutating func report(
    _ left: SequenceNumber, _ right: SequenceNumber, _ delivery: inout Delivery, in region: Region
  ) {
    let records = table(in: region)
    var first = index(of: left, in: region)
    // unreached: the caller has seen that the block lies within what is in flight
    guard first < count else { return }
    if records[position(first)].sequence < left, !records[position(first)].isSACKed {
      _ = split(first, at: left, in: region)
      first &+= 1
      guard first < count else { return }
    }
    var last = first
    for _ in first..<count {  // what the block covers whole
      let record = records[position(last)]
      guard record.sequence < right else { break }
      if record.end > right, record.isSACKed || !split(last, at: right, in: region) { break }
      didReport(last, &delivery, in: region)
      last &+= 1
    }
    join(first, last, in: region)
  }

  /// Marks one record, unless it is marked already.
  private mutating func didReport(_ index: Int, _ delivery: inout Delivery, in region: Region) {
    let records = table(in: region)
    let record = records[position(index)]
    guard !record.isSACKed else { return }
    if record.isLost { lost &-= unresentCount(record, upTo: record.end) }
    sacked &+= record.count
    delivery.add(record)
    if isSampling { sampleDelivered(position(index), octets: record.count, in: region) }
    records[position(index)].markSACKed()
  }

  /// The record that holds a sequence number, or `count` where none does.
  func index(of sequence: SequenceNumber, in region: Region) -> Int {
    let records = table(in: region)
    var low = 0
    var high = count
    for _ in 0..<17 {  // a table has at most 65,535 records
      guard low < high else { break }
      let middle = (low &+ high) / 2
      if records[position(middle)].end <= sequence { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// Cuts a record in two; `false` where the table is full.
  mutating func split(_ index: Int, at sequence: SequenceNumber, in region: Region) -> Bool {
    guard used < size else { return false }
    let records = table(in: region)
    // A half that was sent again would not be known from one that was not.
    if lost > 0 && index == Int(firstLostHint) { restartHalfResent(in: region) }
    makeRoom(at: index, in: region)
    if Int(firstLostHint) > index { firstLostHint &+= 1 }
    let whole = records[position(index &+ 1)]
    let covered = UInt32(truncatingIfNeeded: sequence - whole.sequence)
    records[position(index)] = whole
    records[position(index)].count = covered
    records[position(index &+ 1)].sequence = sequence
    records[position(index &+ 1)].count = whole.count &- covered
    return true
  }

  /// Makes one record of the reported ones from `first` up to `last`, and of those that they touch.
  private mutating func join(_ first: Int, _ last: Int, in region: Region) {
    guard first < last else { return }
    let records = table(in: region)
    let begin = first > 0 && records[position(first &- 1)].isSACKed ? first &- 1 : first
    let end = last < count && records[position(last)].isSACKed ? last &+ 1 : last
    guard end &- begin > 1 else { return }
    let length = records[position(end &- 1)].end - records[position(begin)].sequence
    records[position(begin)].count = UInt32(truncatingIfNeeded: length)
    remove(begin &+ 1, end, in: region)
  }

  /// Moves the shorter side so that there is a record more at an index, like the one behind it.
  private mutating func makeRoom(at index: Int, in region: Region) {
    used &+= 1
    if index < count / 2 {
      head = head == 0 ? size &- 1 : head &- 1
      for place in 0..<index { move(place &+ 1, to: place, in: region) }
      move(index &+ 1, to: index, in: region)
    } else {
      var place = count &- 1
      for _ in index..<(count &- 1) {
        move(place &- 1, to: place, in: region)
        place &-= 1
      }
    }
  }

  /// Moves a record, and what belongs to it.
  @inline(__always)
  private func move(_ from: Int, to index: Int, in region: Region) {
    let records = table(in: region)
    records[position(index)] = records[position(from)]
    guard isSampling else { return }
    let snapshots = snapshots(in: region)
    snapshots[position(index)] = snapshots[position(from)]
  }

  /// Takes the records from `first` up to `last` out, and moves the shorter side.
  private mutating func remove(_ first: Int, _ last: Int, in region: Region) {
    let gone = last &- first
    if first < count &- last {
      var place = last
      for _ in 0..<first {
        place &-= 1
        move(place &- gone, to: place, in: region)
      }
      head = UInt16(truncatingIfNeeded: position(gone))
    } else {
      for place in last..<count { move(place, to: place &- gone, in: region) }
    }
    used &-= UInt16(truncatingIfNeeded: gone)
    if Int(firstLostHint) >= last {
      firstLostHint &-= UInt16(truncatingIfNeeded: gone)
    } else if Int(firstLostHint) > first {
      firstLostHint = UInt16(truncatingIfNeeded: first)
    }
  }
}
