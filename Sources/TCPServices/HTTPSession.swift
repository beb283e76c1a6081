import TCPCore

/// One connection of a small HTTP/1.1 server, with keep-alive and pipelining.
///
/// `GET /` is a page, `GET /octets/N` so many octets of `PatternText.octets`, `HEAD` the same without body.
/// `POST` and `PUT` take a body of any length and answer with its length. Memory is bounded by the parser's
/// limits.
public struct HTTPSession: Session {
  private enum Phase {
    /// A head is being read.
    case head
    /// So many octets of body are still to be thrown away.
    case body(UInt64)
    /// The response is being written.
    case response
    /// The response was the last one: so many octets more are thrown away, so that no reset overtakes it.
    case rest(Int)
  }

  private var phase = Phase.head
  private var parser = HTTPRequestParser()
  private var response = HTTPResponse()
  /// How much of the response's head and text, and of its generated octets, is written.
  private var written = 0
  private var generated: UInt64 = 0
  /// Whether the response is interim, and the body is still to come.
  private var isInterim = false

  /// How long a client may take to close after the last response.
  private static var lingering: Interval { .seconds(30) }
  /// How many octets a client may send after the last response.
  private static var lingeringCount: Int { 1 << 20 }

  /// A new session.
  public init() {}

  /// Starts again.
  public mutating func reset() {
    phase = .head
    parser.reset()
    isInterim = false
  }

  /// Reads requests and answers them, as far as text and room allow.
  public mutating func progress(
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    do throws(CallError) {
      while true {  // ends when nothing more is there, or nothing more fits
        switch phase {
        case .head: try readHead(handle, &host, at: now)
        case .body(let count): try skip(count, handle, &host, at: now)
        case .response: try write(handle, &host, at: now)
        case .rest(let count): guard try discard(count, handle, &host, at: now) else { return false }
        }
      }
    } catch {
      return error == .wouldBlock
    }
  }

  private mutating func readHead(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
    _ = unsafe try host.withReadable(handle, at: now) { first, second in
      let taken = unsafe parser.feed(first)
      return unsafe taken == first.count ? taken + parser.feed(second) : taken
    }
    switch parser.progress {
    case .incomplete:
      break
    case .failed(let status):
      response.make(error: status, for: parser.request)
      begin()
    case .complete:
      let request = parser.request
      if request.isChunked {
        response.make(error: 501, for: request)
        begin()
      } else if let count = request.bodyCount, count > 0 {
        phase = .body(count)
        guard request.expectsContinue else { break }
        isInterim = true
        response.makeContinue()
        begin()
      } else {
        response.make(for: request)
        begin()
      }
    }
  }

  private mutating func begin() {
    written = 0
    generated = 0
    phase = .response
  }

  private mutating func skip(
    _ count: UInt64, _ handle: Handle, _ host: inout TCPHost, at now: Instant
  ) throws(CallError) {
    let skipped = unsafe try host.withReadable(handle, at: now) { first, second in
      Int(min(UInt64(first.count + second.count), count))
    }
    phase = .body(count - UInt64(skipped))
    guard count == UInt64(skipped) else { return }
    response.make(for: parser.request)
    begin()
  }

  private func writeHead(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) -> Int {
    // The array's octets, lent for the call.
    let bytes = unsafe response.octets.span.bytes
    return try host.write(handle, bytes.extracting(written..<bytes.byteCount), at: now)
  }

  private mutating func write(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
    if written < response.octets.count {
      written += try writeHead(handle, &host, at: now)
      if written < response.octets.count { throw .wouldBlock }
    }
    if generated < response.generatedCount {
      let start = generated
      let rest = response.generatedCount - generated
      let count = unsafe try host.withWritable(handle, at: now) { first, second -> Int in
        let firstCount = Int(min(rest, UInt64(first.count)))
        let secondCount = Int(min(rest - UInt64(firstCount), UInt64(second.count)))
        unsafe PatternText.octets.fill(
          UnsafeMutableRawBufferPointer(rebasing: first[..<firstCount]), at: start)
        unsafe PatternText.octets.fill(
          UnsafeMutableRawBufferPointer(rebasing: second[..<secondCount]), at: start + UInt64(firstCount))
        return firstCount + secondCount
      }
      generated += UInt64(count)
      if generated < response.generatedCount { throw .wouldBlock }
    }
    if isInterim {
      isInterim = false
      phase = .body(parser.request.bodyCount ?? 0)
    } else if response.isLast {
      try finish(handle, &host, at: now)
    } else {
      parser.reset()
      phase = .head
    }
  }

  /// Closes, and waits a while for the client to do so too: releasing the handle now would answer what is
  /// still under way with a reset, and that may cost the client our response.
  private mutating func finish(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
    phase = .rest(HTTPSession.lingeringCount)
    var options = try host.options(handle)
    options.userTimeout = HTTPSession.lingering
    try host.setOptions(handle, options, at: now)
    try host.close(handle, at: now)
  }

  private mutating func discard(
    _ count: Int, _ handle: Handle, _ host: inout TCPHost, at now: Instant
  ) throws(CallError) -> Bool {
    let discarded = unsafe try host.withReadable(handle, at: now) { $0.count + $1.count }
    phase = .rest(count - discarded)
    return discarded < count
  }
}
