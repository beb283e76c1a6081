import CBenchmarkSupport
import TCPCore

/// Memory for one datagram, or for text, for as long as the program runs.
struct DatagramBuffer {
  private let memory: UnsafeMutableRawBufferPointer
  /// Octets in use.
  var count = 0

  init(capacity: Int, count: Int = 0) {
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    for place in 0..<capacity { memory[place] = UInt8(truncatingIfNeeded: place &* 7 &+ place >> 8) }
    self.count = count
  }

  /// All of it; opaque to the optimiser.
  var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: tcpcore_opaque_pointer(memory.baseAddress), count: memory.count)
  }
  /// The octets in use.
  var octets: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: room.baseAddress, count: count) }
  /// For the package's own emitters.
  var writable: MutableBytes {
    guard let bytes = MutableBytes(room) else { preconditionFailure("a buffer has memory") }
    return bytes
  }
}
