/// What identifies a connection: local and remote endpoint, and for link-local addresses the interface.
public struct FourTuple: Equatable, Sendable, BitwiseCopyable {
  /// Our address.
  public var localAddress: Address
  /// The peer's address.
  public var remoteAddress: Address
  /// Our port.
  public var localPort: UInt16
  /// The peer's port.
  public var remotePort: UInt16
  /// 0, or for a link-local remote address 1 plus the number of the interface (RFC 4007).
  public var scope: UInt8

  /// The tuple of a segment that arrives for `local` from `remote`.
  @inline(__always)
  public init(local: Endpoint, remote: Endpoint, scope: UInt8 = 0) {
    localAddress = local.address
    remoteAddress = remote.address
    localPort = local.port
    remotePort = remote.port
    self.scope = scope
  }

  /// Our side.
  @inline(__always)
  public var local: Endpoint { Endpoint(localAddress, localPort) }
  /// The peer's side.
  @inline(__always)
  public var remote: Endpoint { Endpoint(remoteAddress, remotePort) }
  /// Whether the connection runs over IPv4.
  @inline(__always)
  public var isIPv4: Bool { remoteAddress.isIPv4 }

  /// Whether both name the same connection; the cheap parts are compared first.
  @inline(__always)
  public static func == (left: FourTuple, right: FourTuple) -> Bool {
    left.remotePort == right.remotePort && left.localPort == right.localPort
      && left.remoteAddress.low == right.remoteAddress.low
      && left.localAddress.low == right.localAddress.low
      && left.remoteAddress.high == right.remoteAddress.high
      && left.localAddress.high == right.localAddress.high && left.scope == right.scope
  }
}

extension StateDigest {
  mutating func add(_ tuple: FourTuple) {
    add(tuple.localAddress.high)
    add(tuple.localAddress.low)
    add(tuple.remoteAddress.high)
    add(tuple.remoteAddress.low)
    add(UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    add(tuple.scope)
  }
}
