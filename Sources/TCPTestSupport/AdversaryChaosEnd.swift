import TCPCore
import TCPLoopback

/// One of the hosts in `AdversaryChaos`, and what its user remembers.
final class AdversaryChaosEnd: HostFixture {
  /// What a user knows of a connection.
  struct Stream {
    var written = 0
    var read = 0
  }

  /// Handles that this user was given, the latest last; some of them name nothing any more.
  var handles: [Handle] = []
  /// The same for listeners.
  var listeners: [Handle] = []
  private var streams: [UInt64: Stream] = [:]
  /// The addresses it may have, by their last octet and family.
  let addresses: [Address]

  init(
    _ configuration: HostConfiguration, number: UInt8, secret: Secret, at now: Instant
  ) throws {
    addresses = [
      Address(192, 0, 2, number), Address(high: 0x2001_0DB8_0000_0000, low: UInt64(number)),
      Address(high: 0xFE80_0000_0000_0000, low: UInt64(number)), Address(198, 51, 100, number),
    ]
    // The invariants are checked after each step.
    try super.init(configuration, secret: secret, at: now, onBroken: nil)
  }

  /// Writes the next octets of a stream.
  func write(_ handle: Handle, _ count: Int, isUrgent: Bool, at now: Instant) throws(CallError) {
    var stream = streams[handle.rawValue] ?? Stream()
    let text = StreamPattern.octets(count, from: stream.written)
    stream.written += try write(handle, text, isUrgent: isUrgent, at: now)
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
      got = try read(handle, atMost: count, at: now)
    }
    let isRight = got == StreamPattern.octets(got.count, from: stream.read)
    stream.read += got.count
    streams[handle.rawValue] = stream
    return isRight ? nil : "read what was not written, near octet \(stream.read)"
  }

  /// Goes on in a copy of the memory; says whether the copy is the same host.
  func move() -> String? {
    let digest = host.digest
    do throws(ConfigurationError) {
      try moveToCopy()
    } catch {
      return "a copy of the memory is refused: \(error)"
    }
    return host.digest == digest ? nil : "the copy has another digest"
  }

  /// Restores from a copy that was tampered with, and lets it do a few things if it is taken.
  ///
  /// - Returns: whether the copy was taken.
  func tryCopy(at now: Instant, _ tamper: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
    // The other host does not outlive the copy.
    unsafe withCopy { copy in
      unsafe tamper(copy)
      guard var other = try? unsafe TCPHost(restoring: copy) else { return false }
      AdversaryChaosEnd.use(&other, at: now)
      return true
    }
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
  private static func use(_ host: inout TCPHost, at now: Instant) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { unsafe buffer.deallocate() }
    // What is written below is what others wrote.
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
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
