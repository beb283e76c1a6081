#if os(Linux)
  import TCPCapture
  import TCPCore
  import TCPLinux
  import TCPServices

  /// `tcpcore tun`: a host on a TUN device, and what it does there.
  struct TUNCommand {
    private let options: TUNOptions

    init(_ words: [String]) throws(ToolError) { options = try TUNOptions(words) }

    func run() throws(ToolError) -> Int32 {
      let device = try openDevice()
      let loop = try makeLoop(device)
      let control = try LoopControl(
        name: device.name, duration: options.duration, showsState: options.showsState)
      var capture: TUNCapture?
      if let path = options.capture { capture = try TUNCapture(path: path, interfaces: [device.name]) }
      if let capture {
        loop.observer = { direction, bytes, now in
          capture.add(bytes, at: now, direction: direction == .arriving ? .inbound : .outbound)
        }
      }
      loop.linkObserver = { change in
        switch change {
        case .down: Console.error("tcpcore: \(device.name) is down: waiting for it")
        case .up: Console.error("tcpcore: \(device.name) is up again")
        }
      }
      let failure = act(loop, control)
      try capture?.finish()
      if let failure { throw .failure(failure) }
      return 0
    }

    private func openDevice() throws(ToolError) -> TUNDevice {
      do throws(SystemError) {
        if let descriptor = options.descriptor {
          return try TUNDevice(descriptor: descriptor, hasOffloadHeader: options.isOffloaded)
        }
        return try TUNDevice(name: options.device ?? "", isOffloaded: options.isOffloaded)
      } catch {
        throw .failure(error.description)
      }
    }

    private func makeLoop(_ device: TUNDevice) throws(ToolError) -> EventLoop {
      let loop: EventLoop
      do {
        loop = try EventLoop(options.hostConfiguration, device: device, mtu: options.mtu)
      } catch {
        throw .failure("cannot make a host with these sizes: \(error)")
      }
      for (address, prefix) in options.addresses {
        do throws(CallError) {
          try loop.host.addAddress(address, prefix: prefix)
        } catch {
          let needed = address.isIPv4 ? "" : "; IPv6 needs an MTU of 1280"
          throw .usage("--address cannot be used: \(error)\(needed)")
        }
      }
      return loop
    }

    /// Does what was asked for.
    ///
    /// - Returns: why it failed, if it did.
    private func act(_ loop: EventLoop, _ control: LoopControl) -> String? {
      do throws(CallError) {
        switch options.action {
        case .serve(let service, let port):
          _ = try listen(loop, port)
          return serve(service, loop, control)
        case .listen(let port):
          return stream(loop, StreamUser(listener: try listen(loop, port), options, control))
        case .connect(let endpoint):
          return stream(loop, StreamUser(connection: try connect(loop, endpoint), options, control))
        case .get(let endpoint, let host, let path):
          let user = GetUser(try connect(loop, endpoint), host: host, path: path, control)
          return run(loop, user) ?? user.failure
        }
      } catch {
        return CallErrorText.text(error)
      }
    }

    private func serve(_ service: TUNService, _ loop: EventLoop, _ control: LoopControl) -> String? {
      let count = options.connections
      let allowed = options.allowed
      switch service {
      case .http: return run(loop, ServeUser(HTTPSession(), connections: count, allowed, control))
      case .echo: return run(loop, ServeUser(EchoSession(), connections: count, allowed, control))
      case .discard: return run(loop, ServeUser(DiscardSession(), connections: count, allowed, control))
      case .chargen: return run(loop, ServeUser(ChargenSession(), connections: count, allowed, control))
      }
    }

    private func stream(_ loop: EventLoop, _ user: StreamUser) -> String? { run(loop, user) ?? user.failure }

    /// Runs the loop until it is over.
    ///
    /// - Returns: what was wrong with the device, if anything.
    private func run(_ loop: EventLoop, _ user: some EventLoopDelegate) -> String? {
      do throws(SystemError) {
        _ = try loop.run(user)
        return nil
      } catch {
        return error.description
      }
    }

    private func connect(_ loop: EventLoop, _ endpoint: Endpoint) throws(CallError) -> Handle {
      try loop.host.connect(to: endpoint, options: options.connectionOptions, at: MonotonicClock.now)
    }

    /// Listens on all addresses, and says so for scripts that wait for it.
    private func listen(_ loop: EventLoop, _ port: UInt16) throws(CallError) -> Handle {
      let handle = try loop.host.listen(
        Endpoint(.anyIPv6, port), backlog: options.connections, traits: options.listenerTraits(port: port),
        options: options.connectionOptions)
      var places = options.addresses.map { Notation.text(Endpoint($0.address, port)) }
      if options.servesAny {
        places = [port == 0 ? "every address and port" : "port \(port) of every address"]
      }
      Console.error("tcpcore: listening on \(places.joined(separator: ", ")) (\(loop.device.name))")
      return handle
    }
  }
#endif
