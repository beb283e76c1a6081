import TCPCore
import TCPCoreTool
import TCPLoopback
import Testing

/// What a usage error says; `nil` if there is none.
func usageError(_ body: () throws(ToolError) -> Void) -> String? {
  do throws(ToolError) {
    try body()
    return nil
  } catch {
    return error.isUsage ? error.message : "not a usage error: \(error.message)"
  }
}

@Suite("Words of the command line") struct ArgumentTests {
  private func size(_ word: String, _ range: ClosedRange<Int> = 0...Int(1e12)) throws(ToolError) -> Int {
    var arguments = Arguments([word])
    return try arguments.size(of: "--bytes", range)
  }

  private func interval(_ word: String) throws(ToolError) -> Interval {
    var arguments = Arguments([word])
    return try arguments.interval(of: "--delay")
  }

  private func rate(_ word: String) throws(ToolError) -> UInt64 {
    var arguments = Arguments([word])
    return try arguments.rate(of: "--rate")
  }

  @Test("Words are taken in order") func order() throws {
    var arguments = Arguments(["a", "b", "c"])
    #expect(arguments.next() == "a")
    #expect(try arguments.value(of: "--file", "a path") == "b")
    #expect(arguments.next() == "c")
    #expect(arguments.next() == nil)
    #expect(
      usageError { () throws(ToolError) in _ = try arguments.value(of: "--file", "the path of a file") }
        == "--file needs the path of a file")
  }

  @Test(
    "Sizes, with and without a unit",
    arguments: [
      ("1500", 1_500), ("0", 0), ("7b", 7), ("64KiB", 65_536), ("64k", 65_536), ("64kb", 64_000),
      ("1.5MiB", 1_572_864), ("50MB", 50_000_000), ("2G", 2_147_483_648), ("1gb", 1_000_000_000),
    ])
  func sizes(word: String, expected: Int) throws { #expect(try size(word) == expected) }

  @Test(
    "What is no size is refused",
    arguments: ["", "k", "-1", "1.2.3", "10 KiB", "10xb", "1e3", "9999999999gb"])
  func noSizes(word: String) {
    #expect(
      usageError { () throws(ToolError) in _ = try size(word) }
        == "--bytes expected a size like 1500, 64KiB or 50MB, not '\(word)'")
  }

  @Test("A size out of its range is refused, with the range") func sizeRange() throws {
    #expect(try size("256", 256...512) == 256 && size("512", 256...512) == 512)
    for word in ["255", "513"] {
      #expect(
        usageError { () throws(ToolError) in _ = try size(word, 256...512) }
          == "--bytes expected a size from 256 to 512 octets")
    }
  }

  @Test("Times need a unit") func times() throws {
    #expect(try interval("250us") == Interval(microseconds: 250))
    #expect(try interval("5ms") == .milliseconds(5) && interval("1.5s") == .milliseconds(1_500))
    for word in ["5", "5m", "ms", "-5ms", "1h"] {
      #expect(
        usageError { () throws(ToolError) in _ = try interval(word) }
          == "--delay expected a time like 5ms, 250us or 1s, not '\(word)'")
    }
  }

  @Test("Rates are decimal, and at least a bit a second") func rates() throws {
    #expect(try rate("64kbit") == 64_000 && rate("10Mbit") == 10_000_000 && rate("1gbit") == 1_000_000_000)
    #expect(usageError { () throws(ToolError) in _ = try rate("0.5bit") } == "--rate expected at least 1bit")
    #expect(
      usageError { () throws(ToolError) in _ = try rate("10MB") }
        == "--rate expected a rate like 10Mbit or 64kbit, not '10MB'")
  }

  @Test("Probabilities, numbers and seeds keep their ranges") func numbers() throws {
    func probability(_ word: String) throws(ToolError) -> Double {
      var arguments = Arguments([word])
      return try arguments.probability(of: "--loss")
    }
    #expect(try probability("0") == 0 && probability("0.02") == 0.02 && probability("1") == 1)
    for word in ["-0.1", "1.1", "nan", "much"] {
      #expect(
        usageError { () throws(ToolError) in _ = try probability(word) }
          == "--loss expected a probability from 0 to 1, not '\(word)'")
    }
    func integer(_ word: String) throws(ToolError) -> Int {
      var arguments = Arguments([word])
      return try arguments.integer(of: "--mtu", 68...65_535)
    }
    #expect(try integer("68") == 68 && integer("65535") == 65_535)
    for word in ["67", "65536", "1500.0", "x"] {
      #expect(
        usageError { () throws(ToolError) in _ = try integer(word) }
          == "--mtu expected a number from 68 to 65535, not '\(word)'")
    }
    var seeds = Arguments(["18446744073709551615", "-1"])
    #expect(try seeds.seed(of: "--seed") == .max)
    #expect(
      usageError { () throws(ToolError) in _ = try seeds.seed(of: "--seed") }
        == "--seed expected a number, not '-1'")
  }
}

@Suite("Options of the commands that need no device") struct CommandTests {
  @Test(
    "A wrong word of loopback is named",
    arguments: [
      ("--nothing", "loopback does not know '--nothing'"),
      ("--loss", "--loss needs a probability from 0 to 1"),
      ("--trace --ladder", "loopback takes --trace or --ladder, not both"),
      ("--ipv6 --mtu 1279", "--mtu expected at least 1280 with --ipv6, not '1279'"),
      ("--buffer 0", "--buffer expected a size from 1 to 1073741824 octets"),
      ("--queue 2GiB", "--queue expected a size from 0 to 1073741824 octets"),
      ("--queue much", "--queue expected a size like 1500, 64KiB or 50MB, not 'much'"),
      ("--ack-every 1", "--ack-every expected a number from 2 to 1000, not '1'"),
      ("--ack-every", "--ack-every needs a number from 2 to 1000"),
      ("--spike", "--spike needs a moment and a length like 2s,3s"),
      ("--spike 2s", "--spike expected a moment and a length like 2s,3s, not '2s'"),
      ("--spike 2s,3s,4s", "--spike expected a moment and a length like 2s,3s, not '2s,3s,4s'"),
      ("--spike 2s,", "--spike expected a time like 5ms, 250us or 1s, not ''"),
      ("--spike 2,3s", "--spike expected a time like 5ms, 250us or 1s, not '2'"),
      ("--plot", "--plot needs the path of a file to write"),
      ("--rate 10", "--rate expected a rate like 10Mbit or 64kbit, not '10'"),
    ])
  func loopback(line: String, expected: String) {
    let words = line.split(separator: " ").map(String.init)
    #expect(
      usageError { () throws(ToolError) in _ = try LoopbackCommand(words) }
        == (expected == "" ? nil : expected))
  }

  @Test("Every option of loopback is taken") func allOfLoopback() {
    let line = """
      --file a --bytes 1k --both --ipv6 --mtu 1280 --buffer 4k --seed 7 --trace --capture b --json --loss 0.1 \
      --duplicate 0.1 --reorder 0.1 --corrupt 0.1 --delay 1ms --jitter 1ms --rate 1Mbit \
      --control cubic --no-pacing --queue 64k --ack-every 8 --spike 2s,3s --plot c --ecn --mark 0.1 \
      --user-timeout 300
      """
    let words = line.split(separator: " ").map(String.init)
    #expect(usageError { () throws(ToolError) in _ = try LoopbackCommand(words) } == nil)
    for word in words where word.hasPrefix("--") { #expect(Usage.text.contains(word), "\(word) has no help") }
  }

  @Test("Options of the link reach both directions, those of the peer one") func link() throws {
    let options = try LoopbackOptions(
      "--queue 64k --ack-every 8 --spike 2s,500ms --mtu 1400 --ipv6".split(separator: " ").map(String.init))
    let made = options.configuration
    #expect(made.rightward.queueLimit == 65_536 && made.leftward.queueLimit == 65_536)
    let spike = DelaySpike(start: made.start + .seconds(2), length: .milliseconds(500))
    #expect(made.rightward.spike == spike && made.leftward.spike == spike)
    #expect(made.rightward.acknowledgmentStep == 0 && made.leftward.acknowledgmentStep == 8 * 1_328)
    let plain = try LoopbackOptions([]).configuration
    #expect(plain.leftward.acknowledgmentStep == 0 && plain.leftward.spike == nil)
    #expect(plain.rightward.queueLimit == 1_048_576)
  }

  @Test("read takes one file; sizes takes --json") func others() {
    #expect(usageError { () throws(ToolError) in _ = try ReadCommand(["--ladder", "-"]) } == nil)
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand([]) }
        == "read needs the name of a pcap or pcapng file")
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "b"]) }
        == "filter: expected host, net, port, portrange, src, dst, tcp, ip, ip6, a flag or '(', not 'b'")
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["--xml", "a"]) }
        == "read does not know '--xml'; expected --ladder, --summary, --follow, --plot, --json, --absolute, "
        + "--time, --sort, --conversation or -c")
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "--plot", "b", "--conversation", "2"]) }
        == nil)
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "--plot"]) }
        == "--plot needs the path of a file to write")
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "--ladder", "--plot", "b"]) }
        == "read takes one of --ladder and --plot")
    for (words, message) in [
      (["a", "--plot", "b", "-c", "2"], "-c has no meaning with --plot"),
      (["a", "--sort", "octets"], "--sort has no meaning with lines"),
      (["a", "--ladder", "--json"], "--json has no meaning with --ladder"),
      (["a", "--follow", "1", "port", "80"], "a filter has no meaning with --follow"),
      (["a", "--time", "now"], "--time expected relative, absolute or delta, not 'now'"),
      (["a", "--summary", "--sort"], "--sort needs number, segments, octets, retransmissions or duration"),
      (["a", "-c", "0"], "-c expected a number from 1 to 1000000000, not '0'"),
    ] {
      #expect(usageError { () throws(ToolError) in _ = try ReadCommand(words) } == message)
    }
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "-c", "3", "not", "(", "syn", ")"]) }
        == nil)
    #expect(
      usageError { () throws(ToolError) in _ = try ReadCommand(["a", "--plot", "b", "--conversation", "0"]) }
        == "--conversation expected a number from 1 to 1000000000, not '0'")
    #expect(usageError { () throws(ToolError) in _ = try SizesCommand(["--json"]) } == nil)
    #expect(
      usageError { () throws(ToolError) in _ = try SizesCommand(["all"]) }
        == "sizes does not know 'all'; expected --json")
  }
}
