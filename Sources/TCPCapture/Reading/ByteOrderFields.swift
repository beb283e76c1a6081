/// Multi-octet fields of a file in the byte order that the file, or a section of it, was written in.
///
/// The caller has checked that the octets are there.
struct ByteOrderFields: Sendable {
  var bytes: [UInt8]
  var isBigEndian = false

  func uint16(at offset: Int) -> UInt16 {
    let first = UInt16(bytes[offset])
    let second = UInt16(bytes[offset + 1])
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  func uint32(at offset: Int) -> UInt32 {
    let first = UInt32(uint16(at: offset))
    let second = UInt32(uint16(at: offset + 2))
    return isBigEndian ? first << 16 | second : second << 16 | first
  }

  func uint64(at offset: Int) -> UInt64 {
    let first = UInt64(uint32(at: offset))
    let second = UInt64(uint32(at: offset + 4))
    return isBigEndian ? first << 32 | second : second << 32 | first
  }

  /// A 32-bit length or number as a machine word; on 32-bit machines what does not fit is as good as endless.
  func count(at offset: Int) -> Int { Int(clamping: uint32(at: offset)) }
}
