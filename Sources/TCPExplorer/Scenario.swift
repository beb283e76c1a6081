/// What two programs do over a link: everything that an exploration begins with.
public struct Scenario: Sendable {
  /// What it is called on the command line.
  public var name: String
  /// What it shows, in a sentence.
  public var summary: String
  /// The program of the left side.
  public var left: Program
  /// The program of the right side.
  public var right: Program
  /// Programs of a second connection at the same time, if there is one: its port on the left is the next one,
  /// and both have the listener of `right`.
  public var second: (left: Program, right: Program)?
  /// How the hosts are made.
  public var settings: Settings
  /// How many faults the network has when every change is checked.
  public var faults: Int
  /// How many it has in a thorough run.
  public var thoroughFaults: Int

  /// A scenario of two programs.
  public init(
    _ name: String, _ summary: String, left: Program, right: Program,
    second: (left: Program, right: Program)? = nil, settings: Settings = Settings(),
    faults: Int = 1, thoroughFaults: Int = 3
  ) {
    self.name = name
    self.summary = summary
    self.left = left
    self.right = right
    self.second = second
    self.settings = settings
    self.faults = faults
    self.thoroughFaults = thoroughFaults
    isOrderly =
      !(left.calls + right.calls).contains { $0 == .abort || $0 == .reboot }
      && left.calls.contains(.awaitOpen)
      && right.calls.contains(.awaitOpen) && right.calls.first == .listen
    isHeldUp = right.calls.contains(.accept)
    connectsOnce = ![left, right].contains {
      $0.calls.contains(.reboot) || $0.calls.count { $0 == .connect } > 1
    }
  }

  /// Whether both programs close in the ordinary way and wait for each other, so that nothing that arrives is
  /// for nobody.
  let isOrderly: Bool
  /// Whether SYNs may be dropped because connections wait to be accepted.
  let isHeldUp: Bool

  /// Whether each connection's numbers begin but once.
  let connectsOnce: Bool

  /// How many programs there are.
  var userCount: Int { second == nil ? 2 : 4 }

  /// A program: 0 and 1 are those of the left and the right side, 2 and 3 those of a second connection.
  func program(_ user: Int) -> Program {
    guard user > 1, let second else { return user == 0 ? left : right }
    return user == 2 ? second.left : second.right
  }

  /// How far the end may be if nothing goes wrong any more, in milliseconds: TIME-WAIT, a few acknowledgments
  /// that wait, where the peer may be gone the idle time before it is probed, and a time-out that has doubled
  /// with each fault (it begins with three seconds where a SYN had to be sent again, RFC 6298 section 5.7); a
  /// reboot is like two, and so is a SYN for a pair in TIME-WAIT where nobody listens; a listener that
  /// accepts late is like one. No bound where an acknowledgment may have been altered.
  func longestMilliseconds(faults: Int) -> Int? {
    if settings.flipsBits { return nil }
    let reboots = (left.calls + right.calls).count { $0 == .reboot }
    let isRefused = !connectsOnce && !right.calls.contains(.listen)
    let late = faults + 2 * (reboots + (isRefused ? 1 : 0)) + (isHeldUp ? 1 : 0)
    return 10_200 + (settings.isKeepAliveEnabled ? 10_000 : 0) + 1_500 << late
  }

  /// The rule about that, if it is broken.
  func problem(_ milliseconds: Int, faults: Int) -> Problem? {
    guard let longest = longestMilliseconds(faults: faults), milliseconds > longest else { return nil }
    return Problem(
      "the end comes within a time for each fault",
      "\(milliseconds) ms behind \(faults) faults, not \(longest) ms")
  }
}

/// The calls of one side, one after another, and how it reads meanwhile.
public struct Program: Sendable {
  /// Made in this order, each as soon as it can be, or at any time later.
  public var calls: [Call]
  /// How many octets a call takes that reads: 0 for all that there are.
  public var readSize: Int

  /// A program that makes these calls.
  public init(_ calls: [Call], readSize: Int = 0) {
    self.calls = calls
    self.readSize = readSize
  }
}

/// What a program asks its host for.
public enum Call: Sendable, Equatable {
  /// Port 80, or 1000 on the left side.
  case listen
  /// From now on new connections are accepted, and events are fetched.
  case accept
  /// The listener ends; what it has accepted goes on.
  case closeListener
  /// To the other side's port.
  case connect
  /// Not before the connection is established, or has ended.
  case awaitOpen
  /// So many octets; each call takes what the ring has room for, until all are taken.
  case write(Int)
  case close
  case abort
  /// The handle is given back, whatever the connection does.
  case release
  /// Not before the other side's end of the stream was read, or the connection has ended.
  case awaitEnd
  /// Not before the connection has ended.
  case awaitClosed
  /// The host forgets everything: a new one takes its place.
  case reboot
}

/// How the two hosts of a scenario are made. All times are short, and the time-out begins with one second
/// whatever was measured, so that few states differ in times alone.
public struct Settings: Sendable {
  /// How many connections each host has room for.
  public var connections = 1
  /// Octets of the rings for sending.
  public var sendCapacity = 4
  /// Octets of the rings for reading.
  public var receiveCapacity = 4
  /// Whether short segments wait for the acknowledgment of another short one.
  public var isNagleEnabled = false
  /// Whether SACK is offered.
  public var offersSACK = false
  /// How long an acknowledgment may wait; 0 for not at all.
  public var acknowledgmentDelay = 0
  /// Whether idle connections are probed.
  public var isKeepAliveEnabled = false
  /// Whether a fault may be two flipped bits that keep the sum right. What a side reads may be wrong then.
  public var flipsBits = false
  /// Whether a fault may be a segment that a third party forges without knowing the exact numbers (RFC 5961).
  public var hasThirdParty = false
  /// Whether each SYN is answered with a cookie.
  public var usesCookies = false

  /// Small rings, and nothing that waits.
  public init() {}

  /// The same with other rings.
  public func rings(_ send: Int, _ receive: Int) -> Settings {
    var settings = self
    settings.sendCapacity = send
    settings.receiveCapacity = receive
    return settings
  }

  /// The same with something changed.
  public func with(_ change: (inout Settings) -> Void) -> Settings {
    var settings = self
    change(&settings)
    return settings
  }
}
