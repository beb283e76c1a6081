#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// A pointer that a C caller passes to one call. It is checked as far as possible before the host is touched.
struct PointerArgument {
  private let address: UInt
  private let count: UInt
  private let alignment: UInt
  private let isNeeded: Bool

  private init(_ address: UnsafeRawPointer?, _ count: Int, alignment: Int, isNeeded: Bool) {
    self.address = UInt(bitPattern: address)
    self.count = UInt(bitPattern: count)
    self.alignment = UInt(bitPattern: alignment)
    self.isNeeded = isNeeded
  }

  /// One value, or several in a row; null is an error.
  @inline(__always)
  static func needed<Value>(_ pointer: UnsafePointer<Value>?, count: Int = 1) -> PointerArgument {
    unsafe PointerArgument(
      UnsafeRawPointer(pointer), MemoryLayout<Value>.stride &* count,
      alignment: MemoryLayout<Value>.alignment,
      isNeeded: true)
  }

  /// One value to be filled in, or several in a row; null is an error.
  @inline(__always)
  static func needed<Value>(_ pointer: UnsafeMutablePointer<Value>?, count: Int = 1) -> PointerArgument {
    unsafe needed(UnsafePointer(pointer), count: count)
  }

  /// One value, or null.
  @inline(__always)
  static func optional<Value>(_ pointer: UnsafePointer<Value>?) -> PointerArgument {
    unsafe PointerArgument(
      UnsafeRawPointer(pointer), MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment,
      isNeeded: false)
  }

  /// One value to be filled in, or null.
  @inline(__always)
  static func optional<Value>(_ pointer: UnsafeMutablePointer<Value>?) -> PointerArgument {
    unsafe optional(UnsafePointer(pointer))
  }

  /// `count` octets; null is allowed if `count` is 0.
  @inline(__always)
  static func octets(_ pointer: UnsafeRawPointer?, _ count: Int) -> PointerArgument {
    unsafe PointerArgument(pointer, count, alignment: 1, isNeeded: count > 0)
  }

  /// TCPCORE_OK, or what is wrong with the pointer by itself.
  var fault: Int32 {
    if address == 0 { return isNeeded ? TCPCORE_ERROR_NULL : TCPCORE_OK }
    return address & (alignment &- 1) == 0 ? TCPCORE_OK : TCPCORE_ERROR_MEMORY_MISALIGNED
  }

  /// TCPCORE_OK, or what is wrong with passing the pointer to a host in the given memory.
  func fault(inHost base: UInt, _ size: UInt) -> Int32 {
    let fault = self.fault
    if fault != TCPCORE_OK || address == 0 { return fault }
    // Distances, since sums might wrap.
    let isApart = address < base ? base &- address >= count : address &- base >= size
    return isApart ? TCPCORE_OK : TCPCORE_ERROR_OVERLAP
  }
}

/// Calls `body` with the host at a C caller's address, or returns what is wrong.
///
/// - Parameters:
///   - address: the address that the caller passes for the host.
///   - argument: another pointer that the caller passes.
@inline(__always)
func withHost(
  _ address: OpaquePointer?, _ argument: PointerArgument, _ body: (inout TCPHost) throws(CallError) -> Int32
) -> Int32 {
  unsafe withHost(address) { host throws(CallError) in
    let fault = host.fault(of: argument)
    return fault == TCPCORE_OK ? try body(&host) : fault
  }
}

/// The same with several pointers; the first fault is returned.
@inline(__always)
func withHost(
  _ address: OpaquePointer?, _ first: PointerArgument, _ second: PointerArgument,
  _ third: PointerArgument = .nothing,
  _ body: (inout TCPHost) throws(CallError) -> Int32
) -> Int32 {
  unsafe withHost(address) { host throws(CallError) in
    var fault = host.fault(of: first)
    if fault == TCPCORE_OK { fault = host.fault(of: second) }
    if fault == TCPCORE_OK { fault = host.fault(of: third) }
    return fault == TCPCORE_OK ? try body(&host) : fault
  }
}

/// The same without other pointers.
@inline(__always)
func withHost(
  _ address: OpaquePointer?, _ body: (inout TCPHost) throws(CallError) -> Int32
) -> Int32 {
  guard unsafe address != nil else { return TCPCORE_ERROR_NULL }
  // The host checks that the pointer leads to one.
  guard var host = unsafe TCPHost(at: UnsafeMutableRawPointer(address)) else {
    return TCPCORE_ERROR_NO_HOST
  }
  do throws(CallError) { return try body(&host) } catch { return error.code }
}

extension TCPHost {
  /// TCPCORE_OK, or what is wrong with passing a pointer to this host.
  @inline(never)  // every call of the C interface has it
  func fault(of argument: PointerArgument) -> Int32 {
    argument.fault(inHost: baseAddress, UInt(bitPattern: byteCount))
  }
}

extension PointerArgument {
  /// No pointer at all.
  @inline(__always)
  static var nothing: PointerArgument { unsafe PointerArgument(nil, 0, alignment: 1, isNeeded: false) }
}

extension Int {
  /// A C caller's count. What a 32-bit machine cannot count is clamped to the largest number that it can.
  @inline(__always)
  init(clampingCount count: UInt32) {
    self = Int(truncatingIfNeeded: count < 0x7FFF_FFFF ? count : 0x7FFF_FFFF)
  }
}
