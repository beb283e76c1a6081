import TCPCore
import TCPLoopback
import Testing

@Suite("Losses one after the other") struct LossBurstTests {
  /// A window of 200 segments, of which 20 in a row are lost.
  @Test("Twenty in a row of a window of two hundred need no time-out", arguments: [true, false])
  func twenty(isCubic: Bool) throws {
    var configuration = LoopbackConfiguration()
    configuration.host = HostConfiguration(
      connections: 1, sendCapacity: 200 * 1_448, receiveCapacity: 1 << 20)
    var impairments = Impairments()
    impairments.delay = .milliseconds(10)
    configuration.setImpairments(impairments)
    let driver = try LoopbackDriver(configuration)
    var options = ConnectionOptions()
    options.congestionControl = isCubic ? .cubic : .newReno
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 8_000_000, seed: 1), leftward: TransferContent([]),
      options: options)
    var departures = 0
    var flight = 0
    driver.observer = { event, side, bytes in
      guard case .departed = event, side == .left, bytes.byteCount > 1_000 else { return }
      departures += 1
      if departures == 3_000, let handle = transfer.handle(.left) {
        flight = (try? driver.left.status(handle).bytesInFlight) ?? 0
      }
      driver.rightward.impairments.isBlackout = departures >= 3_000 && departures < 3_020
    }
    let report = transfer.run()
    #expect(report.isIntact && report.isClosed)
    #expect(flight > 190 * 1_448, "the window is full when the losses begin")
    #expect(driver.rightward.counters.lost == 20)
    #expect(driver.left.counters.timeouts == 0)
    #expect(driver.left.counters.segmentsRetransmitted == 20, "and nothing goes again that has arrived")
  }
}
