#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_listen(
  _ host: OpaquePointer!, _ local: UnsafePointer<tcpcore_endpoint_t>!, _ family: UInt32, _ backlog: UInt32,
  _ ring_class: UInt32, _ traits: UInt32, _ options: UnsafePointer<tcpcore_options_t>!,
  _ listener: UnsafeMutablePointer<tcpcore_handle_t>!
) -> Int32 {
  unsafe withHost(host, .needed(local), .optional(options), .needed(listener)) { host throws(CallError) in
    guard let family = ListenerFamily(family), traits <= 0xFF else { throw .invalidArgument }
    unsafe listener.pointee = try host.listen(
      Endpoint(local.pointee), family: family, backlog: Int(clampingCount: backlog),
      ringClass: Int(clampingCount: ring_class),
      traits: ListenerTraits(rawValue: UInt8(truncatingIfNeeded: traits)),
      options: ConnectionOptions(options)
    ).rawValue
    return TCPCORE_OK
  }
}

extension ListenerFamily {
  fileprivate init?(_ number: UInt32) {
    switch number {
    case UInt32(TCPCORE_FAMILY_IPV4): self = .ipv4
    case UInt32(TCPCORE_FAMILY_IPV6): self = .ipv6
    case UInt32(TCPCORE_FAMILY_BOTH): self = .both
    default: return nil
    }
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_connect(
  _ host: OpaquePointer!, _ remote: UnsafePointer<tcpcore_endpoint_t>!,
  _ local: UnsafePointer<tcpcore_endpoint_t>!, _ interface: UInt32, _ ring_class: UInt32,
  _ options: UnsafePointer<tcpcore_options_t>!, _ now: tcpcore_time_t,
  _ connection: UnsafeMutablePointer<tcpcore_handle_t>!
) -> Int32 {
  unsafe withHost(host, .needed(remote), .optional(local), .needed(connection)) { host throws(CallError) in
    let fault = unsafe host.fault(of: .optional(options))
    guard fault == TCPCORE_OK else { return fault }
    let from: Endpoint? = if unsafe local == nil { nil } else { unsafe Endpoint(local.pointee) }
    unsafe connection.pointee = try host.connect(
      to: Endpoint(remote.pointee), from: from,
      interface: interface == UInt32.max ? nil : Int(clampingCount: interface),
      ringClass: Int(clampingCount: ring_class),
      options: ConnectionOptions(options), at: Instant(microseconds: now)
    ).rawValue
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_connect_listener(
  _ host: OpaquePointer!, _ listener: tcpcore_handle_t, _ remote: UnsafePointer<tcpcore_endpoint_t>!,
  _ now: tcpcore_time_t, _ connection: UnsafeMutablePointer<tcpcore_handle_t>!
) -> Int32 {
  unsafe withHost(host, .needed(remote), .needed(connection)) { host throws(CallError) in
    unsafe connection.pointee = try host.connect(
      turning: Handle(rawValue: listener), to: Endpoint(remote.pointee), at: Instant(microseconds: now)
    ).rawValue
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_accept(
  _ host: OpaquePointer!, _ listener: tcpcore_handle_t, _ connection: UnsafeMutablePointer<tcpcore_handle_t>!
) -> Int32 {
  unsafe withHost(host, .needed(connection)) { host throws(CallError) in
    unsafe connection.pointee = try host.accept(Handle(rawValue: listener)).rawValue
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_request(
  _ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ request: UnsafeMutablePointer<tcpcore_request_t>!
) -> Int32 {
  unsafe withHost(host, .needed(request)) { host throws(CallError) in
    let found = try host.request(Handle(rawValue: handle))
    unsafe request.pointee = tcpcore_request_t(
      listener: found.listener.rawValue, local: tcpcore_endpoint_t(found.tuple.local),
      remote: tcpcore_endpoint_t(found.tuple.remote), interface: UInt32(truncatingIfNeeded: found.interface),
      deadline: found.deadline.microseconds)
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_answer(_ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ now: tcpcore_time_t) -> Int32
{
  unsafe withHost(host) { host throws(CallError) in
    try host.answer(Handle(rawValue: handle), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_refuse(
  _ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ is_silent: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    try host.refuse(Handle(rawValue: handle), isSilent: is_silent != 0, at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_close(_ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ now: tcpcore_time_t) -> Int32
{
  unsafe withHost(host) { host throws(CallError) in
    try host.close(Handle(rawValue: handle), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_abort(_ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ now: tcpcore_time_t) -> Int32
{
  unsafe withHost(host) { host throws(CallError) in
    try host.abort(Handle(rawValue: handle), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_release(_ host: OpaquePointer!, _ handle: tcpcore_handle_t, _ now: tcpcore_time_t)
  -> Int32
{
  unsafe withHost(host) { host throws(CallError) in
    try host.release(Handle(rawValue: handle), at: Instant(microseconds: now))
    return TCPCORE_OK
  }
}
