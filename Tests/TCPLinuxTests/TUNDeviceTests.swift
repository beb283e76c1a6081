#if os(Linux)
  import TCPLinux
  import Testing

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  @Suite("Devices: what they give and take, and what they refuse")
  struct TUNDeviceTests {
    @Test(
      "A name that no device can have is refused before any call",
      arguments: ["", "sixteen-octets-x", "with/slash", "with blank"])
    func badName(name: String) {
      let error = #expect(throws: SystemError.self) { try TUNDevice(name: name) }
      #expect(error?.operation == .attach && error?.code == ENAMETOOLONG)
      #expect(error?.description.contains("1 to 15 octets") == true)
    }

    @Test("A descriptor that is not open is reported") func badDescriptor() {
      let error = #expect(throws: SystemError.self) { try TUNDevice(descriptor: 999_999) }
      #expect(error?.operation == .adopt && error?.code == EBADF)
      #expect(error?.description.contains("descriptor 999999") == true)
    }

    @Test("Each error that users meet says what to do")
    func advice() {
      #expect(SystemError(.open, "/dev/net/tun", code: ENOENT).description.contains("modprobe tun"))
      #expect(SystemError(.attach, "tun0", code: EPERM).description.contains("CAP_NET_ADMIN"))
      #expect(SystemError(.attach, "tun0", code: EBUSY).description.contains("another program"))
      #expect(SystemError(.write, "tun0", code: EIO).description.contains("ip link set tun0 up"))
    }

    @Test("Datagrams arrive whole, and anything else is reported as such", arguments: [true, false])
    func arrivals(datagrams: Bool) throws {
      let wire = SocketWire(datagrams: datagrams)
      let device = try TUNDevice(descriptor: wire.left)
      #expect(try device.readOctets().arrival == .nothing)
      #expect(wire.put([UInt8](repeating: 7, count: 1_500)))
      #expect(wire.put([1, 2, 3]))
      #expect(wire.put([UInt8](repeating: 8, count: 65_536)))
      #expect(wire.put([UInt8](repeating: 9, count: 65_535)))
      let first = try device.readOctets()
      #expect(first.arrival == .datagram(count: 1_500, isTrusted: false))
      #expect(first.octets == [UInt8](repeating: 7, count: 1_500))
      #expect(try device.readOctets().arrival == .tooShort)
      #expect(try device.readOctets().arrival == .tooLong)
      #expect(try device.readOctets().arrival == .datagram(count: 65_535, isTrusted: false))
      #expect(try device.readOctets().arrival == .nothing)
    }

    @Test("A full device says so, and takes the same datagram later") func full() throws {
      let wire = SocketWire(datagrams: true)
      let device = try TUNDevice(descriptor: wire.left)
      var written = 0
      while try device.writeOctets([UInt8](repeating: UInt8(truncatingIfNeeded: written), count: 100))
        == .written
      {
        written += 1
      }
      #expect(written > 0)
      #expect(wire.take()?.first == 0)
      #expect(try device.writeOctets([UInt8](repeating: 255, count: 100)) == .written)
      for index in 1..<written { #expect(wire.take()?.first == UInt8(truncatingIfNeeded: index)) }
      #expect(wire.take()?.first == 255)
      #expect(wire.take() == nil)
    }

    @Test("A closed other end is an error, of reading and of writing") func gone() throws {
      let wire = SocketWire()
      let device = try TUNDevice(descriptor: wire.left)
      wire.closeRight()
      #expect(throws: SystemError(.read, device.name, code: EPIPE)) { try device.readOctets() }
      #expect(throws: SystemError(.write, device.name, code: EPIPE)) { try device.writeOctets([1, 2]) }
      let datagrams = SocketWire(datagrams: true)
      let other = try TUNDevice(descriptor: datagrams.left)
      datagrams.closeRight()
      let error = #expect(throws: SystemError.self) { try other.writeOctets([1, 2]) }
      #expect(error?.description.contains("closed") == true)
    }

    @Test("The offload header says where the checksum belongs, and what is trusted") func offload() throws {
      let wire = SocketWire()
      let device = try TUNDevice(descriptor: wire.left, hasOffloadHeader: true)
      var datagram = [UInt8](repeating: 0, count: 60)
      datagram[0] = 0x45
      #expect(try device.writeOctets(datagram) == .written)
      let sent = try #require(wire.take())
      #expect(sent.count == 70 && sent[0] == 1 && sent[1] == 0)
      #expect(sent[6] == 20 && sent[8] == 16)
      datagram[0] = 0x60
      #expect(try device.writeOctets(datagram) == .written)
      #expect(wire.take()?[6] == 40)
      for (flags, isTrusted) in [(0, false), (1, true), (2, true)] as [(UInt8, Bool)] {
        #expect(wire.put([flags] + [UInt8](repeating: 0, count: 9) + datagram))
        #expect(try device.readOctets().arrival == .datagram(count: 60, isTrusted: isTrusted))
      }
      #expect(wire.put([1, 0, 0]))
      #expect(try device.readOctets().arrival == .tooShort)
    }

    /// Needs the right to make TUN devices, and a network namespace of its own so that the machine's network
    /// is not touched; skipped where either is missing.
    @Test(
      "A device that another program has is busy",
      .enabled(if: OwnNamespace.allowsDevices))
    func busy() {
      let error = OwnNamespace.run { () -> SystemError? in
        guard let first = try? TUNDevice(name: "tcptest0") else { return nil }
        do throws(SystemError) {
          _ = try TUNDevice(name: "tcptest0")
          return nil
        } catch {
          return first.mtu == 1_500 ? error : nil
        }
      }
      #expect(error == SystemError(.attach, "tcptest0", code: EBUSY))
    }
  }
#endif
