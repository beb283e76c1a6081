#if os(Linux)
  import TCPCore
  import TCPLinux

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Moves text between a connection's rings and the standard streams, without ever waiting for them.
  struct StandardStreams {
    /// What stopped standard output, if anything did.
    private(set) var outputError: Int32?
    /// Whether standard input has come to its end.
    private(set) var isInputFinished = false
    /// Whether a write takes whatever it is given at once.
    private let isOutputFile: Bool
    private var urgentScratch = [UInt8](repeating: 0, count: StandardStreams.pieceCount)

    /// What a pipe takes at once when it is ready (PIPE_BUF of linux/limits.h).
    private static var pieceCount: Int { 4_096 }

    init() {
      var status = stat()
      // The system writes one struct.
      let isKnown = unsafe fstat(STDOUT_FILENO, &status) == 0
      isOutputFile = isKnown && (status.st_mode & S_IFMT == S_IFREG || isDevice(status))

      func isDevice(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFCHR && isatty(STDOUT_FILENO) == 0
      }
    }

    /// Moves text of a connection to standard output.
    ///
    /// - Parameter limit: the most to move, in octets.
    /// - Returns: how many were moved: 0 when standard output takes none now, or is broken.
    /// - Throws: as `TCPHost.withReadable`.
    mutating func output(
      _ handle: Handle, limit: Int, _ host: inout TCPHost, at now: Instant
    ) throws(CallError) -> Int {
      unsafe try host.withReadable(handle, at: now) { first, second -> Int in
        let count = unsafe put(first, limit: limit)
        return unsafe count < first.count ? count : count + put(second, limit: limit - count)
      }
    }

    /// Writes as much of a run as standard output takes, up to the limit.
    private mutating func put(_ run: UnsafeRawBufferPointer, limit: Int) -> Int {
      let end = min(run.count, limit)
      var done = 0
      while done < end && (isOutputFile || Readiness.isWritable(STDOUT_FILENO)) {
        let piece = isOutputFile ? end - done : min(end - done, StandardStreams.pieceCount)
        // In bounds: `done + piece` is at most the run's length.
        let written = unsafe write(STDOUT_FILENO, run.baseAddress.map { unsafe $0 + done }, piece)
        if written < 0 {
          if errno != EAGAIN && errno != EINTR { outputError = errno }
          return done
        }
        done += written
      }
      return done
    }

    /// Moves octets of standard input to a connection, if both are ready.
    ///
    /// - Returns: how many were moved; 0 also at the end of standard input.
    /// - Throws: as `TCPHost.withWritable`.
    mutating func input(
      _ handle: Handle, limit: Int, isUrgent: Bool, _ host: inout TCPHost, at now: Instant
    ) throws(CallError) -> Int {
      guard !isInputFinished, Readiness.isReadable(STDIN_FILENO) else { return 0 }
      if isUrgent { return try urgentInput(handle, limit: limit, &host, at: now) }
      var isStreamComplete = false
      let moved = unsafe try host.withWritable(handle, at: now) { first, _ -> Int in
        let count = min(first.count, limit)
        guard count > 0 else { return 0 }
        // In bounds: the system writes at most `count` octets into the run.
        let got = unsafe read(STDIN_FILENO, first.baseAddress, count)
        if got == 0 || got < 0 && errno != EAGAIN && errno != EINTR { isStreamComplete = true }
        return max(got, 0)
      }
      isInputFinished = isStreamComplete
      return moved
    }

    private mutating func urgentInput(
      _ handle: Handle, limit: Int, _ host: inout TCPHost, at now: Instant
    ) throws(CallError) -> Int {
      let count = min(try host.status(handle).sendSpace, limit, StandardStreams.pieceCount)
      guard count > 0 else {
        // Asks for an event when there is room.
        _ = unsafe try host.withWritable(handle, at: now) { _, _ in 0 }
        return 0
      }
      // In bounds: the scratch has as many octets.
      let got = unsafe read(STDIN_FILENO, &urgentScratch, count)
      if got == 0 || got < 0 && errno != EAGAIN && errno != EINTR { isInputFinished = true }
      guard got > 0 else { return 0 }
      // The array's octets, lent for the call.
      let bytes = unsafe urgentScratch.span.bytes
      return try host.write(handle, bytes.extracting(0..<got), isUrgent: true, at: now)
    }
  }
#endif
