/// What a request asks for, as far as the HTTP service understands it.
public struct HTTPRequest: Equatable, Sendable {
  /// The methods that are distinguished.
  public enum Method: Sendable {
    /// The body of a resource.
    case get
    /// Its headers alone.
    case head
    /// Text for us.
    case post
    /// Text for us as well.
    case put
    /// Anything else.
    case other
  }

  /// The resources there are.
  public enum Target: Equatable, Sendable {
    /// `/`: a page.
    case root
    /// `/octets/N`: so many generated octets.
    case octets(UInt64)
    /// Anything else.
    case other
  }

  /// What is to be done.
  public var method = Method.other
  /// With what.
  public var target = Target.other
  /// 1.1 or later, rather than 1.0.
  public var isVersion11 = false
  /// Whether the connection may serve another request.
  public var keepsAlive = false
  /// Octets of body behind the head; `nil` if not said.
  public var bodyCount: UInt64?
  /// Whether the body comes in chunks, which is not supported.
  public var isChunked = false
  /// Whether the client waits for leave to send the body.
  public var expectsContinue = false
  /// Whether the host was named, as version 1.1 asks.
  var namesHost = false

  /// Nothing is known yet.
  public init() {}
}
