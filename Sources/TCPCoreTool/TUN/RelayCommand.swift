#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPLoopback

  /// `tcpcore relay`: a bad link between two TUN devices, in real time.
  struct RelayCommand {
    private var names: [String] = []
    private var impairments = Impairments()
    private var seed: UInt64 = 1
    private var duration: Interval?
    private var capture: String?

    init(_ words: [String]) throws(ToolError) {
      var arguments = Arguments(words)
      while let word = arguments.next() {
        if try impairments.take(word, &arguments) { continue }
        switch word {
        case "--seed": seed = try arguments.seed(of: word)
        case "--seconds": duration = .seconds(try arguments.integer(of: word, 0...1_000_000_000))
        case "--capture": capture = try arguments.value(of: word, "the path of a file to write")
        case _ where word.hasPrefix("--"): throw .usage("relay does not know '\(word)'")
        default: names.append(word)
        }
      }
      guard names.count == 2, names[0] != names[1] else {
        throw .usage("relay needs the names of two devices")
      }
    }

    func run() throws(ToolError) -> Int32 {
      var recorder: TUNCapture?
      if let capture { recorder = try TUNCapture(path: capture, interfaces: names) }
      var failure: String?
      do throws(SystemError) {
        let first = try TUNDevice(name: names[0])
        let second = try TUNDevice(name: names[1])
        let relay = Relay(first, second, impairments, seed: seed, recorder)
        let signals = try SignalPipe.watch(LoopControl.endingSignals)
        Console.error("tcpcore: relaying between \(first.name) and \(second.name)")
        do throws(SystemError) {
          try relay.run(until: duration.map { MonotonicClock.now + $0 } ?? .never, signals: signals)
        } catch {
          failure = error.description
        }
        Console.print(relay.summary)
      } catch {
        failure = error.description
      }
      try recorder?.finish()
      if let failure { throw .failure(failure) }
      return 0
    }
  }
#endif
