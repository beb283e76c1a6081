import TCPCore

/// Picks datagrams by their addresses, ports and flags: a part of the language of libpcap's filters, and
/// words for flags.
///
/// ```
/// host 10.0.0.1 and not (port 22 or port 53)
/// src net 2001:db8::/32 and syn and not ack
/// ```
/// As in that language `and` and `or` bind alike, from left to right, and `not` binds tighter.
public struct CaptureFilter: Sendable {
  /// Which end of a datagram must match.
  enum Direction: Sendable {
    case either
    case source
    case destination
  }

  /// One condition.
  enum Condition: Sendable {
    case host(Direction, Address)
    case net(Direction, Address, prefix: Int)
    case ports(Direction, ClosedRange<UInt16>)
    case flag(SegmentFlags)
    case tcp
    case ipv4
    case ipv6
  }

  /// A step of the evaluation: it works on a stack of answers, so that no depth of parentheses matters.
  enum Step: Sendable {
    case condition(Condition)
    case not
    case and
    case or
  }

  let steps: [Step]

  /// Reads a filter.
  public init(_ text: String) throws(CaptureFilterError) {
    var parser = CaptureFilterParser(text)
    steps = try parser.parse()
  }

  /// Whether what a record holds is picked.
  public func matches(_ content: CapturedDatagram) -> Bool {
    let found: (datagram: Datagram?, header: SegmentHeader?)
    switch content {
    case .segment(let segment): found = (segment.datagram, segment.header)
    case .icmpError(_, let datagram), .other(let datagram, _): found = (datagram, nil)
    case .unreadable: found = (nil, nil)
    }
    var answers: [Bool] = []
    for step in steps {
      switch step {
      case .condition(let condition):
        answers.append(CaptureFilter.holds(condition, found.datagram, found.header))
      case .not: if let last = answers.popLast() { answers.append(!last) }
      case .and:
        if let last = answers.popLast(), let first = answers.popLast() { answers.append(first && last) }
      case .or:
        if let last = answers.popLast(), let first = answers.popLast() { answers.append(first || last) }
      }
    }
    return answers.last ?? true
  }

  private static func holds(_ condition: Condition, _ datagram: Datagram?, _ header: SegmentHeader?) -> Bool {
    guard let datagram else { return false }
    switch condition {
    case .host(let direction, let address):
      return holds(direction, datagram.source == address, datagram.destination == address)
    case .net(let direction, let address, let prefix):
      return holds(
        direction, datagram.source.matches(address, prefix: prefix),
        datagram.destination.matches(address, prefix: prefix))
    case .ports(let direction, let range):
      guard let header else { return false }
      return holds(direction, range.contains(header.sourcePort), range.contains(header.destinationPort))
    case .flag(let flag): return header?.flags.contains(flag) ?? false
    case .tcp: return header != nil
    case .ipv4: return datagram.source.isIPv4
    case .ipv6: return !datagram.source.isIPv4
    }
  }

  private static func holds(_ direction: Direction, _ source: Bool, _ destination: Bool) -> Bool {
    switch direction {
    case .either: source || destination
    case .source: source
    case .destination: destination
    }
  }
}

/// What is wrong with a filter.
public struct CaptureFilterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One sentence: what was expected, and what was found.
  public let description: String
}
