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
  let count = Int(lent: count)
  return unsafe onHost(host, .octets(octets, count)) { host throws(CallError) in
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
  let count = Int(lent: count)
  return unsafe onHost(host, .octets(octets, count)) { host throws(CallError) in
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
  unsafe onHost(host, .needed(runs, count: 2)) { host throws(CallError) in
    let room = unsafe try useRoom(&host, connection, runs, commit: 0, now)
    guard room > 0 else { throw .wouldBlock }
    return room
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
  unsafe onHost(host) { host throws(CallError) in
    let room = try useRoom(
      &host, connection, nil, commit: Int(lent: count), isMoreComing: isMoreComing, now)
    guard count <= UInt32(bitPattern: room) else { throw .invalidArgument }
    return TCPCORE_OK
  }
}

/// Tells the free room of the send ring, and takes the first octets of it as text if there are so many.
///
/// - Returns: how many octets of room there were.
@inline(never)
private func useRoom(
  _ host: inout Host, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>?,
  commit count: Int, isMoreComing: Bool = false, _ now: tcpcore_time_t
) throws(CallError) -> Int32 {
  var room = 0
  _ = unsafe try host.withWritable(
    Handle(rawValue: connection), isMoreComing: isMoreComing, at: Instant(microseconds: now)
  ) { first, second in
    room = first.count &+ second.count
    if let runs = unsafe runs, room > 0 {
      unsafe tell(runs, UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second))
    }
    return count <= room ? count : 0
  }
  return Int32(truncatingIfNeeded: room)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_peek(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>!,
  _ now: tcpcore_time_t
) -> Int32 {
  unsafe onHost(host, .needed(runs, count: 2)) { host throws(CallError) in
    unsafe try useText(&host, connection, runs, consume: 0, now)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_consume(
  _ host: OpaquePointer!, _ connection: tcpcore_handle_t, _ count: UInt32, _ now: tcpcore_time_t
) -> Int32 {
  unsafe onHost(host) { host throws(CallError) in
    let there = try useText(&host, connection, nil, consume: Int(lent: count), now)
    guard count <= UInt32(bitPattern: there) else { throw .invalidArgument }
    return TCPCORE_OK
  }
}

/// Tells where the text that arrived is, and takes the first octets of it out if there are so many.
///
/// - Returns: how many octets there were.
@inline(never)
private func useText(
  _ host: inout Host, _ connection: tcpcore_handle_t, _ runs: UnsafeMutablePointer<tcpcore_run_t>?,
  consume count: Int, _ now: tcpcore_time_t
) throws(CallError) -> Int32 {
  var there = 0
  _ = unsafe try host.withReadable(Handle(rawValue: connection), at: Instant(microseconds: now)) {
    first, second in
    there = first.count &+ second.count
    if let runs = unsafe runs { unsafe tell(runs, first, second) }
    return count <= there ? count : 0
  }
  return Int32(truncatingIfNeeded: there)
}

/// Fills in two runs of the host's memory.
private func tell(
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
