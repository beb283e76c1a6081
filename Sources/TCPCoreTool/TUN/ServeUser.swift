#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPServices

  /// A server on a device.
  final class ServeUser<Kind: Session>: EventLoopDelegate {
    private var server: Server<Kind>
    private let control: LoopControl

    init(_ session: Kind, connections: Int, _ control: LoopControl) {
      server = Server(session, connections: connections)
      self.control = control
    }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {
      server.handle(event, &host, at: now)
    }

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      control.directive(host, &pollSet, at: now)
    }
  }
#endif
