import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("The window that is advertised")
struct WindowAdvertisementTests {
  private func receiver(capacity: Int, shift: Int, initial: UInt32 = 0xFFFF_F000) -> ReceiveState {
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: capacity), ranges: RangeSet(start: 0, capacity: 0))
    receive.synchronize(SequenceNumber(initial))
    receive.shift = UInt8(shift)
    receive.rightEdge = receive.next + min(capacity, 65_535)
    return receive
  }

  /// Text arrives; no octet of it is looked at here.
  private func arrive(_ count: Int, _ receive: inout ReceiveState) {
    receive.ring.commit(count)
    receive.next = receive.next + count
  }

  /// SHLD-14, MUST-39, ROB-002, ROB-080, RFC7323-WS-12...14, for every shift, over random arrivals and reads.
  @Test("Random traffic", arguments: 0...14)
  func random(shift: Int) throws {
    for number in 0..<60 {
      let seed = UInt64(shift * 100 + number)
      var random = SplitMix64(seed: seed)
      let unit = 1 << shift
      let capacity = random.within(1...(shift == 0 ? 65_535 : 65_535 * unit))
      let size = random.within(64...9_000)
      var receive = receiver(capacity: capacity, shift: shift)
      for _ in 0..<200 {
        let place = "capacity \(capacity), MSS \(size), shift \(shift), seed \(seed)"
        arrive(random.within(0...min(receive.window, 3 * size)), &receive)
        if random.within(0...1) == 0 { receive.ring.consume(random.within(0...receive.ring.count)) }
        let before = receive
        let offer = receive.nextAdvertisement(maximumSegmentSize: size)
        try compare(offer, before, size, place)
        if random.within(0...2) > 0 { receive.didAdvertise(offer) }
        try demand(receive.rightEdge >= before.rightEdge, "the edge moved left, \(place)")
        try demand(
          receive.window <= receive.ring.freeCapacity, "more promised than there is room for, \(place)")
      }
    }
  }

  private func compare(
    _ offer: ReceiveState.Advertisement, _ receive: ReceiveState, _ size: Int, _ place: String
  ) throws {
    let unit = 1 << Int(receive.shift)
    let peer = receive.next + Int(offer.field) << Int(receive.shift)
    try demand(offer.edge >= receive.rightEdge, "the offer moves the edge left, \(place)")
    // ROB-002: what the peer may send always has a place.
    try demand(peer <= offer.edge, "the peer sees more than is honoured, \(place)")
    try demand(
      offer.edge - receive.next <= receive.ring.freeCapacity, "more offered than there is room for, \(place)")
    // RFC7323-WS-12: rounding hides less than one unit.
    let hidden = offer.edge - peer
    try demand(hidden < unit || offer.field == 65_535, "\(hidden) octets hidden, \(place)")
    // MUST-39: a step of min(half the buffer, MSS), or what rounding up to a whole unit adds.
    let step = min(receive.ring.capacity / 2, size)
    let moved = offer.edge - receive.rightEdge
    let grown = receive.next + receive.ring.freeCapacity - receive.rightEdge
    if grown < step { try demand(moved < unit, "moved by \(moved) of \(step), \(place)") }
    if grown >= max(step, 1) && offer.field < 65_535 {
      try demand(moved > grown - unit, "moved by \(moved) of \(grown), \(place)")
    }
  }

  /// ROB-089, MUST-39: a reader that takes one octet at a time.
  @Test("The window of a full buffer opens in steps worth a segment", arguments: [100, 1_000, 10_000])
  func smallReads(capacity: Int) {
    var receive = receiver(capacity: capacity, shift: 0)
    arrive(capacity, &receive)
    receive.didAdvertise(receive.nextAdvertisement(maximumSegmentSize: 536))
    #expect(receive.window == 0)
    let step = min(capacity / 2, 536)
    for read in 1...capacity {
      receive.ring.consume(1)
      let field = Int(receive.nextAdvertisement(maximumSegmentSize: 536).field)
      #expect(field == (read >= step ? read : 0))
    }
  }

  /// RFC7323-WS-3: the window of a segment with SYN is never scaled, and its edge is what the peer reads.
  @Test("With SYN the field counts octets", arguments: [100, 65_535, 65_536, 1_000_000])
  func synchronizing(capacity: Int) {
    var receive = receiver(capacity: capacity, shift: 5)
    receive.rightEdge = receive.next  // nothing was promised before
    let offer = receive.nextAdvertisement(maximumSegmentSize: 1_460, isSynchronizing: true)
    #expect(Int(offer.field) == min(capacity, 65_535))
    #expect(offer.edge - receive.next == min(capacity, 65_535))
  }

  /// ROB-080: an edge that rounding hides is still honoured.
  @Test("What was advertised once is never taken back")
  func hiddenEdge() {
    var receive = receiver(capacity: 100_000, shift: 1)
    receive.didAdvertise(receive.nextAdvertisement(maximumSegmentSize: 1_460))
    let edge = receive.rightEdge
    arrive(1, &receive)
    receive.didAdvertise(receive.nextAdvertisement(maximumSegmentSize: 1_460))
    #expect(receive.rightEdge == edge)
    guard case .acceptable = receive.acceptability(of: edge - 1, length: 1) else {
      Issue.record("the last octet that was ever allowed is refused")
      return
    }
  }

  @Test("An update leaves when half of the buffer was used up and two segments are free again")
  func updates() {
    var receive = receiver(capacity: 10_000, shift: 0)
    arrive(10_000, &receive)
    receive.didAdvertise(receive.nextAdvertisement(maximumSegmentSize: 1_000))
    receive.ring.consume(1_999)
    #expect(!receive.isUpdateDue(maximumSegmentSize: 1_000))
    receive.ring.consume(1)
    #expect(receive.isUpdateDue(maximumSegmentSize: 1_000))
    receive.hasFIN = true
    #expect(!receive.isUpdateDue(maximumSegmentSize: 1_000))
  }

  /// A peer that sees a shut window hears of it when the buffer is empty again, whatever its size.
  @Test("Reading everything always makes an update due", arguments: [1, 2, 3, 5, 64, 1_000, 65_535])
  func neverStuck(capacity: Int) {
    for size in [64, 536, 1_460, 65_495] {
      var receive = receiver(capacity: capacity, shift: 0)
      arrive(capacity, &receive)
      receive.didAdvertise(receive.nextAdvertisement(maximumSegmentSize: size))
      receive.ring.consume(capacity)
      #expect(receive.isUpdateDue(maximumSegmentSize: size))
      #expect(Int(receive.nextAdvertisement(maximumSegmentSize: size).field) == capacity)
    }
  }
}
