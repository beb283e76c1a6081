#if os(Linux)
  import TCPCore

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// What to wait for beside the device: a few descriptors, such as standard input and a pipe of signals.
  ///
  /// It serves `poll`, not epoll: the list is short, what is wanted changes with each turn, and standard
  /// input may be a file, which epoll refuses.
  public struct PollSet {
    private var entries: [8 of pollfd]
    private(set) var count = 1

    /// A list with the device alone.
    init(device: Int32) {
      entries = [8 of pollfd](repeating: pollfd(fd: -1, events: 0, revents: 0))
      entries[0].fd = device
    }

    /// A list without a device, for who waits for devices of its own.
    public init() { self.init(device: -1) }

    /// How many descriptors there may be beside the device.
    public static var capacity: Int { 7 }

    /// Forgets everything that was asked for and found.
    public mutating func removeAll() { count = 1 }

    /// Asks for a descriptor; one more than `capacity` is a programmer's error and traps.
    public mutating func add(_ descriptor: Int32, readable: Bool = false, writable: Bool = false) {
      entries[count] = pollfd(
        fd: descriptor, events: Int16((readable ? POLLIN : 0) | (writable ? POLLOUT : 0)), revents: 0)
      count += 1
    }

    /// Whether reading from a descriptor was found to give something: octets, the end, or an error.
    public func isReadable(_ descriptor: Int32) -> Bool {
      found(descriptor) & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0
    }

    /// Whether a descriptor was found to take octets, or to have an error for who tries.
    public func isWritable(_ descriptor: Int32) -> Bool {
      found(descriptor) & Int16(POLLOUT | POLLHUP | POLLERR | POLLNVAL) != 0
    }

    private func found(_ descriptor: Int32) -> Int16 {
      for index in 1..<max(count, 1) where entries[index].fd == descriptor { return entries[index].revents }
      return 0
    }

    /// Whether the device has something to read, or reports that it is gone.
    var isDeviceReadable: Bool { entries[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 }
    /// Whether the device is broken; what it still holds is read first.
    var isDeviceBroken: Bool { entries[0].revents & Int16(POLLERR | POLLNVAL) != 0 }

    /// Waits until anything is ready, a signal comes, or the given moment has come, to the millisecond.
    ///
    /// - Throws: `SystemError`; nothing that a caller could do leads to it.
    public mutating func wait(until moment: Instant) throws(SystemError) {
      try wait(PollSet.milliseconds(until: moment), deviceWritable: false, name: "descriptors")
    }

    /// How long it is until a moment, rounded up so that a timer is due when it wakes us; -1 means no limit.
    static func milliseconds(until moment: Instant) -> Int32 {
      if moment == .never { return -1 }
      return Int32(min(((moment - MonotonicClock.now).microseconds + 999) / 1_000, 3_600_000))
    }

    /// Waits until anything is ready, a signal comes, or time is up.
    ///
    /// - Parameter milliseconds: -1 means no limit.
    mutating func wait(_ milliseconds: Int32, deviceWritable: Bool, name: String) throws(SystemError) {
      entries[0].events = Int16(POLLIN | (deviceWritable ? POLLOUT : 0))
      let wanted = nfds_t(count)
      // The system reads and writes the first `count` entries.
      let found = unsafe withUnsafeMutableBytes(of: &entries) { bytes in
        unsafe poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, wanted, milliseconds)
      }
      guard found < 0 else { return }
      for index in 0..<count { entries[index].revents = 0 }
      if errno != EINTR { throw SystemError(.wait, name, code: errno) }
    }
  }
#endif
