import TCPCore

/// SYNs that nobody completes, and honest clients among them, against one host in virtual time.
///
/// A client sends its SYN, and sends it again 1, 3 and 7 s later while nothing answers; it answers the
/// SYN-ACK at once, with text behind the ACK if the plan says so. It succeeds if its connection can be
/// accepted, and all its text be read, within 15 s of the first SYN. A reset in answer to its ACK is a
/// failure. Nothing is lost on the way, so every failure is the host's doing. All clients follow from the
/// seed alone: they are the same ones whatever the flood.
public struct FloodPlan: Sendable {
  /// When SYNs come.
  public struct Arrivals: Sendable {
    /// The listener they are for.
    public var port: UInt16 = 80
    /// How many come together.
    public var atOnce = 1
    /// From one moment to the next: exactly this where `isRegular`, else between nothing and twice as much.
    public var every: Interval
    /// See `every`.
    public var isRegular = false
    /// The first moment, or the first that gaps are counted from.
    public var from = Interval.seconds(0)
    /// None come from here on.
    public var until: Interval
    /// The listener is closed as soon as they have come, and opened again for the next.
    public var closesListener = false

    /// SYNs in a period of time.
    public init(every: Interval, until: Interval) {
      self.every = every
      self.until = until
    }
  }

  /// A listener's port and backlog.
  public struct Listening: Sendable {
    /// Its port.
    public var port: UInt16
    /// Its backlog.
    public var backlog: Int

    /// A listener.
    public init(port: UInt16, backlog: Int) {
      self.port = port
      self.backlog = backlog
    }
  }

  /// What became of the clients.
  public struct Report: Sendable, Equatable {
    /// How many there were.
    public var clients = 0
    /// How many could be accepted within 15 s.
    public var succeeded = 0
    /// How many of these sent one SYN only.
    public var succeededAtFirst = 0
    /// How many met a reset instead.
    public var reset = 0
    /// How often the residents and the host have exchanged an octet each, and how often that has failed.
    public var exchanges = 0
    /// See `exchanges`.
    public var failedExchanges = 0

    /// A report of the given numbers.
    public init(clients: Int = 0, succeeded: Int = 0, succeededAtFirst: Int = 0, reset: Int = 0) {
      self.clients = clients
      self.succeeded = succeeded
      self.succeededAtFirst = succeededAtFirst
      self.reset = reset
    }
  }

  /// Everything that is drawn follows from this.
  public var seed: UInt64 = 1
  /// How many half-open entries the host has.
  public var halfOpenCapacity = 16
  /// Who listens.
  public var listeners = [Listening(port: 80, backlog: 8)]
  /// SYNs from addresses and ports of no one, which are never completed.
  public var strangers: [Arrivals] = []
  /// Those of honest clients.
  public var clients: Arrivals
  /// The round-trip times of the clients, each as often as the others.
  public var roundTrips: [Interval] = [.milliseconds(20), .milliseconds(50), .milliseconds(200)]
  /// When the host answers with cookies.
  public var synCookies = SYNCookiePolicy.automatic
  /// How many octets a client sends behind its ACK, in two segments. If the number is odd, the ACK is lost,
  /// the second segment overtakes the first, and is sent again a second later.
  public var textCount = 0
  /// How many connections are established before anything else, and exchange octets ten times in a second.
  public var residents = 0

  /// A plan without strangers.
  public init(clients: Arrivals) { self.clients = clients }

  /// The plan of the table in `HonestSuccessTests`: a flood all the time, and from the tenth second on about
  /// four clients in each second.
  ///
  /// - Parameters:
  ///   - perSecond: SYNs of the flood.
  ///   - size: the backlog of the listener.
  ///   - before: for how many seconds the flood has gone on when clients begin to come.
  ///   - seconds: for how long they come.
  public static func steady(
    perSecond: Int, size: Int, before: Int = 10, seconds: Int = 60
  ) -> FloodPlan {
    let end = Interval.seconds(before + seconds)
    var clients = Arrivals(every: .milliseconds(250), until: end)
    clients.from = .seconds(before)
    var plan = FloodPlan(clients: clients)
    plan.listeners = [Listening(port: 80, backlog: size)]
    // By default a host has 16 entries, and a listener a backlog of 8.
    plan.halfOpenCapacity = max(16, size)
    // The last clients may try for 15 s.
    let last = Interval.seconds(before + seconds + 15)
    plan.strangers = [Arrivals(every: .microseconds(1_000_000 / perSecond), until: last)]
    return plan
  }

  /// Carries the plan out.
  public func run() throws -> Report { try FloodRun(self).run() }
}
