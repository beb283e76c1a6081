import TCPCore

/// What a transfer came to.
public struct TransferReport: Sendable, Equatable {
  /// Octets of text that the left side has read.
  public var readLeft = 0
  /// Octets of text that the right side has read.
  public var readRight = 0
  /// Whether every octet arrived, in order and unchanged, and nothing more.
  public var isIntact = false
  /// Whether both ends were closed in an orderly way.
  public var isClosed = false
  /// Virtual time from the first SYN until both sides had read everything and both ends were closed.
  public var duration = Interval.seconds(0)
  /// What went wrong, in words.
  public var failure: String?

  /// Nothing yet.
  public init() {}
}

/// One connection that carries given octets each way, compares every one of them, and closes.
///
/// The left side connects, the right side listens. Both close when they have written everything.
@safe
public final class LoopbackTransfer {
  /// What one side does.
  private struct End {
    var handle: Handle?
    var content: TransferContent
    var written = 0
    var read = 0
    var canWrite = false
    var canRead = false
    var isClosed = false
    var hasEnded = false
    var isPaused = false
  }

  /// The two hosts and the link.
  public let driver: LoopbackDriver
  /// The most that is written or read in one call.
  public var chunk = 65_536
  /// Our port on the left side; 0 lets the host choose.
  public var localPort: UInt16 = 0
  /// Called after each step; a text that it returns ends the transfer as failed.
  public var inspector: ((LoopbackTransfer) -> String?)?
  private var leftEnd: End
  private var rightEnd: End
  private var listener: Handle?
  private var actions: [(at: Instant, body: (LoopbackTransfer) -> Void)] = []
  private let scratch: UnsafeMutableRawBufferPointer
  private var failure: String?
  private let options: ConnectionOptions
  private let port: UInt16

  /// A transfer of `rightward` octets from left to right and `leftward` ones back.
  public init(
    _ driver: LoopbackDriver, rightward: TransferContent, leftward: TransferContent,
    options: ConnectionOptions = ConnectionOptions(), port: UInt16 = 7
  ) {
    self.driver = driver
    self.options = options
    self.port = port
    leftEnd = End(content: rightward)
    rightEnd = End(content: leftward)
    unsafe scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)
  }

  deinit { unsafe scratch.deallocate() }

  /// The handle of a side's connection, once it has one.
  public func handle(_ side: Side) -> Handle? { side == .left ? leftEnd.handle : rightEnd.handle }

  /// Octets a side has read so far.
  public func readCount(_ side: Side) -> Int { side == .left ? leftEnd.read : rightEnd.read }

  /// Octets that are to be carried in all.
  public var totalCount: Int { leftEnd.content.count + rightEnd.content.count }

  /// Does something at a moment of virtual time: an outage, a pause, an error.
  public func schedule(at moment: Instant, _ body: @escaping (LoopbackTransfer) -> Void) {
    actions.append((moment, body))
    actions.sort { $0.at > $1.at }
  }

  /// Stops a side from reading, or lets it go on.
  public func pauseReading(_ side: Side, _ isPaused: Bool) {
    withEnd(side) { end in
      end.isPaused = isPaused
      end.canRead = true
    }
  }

  private func withEnd<Result>(_ side: Side, _ body: (inout End) -> Result) -> Result {
    side == .left ? body(&leftEnd) : body(&rightEnd)
  }

  /// Opens both ends. Called by `run` if it was not called before.
  public func open() throws(CallError) {
    guard listener == nil else { return }
    listener = try driver.right.listen(
      Endpoint(driver.address(.right), port), backlog: 1, options: options)
    leftEnd.handle = try driver.left.connect(
      to: Endpoint(driver.address(.right), port),
      from: localPort == 0 ? nil : Endpoint(driver.address(.left), localPort), options: options,
      at: driver.now)
  }

  /// Runs until both ends are done, something fails, or `limit` of virtual time has passed.
  ///
  /// - Parameter progress: called now and then with the octets read so far.
  public func run(limit: Interval = .seconds(86_400), progress: ((Int) -> Void)? = nil) -> TransferReport {
    let start = driver.now
    let end = start + limit
    do throws(CallError) {
      try open()
    } catch {
      failure = "cannot open: \(error)"
    }
    var steps = 0
    while failure == nil && !isDone {
      act()
      work()
      if isDone || failure != nil { break }
      let stop = actions.last.map { $0.at < end ? $0.at : end } ?? end
      if !driver.step(until: stop) {
        if driver.now >= end {
          failure = "not finished in time"
        } else if actions.isEmpty {
          failure = "stalled"
        }
      }
      if let inspector, let complaint = inspector(self) { failure = complaint }
      steps += 1
      if let progress, steps % 4_096 == 0 { progress(leftEnd.read + rightEnd.read) }
    }
    return report(since: start)
  }

  /// Does what was scheduled for now or before.
  private func act() {
    while let action = actions.last, action.at <= driver.now {
      actions.removeLast()
      action.body(self)
    }
  }

  /// Both sides do what their events allow.
  public func work() {
    take(.left)
    take(.right)
    serve(.left)
    serve(.right)
  }

  private var isDone: Bool { leftEnd.hasEnded && rightEnd.hasEnded }

  /// Fetches the events of a host.
  private func take(_ side: Side) {
    while let event = side == .left ? driver.left.nextEvent() : driver.right.nextEvent() {
      if event.kinds.contains(.accepted) {
        rightEnd.handle = event.handle
        rightEnd.canWrite = true
        rightEnd.canRead = true
      }
      withEnd(side) { end in
        guard end.handle == event.handle else { return }
        if event.kinds.contains(.readable) { end.canRead = true }
        if event.kinds.contains(.writable) { end.canWrite = true }
        if event.kinds.contains(.ended) { end.canRead = true }
      }
    }
  }

  private func serve(_ side: Side) {
    guard let handle = handle(side) else { return }
    if withEnd(side, { $0.canWrite && !$0.isClosed }) { write(side, handle) }
    if withEnd(side, { $0.canRead && !$0.isPaused && !$0.hasEnded }) { read(side, handle) }
  }

  private func write(_ side: Side, _ handle: Handle) {
    let content = withEnd(side) { $0.content }
    var written = withEnd(side) { $0.written }
    do throws(CallError) {
      while written < content.count {
        written += try writePiece(side, handle, content, at: written)
      }
      try close(side, handle)
      withEnd(side) { $0.isClosed = true }
    } catch {
      switch error {
      case .wouldBlock: break
      default: fail(side, error)
      }
    }
    withEnd(side) { end in
      end.written = written
      end.canWrite = false
    }
  }

  private func writePiece(
    _ side: Side, _ handle: Handle, _ content: TransferContent, at offset: Int
  ) throws(CallError) -> Int {
    let result: Result<Int, CallError> = unsafe content.withOctets(at: offset, limit: chunk) { bytes in
      do throws(CallError) {
        return .success(
          side == .left
            ? unsafe try driver.left.write(handle, bytes.bytes, at: driver.now)
            : unsafe try driver.right.write(handle, bytes.bytes, at: driver.now))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func close(_ side: Side, _ handle: Handle) throws(CallError) {
    if side == .left {
      try driver.left.close(handle, at: driver.now)
    } else {
      try driver.right.close(handle, at: driver.now)
    }
  }

  private func read(_ side: Side, _ handle: Handle) {
    let expected = withEnd(side.other) { $0.content }
    var read = withEnd(side) { $0.read }
    var hasEnded = false
    do throws(CallError) {
      while true {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[0..<min(chunk, 65_536)])
        let count =
          side == .left
          ? unsafe try driver.left.read(handle, into: room, at: driver.now)
          : unsafe try driver.right.read(handle, into: room, at: driver.now)
        let got = unsafe UnsafeRawBufferPointer(rebasing: room[0..<count])
        guard unsafe expected.matches(got, at: read) else {
          failure = "the \(side) side read something that was not sent, near octet \(read)"
          return
        }
        read += count
      }
    } catch {
      switch error {
      case .wouldBlock: break
      case .endOfStream: hasEnded = true
      default: fail(side, error)
      }
    }
    withEnd(side) { end in
      end.read = read
      end.canRead = false
      end.hasEnded = hasEnded
    }
  }

  private func fail(_ side: Side, _ error: CallError) {
    failure = "the \(side) side's connection failed: \(error)"
  }

  /// Both sides have seen the end of the stream; now the last acknowledgments travel.
  private func report(since start: Instant) -> TransferReport {
    var report = TransferReport()
    if failure == nil {
      while !areBothClosed {
        act()
        guard driver.step(until: actions.last?.at ?? start + .seconds(100_000_000)) || !actions.isEmpty else {
          break
        }
      }
    }
    report.duration = driver.now - start
    report.readLeft = leftEnd.read
    report.readRight = rightEnd.read
    report.isClosed = areBothClosed
    report.isIntact =
      failure == nil && leftEnd.read == rightEnd.content.count && rightEnd.read == leftEnd.content.count
    if failure == nil && !report.isClosed { failure = "the ends did not close" }
    report.failure = failure
    return report
  }

  /// Whether both ends rest in TIME-WAIT or have finished.
  private var areBothClosed: Bool { isClosed(.left) && isClosed(.right) }

  private func isClosed(_ side: Side) -> Bool {
    guard let handle = handle(side) else { return false }
    let status = side == .left ? try? driver.left.status(handle) : try? driver.right.status(handle)
    guard let status else { return false }
    return status.state == .timeWait || status.state == .closed && status.endReason == .finished
  }
}
