/// A place in a script: both count from 1.
public struct SourcePosition: Equatable, Sendable {
  /// The line.
  public var line: Int
  /// The column, in octets.
  public var column: Int

  /// A place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
