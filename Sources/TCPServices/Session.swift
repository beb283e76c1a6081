import TCPCore

/// Memory that sessions share for the length of one call, so that none of them needs its own.
@safe
public final class SessionScratch {
  /// The octets.
  public let buffer: UnsafeMutableRawBufferPointer

  /// Room for `count` octets.
  public init(count: Int = 16_384) { unsafe buffer = .allocate(byteCount: count, alignment: 64) }

  deinit { unsafe buffer.deallocate() }
}

/// What one connection of a server does. It is called when anything has happened and does all it can.
public protocol Session {
  /// Goes on as far as text and room allow.
  ///
  /// - Returns: whether the connection is still needed; if not, the server releases it.
  mutating func progress(
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool

  /// Becomes as new, for the next connection in the same place.
  mutating func reset()
}

/// The only listener of a host and the sessions of its connections, one place for each connection that the
/// host can have.
public struct Server<Kind: Session>: ~Copyable {
  /// How many connections there were.
  public private(set) var accepted = 0
  private var sessions: [Kind]
  private var handles: [Handle?]
  private let scratch = SessionScratch()

  /// A server with place for every connection of a host with `connections` of them.
  public init(_ session: Kind, connections: Int) {
    sessions = [Kind](repeating: session, count: connections)
    handles = [Handle?](repeating: nil, count: connections)
  }

  /// A connection has something to tell.
  public mutating func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {
    // A handle's lower half is its slot, and connections come first.
    let place = Int(event.handle.rawValue & 0xFFFF_FFFF)
    guard sessions.indices.contains(place) else { return }
    if event.kinds.contains(.accepted) {
      accepted += 1
      handles[place] = event.handle
      sessions[place].reset()
    }
    guard handles[place] == event.handle else { return }
    let isNeeded = sessions[place].progress(event.handle, &host, scratch, at: now)
    if isNeeded && !event.kinds.contains(.ended) { return }
    handles[place] = nil
    try? host.release(event.handle, at: now)
  }
}
