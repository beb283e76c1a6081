/// The events of a connection, coalesced until the user fetches it.
public struct EventSet: Equatable, Sendable, BitwiseCopyable {
  /// One bit for each kind.
  public var rawValue: UInt8

  /// The events with the given bits.
  @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Nothing.
  public static var none: EventSet { EventSet(rawValue: 0) }
  /// There is text to read, or the end of the stream.
  public static var readable: EventSet { EventSet(rawValue: 1) }
  /// There is room to write; also: the connection is established.
  public static var writable: EventSet { EventSet(rawValue: 2) }
  /// A listener has made this connection.
  public static var accepted: EventSet { EventSet(rawValue: 4) }
  /// The connection has ended; `status` tells why.
  public static var ended: EventSet { EventSet(rawValue: 8) }
  /// The peer has marked urgent text, or moved the mark (MUST-32).
  public static var urgent: EventSet { EventSet(rawValue: 16) }
  /// Something is wrong that does not end the connection; `status` tells what (MUST-47).
  public static var softError: EventSet { EventSet(rawValue: 32) }

  /// A SYN waits for the program: `TCPHost.answer` or `TCPHost.refuse`. Its handle is that of no connection
  /// yet.
  public static var requested: EventSet { EventSet(rawValue: 64) }

  /// Whether every event of `other` is among these.
  @inline(__always)
  public func contains(_ other: EventSet) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// The events of both.
  @inline(__always)
  public static func | (left: EventSet, right: EventSet) -> EventSet {
    EventSet(rawValue: left.rawValue | right.rawValue)
  }
}
