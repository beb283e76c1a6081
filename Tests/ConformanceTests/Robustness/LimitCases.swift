import TCPCore
import Testing

/// What happens once in four gigabytes, or on the smallest of links.
@Suite("Robustness: limits") struct LimitCases {
  /// `#expect` would copy what its condition looks at, and a send side cannot be copied.
  private func expect(_ condition: Bool, _ what: String) { #expect(condition, Comment(rawValue: what)) }

  @Test("After 2^32 octets, SND.UNA may equal the ISS again: the SYN stays acknowledged") func wholeCircle() {
    // RFC9293-X-6. A ring that exists in number only: no octet of it is touched.
    var send = SendState(ring: RingBuffer(start: 0, capacity: 1 << 30))
    send.begin(SequenceNumber(7))
    expect(!send.isSynchronized, "the SYN has not even left")
    send.next = SequenceNumber(8)
    send.advance(to: send.next)
    // The last piece ends right at the ISS.
    for piece in [Int](repeating: 1 << 29, count: 7) + [(1 << 29) - 1, 1_000] {
      send.ring.commit(piece)
      expect(send.unsent == piece, "\(piece) octets wait")
      send.next = send.next + piece
      expect(send.unsent == 0, "\(piece) octets have left")
      send.advance(to: send.next)
      expect(send.isSynchronized, "the SYN stays acknowledged at \(send.unacknowledged.rawValue)")
      expect(send.textStart == send.unacknowledged, "no octet of the text is the SYN's")
      expect(send.ring.count == 0, "\(piece) octets are acknowledged")
    }
    expect(send.unacknowledged == SequenceNumber(1_007), "once around, and 1,000 octets")
  }

  @Test("Fast retransmit still works after 2^31 octets without a loss") func recoveryPoint() {
    // ROB-252, RFC6582-2: the point of the last recovery, left behind, must not pass for one ahead.
    var recovery = LossRecovery(initial: SequenceNumber(0))
    var unacknowledged = SequenceNumber(0)
    for _ in 0..<9 {
      unacknowledged = unacknowledged + (1 << 28)
      _ = recovery.didAdvance(to: unacknowledged)
      var copy = recovery
      for _ in 0..<2 {
        _ = copy.didReceiveDuplicate(unacknowledged: unacknowledged, highest: unacknowledged + 10_000)
      }
      let verdict = copy.didReceiveDuplicate(unacknowledged: unacknowledged, highest: unacknowledged + 10_000)
      guard case .enter = verdict else {
        Issue.record("\(verdict) at \(unacknowledged.rawValue)")
        return
      }
    }
  }

  @Test("On the smallest link our MSS is what fits") func smallestMTU() {
    // MUST-67, ROB-171: 68 octets, less 40 of headers.
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><MSS=28>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1460>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 56
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=28>
      ESTABLISHED <-- <SEQ=301><ACK=157><CTL=ACK>
      """, mtu: 68)
  }

  @Test("An interface that loses its IPv6 address may shrink: no connection is left on it")
  func shrunkInterface()
    throws
  {
    // ROB-171: another interface that has the same address keeps no connection of this one.
    var configuration = HostConfiguration(connections: 2, sendCapacity: 2_000, receiveCapacity: 2_000)
    configuration.interfaceCount = 2
    let fixture = try RobustnessHost(configuration)
    let own = Address(high: 0x2001_0DB8_0000_0000, low: 1)
    try fixture.host.setInterface(1, mtu: 1_500)
    for interface in 0...1 { try fixture.host.addAddress(own, prefix: 64, to: interface) }
    let peer = Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: 2), 9)
    let there = try fixture.host.connect(to: peer, from: Endpoint(own, 0), interface: 1, at: fixture.now)
    let here = try fixture.host.connect(to: peer, from: Endpoint(own, 0), interface: 0, at: fixture.now)
    try fixture.host.removeAddress(own, from: 0, at: fixture.now)
    try fixture.host.setInterface(0, mtu: 68)
    #expect(try fixture.host.status(here).endReason == .addressGone)
    #expect(try fixture.host.status(there).state == .synSent)
    #expect(try fixture.host.status(there).segmentSize > 0)
  }
}
