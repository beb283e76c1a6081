import CAllocationCounter
import CBenchmarkSupport

/// What was measured of one benchmark.
package struct Measurement {
  let name: String
  let bytes: Int
  /// Nanoseconds for one operation: the median of the batches, and the quartiles.
  var nanoseconds = 0.0
  var quartiles = (0.0, 0.0)
  /// Operations that were measured.
  var operations = 0
  /// Allocations in all of them.
  var allocations: UInt64 = 0
  /// The floor's time over this one's; `nil` where there is no floor.
  var floorShare: Double?
  var floorNanoseconds: Double?
  /// Of one operation, where they were counted.
  var instructions: InstructionCount?
  /// What else is worth telling.
  var note = ""
}

/// Trials that have more to tell than their time.
protocol NotedTrial: Trial {
  var note: String { get }
}

extension Measurement {
  private static var most: Int { 4_000 }

  /// Measures: warms up, then times batch after batch, a floor's after each, until the patience is used up.
  init(_ benchmark: Benchmark, isQuick: Bool = false) throws {
    self.init(name: benchmark.name, bytes: benchmark.bytes)
    let trial = try benchmark.make()
    let patience = isQuick ? 1 : benchmark.patience
    let fewest = isQuick ? 3 : benchmark.fewest
    let begun = tcpcore_nanoseconds()
    repeat {
      trial.prepare()
      trial.run()
      trial.runFloor()
    } while tcpcore_nanoseconds() - begun < patience / 6

    var times: [Double] = []
    var floors: [Double] = []
    times.reserveCapacity(Measurement.most)
    floors.reserveCapacity(Measurement.most)
    let start = tcpcore_nanoseconds()
    while times.count < fewest
      || times.count < Measurement.most && tcpcore_nanoseconds() - start < patience
    {
      trial.prepare()
      let allocations = tcpcore_allocation_count()
      let before = tcpcore_nanoseconds()
      trial.run()
      let after = tcpcore_nanoseconds()
      self.allocations += tcpcore_allocation_count() - allocations
      times.append(Double(after - before) / Double(trial.operations))
      if trial.hasFloor {
        trial.runFloor()
        floors.append(Double(tcpcore_nanoseconds() - after) / Double(trial.operations))
      }
    }
    times.sort()
    operations = times.count * trial.operations
    nanoseconds = Measurement.quantile(times, 0.5)
    quartiles = (Measurement.quantile(times, 0.25), Measurement.quantile(times, 0.75))
    if trial.hasFloor {
      floors.sort()
      let floor = Measurement.quantile(floors, 0.5)
      floorNanoseconds = floor
      floorShare = floor / nanoseconds
    }
    if let noted = trial as? any NotedTrial { note = noted.note }
  }

  private init(name: String, bytes: Int) {
    self.name = name
    self.bytes = bytes
  }

  /// The value below which a share of the values lies, of values in order.
  package static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[Int(share * Double(sorted.count - 1) + 0.5)]
  }
}
