/// A benchmark that is set up, and does its work in batches.
protocol Trial: AnyObject {
  /// Operations in a batch.
  var operations: Int { get }
  /// Whether `runLowerBound` measures what no implementation can beat.
  var hasLowerBound: Bool { get }

  /// Brings about the state in which a batch begins. Not measured.
  func prepare()
  /// One batch.
  func run()
  /// The least that a batch must do with its octets, in such places, in one of the ways to do it.
  func runLowerBound(_ way: LowerBoundMethod)
}

extension Trial {
  var hasLowerBound: Bool { false }
  func prepare() {}
  func runLowerBound(_ way: LowerBoundMethod) {}
}

/// What can be measured: a name and how to set it up.
struct Benchmark {
  /// `stage.case[.size]`.
  let name: String
  /// Octets of text that one operation carries.
  let bytes: Int
  /// Octets of memory that setting up takes; a machine that has less skips it and says so.
  var memory = 0
  /// Batches that are measured at the least.
  var minimumBatches = 15
  /// How long it is measured at the most, in nanoseconds.
  var timeBudget: UInt64 = 300_000_000
  /// The program that measures it; `nil` for this one. All that are measured at once have the same.
  var program: String?
  let make: () throws -> any Trial
}

/// Why a benchmark cannot be set up.
package struct CannotMeasure: Error, CustomStringConvertible {
  package let description: String
}
