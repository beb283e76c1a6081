import TCPCore
import TCPLoopback

/// One of the hosts in `AdversaryChaos`, with its memory and what its user remembers.
@safe
final class AdversaryChaosEnd {
  /// What a user knows of a connection.
  struct Stream {
    var written = 0
    var read = 0
  }

  var host: TCPHost
  /// Handles that this user was given, the latest last; some of them name nothing any more.
  var handles: [Handle] = []
  /// The same for listeners.
  var listeners: [Handle] = []
  private var streams: [UInt64: Stream] = [:]
  /// The addresses it may have, by their last octet and family.
  let addresses: [Address]
  private var memory: UnsafeMutableRawBufferPointer
  private let buffer: UnsafeMutableRawBufferPointer

  init(
    _ configuration: HostConfiguration, number: UInt8, secret: Secret, at now: Instant
  ) throws {
    let count = try TCPHost.byteCount(for: configuration)
    // Both live as long as this object; the host is in the first.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    unsafe self.memory = memory
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    host = try unsafe TCPHost(configuration, secret: secret, memory: memory, at: now)
    addresses = [
      Address(192, 0, 2, number), Address(high: 0x2001_0DB8_0000_0000, low: UInt64(number)),
      Address(high: 0xFE80_0000_0000_0000, low: UInt64(number)), Address(198, 51, 100, number),
    ]
  }

  deinit {
    unsafe memory.deallocate()
    unsafe buffer.deallocate()
  }

  /// The next datagram that leaves, and the number of its interface.
  func transmit(at now: Instant) -> (bytes: [UInt8], interface: Int)? {
    guard let departure = unsafe host.transmit(into: buffer, at: now) else { return nil }
    return (unsafe Array(buffer[..<departure.count]), departure.interface)
  }

  func arrive(_ bytes: [UInt8], on interface: Int, at now: Instant) {
    unsafe _ = host.arrive(bytes.span.bytes, on: interface, at: now)
  }

  /// Writes the next octets of a stream.
  func write(_ handle: Handle, _ count: Int, isUrgent: Bool, at now: Instant) throws(CallError) {
    var stream = streams[handle.rawValue] ?? Stream()
    let text = StreamPattern.octets(count, from: stream.written)
    stream.written += try unsafe host.write(handle, text.span.bytes, isUrgent: isUrgent, at: now)
    streams[handle.rawValue] = stream
  }

  /// The same in place.
  func fill(_ handle: Handle, _ count: Int, at now: Instant) throws(CallError) {
    var stream = streams[handle.rawValue] ?? Stream()
    let start = stream.written
    stream.written += try unsafe host.withWritable(handle, at: now) { first, second in
      let wanted = min(count, first.count + second.count)
      for index in 0..<wanted {
        let octet = StreamPattern.octet(start + index)
        if index < first.count {
          unsafe first[index] = octet
        } else {
          unsafe second[index - first.count] = octet
        }
      }
      return wanted
    }
    streams[handle.rawValue] = stream
  }

  /// Reads, and says what is wrong with what was read.
  func read(_ handle: Handle, _ count: Int, inPlace: Bool, at now: Instant) throws(CallError) -> String? {
    var stream = streams[handle.rawValue] ?? Stream()
    var got: [UInt8] = []
    if inPlace {
      _ = try unsafe host.withReadable(handle, at: now) { first, second in
        unsafe got = Array((Array(first) + Array(second)).prefix(count))
        return got.count
      }
    } else {
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      let taken = try unsafe host.read(handle, into: room, at: now)
      got = unsafe Array(room[..<taken])
    }
    let isRight = got == StreamPattern.octets(got.count, from: stream.read)
    stream.read += got.count
    streams[handle.rawValue] = stream
    return isRight ? nil : "read what was not written, near octet \(stream.read)"
  }

  /// Goes on in a copy of the memory; says whether the copy is the same host.
  func move() -> String? {
    let digest = host.digest
    let old = unsafe memory
    let new = UnsafeMutableRawBufferPointer.allocate(byteCount: old.count, alignment: 16)
    unsafe new.copyMemory(from: UnsafeRawBufferPointer(old))
    do throws(ConfigurationError) {
      host = try unsafe TCPHost(restoring: new)
    } catch {
      unsafe new.deallocate()
      return "a copy of the memory is refused: \(error)"
    }
    unsafe memory = new
    for index in 0..<old.count { unsafe old[index] = 0xA5 }
    unsafe old.deallocate()
    return host.digest == digest ? nil : "the copy has another digest"
  }

  /// Restores from a copy that was tampered with, and lets it do a few things if it is taken.
  ///
  /// - Returns: whether the copy was taken.
  func tryCopy(at now: Instant, _ tamper: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: host.byteCount, alignment: 16)
    defer { unsafe copy.deallocate() }
    unsafe copy.copyMemory(from: UnsafeRawBufferPointer(memory))
    unsafe tamper(copy)
    guard var other = try? unsafe TCPHost(restoring: copy) else { return false }
    unsafe AdversaryChaosEnd.use(&other, buffer, at: now)
    return true
  }

  /// Damages one 32-bit word of a copy: one of the host's header, or one that names nobody. Neither can be an
  /// enumeration or a flag, whose stray values no check could meet in time.
  static func damage(_ copy: UnsafeMutableRawBufferPointer, _ random: inout SplitMix64) {
    let values: [UInt32] = [
      0, 1, 2, 3, 7, 16, 31, 255, 65_536, 1 << 20, 1 << 31, UInt32.max - 2, UInt32.max - 1, UInt32.max,
      UInt32(truncatingIfNeeded: random.next()),
    ]
    var word = Int(random.below(160))
    if random.below(4) > 0 {
      // Links of lists, chains and the wheel, mostly.
      for _ in 0..<400 {
        let place = Int(random.below(UInt64(copy.count / 4)))
        let found = unsafe copy.load(fromByteOffset: 4 * place, as: UInt32.self)
        if found >= UInt32.max - 1 { word = place }
      }
    }
    unsafe copy.storeBytes(
      of: values[Int(random.below(UInt64(values.count)))], toByteOffset: 4 * word, as: UInt32.self)
  }

  /// A little of everything, with a bound on everything.
  private static func use(_ host: inout TCPHost, _ buffer: UnsafeMutableRawBufferPointer, at now: Instant) {
    _ = host.digest
    _ = host.brokenInvariant()
    _ = host.occupancy
    for _ in 0..<20 { _ = unsafe host.transmit(into: buffer, at: now) }
    var cursor = 0
    for _ in 0..<20 {
      guard let handle = host.nextHandle(&cursor) else { break }
      _ = try? host.status(handle)
      _ = try? unsafe host.read(handle, into: buffer, at: now)
      _ = try? unsafe host.write(handle, UnsafeRawBufferPointer(rebasing: buffer[..<64]).bytes, at: now)
      _ = try? host.accept(handle)
    }
    for _ in 0..<20 { _ = host.nextEvent() }
    for step in 0..<6 {
      _ = host.deadline
      host.expire(at: now + .seconds(step * step * 10))
      for _ in 0..<20 { _ = unsafe host.transmit(into: buffer, at: now) }
    }
    cursor = 0
    for _ in 0..<20 {
      guard let handle = host.nextHandle(&cursor) else { break }
      try? host.release(handle, at: now)
    }
    for _ in 0..<20 { _ = unsafe host.transmit(into: buffer, at: now) }
    _ = host.brokenInvariant()
  }
}
