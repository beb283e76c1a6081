import TCPCapture
import TCPCore

// socket, bind, listen, accept, connect.
extension ScriptRunner {
  func socket(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    let type = try argument(call, 1)
    guard case .names(let names) = type.value, names.contains("SOCK_STREAM") else {
      throw .unsupported(type.position, "only sockets of SOCK_STREAM are supported")
    }
    for name in names where !["SOCK_STREAM", "SOCK_NONBLOCK", "SOCK_CLOEXEC"].contains(name) {
      throw .unsupported(type.position, "\(name) is not supported")
    }
    let kind = try argument(call, 2)
    switch kind.value {
    case .names(["IPPROTO_TCP"]), .number(0), .number(6), .ellipsis, .names(["IPPROTO_IP"]): break
    default: throw .unsupported(kind.position, "only sockets of IPPROTO_TCP are supported")
    }
    let socket = ScriptSocket(configuration.options)
    socket.isNonBlocking = names.contains("SOCK_NONBLOCK")
    return .returned(add(socket, call))
  }

  /// Gives a socket the descriptor that the script names, or the lowest free one from 3 on.
  private func add(_ socket: ScriptSocket, _ call: CallPattern) -> Int {
    var descriptor = 3
    if let wanted = call.result.value, wanted >= 3, sockets[wanted] == nil { descriptor = wanted }
    while sockets[descriptor] != nil { descriptor += 1 }
    sockets[descriptor] = socket
    return descriptor
  }

  func bind(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    guard case .fresh = socket.kind, socket.localPort == nil else { return .failed("EINVAL") }
    socket.localPort = try port(try argument(call, 1), isOurs: true) ?? configuration.localPort
    return .returned(0)
  }

  /// Both addresses are the runner's.
  private func checkAddress(_ address: Argument, isOurs: Bool) throws(RunProblem) {
    let name = isOurs ? configuration.localName : configuration.remoteName
    let known = name ?? Notation.text(isOurs ? configuration.local : configuration.remote)
    switch address.value {
    case .ellipsis, .names(["INADDR_ANY"]): return
    case .function("inet_addr", let inner) where inner.value == .text(known): return
    case .function("inet_addr", let inner) where isOurs && inner.value == .text("0.0.0.0"): return
    default: throw .unsupported(address.position, "an address other than \(known) is not supported here")
    }
  }

  /// The port of a socket address, if it is written.
  private func port(_ argument: Argument, isOurs: Bool) throws(RunProblem) -> UInt16? {
    switch argument.value {
    case .ellipsis: return nil
    case .fields(let fields):
      if let address = fields["sin_addr"] { try checkAddress(address, isOurs: isOurs) }
      guard let port = fields["sin_port"] else { return nil }
      return UInt16(truncatingIfNeeded: try number(port))
    default: throw .unsupported(argument.position, "expected ... or {sa_family=AF_INET, ...} as an address")
    }
  }

  func listen(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    guard case .fresh = socket.kind else { return .failed("EINVAL") }
    let backlog = try number(call, 1)
    let port = socket.localPort ?? configuration.localPort
    do throws(CallError) {
      let handle = try machine.host.listen(
        Endpoint(configuration.isIPv6 ? .anyIPv6 : .anyIPv4, port),
        family: configuration.isIPv6 ? .ipv6 : .ipv4, backlog: max(backlog, 1), options: socket.options)
      socket.kind = .listener(handle)
      socket.localPort = port
      // The next SYN without ports comes from a peer of its own.
      currentFlow = nil
      return .returned(0)
    } catch {
      return .failed(ErrorNames.name(error))
    }
  }

  func accept(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    guard case .listener(let listener) = socket.kind else { return .failed("EINVAL") }
    var isNonBlocking = false
    for index in [1, 2] {
      let address = try argument(call, index)
      if address.value != .ellipsis {
        throw .unsupported(address.position, "an address is not supported here, only ...")
      }
    }
    if call.name == "accept4" {
      let flags = try argument(call, 3)
      isNonBlocking = try number(flags) & 0x800 != 0
    }
    do throws(CallError) {
      let handle = try machine.host.accept(listener)
      let made = ScriptSocket(socket.options)
      made.kind = .connection(handle)
      made.isNonBlocking = isNonBlocking
      made.hasReportedConnect = true
      currentSocket = made
      return .returned(add(made, call))
    } catch {
      guard error == .wouldBlock, !socket.isNonBlocking else { return .failed(ErrorNames.name(error)) }
    }
    return .blocks(limit: nil) { [self] () throws(RunProblem) in try accept(call) }
  }

  func connect(_ call: CallPattern) throws(RunProblem) -> CallOutcome {
    guard let socket = try socket(of: call) else { return .failed("EBADF") }
    if case .listener = socket.kind { return .failed("EISCONN") }
    if case .connection = socket.kind { return connected(socket, isFirst: false) }
    let port = try port(try argument(call, 1), isOurs: false) ?? configuration.remotePort
    do throws(CallError) {
      let handle = try machine.host.connect(
        to: Endpoint(configuration.remote, port),
        from: socket.localPort.map { Endpoint(configuration.local, $0) }, options: socket.options,
        at: machine.now)
      socket.kind = .connection(handle)
      currentSocket = socket
      let tuple = try machine.host.status(handle).tuple
      currentFlow = flow(local: tuple.localPort, remote: tuple.remotePort)
    } catch {
      return .failed(ErrorNames.name(error))
    }
    return connected(socket, isFirst: true)
  }

  /// How far `connect` has come.
  private func connected(_ socket: ScriptSocket, isFirst: Bool) -> CallOutcome {
    guard let handle = socket.connection, let status = try? machine.host.status(handle) else {
      return .failed("EBADF")
    }
    switch status.state {
    case .synSent, .synReceived:
      if socket.isNonBlocking { return .failed(isFirst ? "EINPROGRESS" : "EALREADY") }
      return .blocks(limit: nil) { [self] () throws(RunProblem) in connected(socket, isFirst: false) }
    case .closed:
      if let name = ErrorNames.name(status.endReason), !socket.hasReportedError {
        socket.hasReportedError = true
        return .failed(name)
      }
      return .failed("ECONNABORTED")
    case .listen, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait:
      if socket.hasReportedConnect { return .failed("EISCONN") }
      socket.hasReportedConnect = true
      return .returned(0)
    }
  }
}
