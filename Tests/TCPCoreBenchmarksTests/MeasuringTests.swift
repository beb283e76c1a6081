import TCPCoreBenchmarks
import Testing

@Suite("How is measured") struct MeasuringTests {
  @Test(
    "Each place comes once before any comes twice", arguments: [1, 2, 3, 100, 997, 10_000], [false, true])
  func order(count: Int, isRandom: Bool) {
    var order = Order(count, isRandom: isRandom)
    let first = (0..<count).map { _ in order.next() }
    #expect(Set(first) == Set(0..<count))
    let isInTurn = zip(first, first.dropFirst()).allSatisfy { $1 == ($0 + 1) % count }
    #expect(isInTurn == !isRandom || count < 5)
  }

  @Test("Medians and quartiles") func quantiles() {
    let values = [1.0, 2, 3, 4, 5]
    #expect(Measurement.quantile(values, 0.5) == 3)
    #expect(Measurement.quantile(values, 0.25) == 2)
    #expect(Measurement.quantile(values, 0.75) == 4)
    #expect(Measurement.quantile([7], 0.5) == 7)
  }
}
