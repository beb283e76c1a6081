// Input scripts about a host that exchanges user time-outs with all of its peers (RFC 5482).

extension HostScript {
  /// A segment with a user time-out, by its place in the table.
  private static func said(_ number: UInt8, _ segment: Segment, _ code: UInt8, text: UInt8 = 0) -> [UInt8] {
    peer(number, segment, text: text, oddity: code << 4 | 6)
  }

  static let timeScripts = [
    Seed(
      "user-timeouts-without-cookies",
      script(
        cookies: .automatic, exchangesTimes: true, said(0, .synchronize, 3), pause(5),
        said(0, .acknowledge, 2),
        write(0, 4), said(0, .push, 3, text: 3), read(0), pause(8))),
    Seed(
      "user-timeouts-with-cookies",
      script(
        cookies: .always, exchangesTimes: true, said(0, .synchronize, 3), said(0, .acknowledge, 2),
        write(0, 4),
        said(1, .synchronize, 5), said(1, .push, 4, text: 3), release(0), pause(10))),
    Seed(
      "user-timeouts-of-zero",
      script(
        cookies: .automatic, exchangesTimes: true, said(0, .synchronize, 6), said(0, .acknowledge, 6),
        write(0, 4), pause(10))),
  ]
}
