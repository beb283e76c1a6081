/// A script as it was read: settings, and what happens when.
struct Script: Sendable {
  /// `--name=value` at its start.
  var options: [ScriptOption] = []
  /// In the order in which they are written.
  var events: [ScriptEvent] = []
  /// What was read and is not carried out.
  var notes: [ScriptNote] = []
}

/// A setting at the start of a script.
struct ScriptOption: Equatable, Sendable {
  var name: String
  var value: String?
  var position: SourcePosition
}

/// Something that a script says and that does not matter here, such as the shell line of its set-up.
public struct ScriptNote: Equatable, Sendable {
  /// Where it is.
  public var position: SourcePosition
  /// What it is.
  public var text: String
}

/// One event of a script.
struct ScriptEvent: Sendable {
  var position: SourcePosition
  var time: EventTime
  /// Until when a call may block, counted as `time` is.
  var end: UInt64?
  var action: ScriptAction
}

/// When an event takes place, in microseconds.
enum EventTime: Equatable, Sendable {
  /// Since the start of the script.
  case absolute(UInt64)
  /// Since the event before.
  case relative(UInt64)
  /// Somewhere in a range since the start.
  case absoluteRange(UInt64, UInt64)
  /// Somewhere in a range since the event before.
  case relativeRange(UInt64, UInt64)
  /// Whenever it is.
  case any
}

/// What takes place.
enum ScriptAction: Sendable {
  /// A segment of the peer.
  case arrival(SegmentPattern)
  /// A segment of the host, which has to leave.
  case departure(SegmentPattern)
  /// An ICMP error arrives.
  case error(ErrorPattern)
  /// The program calls.
  case call(CallPattern)
  /// What must hold now.
  case assertion([Comparison])
}

/// An ICMP error, and the segment of the host that it quotes.
struct ErrorPattern: Equatable, Sendable {
  /// Types and codes of ICMP, and of ICMPv6.
  var ipv4: (type: UInt8, code: UInt8)?
  var ipv6: (type: UInt8, code: UInt8)?
  var mtu = 0
  var sequence: UInt32 = 0
  var length = 0

  static func == (left: ErrorPattern, right: ErrorPattern) -> Bool {
    left.ipv4?.type == right.ipv4?.type && left.ipv4?.code == right.ipv4?.code
      && left.ipv6?.type == right.ipv6?.type && left.ipv6?.code == right.ipv6?.code && left.mtu == right.mtu
      && left.sequence == right.sequence && left.length == right.length
  }
}

/// One comparison of an assertion, such as `tcpi_snd_cwnd == 10`.
struct Comparison: Equatable, Sendable {
  enum Relation: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case more = ">"
    case moreOrEqual = ">="
  }

  var position: SourcePosition
  var field: String
  var relation: Relation
  var value: Int
}
