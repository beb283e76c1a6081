import TCPCore

// What the peer and the user do to the receive side, and what must hold afterwards.

extension ReassemblyFixture {
  /// A segment: the sequence test, and where it is passed or tells near from far, the text.
  func text(_ place: Int, _ size: Int, hasFIN: Bool) {
    textNumber += 1
    let length = size + (hasFIN ? 1 : 0)
    let sequence = base + place
    checkTest(place, sequence, length)
    // The core compares numbers within half the circle; farther text has not passed the test.
    guard place - stream.next < 1 << 29 else { return }
    let repeated = stream.firstDuplicate(from: place, count: size)
    if !repeated.isEmpty { duplicate = repeated }
    if receive.isStreamComplete {
      // What is not taken counts as well.
      receive.noteDuplicate(sequence, count: size, in: memory.region)
      require("what came twice is known", receive.hasDuplicate == !duplicate.isEmpty)
      return
    }
    let edge = receive.rightEdge
    arena.lend(size, "a segment's text stays within its octets") { room in
      for index in 0..<size { room.store(octet(index), at: index) }
    }
    let payload = arena.octets(size)
    let isEarly = receive.canCopyBeforeChecksum(sequence, count: size)
    require(
      "text goes to its place early only where nothing is", isEarly == canCopyBeforeChecksum(place, size))
    if isEarly { placeEarly(payload) }
    let verdict = payload.withSpan {
      receive.receive($0, at: sequence, hasFIN: hasFIN, isAlreadyInRing: isEarly, in: memory.region)
    }
    let expected = stream.take(from: place, count: size, hasFIN: hasFIN, octet: octet)
    require("a segment brings what the model says", isSame(verdict, expected))
    require("text does not move the right edge", receive.rightEdge == edge)
    require("what came twice is known", receive.hasDuplicate == !duplicate.isEmpty)
    require("a report fits what came", receive.isReportSound)
    compare()
    // What the connection does at the eighth check of RFC 9293 section 3.10.7.4.
    guard receive.hasFIN && receive.next == receive.finSequence else { return }
    receive.receiveFIN()
    // A FIN right behind the window takes a number beyond it, and no room.
    let isBeyond = stream.finish == stream.edge
    require("a FIN moves the edge by its own number at most", receive.rightEdge == edge + (isBeyond ? 1 : 0))
    if isBeyond { stream.edge += 1 }
  }

  /// Table 6 of RFC 9293 section 3.4.
  private func checkTest(_ place: Int, _ sequence: SequenceNumber, _ length: Int) {
    // Places and sequence numbers agree within half the circle. Behind the FIN there is one number more.
    let next = stream.next + (receive.isStreamComplete ? 1 : 0)
    let window = stream.edge - next
    guard abs(place - next) < 1 << 31 - 1 else { return }
    let isIn = { (place: Int) in next <= place && place < next + window }
    let isAcceptable =
      window <= 0
      ? length == 0 && place == next && window == 0
      : length == 0 ? isIn(place) : isIn(place) || isIn(place + length - 1)
    guard window >= 0 else { return }
    switch receive.acceptability(of: sequence, length: length) {
    case .acceptable: require("a segment outside of the window is not acceptable", isAcceptable)
    case .controlOnly, .unacceptable:
      require("a segment in the window is acceptable", !isAcceptable)
    }
  }

  private func canCopyBeforeChecksum(_ place: Int, _ size: Int) -> Bool {
    place == stream.next && size > 0 && place + size <= stream.edge && !stream.hasGap && stream.finish < 0
  }

  private func placeEarly(_ payload: Octets) {
    let sum = payload.withSpan {
      receive.ring.writeAheadSumming($0, at: receive.ring.count, in: memory.region)
    }
    require("text placed early sums up", Int(sum.field) == 0xFFFF - naiveSum(payload))
  }

  private func isSame(_ verdict: TextVerdict, _ expected: NaiveStream.Verdict) -> Bool {
    switch (verdict, expected) {
    case (.duplicate, .nothing), (.outOfOrder, .kept), (.outOfOrder, .refused): true
    case (.inOrder(let isClean), .moved(let filledGap, let isPartlyOld)):
      isClean == (!filledGap && !isPartlyOld)
    default: false
    }
  }

  /// Numbers, ranges and every octet that may be read agree with the model.
  @_silgen_name("__sanitizer_compare_streams")
  func compare() {
    let isStreamComplete = receive.isStreamComplete ? 1 : 0
    require("RCV.NXT is where the model's is", receive.next == base + stream.next + isStreamComplete)
    require("the right edge is where the model's is", receive.rightEdge == base + stream.edge)
    require("a FIN is known as in the model", receive.hasFIN == (stream.finish >= 0))
    if stream.finish >= 0 {
      require("the FIN is where the model's is", receive.finSequence == base + stream.finish)
    }
    require("the ring counts what may be read", receive.ring.count == stream.readable)
    require(
      "free and used make the capacity", receive.ring.freeCapacity == receive.ring.capacity - stream.readable)
    compareRanges()
    var place = stream.read
    var isRight = true
    // The runs are looked at while they are lent.
    unsafe receive.ring.withReadable(in: memory.region) { first, second in
      let (oldest, rest) = unsafe (Octets(first), Octets(second))
      for index in 0..<oldest.count + rest.count {
        let octet = index < oldest.count ? oldest[index] : rest[index - oldest.count]
        if place >= stream.next || octet != Int(stream.octet(at: place)) { isRight = false }
        place += 1
      }
    }
    require("octets delivered are those of the model", isRight && place == stream.next)
  }

  @_silgen_name("__sanitizer_compare_ranges")
  private func compareRanges() {
    require("there are no more ranges than fit", receive.ranges.count <= receive.ranges.capacity)
    require(
      "there are as many ranges as in the naive stream",
      receive.ranges.count == stream.rangeCount(with: 0..<0))
    var last = stream.next
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: memory.region)
      let left = range.left - base
      let right = range.right - base
      // At least one number lies between two ranges, and between RCV.NXT and the first one.
      require("ranges rise and do not touch", last < left && left < right)
      require("ranges stay in the window", right <= stream.edge)
      for place in left..<right { require("a range holds what was received", stream.holds(place)) }
      require("a range holds all that touches it", !stream.holds(left - 1) && !stream.holds(right))
      last = right
    }
  }

  /// The user reads by copying, in both ways, and then consumes.
  func read(_ size: Int) {
    arena.lend(size, "reading stays within its octets") {
      receive.ring.copy(from: 0, count: size, to: $0, in: memory.region)
    }
    requireRead(size)
    let sum = arena.lend(size, "reading stays within its octets") {
      receive.ring.copySumming(from: 0, count: size, to: $0, in: memory.region)
    }
    requireRead(size)
    require("text read sums up", Int(sum.field) == 0xFFFF - naiveSum(arena.octets(size)))
    consume(size)
  }

  private func requireRead(_ size: Int) {
    let octets = arena.octets(size)
    for index in 0..<size {
      require("octets read are those of the model", octets[index] == stream.octet(at: stream.read + index))
    }
  }

  /// The user looks at octets where they are; `compare` does that, too.
  func readInPlace(_ size: Int) {
    compare()
    consume(size)
  }

  private func consume(_ size: Int) {
    receive.ring.consume(size)
    stream.consume(size)
    compare()
  }

  /// A window leaves: the edge never moves to the left, nor beyond what the ring can hold.
  func advertise(_ step: ScriptStep) {
    receive.shift = UInt8(step.shift % 15)
    let offer = receive.nextAdvertisement(maximumSegmentSize: step.count)
    receive.didAdvertise(offer)
    let isStreamComplete = receive.isStreamComplete ? 1 : 0
    let grown = offer.edge - (base + stream.edge)
    require("the right edge never moves left", grown >= 0)
    if grown > 0 {
      require(
        "the window is no larger than the room",
        stream.edge + grown <= stream.next + isStreamComplete + receive.ring.freeCapacity)
    }
    stream.edge += grown
    compare()
  }

  /// The window opens as far as a step says and the ring has room.
  func openWindow(_ size: Int) {
    let most = stream.read + receive.ring.capacity
    stream.edge = max(stream.edge, min(stream.edge + size, most))
    receive.rightEdge = base + stream.edge
    compare()
  }

  /// SACK blocks are ranges, each once, and as many as asked for (RFC 2018 section 4); in front of them is
  /// what came twice, once, and the range that holds it (RFC 2883 section 4).
  func report(limit: Int) {
    let list = receive.takeSACKBlocks(limit: limit, in: memory.region)
    let extra = duplicate.isEmpty ? 0 : 1
    require("SACK blocks are as many as fit", list.count == min(limit, 4, receive.ranges.count + extra))
    let first = min(extra, list.count)
    if first == 1 {
      require(
        "the first block is what came twice",
        list[0].left == base + duplicate.lowerBound && list[0].right == base + duplicate.upperBound)
      // A FIN that came since may have cut the range short.
      if list.count > 1 && stream.holds(duplicate.lowerBound) && stream.holds(duplicate.upperBound - 1) {
        require(
          "the second block holds what came twice",
          list[1].left <= list[0].left && list[0].right <= list[1].right)
      }
    }
    duplicate = 0..<0
    require("what came twice is reported once", !receive.hasDuplicate)
    for index in first..<list.count {
      var isRange = false
      for other in 0..<receive.ranges.count {
        let range = receive.ranges.range(other, in: memory.region)
        if range.left == list[index].left && range.right == list[index].right { isRange = true }
      }
      require("a SACK block is a range", isRange)
      for other in first..<index {
        require("a SACK block comes once", list[other].left != list[index].left)
      }
    }
    compare()
  }

  /// At the end everything that is missing comes, and all of it is read.
  func close() {
    let end = stream.finish >= 0 ? stream.finish : stream.edge
    for _ in 0..<4 where stream.next < end {
      text(stream.next, min(255, end - stream.next), hasFIN: false)
    }
    require("nothing is missing at the end", stream.next == max(stream.next, end))
    read(min(255, stream.readable))
    readInPlace(stream.readable)
    ring.removeAll()
    ranges.removeAll()
    require("what was emptied has all its room", ring.count == 0 && ring.freeCapacity == ring.capacity)
    require("what was emptied holds nothing", ranges.isEmpty && ranges.count == 0)
  }
}
