import FuzzProperties

/// The language of a host's input script, so that seeds can be read. See `HostStep` for what the octets mean.
enum HostScript {
  typealias Kind = HostStep.Kind

  /// The segments of `HostTable.flags`.
  enum Segment: UInt8 {
    case synchronize, acknowledge, push, finish, reset, synchronizeAnswer, resetAnswer, nothing
  }

  /// When the host answers with cookies, as the last octet of a script says it (see `HostChoice`).
  enum Cookies: UInt8 {
    case automatic, always
    case never = 3
  }

  /// The front octet: which rings (see `HostTable.rings`), peers' numbers near the wrap, and no listener at
  /// the start. The octets at the end: without a choice there are no cookies.
  static func script(
    rings: UInt8 = 0, isNearWrap: Bool = false, hasListener: Bool = true, cookies: Cookies? = nil,
    exchangesTimes: Bool = false,
    _ steps: [UInt8]...
  )
    -> [UInt8]
  {
    [rings | (isNearWrap ? 4 : 0) | (hasListener ? 0 : 8)] + steps.flatMap { $0 }
      + (cookies.map { [0xC0, $0.rawValue | (exchangesTimes ? 4 : 0)] } ?? [])
  }

  /// A step: what, and the octets that say how. A flag of `held` or `unheard` may be added to the first.
  static func step(_ kind: Kind, _ octets: UInt8..., flags: UInt8 = 0) -> [UInt8] {
    [kind.rawValue | flags] + octets + fill(0, 7 - octets.count)
  }

  static let held: UInt8 = 0x20
  static let unheard: UInt8 = 0x40
  /// The listener that is there at the start.
  static let first: UInt8 = 1

  /// A segment of a peer's: peers 0 to 7 connect to port 80, 8 to 15 to port 81; every second pair is IPv6.
  /// From 16 on they are those that the host has connected to, in order.
  static func peer(
    _ number: UInt8, _ segment: Segment, sequence: Int8 = 0, acknowledgment: Int8 = 0, text: UInt8 = 0,
    oddity: UInt8 = 0, isDamaged: Bool = false, isElsewhere: Bool = false
  ) -> [UInt8] {
    step(
      .peer, number, segment.rawValue, UInt8(bitPattern: sequence), UInt8(bitPattern: acknowledgment), text,
      (isDamaged ? 1 : 0) | (isElsewhere ? 2 : 0), oddity)
  }

  static func handshake(_ number: UInt8, text: UInt8 = 0) -> [UInt8] { step(.handshake, number, text) }
  static func flood(_ number: UInt8, count: UInt8) -> [UInt8] { step(.flood, number, count - 1) }
  /// A pause by its number in `HostTable.pauses`; 0 is up to the next deadline.
  static func pause(_ code: UInt8 = 0, byDeadlines: Bool = false, budget: UInt8 = 0) -> [UInt8] {
    step(.time, code | (byDeadlines ? 0x10 : 0), budget)
  }
  static func read(_ record: UInt8, _ count: UInt8 = 255) -> [UInt8] { step(.read, record, count) }
  static func write(_ record: UInt8, _ count: UInt8) -> [UInt8] { step(.write, record, count) }
  static func close(_ record: UInt8) -> [UInt8] { step(.end, record, 0) }
  static func abort(_ record: UInt8) -> [UInt8] { step(.end, record, 2) }
  static func release(_ record: UInt8) -> [UInt8] { step(.end, record, 3) }

  /// A listener: the address (0 to 3 ours, 4 any, 7 not ours; 8 more for port 81), family, backlog and ring
  /// class. On an ephemeral port where `port` is not 0. The smallest RTO comes from
  /// `HostTable.leastTimeouts`, 4 more for no timestamps, 8 more for one that insists on them. `traits` are
  /// those of `ListenerTraits`, 16 more for a port although it serves all, 32 more for one without ECN, 64
  /// for one whose datagrams may be fragmented.
  static func listen(
    _ address: UInt8 = 4, family: UInt8 = 0, backlog: UInt8 = 2, ringClass: UInt8 = 0, port: UInt8 = 0,
    leastTimeout: UInt8 = 0, traits: UInt8 = 0
  ) -> [UInt8] {
    step(.listen, address, family, backlog, ringClass, port, leastTimeout, traits)
  }
  static let anyPort: UInt8 = 1
  static let foreign: UInt8 = 2
  static let holds: UInt8 = 4

  /// The program decides on a SYN that waits, by its place among all handshakes: 1 answers, 2 refuses, 3
  /// refuses in silence.
  static func decide(_ place: UInt8, _ verdict: UInt8) -> [UInt8] { step(.accept, 0, verdict, place) }
  /// A peer of one of ours calls an address of others.
  static func elsewhere(_ number: UInt8, _ segment: Segment, text: UInt8 = 0) -> [UInt8] {
    peer(number, segment, text: text, oddity: number & 1 == 0 ? 0x31 : 0x21)
  }

  /// Copies of the memory are damaged: in each the octet at one place, from `start` on.
  static func damage(
    from start: Int, count: Int, by mask: UInt8, isUsed: Bool = false, use: UInt8 = 0
  ) -> [UInt8] {
    step(
      .damage, mask, UInt8(start >> 8), UInt8(start & 255), UInt8(count - 1), isUsed ? 1 | use << 1 : 0,
      flags: held | unheard)
  }
  /// Something is asked for that cannot be had, by its number in `HostRun.ask`.
  static func ask(_ number: UInt8, _ which: UInt8 = 0) -> [UInt8] { step(.ask, number, which) }
  /// All times of a connection become one of `HostTable.spans`.
  static func options(_ record: UInt8, _ span: UInt8, sentSegmentSize: UInt8 = 0) -> [UInt8] {
    step(.options, record, span, span | 1, 70, 3, sentSegmentSize)
  }
  /// A datagram of a peer's with one of the defects of its family.
  static func malformed(_ number: UInt8, _ defect: UInt8, interface: UInt8 = 0) -> [UInt8] {
    step(.malformed, number, defect, interface)
  }
  /// An ICMP error by its kind, about the octet before SND.NXT, and what is odd about it.
  static func error(
    _ number: UInt8, _ kind: UInt8, distance: Int8 = 0, mtu: UInt8 = 0, quoted: UInt8 = 0, defect: UInt8 = 0,
    isElsewhere: Bool = false
  ) -> [UInt8] {
    step(
      .error, number, kind, UInt8(bitPattern: distance), mtu, quoted, defect, isElsewhere ? 1 : 0)
  }
  /// An outage of an interface is over.
  static func linkUp(_ number: UInt8) -> [UInt8] { step(.interface, 0x80 | (number + 1)) }
  /// Interface 0 or 1 gets an MTU of `ScriptTable.pathSizes`, and a device that does something about
  /// checksums.
  static func interface(_ number: UInt8, mtu: UInt8, verifies: Bool = false, fills: Bool = false) -> [UInt8] {
    step(.interface, number + 1, mtu, (verifies ? 1 : 0) | (fills ? 2 : 0))
  }
}
