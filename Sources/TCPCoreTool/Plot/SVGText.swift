/// Pieces of an SVG file.
enum SVGText {
  /// A coordinate with one decimal at most.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : decimal(tenths, places: 1)
  }

  /// A whole number of fractions with the point `places` digits from the end.
  static func decimal(_ value: Int, places: Int) -> String {
    guard places > 0 else { return "\(value)" }
    var digits = "\(value.magnitude)"
    digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (value < 0 ? "-" : "") + digits.dropLast(places) + "." + digits.suffix(places)
  }

  /// Text as XML takes it: characters that it does not allow are replaced.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A line of text; `style` is attributes.
  static func text(_ text: String, _ x: Double, _ y: Double, _ style: String = "") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\"\(style.isEmpty ? "" : " " + style)>\(escaped(text))</text>"
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
    "<path d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\" \(style)/>"
  }

  /// Roughly how wide text of 13 pixels is in a plain typeface.
  static func width(_ text: String) -> Double {
    text.reduce(0) { sum, character in
      switch character {
      case "i", "j", "l", "t", "f", "r", " ", ".", ",", ":", "(", ")", "-": sum + 4.2
      case "m", "w", "M", "W": sum + 10.5
      default: sum + (character.isUppercase ? 9 : 7.3)
      }
    }
  }
}
