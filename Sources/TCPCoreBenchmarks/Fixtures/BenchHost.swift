import TCPCore

/// A host with its memory, and one address of each family.
final class BenchHost {
  private let pointer: UnsafeMutablePointer<TCPHost>
  let address: Address
  /// Octets of memory that the host takes.
  let byteCount: Int

  /// The host; mutable in place.
  var host: TCPHost {
    unsafeAddress { UnsafePointer(pointer) }
    unsafeMutableAddress { pointer }
  }

  /// - Parameter number: distinguishes the hosts.
  init(_ number: UInt8, _ configuration: HostConfiguration, mtu: Int = 1_500, isUnchecked: Bool = false)
    throws
  {
    address = Address(10, 0, 0, number)
    byteCount = try TCPHost.byteCount(for: configuration)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    pointer = .allocate(capacity: 1)
    pointer.initialize(
      to: try TCPHost(
        configuration, secret: Secret(0x0123_4567, UInt64(number)), memory: memory, at: BenchHost.beginning))
    let offload = ChecksumOffload(verifiesArriving: isUnchecked, fillsDeparting: isUnchecked)
    try host.setInterface(0, mtu: mtu, offload: offload)
    try host.addAddress(address, prefix: 8)
  }

  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  static let beginning = Instant(microseconds: 1_000_000)
}
