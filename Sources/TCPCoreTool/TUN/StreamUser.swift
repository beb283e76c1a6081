#if os(Linux)
  import TCPCore
  import TCPLinux

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// One connection between the wire and the standard streams, as netcat does it.
  final class StreamUser: EventLoopDelegate {
    /// Why the command failed, if it did.
    private(set) var failure: String?
    private let control: LoopControl
    private var streams = StandardStreams()
    private var listener: Handle?
    private var handle: Handle?
    private let isUrgent: Bool
    private let abortAfter: Int
    private let pause: Interval
    /// When reading may begin: some time after the connection is established.
    private var readsFrom: Instant?
    private var moved = 0
    private var hasClosed = false
    private var isPeerFinished = false
    private var isDone = false

    /// A user of one connection that exists, or of the first that a listener makes.
    init(connection: Handle? = nil, listener: Handle? = nil, _ options: TUNOptions, _ control: LoopControl) {
      handle = connection
      self.listener = listener
      self.control = control
      isUrgent = options.isUrgent
      abortAfter = options.abortAfter ?? Int.max
      pause = options.pause ?? .seconds(0)
    }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {
      if event.kinds.contains(.accepted) {
        guard handle == nil else {
          try? host.abort(event.handle, at: now)
          try? host.release(event.handle, at: now)
          return
        }
        handle = event.handle
        if let listener { try? host.close(listener, at: now) }
        listener = nil
      }
      if event.handle == handle && event.kinds.contains(.writable) || event.kinds.contains(.accepted) {
        readsFrom = readsFrom ?? now + pause
      }
    }

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      let directive = control.directive(host, &pollSet, at: now)
      guard let handle else {
        if case .stop = directive, let listener { try? host.close(listener, at: now) }
        return directive
      }
      do throws(CallError) {
        try receive(handle, &host, at: now)
        try send(handle, &host, at: now)
        // What was given counts when the peer has it: an abort throws the rest away.
        if moved >= abortAfter, try host.status(handle).unacknowledged == 0 {
          try? host.abort(handle, at: now)
          isDone = true
        }
        try lookForEnd(handle, &host)
      } catch {
        fail(CallErrorText.text(error))
      }
      if let code = streams.outputError {
        fail("cannot write to standard output: \(SystemError(.write, "", code: code).reason)")
        try? host.abort(handle, at: now)
      }
      if isDone {
        control.showAtEnd(host)
        return .leave
      }
      return watch(handle, host, &pollSet, directive, at: now)
    }

    private func fail(_ reason: String) {
      failure = failure ?? reason
      isDone = true
    }

    private func receive(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
      guard !isPeerFinished, let readsFrom, now >= readsFrom else { return }
      do throws(CallError) {
        while moved < abortAfter {  // ends when the ring is empty or standard output full
          let count = try streams.output(handle, limit: abortAfter - moved, &host, at: now)
          if count == 0 { return }
          moved += count
        }
      } catch {
        if error == .endOfStream { isPeerFinished = true } else if error != .wouldBlock { throw error }
      }
    }

    private func send(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
      guard readsFrom != nil, !hasClosed else { return }
      do throws(CallError) {
        while moved < abortAfter {  // ends when the ring is full or standard input has nothing
          let count = try streams.input(
            handle, limit: abortAfter - moved, isUrgent: isUrgent, &host, at: now)
          if count == 0 { break }
          moved += count
        }
        let hasRoom = try host.status(handle).sendSpace > 0
        // After the peer's end, what waits at standard input is still sent, but nothing is waited for.
        guard streams.isInputFinished || isPeerFinished && hasRoom else { return }
        hasClosed = true
        try host.close(handle, at: now)
      } catch {
        if error == .closing { hasClosed = true } else if error != .wouldBlock { throw error }
      }
    }

    /// Done once both sides have closed and our FIN is acknowledged.
    private func lookForEnd(_ handle: Handle, _ host: inout TCPHost) throws(CallError) {
      let status = try host.status(handle)
      switch status.state {
      case .closed where status.endReason == .finished, .timeWait:
        if isPeerFinished { isDone = true }
      case .closed:
        if status.unread == 0 && !isDone { throw CallErrorText.error(status.endReason) }
      case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
        .lastAck:
        break
      }
    }

    /// Asks for the streams that could be moved now if they were ready.
    private func watch(
      _ handle: Handle, _ host: borrowing TCPHost, _ pollSet: inout PollSet,
      _ directive: EventLoopDirective, at now: Instant
    ) -> EventLoopDirective {
      guard let status = try? host.status(handle), let readsFrom else { return directive }
      if !hasClosed && status.sendSpace > 0 { pollSet.add(STDIN_FILENO, readable: true) }
      if now < readsFrom { return readsFrom.earlier(directive) }
      if status.unread > 0 { pollSet.add(STDOUT_FILENO, writable: true) }
      return directive
    }
  }
#endif
