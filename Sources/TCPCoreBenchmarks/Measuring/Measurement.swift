import CAllocationCounter
import CBenchmarkSupport

/// What was measured of one benchmark.
package struct Measurement {
  let name: String
  let bytes: Int
  /// Nanoseconds for one operation: the median of the batches, and the quartiles.
  package internal(set) var nanoseconds = 0.0
  var quartiles = (0.0, 0.0)
  /// Operations that were measured.
  package internal(set) var operations = 0
  /// Allocations in all of them.
  var allocations: UInt64 = 0
  /// The lower bound's time over this one's; `nil` where there is no lower bound.
  var lowerBoundShare: Double?
  var lowerBoundNanoseconds: Double?
  /// Of one operation, where they were counted.
  var instructions: InstructionCount?
  /// What else is worth telling.
  package internal(set) var note = ""
}

/// Trials that have more to tell than their time.
protocol NotedTrial: Trial {
  var note: String { get }
}

extension Measurement {
  private static var most: Int { 4_000 }

  /// Measures, or has it measured.
  static func of(_ benchmark: Benchmark, isQuick: Bool) throws -> Measurement {
    guard let program = benchmark.program else { return try Measurement(benchmark, isQuick: isQuick) }
    return try ArchiveProgram.measure(
      benchmark, by: program, timeBudget: isQuick ? 1 : benchmark.timeBudget)
  }

  /// Measures: warms up, then times batch after batch, and a lower bound's after each, until the time budget
  /// is used up.
  private init(_ benchmark: Benchmark, isQuick: Bool) throws {
    self.init(name: benchmark.name, bytes: benchmark.bytes)
    let trial = try benchmark.make()
    let timeBudget = isQuick ? 1 : benchmark.timeBudget
    let minimumBatches = isQuick ? 3 : benchmark.minimumBatches
    let ways = trial.hasLowerBound ? LowerBoundMethod.allCases : []
    let begun = tcpcore_nanoseconds()
    repeat {
      trial.prepare()
      for way in ways { trial.runLowerBound(way) }
      trial.run()
    } while tcpcore_nanoseconds() - begun < timeBudget / 6

    var times: [Double] = []
    var lowerBounds = ways.map { _ in [Double]() }
    times.reserveCapacity(Measurement.most)
    for index in lowerBounds.indices { lowerBounds[index].reserveCapacity(Measurement.most) }
    let operations = Double(trial.operations)
    let start = tcpcore_nanoseconds()
    while times.count < minimumBatches
      || times.count < Measurement.most && tcpcore_nanoseconds() - start < timeBudget
    {
      trial.prepare()
      let allocations = tcpcore_allocation_count()
      let before = tcpcore_nanoseconds()
      trial.run()
      let after = tcpcore_nanoseconds()
      self.allocations += tcpcore_allocation_count() - allocations
      times.append(Double(after - before) / operations)
      for (index, way) in ways.enumerated() {
        // The lower bound finds its octets where the batch would have found them.
        trial.prepare()
        let before = tcpcore_nanoseconds()
        trial.runLowerBound(way)
        lowerBounds[index].append(Double(tcpcore_nanoseconds() - before) / operations)
        trial.run()
      }
    }
    times.sort()
    self.operations = times.count * trial.operations
    nanoseconds = Measurement.quantile(times, 0.5)
    quartiles = (Measurement.quantile(times, 0.25), Measurement.quantile(times, 0.75))
    lowerBoundNanoseconds = lowerBounds.map { Measurement.quantile($0.sorted(), 0.5) }.min()
    lowerBoundShare = lowerBoundNanoseconds.map { $0 / nanoseconds }
    if let noted = trial as? any NotedTrial { note = noted.note }
  }

  init(name: String, bytes: Int) {
    self.name = name
    self.bytes = bytes
  }

  /// The value below which a share of the values lies, of values in order.
  package static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[Int(share * Double(sorted.count - 1) + 0.5)]
  }
}
