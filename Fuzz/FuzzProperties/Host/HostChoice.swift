import TCPCore

/// What octets behind the last step choose, too few for one: 0xC0, and then when the host answers with
/// cookies, and whether it exchanges user time-outs. Without them it does neither, and no peer has
/// timestamps.
package struct HostChoice {
  /// The first of the octets.
  package static var mark: Int { 0xC0 }
  var synCookies = SYNCookiePolicy.never
  /// Whether connections exchange user time-outs (RFC 5482): then a peer may have some with oddity 6.
  var exchangesTimes = false
  /// Whether a peer may have timestamps: then oddity 5 gives it some.
  var hasTimestamps = false

  init() {}

  init(_ bytes: RawSpan) {
    let rest = (bytes.byteCount - 1) % HostStep.byteCount
    let start = bytes.byteCount - rest
    guard rest >= 2, Int(bytes.uint8(at: start)) == HostChoice.mark else { return }
    let policies: [4 of SYNCookiePolicy] = [.automatic, .always, .automatic, .never]
    synCookies = policies[Int(bytes.uint8(at: start + 1) & 3)]
    hasTimestamps = true
    exchangesTimes = bytes.uint8(at: start + 1) & 4 != 0
  }

  /// What connections and listeners begin with.
  var options: ConnectionOptions {
    var options = ConnectionOptions()
    if exchangesTimes { options.userTimeoutPolicy = .exchange }
    return options
  }

  /// The hosts of a choice follow each other by size.
  var firstFixture: Int { Int(synCookies.rawValue) * 4 }
}
