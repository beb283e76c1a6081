import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// A receive side and its model, fed by a peer whose every octet is known by its offset.
private struct ReceiverUnderTest {
  static let start = 2
  let memory: GuardedMemory
  var receive: ReceiveState
  var naive: NaiveReceiver
  let base: SequenceNumber
  var random: SplitMix64
  let place: String
  /// Octets that any segment has carried, by offset.
  var sent: Set<Int> = []
  var read = 0
  let maximumSegmentSize: Int

  init(capacity: Int, ranges: Int, initial: UInt32, seed: UInt64) {
    let rangeStart = ReceiverUnderTest.start + (capacity + 15) / 16
    memory = GuardedMemory(byteCount: rangeStart * 16 + ranges * 8 + 32)
    receive = ReceiveState(
      ring: RingBuffer(start: UInt32(ReceiverUnderTest.start), capacity: capacity),
      ranges: RangeSet(start: UInt32(rangeStart), capacity: ranges))
    receive.synchronize(SequenceNumber(initial))
    receive.rightEdge = receive.next + capacity
    naive = NaiveReceiver(capacity: ranges)
    naive.edge = capacity
    base = receive.next
    random = SplitMix64(seed: seed)
    maximumSegmentSize = max(1, capacity / 4)
    place = "capacity \(capacity), ranges \(ranges), ISN \(initial), seed \(seed)"
  }

  /// One segment, as the connection would give it.
  mutating func segment(finishAt end: Int?) throws {
    let width = naive.edge - naive.next
    let start = naive.next + random.within(-8...(width + 6))
    // Negative offsets are before the peer's text.
    var text = StreamPattern.octets(random.within(0...(random.within(0...2) == 0 ? 40 : 9)), from: start)
    var isFinish = random.within(0...40) == 0
    if let end {
      // An honest peer sends nothing behind its FIN.
      if start + text.count > end { text.removeLast(min(text.count, start + text.count - end)) }
      isFinish = start + text.count == end && random.within(0...3) == 0
      if start > end { return }
    }
    let length = text.count + (isFinish ? 1 : 0)
    guard case .acceptable = receive.acceptability(of: base + start, length: length),
      !receive.isStreamComplete
    else { return }
    for offset in start..<(start + text.count) { sent.insert(offset) }
    try take(text, at: start, finish: isFinish)
  }

  mutating func take(_ text: [UInt8], at start: Int, finish: Bool) throws {
    let sequence = base + start
    let edge = receive.rightEdge
    let early = receive.canCopyBeforeChecksum(sequence, count: text.count)
    let region = memory.region
    if early {
      let ring = receive.ring
      span(text) { ring.writeAhead($0, at: ring.count, in: region) }
    }
    let (before, known) = (naive.next, naive.ranges)
    var receive = receive
    let verdict = span(text) {
      receive.receive($0, at: sequence, hasFIN: finish, isAlreadyInRing: early, in: region)
    }
    self.receive = receive
    naive.take(text, at: start, finish: finish)
    try demand(receive.rightEdge == edge, "the right edge moved, \(place)")
    switch verdict {
    case .inOrder(let isClean):
      try demand(naive.next > before, "in order, but nothing moved, \(place)")
      // RFC5681-16: filling all or part of a gap is said, also where the text covers what was beyond it.
      let hadGap = known.contains { $0.lowerBound < naive.finish ?? Int.max }
      // And what repeats text is said, too.
      try demand(isClean == (!hadGap && start == before), "clean \(isClean), \(place)")
    case .duplicate, .outOfOrder:
      try demand(naive.next == before, "not in order, but moved, \(place)")
    }
    try compare()
  }

  /// What the connection does at the eighth check.
  mutating func checkFIN() throws {
    guard receive.hasFIN, receive.next == receive.finSequence, !receive.isStreamComplete else { return }
    receive.receiveFIN()
    try demand(receive.isStreamComplete && naive.finish == naive.next, "finished too soon, \(place)")
  }

  mutating func readSome() throws {
    let count = random.within(0...receive.ring.count)
    let ring = receive.ring
    let region = memory.region
    let (bytes, isContained) = written(count) { ring.copy(from: 0, count: count, to: $0, in: region) }
    let expected = StreamPattern.octets(count, from: read)
    try demand(bytes == expected && isContained, "text at \(read), \(place)")
    receive.ring.consume(count)
    read += count
  }

  mutating func advertise() throws {
    let edge = receive.rightEdge
    let offer = receive.nextAdvertisement(maximumSegmentSize: maximumSegmentSize)
    receive.didAdvertise(offer)
    // SHLD-14, RFC9293-X-7: never to the left.
    try demand(receive.rightEdge >= edge, "the right edge moved left, \(place)")
    naive.edge = receive.rightEdge - base
  }

  func compare() throws {
    try demand(
      receive.next - base == naive.next, "RCV.NXT \(receive.next - base), not \(naive.next), \(place)")
    try demand(receive.hasFIN == (naive.finish != nil), "FIN, \(place)")
    if let finish = naive.finish {
      try demand(receive.finSequence - base == finish, "FIN at another place, \(place)")
      try demand(naive.next <= finish, "text behind the FIN, \(place)")
    }
    try demand(receive.ring.count == naive.next - read, "text delivered, \(place)")
    let ranges = (0..<receive.ranges.count).map { index in
      let range = receive.ranges.range(index, in: memory.region)
      return (range.left - base)..<(range.right - base)
    }
    try demand(ranges == naive.ranges, "ranges \(ranges), not \(naive.ranges), \(place)")
    for offset in read..<naive.next {
      try demand(sent.contains(offset), "octet \(offset) acknowledged and never sent, \(place)")
    }
    let last =
      ReceiverUnderTest.start * 16 + (receive.ring.capacity + 15) / 16 * 16 + receive.ranges.capacity * 8
    try demand(
      memory.isUntouched(outside: ReceiverUnderTest.start * 16..<last), "memory around, \(place)")
  }
}

@Suite("Reassembly against an array of octets")
struct ReassemblyTests {
  /// ROB-003, ROB-084, ROB-270, PEER-03, PEER-06, CVE-14, SHLD-31: random segments with overlaps and gaps, an
  /// honest FIN.
  @Test("An honest peer, in any order", arguments: 1...8)
  func honest(ranges: Int) throws {
    for number in 0..<20 {
      let seed = UInt64(ranges * 10_000 + number)
      let initial = AcceptabilityTests.initials[number % AcceptabilityTests.initials.count]
      var tested = ReceiverUnderTest(
        capacity: [16, 33, 100, 257][number % 4], ranges: ranges, initial: initial, seed: seed)
      let end = 30 + number * 10
      for _ in 0..<400 {
        if tested.receive.isStreamComplete { break }
        try tested.segment(finishAt: end)
        try tested.checkFIN()
        if tested.random.within(0...3) == 0 { try tested.readSome() }
        if tested.random.within(0...3) == 0 { try tested.advertise() }
      }
      while tested.receive.ring.count > 0 { try tested.readSome() }
      if tested.receive.isStreamComplete {
        try demand(tested.read == end, "\(tested.read) octets read, \(end) sent, seed \(seed)")
      }
    }
  }

  /// ROB-081, ROB-270: FINs wherever they like; the first that fits counts, and nothing behind it is
  /// delivered.
  @Test("A peer that sends FINs anywhere", arguments: 1...8)
  func dishonest(ranges: Int) throws {
    for number in 0..<24 {
      let seed = UInt64(ranges * 77_000 + number)
      let initial = AcceptabilityTests.initials[number % AcceptabilityTests.initials.count]
      var tested = ReceiverUnderTest(
        capacity: [8, 21, 64, 130][number % 4], ranges: ranges, initial: initial, seed: seed)
      for _ in 0..<200 {
        if tested.receive.isStreamComplete { break }
        try tested.segment(finishAt: nil)
        try tested.checkFIN()
        if tested.random.within(0...3) == 0 { try tested.readSome() }
        if tested.random.within(0...3) == 0 { try tested.advertise() }
      }
    }
  }

  /// ROB-003: 70 octets and a FIN into a window of 64.
  @Test("A FIN outside the window is dropped together with the text in front of it")
  func finishOutside() throws {
    var tested = ReceiverUnderTest(capacity: 64, ranges: 4, initial: 9, seed: 0)
    tested.sent = Set(0..<70)
    try tested.take((0..<70).map { UInt8(truncatingIfNeeded: $0) }, at: 0, finish: true)
    #expect(tested.naive.next == 64 && !tested.receive.hasFIN)
  }

  /// ROB-003: a FIN right behind the window takes no octet of room; one further on was cut off with text
  /// before it.
  @Test("A FIN at the right edge is taken, one beyond it is not")
  func finishAtEdge() throws {
    for (count, isTaken) in [(65, false), (64, true), (63, true)] {
      var tested = ReceiverUnderTest(capacity: 64, ranges: 4, initial: 0xFFFF_FFE0, seed: 0)
      tested.sent = Set(0..<65)
      try tested.take([UInt8](repeating: 1, count: count), at: 0, finish: true)
      #expect(tested.receive.hasFIN == isTaken)
    }
  }

  /// ROB-270: octets 4..<16 are held, then 0..<12 with FIN at 12.
  @Test("What was held beyond a FIN is forgotten")
  func heldBeyondFinish() throws {
    var tested = ReceiverUnderTest(capacity: 64, ranges: 4, initial: 0xFFFF_FFF8, seed: 0)
    tested.sent = Set(0..<16)
    try tested.take([UInt8](repeating: 7, count: 12), at: 4, finish: false)
    try tested.take([UInt8](repeating: 7, count: 12), at: 0, finish: true)
    #expect(tested.receive.next - tested.base == 12)
    #expect(tested.receive.ranges.isEmpty)
  }

  /// PEER-03, ROB-081: the FIN comes first.
  @Test("A FIN beyond a gap waits for the text in front of it")
  func finishFirst() throws {
    var tested = ReceiverUnderTest(capacity: 64, ranges: 1, initial: 0x7FFF_FFFE, seed: 0)
    try tested.take([], at: 10, finish: true)
    try tested.checkFIN()
    #expect(tested.receive.hasFIN && !tested.receive.isStreamComplete)
    tested.sent = Set(0..<10)
    try tested.take([UInt8](repeating: 7, count: 10), at: 0, finish: false)
    try tested.checkFIN()
    #expect(tested.receive.isStreamComplete)
  }

  @Test("Only what surely goes into empty room may be placed early")
  func early() throws {
    var tested = ReceiverUnderTest(capacity: 64, ranges: 4, initial: 5, seed: 0)
    let next = tested.receive.next
    #expect(tested.receive.canCopyBeforeChecksum(next, count: 64))
    #expect(!tested.receive.canCopyBeforeChecksum(next, count: 65))
    #expect(!tested.receive.canCopyBeforeChecksum(next, count: 0))
    #expect(!tested.receive.canCopyBeforeChecksum(next + 1, count: 1))
    #expect(!tested.receive.canCopyBeforeChecksum(next - 1, count: 2))
    tested.sent = Set(20..<24)
    try tested.take([1, 2, 3, 4], at: 20, finish: false)
    #expect(!tested.receive.canCopyBeforeChecksum(next, count: 1))
  }
}
