// The language of a connection's input script, so that seeds can be read. See `Step` for what the octets
// mean.

/// An input script: the octet that chooses the setup, and steps.
func connectionScript(_ shared: Setup = Setup(), _ steps: [[UInt8]]) -> [UInt8] {
  [shared.octet] + steps.flatMap { $0 }
}

/// Which host an input script is played on.
struct Setup {
  /// Octets of the send and the receive ring.
  enum Rings: UInt8 {
    case medium300 = 0
    case one
    case send16Receive40
    case send64Receive16
    case send2048Receive600
    case large4000
    case send1200Receive1200
    case scaled70000
  }

  var rings = Rings.large4000
  var isNearWrap = false
  var isIPv6 = false
  var offersTimestamps = true
  var offersSACKAndScale = true
  /// Without Nagle and without delayed acknowledgments.
  var isHasty = false

  var octet: UInt8 {
    rings.rawValue | (isNearWrap ? 8 : 0) | (isIPv6 ? 16 : 0) | (offersTimestamps ? 0 : 32)
      | (offersSACKAndScale ? 0 : 64) | (isHasty ? 128 : 0)
  }
}

/// The bits of a segment's flags.
enum Flag {
  static let fin: UInt8 = 1
  static let syn: UInt8 = 2
  static let rst: UInt8 = 4
  static let psh: UInt8 = 8
  static let ack: UInt8 = 16
  static let urg: UInt8 = 32
  static let ece: UInt8 = 64
  static let cwr: UInt8 = 128
}

/// Where a sequence number is before a distance is added.
enum Anchor: UInt8 {
  case next = 0
  case rightEdge
  case initial
  case beforeNext
  case firstEarly
  case lastEarlyEnd
  case finish
  case middle
  case lastInWindow
  case halfCircle
  case nearlyHalfCircle
  case peerInitial
  case zero
  case windowBefore
  case lastAcknowledged
}

/// Where an acknowledgment number lies.
enum Acknowledged: UInt8 {
  case all = 0
  case none
  case initial
  case tooOld
  case beyond
  case half
  case synchronize
  case oneSegment
  case halfCircle
  case quarterCircle
  case zero
  case allButOne
}

/// What a segment says of the peer's clock.
enum Stamp: UInt8 {
  case fresh = 0
  case missing
  case old
  case halfCircle
}

/// Window codes.
enum Window: UInt8 {
  case open = 0
  case shut
  case one
  case ten
  case hundred
  case full536
  case full1460
  case all
}

func segment(
  _ flags: UInt8, at anchor: Anchor = .next, _ distance: Int = 0, acknowledges: Acknowledged = .all,
  _ acknowledgmentDistance: Int = 0, count: UInt8 = 0, window: Window = .open, stamp: Stamp = .fresh,
  extras: UInt8 = 0, isOther: Bool = false
) -> [UInt8] {
  [
    isOther ? 0x40 : 0, flags, anchor.rawValue | acknowledges.rawValue << 4,
    UInt8(bitPattern: Int8(distance)), UInt8(bitPattern: Int8(acknowledgmentDistance)), count,
    window.rawValue, stamp.rawValue | extras,
  ]
}

private func step(_ kind: UInt8, _ a: UInt8 = 0, _ b: UInt8 = 0, _ c: UInt8 = 0, _ d: UInt8 = 0) -> [UInt8] {
  [kind, a, b, c, d, 0, 0, 0]
}

/// Nothing leaves after the step.
func held(_ step: [UInt8]) -> [UInt8] { [step[0] | 0x10] + step.dropFirst() }
/// The segment of a step, or the answer, with a congestion mark on it.
func marked(_ step: [UInt8]) -> [UInt8] { [step[0] | 0x80] + step.dropFirst() }
/// The segment of a step, with a wrong checksum.
func damaged(_ step: [UInt8]) -> [UInt8] { [6] + step.dropFirst() }

/// The peer takes all that was sent.
let answer = step(7)
func answer(window: Window, count: UInt8 = 0, _ flags: UInt8 = 0) -> [UInt8] {
  step(7, flags, window.rawValue, count)
}
/// An ICMP error by its place in the table of kinds, and an MTU by its place.
func icmp(_ kind: UInt8, _ acknowledged: Acknowledged = .all, _ distance: Int = 0, mtu: UInt8 = 0) -> [UInt8]
{
  step(8, kind, acknowledged.rawValue, UInt8(bitPattern: Int8(distance)), mtu)
}
/// A datagram was too big, and the router does not say for what; how long it was, by its place in the table.
func tooBig(quoting index: UInt8) -> [UInt8] { [8, 2, Acknowledged.none.rawValue, 0, 5, index, 0, 0] }
/// A SYN-ACK with an MSS and a window scale by their places in the tables.
func synchronizeAnswer(size: UInt8 = 0, scale: UInt8 = 0, extras: UInt8 = 0) -> [UInt8] {
  [0, Flag.syn | Flag.ack, 0, 0, 0, 0, size << 5 | scale, extras]
}
func write(_ count: UInt8, urgent: Bool = false, inPlace: Bool = false) -> [UInt8] {
  step(9, count, (urgent ? 1 : 0) | (inPlace ? 2 : 0))
}
/// 536, 1460, 3000 or 9000 octets, by their place.
func writeMuch(_ index: UInt8) -> [UInt8] { step(9, 201 + index) }
func read(_ count: UInt8 = 0, inPlace: Bool = false) -> [UInt8] { step(10, count, inPlace ? 1 : 0) }
let listen = step(11, 0)
let connect = step(11, 1)
let close = step(11, 2)
let abort = step(11, 3)
let release = step(11, 4)
let closeListener = step(11, 5)
let turnListener = step(11, 6)
/// STATUS, SEND, RECEIVE, ABORT, OPEN on a listener, by their place.
func askListener(_ index: UInt8) -> [UInt8] { step(11, 7, index) }
let openAgain = step(11, 8)
let askStale = step(11, 9)
/// An outage of interface 0 is over, with 240 to 254, or of one that does not exist.
func noteLinkUp(_ code: UInt8 = 240) -> [UInt8] { step(11, code) }
let passToDeadline = step(12, 0)
/// Pauses by their place: 1, 10, 40, 200, 500 ms, 1, 3, 10, 61, 63, 120, 240, 600 s, 25 days.
enum Pause: UInt8 {
  case millisecond = 1
  case ten
  case forty
  case twoHundred
  case halfSecond
  case second
  case threeSeconds
  case tenSeconds
  case minute
  case halfOpenLife
  case twoMinutes
  case fourMinutes
  case tenMinutes
  case days25
}
/// A pause at once.
func jump(_ pause: Pause) -> [UInt8] { step(12, pause.rawValue) }
/// A pause with everything due on the way done at its time.
func pass(_ pause: Pause) -> [UInt8] { step(12, 0x10 | pause.rawValue) }
func transmit(_ count: UInt8) -> [UInt8] { step(13, count - 1) }
let move = step(14)
/// Options by their place: Nagle, user time-out, R2, FIN-WAIT-2, keep-alive, delay, soft errors, no R2; from
/// 16 on an RTO of 200 ms at least, of 1 ms, of 4,000 s at most, 5 s for SYN, and keep-alive after 30 days;
/// 39 is 2 s at least, 40 switches pacing, and 41 path MTU probing. 42 switches between exchanging user
/// time-outs and none, 43 adopts the peer's, 44 is an R2 of 200 s, 45 a limit of 120 s for what is adopted,
/// and 46 no user time-out.
func options(_ index: UInt8) -> [UInt8] { step(15, index) }

// MARK: Ways into the states

let synchronize = segment(Flag.syn)
let synchronizeAnswer = segment(Flag.syn | Flag.ack)
let acknowledge = segment(Flag.ack)
let finish = segment(Flag.fin | Flag.ack)
let passiveOpen = [listen, synchronize, acknowledge]
let activeOpen = [connect, synchronizeAnswer]

/// Ways into each state, by the name that seeds use.
let states: [(name: String, way: [[UInt8]])] = [
  ("closed", []),
  ("listen", [listen]),
  ("syn-sent", [connect]),
  ("syn-received-passive", [listen, synchronize]),
  ("syn-received-active", [connect, synchronize]),
  ("established", activeOpen),
  ("fin-wait-1", activeOpen + [write(20), close]),
  ("fin-wait-2", activeOpen + [close, answer]),
  ("close-wait", activeOpen + [finish]),
  ("closing", activeOpen + [close, segment(Flag.fin | Flag.ack, acknowledges: .none)]),
  ("last-ack", activeOpen + [finish, close]),
  ("time-wait", activeOpen + [close, answer, finish]),
  ("time-wait-released", activeOpen + [close, answer, finish, release]),
]
