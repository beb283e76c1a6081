import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser finds in a plot.
final class ParsedPlot: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var paths: [String: String] = [:]
  var text = ""
  private(set) var isWellFormed = false

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    if let identifier = attributes["id"] { paths[identifier] = attributes["d"] }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  /// How many marks a path has.
  func marks(_ identifier: String) -> Int { paths[identifier]?.filter { $0 == "M" }.count ?? 0 }
}
