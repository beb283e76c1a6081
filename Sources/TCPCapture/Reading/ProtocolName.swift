import TCPCore

/// What the protocols are called that are not read.
enum ProtocolName {
  /// The name of what a datagram carries, by its protocol number.
  static func of(_ datagram: Datagram) -> String {
    names[datagram.protocolNumber] ?? "protocol \(datagram.protocolNumber)"
  }

  /// UDP, or the tunnel that has one of its ports.
  static func ofUDP(_ payload: RawSpan) -> String {
    guard payload.byteCount >= 4 else { return "UDP" }
    let tunnel = tunnels[payload.uint16(at: 2)] ?? tunnels[payload.uint16(at: 0)]
    return tunnel.map { "\($0) in UDP" } ?? "UDP"
  }

  private static let names: [UInt8: String] = [
    1: "ICMP", 2: "IGMP", 4: "IPv4", 6: "TCP", 17: "UDP", 33: "DCCP", 41: "IPv6", 46: "RSVP", 47: "GRE",
    50: "ESP", 51: "authentication header", 58: "ICMPv6", 59: "no next header", 88: "EIGRP", 89: "OSPF",
    97: "EtherIP", 103: "PIM", 108: "IPComp", 112: "VRRP", 115: "L2TP", 132: "SCTP", 135: "mobility header",
    136: "UDP-Lite", 137: "MPLS", 139: "HIP", 140: "Shim6",
  ]

  /// Tunnels by their port.
  private static let tunnels: [UInt16: String] = [
    1701: "L2TP", 2152: "GTP-U", 3544: "Teredo", 4500: "IPsec", 4754: "GRE", 4789: "VXLAN",
    4790: "VXLAN-GPE", 6081: "Geneve", 6635: "MPLS", 8472: "VXLAN", 51820: "WireGuard",
  ]
}

/// What Ethernet types are called.
enum EtherType {
  static var ipv4: UInt16 { 0x0800 }
  static var ipv6: UInt16 { 0x86DD }
  static var pppoeSession: UInt16 { 0x8864 }

  /// Whether this is one of the types of VLAN tags.
  static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88A8 || type == 0x9100 }

  static func name(_ type: UInt16) -> String { names[type] ?? "Ethernet type \(Notation.hex(type))" }

  private static let names: [UInt16: String] = [
    0x0800: "IPv4", 0x0806: "ARP", 0x6558: "Ethernet", 0x8035: "RARP", 0x809B: "AppleTalk",
    0x8100: "VLAN tag",
    0x8137: "IPX", 0x86DD: "IPv6", 0x8808: "pause frame", 0x8809: "LACP", 0x880B: "PPP", 0x8847: "MPLS",
    0x8848: "MPLS multicast", 0x8863: "PPPoE discovery", 0x8864: "PPPoE", 0x888E: "EAP over LAN",
    0x88A2: "ATA over Ethernet", 0x88BE: "ERSPAN", 0x88CC: "LLDP", 0x88E5: "MACsec", 0x88F7: "PTP",
    0x8906: "FCoE", 0x893F: "E-tag", 0x894F: "NSH", 0x9000: "loopback test",
  ]
}
