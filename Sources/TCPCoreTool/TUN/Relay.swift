#if os(Linux)
  import TCPCapture
  import TCPCore
  import TCPLinux
  import TCPLoopback

  /// Carries datagrams between two devices, each way over a link of its own. Times are kept to the
  /// millisecond.
  @safe
  final class Relay {
    /// One way through the relay.
    @safe
    private struct Lane {
      let source: TUNDevice
      let target: TUNDevice
      let link: LoopbackLink
      /// Octets that the target has not taken yet; 0 for none. They are in `buffer`.
      var waitingCount = 0
      var isWaitingCorrupted = false
      let buffer: UnsafeMutableRawBufferPointer
      /// What the devices could not take or give, for the summary.
      var refused = 0
      var malformed = 0
    }

    private var lanes: [Lane] = []
    private let arriving: UnsafeMutableRawBufferPointer
    private let capture: TUNCapture?

    /// A relay between two devices; what happens to datagrams follows from the seed and their order.
    init(
      _ first: TUNDevice, _ second: TUNDevice, _ impairments: Impairments, seed: UInt64,
      _ capture: TUNCapture?
    ) {
      self.capture = capture
      unsafe arriving = .allocate(byteCount: TUNDevice.readingCapacity, alignment: 64)
      var seeds = SplitMix64(seed: seed)
      for (source, target) in [(first, second), (second, first)] {
        let link = LoopbackLink(
          impairments: impairments, seed: seeds.next(), capacity: 4_096,
          largestDatagram: TUNDevice.longestDatagram)
        unsafe lanes.append(
          Lane(
            source: source, target: target, link: link,
            buffer: .allocate(byteCount: TUNDevice.longestDatagram, alignment: 64)))
      }
    }

    deinit {
      unsafe arriving.deallocate()
      for lane in lanes { unsafe lane.buffer.deallocate() }
    }

    /// Relays until the given moment, or a signal.
    func run(until end: Instant, signals: Int32) throws(SystemError) {
      var pollSet = PollSet()
      while true {  // ends with the time, a signal or a device
        let now = MonotonicClock.now
        if now >= end || SignalPipe.next(signals) != nil { return }
        for index in lanes.indices {
          try take(index, at: now)
          try deliver(index, at: now)
        }
        pollSet.removeAll()
        pollSet.add(signals, readable: true)
        var wake = end
        for lane in lanes {
          let isBlocked = lanes.contains { $0.target === lane.source && $0.waitingCount > 0 }
          pollSet.add(lane.source.descriptor, readable: true, writable: isBlocked)
          if lane.waitingCount == 0, let next = lane.link.nextArrival { wake = min(wake, next) }
        }
        try pollSet.wait(until: wake)
      }
    }

    private func take(_ index: Int, at now: Instant) throws(SystemError) {
      for _ in 0..<64 {
        switch unsafe try lanes[index].source.read(into: arriving) {
        case .datagram(let count, _):
          _ = unsafe lanes[index].link.send(UnsafeRawBufferPointer(rebasing: arriving[..<count]), at: now)
        case .tooShort, .tooLong: lanes[index].malformed += 1
        case .nothing: return
        }
      }
    }

    private func deliver(_ index: Int, at now: Instant) throws(SystemError) {
      for _ in 0..<64 {
        if lanes[index].waitingCount == 0 {
          let buffer = unsafe lanes[index].buffer
          var count = 0
          var isCorrupted = false
          _ = unsafe lanes[index].link.deliver(at: now) { bytes, corrupted in
            unsafe buffer.copyMemory(from: bytes)
            count = bytes.count
            isCorrupted = corrupted
          }
          guard count > 0 else { return }
          lanes[index].waitingCount = count
          lanes[index].isWaitingCorrupted = isCorrupted
        }
        let datagram = unsafe UnsafeRawBufferPointer(
          rebasing: lanes[index].buffer[..<lanes[index].waitingCount])
        switch unsafe try lanes[index].target.write(datagram) {
        case .full, .noMemory: return
        case .refused, .down: lanes[index].refused += 1
        case .written:
          if let capture {
            // As it leaves the relay.
            unsafe capture.add(
              datagram.bytes, at: now, interface: index,
              comment: lanes[index].isWaitingCorrupted ? "corrupted" : nil)
          }
        }
        lanes[index].waitingCount = 0
      }
    }

    /// What was done to the datagrams, as one JSON object with an object for each way.
    var summary: String {
      let ways = lanes.map { lane in
        let counters = lane.link.counters
        let numbers: [(String, Int)] = [
          ("offered", counters.offered), ("delivered", counters.delivered - lane.refused),
          ("lost", counters.lost), ("duplicated", counters.duplicated), ("reordered", counters.reordered),
          ("corrupted", counters.corrupted), ("overflowed", counters.overflowed), ("refused", lane.refused),
          ("malformed", lane.malformed),
        ]
        let fields = numbers.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        return "{\"from\": \"\(lane.source.name)\", \"to\": \"\(lane.target.name)\", \(fields)}"
      }
      return "{\"ways\": [\(ways.joined(separator: ", "))]}"
    }
  }
#endif
