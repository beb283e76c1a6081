#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// What a C caller lends for the length of one call. Everything that can be checked about it is, before the host is
/// touched.
struct Loan {
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

  /// One value, or several in a row, which there must be.
  @inline(__always)
  static func needed<Value>(_ pointer: UnsafePointer<Value>?, count: Int = 1) -> Loan {
    unsafe Loan(
      UnsafeRawPointer(pointer), MemoryLayout<Value>.stride &* count,
      alignment: MemoryLayout<Value>.alignment,
      isNeeded: true)
  }

  /// One value to be filled in, or several in a row.
  @inline(__always)
  static func needed<Value>(_ pointer: UnsafeMutablePointer<Value>?, count: Int = 1) -> Loan {
    unsafe needed(UnsafePointer(pointer), count: count)
  }

  /// One value, or null.
  @inline(__always)
  static func optional<Value>(_ pointer: UnsafePointer<Value>?) -> Loan {
    unsafe Loan(
      UnsafeRawPointer(pointer), MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment,
      isNeeded: false)
  }

  /// One value to be filled in, or null.
  @inline(__always)
  static func optional<Value>(_ pointer: UnsafeMutablePointer<Value>?) -> Loan {
    unsafe optional(UnsafePointer(pointer))
  }

  /// So many octets; null will do for none.
  @inline(__always)
  static func octets(_ pointer: UnsafeRawPointer?, _ count: Int) -> Loan {
    unsafe Loan(pointer, count, alignment: 1, isNeeded: count > 0)
  }

  /// TCPCORE_OK, or what is wrong with the loan by itself.
  var fault: Int32 {
    if address == 0 { return isNeeded ? TCPCORE_ERROR_NULL : TCPCORE_OK }
    return address & (alignment &- 1) == 0 ? TCPCORE_OK : TCPCORE_ERROR_MEMORY_MISALIGNED
  }

  /// TCPCORE_OK, or what is wrong with the loan to a host in the given memory.
  func fault(inHost base: UInt, _ size: UInt) -> Int32 {
    let fault = self.fault
    if fault != TCPCORE_OK || address == 0 { return fault }
    // Distances, since sums might wrap.
    let isApart = address < base ? base &- address >= count : address &- base >= size
    return isApart ? TCPCORE_OK : TCPCORE_ERROR_OVERLAP
  }
}

/// Does something with the host that a C caller names, or says why not.
///
/// - Parameters:
///   - address: where the caller says that a host stands.
///   - loan: what else the caller's pointer names.
@inline(__always)
func onHost(
  _ address: OpaquePointer?, _ loan: Loan, _ body: (inout Host) throws(CallError) -> Int32
) -> Int32 {
  unsafe onHost(address) { host throws(CallError) in
    let fault = host.fault(of: loan)
    return fault == TCPCORE_OK ? try body(&host) : fault
  }
}

/// The same for several loans; the first fault counts.
@inline(__always)
func onHost(
  _ address: OpaquePointer?, _ first: Loan, _ second: Loan, _ third: Loan = .nothing,
  _ body: (inout Host) throws(CallError) -> Int32
) -> Int32 {
  unsafe onHost(address) { host throws(CallError) in
    var fault = host.fault(of: first)
    if fault == TCPCORE_OK { fault = host.fault(of: second) }
    if fault == TCPCORE_OK { fault = host.fault(of: third) }
    return fault == TCPCORE_OK ? try body(&host) : fault
  }
}

/// The same for no loans.
@inline(__always)
func onHost(
  _ address: OpaquePointer?, _ body: (inout Host) throws(CallError) -> Int32
) -> Int32 {
  guard unsafe address != nil else { return TCPCORE_ERROR_NULL }
  // What the pointer names is checked by the host.
  guard var host = unsafe Host(standingAt: UnsafeMutableRawPointer(address)) else {
    return TCPCORE_ERROR_NO_HOST
  }
  do throws(CallError) { return try body(&host) } catch { return error.code }
}

extension Host {
  /// TCPCORE_OK, or what is wrong with a loan to this host.
  @inline(never)
  func fault(of loan: Loan) -> Int32 { loan.fault(inHost: standingAt, UInt(bitPattern: byteCount)) }
}

extension Loan {
  /// No pointer at all.
  @inline(__always)
  static var nothing: Loan { unsafe Loan(nil, 0, alignment: 1, isNeeded: false) }
}

extension Int {
  /// A count that a C caller gives; more than a machine of 32 bits can count is as much as it can.
  @inline(__always)
  init(lent count: UInt32) { self = Int(truncatingIfNeeded: count < 0x7FFF_FFFF ? count : 0x7FFF_FFFF) }
}
