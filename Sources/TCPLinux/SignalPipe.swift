#if os(Linux)
  import Synchronization

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Turns signals into octets that can be waited for with everything else: the handler writes the signal's
  /// number into a pipe. There is one for the process.
  public enum SignalPipe {
    private static let writingEnd = Atomic<Int32>(-1)

    /// Lets the given signals arrive in the pipe instead of ending the process.
    ///
    /// - Returns: the descriptor to read from; each octet is the number of a signal. It never blocks.
    /// - Throws: `SystemError`.
    public static func watch(_ signals: [Int32]) throws(SystemError) -> Int32 {
      var ends: (Int32, Int32) = (-1, -1)
      // The system writes two numbers.
      let made = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
        unsafe pipe(bytes.assumingMemoryBound(to: Int32.self).baseAddress)
      }
      guard made == 0 else { throw SystemError(.signals, "", code: errno) }
      for end in [ends.0, ends.1] {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
      writingEnd.store(ends.1, ordering: .sequentiallyConsistent)
      for watched in signals {
        // The handler calls nothing that is not allowed in one: an atomic load and `write` (POSIX.1 2.4.3).
        // The system refuses none but numbers that are no signals.
        _ = signal(
          watched,
          { number in
            let saved = errno
            var octet = UInt8(truncatingIfNeeded: number)
            _ = unsafe write(SignalPipe.writingEnd.load(ordering: .sequentiallyConsistent), &octet, 1)
            errno = saved
          })
      }
      return ends.0
    }

    /// The next signal in the pipe, if any.
    public static func next(_ descriptor: Int32) -> Int32? {
      var octet: UInt8 = 0
      // The system writes at most one octet.
      return unsafe read(descriptor, &octet, 1) == 1 ? Int32(octet) : nil
    }
  }
#endif
