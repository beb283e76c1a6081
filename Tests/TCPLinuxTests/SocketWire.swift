#if os(Linux)
  import TCPLinux

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Two descriptors that carry datagrams to each other, in place of a TUN device.
  final class SocketWire {
    private(set) var left: Int32 = -1
    private(set) var right: Int32 = -1

    init(datagrams: Bool = false) {
      var ends: [Int32] = [-1, -1]
      let kind = datagrams ? SOCK_DGRAM : SOCK_SEQPACKET
      // The system writes two numbers.
      _ = unsafe socketpair(AF_UNIX, Int32(bitPattern: kind.rawValue), 0, &ends)
      left = ends[0]
      right = ends[1]
    }

    deinit {
      closeLeft()
      closeRight()
    }

    func closeLeft() {
      if left >= 0 { close(left) }
      left = -1
    }

    func closeRight() {
      if right >= 0 { close(right) }
      right = -1
    }

    /// Writes octets into the right end; returns whether it took them.
    func put(_ octets: [UInt8]) -> Bool {
      // In bounds: the system reads as many octets as there are.
      unsafe send(right, octets, octets.count, Int32(MSG_DONTWAIT)) == octets.count
    }

    /// Reads what waits at the right end.
    func take() -> [UInt8]? {
      var octets = [UInt8](repeating: 0, count: 70_000)
      // In bounds: the system writes at most as many octets as there are.
      let count = unsafe recv(right, &octets, octets.count, Int32(MSG_DONTWAIT))
      return count < 0 ? nil : Array(octets[..<count])
    }
  }

  extension SocketWire {
    /// Everything that waits at the right end.
    func takeAll() -> [[UInt8]] {
      var all: [[UInt8]] = []
      while let octets = take() { all.append(octets) }
      return all
    }

    /// Writes small datagrams into the left end until no more fit; returns how many did.
    @discardableResult
    func fillFromLeft() -> Int {
      for count in 0..<1_000_000 {
        var octet: UInt8 = 0
        // In bounds: the system reads one octet.
        if unsafe send(left, &octet, 1, Int32(MSG_DONTWAIT)) != 1 { return count }
      }
      return 1_000_000
    }
  }

  extension TUNDevice {
    /// What a read finds, with the octets of a datagram.
    func readOctets() throws(SystemError) -> (arrival: Arrival, octets: [UInt8]) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: TUNDevice.readingCapacity, alignment: 16)
      defer { unsafe buffer.deallocate() }
      let arrival = unsafe try read(into: buffer)
      guard case .datagram(let count, _) = arrival else { return (arrival, []) }
      return unsafe (arrival, Array(buffer[..<count]))
    }

    /// Writes the octets of an array.
    func writeOctets(_ octets: [UInt8]) throws(SystemError) -> WriteResult {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: octets.count, alignment: 16)
      defer { unsafe buffer.deallocate() }
      unsafe buffer.copyBytes(from: octets)
      return unsafe try write(UnsafeRawBufferPointer(buffer))
    }
  }
#endif
