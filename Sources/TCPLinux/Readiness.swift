#if os(Linux)
  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Whether a descriptor is ready at this moment, without waiting.
  public enum Readiness {
    /// Whether reading gives something at once: octets, the end, or an error.
    public static func isReadable(_ descriptor: Int32) -> Bool { isReady(descriptor, Int16(POLLIN)) }

    /// Whether at least PIPE_BUF (4,096) octets can be written at once, or an error waits for who tries.
    public static func isWritable(_ descriptor: Int32) -> Bool { isReady(descriptor, Int16(POLLOUT)) }

    private static func isReady(_ descriptor: Int32, _ events: Int16) -> Bool {
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      // The system reads and writes one entry.
      return unsafe poll(&entry, 1, 0) > 0
    }
  }
#endif
