#if os(Linux)
  import TCPCore

  /// What a loop is to do next, as its delegate says before each sleep.
  public enum EventLoopDirective: Sendable {
    /// Go on; call again at the given moment at the latest, or when anything happens.
    case proceed(until: Instant)
    /// Close everything in order, and abort what has not ended after `grace`.
    case stop(grace: Interval)
    /// Leave the loop at once; connections stay as they are.
    case leave
  }

  /// Who uses the connections of a loop's host.
  ///
  /// The host is lent for the length of each call. Reaching for the loop's own `host` meanwhile is a
  /// programmer's error.
  public protocol EventLoopDelegate: AnyObject {
    /// A connection has something to tell.
    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant)

    /// Called after all events of a turn, before the loop sleeps.
    ///
    /// - Parameter pollSet: says which of the descriptors asked for last time are ready, and takes what to
    ///   wait for next; what is not asked for again is not watched.
    func prepare(_ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant) -> EventLoopDirective
  }

  /// How much a loop does before it looks elsewhere.
  public struct EventLoopOptions: Sendable {
    /// Datagrams read before the user, the timers and the signals have their turn.
    public var arrivalsPerTurn = 32
    /// Datagrams read before the host is asked to transmit. What is queued is worked off before it is
    /// acknowledged (MUST-58, MUST-59), so this is a whole turn; 1 acknowledges every second segment at its
    /// own time (SHLD-19).
    public var arrivalsPerTransmit = 32
    /// Datagrams written before the loop looks for arrivals again.
    public var departuresPerTurn = 64
    /// Timers handled in one turn.
    public var timersPerTurn = 64

    /// The defaults.
    public init() {}
  }

  /// Which way a datagram went, for observers.
  public enum DatagramDirection: Sendable {
    /// The device has delivered it.
    case arriving
    /// The device has taken it.
    case departing
  }

  /// What became of a loop's device.
  public enum LinkChange: Sendable {
    /// It takes nothing: somebody has taken it down.
    case down
    /// It takes datagrams again.
    case up
  }

  /// What a loop has counted. Counters only grow.
  public struct EventLoopCounters: Sendable {
    /// Datagrams given to the host.
    public internal(set) var arrivals: UInt64 = 0
    /// Datagrams that the device has taken.
    public internal(set) var departures: UInt64 = 0
    /// Arrivals too short to be datagrams, dropped.
    public internal(set) var tooShort: UInt64 = 0
    /// Arrivals longer than any datagram, dropped.
    public internal(set) var tooLong: UInt64 = 0
    /// Departures that the device will not take, dropped; the host sends their text again.
    public internal(set) var refused: UInt64 = 0
    /// How often a departure had to wait for the device.
    public internal(set) var waits: UInt64 = 0
    /// How often the device went down.
    public internal(set) var outages: UInt64 = 0
    /// How often the loop has slept.
    public internal(set) var turns: UInt64 = 0
  }
#endif
