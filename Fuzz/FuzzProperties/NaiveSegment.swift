import TCPCore

/// A segment, read naively (RFC 9293 section 3.1).
package struct NaiveSegment: Equatable {
  var sourcePort: Int
  var destinationPort: Int
  var sequence: Int
  var acknowledgment: Int
  var headerCount: Int
  var reserved: Int
  var flags: Int
  var window: Int
  var checksum: Int
  var urgentPointer: Int
  var options: NaiveOptions
  var text: [UInt8]

  /// Reads a segment, or says why it is none.
  package static func read(_ octets: [UInt8]) -> Result<NaiveSegment, SegmentError> {
    if octets.count < 20 { return .failure(.tooShort) }
    let words = Int(octets[12] / 16)
    if words < 5 { return .failure(.dataOffsetTooSmall) }
    if words * 4 > octets.count { return .failure(.dataOffsetBeyondSegment) }
    return .success(
      NaiveSegment(
        sourcePort: number(octets, 0, 2), destinationPort: number(octets, 2, 2),
        sequence: number(octets, 4, 4), acknowledgment: number(octets, 8, 4),
        headerCount: words * 4, reserved: Int(octets[12] % 16), flags: Int(octets[13]),
        window: number(octets, 14, 2), checksum: number(octets, 16, 2),
        urgentPointer: number(octets, 18, 2), options: NaiveOptions(Array(octets[20..<words * 4])),
        text: Array(octets[(words * 4)...])))
  }
}
