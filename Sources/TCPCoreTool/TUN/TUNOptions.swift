#if os(Linux)
  import TCPCore

  /// The words after `tcpcore tun`.
  package struct TUNOptions {
    /// What the host does on its wire.
    package enum Action {
      /// On port 0: on every port.
      case serve(TUNService, port: UInt16)
      case listen(port: UInt16)
      case get(endpoint: Endpoint, host: String, path: String)
      case connect(Endpoint)
    }

    package var device: String?
    package var descriptor: Int32?
    package var action = Action.listen(port: 1)
    package var addresses: [(address: Address, prefix: Int)] = []
    package var capture: String?
    package var showsState = false
    package var mtu: Int?
    package var connections = 64
    package var buffer = 65_536
    package var isOffloaded = false
    package var duration: Interval?
    package var lifetime = Interval.seconds(30)
    package var keepAlive: Interval?
    package var isUrgent = false
    package var offersECN = false
    package var control = CongestionControlAlgorithm.cubic
    package var abortAfter: Int?
    package var pause: Interval?
    /// Whether the server answers whatever address and port a peer calls, unless a port was given.
    package var servesAny = false
    /// The networks whose SYNs are answered; those of others are refused.
    package var allowed: [(address: Address, prefix: Int)] = []

    package init(_ words: [String]) throws(ToolError) {
      var arguments = Arguments(words)
      var plain: [String] = []
      var port: UInt16?
      while let word = arguments.next() {
        if word == "--port" {
          port = UInt16(try arguments.integer(of: word, 1...65_535))
        } else if word.hasPrefix("--") {
          try take(word, &arguments)
        } else {
          plain.append(word)
        }
      }
      try takePlain(plain, port)
      guard !addresses.isEmpty else {
        throw .usage("tun needs --address A[/P]: the address of this TCP on the device's wire")
      }
    }

    private mutating func take(_ word: String, _ arguments: inout Arguments) throws(ToolError) {
      switch word {
      case "--address":
        addresses.append(try address(of: word, &arguments))
        if addresses.count > 8 { throw .usage("\(word) may be given eight times") }
      case "--capture": capture = try arguments.value(of: word, "the path of a file to write")
      case "--state": showsState = true
      case "--mtu": mtu = try arguments.integer(of: word, 68...65_535)
      case "--connections": connections = try arguments.integer(of: word, 1...100_000)
      case "--buffer": buffer = try arguments.size(of: word, 256...(4 << 20))
      case "--offload": isOffloaded = true
      case "--seconds":
        duration = .seconds(try arguments.integer(of: word, 0...1_000_000_000))
      case "--msl":
        lifetime = try arguments.interval(of: word)
        guard lifetime.microseconds > 0, lifetime <= .seconds(600) else {
          throw .usage("\(word) expected a time up to 600s")
        }
      case "--keep-alive":
        keepAlive = try arguments.interval(of: word)
        guard keepAlive != .seconds(0) else { throw .usage("\(word) expected a time above 0") }
      case "--urgent": isUrgent = true
      case "--ecn": offersECN = true
      case "--control":
        let controls = try arguments.controls(of: word)
        guard controls.count == 1 else { throw .usage("\(word) of tun takes one name") }
        control = controls[0]
      case "--abort-after": abortAfter = try arguments.size(of: word, 0...(1 << 40))
      case "--any": servesAny = true
      case "--allow": allowed.append(try address(of: word, &arguments))
      case "--pause": pause = try arguments.interval(of: word)
      case "--fd": descriptor = Int32(try arguments.integer(of: word, 0...1_000_000))
      default: throw .usage("tun does not know '\(word)'")
      }
    }

    private func address(
      of word: String, _ arguments: inout Arguments
    ) throws(ToolError) -> (address: Address, prefix: Int) {
      let text = try arguments.value(of: word, "an address like 10.7.0.2/24")
      guard let address = AddressText.addressWithPrefix(text) else {
        throw .usage("\(word) expected an address like 10.7.0.2/24 or fd00::2/64, not '\(text)'")
      }
      return address
    }

    private mutating func takePlain(_ plain: [String], _ port: UInt16?) throws(ToolError) {
      var words = plain
      if descriptor == nil {
        guard !words.isEmpty else { throw .usage("tun needs the name of a device, or --fd N") }
        device = words.removeFirst()
      }
      guard let verb = words.first else { throw .usage("tun needs serve, listen, get or connect") }
      guard words.count == 2 else {
        throw .usage("'\(verb)' takes one word, not \(words.count - 1)")
      }
      if port != nil && verb != "serve" { throw .usage("--port belongs to serve") }
      let object = words[1]
      switch verb {
      case "serve":
        guard let service = TUNService(rawValue: object) else {
          throw .usage("serve expected http, echo, discard or chargen, not '\(object)'")
        }
        action = .serve(service, port: port ?? (servesAny ? 0 : service.port))
      case "listen":
        guard let port = UInt16(object), port > 0 else {
          throw .usage("listen expected a port from 1 to 65535, not '\(object)'")
        }
        action = .listen(port: port)
      case "get":
        guard let url = AddressText.url(object) else {
          throw .usage("get expected a URL like http://10.7.0.1:8000/path (no names), not '\(object)'")
        }
        action = .get(endpoint: url.endpoint, host: url.host, path: url.path)
      case "connect":
        guard let endpoint = AddressText.endpoint(object) else {
          throw .usage("connect expected 10.7.0.1:80 or [fd00::1]:80, not '\(object)'")
        }
        action = .connect(endpoint)
      default:
        throw .usage("tun expected serve, listen, get or connect, not '\(verb)'")
      }
      let isStream = verb == "listen" || verb == "connect"
      if !isStream && (isUrgent || abortAfter != nil || pause != nil) {
        throw .usage("--urgent, --abort-after and --pause belong to listen and connect")
      }
      if verb != "serve" && (servesAny || !allowed.isEmpty) {
        throw .usage("--any and --allow belong to serve")
      }
    }

    /// The sizes of the host.
    package var hostConfiguration: HostConfiguration {
      var configuration = HostConfiguration(
        connections: connections, sendCapacity: buffer, receiveCapacity: buffer)
      configuration.halfOpenCapacity = max(64, connections)
      // Each costs a few octets and no ring: enough for hundreds of connections one after another.
      configuration.timeWaitCapacity = 4_096
      configuration.replyCapacity = 64
      configuration.maximumSegmentLifetime = lifetime
      var rings = configuration.ringClass(0)
      rings.samplesDeliveryRate = control == .bbr
      configuration.setRingClass(0, rings)
      return configuration
    }

    /// What the server's listener does beside serving one port of our addresses.
    package func listenerTraits(port: UInt16) -> ListenerTraits {
      var traits = ListenerTraits.none
      if port == 0 { traits = traits | .anyPort }
      if servesAny { traits = traits | .foreignDestinations }
      if !allowed.isEmpty { traits = traits | .holdsAnswers }
      return traits
    }

    /// What connections begin with.
    package var connectionOptions: ConnectionOptions {
      var options = ConnectionOptions()
      // The peer is usually a Linux kernel, which has the same lower bound for itself.
      options.minimumTimeout = .milliseconds(200)
      if offersECN { options.ecn = .offer }
      options.congestionControl = control
      if let keepAlive {
        options.isKeepAliveEnabled = true
        options.keepAliveIdle = keepAlive
        options.keepAliveInterval = keepAlive
      }
      return options
    }
  }

  /// The services that can be served.
  package enum TUNService: String {
    case http, echo, discard, chargen

    /// The port that each usually has.
    package var port: UInt16 {
      switch self {
      case .http: 80
      case .echo: 7
      case .discard: 9
      case .chargen: 19
      }
    }
  }
#endif
