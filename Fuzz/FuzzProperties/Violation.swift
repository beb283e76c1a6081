/// A property does not hold: says which one and how, and ends the process, which is what a fuzzer notices.
package func violated(_ property: String, _ how: String = "") -> Never {
  fatalError(how.isEmpty ? "violated: \(property)" : "violated: \(property): \(how)")
}

/// Ends the process with the first fault, where there is one.
func require(_ property: String, _ fault: String?) {
  if let fault { violated(property, fault) }
}

/// Ends the process where a condition does not hold.
func require(_ property: String, _ isTrue: Bool) {
  if !isTrue { violated(property) }
}

/// What the core says and what the naive reading says about one field. Where there is no such field it is -1.
struct Field {
  var name: StaticString
  var core: Int
  var naive: Int

  init(_ name: StaticString, _ core: Int, _ naive: Int) {
    self.name = name
    self.core = core
    self.naive = naive
  }

  /// The first field about which the two disagree, in words.
  static func difference(_ fields: [Field]) -> String? {
    guard let field = fields.first(where: { $0.core != $0.naive }) else { return nil }
    return "\(field.name) is \(field.core), and naively \(field.naive)"
  }
}
