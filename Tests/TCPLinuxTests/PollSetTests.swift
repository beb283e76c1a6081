#if os(Linux)
  import TCPCore
  import TCPLinux
  import Testing

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  @Suite("Waiting for descriptors and signals")
  struct PollSetTests {
    @Test("What was asked for is found, and only that") func found() throws {
      let wire = SocketWire()
      var pollSet = PollSet()
      pollSet.add(wire.left, readable: true)
      pollSet.add(wire.right, writable: true)
      try pollSet.wait(until: MonotonicClock.now + .seconds(20))
      #expect(!pollSet.isReadable(wire.left) && pollSet.isWritable(wire.right))
      #expect(!pollSet.isWritable(wire.left) && !pollSet.isReadable(wire.right))
      #expect(wire.put([1]))
      try pollSet.wait(until: MonotonicClock.now + .seconds(20))
      #expect(pollSet.isReadable(wire.left))
      pollSet.removeAll()
      #expect(!pollSet.isReadable(wire.left) && !pollSet.isWritable(wire.right))
      pollSet.add(wire.left, readable: true)
      #expect(!pollSet.isReadable(wire.left))  // nobody has waited yet
    }

    @Test("A closed peer and a closed descriptor are reported as ready") func closed() throws {
      let wire = SocketWire()
      wire.closeRight()
      var pollSet = PollSet()
      pollSet.add(wire.left)
      pollSet.add(999_999, readable: true)
      try pollSet.wait(until: MonotonicClock.now + .seconds(20))
      #expect(pollSet.isReadable(wire.left) && pollSet.isWritable(wire.left))
      #expect(pollSet.isReadable(999_999) && pollSet.isWritable(999_999))
      #expect(Readiness.isReadable(wire.left) && Readiness.isWritable(wire.left))
    }

    @Test("A moment that has passed does not wait") func past() throws {
      let wire = SocketWire()
      var pollSet = PollSet()
      pollSet.add(wire.left, readable: true)
      try pollSet.wait(until: Instant(microseconds: 0))
      #expect(!pollSet.isReadable(wire.left))
      try pollSet.wait(until: MonotonicClock.now + .milliseconds(2))
      #expect(!pollSet.isReadable(wire.left) && !Readiness.isReadable(wire.left))
    }

    @Test("There is room for seven, and the eighth is a programmer's error") func capacity() async throws {
      var pollSet = PollSet()
      let wire = SocketWire()
      for _ in 0..<PollSet.capacity { pollSet.add(wire.left, writable: true) }
      try pollSet.wait(until: MonotonicClock.now + .seconds(20))
      #expect(pollSet.isWritable(wire.left))
      await #expect(processExitsWith: .failure) {
        var full = PollSet()
        for _ in 0...PollSet.capacity { full.add(0) }
      }
    }

    /// Sends this process a signal on a thread that lets it through, as those of the tests need not.
    private func send(_ number: Int32) {
      OwnThread {
        var signals = sigset_t()
        // The system writes a set, and reads it.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, number)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
      }.join()
    }

    @Test("Signals arrive in the pipe, each once, and wake who waits") func signals() throws {
      let pipe = try SignalPipe.watch([SIGUSR2])
      #expect(SignalPipe.next(pipe) == nil)
      send(SIGUSR2)
      var pollSet = PollSet()
      pollSet.add(pipe, readable: true)
      try pollSet.wait(until: MonotonicClock.now + .seconds(20))
      #expect(pollSet.isReadable(pipe))
      send(SIGUSR2)
      #expect(SignalPipe.next(pipe) == SIGUSR2 && SignalPipe.next(pipe) == SIGUSR2)
      #expect(SignalPipe.next(pipe) == nil)
    }
  }
#endif
