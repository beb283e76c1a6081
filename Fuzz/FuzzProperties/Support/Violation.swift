// Coverage counts for the core. Functions whose symbols start with __sanitizer_ get no counters and no
// traces of what they compare, so that the fuzzer neither follows the oracle's own branches nor spends its
// time on them. The core's functions are called, not inlined, from there.

/// The file that is replayed, for the message; `nil` while the fuzzer makes the inputs.
// One input at a time is replayed.
nonisolated(unsafe) package var replayedFile: String?

/// A property does not hold: says which one and how, and ends the process, which is what a fuzzer notices.
package func violated(_ property: String, _ how: String = "") -> Never {
  let place = unsafe replayedFile.map { " [\($0)]" } ?? ""
  fatalError(how.isEmpty ? "violated: \(property)\(place)" : "violated: \(property): \(how)\(place)")
}

/// Ends the process where a condition does not hold.
@inline(__always)
func require(_ property: StaticString, _ isTrue: Bool, _ how: @autoclosure () -> String = "") {
  if !isTrue { violated("\(property)", how()) }
}

/// Ends the process where there is a difference.
@inline(__always)
func require(_ property: StaticString, _ difference: Difference?) {
  if let difference { violated("\(property)", difference.text) }
}

/// A field about which two readings disagree. Where there is no such field it is -1.
package struct Difference {
  var field: StaticString
  var core: Int
  var naive: Int

  /// The difference in words.
  package var text: String { "\(field) is \(core), and naively \(naive)" }
}

/// Compares field by field and keeps the first difference.
struct Comparison {
  private(set) var first: Difference?

  @inline(__always)
  mutating func field(_ name: StaticString, _ core: Int, _ naive: Int) {
    if core != naive { note(name, core, naive) }
  }

  @inline(never)
  private mutating func note(_ name: StaticString, _ core: Int, _ naive: Int) {
    if first == nil { first = Difference(field: name, core: core, naive: naive) }
  }
}
