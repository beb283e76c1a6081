import TCPCore

// Calls of the program.
extension ScriptRunner {
  /// Carries a call out, and compares what it returns.
  func perform(_ call: CallPattern, end: UInt64?) throws(RunProblem) {
    // One thread calls: it goes on when the call before has returned.
    try finishBlocked()
    timeline.add(call.shortText, isOurs: true, at: machine.elapsed)
    let outcome = try attempt(call)
    try react()
    switch outcome {
    case .returned(let value, let error):
      try checkEnd(call, end)
      try check(call, value, error)
    case .blocks(let limit, let retry):
      guard let end else {
        throw .failed(
          call.position,
          "\(call.name) blocks, and the script does not say until when; a call that blocks is written"
            + " \(SegmentText.seconds(machine.elapsed))...TIME, or +0...TIME",
          expected: shown(call.result), found: "no return")
      }
      blocked = BlockedCall(call: call, end: end, limit: limit, retry: retry)
      // What has just left may be all that it waited for.
      try react()
    }
  }

  /// Lets a blocked call try again; whether it has returned.
  func retryBlocked() throws(RunProblem) -> Bool {
    guard let call = blocked else { return false }
    switch try call.retry() {
    case .blocks(let limit, let retry):
      blocked = BlockedCall(call: call.call, end: call.end, limit: limit, retry: retry)
      return false
    case .returned(let value, let error):
      blocked = nil
      timeline.add("\(call.call.shortText) returns", isOurs: true, at: machine.elapsed)
      try checkEnd(call.call, call.end)
      try check(call.call, value, error)
      return true
    }
  }

  /// Waits until a blocked call has returned.
  func finishBlocked() throws(RunProblem) {
    guard let call = blocked else { return }
    let latest = call.end + configuration.tolerance
    while blocked != nil, let next = nextDeadline, next <= latest {
      let before = machine.elapsed
      try pass(to: max(next, before))
      if machine.elapsed == before && next <= before { break }
    }
    if blocked != nil, machine.elapsed < latest { try pass(to: latest) }
    guard blocked != nil else { return }
    throw .failed(
      call.call.position, "\(call.call.name) still blocks at \(SegmentText.seconds(machine.elapsed))",
      expected: shown(call.call.result), found: "no return")
  }

  /// Whether a call returns when the script says.
  private func checkEnd(_ call: CallPattern, _ end: UInt64?) throws(RunProblem) {
    guard let end else { return }
    let now = machine.elapsed
    if now + configuration.tolerance < end || now > end + configuration.tolerance {
      throw .failed(
        call.position,
        "\(call.name) returned at \(SegmentText.seconds(now)), not at \(SegmentText.seconds(end))"
          + " (tolerance \(SegmentText.seconds(configuration.tolerance)))")
    }
  }

  private func check(_ call: CallPattern, _ value: Int, _ error: String?) throws(RunProblem) {
    let wanted = call.result
    guard let number = wanted.value else { return }
    let isSame =
      number == value
      && (wanted.error == nil || error.map { ErrorNames.isSame($0, wanted.error ?? "") } ?? false)
    if isSame { return }
    let found = CallResult(value: value, error: error)
    throw .failed(
      call.position, "\(call.name) returned \(shown(found)), not \(shown(wanted))",
      expected: "\(call.name)(...) = \(shown(wanted))", found: "\(call.name)(...) = \(shown(found))")
  }

  private func shown(_ result: CallResult) -> String {
    guard let value = result.value else { return "..." }
    return result.error.map { "\(value) \($0)" } ?? "\(value)"
  }

  private func attempt(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    switch call.name {
    case "socket": return try socket(call)
    case "bind": return try bind(call)
    case "listen": return try listen(call)
    case "accept", "accept4": return try accept(call)
    case "connect": return try connect(call)
    case "read", "readv", "recv", "recvfrom", "recvmsg": return try read(call)
    case "write", "writev", "send", "sendto", "sendmsg": return try write(call)
    case "shutdown": return try shutdown(call)
    case "close": return try close(call)
    case "fcntl": return try fcntl(call)
    case "ioctl": return try ioctl(call)
    case "setsockopt": return try setOption(call)
    case "getsockopt": return try getOption(call)
    case "poll": return try poll(call)
    default: throw .unsupported(call.position, "the call \(call.name) is not supported")
    }
  }
}

// Arguments.
extension ScriptRunner {
  func argument(_ call: CallPattern, _ index: Int) throws(RunProblem) -> Argument {
    guard index < call.arguments.count else {
      throw .unsupported(
        .syntax(
          call.position, "\(call.name) needs more than \(call.arguments.count) arguments"))
    }
    return call.arguments[index]
  }

  func number(_ call: CallPattern, _ index: Int) throws(RunProblem) -> Int {
    try number(try argument(call, index))
  }

  func number(_ argument: Argument) throws(RunProblem) -> Int {
    switch argument.value {
    case .number(let value): return value
    case .names(let names):
      if let value = SocketConstants.value(of: names) { return value }
      throw .unsupported(argument.position, "\(names.joined(separator: "|")) is not supported")
    case .list(let values) where values.count == 1: return try number(values[0])
    case .function("htons", let inner): return try number(inner)
    default: throw .unsupported(.syntax(argument.position, "expected a number here"))
    }
  }

  /// A number, or `nil` for `...`.
  func optionalNumber(_ call: CallPattern, _ index: Int) throws(RunProblem) -> Int? {
    let argument = try argument(call, index)
    if case .list(let values) = argument.value, values.map(\.value) == [.ellipsis] { return nil }
    return argument.value == .ellipsis ? nil : try number(argument)
  }

  /// Addresses that a call gives back are not compared, so scripts may not say them.
  func refuseAddress(_ call: CallPattern, from index: Int) throws(RunProblem) {
    for argument in call.arguments.dropFirst(index) {
      switch argument.value {
      case .ellipsis, .number(0), .names(["NULL"]): continue
      default: throw .unsupported(argument.position, "an address is not supported here, only ...")
      }
    }
  }

  /// The socket that the first argument names; `nil` if none.
  func socket(of call: CallPattern) throws(RunProblem) -> ScriptSocket? { sockets[try number(call, 0)] }
}
