/// Reads the heads of requests from octets as they come, with bounded memory (RFC 9112).
public struct HTTPRequestParser: Sendable {
  /// How far a head is read.
  public enum Progress: Equatable, Sendable {
    /// More octets are needed.
    case incomplete
    /// The request is known; what follows is its body, or the next one.
    case complete
    /// The head is wrong; the status code says how: 400, 431 or 505.
    case failed(Int)
  }

  /// The longest line, in octets without its end.
  public static var lineLimit: Int { 4_096 }
  /// The longest head in octets.
  public static var headLimit: Int { 16_384 }

  /// The request so far.
  public private(set) var request = HTTPRequest()
  /// How far the head is read.
  public private(set) var progress = Progress.incomplete
  private var line: [UInt8] = []
  private var count = 0
  private var isFirstLine = true

  /// A parser at the beginning of a request.
  public init() { line.reserveCapacity(HTTPRequestParser.lineLimit) }

  /// Whether nothing of a request has come yet.
  public var isAtStart: Bool { isFirstLine && line.isEmpty }

  /// Begins the next request.
  public mutating func reset() {
    request = HTTPRequest()
    progress = .incomplete
    line.removeAll(keepingCapacity: true)
    count = 0
    isFirstLine = true
  }

  /// Takes octets up to the end of the head.
  ///
  /// - Returns: how many octets were taken; those behind them are not the head's.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Int {
    var taken = 0
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      guard progress == .incomplete else { return taken }
      taken += 1
      count += 1
      if byte == 10 {
        if line.last == 13 { line.removeLast() }
        progress = isFirstLine ? takeRequestLine() : takeField()
        line.removeAll(keepingCapacity: true)
      } else if line.count >= HTTPRequestParser.lineLimit || count >= HTTPRequestParser.headLimit {
        progress = .failed(431)
      } else {
        line.append(byte)
      }
    }
    return taken
  }

  private mutating func takeRequestLine() -> Progress {
    if line.isEmpty { return .incomplete }  // RFC 9112 section 2.2: some clients send an empty line too many
    isFirstLine = false
    guard let firstSpace = line.firstIndex(of: 32), let lastSpace = line.lastIndex(of: 32),
      firstSpace > 0, firstSpace + 1 < lastSpace, !HTTPRequestParser.hasGaps(line[..<firstSpace]),
      !HTTPRequestParser.hasGaps(line[(firstSpace + 1)..<lastSpace])
    else { return .failed(400) }
    let version = line[(lastSpace + 1)...]
    guard version.count == 8, version.starts(with: "HTTP/".utf8), version[lastSpace + 7] == 46,
      HTTPRequestParser.number(version[(lastSpace + 6)..<(lastSpace + 7)]) != nil,
      HTTPRequestParser.number(version[(lastSpace + 8)...]) != nil
    else { return .failed(400) }
    guard version[lastSpace + 6] == 49 else { return .failed(505) }
    request.isVersion11 = version[lastSpace + 8] != 48
    request.keepsAlive = request.isVersion11
    request.method = HTTPRequestParser.method(line[..<firstSpace])
    request.target = HTTPRequestParser.target(line[(firstSpace + 1)..<lastSpace])
    return .incomplete
  }

  /// Whether there are blanks or control characters in what is to be one word.
  private static func hasGaps(_ word: ArraySlice<UInt8>) -> Bool { word.contains { $0 <= 32 || $0 == 127 } }

  private static func method(_ word: ArraySlice<UInt8>) -> HTTPRequest.Method {
    if word.elementsEqual("GET".utf8) { return .get }
    if word.elementsEqual("HEAD".utf8) { return .head }
    if word.elementsEqual("POST".utf8) { return .post }
    if word.elementsEqual("PUT".utf8) { return .put }
    return .other
  }

  private static func target(_ word: ArraySlice<UInt8>) -> HTTPRequest.Target {
    var path = word
    let scheme = "http://".utf8
    if path.starts(with: scheme) {  // RFC 9112 section 3.2.2: servers take the absolute form too
      path = path.dropFirst(scheme.count).drop { $0 != 47 }
      if path.isEmpty { return .root }
    }
    path = path.prefix { $0 != 63 }
    if path.elementsEqual("/".utf8) { return .root }
    let octets = "/octets/".utf8
    guard path.starts(with: octets), let count = number(path.dropFirst(octets.count)) else { return .other }
    return .octets(count)
  }

  /// A decimal number of at most 18 digits.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit >= 48, digit <= 57 else { return nil }
      value = value * 10 + UInt64(digit - 48)
    }
    return value
  }

  private mutating func takeField() -> Progress {
    if line.isEmpty {
      if request.isVersion11 && !request.namesHost { return .failed(400) }
      // RFC 9112 section 6.3: who takes the one and who takes the other would see different requests behind
      // it.
      return request.isChunked && request.bodyCount != nil ? .failed(400) : .complete
    }
    guard let colon = line.firstIndex(of: 58), colon > 0, !HTTPRequestParser.hasGaps(line[..<colon]) else {
      return .failed(400)
    }
    let value = HTTPRequestParser.trimmed(line[(colon + 1)...])
    // RFC 9110 section 5.5: others may take these for the end of the value.
    if value.contains(where: { $0 == 0 || $0 == 13 }) { return .failed(400) }
    if isField("content-length", colon) {
      guard let count = HTTPRequestParser.number(value), request.bodyCount ?? count == count else {
        return .failed(400)
      }
      request.bodyCount = count
    } else if isField("transfer-encoding", colon) {
      request.isChunked = true
    } else if isField("connection", colon) {
      for option in value.split(separator: 44) {
        let word = HTTPRequestParser.trimmed(option)
        if HTTPRequestParser.isSame(word, "close") { request.keepsAlive = false }
        if HTTPRequestParser.isSame(word, "keep-alive") && !request.isVersion11 { request.keepsAlive = true }
      }
    } else if isField("expect", colon) {
      // RFC 9110 section 10.1.1: version 1.0 has no interim responses, so there the field means nothing.
      request.expectsContinue = request.isVersion11 && HTTPRequestParser.isSame(value, "100-continue")
    } else if isField("host", colon) {
      if request.namesHost { return .failed(400) }
      request.namesHost = true
    }
    return .incomplete
  }

  private func isField(_ name: String, _ colon: Int) -> Bool {
    HTTPRequestParser.isSame(line[..<colon], name)
  }

  /// Whether octets spell a word of small letters, whatever the case.
  private static func isSame(_ octets: ArraySlice<UInt8>, _ word: String) -> Bool {
    octets.count == word.utf8.count
      && zip(octets, word.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 && $1 >= 97 && $1 <= 122 }
  }

  private static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = octets.drop { $0 == 32 || $0 == 9 }
    while let last = rest.last, last == 32 || last == 9 { rest.removeLast() }
    return rest
  }
}
