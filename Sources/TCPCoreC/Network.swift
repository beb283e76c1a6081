#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_arrive(
  _ host: OpaquePointer!, _ interface: UInt32, _ datagram: UnsafeRawPointer!, _ count: UInt32,
  _ now: tcpcore_time_t
) -> Int32 {
  let count = Int(clampingCount: count)
  return unsafe withHost(host, .octets(datagram, count)) { host in
    let bytes = unsafe UnsafeRawBufferPointer(start: datagram, count: datagram == nil ? 0 : count).bytes
    return Int32(
      host.arrive(bytes, on: Int(clampingCount: interface), at: Instant(microseconds: now)).rawValue)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_transmit(
  _ host: OpaquePointer!, _ buffer: UnsafeMutableRawPointer!, _ bytes: UInt32, _ now: tcpcore_time_t,
  _ interface: UnsafeMutablePointer<UInt32>!
) -> Int32 {
  let count = Int(clampingCount: bytes)
  return unsafe withHost(
    host, .needed(buffer?.assumingMemoryBound(to: UInt8.self), count: count), .optional(interface)
  ) { host in
    guard count >= host.largestMTU else { return TCPCORE_ERROR_BUFFER_TOO_SMALL }
    let space = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: count)
    guard let departure = unsafe host.transmit(into: space, at: Instant(microseconds: now)) else { return 0 }
    if unsafe interface != nil {
      unsafe interface.pointee = UInt32(truncatingIfNeeded: departure.interface)
    }
    return Int32(truncatingIfNeeded: departure.count)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_expire(_ host: OpaquePointer!, _ now: tcpcore_time_t, _ budget: UInt32) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    guard budget > 0 else { throw .invalidArgument }
    let now = Instant(microseconds: now)
    if now < host.now { return TCPCORE_ERROR_CLOCK_WENT_BACK }
    return host.expire(at: now, budget: Int(clampingCount: budget)) ? 1 : 0
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_deadline(_ host: OpaquePointer!) -> tcpcore_time_t {
  var deadline: UInt64 = 0
  _ = unsafe withHost(host) { host in
    deadline = (host.deadline ?? .never).microseconds
    return TCPCORE_OK
  }
  return deadline
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_timer_deadline(_ host: OpaquePointer!) -> tcpcore_time_t {
  var deadline: UInt64 = 0
  _ = unsafe withHost(host) { host in
    deadline = (host.timerDeadline ?? .never).microseconds
    return TCPCORE_OK
  }
  return deadline
}
