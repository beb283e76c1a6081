/// The octet in which a value of an enumeration stands, looked at as a number.
///
/// Memory that somebody may have damaged can hold a number that is no case; a value like that must not be looked at as
/// what it claims to be. The cases of an enumeration are numbered from 0 in the order they are declared in.
@inline(__always)
package func storedCase<Value: BitwiseCopyable>(_ value: inout Value) -> UInt8 {
  // The value's own first octet, and it is at least one octet long.
  unsafe withUnsafeBytes(of: &value) { octets in unsafe octets[0] }
}

/// As `storedCase`, for the octet behind the payload of an optional, which tells whether there is one.
@inline(__always)
package func storedTag<Value: BitwiseCopyable>(_ value: inout Value?) -> UInt8 {
  // The value's own last octet; payloads here are numbers, whose optionals have such an octet.
  unsafe withUnsafeBytes(of: &value) { octets in unsafe octets[octets.count &- 1] }
}
