import CTCPCore
import TCPCoreC
import Testing

@Suite("Damaged snapshots") struct SnapshotDamageTests {
  /// Uses a restored host for a while as its owner would. What it answers does not matter; it must come back.
  ///
  /// - Returns: whether everything due was done in a bounded number of calls.
  private func use(
    _ host: OpaquePointer, at now: UInt64, _ datagram: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let limit = 1_000
    var isQuiet = true
    var cursor: UInt32 = 0
    var handle: UInt64 = 0
    var status = tcpcore_status_t()
    var event = tcpcore_event_t()
    for _ in 0..<8 where tcpcore_next_handle(host, &cursor, &handle) == 1 {
      _ = tcpcore_status(host, handle, &status)
      _ = tcpcore_poll(host, handle, UInt32.max)
      _ = tcpcore_write(host, handle, [1, 2, 3], 3, now)
      _ = tcpcore_read(host, handle, datagram.baseAddress, 8, now)
    }
    for step in 0..<4 {
      let later = now + UInt64(step) * 3_000_000
      _ = tcpcore_deadline(host)
      var calls = 0
      while calls < limit && tcpcore_expire(host, later, 64) == 1 { calls += 1 }
      isQuiet = isQuiet && calls < limit
      for _ in 0..<4 {
        let count = tcpcore_transmit(host, datagram.baseAddress, UInt32(datagram.count), later, nil)
        if count <= 0 { break }
        _ = tcpcore_arrive(host, 0, datagram.baseAddress, UInt32(count), later)
      }
      for _ in 0..<4 where tcpcore_next_event(host, &event) == 1 {
        _ = tcpcore_close(host, event.handle, later)
      }
    }
    _ = tcpcore_abort(host, handle, now + 12_000_000)
    _ = tcpcore_release(host, handle, now + 12_000_000)
    _ = tcpcore_digest(host)
    return isQuiet
  }

  @Test("Whatever octet is wrong: the snapshot is refused, or the host goes on without a trap")
  func everyOctet() {
    let pair = CHosts(ring: 48)
    let (left, right, _) = pair.connect()
    _ = tcpcore_write(pair.hosts[0], left, [1, 2, 3, 4], 4, pair.now)
    pair.carry()
    _ = tcpcore_write(pair.hosts[1], right, [9], 1, pair.now)
    let size = pair.memory[1].count
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_535, alignment: 16)
    defer {
      copy.deallocate()
      datagram.deallocate()
    }
    var refused = 0
    var taken = 0
    for offset in 0..<size {
      for mask: UInt8 in [0xFF, 0x01, 0x40] {
        copy.copyMemory(from: UnsafeRawBufferPointer(pair.memory[1]))
        copy[offset] ^= mask
        var host: OpaquePointer?
        let result = tcpcore_restore(copy.baseAddress, UInt64(size), &host)
        if let host, result == TCPCORE_OK {
          taken += 1
          let isQuiet = use(host, at: pair.now, datagram)
          #expect(isQuiet, "octet \(offset), mask \(mask)")
        } else {
          refused += 1
          #expect(host == nil && result < 0)
        }
      }
    }
    #expect(refused > 1_000 && taken > 1_000, "\(refused) refused, \(taken) taken")
  }

  @Test("What a connection that is over names is looked at as well")
  func everyOctetOfWhatIsOver() {
    let pair = CHosts(ring: 48)
    let (_, right, _) = pair.connect()
    #expect(tcpcore_abort(pair.hosts[1], right, pair.now) == TCPCORE_OK)
    pair.carry()
    let size = pair.memory[0].count
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { copy.deallocate() }
    copy.copyMemory(from: UnsafeRawBufferPointer(pair.memory[0]))
    var taken = 0
    for offset in 0..<size {
      copy[offset] ^= 1
      var host: OpaquePointer?
      if tcpcore_restore(copy.baseAddress, UInt64(size), &host) == TCPCORE_OK, let host {
        // The digest reads text beyond gaps, of which there is none.
        _ = tcpcore_digest(host)
        taken += 1
      }
      copy[offset] ^= 1
    }
    #expect(taken > 100)
  }

  @Test("A connection that lost its IPv6 address does not make the snapshot a bad one")
  func closedOnSmallMTU() {
    let pair = CHosts()
    let host = pair.hosts[0]
    var octets = tcpcore_address_t()
    octets.octets.0 = 0xFD
    octets.octets.15 = 1
    var remote = tcpcore_endpoint_t(address: octets, port: 80)
    remote.address.octets.15 = 2
    var handle: UInt64 = 0
    #expect(tcpcore_add_address(host, 0, octets, 64) == TCPCORE_OK)
    #expect(tcpcore_connect(host, &remote, nil, UInt32.max, 0, nil, pair.now, &handle) == TCPCORE_OK)
    #expect(tcpcore_remove_address(host, 0, octets, pair.now) == TCPCORE_OK)
    #expect(tcpcore_set_interface(host, 0, 576, 0) == TCPCORE_OK)
    var restored: OpaquePointer?
    let size = UInt64(pair.memory[0].count)
    #expect(tcpcore_restore(pair.memory[0].baseAddress, size, &restored) == TCPCORE_OK)
    #expect(restored == host)
  }
}
