#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_configuration_default(
  _ configuration: UnsafeMutablePointer<tcpcore_configuration_t>!, _ connections: UInt32,
  _ send_capacity: UInt32, _ receive_capacity: UInt32
) {
  guard unsafe PointerArgument.optional(configuration).fault == TCPCORE_OK, unsafe configuration != nil else {
    return
  }
  let defaults = HostConfiguration()
  var values = tcpcore_configuration_t()
  values.ring_class_count = 1
  values.ring_classes.0 = tcpcore_ring_class_t(
    connections: connections, send_capacity: send_capacity, receive_capacity: receive_capacity,
    transmissions: 0, ranges: 0, samples_delivery_rate: 0)
  values.half_open = UInt32(truncatingIfNeeded: defaults.halfOpenCapacity)
  values.time_wait = UInt32(truncatingIfNeeded: defaults.timeWaitCapacity)
  values.listeners = UInt32(truncatingIfNeeded: defaults.listenerCapacity)
  values.replies = UInt32(truncatingIfNeeded: defaults.replyCapacity)
  values.interfaces = UInt32(truncatingIfNeeded: defaults.interfaceCount)
  values.maximum_segment_lifetime = defaults.maximumSegmentLifetime.microseconds
  values.half_open_lifetime = defaults.halfOpenLifetime.microseconds
  values.challenge_interval = defaults.challengeInterval.microseconds
  values.challenge_limit = UInt32(defaults.challengeLimit)
  values.minimum_path_mtu = UInt32(truncatingIfNeeded: defaults.minimumPathMTU)
  values.first_ephemeral_port = defaults.firstEphemeralPort
  values.last_ephemeral_port = defaults.lastEphemeralPort
  values.syn_cookies = UInt32(defaults.synCookies.rawValue)
  unsafe configuration.pointee = values
}

extension RingClass {
  fileprivate init(_ values: tcpcore_ring_class_t) {
    self.init(
      connections: Int(clampingCount: values.connections),
      sendCapacity: Int(clampingCount: values.send_capacity),
      receiveCapacity: Int(clampingCount: values.receive_capacity))
    if values.transmissions != 0 { transmissions = Int(clampingCount: values.transmissions) }
    samplesDeliveryRate = values.samples_delivery_rate != 0
    if values.ranges != 0 { ranges = Int(clampingCount: values.ranges) }
  }
}

extension HostConfiguration {
  fileprivate init(_ values: tcpcore_configuration_t) throws(ConfigurationError) {
    self.init()
    guard values.ring_class_count <= UInt32(TCPCORE_RING_CLASSES) else { throw .badRingClasses }
    guard values.challenge_limit <= 255, values.minimum_path_mtu <= 65_535 else { throw .badTableSize }
    if values.ring_class_count > 0 { add(RingClass(values.ring_classes.0)) }
    if values.ring_class_count > 1 { add(RingClass(values.ring_classes.1)) }
    if values.ring_class_count > 2 { add(RingClass(values.ring_classes.2)) }
    if values.ring_class_count > 3 { add(RingClass(values.ring_classes.3)) }
    halfOpenCapacity = Int(clampingCount: values.half_open)
    timeWaitCapacity = Int(clampingCount: values.time_wait)
    listenerCapacity = Int(clampingCount: values.listeners)
    replyCapacity = Int(clampingCount: values.replies)
    interfaceCount = Int(clampingCount: values.interfaces)
    maximumSegmentLifetime = Interval(microseconds: values.maximum_segment_lifetime)
    halfOpenLifetime = Interval(microseconds: values.half_open_lifetime)
    challengeInterval = Interval(microseconds: values.challenge_interval)
    challengeLimit = UInt8(truncatingIfNeeded: values.challenge_limit)
    minimumPathMTU = Int(clampingCount: values.minimum_path_mtu)
    firstEphemeralPort = values.first_ephemeral_port
    lastEphemeralPort = values.last_ephemeral_port
    switch values.syn_cookies {
    case UInt32(TCPCORE_COOKIES_NEVER): synCookies = .never
    case UInt32(TCPCORE_COOKIES_ALWAYS): synCookies = .always
    default: synCookies = .automatic
    }
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_bytes(_ configuration: UnsafePointer<tcpcore_configuration_t>!) -> Int64 {
  let fault = unsafe PointerArgument.needed(configuration).fault
  guard fault == TCPCORE_OK else { return Int64(code: fault) }
  do throws(ConfigurationError) {
    let count = try TCPHost.byteCount(for: HostConfiguration(unsafe configuration.pointee))
    return Int64(bitPattern: UInt64(count: count))
  } catch {
    return Int64(code: error.code)
  }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_init(
  _ memory: UnsafeMutableRawPointer!, _ bytes: UInt64,
  _ configuration: UnsafePointer<tcpcore_configuration_t>!, _ secret: UnsafePointer<UInt8>!,
  _ now: tcpcore_time_t, _ host: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  let fault = unsafe checkInitArguments(
    memory, bytes, host, .needed(configuration), .needed(secret, count: 16))
  guard fault == TCPCORE_OK else { return fault }
  // Copied before the memory is written.
  let values = unsafe configuration.pointee
  let key = unsafe Secret(word(secret), word(secret + 8))
  do throws(ConfigurationError) {
    _ = unsafe try TCPHost(
      HostConfiguration(values), secret: key, memory: clamped(memory, bytes), at: Instant(microseconds: now))
  } catch {
    return error.code
  }
  unsafe host.pointee = OpaquePointer(memory)
  return TCPCORE_OK
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_restore(
  _ memory: UnsafeMutableRawPointer!, _ bytes: UInt64, _ host: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  let fault = unsafe checkInitArguments(memory, bytes, host, .nothing, .nothing)
  guard fault == TCPCORE_OK else { return fault }
  do throws(ConfigurationError) {
    _ = unsafe try TCPHost(restoring: clamped(memory, bytes))
  } catch {
    return error.code
  }
  unsafe host.pointee = OpaquePointer(memory)
  return TCPCORE_OK
}

/// TCPCORE_OK, or what is wrong with the arguments of `tcpcore_init` or `tcpcore_restore`. Sets *host
/// to null where that is possible.
private func checkInitArguments(
  _ memory: UnsafeMutableRawPointer?, _ bytes: UInt64, _ host: UnsafeMutablePointer<OpaquePointer?>?,
  _ second: PointerArgument, _ third: PointerArgument
) -> Int32 {
  let base = UInt(bitPattern: memory)
  // No array can end behind the last address.
  let isCountable = bytes <= UInt64(count: Int.max)
  let size = base == 0 || !isCountable ? 0 : UInt(bitPattern: Int(truncatingIfNeeded: bytes))
  var fault = unsafe PointerArgument.needed(host).fault(inHost: base, size)
  guard fault == TCPCORE_OK, let host = unsafe host else { return fault }
  unsafe host.pointee = nil
  fault = second.fault(inHost: base, size)
  if fault == TCPCORE_OK { fault = third.fault(inHost: base, size) }
  if fault != TCPCORE_OK { return fault }
  return base == 0 ? TCPCORE_ERROR_NULL : isCountable ? TCPCORE_OK : TCPCORE_ERROR_TOO_LARGE
}

/// The caller's memory, as much of it as an `Int` can count.
private func clamped(_ memory: UnsafeMutableRawPointer?, _ bytes: UInt64) -> UnsafeMutableRawBufferPointer {
  unsafe UnsafeMutableRawBufferPointer(start: memory, count: Int(saturating: bytes))
}

/// Eight octets as a number, the same one on every machine.
private func word(_ octets: UnsafePointer<UInt8>) -> UInt64 {
  var word: UInt64 = 0
  for index in 0..<8 { unsafe word = word &<< 8 | UInt64(wide: UInt32(octets[index])) }
  return word
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_snapshot(
  _ host: OpaquePointer!, _ copy: UnsafeMutableRawPointer!, _ bytes: UInt64
) -> Int64 {
  var count = 0
  let result = unsafe withHost(host, .needed(copy?.assumingMemoryBound(to: UInt8.self))) { host in
    count = host.byteCount
    return TCPCORE_OK
  }
  guard result == TCPCORE_OK else { return Int64(code: result) }
  guard bytes >= UInt64(count: count) else { return Int64(code: TCPCORE_ERROR_BUFFER_TOO_SMALL) }
  let fault = unsafe PointerArgument.octets(copy, count).fault(
    inHost: UInt(bitPattern: host), UInt(bitPattern: count))
  guard fault == TCPCORE_OK else { return Int64(code: fault) }
  // Both are as long as that, and apart.
  unsafe copy.copyMemory(from: UnsafeRawPointer(host), byteCount: count)
  return Int64(bitPattern: UInt64(count: count))
}
