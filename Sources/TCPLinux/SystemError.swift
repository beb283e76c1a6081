#if os(Linux)
  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// What the system refused, and what to do about it.
  public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done.
    public enum Operation: Sendable {
      /// Opening /dev/net/tun.
      case open
      /// Making or taking over the TUN device of a name.
      case attach
      /// Using a descriptor that the caller had opened.
      case adopt
      /// Setting the offload header, or what the kernel may leave out.
      case offload
      /// Reading a datagram.
      case read
      /// Writing a datagram.
      case write
      /// Waiting for something to happen.
      case wait
      /// Arranging for signals to be noticed.
      case signals
    }

    /// What was being done.
    public let operation: Operation
    /// The device, by its name or descriptor.
    public let device: String
    /// The system's number for the reason (errno).
    public let code: Int32

    /// An error with a number the system gave, or would have given.
    public init(_ operation: Operation, _ device: String, code: Int32) {
      self.operation = operation
      self.device = device
      self.code = code
    }

    /// The system's text for the reason.
    public var reason: String {
      var text = [CChar](repeating: 0, count: 256)
      // The system writes at most so many octets, and ends them with a zero. Which of its two results counts
      // depends on the library, so the buffer is read where it was filled.
      return unsafe text.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return "error \(code)" }
        _ = unsafe strerror_r(code, base, buffer.count - 1)
        return unsafe base.pointee == 0 ? "error \(code)" : String(cString: base)
      }
    }

    /// One sentence or two for a terminal: what, why, and what to do.
    public var description: String {
      let said = "\(what): \(reason)"
      guard let advice else { return said }
      return "\(said); \(advice)"
    }

    private var what: String {
      switch operation {
      case .open: "cannot open \(device)"
      case .attach: "cannot attach to the TUN device \(device)"
      case .adopt: "cannot use \(device) as a device"
      case .offload: "cannot set up checksum offload on \(device)"
      case .read: "cannot read from \(device)"
      case .write: "cannot write to \(device)"
      case .wait: "cannot wait for \(device)"
      case .signals: "cannot watch for signals"
      }
    }

    /// What the user can do, where that is known.
    private var advice: String? {
      switch (operation, code) {
      case (.open, EPERM), (.open, EACCES), (.attach, EPERM), (.attach, EACCES):
        "run as root or with CAP_NET_ADMIN, or let root make it: ip tuntap add dev NAME mode tun user $USER"
      case (.open, ENOENT), (.open, ENODEV), (.open, ENXIO): "load the driver: modprobe tun"
      case (.attach, ENAMETOOLONG):
        "a name has 1 to \(TUNInterface.longestName) octets, no '/' and no blank"
      case (.attach, EBUSY): "another program has it"
      case (.attach, EINVAL): "a device of that name exists and is no TUN device, or has other flags"
      case (.offload, EINVAL): "this kernel has no such offload; leave it out"
      case (.adopt, EBADF): "no such descriptor is open"
      case (.write, EIO): "is it up? ip link set \(device) up"
      case (.read, EBADFD), (.read, ENODEV), (.wait, EBADFD), (.wait, ENODEV), (.write, EBADFD): "it is gone"
      case (.read, EPIPE), (.write, EPIPE), (.write, ECONNREFUSED), (.write, ECONNRESET):
        "the other end is closed"
      default: nil
      }
    }
  }
#endif
