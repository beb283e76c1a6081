/// What must not happen, and has.
public struct Problem: Error, Equatable, Sendable {
  /// A rule in a few words, the same wherever it is broken.
  public var rule: String
  /// What broke it here.
  public var detail: String

  init(_ rule: String, _ detail: String = "") {
    self.rule = rule
    self.detail = detail
  }

  /// Rule and detail.
  public var message: String { detail.isEmpty ? rule : "\(rule): \(detail)" }
}
