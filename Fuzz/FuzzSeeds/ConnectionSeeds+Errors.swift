// Input scripts about errors and what is forged.

let errorScripts: [Seed] = [
  Seed(
    "reset-with-a-wrong-ack-while-connecting",
    connectionScript(
      Setup(), [connect, segment(Flag.rst | Flag.ack, acknowledges: .beyond), synchronizeAnswer])),
  Seed(
    "replies-move-along",
    connectionScript(
      Setup(),
      [held(segment(Flag.ack)), held(segment(Flag.syn)), held(move), transmit(1), transmit(1), segment(0)])),
  Seed("refused-while-connecting", connectionScript(Setup(), [connect, icmp(0, .none)])),
  Seed("refused-while-connecting-ipv6", connectionScript(Setup(isIPv6: true), [connect, icmp(0, .none)])),
  Seed(
    "errors-about-what-is-in-flight",
    connectionScript(
      Setup(),
      activeOpen + [write(50)] + (0..<6).map { icmp($0, .none) } + [options(6), icmp(1, .none), answer])),
  Seed(
    "errors-about-what-is-not",
    connectionScript(
      Setup(), activeOpen + [write(50), icmp(0, .beyond), icmp(2, .none, -1), answer, icmp(0, .none)])),
  Seed(
    "path-shrinks",
    connectionScript(
      Setup(), activeOpen + [writeMuch(2), icmp(2, .none, mtu: 2), answer, answer, writeMuch(1), answer])),
  Seed(
    "path-shrinks-below-the-floor",
    connectionScript(Setup(), activeOpen + [writeMuch(1), icmp(2, .none, mtu: 4), answer, answer, answer])),
  Seed(
    "path-shrinks-by-the-table",
    connectionScript(Setup(), activeOpen + [writeMuch(1), icmp(2, .none, mtu: 5), answer])),
  Seed(
    "path-shrinks-ipv6",
    connectionScript(
      Setup(isIPv6: true),
      activeOpen + [writeMuch(1), icmp(2, .none, mtu: 1), icmp(2, .none, mtu: 3), answer])),
  Seed(
    "path-grows-for-nobody",
    connectionScript(Setup(), activeOpen + [writeMuch(1), icmp(2, .none, mtu: 6), answer])),
  // CVE-15
  Seed(
    "reset-must-be-exact",
    connectionScript(
      Setup(),
      activeOpen + [
        segment(Flag.rst, 1), segment(Flag.rst, at: .rightEdge), segment(Flag.rst, at: .lastInWindow),
        segment(Flag.rst, at: .beforeNext), segment(Flag.rst),
      ])),
  Seed(
    "challenges-are-counted",
    connectionScript(
      Setup(),
      activeOpen + Array(repeating: segment(Flag.syn, 7), count: 5) + [
        jump(.tenSeconds), segment(Flag.syn, 7),
      ])),
  Seed(
    "nobody-there",
    connectionScript(
      Setup(),
      [
        segment(Flag.ack), segment(Flag.syn), segment(Flag.rst), segment(0, count: 5),
        segment(Flag.fin | Flag.syn, count: 5),
      ])),
  Seed(
    "half-open-connection-discovered",
    connectionScript(
      Setup(),
      activeOpen + [segment(Flag.syn, at: .peerInitial, 100), segment(Flag.rst), connect, synchronizeAnswer])),
]
