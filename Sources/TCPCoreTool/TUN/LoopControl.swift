#if os(Linux)
  import CAllocationCounter
  import TCPCore
  import TCPLinux

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// What every command on a device does between its own work: it watches signals and the clock, and shows
  /// states.
  final class LoopControl {
    /// How long connections get to end in order.
    static var grace: Interval { .seconds(3) }

    /// The signals that ask for an orderly end.
    static var endingSignals: [Int32] { [SIGINT, SIGTERM] }

    private let signals: Int32
    private let end: Instant
    private let showsState: Bool
    private let name: String
    private var isStopping = false
    /// Turns of the loop, and the allocations since the first ones, which make the language's own tables.
    private var turns = 0
    private var allocations = AllocationWatch()
    private static var warmUp: Int { 64 }

    /// Begins to watch.
    ///
    /// - Parameter duration: how long the command may run; without a limit if not given.
    init(name: String, duration: Interval?, showsState: Bool) throws(ToolError) {
      do throws(SystemError) {
        signals = try SignalPipe.watch(LoopControl.endingSignals + [SIGUSR1])
      } catch {
        throw .failure(error.description)
      }
      _ = signal(SIGPIPE, SIG_IGN)  // a reader that goes away is an error of a write, not our end
      end = duration.map { MonotonicClock.now + $0 } ?? .never
      self.showsState = showsState
      self.name = name
    }

    /// Looks at signals and clock.
    ///
    /// - Returns: the order to stop, once, if it is time; else when to look again.
    func directive(_ host: borrowing TCPHost, _ pollSet: inout PollSet, at now: Instant) -> EventLoopDirective
    {
      turns += 1
      if turns == LoopControl.warmUp { allocations = AllocationWatch() }
      pollSet.removeAll()
      pollSet.add(signals, readable: true)
      while let number = SignalPipe.next(signals) {
        if number == SIGUSR1 { show(host) } else if !isStopping { return stop(host) }
      }
      if now >= end && !isStopping { return stop(host) }
      return .proceed(until: isStopping ? .never : end)
    }

    /// The order to stop; what there is is shown first, if that was asked for.
    private func stop(_ host: borrowing TCPHost) -> EventLoopDirective {
      isStopping = true
      showAtEnd(host)
      return .stop(grace: LoopControl.grace)
    }

    /// Prints the table of connections if it was asked for, and what the loop has allocated.
    func showAtEnd(_ host: borrowing TCPHost) {
      guard showsState else { return }
      let count = allocations.count
      show(host)
      guard AllocationWatch.isAvailable, turns > LoopControl.warmUp else { return }
      Console.error("\(count) heap allocations in \(turns - LoopControl.warmUp) turns of the loop")
    }

    private func show(_ host: borrowing TCPHost) {
      let before = tcpcore_allocation_count()
      var table = StateTable()
      table.add(host, name: name)
      Console.error(table.text)
      allocations.exclude(tcpcore_allocation_count() - before)
    }
  }

  extension Instant {
    /// The earlier of two moments, one of them in a directive.
    func earlier(_ directive: EventLoopDirective) -> EventLoopDirective {
      if case .proceed(let moment) = directive { return .proceed(until: min(self, moment)) }
      return directive
    }
  }
#endif
