import Foundation
import TCPCoreBenchmarks
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The picture of tcpcore-bench") struct PlotTests {
  private let plot = Plot([
    Plot.Entry(name: "scale.ack.1", nanoseconds: 30),
    Plot.Entry(name: "scale.ack.inorder.1", nanoseconds: 29),
    Plot.Entry(name: "scale.ack.10000", nanoseconds: 60),
    Plot.Entry(name: "input.text.1460", nanoseconds: 100, lowerBoundShare: 0.25),
    Plot.Entry(name: "pingpong", nanoseconds: 500),
  ])

  @Test("Each measurement goes to its half of the plot; one that fits neither is left out") func halves() {
    #expect(plot.series.map(\.name) == ["ack", "ack inorder"])
    #expect(plot.series.map { $0.points.map(\.connections) } == [[1, 10_000], [1]])
    #expect(plot.series.map { $0.points.map(\.nanoseconds) } == [[30, 60], [29]])
    #expect(plot.stages.map(\.name) == ["input.text.1460"])
    #expect(Plot([Plot.Entry(name: "pingpong", nanoseconds: 500)]).isEmpty)
  }

  /// The values of the attributes of the elements of one kind.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append((name, attributes))
    }
  }

  @Test("It is well-formed, and lengths are in proportion") func drawing() throws {
    let parser = XMLParser(data: Data(plot.svg.utf8))
    let reader = Reader()
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.elements.filter { $0.name == "polyline" }.count == 2)
    // The highest number of the left half is 60, so its axis ends at 100: 300 points for 100 ns.
    let heights = reader.elements.filter { $0.name == "circle" }.compactMap { $0.attributes["cy"] }
    #expect(heights == ["270.0", "180.0", "273.0"])
    let widths = reader.elements.filter { $0.name == "rect" }.compactMap { $0.attributes["width"] }
    #expect(widths.suffix(2) == ["300.0", "75.0"])
  }

  @Test(
    "Axes end at a round number",
    arguments: [(0.3, 0.5), (1, 1), (1.1, 2), (60, 100), (501, 1_000), (2_100, 2_500)])
  func roundNumbers(value: Double, rounded: Double) {
    #expect(abs(Plot.roundedUp(value) - rounded) < 1e-9)
  }
}
