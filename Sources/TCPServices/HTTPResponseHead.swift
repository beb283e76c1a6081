/// Reads the head of a response from octets as they come, with bounded memory (RFC 9112).
public struct HTTPResponseHead: Sendable {
  /// The status code, once the first line is read.
  public private(set) var status: Int?
  /// How long the body says it is.
  public private(set) var bodyCount: UInt64?
  /// Whether all of the head is read.
  public private(set) var isComplete = false
  /// Whether this is no HTTP, or more of it than anybody needs.
  public private(set) var isMalformed = false
  private var line: [UInt8] = []
  private var count = 0

  /// A head of which nothing is read.
  public init() {}

  /// Takes octets up to the end of the head.
  ///
  /// - Returns: how many octets were taken; those behind them are the body.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Int {
    var taken = 0
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if isComplete || isMalformed { return taken }
      taken += 1
      count += 1
      if byte == 10 {
        if line.last == 13 { line.removeLast() }
        takeLine()
        line.removeAll(keepingCapacity: true)
      } else if count >= 65_536 {
        isMalformed = true
      } else {
        line.append(byte)
      }
    }
    return taken
  }

  private mutating func takeLine() {
    let text = String(decoding: line, as: UTF8.self)
    guard let status else {
      let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
        let code = UInt64(decimal: words[1]).map({ Int($0) })
      else {
        isMalformed = true
        return
      }
      self.status = code
      return
    }
    if text.isEmpty {
      // An interim response is followed by the real one.
      guard status >= 100 && status < 200 else {
        isComplete = true
        return
      }
      self.status = nil
      bodyCount = nil
      return
    }
    guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == "content-length" else {
      return
    }
    var digits = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    while let last = digits.last, last == " " || last == "\t" { digits.removeLast() }
    // Two lengths that differ are none (RFC 9112 section 6.3).
    guard let value = UInt64(decimal: digits), bodyCount ?? value == value else {
      isMalformed = true
      return
    }
    bodyCount = value
  }
}

extension UInt64 {
  /// The value of decimal digits, and of nothing else.
  fileprivate init?(decimal text: Substring) {
    guard text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    self.init(text)
  }
}
