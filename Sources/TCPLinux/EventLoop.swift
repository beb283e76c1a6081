#if os(Linux)
  import TCPCore

  /// A host on a device: moves datagrams, keeps time, and calls who uses the connections.
  ///
  /// All memory is taken when it is made; running allocates nothing. A datagram that the device cannot take
  /// now is kept and written when it can, so that nothing which counts as sent is lost here. A device that
  /// goes down is waited for, and then the host goes on at once.
  @safe
  public final class EventLoop {
    /// The host, for calls before, between and after runs.
    public var host: TCPHost
    /// The device, interface 0 of the host.
    public let device: TUNDevice
    /// Called for each datagram that arrives or has left.
    public var observer: ((DatagramDirection, RawSpan, Instant) -> Void)?
    /// Called when the device is found to be down, and when it takes datagrams again.
    public var linkObserver: ((LinkChange) -> Void)?
    /// What has been counted so far.
    public private(set) var counters = EventLoopCounters()
    /// How much is done before looking elsewhere.
    public var options = EventLoopOptions()
    private let memory: UnsafeMutableRawBufferPointer
    private let arriving: UnsafeMutableRawBufferPointer
    private let departing: UnsafeMutableRawBufferPointer
    /// Octets of the departure that the device has not taken yet; 0 for none.
    private var waitingCount = 0
    /// When to offer the waiting departure again though the device says nothing; `never` if it will tell.
    private var retryAt = Instant.never
    private var isDown = false
    private var trustsArrivals = false
    private var mtu: Int
    private var pollSet: PollSet
    /// When an orderly end has taken too long; `nil` while nobody has asked for one.
    private var shutdownDeadline: Instant?

    /// Makes a host on a device.
    ///
    /// - Parameters:
    ///   - configuration: the host's sizes; one interface is used.
    ///   - mtu: the largest departing datagram in octets; the device's own if not given, 1,500 if that is
    ///     unknown.
    /// - Throws: `ConfigurationError` for the sizes, `CallError.invalidArgument` for the MTU.
    public init(
      _ configuration: HostConfiguration, device: TUNDevice, mtu: Int? = nil, secret: Secret = .random()
    ) throws {
      self.device = device
      self.mtu = mtu ?? device.mtu.map { min($0, TUNDevice.longestDatagram) } ?? 1_500
      let count = try TCPHost.byteCount(for: configuration)
      unsafe memory = .allocate(byteCount: count, alignment: 64)
      unsafe arriving = .allocate(byteCount: TUNDevice.readingCapacity, alignment: 64)
      unsafe departing = .allocate(byteCount: TUNDevice.longestDatagram, alignment: 64)
      pollSet = PollSet(device: device.descriptor)
      // The memory lives as long as this object, and nobody else writes to it.
      host = unsafe try TCPHost(configuration, secret: secret, memory: memory, at: MonotonicClock.now)
      try host.setInterface(0, mtu: self.mtu, offload: offload)
    }

    deinit {
      unsafe memory.deallocate()
      unsafe arriving.deallocate()
      unsafe departing.deallocate()
    }

    private var offload: ChecksumOffload {
      ChecksumOffload(verifiesArriving: trustsArrivals, fillsDeparting: device.hasOffloadHeader)
    }

    /// How a run ended.
    public enum Ending: Equatable, Sendable {
      /// The delegate said so.
      case left
      /// Everything was closed in order.
      case closed
      /// So many connections had not ended when the time for it was over, and were aborted.
      case aborted(Int)
    }

    /// Runs until the delegate or an orderly end says that it is over.
    ///
    /// - Throws: `SystemError` when the device is gone or broken. The host stays as it is: what was received
    ///   can be read, and every connection can be asked for its status.
    public func run(_ delegate: some EventLoopDelegate) throws(SystemError) -> Ending {
      shutdownDeadline = nil
      while true {  // ends with the delegate's word, a shutdown, or the device
        let now = MonotonicClock.now
        try takeArrivals(at: now)
        let isMoreDue = host.expire(at: now, budget: options.timersPerTurn)
        while let event = host.nextEvent() { delegate.handle(event, &host, at: now) }
        var wake = Instant.never
        switch delegate.prepare(&host, &pollSet, at: now) {
        case .proceed(let moment): wake = moment
        case .stop(let grace): beginShutdown(within: grace, at: now)
        case .leave:
          _ = try flush(at: now)  // what the delegate has just asked for: a reset, a last acknowledgment
          return .left
        }
        let isMoreOwed = try flush(at: now)
        if let ending = try ending(at: now) { return ending }
        try sleep(until: isMoreDue || isMoreOwed ? now : wake, at: now)
      }
    }

    // MARK: Datagrams

    private func takeArrivals(at now: Instant) throws(SystemError) {
      guard pollSet.isDeviceReadable || pollSet.isDeviceBroken || counters.turns == 0 else { return }
      var unanswered = 0
      for index in 0..<options.arrivalsPerTurn {
        switch unsafe try device.read(into: arriving) {
        case .datagram(let count, let isTrusted):
          arrive(count, isTrusted: isTrusted, at: now)
          unanswered += 1
          if unanswered >= options.arrivalsPerTransmit {
            _ = try flush(at: now)
            unanswered = 0
          }
        case .tooShort: counters.tooShort += 1
        case .tooLong: counters.tooLong += 1
        case .nothing:
          // A device that reports an error and has nothing left is gone.
          if index == 0 && pollSet.isDeviceBroken { throw .deviceGone(device.name) }
          return
        }
      }
    }

    private func arrive(_ count: Int, isTrusted: Bool, at now: Instant) {
      counters.arrivals += 1
      if isTrusted != trustsArrivals {
        // Datagrams from this machine have no checksums to look at, those from elsewhere may have bad ones.
        trustsArrivals = isTrusted
        try? host.setInterface(0, mtu: mtu, offload: offload)
      }
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: arriving[0..<count])
      if let observer { unsafe observer(.arriving, bytes.bytes, now) }
      unsafe host.arrive(bytes.bytes, at: now)
    }

    /// Writes what is owed, at most a turn's worth.
    ///
    /// - Returns: whether more is owed that could be written at once.
    private func flush(at now: Instant) throws(SystemError) -> Bool {
      if waitingCount > 0 {
        guard try writeWaiting(at: now) else { return false }
      }
      for _ in 0..<options.departuresPerTurn {
        guard let departure = unsafe host.transmit(into: departing, at: now) else { return false }
        waitingCount = departure.count
        guard try writeWaiting(at: now) else {
          counters.waits += 1
          return false
        }
      }
      return true
    }

    /// Writes the departure in the buffer; `false` if it has to wait on.
    private func writeWaiting(at now: Instant) throws(SystemError) -> Bool {
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: departing[0..<waitingCount])
      switch unsafe try device.write(bytes) {
      case .written:
        counters.departures += 1
        if let observer { unsafe observer(.departing, bytes.bytes, now) }
      case .refused:
        counters.refused += 1
      case .full:
        retryAt = .never
        return false
      case .down:
        // One that has never taken anything is not set up.
        guard counters.departures > 0 else { throw SystemError(.write, device.name, code: 5) }  // EIO
        noteDown(at: now)
        return false
      case .noMemory:
        retryAt = now + .milliseconds(1)
        return false
      }
      waitingCount = 0
      retryAt = .never
      if isDown { noteUp(at: now) }
      return true
    }

    /// The device takes nothing while it is down, and tells when it comes up; a second is for kernels before
    /// 5.2, which do not.
    private func noteDown(at now: Instant) {
      retryAt = now + .seconds(1)
      guard !isDown else { return }
      isDown = true
      counters.outages += 1
      linkObserver?(.down)
    }

    private func noteUp(at now: Instant) {
      isDown = false
      linkObserver?(.up)
      try? host.noteLinkUp(0, at: now)
    }

    // MARK: Waiting

    private func sleep(until wake: Instant, at now: Instant) throws(SystemError) {
      var moment = min(wake, shutdownDeadline ?? .never)
      if waitingCount > 0 {
        // The host has something to send all the time now: only its timers count.
        moment = min(moment, retryAt, host.timerDeadline ?? .never)
      } else if let deadline = host.deadline {
        moment = min(moment, deadline)
      }
      counters.turns += 1
      try pollSet.wait(
        PollSet.milliseconds(until: moment),
        deviceWritable: waitingCount > 0 && (retryAt == .never || isDown),
        name: device.name)
    }

    // MARK: The end

    /// Closes listeners and connections; what was written is still delivered.
    private func beginShutdown(within grace: Interval, at now: Instant) {
      guard shutdownDeadline == nil else { return }
      shutdownDeadline = now + grace
      var cursor = 0
      while let handle = host.nextHandle(&cursor) { try? host.close(handle, at: now) }
    }

    private func ending(at now: Instant) throws(SystemError) -> Ending? {
      guard let shutdownDeadline else { return nil }
      var finished = 0
      var unfinished = 0
      var cursor = 0
      while let handle = host.nextHandle(&cursor) {
        switch (try? host.status(handle))?.state {
        case nil, .listen: break
        case .closed, .timeWait: finished += 1
        case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
          unfinished += 1
        }
      }
      // Connections whose handles were released have none, and still count.
      let released = host.occupancy.connections - finished - unfinished
      if unfinished + released == 0 && waitingCount == 0 { return .closed }
      guard now >= shutdownDeadline else { return nil }
      cursor = 0
      while let handle = host.nextHandle(&cursor) { try? host.abort(handle, at: now) }
      for _ in 0..<64 where try flush(at: now) {}  // resets; a device that takes nothing does not hold us up
      return .aborted(unfinished + released)
    }
  }

  extension SystemError {
    /// A device that reports an error without saying which.
    static func deviceGone(_ name: String) -> SystemError { SystemError(.read, name, code: 77) }  // EBADFD
  }
#endif
