/// An axis from 0 to its highest value, with a unit and round tick values.
package struct PlotAxis {
  /// What is measured, in its smallest unit.
  package enum Quantity {
    /// Microseconds.
    case time
    case octets
  }

  /// The unit of the numbers at the axis.
  package let unit: String
  /// How many of the smallest unit one of `unit` is.
  private let factor: Double
  /// The value at the far end, in the smallest unit.
  package let top: Double
  private let step: Double
  private let places: Int

  /// An axis on which `highest` has its place, with about `tickCount` ticks.
  package init(_ quantity: Quantity, highest: Double, tickCount: Int) {
    let highest = highest.isFinite && highest > 0 ? highest : 1
    let units: [(name: String, factor: Double)] =
      switch quantity {
      case .time: [("µs", 1), ("ms", 1e3), ("s", 1e6)]
      case .octets: [("octets", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)]
      }
    let unit = units.last { highest >= $0.factor } ?? units[0]
    self.unit = unit.name
    factor = unit.factor
    top = highest
    let rough = highest / unit.factor / Double(max(1, tickCount))
    var magnitude = 1.0
    var places = 0
    while magnitude * 10 <= rough { magnitude *= 10 }
    while magnitude > rough && places < 6 {
      places += 1
      magnitude /= 10
    }
    let multiple = [1.0, 2, 5].first { $0 * magnitude >= rough } ?? 10
    if multiple == 10 && places > 0 { places -= 1 }
    // Octets and microseconds are whole.
    step = unit.factor == 1 ? max(1, multiple * magnitude) : multiple * magnitude
    self.places = unit.factor == 1 ? 0 : places
  }

  /// The ticks: each with its value in the smallest unit and its number in the axis's unit.
  package var ticks: [(value: Double, label: String)] {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let count = Int(top / factor / step + 1e-9)
    return (0...count).map { index in
      let value = Double(index) * step
      return (value * factor, SVGText.decimal(Int((value * scale).rounded()), places: places))
    }
  }
}
