import TCPCore

/// The core's receive side, ring and ranges, and their models. One is made at the start of a program and used
/// for every input script, one after the other: nothing is allocated after that.
package final class ReassemblyFixture {
  var memory = ReassemblyMemory()
  let arena = Arena(capacity: 1_024)

  // The receive side. Places count from the peer's first octet of text.
  var receive: ReceiveState
  var stream = NaiveStream(rangeCapacity: 0)
  var base = SequenceNumber(0)
  /// The places that came twice and are not reported yet.
  var duplicate = 0..<0

  // A ring and a set of ranges of their own.
  var ring: RingBuffer
  var queue = NaiveQueue()
  var ranges: RangeSet
  var set = NaiveSet()
  var setBase = SequenceNumber(0)

  /// Counts the texts, so that each has octets of its own.
  var textNumber = 0

  /// Memory for one input script at a time.
  package init() {
    ring = RingBuffer(start: 0, capacity: 0)
    ranges = RangeSet(start: 0, capacity: 0)
    receive = ReceiveState(ring: ring, ranges: ranges)
  }

  /// Gives the memory back.
  package func free() {
    memory.free()
    arena.free()
  }

  /// Starts afresh with what the front of an input script says.
  func begin(_ front: Octets) {
    let capacity = 1 + front.word(0) % 600
    let rangeCapacity = front[2] % 10
    memory.lay([capacity, 8 * rangeCapacity, capacity, 8 * rangeCapacity])
    receive = ReceiveState(
      ring: RingBuffer(start: memory.start(0), capacity: capacity),
      ranges: RangeSet(start: memory.start(1), capacity: rangeCapacity))
    let initial = SequenceNumber(UInt32(front.long(4)))
    receive.synchronize(initial)
    base = initial + 1
    receive.rightEdge = base + capacity * (front[3] + 1) / 256
    stream = NaiveStream(reusing: stream, rangeCapacity: rangeCapacity)
    stream.edge = capacity * (front[3] + 1) / 256
    ring = RingBuffer(start: memory.start(2), capacity: capacity)
    queue.removeAll()
    duplicate = 0..<0
    ranges = RangeSet(start: memory.start(3), capacity: rangeCapacity)
    set.removeAll()
    setBase = initial
    textNumber = 0
  }

  /// The octet `distance` octets into the text that is being sent.
  func octet(_ distance: Int) -> UInt8 { UInt8(truncatingIfNeeded: textNumber &* 37 &+ distance &* 5 &+ 1) }
}

/// Every property of ring, ranges and reassembly, with any octets as an input script.
package func checkReassembly(_ bytes: RawSpan, _ fixture: ReassemblyFixture) {
  // The pointer stays within the closure.
  unsafe bytes.withUnsafeBytes { unsafe fixture.play(Octets($0)) }
}

/// Every property of ring, ranges and reassembly, with any octets as an input script.
package func checkReassembly(_ bytes: RawSpan) {
  let fixture = ReassemblyFixture()
  checkReassembly(bytes, fixture)
  fixture.free()
}

extension ReassemblyFixture {
  func play(_ script: Octets) {
    guard script.count >= ReassemblyScript.front else { return }
    begin(script.part(0, ReassemblyScript.front))
    var offset = ReassemblyScript.front
    var count = 0
    while offset + ReassemblyScript.step <= script.count && count < ReassemblyScript.limit {
      play(ScriptStep(script.part(offset, offset + ReassemblyScript.step)))
      if !isPoisoning { memory.inspectGuards() }
      offset += ReassemblyScript.step
      count += 1
    }
    close()
    memory.inspectGuards()
  }

  private func play(_ step: ScriptStep) {
    switch step.kind {
    case .text: text(stream.next + step.offset % 1_024, step.count, hasFIN: false)
    case .textWithFinish: text(stream.next + step.offset % 1_024, step.count, hasFIN: true)
    case .textAtEdge:
      let start = stream.edge + step.offset % 16 - (step.shift % 2 == 0 ? step.count : 0)
      text(start, step.count, hasFIN: step.shift >= 12)
    case .farText:
      text(stream.next + step.offset + (1 << (16 + step.shift)), step.count, hasFIN: step.count % 2 == 1)
    case .read: read(min(step.count, stream.readable))
    case .readInPlace: readInPlace(min(step.count, stream.readable))
    case .advertise: advertise(step)
    case .openWindow: openWindow(step.offset & 0x7FFF)
    case .report: report(limit: step.count % 5)
    case .queue: append(step.count)
    case .queueInPlace: appendInPlace(step.count)
    case .unqueue: unqueue(step.count, way: step.shift)
    case .insertRange: insertRange(step)
    case .absorbRanges: absorbRanges(step)
    case .truncateRanges: truncateRanges(step)
    case .findRange: findRange(step)
    }
  }
}
