import TCPLoopback
import TCPScript
import Testing

/// What the player does beyond what scripts of the conformance tests show.
@Suite("Script player") struct PlayerTests {
  static let linux = ScriptSettings(profile: .linux)

  static func expectPass(_ text: String, _ settings: ScriptSettings = ScriptSettings()) {
    #expect(ScriptResult(playing: text, file: "s.pkt", settings).text == "s.pkt: passed")
  }

  @Test("The profile linux: window shift, 200 ms, and long segments that leave in pieces") func linuxProfile()
  {
    Self.expectPass(
      """
         0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
       +.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
        +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
       +.1 < . 1:1(0) ack 1 win 257
        +0 accept(3, ..., ...) = 4
        +0 write(4, ..., 3500) = 3500
        +0 > P. 1:3501(3500) ack 1
       +.1 < . 1:1(0) ack 3501 win 257
        +0 write(4, ..., 100) = 100
        +0 > P. 3501:3601(100) ack 1
         * > P. 3501:3601(100) ack 1
        +0 %{ assert tcpi_rto < 1000000 }%
      """, Self.linux)
  }

  @Test("The profile linux acknowledges at once, until the program answers") func quickAcknowledgments() {
    let start = ArticleTests.connected.replacing("<mss 1460>", with: "<...>")
    let text =
      start + """
        +0 < . 1:101(100) ack 1 win 65535
        +0 > . 1:1(0) ack 101
        +0 read(4, ..., 1000) = 100
        +0 write(4, ..., 10) = 10
        +0 > P. 1:11(10) ack 101
        +0 < . 101:201(100) ack 11 win 65535
        +.04 > . 11:11(0) ack 201
        +0 setsockopt(4, SOL_TCP, TCP_QUICKACK, [1], 4) = 0
        +0 < . 201:301(100) ack 11 win 65535
        +0 > . 11:11(0) ack 301
        """
    Self.expectPass(text, Self.linux)
    #expect(ScriptResult(playing: text, file: "s.pkt").position?.line == 9)
  }

  @Test("By default a long segment is one that nobody sends") func noPieces() {
    let text = ArticleTests.connected + "+0 write(4, ..., 1500) = 1500\n+0 > P. 1:1501(1500) ack 1"
    let result = ScriptResult(playing: text, file: "s.pkt")
    #expect(
      result.head
        == "s.pkt:9:1: failed: the flags are ., not P.; the sequence numbers are 1:1001(1000), not 1:1501(1500)"
    )
    Self.expectPass(text, ScriptSettings(ignored: [.segmentation]))
  }

  @Test("Options in another order, and none where there are some, are leniencies") func optionLeniencies() {
    let start = """
      0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
      +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)

      """
    let turned = start + "+0 > S 0:0(0) <sackOK,TS val 1 ecr 0,nop,wscale 0,mss 1460>"
    #expect(ScriptResult(playing: turned, file: "s.pkt").outcome == .failed)
    Self.expectPass(turned, ScriptSettings(ignored: [.optionOrder]))
    let bare = start + "+0 > S 0:0(0)"
    #expect(ScriptResult(playing: bare, file: "s.pkt").message.hasSuffix("<...> takes any)"))
    Self.expectPass(bare, ScriptSettings(ignored: [.options]))
  }

  @Test("The tolerance is the script's") func tolerance() {
    let text = ArticleTests.connected + "+0 write(4, ..., 10) = 10\n+.01 > P. 1:11(10) ack 1"
    #expect(ScriptResult(playing: text, file: "s.pkt").outcome == .failed)
    Self.expectPass("--tolerance_usecs=10000\n" + text)
  }

  @Test("What leaves behind the last line with > is not judged") func theEnd() {
    Self.expectPass(ArticleTests.connected + "+0 write(4, ..., 10) = 10")
  }

  @Test("A call that blocks may be the last thing") func blockingEnd() {
    Self.expectPass(
      ArticleTests.connected + "+0...0.1 poll([{fd=4, events=POLLIN, revents=0}], 1, 100) = 0")
    let late = ArticleTests.connected + "+0...0.1 read(4, ..., 10) = 10"
    #expect(ScriptResult(playing: late, file: "s.pkt").message == "read still blocks at 0.104000")
  }

  @Test("A result is the same each time") func repeatable() {
    let text = ArticleTests.connected + "+0 write(4, ..., 1500) = 1\n"
    let first = ScriptResult(playing: text, file: "s.pkt").text
    #expect(ScriptResult(playing: text, file: "s.pkt").text == first)
  }

  @Test("Shell lines that set what a host has are settings; in the middle of a script they are not")
  func systemSettings() {
    let start = "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
    let connect = "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
    Self.expectPass(
      "`../common/defaults.sh\nsysctl -q net.ipv4.tcp_ecn=1 # on\n"
        + "./set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0`\n" + start + connect
        + "+0 > SEW 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 0>")
    Self.expectPass(
      "0 `sysctl -w net.inet.tcp.rfc1323=0`\n+0 `sysctl -w net.inet.tcp.recvspace=30000`\n"
        + "+0 `sysctl -w net.inet.tcp.sendspace=1000`\n" + start
        + "+0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [30000], [4]) = 0\n"
        + connect + "+0 > S 0:0(0) win 30000 <mss 1460,nop,nop,sackOK>")
    let late = ScriptResult(playing: start + "`sysctl -q net.ipv4.tcp_ecn=1`\n" + connect, file: "s.pkt")
    #expect(late.outcome == .unsupported && late.position?.line == 2)
  }

  @Test("Behind the last event a shell line changes nothing") func lastShellLine() {
    let text = ArticleTests.connected + "`sysctl net.inet.tcp.ecn.enable=2`\n"
    let result = ScriptResult(playing: text, file: "s.pkt")
    #expect(result.outcome == .passed && result.notes.map(\.position.line) == [8])
    let more = ScriptResult(playing: text + "+0 close(4) = 0", file: "s.pkt")
    #expect(more.outcome == .unsupported && more.position?.line == 8)
  }

  @Test("A corked socket keeps short segments back") func cork() {
    Self.expectPass(
      ArticleTests.connected + """
        +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0
        +0 write(4, ..., 40) = 40
        +.05 writev(4, [{..., 30}, {..., 10}], 2) = 40
        +.01 setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0
        +0 > P. 1:81(80) ack 1
        +0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0
        +0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 40}], msg_flags=0}, 0) = 40
        +.05 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0
        +0 > P. 81:121(40) ack 1
        """)
  }

  @Test("ICMP of every kind arrives, and only errors about our segments do anything") func icmpKinds() {
    let kinds = [
      "unreachable net_unreachable", "unreachable precedence_cutoff", "unreachable code_255", "echo_request",
      "redirect", "time_exceeded", "parameter_problem", "source_quench", "type_255 code_0",
      "address_mask_reply",
    ]
    let lines = kinds.map { "+0 < icmp \($0) [1:11(10)]\n" }.joined()
    Self.expectPass(
      ArticleTests.connected + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n" + lines
        + "+0 %{ assert tcpi_state == TCP_ESTABLISHED and tcpi_pmtu == 1500 }%\n")
  }

  @Test("Addresses are the runner's, by the names that the script gives them") func addresses() {
    let start =
      "--remote_ip=10.1.1.1\n--local_ip=10.2.2.2\n0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
    func connect(_ address: String) -> String {
      start
        + "+0 connect(3, {sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr(\"\(address)\")}, ...)"
        + " = -1 EINPROGRESS (Operation now in progress)"
    }
    Self.expectPass(connect("10.1.1.1"))
    let other = ScriptResult(playing: connect("10.9.9.9"), file: "s.pkt")
    #expect(other.message == "an address other than 10.1.1.1 is not supported here")
  }

  /// Numbers that a call must not fall over.
  static let senseless = [
    "read(4, ..., -1) = -1 EINVAL", "write(4, ..., -5) = -1 EINVAL", "write(4, ..., 99999999999) = 65535",
    "read(4, ..., 99999999999) = -1 EAGAIN", "close(99) = -1 EBADF", "shutdown(4, 7) = -1 EINVAL",
    "setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [-1], 4) = -1 EINVAL",
    "setsockopt(4, SOL_SOCKET, SO_SNDBUF, [9223372036854775807], 4) = 0",
    "poll([{fd=4, events=POLLOUT, revents=POLLOUT}], 1, 9223372036854775807) = 1",
    "read(4, NULL, 10) = -1 EFAULT", "write(4, NULL, 10) = -1 EFAULT",
    "poll([{fd=77, events=POLLIN, revents=POLLNVAL}], 1, 0) = 1", "accept(4, ..., ...) = -1 EINVAL",
    "listen(4, 5) = -1 EINVAL", "bind(4, ..., ...) = -1 EINVAL",
  ]

  @Test("Senseless arguments are refused", arguments: senseless) func senselessCalls(call: String) {
    let nonBlocking = "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
    let result = ScriptResult(playing: ArticleTests.connected + nonBlocking + "+0 \(call)", file: "s.pkt")
    #expect(result.text == "s.pkt: passed")
  }

  @Test("No text makes the player trap", arguments: 1...4 as ClosedRange<UInt64>) func anyText(seed: UInt64) {
    let script =
      ArticleTests.connected
      + "+0 write(4, ..., 10) = 10\n+.1 < [1:11(10)] icmp unreachable frag_needed mtu 0\n"
    let bytes = Array(script.utf8)
    var random = SplitMix64(seed: seed)
    let odd = Array("<>(){}[].,:+-*~|`\"%0987654321 \n\tSPFRack".utf8)
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<changed.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: changed[place] = odd[Int.random(in: 0..<odd.count, using: &random)]
        case 1: changed.remove(at: place)
        default: changed.insert(odd[Int.random(in: 0..<odd.count, using: &random)], at: place)
        }
      }
      let result = ScriptResult(playing: String(decoding: changed, as: UTF8.self), file: "s.pkt")
      #expect(result.outcome == .passed || !result.message.isEmpty)
    }
  }
}
