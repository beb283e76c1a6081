/// An address and a port.
public struct Endpoint: Equatable, Sendable, BitwiseCopyable {
  /// The address; unspecified in a passive open means any.
  public var address: Address
  /// The port; 0 in an active open means one of the core's choice.
  public var port: UInt16

  /// An address and a port.
  @inline(__always)
  public init(_ address: Address, _ port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension StateDigest {
  mutating func add(_ endpoint: Endpoint) {
    add(endpoint.address.high)
    add(endpoint.address.low)
    add(UInt32(endpoint.port))
  }
}
