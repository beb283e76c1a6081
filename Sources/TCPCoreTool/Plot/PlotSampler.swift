import TCPCapture
import TCPCore
import TCPLoopback

/// Collects what a plot of a loopback run shows: the left side's segments as they leave, those of the right
/// side as they arrive, and the left connection's STATUS.
package final class PlotSampler {
  package private(set) var sequence = TimeSequence()
  /// cwnd in octets.
  package private(set) var window = ThinnedLine()
  /// ssthresh in octets; infinite while there is none.
  package private(set) var threshold = ThinnedLine()
  /// SRTT in microseconds.
  package private(set) var smoothed = ThinnedLine()
  private let start: Instant

  /// - Parameter start: the moment from which times are counted.
  package init(start: Instant) { self.start = start }

  /// A datagram has left or arrived.
  package func see(_ event: DatagramEvent, _ side: Side, _ bytes: RawSpan, at now: Instant) {
    guard side == .left else { return }
    let isDeparture: Bool
    switch event {
    case .departed: isDeparture = true
    case .arrived(_, let isCorrupted):
      if isCorrupted { return }
      isDeparture = false
    }
    guard case .segment(let segment) = CapturedDatagram(bytes) else { return }
    sequence.see(segment, isFromSender: isDeparture, at: (now - start).microseconds)
  }

  /// A step of the transfer is over.
  package func sample(_ transfer: LoopbackTransfer) {
    guard let handle = transfer.handle(.left), let status = try? transfer.driver.left.status(handle) else {
      return
    }
    sample(status, at: transfer.driver.now)
  }

  private func sample(_ status: Status, at now: Instant) {
    guard status.congestionWindow > 0, status.state != .closed else { return }
    let time = (now - start).microseconds
    window.add(Double(status.congestionWindow), at: time)
    threshold.add(
      status.slowStartThreshold == Int.max ? .infinity : Double(status.slowStartThreshold), at: time)
    let roundTrip = status.smoothedRoundTrip.microseconds
    if roundTrip > 0 { smoothed.add(Double(roundTrip), at: time) }
  }
}
