import TCPCore

/// Tests name entries by number.
extension EntryID: Hashable, ExpressibleByIntegerLiteral {
  /// The entry of a number.
  public init(integerLiteral value: UInt32) { self.init(rawValue: value) }
  /// Hashes the number.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
