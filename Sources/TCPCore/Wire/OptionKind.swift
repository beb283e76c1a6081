/// Option kinds (RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 5482). Kinds with a fixed length include it in
/// the low octet: 0x0204 is MSS, length 4.
enum OptionKind {
  static var endOfList: UInt8 { 0 }
  static var noOperation: UInt8 { 1 }
  static var maximumSegmentSize: UInt16 { 0x0204 }
  static var windowScale: UInt16 { 0x0303 }
  static var sackPermitted: UInt16 { 0x0402 }
  /// Add the length: 2 octets, and 8 for each block.
  static var sack: UInt16 { 0x0500 }
  static var timestamps: UInt16 { 0x080A }
  static var userTimeout: UInt16 { 0x1C04 }
}
