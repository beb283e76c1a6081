import TCPCoreTool
import Testing

@Suite("Parts of a plot") struct PlotPartsTests {
  private func labels(_ quantity: PlotAxis.Quantity, _ highest: Double) -> (unit: String, ticks: [String]) {
    let axis = PlotAxis(quantity, highest: highest, tickCount: 5)
    return (axis.unit, axis.ticks.map(\.label))
  }

  @Test("Ticks are round numbers in a unit that suits the axis") func ticks() {
    #expect(labels(.time, 2_400_000) == ("s", ["0.0", "0.5", "1.0", "1.5", "2.0"]))
    #expect(labels(.time, 97_000) == ("ms", ["0", "20", "40", "60", "80"]))
    #expect(labels(.time, 3) == ("µs", ["0", "1", "2", "3"]))
    #expect(labels(.octets, 1_090_000) == ("MB", ["0.0", "0.5", "1.0"]))
    #expect(labels(.octets, 65_536) == ("kB", ["0", "20", "40", "60"]))
    #expect(labels(.octets, 7e12).unit == "GB")
    #expect(labels(.octets, 0).ticks == ["0", "1"])
    for highest in [1, 9, 11, 99, 1e3, 12_345, 1e6 - 1, 5e9, 1e18] as [Double] {
      let axis = PlotAxis(.octets, highest: highest, tickCount: 5)
      #expect(axis.ticks.last.map { $0.value <= highest * 1.000_001 } == true, "\(highest)")
      #expect((2...7).contains(axis.ticks.count), "\(highest): \(axis.ticks.count)")
    }
    // What is no number at all still gives an axis.
    #expect(labels(.time, .infinity).ticks == ["0", "1"] && labels(.time, .nan).ticks == ["0", "1"])
  }

  @Test("A line keeps every value while there are few, and extremes and the end always") func lines() {
    var line = ThinnedLine()
    for time in 0..<2_048 as Range<UInt64> { line.add(Double(time), at: time) }
    #expect(line.groupSize == 1 && line.points.count == 2_048)
    line.add(2_047, at: 9_000)  // the same value: the line only gets longer
    #expect(line.groupSize == 1 && line.points.last == ThinnedLine.Point(time: 9_000, value: 2_047))

    for time in 2_048..<4_096 as Range<UInt64> { line.add(Double(time), at: time + 9_000) }
    #expect(line.groupSize == 2 && !line.isThinned && line.points.count == 4_096)

    var long = ThinnedLine()
    for time in 0..<1_000_000 as Range<UInt64> {
      long.add(time == 123_456 ? -7 : time == 777_777 ? 1e9 : Double(time % 2), at: time)
    }
    let points = long.points
    #expect(long.isThinned && points.count <= 4_097)
    #expect(points.contains(ThinnedLine.Point(time: 123_456, value: -7)))
    #expect(points.contains(ThinnedLine.Point(time: 777_777, value: 1e9)))
    #expect(points.first?.time == 0 && points.last?.time == 999_999)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test("Of too many marks every second one goes, and the count stays") func marks() {
    var marks = ThinnedMarks()
    for time in 0..<11_999 as Range<UInt64> { marks.add(0, 1, at: time) }
    #expect(marks.stride == 1 && marks.marks.count == 11_999)
    for time in 11_999..<1_000_000 as Range<UInt64> { marks.add(0, 1, at: time) }
    #expect(marks.total == 1_000_000 && marks.marks.count < 12_000 && marks.stride == 128)
    #expect(marks.marks.indices.allSatisfy { marks.marks[$0].time == UInt64($0 * marks.stride) })
  }
}
