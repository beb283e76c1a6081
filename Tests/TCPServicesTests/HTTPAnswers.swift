import TCPServices

/// One response as a client sees it.
struct HTTPAnswer {
  var status = 0
  var fields: [String: String] = [:]
  var body: [UInt8] = []

  var text: String { String(decoding: body, as: UTF8.self) }

  /// All responses in a stream, each checked to be framed as it says.
  ///
  /// - Parameter heads: which final responses answer a HEAD, and so have no body.
  /// - Returns: `nil` if the stream is anything else than whole responses.
  static func all(in octets: [UInt8], heads: Set<Int> = []) -> [HTTPAnswer]? {
    var answers: [HTTPAnswer] = []
    var rest = octets[...]
    var finals = 0
    while !rest.isEmpty {
      guard let end = endOfHead(rest), var answer = head(rest[..<end]) else { return nil }
      rest = rest[end...]
      if answer.status >= 200 {
        guard let count = answer.fields["content-length"].flatMap({ Int($0) }) else { return nil }
        if !heads.contains(finals) {
          guard rest.count >= count else { return nil }
          answer.body = Array(rest.prefix(count))
          rest = rest.dropFirst(count)
        }
        finals += 1
      }
      answers.append(answer)
    }
    return answers
  }

  private static func endOfHead(_ octets: ArraySlice<UInt8>) -> Int? {
    octets.indices.first { octets[$0...].starts(with: [13, 10, 13, 10]) }.map { $0 + 4 }
  }

  private static func head(_ octets: ArraySlice<UInt8>) -> HTTPAnswer? {
    let lines = String(decoding: octets, as: UTF8.self).split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
    var answer = HTTPAnswer(status: status)
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      answer.fields[line[..<colon].lowercased()] = String(value)
    }
    return answer
  }
}

/// A client's conversation with an HTTP server, as a whole.
struct HTTPConversation {
  var answers: [HTTPAnswer]?
  var ending: CallEnding
  var occupied: Int

  /// How the stream from the server ended.
  enum CallEnding: Equatable {
    /// It did not: the server waits for more.
    case open
    /// The server has closed.
    case closed
    /// It broke.
    case broken
  }

  var statuses: [Int]? { answers?.map(\.status) }

  /// Sends text to a fresh server, lets twenty seconds pass, and looks at what came back.
  init(_ text: String, piece: Int = .max, ring: Int = 4_096, heads: Set<Int> = []) throws {
    let fixture = try ServiceFixture(HTTPSession(), ring: ring)
    let client = try fixture.connect()
    client.piece = piece
    client.send(text)
    fixture.run()
    answers = HTTPAnswer.all(in: client.received, heads: heads)
    ending = client.ending == nil ? .open : client.ending == .endOfStream ? .closed : .broken
    occupied = fixture.occupied
  }
}
