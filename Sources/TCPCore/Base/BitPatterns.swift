/// The first octet of a stored value, as a number.
///
/// Damaged memory can hold a number that is no case; a value like that must not be used as its type. The
/// cases of an enumeration are numbered from 0 in the order they are declared in.
@inline(__always)
package func rawByte<Value: BitwiseCopyable>(of value: inout Value) -> UInt8 {
  // The value's own first octet, and it is at least one octet long.
  unsafe withUnsafeBytes(of: &value) { octets in unsafe octets[0] }
}

/// As `rawByte(of:)`, for the octet behind the payload of an optional, which tells whether there is one.
@inline(__always)
package func optionalTag<Value: BitwiseCopyable>(of value: inout Value?) -> UInt8 {
  // The value's own last octet; payloads here are numbers, whose optionals have such an octet.
  unsafe withUnsafeBytes(of: &value) { octets in unsafe octets[octets.count &- 1] }
}
