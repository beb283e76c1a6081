import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("The send side of the sequence space")
struct SendSequenceTests {
  static let initials: [UInt32] = [0, 1_000, 0x7FFF_FFF0, 0xFFFF_FFF0, 0xFFFF_FFFD, 0xFFFF_FFFF]

  private func sender(initial: UInt32, flight: Int, maximumWindow: Int) -> SendState {
    var send = SendState(ring: RingBuffer(start: 0, capacity: 100))
    send.begin(SequenceNumber(initial))
    send.next = send.unacknowledged + flight
    send.maximumWindow = UInt32(maximumWindow)
    return send
  }

  /// ROB-015, PEER-02, RFC5961-DATA-1: every acknowledgment number around the flight and around the largest
  /// window.
  @Test("Verdicts by brute force", arguments: SendSequenceTests.initials)
  func verdicts(initial: UInt32) throws {
    for flight in [0, 1, 2, 10, 1 << 29] {
      for window in [0, 1, 5, 65_535, 1 << 30] {
        let send = sender(initial: initial, flight: flight, maximumWindow: window)
        let around = [0, flight, -window, 1 << 30, -(1 << 30)]
        for offset in around.flatMap({ center in (-3...3).map { center + $0 } }) {
          let verdict = send.verdict(on: send.unacknowledged + offset)
          let place = "ISN \(initial), flight \(flight), window \(window), offset \(offset)"
          switch verdict {
          case .advances(let count):
            try demand(count == offset && offset > 0 && offset <= flight, "advances: \(place)")
          case .duplicate: try demand(offset == 0, "duplicate: \(place)")
          case .old: try demand(offset < 0 && offset >= -window, "old: \(place)")
          case .tooOld: try demand(offset < -window, "too old: \(place)")
          case .beyondSent: try demand(offset > flight, "beyond: \(place)")
          }
        }
      }
    }
  }

  private static let updates: [(sequence: Int, acknowledgment: Int, field: UInt32)] = (-2...2).flatMap {
    sequence in
    (-2...2).flatMap { acknowledgment in [0, 77, 8_192, 9_000].map { (sequence, acknowledgment, $0) } }
  }

  /// ROB-272: SND.WL1 and SND.WL2, for all small orders of sequence and acknowledgment.
  @Test("A window is not taken from an older segment", arguments: SendSequenceTests.initials)
  func windowUpdates(initial: UInt32) throws {
    for (sequence, acknowledgment, field) in SendSequenceTests.updates {
      var send = sender(initial: initial, flight: 10, maximumWindow: 0)
      let peer = SequenceNumber(initial)
      send.windowUpdateSequence = peer
      send.windowUpdateAcknowledgment = peer
      send.window = 8_192
      send.maximumWindow = 8_192
      let isTaken = send.updateWindow(
        field, sequence: peer + sequence, acknowledgment: peer + acknowledgment)
      // With both numbers equal the order is unknown: a larger window is the later one, and a shut one is
      // believed.
      let isEqual = sequence == 0 && acknowledgment == 0
      let isLater = sequence > 0 || sequence == 0 && acknowledgment > 0
      let expected = isLater || isEqual && (field >= 8_192 || field == 0)
      let place = "WL1 \(sequence), WL2 \(acknowledgment), \(field), ISN \(initial)"
      try demand(isTaken == expected, place)
      try demand(send.window == (expected ? field : 8_192), place)
      // RFC5961-DATA-2: the largest window stays.
      try demand(send.maximumWindow == max(8_192, send.window), place)
    }
  }

  /// MUST-34: a window that shrank below what is in flight.
  @Test("The usable window may be negative", arguments: SendSequenceTests.initials)
  func shrunk(initial: UInt32) {
    var send = sender(initial: initial, flight: 50, maximumWindow: 100)
    for window in [0, 1, 49, 50, 51, 100] {
      send.window = UInt32(window)
      #expect(send.usableWindow == window - 50)
    }
  }

  /// MUST-62, ROB-020, RFC9293-X-6: SYN, text and FIN as plain integers from the SYN on.
  @Test("A connection's whole life against plain integers", arguments: SendSequenceTests.initials)
  func life(initial: UInt32) throws {
    for number in 0..<40 {
      let seed = UInt64(initial) &+ UInt64(number) &* 65_537
      var random = SplitMix64(seed: seed)
      var send = SendState(ring: RingBuffer(start: 0, capacity: 60))
      send.begin(SequenceNumber(initial))
      // The SYN is number 0, text is 1 ... written, the FIN is behind it.
      let start = send.unacknowledged
      var (unacknowledged, next, written, isFINQueued) = (0, 0, 0, false)
      for step in 0..<120 {
        let end = 1 + written
        switch random.within(0...9) {
        case 0...2 where !isFINQueued:
          let count = random.within(0...send.ring.freeCapacity)
          send.ring.commit(count)
          written += count
        case 3...5:
          let limit = isFINQueued ? end + 1 : end
          next = min(limit, next + random.within(0...20))
          send.next = start + next
        case 6...8 where next > unacknowledged:
          unacknowledged += random.within(1...(next - unacknowledged))
          send.advance(to: start + unacknowledged)
        default:
          if step > 60 { isFINQueued = true }
          send.isFINQueued = isFINQueued
        }
        let place = "step \(step), seed \(seed)"
        let last = 1 + written
        try demand(send.flight == next - unacknowledged, "flight, \(place)")
        try demand(send.isSynchronized == (unacknowledged > 0), "synchronized, \(place)")
        try demand(send.unsent == last - min(last, max(next, 1)), "unsent, \(place)")
        let acknowledged = min(written, max(0, unacknowledged - 1))
        try demand(send.ring.count == written - acknowledged, "text in the ring, \(place)")
        try demand(send.isFINSent == (isFINQueued && next > last), "FIN sent, \(place)")
        try demand(send.isFINUnsent == (isFINQueued && next <= last), "FIN unsent, \(place)")
        try demand(send.isFINAcked == (isFINQueued && unacknowledged > last), "FIN, \(place)")
        if !send.isFINAcked {
          try demand(send.textEnd == start + last, "end of text, \(place)")
        }
      }
    }
  }

  @Test("Urgent text is forgotten once it is acknowledged")
  func urgent() {
    var send = sender(initial: 0xFFFF_FFFE, flight: 10, maximumWindow: 0)
    let start = send.unacknowledged
    send.ring.commit(20)
    send.hasUrgent = true
    send.urgent = start + 5
    send.advance(to: start + 4)
    #expect(send.hasUrgent == true)
    send.advance(to: start + 5)
    #expect(send.hasUrgent == false)
  }
}
