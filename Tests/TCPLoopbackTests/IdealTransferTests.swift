import TCPCore
import TCPLoopback
import Testing

/// The sender that `RecoveryRateTests` compares with, by numbers from the RFCs.
@Suite("An ideal sender") struct IdealTransferTests {
  private func ideal(
    segments: Int, _ control: CongestionControlAlgorithm, loss: Double = 0,
    delay: Interval = .milliseconds(10),
    seed: UInt64 = 1
  ) -> IdealTransfer {
    IdealTransfer(octets: segments * 1_448, control: control, loss: loss, delay: delay, seed: seed)
  }

  private func roundTrips(_ transfer: IdealTransfer) -> Int { Int((transfer.seconds() / 0.020).rounded()) }

  @Test("Slow start: 10, 20, 40 segments each round trip, after one for the handshake") func slowStart() {
    for control in [CongestionControlAlgorithm.cubic, .newReno] {
      #expect(roundTrips(ideal(segments: 1, control)) == 2)
      #expect(roundTrips(ideal(segments: 10, control)) == 2)
      #expect(roundTrips(ideal(segments: 11, control)) == 3)
      #expect(roundTrips(ideal(segments: 30, control)) == 3)
      #expect(roundTrips(ideal(segments: 70, control)) == 4)
      #expect(roundTrips(ideal(segments: 71, control)) == 5)
    }
  }

  @Test("No more is in flight than the ring holds, and no more leaves than the rate allows") func limits() {
    var small = ideal(segments: 100, .cubic)
    small.flightLimit = 10 * 1_448
    #expect(roundTrips(small) == 11)
    var slow = ideal(segments: 1_000, .cubic)
    slow.bitsPerSecond = 12_000_000  // a millisecond for each datagram
    // Two round trips, and pauses after 10 and 20 segments, until the first acknowledgment is there.
    #expect(abs(slow.seconds() - (1 + 0.040 + 0.011 + 0.001)) < 0.0001)
  }

  @Test("Losses follow from the seed, and cost time") func losses() {
    let clean = ideal(segments: 1_000, .cubic)
    let lossy = ideal(segments: 1_000, .cubic, loss: 0.02)
    #expect(lossy.seconds() > clean.seconds())
    #expect(lossy.seconds() == ideal(segments: 1_000, .cubic, loss: 0.02).seconds())
    #expect(lossy.seconds() != ideal(segments: 1_000, .cubic, loss: 0.02, seed: 2).seconds())
  }

  /// 1 % and 20 ms are in the Reno-friendly region of CUBIC.
  @Test(
    "With 1 % loss some sqrt(3 / 2p) segments are in flight",
    arguments: [CongestionControlAlgorithm.cubic, .newReno])
  func renoFunction(control: CongestionControlAlgorithm) {
    let seconds = ideal(segments: 100_000, control, loss: 0.01).seconds()
    let factor = 100_000 * 0.020 / seconds / 150.0.squareRoot()
    #expect(factor > 0.9 && factor < 1.2, "\(factor)")
  }

  /// RFC 9438 section 5.1, where the curve and not Reno rules: 0.01 % and 100 ms, 187 segments against 122.
  @Test("With little loss and a long path CUBIC's curve decides") func cubicFunction() {
    let seconds = ideal(segments: 1_000_000, .cubic, loss: 0.0001, delay: .milliseconds(50)).seconds()
    let window = 1_000_000 * 0.100 / seconds
    #expect(window > 0.9 * 187 && window < 1.5 * 187, "\(window)")
  }
}
