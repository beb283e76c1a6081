/// Writes JSON: objects of one line whose fields keep their order.
package struct JSONText {
  private var fields: [String] = []

  package init() {}

  /// A field with text that already is JSON.
  package mutating func add(_ name: String, json: String) { fields.append("\"\(name)\": \(json)") }

  package mutating func add(_ name: String, _ number: some BinaryInteger) { add(name, json: "\(number)") }

  package mutating func add(_ name: String, _ text: String) { add(name, json: JSONText.quoted(text)) }

  package mutating func add(_ name: String, _ texts: [String]) {
    add(name, json: "[" + texts.map(JSONText.quoted).joined(separator: ", ") + "]")
  }

  /// The object.
  package var object: String { "{" + fields.joined(separator: ", ") + "}" }

  /// Text in quotes (RFC 8259 section 7).
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
