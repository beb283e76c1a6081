import CAllocationCounter
import TCPCapture
import TCPCore
import TCPLoopback

/// Writes what arrives into a capture file, prints what happens, and collects it for a plot. Its own
/// allocations are not the core's, so it counts them apart.
final class Recorder {
  enum Style {
    case none
    case lines
    case ladder
  }

  /// Allocations made here.
  private(set) var excluded: UInt64 = 0
  private var writer: PcapngWriter<FileSink>?
  private var lines = SegmentLine()
  private var ladder: Ladder
  private let style: Style
  private let transfer: LoopbackTransfer
  private var failure: CaptureFileError?
  private let plot: PlotSampler?

  init(
    _ transfer: LoopbackTransfer, capture: String?, style: Style, plot: PlotSampler? = nil
  ) throws(ToolError) {
    self.transfer = transfer
    self.style = style
    self.plot = plot
    ladder = Ladder(left: "left", right: "right", start: transfer.driver.now)
    lines = SegmentLine(start: transfer.driver.now)
    if let capture {
      do throws(CaptureFileError) {
        writer = try PcapngWriter(
          try FileSink(path: capture), interfaces: ["left to right", "right to left"])
      } catch {
        throw .failure(error.description)
      }
    }
    if let plot {
      transfer.inspector = { [unowned self] transfer in
        lookAway { plot.sample(transfer) }
        return nil
      }
    }
    guard writer != nil || style != .none || plot != nil else { return }
    if style == .ladder { Console.print(ladder.heading) }
    transfer.driver.observer = { [unowned self] event, side, bytes in
      let before = tcpcore_allocation_count()
      see(event, side, bytes)
      excluded += tcpcore_allocation_count() - before
    }
  }

  /// Does something whose allocations are not the core's.
  func lookAway(_ body: () -> Void) {
    let before = tcpcore_allocation_count()
    body()
    excluded += tcpcore_allocation_count() - before
  }

  /// Ends the capture file.
  func finish() throws(ToolError) {
    transfer.driver.observer = nil
    transfer.inspector = nil
    if let sink = writer?.sink {
      do throws(CaptureFileError) { try sink.close() } catch { failure = failure ?? error }
    }
    if let failure { throw .failure(failure.description) }
  }

  private func see(_ event: DatagramEvent, _ side: Side, _ bytes: RawSpan) {
    let now = transfer.driver.now
    plot?.see(event, side, bytes, at: now)
    switch event {
    case .arrived(_, let isCorrupted):
      // The capture holds what arrived, as it arrived.
      do throws(CaptureFileError) {
        try writer?.write(
          bytes, at: now, interface: side == .right ? 0 : 1, comment: isCorrupted ? "corrupted" : nil)
      } catch {
        failure = failure ?? error
      }
      show(bytes, fromLeft: side == .right, isLost: false)
    case .departed(.carried):
      break
    case .departed:
      show(bytes, fromLeft: side == .left, isLost: true)
    }
  }

  private func show(_ bytes: RawSpan, fromLeft: Bool, isLost: Bool) {
    let now = transfer.driver.now
    switch style {
    case .none:
      break
    case .lines:
      Console.print(lines.line(for: bytes, at: now) + (isLost ? " ; lost" : ""))
    case .ladder:
      guard case .segment(let segment) = CapturedDatagram(bytes) else { return }
      Console.print(
        ladder.segment(
          at: now, fromLeft: fromLeft, header: segment.header, note: isLost ? "lost" : nil,
          transit: isLost ? .lost : .whole, leftState: state(.left), rightState: state(.right)))
    }
  }

  private func state(_ side: Side) -> String { transfer.driver.stateName(side, transfer.handle(side)) }
}
