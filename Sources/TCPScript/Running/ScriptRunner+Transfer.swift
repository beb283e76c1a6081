import TCPCore
import TCPLoopback

// read, write, shutdown, close.
extension ScriptRunner {
  func read(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let count = try size(call)
    if count < 0 { return .failed("EINVAL") }
    if isNull(call), count > 0 { return .failed("EFAULT") }
    let flags = try flags(call, ["MSG_PEEK", "MSG_DONTWAIT", "MSG_NOSIGNAL"])
    guard let handle = socket.connection else { return .failed("ENOTCONN") }
    let text: [UInt8]
    do throws(CallError) {
      text = try machine.read(handle, atMost: count, isPeeking: flags.contains("MSG_PEEK"))
    } catch {
      return readingFailed(error, socket, isNonBlocking: flags.contains("MSG_DONTWAIT"))
        ?? .blocks(limit: nil) { [self] () throws(RunProblem) in try read(call) }
    }
    guard text == StreamPattern.octets(text.count, from: socket.readCount) else {
      throw .failed(call.position, "the octets that were read are not those that the peer has sent")
    }
    if !flags.contains("MSG_PEEK") { socket.readCount += text.count }
    return .returned(text.count)
  }

  /// What a program sees where nothing was read; `nil` if it waits.
  private func readingFailed(
    _ error: CallError, _ socket: ScriptSocket, isNonBlocking: Bool
  ) -> CallOutcome? {
    switch error {
    case .wouldBlock:
      if socket.isReadShut { return .returned(0) }
      return socket.isNonBlocking || isNonBlocking ? .failed("EAGAIN") : nil
    case .endOfStream, .notConnected: return .returned(0)
    default:
      if socket.hasReportedError { return .returned(0) }
      socket.hasReportedError = true
      return .failed(ErrorNames.name(error))
    }
  }

  func write(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let flags = try flags(call, ["MSG_MORE", "MSG_OOB", "MSG_DONTWAIT", "MSG_NOSIGNAL"])
    let count = try size(call)
    if count < 0 { return .failed("EINVAL") }
    if isNull(call), count > 0 { return .failed("EFAULT") }
    guard socket.connection != nil else { return .failed("EPIPE") }
    return write(socket, count, done: 0, flags)
  }

  /// Writes what is left of a call.
  private func write(_ socket: ScriptSocket, _ count: Int, done: Int, _ flags: Set<String>) -> CallOutcome {
    guard let handle = socket.connection else { return .failed("EBADF") }
    let isNonBlocking = socket.isNonBlocking || flags.contains("MSG_DONTWAIT")
    var done = done
    do throws(CallError) {
      let status = try machine.host.status(handle)
      switch status.state {
      // What is written before the handshake is over would leave with it; a program waits.
      case .synSent, .synReceived: throw .wouldBlock
      default: break
      }
      if socket.readCount + status.unread > 0 { noteAnswer(socket, handle) }
      // The ring takes from the front: in one call, as much as there is room for.
      let room = socket.sendLimit.map { max($0 - status.unacknowledged, 0) } ?? count
      if room == 0, count > done, status.sendSpace > 0 { throw .wouldBlock }
      // One octet more than there is room for, so that the ring says itself that it is full.
      let text = StreamPattern.octets(min(count - done, room, status.sendSpace + 1), from: socket.written)
      let taken = try machine.write(
        handle, text, isUrgent: flags.contains("MSG_OOB"),
        isMoreComing: socket.isCorked || flags.contains("MSG_MORE"))
      socket.written += taken
      done += taken
      if done == count || isNonBlocking { return .returned(done) }
    } catch {
      if error == .wouldBlock {
        if isNonBlocking { return done > 0 ? .returned(done) : .failed("EAGAIN") }
      } else {
        if done > 0 { return .returned(done) }
        if socket.hasReportedError { return .failed("EPIPE") }
        if error != .closing && error != .notConnected { socket.hasReportedError = true }
        return .failed(ErrorNames.name(error))
      }
    }
    return .blocks(limit: nil) { [self, done] () throws(RunProblem) in write(socket, count, done: done, flags)
    }
  }

  /// The program answers: from now on acknowledgments wait for its text.
  private func noteAnswer(_ socket: ScriptSocket, _ handle: Handle) {
    guard let delay = profile.answeringDelay, !socket.hasChosenDelay,
      var options = try? machine.host.options(handle)
    else { return }
    socket.hasChosenDelay = true
    options.acknowledgmentDelay = delay
    try? machine.host.setOptions(handle, options, at: machine.now)
  }

  /// Whether a call has no buffer.
  private func isNull(_ call: CallPattern) -> Bool {
    call.arguments.count > 1 && call.arguments[1].value == .names(["NULL"])
  }

  /// How many octets a call is about.
  private func size(_ call: CallPattern) throws(RunProblem) -> Int {
    switch call.name {
    case "readv", "writev": return try size(ofVector: try argument(call, 1))
    case "recvmsg", "sendmsg":
      let message = try argument(call, 1)
      guard case .fields(let fields) = message.value, let vector = fields["msg_iov"] else {
        throw .unsupported(.syntax(message.position, "expected {msg_iov(1)=[{..., 1000}], msg_flags=0}"))
      }
      if let control = fields["msg_control"], control.value != .list([]), control.value != .ellipsis {
        throw .unsupported(control.position, "control messages are not supported")
      }
      if let name = fields["msg_name"], name.value != .ellipsis {
        throw .unsupported(name.position, "an address is not supported here, only ...")
      }
      return try size(ofVector: vector)
    default:
      try refuseText(try argument(call, 1))
      try refuseAddress(call, from: 4)
      return try number(call, 2)
    }
  }

  /// The sum of `[{..., 1000}, {..., 500}]`.
  private func size(ofVector vector: Argument) throws(RunProblem) -> Int {
    guard case .list(let pieces) = vector.value else {
      throw .unsupported(.syntax(vector.position, "expected a list such as [{..., 1000}]"))
    }
    var sum = 0
    for piece in pieces {
      guard case .list(let parts) = piece.value, parts.count == 2, case .number(let count) = parts[1].value,
        count >= 0, count <= 1 << 30
      else { throw .unsupported(.syntax(piece.position, "expected a piece such as {..., 1000}")) }
      try refuseText(parts[0])
      sum += count
    }
    return sum
  }

  /// Scripts give `...`: the octets are the runner's own, so that shifted ones show.
  private func refuseText(_ argument: Argument) throws(RunProblem) {
    if argument.value == .ellipsis || argument.value == .names(["NULL"]) { return }
    throw .unsupported(argument.position, "a text of its own is not supported, only ...")
  }

  /// The flags behind the size, if there are some.
  private func flags(_ call: CallPattern, _ known: Set<String>) throws(RunProblem) -> Set<String> {
    let isMessage = call.name == "sendmsg" || call.name == "recvmsg"
    let place = isMessage ? 2 : 3
    guard !["read", "write", "readv", "writev"].contains(call.name), call.arguments.count > place else {
      return []
    }
    let argument = call.arguments[place]
    switch argument.value {
    case .number(0): return []
    case .names(let names):
      for name in names where !known.contains(name) {
        throw .unsupported(argument.position, "the flag \(name) is not supported by \(call.name)")
      }
      return Set(names)
    default: throw .unsupported(argument.position, "these flags are not supported by \(call.name)")
    }
  }

  func shutdown(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    guard let handle = socket.connection else { return .failed("ENOTCONN") }
    let how = try number(call, 1)
    guard (0...2).contains(how) else { return .failed("EINVAL") }
    guard let state = (try? machine.host.status(handle))?.state, state != .closed else {
      return .failed("ENOTCONN")
    }
    if how != 1 { socket.isReadShut = true }
    if how == 0 { return .returned(0) }
    do throws(CallError) {
      try machine.host.close(handle, at: machine.now)
    } catch {
      // A second time says nothing new.
      if error != .closing { return .failed(ErrorNames.name(error)) }
    }
    return .returned(0)
  }

  func close(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    let descriptor = try number(call, 0)
    guard let socket = sockets.removeValue(forKey: descriptor) else { return .failed("EBADF") }
    switch socket.kind {
    case .fresh: break
    case .listener(let handle): try? machine.host.close(handle, at: machine.now)
    case .connection(let handle):
      if socket.resetsOnClose { try? machine.host.abort(handle, at: machine.now) }
      try? machine.host.release(handle, at: machine.now)
    }
    return .returned(0)
  }
}
