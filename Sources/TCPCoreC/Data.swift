#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_write(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ octets: UnsafeRawPointer!, _ count: UInt32,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe write(host, connection, octets, count, isUrgent: false, isMoreComing: false, now)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_write_more(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ octets: UnsafeRawPointer!, _ count: UInt32,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe write(host, connection, octets, count, isUrgent: false, isMoreComing: true, now)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_write_urgent(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ octets: UnsafeRawPointer!, _ count: UInt32,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe write(host, connection, octets, count, isUrgent: true, isMoreComing: false, now)
}

private func write(
  _ host: OpaquePointer?, _ connection: tcpcore_handle_t, _ octets: UnsafeRawPointer?, _ count: UInt32,
  isUrgent: Bool, isMoreComing: Bool, _ now: tcpcore_time_t
) -> Int32 {
  let count = Int(clampingCount: count)
  return unsafe withHost(host, .octets(octets, count)) { host throws(CallError) in
    let bytes = unsafe UnsafeRawBufferPointer(start: octets, count: octets == nil ? 0 : count).bytes
    let taken = try host.write(
      Handle(rawValue: connection), bytes, isUrgent: isUrgent, isMoreComing: isMoreComing,
      at: Instant(microseconds: now))
    return Int32(truncatingIfNeeded: taken)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_read(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ octets: UnsafeMutableRawPointer!,
  _ count: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  let count = Int(clampingCount: count)
  return unsafe withHost(host, .octets(octets, count)) { host throws(CallError) in
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: octets, count: octets == nil ? 0 : count)
    let given = unsafe try host.read(
      Handle(rawValue: connection), into: buffer, at: Instant(microseconds: now))
    return Int32(truncatingIfNeeded: given)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_reserve(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>!,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host, .needed(runs, count: 2)) { host throws(CallError) in
    let space = unsafe try useSpace(&host, connection, runs, commit: 0, now)
    guard space > 0 else { throw .wouldBlock }
    return space
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_commit(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ count: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  unsafe commit(host, connection, count, isMoreComing: false, now)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_commit_more(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ count: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  unsafe commit(host, connection, count, isMoreComing: true, now)
}

private func commit(
  _ host: OpaquePointer?, _ connection: tcpcore_handle_t, _ count: UInt32, isMoreComing: Bool,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    let space = try useSpace(
      &host, connection, nil, commit: Int(clampingCount: count), isMoreComing: isMoreComing, now)
    guard count <= UInt32(bitPattern: space) else { throw .invalidArgument }
    return TCPCORE_OK
  }
}

/// Describes the free space of the send ring in `runs`, and queues its first `count` octets as data if it has
/// so many.
///
/// - Returns: the octets of free space before.
@inline(never)  // two uses, and large
private func useSpace(
  _ host: inout TCPHost, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>?,
  commit count: Int, isMoreComing: Bool = false, _ now: tcpcore_time_t
) throws(CallError) -> Int32 {
  var space = 0
  _ = unsafe try host.withWritable(
    Handle(rawValue: connection), isMoreComing: isMoreComing, at: Instant(microseconds: now)
  ) { first, second in
    space = first.count &+ second.count
    if let runs = unsafe runs, space > 0 {
      unsafe fill(runs, UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second))
    }
    return count <= space ? count : 0
  }
  return Int32(truncatingIfNeeded: space)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_peek(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>!,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host, .needed(runs, count: 2)) { host throws(CallError) in
    unsafe try useData(&host, connection, runs, consume: 0, now)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_consume(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ count: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  unsafe withHost(host) { host throws(CallError) in
    let available = try useData(&host, connection, nil, consume: Int(clampingCount: count), now)
    guard count <= UInt32(bitPattern: available) else { throw .invalidArgument }
    return TCPCORE_OK
  }
}

/// Describes the data that can be read in `runs`, and removes its first `count` octets if there are so many.
///
/// - Returns: the octets of data before.
@inline(never)  // two uses, and large
private func useData(
  _ host: inout TCPHost, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>?,
  consume count: Int, _ now: tcpcore_time_t
) throws(CallError) -> Int32 {
  var available = 0
  _ = unsafe try host.withReadable(Handle(rawValue: connection), at: Instant(microseconds: now)) {
    first, second in
    available = first.count &+ second.count
    if let runs = unsafe runs { unsafe fill(runs, first, second) }
    return count <= available ? count : 0
  }
  return Int32(truncatingIfNeeded: available)
}

/// Sets two runs to two pieces of the host's memory.
private func fill(
  _ runs: UnsafeMutablePointer<tcpcore_run_t>, _ first: UnsafeRawBufferPointer,
  _ second: UnsafeRawBufferPointer
) {
  unsafe runs[0] = run(first)
  unsafe runs[1] = run(second)
}

private func run(_ octets: UnsafeRawBufferPointer) -> tcpcore_run_t {
  guard let base = octets.baseAddress, octets.count > 0 else { return unsafe tcpcore_run_t() }
  return unsafe tcpcore_run_t(
    octets: UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: UInt8.self),
    count: UInt32(truncatingIfNeeded: octets.count))
}
