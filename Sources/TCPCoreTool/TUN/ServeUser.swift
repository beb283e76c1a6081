#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPServices

  /// A server on a device.
  final class ServeUser<Kind: Session>: EventLoopDelegate {
    private var server: Server<Kind>
    private let allowed: [(address: Address, prefix: Int)]
    private let control: LoopControl

    /// - Parameter allowed: the networks whose SYNs are answered, where a listener asks.
    init(
      _ session: Kind, connections: Int, _ allowed: [(address: Address, prefix: Int)], _ control: LoopControl
    ) {
      server = Server(session, connections: connections)
      self.allowed = allowed
      self.control = control
    }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {
      if event.kinds == .requested { return decide(event.handle, &host, at: now) }
      server.handle(event, &host, at: now)
    }

    /// Answers a SYN, or refuses it with a reset. One that is over meanwhile is no matter.
    private func decide(_ handle: Handle, _ host: inout TCPHost, at now: Instant) {
      guard let peer = try? host.request(handle).tuple.remoteAddress else { return }
      let isAllowed = allowed.contains { network in
        network.address.isIPv4 == peer.isIPv4 && peer.matches(network.address, prefix: network.prefix)
      }
      if isAllowed { try? host.answer(handle, at: now) } else { try? host.refuse(handle, at: now) }
    }

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      control.directive(host, &pollSet, at: now)
    }
  }
#endif
