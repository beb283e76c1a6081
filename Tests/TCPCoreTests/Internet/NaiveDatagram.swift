import TCPCore

/// Documentation addresses, as octets and as the core's values.
enum Sample {
  static let v4Source: [UInt8] = [192, 0, 2, 1]
  static let v4Destination: [UInt8] = [198, 51, 100, 7]
  static let v6Source = hex("20010db8 00000000 00000000 00000001")
  static let v6Destination = hex("20010db8 0000ffff 01020304 0506fffe")

  /// The core's value of four or sixteen octets.
  static func address(_ bytes: [UInt8]) -> Address {
    let number = { (part: ArraySlice<UInt8>) in part.reduce(0) { $0 << 8 | UInt64($1) } }
    if bytes.count == 4 { return Address(bytes[0], bytes[1], bytes[2], bytes[3]) }
    return Address(high: number(bytes[..<8]), low: number(bytes[8...]))
  }
}

/// An IPv4 datagram written down field by field (RFC 791 section 3.1).
struct NaiveIPv4 {
  var version: UInt8 = 4
  /// Header length in words; `nil` for the one that fits.
  var headerWords: UInt8?
  var service: UInt8 = 0
  /// Total length; `nil` for the one that fits.
  var totalLength: UInt16?
  var identification: UInt16 = 0x1234
  var flagsAndOffset: UInt16 = 0x4000
  var timeToLive: UInt8 = 64
  var protocolNumber: UInt8 = 6
  /// Header checksum; `nil` for the right one.
  var checksum: UInt16?
  var source = Sample.v4Source
  var destination = Sample.v4Destination
  var options: [UInt8] = []
  var payload: [UInt8] = []
  var padding: [UInt8] = []

  var bytes: [UInt8] {
    let words = headerWords ?? UInt8(5 + options.count / 4)
    var header = [version << 4 | words, service]
    header += octets(totalLength ?? UInt16(20 + options.count + payload.count))
    header += octets(identification) + octets(flagsAndOffset) + [timeToLive, protocolNumber, 0, 0]
    header += source + destination + options
    // The sum covers as much as the header says it is long.
    let covered = Array((header + payload).prefix(Int(words) * 4))
    header.replaceSubrange(10..<12, with: octets(checksum ?? naiveChecksum(covered)))
    return header + payload + padding
  }
}

/// An IPv6 datagram written down field by field (RFC 8200 section 3).
struct NaiveIPv6 {
  var version: UInt8 = 6
  var trafficClass: UInt8 = 0
  var flowLabel: UInt32 = 0
  /// Payload length; `nil` for the one that fits.
  var payloadLength: UInt16?
  var nextHeader: UInt8 = 6
  var hopLimit: UInt8 = 64
  var source = Sample.v6Source
  var destination = Sample.v6Destination
  var payload: [UInt8] = []
  var padding: [UInt8] = []

  var bytes: [UInt8] {
    let first = UInt32(version) << 28 | UInt32(trafficClass) << 20 | flowLabel
    var result = octets(first) + octets(payloadLength ?? UInt16(payload.count)) + [nextHeader, hopLimit]
    result += source + destination
    return result + payload + padding
  }
}

/// What the parser makes of the octets.
func parseDatagram(_ bytes: [UInt8], checksumVerified: Bool = false) -> Result<Datagram, DatagramError> {
  span(bytes) { raw in
    do throws(DatagramError) {
      return .success(try Datagram(parsing: raw, checksumVerified: checksumVerified))
    } catch { return .failure(error) }
  }
}

/// The error, or `nil` where the octets are a datagram.
func datagramError(_ bytes: [UInt8]) -> DatagramError? {
  if case .failure(let error) = parseDatagram(bytes) { return error }
  return nil
}

/// The pseudo header written down field by field (RFC 9293 section 3.1, RFC 8200 section 8.1).
func naivePseudoHeader(source: [UInt8], destination: [UInt8], protocolNumber: UInt8, count: Int) -> [UInt8] {
  if source.count == 4 { return source + destination + [0, protocolNumber] + octets(UInt16(count)) }
  return source + destination + octets(UInt32(count)) + [0, 0, 0, protocolNumber]
}
