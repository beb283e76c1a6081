// The scenarios, each a value: what both sides do, and how their hosts are made. To add one, add it here.
extension Scenario {
  /// All of them.
  public static let all: [Scenario] = openings + closes + transfers + endings + attacks

  /// The scenario of a name, here or in the sweep.
  public static func named(_ name: String) -> Scenario? { (all + sweep).first { $0.name == name } }

  private static func client(_ calls: Call..., readSize: Int = 0) -> Program {
    Program(
      [.connect, .awaitOpen] + calls + [.close, .awaitEnd, .awaitClosed, .release], readSize: readSize)
  }

  private static func server(_ calls: Call..., readSize: Int = 0) -> Program {
    Program(
      [.listen, .awaitOpen] + calls + [.awaitEnd, .close, .awaitClosed, .release, .closeListener],
      readSize: readSize)
  }

  private static let acceptedCalls: [Call] = [.awaitOpen, .awaitEnd, .close, .awaitClosed, .release]

  private static let closingServer = Program([
    .listen, .awaitOpen, .close, .awaitEnd, .awaitClosed, .release, .closeListener,
  ])

  private static let openings = [
    Scenario(
      "handshake", "one side connects, the other one listens; then both close", left: client(),
      right: server(), faults: 2),
    Scenario(
      "handshake-cookie", "the same, and the SYN is answered with a cookie", left: client(), right: server(),
      settings: Settings().with { $0.usesCookies = true }, faults: 2, thoroughFaults: 3),
    Scenario(
      "text-cookie", "an octet goes behind the acknowledgment of a cookie, or overtakes it",
      left: client(.write(1)), right: server(), settings: Settings().with { $0.usesCookies = true },
      thoroughFaults: 2),
    Scenario(
      "simultaneous-open", "both sides connect, perhaps at once, and close", left: client(),
      right: client(), thoroughFaults: 3),
    Scenario(
      "close-in-syn-sent", "a side closes before its SYN is answered",
      left: Program([.connect, .close, .awaitClosed, .release]), right: server(), faults: 2, thoroughFaults: 3
    ),
    Scenario(
      "connect-again", "both sides connect; one gives up, and connects again from the same port",
      left: Program([
        .connect, .close, .awaitClosed, .release, .connect, .awaitOpen, .close, .awaitEnd, .awaitClosed,
        .release,
      ]),
      right: client(), thoroughFaults: 2),
    Scenario(
      "backlog", "two connections at once, and a listener that accepts late and has room for one",
      left: client(), right: Program([.listen, .accept] + acceptedCalls),
      second: (client(), Program(acceptedCalls)), settings: Settings().with { $0.connections = 2 },
      faults: 0, thoroughFaults: 1),
    Scenario(
      "listener-gone", "the listener ends at any moment of a handshake",
      left: Program([.connect, .awaitOpen, .abort, .release]), right: Program([.listen, .closeListener]),
      faults: 2, thoroughFaults: 3),
    Scenario(
      "listener-again", "the listener ends when it has a connection, and a new one takes its place",
      left: Program([
        .connect, .awaitOpen, .awaitEnd, .close, .awaitClosed, .release, .connect, .awaitOpen, .close,
        .awaitEnd, .awaitClosed, .release,
      ]),
      right: Program([
        .listen, .awaitOpen, .closeListener, .listen, .close, .awaitEnd, .awaitClosed, .release, .awaitOpen,
        .awaitEnd, .close, .awaitClosed, .release, .closeListener,
      ]),
      settings: Settings().with { $0.connections = 2 }, thoroughFaults: 2),
  ]

  private static let closes = [
    Scenario(
      "close-by-listener", "the side that listened closes first",
      left: Program([.connect, .awaitOpen, .awaitEnd, .close, .awaitClosed, .release]), right: closingServer,
      faults: 2),
    Scenario(
      "close-both", "both sides close when they like, perhaps at once", left: client(), right: closingServer,
      faults: 2, thoroughFaults: 3),
    Scenario(
      "half-close", "text goes on behind the other side's FIN", left: client(),
      right: Program([
        .listen, .awaitOpen, .awaitEnd, .write(3), .close, .awaitClosed, .release, .closeListener,
      ]), faults: 2, thoroughFaults: 3),
    Scenario(
      "early-release", "a side gives its handle back right after closing",
      left: Program([.connect, .awaitOpen, .write(2), .close, .release]), right: server(), thoroughFaults: 2),
  ]

  private static let transfers = [
    Scenario("one-octet", "an octet one way", left: client(.write(1)), right: server(), thoroughFaults: 2),
    Scenario(
      "nine-octets", "nine octets one way, through rings of eight and four",
      left: client(.write(9)), right: server(), settings: Settings().rings(8, 4), thoroughFaults: 2),
    Scenario(
      "five-writes", "five octets in five writes, with Nagle's rule and delayed acknowledgments",
      left: client(.write(1), .write(1), .write(1), .write(1), .write(1)), right: server(),
      settings: Settings().rings(8, 4).with {
        $0.isNagleEnabled = true
        $0.acknowledgmentDelay = 40
      }, thoroughFaults: 2),
    Scenario(
      "shut-window", "four octets through a ring of one, which is read octet by octet",
      left: client(.write(4)), right: server(readSize: 1), settings: Settings().rings(4, 1),
      faults: 2, thoroughFaults: 2),
    Scenario(
      "early-text", "six octets in three writes, with SACK", left: client(.write(2), .write(2), .write(2)),
      right: server(), settings: Settings().rings(8, 8).with { $0.offersSACK = true }, thoroughFaults: 2),
    Scenario(
      "both-ways", "two octets each way", left: client(.write(2)), right: server(.write(2)),
      faults: 0, thoroughFaults: 1),
    Scenario(
      "both-shut", "three octets each way through rings of one: both windows are shut",
      left: client(.write(3)), right: server(.write(3)), settings: Settings().rings(2, 1), faults: 0,
      thoroughFaults: 1),
  ]

  private static let endings = [
    Scenario(
      "abort", "a side aborts while its text is on its way",
      left: Program([.connect, .awaitOpen, .write(2), .abort, .release]), right: server(), thoroughFaults: 2),
    Scenario(
      "abort-both", "both sides abort when they like",
      left: Program([.connect, .awaitOpen, .abort, .release]),
      right: Program([.listen, .awaitOpen, .abort, .release, .closeListener]), faults: 2, thoroughFaults: 3),
    Scenario(
      "pair-again", "the same pair of ports is connected a second time",
      left: Program([
        .connect, .awaitOpen, .awaitEnd, .close, .awaitClosed, .release, .connect, .awaitOpen,
        .close, .awaitEnd, .awaitClosed, .release,
      ]),
      right: Program([
        .listen, .awaitOpen, .close, .awaitEnd, .awaitClosed, .release, .awaitOpen, .awaitEnd,
        .close, .awaitClosed, .release, .closeListener,
      ]),
      settings: Settings().with { $0.connections = 2 }, thoroughFaults: 2),
    Scenario(
      "keep-alive", "a side finds out by keep-alive that the other one is gone",
      left: Program([.connect, .awaitOpen, .awaitClosed, .release]),
      right: Program([.listen, .awaitOpen, .abort, .release, .closeListener]),
      settings: Settings().with { $0.isKeepAliveEnabled = true }, faults: 2, thoroughFaults: 3),
    Scenario(
      "reboot", "a side forgets everything, and connects again from the same port",
      left: Program([
        .connect, .awaitOpen, .reboot, .connect, .awaitOpen, .close, .awaitEnd, .awaitClosed, .release,
      ]),
      right: Program([
        .listen, .awaitOpen, .awaitEnd, .close, .awaitClosed, .release, .awaitOpen, .awaitEnd, .close,
        .awaitClosed, .release,
      ]), thoroughFaults: 2),
    Scenario(
      "reboot-listener", "the side that listened forgets everything, and the next segment finds nobody",
      left: Program([.connect, .awaitOpen, .write(1), .close, .awaitClosed, .release]),
      right: Program([.listen, .awaitOpen, .reboot, .listen, .closeListener]), thoroughFaults: 2),
  ]

  private static let attacks = [
    Scenario(
      "third-party", "a third party forges segments into a transfer; nothing comes of it",
      left: client(.write(2)), right: server(),
      settings: Settings().with { $0.hasThirdParty = true }, thoroughFaults: 2),
    Scenario(
      "flipped-bits", "bits flip so that the sum stays right; the data may be wrong, and the end still comes",
      left: client(.write(2)), right: server(), settings: Settings().with { $0.flipsBits = true },
      thoroughFaults: 2),
  ]
}
