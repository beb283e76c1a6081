import TCPCore

/// How long a transfer would take a sender that knows of each loss when the acknowledgment would have come,
/// sends it again at once if the window allows, and never times out: the measure for loss recovery.
///
/// It has the initial window, slow start, growth and reduction of the real one, with one reduction for all
/// that is lost of a round trip. Its peer acknowledges each segment, and has room for everything. Losses are
/// random, and other ones than those of a `LoopbackLink` with the same seed: compare medians of some seeds.
public struct IdealTransfer {
  /// Octets of text.
  public var octets: Int
  /// Octets of text in a segment.
  public var segmentSize = 1_448
  /// Octets of a datagram around the text.
  public var overhead = 52
  /// Who decides about the window: CUBIC or NewReno.
  public var control: CongestionControlAlgorithm
  /// The probability that a datagram from left to right is lost.
  public var loss: Double
  /// How long a datagram travels.
  public var delay: Interval
  /// How many bits leave in a second; 0 for no limit.
  public var bitsPerSecond: UInt64
  /// The most that is in flight: what the smaller ring holds.
  public var flightLimit = Int.max
  /// The losses follow from it.
  public var seed: UInt64

  /// A transfer over a link.
  public init(
    octets: Int, control: CongestionControlAlgorithm, loss: Double, delay: Interval,
    bitsPerSecond: UInt64 = 0,
    seed: UInt64
  ) {
    self.octets = octets
    self.control = control
    self.loss = loss
    self.delay = delay
    self.bitsPerSecond = bitsPerSecond
    self.seed = seed
  }

  /// A segment on its way: when the sender knows what became of it, and what that is.
  private struct Flight {
    var knownAt: Double
    var isLost: Bool
  }

  /// Seconds from the SYN to the last acknowledgment. Where loss is certain it never ends.
  public func seconds() -> Double {
    let total = (octets + segmentSize - 1) / segmentSize
    let roundTrip = Double(delay.microseconds) * 2e-6
    let transmission =
      bitsPerSecond == 0 ? 0 : Double((segmentSize + overhead) * 8) / Double(bitsPerSecond)
    let most = max(Double(flightLimit / segmentSize), 1)
    var random = SplitMix64(seed: seed)
    var window = IdealWindow(control)
    // In the order in which they were sent, which is the order in which their fates are known.
    var flights: [Flight] = []
    var known = 0
    var delivered = 0
    var unsent = total
    /// What was sent before this many were is of a round trip whose loss has reduced the window already.
    var recoveryEnd = 0
    var now = roundTrip
    var linkFree = now
    while delivered < total {
      while unsent > 0 && Double(flights.count - known + 1) <= min(max(window.window, 1), most) {
        linkFree = max(now, linkFree) + transmission
        flights.append(Flight(knownAt: linkFree + roundTrip, isLost: random.happens(loss)))
        unsent -= 1
      }
      let flight = flights[known]
      now = flight.knownAt
      if flight.isLost {
        unsent += 1
        if known >= recoveryEnd {
          window.didLose()
          recoveryEnd = flights.count
        }
      } else {
        delivered += 1
        if known >= recoveryEnd { window.didAcknowledge(at: now, roundTrip: roundTrip) }
      }
      known += 1
    }
    return now
  }
}
