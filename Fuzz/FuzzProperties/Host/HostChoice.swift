import TCPCore

/// What octets behind the last step choose, too few for one: 0xC0, and then when the host answers with
/// cookies. Without them it never does, and no peer has timestamps.
package struct HostChoice {
  /// The first of the octets.
  package static var mark: Int { 0xC0 }
  var synCookies = SYNCookiePolicy.never
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
  }

  /// The hosts of a choice follow each other by size.
  var firstFixture: Int { Int(synCookies.rawValue) * 4 }
}
