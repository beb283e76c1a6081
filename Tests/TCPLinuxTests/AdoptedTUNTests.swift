#if os(Linux)
  import TCPCore
  import TCPLinux
  import Testing

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// These need the right to make TUN devices, and a network namespace of their own so that the machine's
  /// network is not touched; skipped where either is missing.
  @Suite("Real TUN devices", .enabled(if: OwnNamespace.allowsDevices, "needs root and /dev/net/tun"))
  struct AdoptedTUNTests {
    /// What one device knows of itself.
    private struct Knowledge: Equatable {
      var name: String
      var hasHeader: Bool
      var mtu: Int?

      init(_ device: TUNDevice) {
        name = device.name
        hasHeader = device.hasOffloadHeader
        mtu = device.mtu
      }
    }

    @Test(
      "A descriptor that is a TUN device knows its name, its header and its MTU", arguments: [true, false])
    func adopt(isOffloaded: Bool) throws {
      let knowledge = OwnNamespace.run { () -> [Knowledge]? in
        guard let made = try? TUNDevice(name: "tcptest1", isOffloaded: isOffloaded),
          // What the caller says about the header does not count: the device knows.
          let adopted = try? TUNDevice(descriptor: made.descriptor, hasOffloadHeader: !isOffloaded)
        else { return nil }
        return [Knowledge(made), Knowledge(adopted)]
      }
      let both = try #require(knowledge)
      #expect(both[0].name == "tcptest1" && both[0].hasHeader == isOffloaded && both[0].mtu == 1_500)
      #expect(both[0] == both[1])
    }

    @Test("A pattern for a name becomes the name that the kernel has chosen") func pattern() {
      let name = OwnNamespace.run { try? TUNDevice(name: "tcptest%d").name }
      #expect(name == "tcptest0")
    }

    @Test("An adopted descriptor stays open after its device, an own one does not") func ownership() {
      let isOpen = OwnNamespace.run { () -> [Bool]? in
        guard let made = try? TUNDevice(name: "tcptest2") else { return nil }
        let descriptor = made.descriptor
        do { _ = try? TUNDevice(descriptor: descriptor) }
        let afterAdopted = fcntl(descriptor, F_GETFD) >= 0
        return [afterAdopted, made.mtu == 1_500]
      }
      #expect(isOpen == [true, true])
      let mtus = OwnNamespace.run { () -> [Int?]? in
        do { guard (try? TUNDevice(name: "tcptest3")) != nil else { return nil } }
        // The name is free again, so the device is gone.
        guard let again = try? TUNDevice(name: "tcptest3") else { return nil }
        return [again.mtu]
      }
      #expect(mtus == [1_500])
    }

    @Test("A device that is not up says so, to a write and to a loop") func down() throws {
      let found = OwnNamespace.run { () -> (disposition: TUNDevice.WriteResult, error: SystemError?)? in
        guard let device = try? TUNDevice(name: "tcptest4"),
          let disposition = try? device.writeOctets([0x45] + [UInt8](repeating: 0, count: 39)),
          let loop = try? EventLoop(
            HostConfiguration(connections: 1, sendCapacity: 1_000, receiveCapacity: 1_000), device: device)
        else { return nil }
        do {
          try loop.host.addAddress(Address(10, 7, 0, 2), prefix: 24)
          _ = try loop.host.connect(to: Endpoint(WirePeer.address, 7), at: MonotonicClock.now)
          _ = try loop.run(StepUser { _, _ in nil })
          return nil
        } catch {
          return (disposition, error as? SystemError)
        }
      }
      let answer = try #require(found)
      #expect(answer.disposition == .down && answer.error == SystemError(.write, "tcptest4", code: EIO))
      #expect(answer.error?.description.contains("ip link set tcptest4 up") == true)
    }

    @Test("A device of another kind, and a name that another device has, are refused") func otherKind() throws
    {
      let error = OwnNamespace.run { () -> SystemError? in
        do throws(SystemError) {
          _ = try TUNDevice(name: "lo")
          return nil
        } catch {
          return error
        }
      }
      #expect(error?.operation == .attach && error?.code == EINVAL)
      #expect(error?.description.contains("no TUN device") == true)
    }
  }
#endif
