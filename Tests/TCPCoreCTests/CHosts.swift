import CTCPCore
import TCPCoreC

/// Two hosts of the C interface, called as C calls them, and a wire between them that loses nothing.
final class CHosts {
  let memory: [UnsafeMutableRawBufferPointer]
  private(set) var hosts: [OpaquePointer] = []
  var now: UInt64 = 1_000_000
  private let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 8)

  init(ring: UInt32 = 4_096, synCookies: Int32 = TCPCORE_COOKIES_AUTOMATIC) {
    var configuration = tcpcore_configuration_t()
    tcpcore_configuration_default(&configuration, 2, ring, ring)
    configuration.syn_cookies = UInt32(synCookies)
    let size = Int(tcpcore_bytes(&configuration))
    memory = (0..<2).map { _ in .allocate(byteCount: size, alignment: 16) }
    for side in 0..<2 {
      let secret = [UInt8](repeating: UInt8(side + 1), count: 16)
      var host: OpaquePointer?
      let result = tcpcore_init(
        memory[side].baseAddress, UInt64(size), &configuration, secret, now, &host)
      guard result == TCPCORE_OK, let host else { preconditionFailure("no host: \(result)") }
      hosts.append(host)
      precondition(tcpcore_set_interface(host, 0, 1_500, 0) == TCPCORE_OK)
      precondition(tcpcore_add_address(host, 0, CHosts.address(side), 24) == TCPCORE_OK)
    }
  }

  deinit {
    for block in memory { block.deallocate() }
    datagram.deallocate()
  }

  static func address(_ side: Int) -> tcpcore_address_t { tcpcore_ipv4(10, 0, 0, UInt8(side + 1)) }

  /// Carries datagrams both ways until nobody owes one.
  func carry() {
    for _ in 0..<1_000 {
      var isQuiet = true
      for side in 0..<2 {
        var interface: UInt32 = 9
        let count = tcpcore_transmit(hosts[side], datagram.baseAddress, 1_500, now, &interface)
        precondition(count >= 0)
        if count == 0 { continue }
        isQuiet = false
        precondition(interface == 0)
        _ = tcpcore_arrive(hosts[1 - side], 0, datagram.baseAddress, UInt32(count), now)
      }
      if isQuiet { return }
    }
    preconditionFailure("the hosts do not become quiet")
  }

  /// A connection from the first host to a listener of the second: both handles.
  func connect() -> (left: UInt64, right: UInt64, listener: UInt64) {
    var listener: UInt64 = 0
    var left: UInt64 = 0
    var right: UInt64 = 0
    var local = tcpcore_endpoint_t(address: tcpcore_address_t(), port: 80)
    var remote = tcpcore_endpoint_t(address: CHosts.address(1), port: 80)
    precondition(
      tcpcore_listen(hosts[1], &local, UInt32(TCPCORE_FAMILY_BOTH), 4, 0, 0, nil, &listener) == TCPCORE_OK)
    precondition(
      tcpcore_connect(hosts[0], &remote, nil, UInt32.max, 0, nil, now, &left) == TCPCORE_OK)
    carry()
    precondition(tcpcore_accept(hosts[1], listener, &right) == TCPCORE_OK)
    return (left, right, listener)
  }
}
