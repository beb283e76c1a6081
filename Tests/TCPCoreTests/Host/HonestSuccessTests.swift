import Foundation
import TCPCore
import TCPTestSupport
import Testing

/// How many honest clients get through while others fill the table of half-open entries (CVE-21, RFC4987-1,
/// RFC4987-3, RFC4987-5).
///
/// 247 clients in a minute, round trips of 20, 50 or 200 ms; success is to be accepted, and to have 10 octets
/// of text read, within 15 s. In front with cookies, which is the default; then without, where an entry is
/// left alone for a while (`Listener.minimumHalfOpenAge`); last where a full table gives up its oldest entry
/// at once, as it once did:
///
///     SYNs in a second             10            50           100         1,000        10,000
///     backlog 8, 16 entries   247 247 247   247 180 169   247 162 157   247  38   0   247   2   0
///     1,024 of each           247 247 247   247 247 247   247 247 247   247 247 247   247 164 164
///
/// With cookies all get through with their first SYN. TCPCORE_FLOOD_TABLE=1 prints the first two columns.
@Suite("Honest clients in floods of SYNs") struct HonestSuccessTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    var perSecond: Int
    var size: Int
    var before = 10
    var seconds = 60
    var least: Int
    var testDescription: String { "\(perSecond) SYNs in a second, backlog \(size)" }
  }

  static let cells = [
    Cell(perSecond: 10, size: 8, least: 247),
    Cell(perSecond: 50, size: 8, least: 180),
    Cell(perSecond: 100, size: 8, least: 162),
    Cell(perSecond: 1_000, size: 8, before: 1, seconds: 10, least: 4),
    Cell(perSecond: 100, size: 1_024, least: 247),
    Cell(perSecond: 1_000, size: 1_024, before: 2, seconds: 5, least: 20),
    Cell(perSecond: 10_000, size: 1_024, before: 1, seconds: 2, least: 3),
  ]

  @Test("Without cookies at least as many get through as ever did", arguments: cells)
  func table(cell: Cell) throws {
    var plan = FloodPlan.steady(
      perSecond: cell.perSecond, size: cell.size, before: cell.before, seconds: cell.seconds)
    plan.synCookies = .never
    let report = try plan.run()
    #expect(report.succeeded >= cell.least, "\(report)")
  }

  /// The tables of a host are those it has by default. Text of an odd number of octets comes without an ACK,
  /// and its second half first.
  @Test(
    "With cookies all get through with their first SYN and their text, and nobody else is harmed",
    arguments: [1_000, 10_000], [10, 11])
  func cookies(perSecond: Int, textCount: Int) throws {
    for policy in [SYNCookiePolicy.automatic, .always] {
      for roundTrip in [20, 50, 200] {
        var plan = FloodPlan.steady(
          perSecond: perSecond, size: 8, before: 1, seconds: perSecond == 1_000 ? 10 : 2)
        plan.synCookies = policy
        plan.roundTrips = [.milliseconds(roundTrip)]
        plan.textCount = textCount
        plan.residents = 3
        let report = try plan.run()
        #expect(report.clients > 5 && report.succeededAtFirst == report.clients, "\(report)")
        #expect(report.reset == 0 && report.exchanges > 60 && report.failedExchanges == 0, "\(report)")
      }
    }
  }

  /// A backlog's worth of clients at a time, and one SYN more while they are under way: nobody's entry is
  /// given up for it, though a client's ACK may take as long as the SYN-ACK's time-out.
  @Test(
    "A burst no larger than the backlog, answered within one time-out of the SYN-ACK, loses nobody",
    arguments: [SYNCookiePolicy.automatic, .never])
  func burst(policy: SYNCookiePolicy) throws {
    var clients = FloodPlan.Arrivals(every: .seconds(2), until: .seconds(20))
    clients.isRegular = true
    clients.atOnce = 8
    var plan = FloodPlan(clients: clients)
    plan.roundTrips = [.milliseconds(900)]
    plan.synCookies = policy
    var stranger = FloodPlan.Arrivals(every: .seconds(2), until: .seconds(20))
    stranger.isRegular = true
    stranger.from = .milliseconds(700)  // the SYNs have come at 450 ms, the ACKs come at 1,350 ms
    plan.strangers = [stranger]
    let report = try plan.run()
    #expect(report == FloodPlan.Report(clients: 80, succeeded: 80, succeededAtFirst: 80, reset: 0))
  }

  @Test(
    "Twice as many clients at once as the backlog holds: all get through, without a reset",
    arguments: [SYNCookiePolicy.automatic, .never])
  func manyConnections(policy: SYNCookiePolicy) throws {
    var clients = FloodPlan.Arrivals(every: .seconds(60), until: .seconds(1))
    clients.isRegular = true
    clients.atOnce = 8
    for roundTrip in [20, 50, 200, 900] {
      var plan = FloodPlan(clients: clients)
      plan.listeners[0].backlog = 4
      plan.synCookies = policy
      plan.roundTrips = [.milliseconds(roundTrip)]
      let report = try plan.run()
      let atFirst = policy == .never ? 4 : 8
      let wanted = FloodPlan.Report(clients: 8, succeeded: 8, succeededAtFirst: atFirst, reset: 0)
      #expect(report == wanted, "\(roundTrip) ms")
    }
  }

  /// As many SYNs as it has entries, each time the last ones are given up: so little fills the table for
  /// good.
  @Test(
    "Handshakes with one listener do not shut another", arguments: [false, true],
    [SYNCookiePolicy.automatic, .never])
  func neighbour(closesListener: Bool, policy: SYNCookiePolicy) throws {
    var clients = FloodPlan.Arrivals(every: .milliseconds(500), until: .seconds(63))
    clients.isRegular = true
    clients.from = .milliseconds(100)
    var plan = FloodPlan(clients: clients)
    plan.listeners = [.init(port: 80, backlog: 8), .init(port: 81, backlog: 16)]
    var others = FloodPlan.Arrivals(every: .seconds(63), until: .seconds(100))
    others.isRegular = true
    others.port = 81
    others.atOnce = 16
    others.closesListener = closesListener
    var own = others
    own.port = 80
    own.atOnce = 8
    own.closesListener = false
    for strangers in [[others], [others, own], [own, others]] {
      plan.strangers = strangers
      plan.synCookies = policy
      let report = try plan.run()
      #expect(report.clients == 126 && report.succeeded == 126, "\(report)")
    }
  }

  @Test(
    "The whole table",
    .enabled(if: ProcessInfo.processInfo.environment["TCPCORE_FLOOD_TABLE"] != nil))
  func wholeTable() throws {
    for size in [8, 1_024] {
      for perSecond in [10, 50, 100, 1_000, 10_000] {
        for policy in [SYNCookiePolicy.automatic, .never] {
          var plan = FloodPlan.steady(perSecond: perSecond, size: size)
          plan.synCookies = policy
          plan.textCount = 10
          print("backlog \(size), \(perSecond) SYNs in a second, cookies \(policy): \(try plan.run())")
        }
      }
    }
  }
}
