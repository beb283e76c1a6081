import TCPCore
import TCPTestSupport
import Testing

/// Peers that lie about what they have received (Savage et al., "TCP congestion control with a misbehaving
/// receiver"): what each can gain is bounded, and so is the price.
@Suite("Peers that lie about what they have received") struct LyingPeerTests {
  /// A host that sends to a peer which speaks for itself, in segments of 1000 octets.
  private struct Liar {
    let fixture: HostFixture
    var peer: HandPeer
    let handle: Handle
    /// Our first octet, and the one behind the last that left.
    let first: SequenceNumber
    var next: SequenceNumber

    init(_ control: CongestionControlAlgorithm, timestamps: Bool = false, sack: Bool = true) throws {
      var configuration = HostConfiguration(connections: 1, sendCapacity: 65_536, receiveCapacity: 4_096)
      configuration.listenerCapacity = 1
      var rings = configuration.ringClass(0)
      rings.samplesDeliveryRate = control == .bbr
      configuration.setRingClass(0, rings)
      fixture = try HostFixture.make(1, configuration)
      var options = ConnectionOptions()
      options.congestionControl = control
      options.minimumTimeout = .milliseconds(200)
      let listener = try fixture.host.listen(.near(1, 80), options: options)
      peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
      let opened = peer.open(fixture) { header in
        header.options.maximumSegmentSize = 1_000 + (timestamps ? 12 : 0)
        header.options.isSACKPermitted = sack
        if timestamps { header.options.timestamps = Timestamps(value: 1, echo: 0) }
      }
      first = try #require(opened).header.sequence + 1
      next = first
      handle = try fixture.host.accept(listener)
    }

    var status: Status { get throws { try fixture.host.status(handle) } }

    /// Everything is written that the ring takes, and leaves as the windows allow: how many segments did.
    mutating func send() -> Int {
      _ = try? fixture.write(handle, Array(repeating: 7, count: 65_536))
      let segments = fixture.drain()
      for segment in segments {
        let end = segment.header.sequence + segment.text.count
        if end > next { next = end }
      }
      return segments.count
    }

    /// The peer acknowledges up to a number.
    func acknowledge(
      _ number: SequenceNumber, _ change: (inout SegmentHeader) -> Void = { _ in }
    ) {
      fixture.arrive(peer.segment(.ack, acknowledgment: number, change))
    }

    mutating func pass(_ interval: Interval) { _ = fixture.pass(interval) }
  }

  @Test("Acknowledgments divided into a thousand open the window by what they acknowledge, no more")
  func division() throws {
    for control in [CongestionControlAlgorithm.cubic, .newReno, .bbr] {
      var liar = try Liar(control)
      _ = liar.send()
      let before = try liar.status.congestionWindow
      for octet in 1...1_000 { liar.acknowledge(liar.first + octet) }
      #expect(try liar.status.congestionWindow <= before + 1_000)
    }
  }

  @Test(
    "Acknowledgments of what did not arrive open the window by what was sent; of more than that, by nothing")
  func optimism() throws {
    for control in [CongestionControlAlgorithm.cubic, .newReno] {
      var liar = try Liar(control)
      for _ in 0..<4 {
        _ = liar.send()
        let before = try liar.status
        liar.acknowledge(liar.next + 1)
        #expect(try liar.status.congestionWindow == before.congestionWindow)
        #expect(try liar.status.bytesInFlight == before.bytesInFlight)
        _ = liar.send()
        liar.acknowledge(liar.next)
        let after = try liar.status
        #expect(after.congestionWindow <= before.congestionWindow + min(before.bytesInFlight, 8_000))
      }
    }
  }

  /// Without ranges a duplicate means that a segment has left, so that each forged one brings out another.
  /// The peer's own window ends that, and the threshold has fallen (RFC5681-23).
  @Test("A thousand forged duplicates bring out no more than the peer's window") func duplicates() throws {
    for sack in [false, true] {
      var liar = try Liar(.newReno, sack: sack)
      _ = liar.send()
      var sent = 0
      for _ in 0..<1_000 {
        liar.acknowledge(liar.first)
        let more = liar.send()
        #expect(more <= 1)
        sent += more
      }
      #expect(sent <= 65, "SACK \(sack)")
      let status = try liar.status
      #expect(status.congestionWindow <= status.slowStartThreshold + status.bytesInFlight)
      #expect(status.retransmissions <= 1)
    }
  }

  @Test("Reports of what was not sent, or is acknowledged already, change nothing") func falseReports() throws
  {
    // From SND.UNA to SND.NXT there are 8000 octets.
    for (left, right) in [
      (8_001, 9_000), (7_000, 8_001), (-2_000, -1_000), (1_000, 1_000), (2_000, 1_000),
      (1 << 30, 1 << 30 + 1_000),
    ] {
      var liar = try Liar(.cubic)
      _ = liar.send()
      #expect(liar.next - liar.first == 10_000)
      let base = liar.first + 2_000
      liar.acknowledge(base)
      let before = try liar.status
      liar.acknowledge(base) { $0.options.sack.append(SACKBlock(left: base + left, right: base + right)) }
      let after = try liar.status
      #expect(after.congestionWindow == before.congestionWindow && after.losses == 0)
      #expect(after.bytesInNetwork == before.bytesInNetwork && after.retransmissions == 0)
    }
  }

  @Test("A peer that reports and takes it back, over and over, costs a bounded number of segments")
  func flapping() throws {
    var liar = try Liar(.cubic)
    _ = liar.send()
    var sent = 0
    for round in 0..<500 {
      liar.acknowledge(liar.first) { header in
        let left = liar.first + 1_000 * (1 + round % 8)
        header.options.sack.append(SACKBlock(left: left, right: left + 1_000))
      }
      sent += liar.send()
      liar.acknowledge(liar.first)
      sent += liar.send()
    }
    // Each octet is reported once: there is no second answer to a loss, and no more than the windows to send.
    #expect(sent <= 20)
    #expect(try liar.status.losses <= 10)
    liar.acknowledge(liar.next)
    #expect(try liar.status.bytesInFlight == 0, "and what was reported is there until it is acknowledged")
  }

  @Test("A storm of reported duplicates opens no window, and delays no loss beyond a round trip")
  func duplicateReports() throws {
    var liar = try Liar(.cubic)
    liar.pass(.milliseconds(20))
    _ = liar.send()
    liar.pass(.milliseconds(20))
    // A peer that has reported a range once: from then on duplicates alone mean nothing.
    liar.acknowledge(liar.first) {
      $0.options.sack.append(SACKBlock(left: liar.first + 1_000, right: liar.first + 2_000))
    }
    liar.acknowledge(liar.first + 2_000)
    let before = try liar.status
    for _ in 0..<1_000 {
      liar.acknowledge(liar.first + 2_000) {
        $0.options.sack.append(SACKBlock(left: liar.first, right: liar.first + 1_000))
      }
    }
    let after = try liar.status
    #expect(after.congestionWindow == before.congestionWindow && after.reductionsUndone == 0)
    #expect(after.reorderingWindow <= after.smoothedRoundTrip)
    #expect(after.losses == before.losses && after.bytesInFlight == before.bytesInFlight)
  }

  /// What is acknowledged in less time than it took to send is measured over the longer of both times
  /// (section 4.1.2.3 of draft-ietf-ccwg-bbr-06).
  @Test("However acknowledgments are divided, held back and repeated, no rate is beyond what was sent")
  func rates() throws {
    for pieces in [1, 10, 1_000] {
      var liar = try Liar(.bbr)
      liar.pass(.milliseconds(20))
      for round in 1...30 {
        _ = liar.send()
        liar.pass(.milliseconds(20))
        // One segment, and a millisecond later all that left before it, and behind it.
        liar.acknowledge(liar.next + -(try liar.status.bytesInFlight) + 1_000)
        _ = liar.send()
        liar.pass(.milliseconds(1))
        let flight = try liar.status.bytesInFlight
        let base = liar.next + -flight
        for piece in 1...pieces {
          liar.acknowledge(base + flight * piece / pieces)
          liar.acknowledge(base + flight * piece / pieces)
        }
        // All of it left within 20 ms or more.
        let status = try liar.status
        #expect(status.deliveryRate <= (flight + 1_000) * 50, "\(pieces) pieces, round \(round)")
      }
    }
  }

  @Test("Echoes from far ahead and far behind leave the time-out within its bounds, and the window alone")
  func echoes() throws {
    for echo: UInt32 in [0, 1, 1 << 31, 1 << 31 + 1, UInt32.max] {
      var liar = try Liar(.cubic, timestamps: true)
      _ = liar.send()
      liar.pass(.milliseconds(20))
      let before = try liar.status
      liar.acknowledge(liar.first + 1_000) { $0.options.timestamps = Timestamps(value: 2, echo: echo) }
      let status = try liar.status
      // What left once is timed by our own clock.
      #expect(status.smoothedRoundTrip <= .milliseconds(25), "echo \(echo)")
      #expect(status.retransmissionTimeout <= .seconds(1), "echo \(echo)")
      #expect(status.congestionWindow <= before.congestionWindow + 1_000)
      // After a time-out an echo is all there is.
      _ = liar.send()
      liar.pass(.seconds(2))
      let window = try liar.status.congestionWindow
      liar.acknowledge(liar.first + 2_000) { $0.options.timestamps = Timestamps(value: 3, echo: echo) }
      let after = try liar.status
      #expect(after.retransmissionTimeout >= .milliseconds(200), "echo \(echo)")
      #expect(after.retransmissionTimeout <= .seconds(60), "echo \(echo)")
      // An old one restores the window from before: that is what an optimistic receiver may gain, no more.
      #expect(after.congestionWindow <= max(window, status.congestionWindow) + 1_000)
    }
  }
}
