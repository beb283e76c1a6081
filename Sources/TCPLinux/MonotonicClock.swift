#if os(Linux)
  import TCPCore

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// The system's monotonic clock (CLOCK_MONOTONIC), which no setting of the time of day moves.
  public enum MonotonicClock {
    /// Its reading in microseconds.
    public static var now: Instant {
      var time = timespec()
      // The system writes one struct; this clock always exists.
      _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return Instant(microseconds: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000)
    }
  }

  extension Secret {
    /// A secret from the system's random generator (getrandom), new for each call.
    public static func random() -> Secret {
      var generator = SystemRandomNumberGenerator()
      return Secret(generator.next(), generator.next())
    }
  }
#endif
