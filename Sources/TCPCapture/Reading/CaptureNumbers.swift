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

/// Link types.
enum LinkType {
  static var bsdLoopback: UInt16 { 0 }
  static var ethernet: UInt16 { 1 }
  static var ppp: UInt16 { 9 }
  /// What some systems write instead of `raw`.
  static var rawOnSomeBSD: UInt16 { 12 }
  static var rawOnOpenBSD: UInt16 { 14 }
  static var pppWithHDLC: UInt16 { 50 }
  static var pppoe: UInt16 { 51 }
  static var raw: UInt16 { 101 }
  static var ciscoHDLC: UInt16 { 104 }
  static var openBSDLoopback: UInt16 { 108 }
  static var linuxCooked: UInt16 { 113 }
  static var pppWithDirection: UInt16 { 204 }
  static var ipv4: UInt16 { 228 }
  static var ipv6: UInt16 { 229 }
  static var linuxCooked2: UInt16 { 276 }

  /// The name of a type that is not read.
  static func name(_ type: UInt16) -> String { names[type] ?? "link type \(type)" }

  private static let names: [UInt16: String] = [
    3: "AX.25", 6: "Token Ring", 7: "ARCNET", 8: "SLIP", 10: "FDDI", 100: "ATM", 105: "802.11",
    107: "Frame Relay", 114: "LocalTalk", 117: "PF log", 119: "802.11 with Prism header",
    122: "IP over Fibre Channel", 127: "802.11 with radiotap header", 138: "IP over FireWire", 143: "DOCSIS",
    147: "private use", 163: "802.11 with AVS header", 166: "PPP of pppd", 187: "Bluetooth HCI",
    189: "USB", 192: "PPI", 195: "802.15.4", 201: "Bluetooth HCI with direction", 220: "USB of Linux",
    224: "Fibre Channel", 227: "CAN", 230: "802.15.4 without checksum", 239: "netfilter log",
    242: "IP over InfiniBand", 247: "InfiniBand", 249: "USB of Windows", 251: "Bluetooth Low Energy",
    253: "netlink", 258: "PKTAP",
  ]
}
