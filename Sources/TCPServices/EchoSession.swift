import TCPCore

/// The echo service (RFC 862): what comes goes back, until the peer closes.
public struct EchoSession: Session {
  /// A new session.
  public init() {}

  /// Sends back as much as there is room for.
  public mutating func progress(
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    let buffer = unsafe scratch.buffer
    while true {  // ends when nothing more is there, or nothing more fits
      do throws(CallError) {
        var peeked = 0
        _ = unsafe try host.withReadable(handle, at: now) { first, second in
          let count = min(first.count, buffer.count)
          unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: first[..<count]))
          let more = min(second.count, buffer.count - count)
          unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: second[..<more]))
          peeked = count + more
          return 0
        }
        // Only what was taken is taken out, so that a full ring holds the peer back.
        let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<peeked])
        let written = unsafe try host.write(handle, text.bytes, at: now)
        _ = unsafe try host.withReadable(handle, at: now) { _, _ in written }
      } catch {
        return error == .wouldBlock
      }
    }
  }

  /// There is nothing to forget.
  public mutating func reset() {}
}
