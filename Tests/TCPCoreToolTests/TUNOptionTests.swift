#if os(Linux)
  import TCPCore
  import TCPCoreTool
  import Testing

  @Suite("Options of tcpcore tun") struct TUNOptionTests {
    private func options(_ line: String) throws(ToolError) -> TUNOptions {
      try TUNOptions(line.split(separator: " ").map(String.init))
    }

    @Test("Device, address and action") func actions() throws {
      let served = try options("tcp0 --address 10.7.0.2 serve http")
      #expect(served.device == "tcp0" && served.addresses.count == 1)
      #expect(served.addresses[0].address == Address(10, 7, 0, 2) && served.addresses[0].prefix == 24)
      guard case .serve(.http, port: 80) = served.action else {
        return #expect(Bool(false), "\(served.action)")
      }
      guard
        case .serve(.echo, port: 4_000) = try options("t --address fd00::2/64 serve echo --port 4000").action
      else { return #expect(Bool(false)) }
      guard case .listen(port: 9) = try options("t --address 10.7.0.2 listen 9").action else {
        return #expect(Bool(false))
      }
      guard case .connect(let peer) = try options("t --address fd00::2 connect [fd00::1]:80").action else {
        return #expect(Bool(false))
      }
      #expect(peer == Endpoint(Address(high: 0xFD00_0000_0000_0000, low: 1), 80))
      guard
        case .get(let endpoint, "10.7.0.1:8000", "/a/b") =
          try options("t --address 10.7.0.2 get http://10.7.0.1:8000/a/b").action
      else { return #expect(Bool(false)) }
      #expect(endpoint == Endpoint(Address(10, 7, 0, 1), 8_000))
    }

    @Test("Numbers reach the host's configuration and its connections") func values() throws {
      let found = try options(
        """
        --fd 5 --address 10.7.0.2/30 --address fd00::2 --mtu 1400 --connections 100 --buffer 4KiB --offload \
        --seconds 3 --msl 1s --keep-alive 5s --state --capture a listen 7 --urgent --abort-after 1MiB --pause 2s
        """)
      #expect(found.device == nil && found.descriptor == 5 && found.addresses.map(\.prefix) == [30, 64])
      #expect(found.mtu == 1_400 && found.isOffloaded && found.duration == .seconds(3) && found.showsState)
      #expect(
        found.capture == "a" && found.isUrgent && found.abortAfter == 1_048_576 && found.pause == .seconds(2))
      #expect(found.hostConfiguration.maximumSegmentLifetime == .seconds(1))
      #expect(found.hostConfiguration.halfOpenCapacity == 100)
      #expect(
        found.connectionOptions.isKeepAliveEnabled && found.connectionOptions.keepAliveIdle == .seconds(5))
      #expect(try options("t --address 10.7.0.2 listen 7").connectionOptions.isKeepAliveEnabled == false)
      for (word, control) in [
        ("cubic", CongestionControlAlgorithm.cubic), ("newreno", .newReno), ("bbr", .bbr),
      ] {
        let chosen = try options("t --address 10.7.0.2 listen 7 --control \(word)")
        #expect(chosen.connectionOptions.congestionControl == control)
        #expect(chosen.hostConfiguration.ringClass(0).samplesDeliveryRate == (control == .bbr))
      }
    }

    @Test("Whom a server serves, and where") func traits() throws {
      let any = try options("t --address 10.7.0.2 --any serve echo")
      guard case .serve(.echo, port: 0) = any.action else { return #expect(Bool(false)) }
      #expect(any.listenerTraits(port: 0) == .anyPort | .foreignDestinations && any.allowed.isEmpty)
      let port = try options(
        "t --address 10.7.0.2 --any --allow 10.7.0.0/28 --allow fd00::/16 serve http --port 81")
      guard case .serve(.http, port: 81) = port.action else { return #expect(Bool(false)) }
      #expect(port.listenerTraits(port: 81) == .foreignDestinations | .holdsAnswers)
      #expect(port.allowed.map(\.prefix) == [28, 16])
      #expect(try options("t --address 10.7.0.2 serve http").listenerTraits(port: 80) == .none)
    }

    @Test(
      "A wrong word is named, with what was expected",
      arguments: [
        ("", "tun needs the name of a device, or --fd N"), ("t", "tun needs serve, listen, get or connect"),
        ("t serve http", "tun needs --address A[/P]: the address of this TCP on the device's wire"),
        ("t listen", "'listen' takes one word, not 0"), ("t listen 7 8", "'listen' takes one word, not 2"),
        ("t listen 0", "listen expected a port from 1 to 65535, not '0'"),
        ("t serve ftp", "serve expected http, echo, discard or chargen, not 'ftp'"),
        ("t --control cubic,bbr listen 7", "--control of tun takes one name"),
        ("t send x", "tun expected serve, listen, get or connect, not 'send'"),
        ("t --port 80 listen 7", "--port belongs to serve"),
        ("t connect example.org:80", "connect expected 10.7.0.1:80 or [fd00::1]:80, not 'example.org:80'"),
        (
          "t get http://example.org/",
          "get expected a URL like http://10.7.0.1:8000/path (no names), not 'http://example.org/'"
        ),
        ("t --urgent serve http", "--urgent, --abort-after and --pause belong to listen and connect"),
        ("t --address 10.7.0", "--address expected an address like 10.7.0.2/24 or fd00::2/64, not '10.7.0'"),
        ("t --keep-alive 0s listen 7", "--keep-alive expected a time above 0"),
        ("t --msl 601s listen 7", "--msl expected a time up to 600s"),
        ("t --any listen 7", "--any and --allow belong to serve"),
        ("t --json", "tun does not know '--json'"),
      ])
    func wrong(line: String, expected: String) {
      #expect(usageError { () throws(ToolError) in _ = try options(line) } == expected)
    }

    @Test("Eight addresses are enough") func addresses() throws {
      let eight = (1...8).map { "--address 10.7.0.\($0)" }.joined(separator: " ")
      #expect(try options("t \(eight) listen 7").addresses.count == 8)
      #expect(
        usageError { () throws(ToolError) in _ = try options("t \(eight) --address 10.7.0.9 listen 7") }
          == "--address may be given eight times")
    }
  }

  @Suite("Addresses and errors in words") struct TextTests {
    @Test("Addresses with and without a prefix") func addresses() {
      #expect(AddressText.address("192.0.2.1") == Address(192, 0, 2, 1))
      #expect(AddressText.address("2001:db8::1") == Address(high: 0x2001_0DB8_0000_0000, low: 1))
      for text in ["", "192.0.2", "192.0.2.256", "localhost", "2001:db8::g", "[::1]"] {
        #expect(AddressText.address(text) == nil, "\(text)")
      }
      #expect(AddressText.addressWithPrefix("10.0.0.1")?.prefix == 24)
      #expect(AddressText.addressWithPrefix("fd00::1")?.prefix == 64)
      #expect(AddressText.addressWithPrefix("10.0.0.1/32")?.prefix == 32)
      for text in ["10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/8/8", "fd00::1/129"] {
        #expect(AddressText.addressWithPrefix(text) == nil, "\(text)")
      }
    }

    @Test("Endpoints and URLs") func endpoints() {
      #expect(AddressText.endpoint("10.0.0.1:80") == Endpoint(Address(10, 0, 0, 1), 80))
      #expect(AddressText.endpoint("10.0.0.1", defaultPort: 7) == Endpoint(Address(10, 0, 0, 1), 7))
      #expect(AddressText.endpoint("[fd00::1]:80")?.port == 80)
      #expect(AddressText.endpoint("fd00::1", defaultPort: 7)?.port == 7)
      for text in ["10.0.0.1", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:", "[10.0.0.1]:80", "[fd00::1:80"] {
        #expect(AddressText.endpoint(text) == nil, "\(text)")
      }
      #expect(AddressText.url("http://10.0.0.1")?.path == "/")
      #expect(AddressText.url("HTTP://[fd00::1]:8000/a?b")?.path == "/a?b")
      for text in ["https://10.0.0.1/", "10.0.0.1/", "http://10.0.0.1/a b", "http:///"] {
        #expect(AddressText.url(text) == nil, "\(text)")
      }
    }

    @Test("Each end of a connection has its words") func errors() {
      let expected: [(EndReason, String)] = [
        (.reset, "connection reset by the peer"), (.refused, "connection refused"),
        (.timedOut, "the peer did not answer in time"), (.unreachable, "the peer cannot be reached"),
        (.aborted, "connection aborted"), (.addressGone, "the address of the connection is gone"),
        (.none, "notConnected"), (.finished, "notConnected"),
      ]
      for (reason, text) in expected {
        #expect(CallErrorText.text(CallErrorText.error(reason)) == text)
      }
      #expect(CallErrorText.text(.insufficientResources) == "too many connections")
      #expect(CallErrorText.text(.addressNotAvailable) == "no --address of the peer's family and scope")
      #expect(CallErrorText.text(.endOfStream) == "the peer has closed")
    }
  }
#endif
