import TCPCapture
import TCPCore
import TCPCoreTool
import TCPLoopback
import Testing

@Suite("A plot of a capture") struct CapturePlotTests {
  /// Where a capture is made.
  private enum Place {
    case atSender
    case atBothEnds
  }

  /// Some transfers one after another, as one capture: each with its octets to the right and to the left.
  private func capture(
    _ transfers: [(rightward: Int, leftward: Int)], _ place: Place, loss: Double = 0
  ) throws -> (capture: Capture, retransmitted: Int) {
    var writer = PcapngWriter(MemorySink(), interfaces: ["left", "right"])
    var start = Instant(microseconds: 1_000_000)
    var retransmitted = 0
    for (index, octets) in transfers.enumerated() {
      var configuration = LoopbackConfiguration()
      configuration.start = start
      configuration.rightward.delay = .milliseconds(10)
      configuration.leftward.delay = .milliseconds(10)
      configuration.rightward.loss = loss
      let transfer = LoopbackTransfer(
        try LoopbackDriver(configuration),
        rightward: TransferContent(generated: octets.rightward, seed: 1),
        leftward: TransferContent(generated: octets.leftward, seed: 2))
      transfer.localPort = UInt16(5_000 + index)
      transfer.driver.observer = { [unowned transfer] event, side, bytes in
        // At both ends: what the left side sends is on its own interface, and on the other when it arrives.
        guard side == .left || place == .atBothEnds else { return }
        writer.write(bytes, at: transfer.driver.now, interface: side == .left ? 0 : 1)
      }
      #expect(transfer.run().isIntact)
      start = transfer.driver.now + .seconds(1)
      retransmitted += Int(transfer.driver.left.counters.segmentsRetransmitted)
    }
    return (try Capture(writer.bytes), retransmitted)
  }

  @Test("At the sender it has the run's numbers", arguments: [false, true]) func numbers(atBothEnds: Bool)
    throws
  {
    let (capture, retransmitted) = try capture(
      [(150_000, 0)], atBothEnds ? .atBothEnds : .atSender, loss: 0.08)
    let plot = try CapturePlot(capture, conversation: nil)
    #expect(plot.sequence.acknowledged.last?.value == 150_000)
    #expect(retransmitted > 0 && plot.sequence.sentAgain.total == retransmitted)
    #expect(plot.sequence.sacked.total > 0 && plot.sequence.roundTrips.total > 0)
    #expect(plot.sequence.roundTrips.marks.map(\.high).min() == 20_000)
    #expect(plot.subtitle.hasPrefix("10.0.0.1:5000 > 10.0.0.2:7, conversation 1 of 1"))
    let file = ParsedPlot(ConnectionPlot(plot.sequence, title: "t", subtitle: plot.subtitle).svg)
    #expect(file.isWellFormed && file.marks("sent-again") == retransmitted)
    #expect(file.marks("round-trips") == plot.sequence.roundTrips.total)
    #expect(file.paths["cwnd"] == nil && file.text.contains("150000 octets acknowledged"))
  }

  @Test(
    "The conversation with most data is drawn, or the one that is asked for, from the side that sent more")
  func choice() throws {
    let (capture, _) = try capture([(1_000, 0), (2_000, 9_000), (5_000, 0)], .atSender)
    let largest = try CapturePlot(capture, conversation: nil)
    #expect(largest.number == 2 && largest.sequence.acknowledged.last?.value == 9_000)
    #expect(largest.subtitle.hasPrefix("10.0.0.2:7 > 10.0.0.1:5001, conversation 2 of 3"))
    for (number, octets) in [(1, 1_000.0), (2, 9_000), (3, 5_000)] {
      let plot = try CapturePlot(capture, conversation: number)
      #expect(plot.number == number && plot.sequence.acknowledged.last?.value == octets)
      // Times count from the conversation's own start.
      #expect(plot.sequence.end < 1_000_000)
    }
    #expect(
      failure { () throws(ToolError) in _ = try CapturePlot(capture, conversation: 4) }
        == "--conversation expected at most 3 here, not '4'")
  }

  @Test("A capture without a segment, and one that begins in the middle of a conversation") func others()
    throws
  {
    let empty = try Capture(PcapngWriter(MemorySink(), interfaces: ["any"]).bytes)
    #expect(
      failure { () throws(ToolError) in _ = try CapturePlot(empty, conversation: nil) }
        == "there is no TCP segment to plot")

    let (whole, _) = try capture([(50_000, 0)], .atSender)
    var writer = PcapngWriter(MemorySink(), interfaces: ["any"])
    for record in whole.records.dropFirst(20) {
      writer.write(whole.datagram(of: record), at: record.time, interface: 0)
    }
    let plot = try CapturePlot(try Capture(writer.bytes), conversation: nil)
    let last = try #require(plot.sequence.acknowledged.last)
    #expect(last.value > 10_000 && last.value < 50_000)
    // Without the SYNs nobody knows how windows are scaled.
    #expect(plot.sequence.windowEdge.last == nil)
    #expect(ParsedPlot(ConnectionPlot(plot.sequence, title: "t", subtitle: plot.subtitle).svg).isWellFormed)
  }

  /// What an error that is not about the command line says.
  private func failure(_ body: () throws(ToolError) -> Void) -> String? {
    do throws(ToolError) {
      try body()
      return nil
    } catch {
      return error.isUsage ? "a usage error: \(error.message)" : error.message
    }
  }
}
