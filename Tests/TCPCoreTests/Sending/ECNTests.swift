import Testing

@testable import TCPCore

/// The two halves of RFC 3168 by themselves, and the window's answer to ECE.
@Suite("Explicit congestion notification") struct ECNTests {
  @Test("The echo lasts from a mark to CWR, and a mark beside CWR is a new one") func echo() {
    var receiver = ECNReceiver()
    receiver.didReceiveText(hasCWR: true, isMarked: false)
    #expect(!receiver.mustEcho)
    receiver.didReceiveText(hasCWR: false, isMarked: true)
    receiver.didReceiveText(hasCWR: false, isMarked: false)
    #expect(receiver.mustEcho)
    receiver.didReceiveText(hasCWR: true, isMarked: true)
    #expect(receiver.mustEcho)
    receiver.didReceiveText(hasCWR: true, isMarked: false)
    #expect(!receiver.mustEcho)
  }

  @Test("CWR goes once for each reduction") func announcement() {
    var sender = ECNSender()
    var announced: [Bool] = []
    sender.didReduce(next: SequenceNumber(500))
    announced.append(sender.didSendNewText())
    sender.didEstablish(isAgreed: true, unacknowledged: SequenceNumber(100))
    announced.append(sender.didSendNewText())
    sender.didReduce(next: SequenceNumber(500))
    announced.append(sender.didSendNewText())
    announced.append(sender.didSendNewText())
    #expect(announced == [false, false, true, false])
  }

  @Test("What a reduction covers ends with what was in flight, also after 2^31 octets without one")
  func window() {
    var sender = ECNSender()
    sender.didEstablish(isAgreed: true, unacknowledged: SequenceNumber(100))
    #expect(sender.isBeyondReduction(SequenceNumber(100)))
    #expect(!sender.hasReduced(SequenceNumber(100)))
    sender.didReduce(next: SequenceNumber(500))
    #expect(!sender.isBeyondReduction(SequenceNumber(500)))
    #expect(sender.hasReduced(SequenceNumber(499)) && !sender.hasReduced(SequenceNumber(500)))
    #expect(sender.isBeyondReduction(SequenceNumber(501)))
    var acknowledged = SequenceNumber(501)
    for _ in 0..<5 {
      sender.didReceiveNoEcho(acknowledged)
      #expect(sender.isBeyondReduction(acknowledged) && !sender.hasReduced(acknowledged))
      acknowledged = acknowledged + 1 << 30
    }
    sender.didReduce(next: acknowledged)
    sender.didUndo(unacknowledged: acknowledged - 400)
    #expect(sender.isBeyondReduction(acknowledged - 400))
  }

  @Test("ECE takes the window down as a loss does, and below two segments, but not below one")
  func windowForEcho() {
    // RFC3168-2, RFC9438-10
    for (control, share) in [(CongestionControlAlgorithm.newReno, 5_000), (.cubic, 7_000)] {
      var congestion = CongestionControl(control, segmentSize: 1_000)
      congestion.didReceiveEcho(flight: 10_000, segmentSize: 1_000)
      #expect(congestion.window == UInt32(share) && congestion.threshold == UInt32(share))
      congestion.didReceiveEcho(flight: 2_400, segmentSize: 1_000)
      #expect(congestion.window == (control == .cubic ? 1_680 : 1_200) && congestion.threshold == 2_000)
      congestion.didReceiveEcho(flight: 1_000, segmentSize: 1_000)
      #expect(congestion.window == 1_000 && congestion.threshold == 2_000)
      congestion.didReceiveEcho(flight: 5_000, segmentSize: 1_000)
      #expect(congestion.window == 1_000)
    }
  }

  @Test("A SYN-ACK that reflects both bits agrees to nothing") func setup() {
    // RFC3168-8
    #expect((SegmentFlags.syn | .ece | .cwr).isECNSetupSYN && !(SegmentFlags.syn | .ece).isECNSetupSYN)
    #expect(!(SegmentFlags.syn | .cwr).isECNSetupSYN)
    #expect((SegmentFlags.syn | .ack | .ece).isECNSetupSYNACK)
    #expect(!(SegmentFlags.syn | .ack | .ece | .cwr).isECNSetupSYNACK)
  }

  @Test("The class of traffic of a datagram is code point and mark") func trafficClass() {
    #expect(DatagramOptions(dscp: 0xFF, codepoint: .capable0).trafficClass == 0xFE)
    #expect(DatagramOptions(dscp: 46).trafficClass == 184)
  }
}
