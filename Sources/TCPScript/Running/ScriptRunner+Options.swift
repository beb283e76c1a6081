import TCPCore

// fcntl, ioctl, setsockopt, getsockopt.
extension ScriptRunner {
  func fcntl(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let command = try argument(call, 1)
    switch command.value {
    case .names(["F_GETFL"]): return .returned(socket.isNonBlocking ? 0x802 : 2)
    case .names(["F_SETFL"]):
      socket.isNonBlocking = try number(call, 2) & 0x800 != 0
      return .returned(0)
    default: throw .unsupported(command.position, "fcntl knows F_GETFL and F_SETFL here")
    }
  }

  func ioctl(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let command = try argument(call, 1)
    let status = socket.connection.flatMap { try? machine.host.status($0) }
    switch command.value {
    case .names(["FIONBIO"]):
      socket.isNonBlocking = try number(call, 2) != 0
      return .returned(0)
    case .names(["SIOCINQ"]), .names(["FIONREAD"]): try compare(call, 2, status?.unread ?? 0, "SIOCINQ")
    case .names(["SIOCOUTQ"]): try compare(call, 2, status?.unacknowledged ?? 0, "SIOCOUTQ")
    default: throw .unsupported(command.position, "ioctl knows FIONBIO, SIOCINQ and SIOCOUTQ here")
    }
    return .returned(0)
  }

  /// The name of an option, after its level.
  private func option(_ call: CallPattern) throws(RunProblem) -> (name: String, argument: Argument) {
    let argument = try argument(call, 2)
    guard case .names(let names) = argument.value, names.count == 1 else {
      throw .unsupported(argument.position, "expected the name of an option")
    }
    return (names[0], argument)
  }

  func setOption(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let (name, place) = try option(call)
    let value = try argument(call, 3)
    switch name {
    // They say what a kernel's tables allow.
    case "SO_REUSEADDR", "SO_REUSEPORT": return .returned(0)
    // As a kernel does, it doubles what is asked for.
    case "SO_SNDBUF":
      let limit = try number(value)
      if limit < 0 { return .failed("EINVAL") }
      socket.sendLimit = 2 * min(limit, 1 << 30)
      return .returned(0)
    case "TCP_CORK":
      setCork(socket, try number(value) != 0)
      return .returned(0)
    case "SO_LINGER":
      try setLinger(socket, value)
      return .returned(0)
    case "TCP_CONGESTION":
      guard case .text(let control) = value.value, let algorithm = ScriptRunner.control(control) else {
        throw .unsupported(value.position, "TCP_CONGESTION takes \"cubic\" or \"reno\"")
      }
      return try change(socket, place) { $0.congestionControl = algorithm }
    default:
      let number = try number(value)
      if number < 0 || number > 0x7FFF_FFFF { return .failed("EINVAL") }
      guard let change = OptionNames.change(name, to: number) else {
        throw .unsupported(place.position, "the option \(name) is not supported")
      }
      let outcome = try self.change(socket, place, change)
      if name == "TCP_QUICKACK" { socket.hasChosenDelay = true }
      if name == "TCP_NODELAY" && number != 0 { push(socket) }
      return outcome
    }
  }

  /// Once nothing holds it back, what waits leaves.
  private func setCork(_ socket: ScriptSocket, _ isOn: Bool) {
    let wasOn = socket.isCorked
    socket.isCorked = isOn
    if wasOn && !isOn { push(socket) }
  }

  /// What waits for more text leaves.
  private func push(_ socket: ScriptSocket) {
    guard let handle = socket.connection else { return }
    _ = try? machine.write(handle, [], isUrgent: false, isMoreComing: false)
  }

  private static func control(_ name: String) -> CongestionControlAlgorithm? {
    switch name {
    case "cubic": .cubic
    case "reno": .newReno
    default: nil
    }
  }

  private func setLinger(_ socket: ScriptSocket, _ value: Argument) throws(RunProblem) {
    var value = value
    if case .list(let list) = value.value, list.count == 1 { value = list[0] }
    guard case .fields(let fields) = value.value, let isOn = fields["onoff"], let time = fields["linger"]
    else {
      throw .unsupported(.syntax(value.position, "SO_LINGER takes {onoff=1, linger=0}"))
    }
    let waits = try number(time) > 0
    socket.resetsOnClose = try number(isOn) != 0
    if socket.resetsOnClose && waits {
      throw .unsupported(value.position, "a close that waits (SO_LINGER with a time) is not supported")
    }
  }

  private func change(
    _ socket: ScriptSocket, _ place: Argument, _ change: (inout ConnectionOptions) -> Void
  ) throws(RunProblem) -> CallOutcome {
    change(&socket.options)
    switch socket.kind {
    case .fresh: return .returned(0)
    case .listener:
      throw .unsupported(place.position, "an option of a socket that listens already is not supported")
    case .connection(let handle):
      do throws(CallError) {
        var options = try machine.host.options(handle)
        change(&options)
        try machine.host.setOptions(handle, options, at: machine.now)
        return .returned(0)
      } catch {
        return .failed(ErrorNames.name(error))
      }
    }
  }

  func getOption(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    let (name, place) = try option(call)
    let status = socket.connection.flatMap { try? machine.host.status($0) }
    let options = socket.connection.flatMap { try? machine.host.options($0) } ?? socket.options
    switch name {
    case "SO_ERROR":
      var found = 0
      if let status, let reason = ErrorNames.name(status.endReason), !socket.hasReportedError {
        socket.hasReportedError = true
        found = ErrorNames.numbers[reason] ?? 1
      }
      try compareError(call, found)
    case "TCP_CORK": try compare(call, 3, socket.isCorked ? 1 : 0, name)
    case "SO_RCVBUF":
      try compare(call, 3, machine.host.configuration.ringClass(0).receiveCapacity, name)
    case "SO_SNDBUF":
      let capacity = machine.host.configuration.ringClass(0).sendCapacity
      try compare(call, 3, min(socket.sendLimit ?? capacity, capacity), name)
    case "TCP_MAXSEG": try compare(call, 3, status?.segmentSize ?? Int(options.maximumSegmentSize), name)
    default:
      guard let found = OptionNames.value(name, options) else {
        throw .unsupported(place.position, "the option \(name) is not supported")
      }
      try compare(call, 3, found, name)
    }
    return .returned(0)
  }

  /// `SO_ERROR` is written as a number, or by its name.
  private func compareError(_ call: CallPattern, _ found: Int) throws(RunProblem) {
    let argument = try argument(call, 3)
    if case .list(let list) = argument.value, case .names(let names)? = list.first?.value, names.count == 1 {
      guard let wanted = ErrorNames.numbers[names[0]] else {
        throw .unsupported(argument.position, "the error \(names[0]) is not supported")
      }
      return try compare(argument, wanted, found, "SO_ERROR")
    }
    try compare(call, 3, found, "SO_ERROR")
  }

  /// A value that a call gives back.
  private func compare(
    _ call: CallPattern, _ index: Int, _ found: Int, _ name: String
  ) throws(RunProblem) {
    guard let wanted = try optionalNumber(call, index) else { return }
    try compare(call.arguments[index], wanted, found, name)
  }

  private func compare(
    _ argument: Argument, _ wanted: Int, _ found: Int, _ name: String
  ) throws(RunProblem) {
    if wanted == found { return }
    throw .failed(
      argument.position, "\(name) is \(found), not \(wanted)", expected: "[\(wanted)]", found: "[\(found)]")
  }
}
