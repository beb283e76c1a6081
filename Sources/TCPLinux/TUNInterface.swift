#if os(Linux)
  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// The kernel's numbers for TUN devices, and the calls that take them.
  ///
  /// The headers that define the numbers are not part of the C library's module, so they are here. The
  /// request numbers are those of asm-generic/ioctl.h, which x86, ARM and RISC-V share.
  enum TUNInterface {
    /// IFNAMSIZ of linux/if.h, less the zero at the end.
    static var longestName: Int { 15 }
    /// sizeof(struct ifreq) where it is largest; the kernel takes 40 or 32 octets of it.
    private static var requestCount: Int { 40 }

    // linux/if_tun.h
    private static var setInterface: UInt { 0x4004_54CA }  // TUNSETIFF
    private static var setOffload: UInt { 0x4004_54D0 }  // TUNSETOFFLOAD
    private static var getInterface: UInt { 0x8004_54D2 }  // TUNGETIFF
    private static var setHeaderSize: UInt { 0x4004_54D8 }  // TUNSETVNETHDRSZ
    private static var isTUN: UInt16 { 0x0001 }  // IFF_TUN
    private static var hasNoPacketInformation: UInt16 { 0x1000 }  // IFF_NO_PI
    private static var hasOffloadHeader: UInt16 { 0x4000 }  // IFF_VNET_HDR
    private static var offloadsChecksum: Int32 { 0x01 }  // TUN_F_CSUM
    private static var offloadsSegments: Int32 { 0x02 | 0x04 }  // TUN_F_TSO4, TUN_F_TSO6
    // linux/sockios.h
    private static var getMTU: UInt { 0x8921 }  // SIOCGIFMTU

    /// Attaches a descriptor of /dev/net/tun to the device of a name; returns the name it got.
    ///
    /// - Returns: `nil` with errno set if the kernel refuses.
    static func attach(_ descriptor: Int32, name: String, isOffloaded: Bool) -> String? {
      let flags = isTUN | hasNoPacketInformation | (isOffloaded ? hasOffloadHeader : 0)
      var request = named(name)
      unsafe request.withUnsafeMutableBytes {
        unsafe $0.storeBytes(of: flags, toByteOffset: 16, as: UInt16.self)
      }
      guard call(descriptor, setInterface, &request) else { return nil }
      return self.name(in: request)
    }

    /// Name of a TUN descriptor that somebody else has attached, and whether datagrams have an offload
    /// header.
    ///
    /// - Returns: `nil` for anything else than a TUN device whose datagrams have no packet information.
    static func describe(_ descriptor: Int32) -> (name: String, hasHeader: Bool)? {
      var request = [UInt8](repeating: 0, count: requestCount)
      guard call(descriptor, getInterface, &request) else { return nil }
      let flags = unsafe request.withUnsafeBytes { unsafe $0.load(fromByteOffset: 16, as: UInt16.self) }
      guard flags & isTUN != 0, flags & hasNoPacketInformation != 0 else { return nil }
      return (name(in: request), flags & hasOffloadHeader != 0)
    }

    /// Says whether the kernel may leave checksums and the cutting of large segments to us. A device
    /// remembers what its last user allowed, so this is said in either case.
    static func setOffload(_ descriptor: Int32, _ isOffloaded: Bool) -> Bool {
      guard isOffloaded else { return ioctl(descriptor, setOffload, 0) == 0 }
      var size = Int32(OffloadHeader.byteCount)
      // The kernel reads one number during the call.
      guard unsafe ioctl(descriptor, setHeaderSize, &size) == 0 else { return false }
      return ioctl(descriptor, setOffload, offloadsChecksum | offloadsSegments) == 0
    }

    /// The MTU of a network device in octets, if there is such a device in this network namespace.
    static func mtu(ofDevice name: String) -> Int? {
      let descriptor = socket(AF_INET, Int32(bitPattern: SOCK_DGRAM.rawValue), 0)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var request = named(name)
      guard call(descriptor, getMTU, &request) else { return nil }
      return Int(unsafe request.withUnsafeBytes { unsafe $0.load(fromByteOffset: 16, as: Int32.self) })
    }

    private static func call(_ descriptor: Int32, _ number: UInt, _ request: inout [UInt8]) -> Bool {
      // The request is as long as the kernel's struct, and lives during the call.
      unsafe request.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return false }
        return unsafe ioctl(descriptor, number, base) == 0
      }
    }

    /// A request (struct ifreq) about the device of a name that is short enough.
    private static func named(_ name: String) -> [UInt8] {
      var request = [UInt8](name.utf8.prefix(longestName))
      request += [UInt8](repeating: 0, count: requestCount - request.count)
      return request
    }

    private static func name(in request: [UInt8]) -> String {
      String(decoding: request.prefix(16).prefix { $0 != 0 }, as: UTF8.self)
    }
  }
#endif
