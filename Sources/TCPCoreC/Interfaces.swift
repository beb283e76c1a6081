#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

extension Address {
  /// The address in sixteen octets in network order.
  init(_ value: tcpcore_address_t) {
    let o = value.octets
    self.init(
      high: word((o.0, o.1, o.2, o.3), (o.4, o.5, o.6, o.7)),
      low: word((o.8, o.9, o.10, o.11), (o.12, o.13, o.14, o.15)))
  }
}

private func word(_ high: (UInt8, UInt8, UInt8, UInt8), _ low: (UInt8, UInt8, UInt8, UInt8)) -> UInt64 {
  func half(_ octets: (UInt8, UInt8, UInt8, UInt8)) -> UInt64 {
    UInt64(
      wide: UInt32(octets.0) &<< 24 | UInt32(octets.1) &<< 16 | UInt32(octets.2) &<< 8 | UInt32(octets.3))
  }
  return half(high) &<< 32 | half(low)
}

extension tcpcore_address_t {
  /// Sixteen octets in network order.
  init(_ address: Address) {
    func octet(_ word: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word &>> shift) }
    let (high, low) = (address.high, address.low)
    self.init(
      octets: (
        octet(high, 56), octet(high, 48), octet(high, 40), octet(high, 32), octet(high, 24),
        octet(high, 16), octet(high, 8), octet(high, 0), octet(low, 56), octet(low, 48), octet(low, 40),
        octet(low, 32), octet(low, 24), octet(low, 16), octet(low, 8), octet(low, 0)
      ))
  }
}

extension Endpoint {
  init(_ value: tcpcore_endpoint_t) { self.init(Address(value.address), value.port) }
}

extension tcpcore_endpoint_t {
  init(_ endpoint: Endpoint) {
    self.init(address: tcpcore_address_t(endpoint.address), port: endpoint.port)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_set_interface(
  _ host: OpaquePointer!, _ number: UInt32, _ mtu: UInt32, _ offload: UInt32
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    let known = UInt32(TCPCORE_VERIFIES_ARRIVING | TCPCORE_FILLS_DEPARTING)
    guard offload & ~known == 0 else { throw .invalidArgument }
    try host.setInterface(
      Int(clampingCount: number), mtu: Int(clampingCount: mtu),
      offload: ChecksumOffload(
        verifiesArriving: offload & UInt32(TCPCORE_VERIFIES_ARRIVING) != 0,
        fillsDeparting: offload & UInt32(TCPCORE_FILLS_DEPARTING) != 0))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_add_address(
  _ host: OpaquePointer!, _ number: UInt32, _ address: tcpcore_address_t, _ prefix: UInt32
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    try host.addAddress(Address(address), prefix: Int(clampingCount: prefix), to: Int(clampingCount: number))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_remove_address(
  _ host: OpaquePointer!, _ number: UInt32, _ address: tcpcore_address_t, _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    try host.removeAddress(Address(address), from: Int(clampingCount: number), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_note_link_up(_ host: OpaquePointer!, _ number: UInt32, _ now: tcpcore_time_t) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    try host.noteLinkUp(Int(clampingCount: number), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}
