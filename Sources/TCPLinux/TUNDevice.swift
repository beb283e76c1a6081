#if os(Linux)
  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// A device that carries IP datagrams: a TUN device, or any descriptor that gives and takes one datagram at
  /// a time.
  ///
  /// Reads and writes never block. All buffers are made once; reading and writing allocate nothing.
  @safe
  public final class TUNDevice {
    /// What a read has found.
    public enum Arrival: Equatable, Sendable {
      /// A datagram of so many octets; whether its checksums are known to be right.
      case datagram(count: Int, isTrusted: Bool)
      /// Too short for any IP header, or for the offload header; dropped.
      case tooShort
      /// Longer than any IP datagram can be; dropped.
      case tooLong
      /// Nothing waits.
      case nothing
    }

    /// What became of a datagram that was to be written.
    public enum WriteResult: Equatable, Sendable {
      /// The device has it.
      case written
      /// The device has no room now; the datagram is still the caller's.
      case full
      /// The system has no memory now (ENOBUFS, ENOMEM), and will not tell when it has; still the caller's.
      case noMemory
      /// The device does not take such a datagram, and never will (EINVAL, EMSGSIZE).
      case refused
      /// The network device is not up (EIO); still the caller's.
      case down
    }

    /// The name, or what descriptor it is.
    public let name: String
    /// The open descriptor, for waiting on it.
    public let descriptor: Int32
    /// Whether an offload header is before each datagram.
    public let hasOffloadHeader: Bool
    private let isOwned: Bool
    private let isSocket: Bool
    /// Whether reading nothing means that the other end is closed, rather than an empty datagram.
    private let endsWithNothing: Bool
    private let header: UnsafeMutableRawBufferPointer

    /// The longest datagram in octets: the largest total length of IPv4.
    public static var longestDatagram: Int { 65_535 }
    /// What a buffer for reading holds: one octet more, so that a longer datagram is noticed.
    public static var readingCapacity: Int { longestDatagram + 1 }

    /// Attaches to the TUN device of a name; the kernel makes it if there is none. Addresses and routes of
    /// the kernel's side are the user's.
    ///
    /// - Parameters:
    ///   - name: 1 to 15 octets.
    ///   - isOffloaded: whether checksums are left out on both ways, and large segments may arrive uncut.
    /// - Throws: `SystemError`; no descriptor stays open then.
    public init(name: String, isOffloaded: Bool = false) throws(SystemError) {
      let count = name.utf8.count
      guard count >= 1, count <= TUNInterface.longestName,
        !name.utf8.contains(where: { $0 == 0x2F || $0 <= 0x20 })
      else {
        throw SystemError(.attach, "'\(name)'", code: ENAMETOOLONG)
      }
      // The path ends with a zero and is read during the call.
      let descriptor = unsafe open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { throw SystemError(.open, "/dev/net/tun", code: errno) }
      guard let given = TUNInterface.attach(descriptor, name: name, isOffloaded: isOffloaded) else {
        let code = errno
        close(descriptor)
        throw SystemError(.attach, name, code: code)
      }
      guard TUNInterface.setOffload(descriptor, isOffloaded) else {
        let code = errno
        close(descriptor)
        throw SystemError(.offload, given, code: code)
      }
      self.name = given
      self.descriptor = descriptor
      hasOffloadHeader = isOffloaded
      isOwned = true
      isSocket = false
      endsWithNothing = false
      unsafe header = .allocate(byteCount: OffloadHeader.byteCount, alignment: 16)
    }

    /// Uses a descriptor that is open already: a TUN device made by a program with more rights, or a datagram
    /// or sequenced-packet socket. It becomes non-blocking, and stays open after the device is gone.
    ///
    /// - Parameters:
    ///   - descriptor: each read and write of it is one datagram.
    ///   - hasOffloadHeader: whether an offload header is before each; a TUN device knows this itself.
    /// - Throws: `SystemError` if the descriptor is not open.
    public init(descriptor: Int32, hasOffloadHeader: Bool = false) throws(SystemError) {
      let title = "descriptor \(descriptor)"
      let flags = fcntl(descriptor, F_GETFL)
      guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) >= 0 else {
        throw SystemError(.adopt, title, code: errno)
      }
      let known = TUNInterface.describe(descriptor)
      if let known, !TUNInterface.setOffload(descriptor, known.hasHeader) {
        throw SystemError(.offload, known.name, code: errno)
      }
      name = known?.name ?? title
      self.descriptor = descriptor
      self.hasOffloadHeader = known?.hasHeader ?? hasOffloadHeader
      isOwned = false
      var kind: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      // The system writes one number of the given size.
      isSocket = unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0
      endsWithNothing = !isSocket || kind != Int32(bitPattern: SOCK_DGRAM.rawValue)
      unsafe header = .allocate(byteCount: OffloadHeader.byteCount, alignment: 16)
    }

    deinit {
      unsafe header.deallocate()
      if isOwned { close(descriptor) }
    }

    /// The device's MTU in octets, as the kernel knows it; `nil` for what is no network device.
    public var mtu: Int? { TUNInterface.mtu(ofDevice: name) }

    /// Reads the next datagram.
    ///
    /// - Parameter buffer: `readingCapacity` octets, or longer datagrams are taken for too long.
    /// - Throws: `SystemError` when the device is gone or broken.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Arrival {
      let headerCount = hasOffloadHeader ? OffloadHeader.byteCount : 0
      var parts = unsafe (
        iovec(iov_base: header.baseAddress, iov_len: headerCount),
        iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
      )
      for _ in 0..<16 {  // signals interrupt now and then, not forever
        // Both parts are as long as they say, and live during the call.
        let count = unsafe withUnsafeBytes(of: &parts) { bytes in
          unsafe readv(descriptor, bytes.assumingMemoryBound(to: iovec.self).baseAddress, 2)
        }
        if count > 0 || count == 0 && !endsWithNothing {
          return arrival(count - headerCount, capacity: buffer.count)
        }
        if count == 0 { throw SystemError(.read, name, code: EPIPE) }
        let code = errno
        if code == EAGAIN { return .nothing }
        if code != EINTR { throw SystemError(.read, name, code: code) }
      }
      return .nothing
    }

    private func arrival(_ count: Int, capacity: Int) -> Arrival {
      guard count >= 20 else { return .tooShort }
      guard count < capacity else { return .tooLong }
      let isTrusted = unsafe hasOffloadHeader && OffloadHeader.isTrusted(UnsafeRawBufferPointer(header))
      return .datagram(count: count, isTrusted: isTrusted)
    }

    /// Writes one datagram whole, or not at all.
    ///
    /// - Throws: `SystemError` when the device is gone or broken; the datagram was not written then.
    public func write(_ datagram: UnsafeRawBufferPointer) throws(SystemError) -> WriteResult {
      let headerCount = hasOffloadHeader ? OffloadHeader.byteCount : 0
      if hasOffloadHeader { unsafe OffloadHeader.fill(header, for: datagram) }
      var parts = unsafe (
        iovec(iov_base: header.baseAddress, iov_len: headerCount),
        iovec(
          iov_base: UnsafeMutableRawPointer(mutating: datagram.baseAddress), iov_len: datagram.count)
      )
      for _ in 0..<16 {  // signals interrupt now and then, not forever
        // Both parts are as long as they say, live during the call, and are only read.
        let count = unsafe withUnsafeMutableBytes(of: &parts) { bytes in
          unsafe send(bytes.assumingMemoryBound(to: iovec.self).baseAddress)
        }
        if count >= 0 { return .written }
        let code = errno
        switch code {
        case EINTR: continue
        case EAGAIN: return .full
        case ENOBUFS, ENOMEM: return .noMemory
        case EINVAL, EMSGSIZE: return .refused
        case EIO: return .down
        default: throw SystemError(.write, name, code: code)
        }
      }
      return .full
    }

    /// One write; a closed socket answers with an error instead of a signal that ends the process.
    private func send(_ parts: UnsafeMutablePointer<iovec>?) -> Int {
      guard isSocket else { return unsafe writev(descriptor, parts, 2) }
      var message = unsafe msghdr()
      // The message refers to the two parts, which the caller keeps.
      unsafe message.msg_iov = parts
      unsafe message.msg_iovlen = 2
      return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
    }
  }
#endif
