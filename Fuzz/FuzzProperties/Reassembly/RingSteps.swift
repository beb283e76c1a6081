import TCPCore

// A ring as a sender uses it, and a set of ranges, against an array and truth values.

extension ReassemblyFixture {
  /// Places octets by a copy and makes them part of the queue.
  func append(_ size: Int) {
    textNumber += 1
    let count = min(size, ring.freeCapacity)
    arena.lend(count, "text to be queued stays within its octets") { room in
      for index in 0..<count { room.store(octet(index), at: index) }
    }
    let text = arena.octets(count)
    text.withSpan { ring.writeAhead($0, at: ring.count, in: memory.region) }
    ring.commit(count)
    for index in 0..<count { queue.append(octet(index)) }
    compareRing()
  }

  /// Writes octets where they belong.
  func appendInPlace(_ size: Int) {
    textNumber += 1
    let count = min(size, ring.freeCapacity)
    let room = ring.freeCapacity
    var isWhole = false
    // The runs are written to while they are lent.
    unsafe ring.withWritable(in: memory.region) { first, second in
      isWhole = first.count + second.count == room
      for index in 0..<count {
        if index < first.count {
          unsafe first[index] = octet(index)
        } else {
          unsafe second[index - first.count] = octet(index)
        }
      }
    }
    require("all of the free room may be written", isWhole)
    ring.commit(count)
    for index in 0..<count { queue.append(octet(index)) }
    compareRing()
  }

  /// Looks at some octets from the middle, as a retransmission does, and takes some out.
  func unqueue(_ size: Int, way: Int) {
    let from = ring.count * way / 16
    let count = min(size, ring.count - from)
    let sum = arena.lend(count, "a copy of queued text stays within its octets") {
      ring.copySumming(from: from, count: count, to: $0, in: memory.region)
    }
    let copied = arena.octets(count)
    for index in 0..<count {
      require("octets copied are those that were queued", copied[index] == queue.octet(from + index))
    }
    require("text copied sums up", Int(sum.field) == 0xFFFF - naiveSum(copied))
    let least = min(size, ring.count)
    ring.consume(least)
    queue.consume(least)
    compareRing()
  }

  @_silgen_name("__sanitizer_compare_ring")
  private func compareRing() {
    require("a queue counts its octets", ring.count == queue.count)
    require("a queue's free and used make the capacity", ring.freeCapacity == ring.capacity - queue.count)
    require("a queue is sound", ring.isSound(start: memory.start(2), capacity: ring.capacity))
    var index = 0
    var isRight = true
    // The runs are looked at while they are lent.
    unsafe ring.withReadable(in: memory.region) { first, second in
      let (oldest, rest) = unsafe (Octets(first), Octets(second))
      for place in 0..<oldest.count + rest.count {
        let octet = place < oldest.count ? oldest[place] : rest[place - oldest.count]
        if index >= queue.count || octet != Int(queue.octet(index)) { isRight = false }
        index += 1
      }
    }
    require("a queue holds the octets that were queued", isRight && index == queue.count)
  }

  /// A number of the set of ranges, 0 to 255.
  private func number(_ step: ScriptStep) -> Int { step.offset & 0xFF }

  func insertRange(_ step: ScriptStep) {
    let left = number(step)
    let right = min(NaiveSet.room, left + 1 + step.count % 32)
    let range = ranges.insert(SequenceRange(setBase + left, setBase + right), in: memory.region)
    let hasRoom = set.rangeCount(with: left..<right) <= ranges.capacity
    require("a range is refused only where there is no room", (range != nil) == hasRoom)
    if hasRoom { set.set(left..<right, to: true) }
    if let range {
      let expected = set.range(around: left)
      require(
        "an insertion says what the range is part of",
        range.left == setBase + expected.lowerBound && range.right == setBase + expected.upperBound)
    }
    compareSet()
  }

  func absorbRanges(_ step: ScriptStep) {
    let next = number(step)
    let reach = ranges.absorb(from: setBase + next, in: memory.region)
    require("what is absorbed reaches as far as the model's", reach == setBase + set.absorb(from: next))
    compareSet()
  }

  func truncateRanges(_ step: ScriptStep) {
    let end = number(step)
    ranges.truncate(at: setBase + end, in: memory.region)
    set.set(end..<NaiveSet.room, to: false)
    compareSet()
  }

  func findRange(_ step: ScriptStep) {
    let place = number(step)
    let range = ranges.range(holding: setBase + place, in: memory.region)
    require("a range is found where a number is held", (range != nil) == set.contains(place))
    if let range {
      let expected = set.range(around: place)
      require(
        "the range found is the one that holds the number",
        range.left == setBase + expected.lowerBound && range.right == setBase + expected.upperBound)
    }
    compareSet()
  }

  @_silgen_name("__sanitizer_compare_set")
  private func compareSet() {
    require("a set has as many ranges as the naive set", ranges.count == set.rangeCount(with: 0..<0))
    var last = -1
    for index in 0..<ranges.count {
      let range = ranges.range(index, in: memory.region)
      let left = range.left - setBase
      let right = range.right - setBase
      require("a set's ranges rise and do not touch", last < left && left < right)
      let expected = set.range(around: left)
      require(
        "a set's ranges are the naive set's",
        set.contains(left) && expected.lowerBound == left && expected.upperBound == right)
      last = right
    }
  }
}
