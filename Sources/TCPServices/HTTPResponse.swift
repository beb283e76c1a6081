/// The answer to a request: a head with a short text, and perhaps generated octets behind it.
struct HTTPResponse {
  /// Head and text.
  var octets: [UInt8] = []
  /// How many generated octets follow.
  var generatedCount: UInt64 = 0
  /// Whether the connection ends with it.
  var isLast = false

  init() { octets.reserveCapacity(512) }

  /// The interim answer to a client that waits for leave to send its body.
  mutating func makeContinue() {
    clear()
    append("HTTP/1.1 100 Continue\r\n\r\n")
  }

  /// Answers a request whose body has been read.
  mutating func make(for request: HTTPRequest) {
    clear()
    isLast = !request.keepsAlive
    switch (request.method, request.target) {
    case (.get, .root), (.head, .root):
      text(200, "A TCP in Swift, without a heap.\n", for: request, type: "text/plain")
    case (.get, .octets(let count)), (.head, .octets(let count)):
      head(200, count: count, type: "application/octet-stream", isVersion11: request.isVersion11)
      generatedCount = request.method == .head ? 0 : count
    case (.post, _), (.put, _):
      text(200, "\(request.bodyCount ?? 0)\n", for: request, type: "text/plain")
    case (.get, .other), (.head, .other):
      text(404, "404: there is / and /octets/N\n", for: request, type: "text/plain")
    case (.other, _):
      text(405, "405: GET, HEAD, POST and PUT are allowed\n", for: request, type: "text/plain")
    }
  }

  /// Answers what is no request, or one that is not supported; the connection ends.
  ///
  /// - Parameter request: as much of it as was understood: to HEAD even an error has no body.
  mutating func make(error status: Int, for request: HTTPRequest) {
    clear()
    isLast = true
    text(status, "\(status): \(HTTPResponse.reason(status))\n", for: request, type: "text/plain")
  }

  private mutating func clear() {
    octets.removeAll(keepingCapacity: true)
    generatedCount = 0
    isLast = false
  }

  private mutating func text(_ status: Int, _ body: String, for request: HTTPRequest, type: String) {
    head(status, count: UInt64(body.utf8.count), type: type, isVersion11: request.isVersion11)
    if request.method != .head { append(body) }
  }

  private mutating func head(_ status: Int, count: UInt64, type: String, isVersion11: Bool) {
    append("HTTP/1.1 \(status) \(HTTPResponse.reason(status))\r\n")
    append("Content-Type: \(type)\r\nContent-Length: \(count)\r\n")
    if status == 405 { append("Allow: GET, HEAD, POST, PUT\r\n") }
    if isLast {
      append("Connection: close\r\n")
    } else if !isVersion11 {
      append("Connection: keep-alive\r\n")
    }
    append("\r\n")
  }

  private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
