// May use `unsafe`: every multi-octet field enters and leaves memory here, bounds checked, in network order.

extension RawSpan {
  @inline(__always)
  package func uint8(at offset: Int) -> UInt8 {
    // Loading an integer from initialised bytes is always valid; the span checks the bounds.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  @inline(__always)
  package func uint16(at offset: Int) -> UInt16 {
    // As above, at any alignment.
    UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  @inline(__always)
  package func uint32(at offset: Int) -> UInt32 {
    // As above, at any alignment.
    UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inline(__always)
  package func uint64(at offset: Int) -> UInt64 {
    // As above, at any alignment.
    UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}

/// A bounded view of memory that the caller lends for the length of one call, to be written in network order.
@safe
package struct MutableBytes {
  /// Where the view starts. Valid for `count` octets while the call that made the view lasts.
  package let base: UnsafeMutableRawPointer
  /// How many octets may be written.
  package let count: Int

  /// A view of a caller's buffer; `nil` for a buffer without memory.
  @inline(__always)
  package init?(_ buffer: UnsafeMutableRawBufferPointer) {
    // The caller promises that the buffer is valid for the length of the call.
    guard let base = buffer.baseAddress else { return nil }
    unsafe self.base = base
    count = buffer.count
  }

  @inline(__always)
  package init(base: UnsafeMutableRawPointer, count: Int) {
    // The caller promises that the octets are valid for the length of the call.
    unsafe self.base = base
    self.count = count
  }

  @inline(__always)
  package func store(_ value: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < count)
    // In bounds: checked on the line above.
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
  }

  @inline(__always)
  package func store(_ value: UInt16, at offset: Int) {
    precondition(offset >= 0 && offset <= count &- 2)
    // In bounds: checked on the line above.
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
  }

  @inline(__always)
  package func store(_ value: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= count &- 4)
    // In bounds: checked on the line above.
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
  }

  @inline(__always)
  package func store(_ value: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset <= count &- 8)
    // In bounds: checked on the line above.
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
  }

  /// Lets the first `count` octets be read, for the length of the call.
  package func withSpan<Result>(count: Int, _ body: (RawSpan) -> Result) -> Result {
    // unreached: no target connects a host to itself; ForeignPeerTests does
    // unreached: no target connects a host to itself; ForeignPeerTests does
    precondition(count >= 0 && count <= self.count)
    // In bounds: checked on the line above.
    return body(unsafe UnsafeRawBufferPointer(start: base, count: count).bytes)
  }

  /// The view without its first `offset` octets, at most `limit` long.
  @inline(__always)
  package func dropping(_ offset: Int, limit: Int = Int.max) -> MutableBytes {
    precondition(offset >= 0 && offset <= count)
    let rest = count &- offset
    // In bounds: checked two lines above.
    // unreached: only tests give a limit
    return unsafe MutableBytes(base: base + offset, count: rest < limit ? rest : limit)
  }
}
