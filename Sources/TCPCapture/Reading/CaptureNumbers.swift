/// Block types of pcapng.
enum BlockType {
  static var sectionHeader: UInt32 { 0x0A0D_0D0A }
  static var interfaceDescription: UInt32 { 1 }
  static var packet: UInt32 { 2 }
  static var simplePacket: UInt32 { 3 }
  static var enhancedPacket: UInt32 { 6 }
  /// Is in every section header and shows the byte order of the section.
  static var byteOrderMagic: UInt32 { 0x1A2B_3C4D }
}

/// Option codes of pcapng; the meaning depends on the block.
enum OptionCode {
  static var comment: UInt16 { 1 }
  static var packetFlags: UInt16 { 2 }
  static var interfaceName: UInt16 { 2 }
  static var userApplication: UInt16 { 4 }
  static var timestampResolution: UInt16 { 9 }
  static var timestampOffset: UInt16 { 14 }
}

/// Link types that can be read.
enum LinkType {
  static var bsdLoopback: UInt16 { 0 }
  static var ethernet: UInt16 { 1 }
  /// What some systems write instead of `raw`.
  static var rawOnSomeBSD: UInt16 { 12 }
  static var rawOnOpenBSD: UInt16 { 14 }
  static var raw: UInt16 { 101 }
  static var openBSDLoopback: UInt16 { 108 }
  static var linuxCooked: UInt16 { 113 }
  static var ipv4: UInt16 { 228 }
  static var ipv6: UInt16 { 229 }
  static var linuxCooked2: UInt16 { 276 }

  static func isSupported(_ type: UInt16) -> Bool {
    [
      bsdLoopback, ethernet, rawOnSomeBSD, rawOnOpenBSD, raw, openBSDLoopback, linuxCooked, ipv4, ipv6,
      linuxCooked2,
    ].contains(type)
  }
}
