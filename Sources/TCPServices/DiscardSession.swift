import TCPCore

/// The discard service (RFC 863): what comes is thrown away, until the peer closes.
public struct DiscardSession: Session {
  /// A new session.
  public init() {}

  /// Throws away all there is.
  public mutating func progress(
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    while true {  // ends when nothing more is there
      do throws(CallError) {
        _ = unsafe try host.withReadable(handle, at: now) { $0.count + $1.count }
      } catch {
        return error == .wouldBlock
      }
    }
  }

  /// There is nothing to forget.
  public mutating func reset() {}
}
