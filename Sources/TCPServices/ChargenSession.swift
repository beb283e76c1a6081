import TCPCore

/// The character generator (RFC 864): endless text, whatever comes, until the peer closes.
public struct ChargenSession: Session {
  private var position: UInt64 = 0

  /// A new session.
  public init() {}

  /// Fills the ring, and throws away what comes.
  public mutating func progress(
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    var discard = DiscardSession()
    guard discard.progress(handle, &host, scratch, at: now) else { return false }
    let start = position
    do throws(CallError) {
      let written = unsafe try host.withWritable(handle, at: now) { first, second in
        unsafe PatternText.characters.fill(first, at: start)
        unsafe PatternText.characters.fill(second, at: start + UInt64(first.count))
        return first.count + second.count
      }
      position += UInt64(written)
      return true
    } catch {
      return error == .wouldBlock
    }
  }

  /// Starts the text again.
  public mutating func reset() { position = 0 }
}
