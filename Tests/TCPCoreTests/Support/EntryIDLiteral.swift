import TCPCore

/// Tests name entries by number.
extension EntryID: Hashable, ExpressibleByIntegerLiteral {
  /// The entry with this number.
  public init(integerLiteral value: UInt32) { self.init(rawValue: value) }
  /// Entries are hashed by number.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
