import TCPCore

/// Tests name entries by number.
extension EntryID: Hashable, ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt32) { self.init(rawValue: value) }
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
