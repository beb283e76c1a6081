/// An address of an interface, with the length of its network prefix.
public struct InterfaceAddress: Equatable, Sendable, BitwiseCopyable {
  /// The address.
  public var address: Address
  /// How many leading bits name the network: 0 to 32, or to 128.
  public var prefix: UInt8

  /// An address with its prefix length.
  public init(_ address: Address, prefix: UInt8) {
    self.address = address
    self.prefix = prefix
  }
}

/// What a device does for the core.
public struct ChecksumOffload: Sendable, BitwiseCopyable {
  /// The device has verified the checksums of what it delivers.
  public var verifiesArriving: Bool
  /// The device fills in the TCP checksum of what it sends; it finds the pseudo header's sum in the field.
  public var fillsDeparting: Bool

  /// What the device does; nothing unless said.
  public init(verifiesArriving: Bool = false, fillsDeparting: Bool = false) {
    self.verifiesArriving = verifiesArriving
    self.fillsDeparting = fillsDeparting
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &verifiesArriving) <= 1 && rawByte(of: &fillsDeparting) <= 1
  }
}

/// One way to and from the network, as the host sees it.
struct Interface: BitwiseCopyable {
  /// The largest datagram in octets; 0 while the interface is not set up.
  var mtu: UInt32 = 0
  var offload = ChecksumOffload()
  private(set) var addressCount: UInt8 = 0
  private var addresses: [8 of InterfaceAddress]

  /// The smallest MTU of an interface (RFC 791), and of one with IPv6 (RFC 8200 section 5).
  static var minimumMTU: UInt32 { 68 }
  static var minimumMTUForIPv6: UInt32 { 1_280 }

  /// How many addresses an interface may have.
  static var addressCapacity: Int { 8 }

  init() {
    addresses = [8 of InterfaceAddress](repeating: InterfaceAddress(.anyIPv6, prefix: 0))
  }

  var isUp: Bool { mtu > 0 }

  /// Whether the numbers are in their ranges; a restore checks this.
  mutating func isSound() -> Bool {
    guard mtu == 0 || mtu >= Interface.minimumMTU, mtu <= 65_535,
      Int(addressCount) <= Interface.addressCapacity
    else {
      return false
    }
    for index in 0..<Int(addressCount) where !addresses[index].address.isIPv4 {
      guard mtu >= Interface.minimumMTUForIPv6 else { return false }
    }
    return true
  }

  /// The address at a position below `addressCount`.
  func address(_ index: Int) -> InterfaceAddress { addresses[index] }

  // Queries over the addresses are `mutating`, so that they read in place: otherwise all eight are copied.

  /// Where an address is, if the interface has it.
  mutating func position(of address: Address) -> Int? {
    for index in 0..<Int(addressCount) where addresses[index].address == address { return index }
    return nil
  }

  /// Adds an address, or changes its prefix; `false` if there is no room.
  mutating func add(_ new: InterfaceAddress) -> Bool {
    if let index = position(of: new.address) {
      addresses[index] = new
      return true
    }
    guard Int(addressCount) < Interface.addressCapacity else { return false }
    addresses[Int(addressCount)] = new
    addressCount &+= 1
    return true
  }

  /// Takes an address away; `false` if the interface does not have it.
  mutating func remove(_ address: Address) -> Bool {
    guard let index = position(of: address) else { return false }
    addressCount &-= 1
    addresses[index] = addresses[Int(addressCount)]
    return true
  }

  /// Whether an address is a broadcast address of one of the networks (ROB-013).
  mutating func isBroadcast(_ address: Address) -> Bool {
    guard address.isIPv4 else { return false }
    if address.isLimitedBroadcast { return true }
    for index in 0..<Int(addressCount) {
      let own = addresses[index]
      if address.isBroadcast(of: own.address, prefix: Int(own.prefix)) { return true }
    }
    return false
  }

  /// Whether a datagram may come in with this source: what no host may send from on a wire is refused (RFC
  /// 1122 section 3.2.1.3, RFC 4291 sections 2.5.2, 2.5.3 and 2.7), loopback addresses unless the interface
  /// has one itself.
  mutating func acceptsSource(_ address: Address) -> Bool {
    guard address.isValidUnicast, !isBroadcast(address) else { return false }
    // unreached: no interface of a target has a loopback address; ForeignPeerTests has one
    if !address.isLoopback { return true }
    // unreached: no interface of a target has a loopback address; ForeignPeerTests has one
    for index in 0..<Int(addressCount) where addresses[index].address.isLoopback { return true }
    return false
  }

  /// The address to use towards a peer, and how well it fits: the longest common network, else any of the
  /// same family and scope (RFC 6724 in small).
  mutating func source(for remote: Address) -> (address: Address, fit: Int)? {
    var best: (address: Address, fit: Int)?
    for index in 0..<Int(addressCount) {
      let own = addresses[index]
      guard own.address.isIPv4 == remote.isIPv4, own.address.isLinkLocal == remote.isLinkLocal,
        own.address.isLoopback == remote.isLoopback
      else { continue }
      let fit = remote.matches(own.address, prefix: Int(own.prefix)) ? 1 &+ Int(own.prefix) : 0
      if let known = best, known.fit >= fit { continue }
      best = (own.address, fit)
    }
    return best
  }
}

extension Interface {
  mutating func add(to digest: inout StateDigest) {
    digest.add(mtu)
    digest.add(offload.verifiesArriving)
    digest.add(offload.fillsDeparting)
    for index in 0..<Int(addressCount) {
      digest.add(address(index).address.high)
      digest.add(address(index).address.low)
      digest.add(address(index).prefix)
    }
  }
}
