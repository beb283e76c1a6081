#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPServices

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Asks a server for one resource and writes its body to standard output.
  ///
  /// It asks as an HTTP/1.0 client, so that the body ends with its stated length or with the connection,
  /// never in chunks.
  final class GetUser: EventLoopDelegate {
    /// Why the command failed, if it did.
    private(set) var failure: String?
    private let control: LoopControl
    private let handle: Handle
    private var streams = StandardStreams()
    private let request: [UInt8]
    private var sent = 0
    private var head = HTTPResponseHead()
    private var received: UInt64 = 0
    private var isDone = false

    init(_ handle: Handle, host: String, path: String, _ control: LoopControl) {
      self.handle = handle
      self.control = control
      request = Array("GET \(path) HTTP/1.0\r\nHost: \(host)\r\nUser-Agent: tcpcore\r\n\r\n".utf8)
    }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {}

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      let directive = control.directive(host, &pollSet, at: now)
      guard !isDone else { return isOver(host) ? .leave : directive }
      do throws(CallError) {
        try send(&host, at: now)
        try receive(&host, at: now)
        if let count = head.bodyCount, head.isComplete, received >= count { finish(&host, at: now) }
      } catch {
        if error == .endOfStream {
          finish(&host, at: now)
        } else if error != .wouldBlock {
          failure = CallErrorText.text(error)
          control.showAtEnd(host)
          return .leave
        }
      }
      if let code = streams.outputError {
        failure = "cannot write to standard output: \(SystemError(.write, "", code: code).reason)"
        try? host.abort(handle, at: now)
        return .leave
      }
      if isDone {
        control.showAtEnd(host)
        return isOver(host) ? .leave : .stop(grace: LoopControl.grace)
      }
      if let status = try? host.status(handle), status.unread > 0 {
        pollSet.add(STDOUT_FILENO, writable: true)
      }
      return directive
    }

    private func send(_ host: inout TCPHost, at now: Instant) throws(CallError) {
      guard sent < request.count else { return }
      do throws(CallError) {
        sent += try writeRequest(&host, at: now)
      } catch {
        if error != .wouldBlock { throw error }
      }
    }

    private func writeRequest(_ host: inout TCPHost, at now: Instant) throws(CallError) -> Int {
      let octets = request
      // The array's octets, lent for the call.
      let bytes = unsafe octets.span.bytes
      return try host.write(handle, bytes.extracting(sent..<bytes.byteCount), at: now)
    }

    private func receive(_ host: inout TCPHost, at now: Instant) throws(CallError) {
      while true {  // ends when the ring is empty or standard output full
        if !head.isComplete {
          _ = unsafe try host.withReadable(handle, at: now) { first, second in
            let taken = unsafe head.feed(first)
            return unsafe taken == first.count ? taken + head.feed(second) : taken
          }
          if head.isMalformed { throw .notSupported }
          continue
        }
        let limit = head.bodyCount.map { Int(min($0 - received, UInt64(Int.max))) } ?? Int.max
        guard limit > 0 else { return }
        let count = try streams.output(handle, limit: limit, &host, at: now)
        if count == 0 { return }
        received += UInt64(count)
      }
    }

    /// The body is whole, or will never be.
    private func finish(_ host: inout TCPHost, at now: Instant) {
      isDone = true
      if !head.isComplete {
        failure = "the server closed without an answer"
      } else if let count = head.bodyCount, received < count {
        failure = "the server closed after \(received) of \(count) octets"
      } else if let status = head.status, status >= 400 {
        failure = "the server answered with status \(status)"
      }
      try? host.close(handle, at: now)
    }

    /// Whether the connection has ended, so that nothing is owed to the server.
    private func isOver(_ host: borrowing TCPHost) -> Bool {
      let state = (try? host.status(handle))?.state ?? .closed
      return state == .closed || state == .timeWait
    }
  }
#endif
