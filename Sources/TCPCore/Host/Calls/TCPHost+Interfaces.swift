extension TCPHost {
  /// Sets up an interface, or changes its MTU while it runs.
  ///
  /// ```swift
  /// try host.setInterface(0, mtu: 1_500)
  /// ```
  ///
  /// - Parameters:
  ///   - number: 0 up to `interfaceCount` less one.
  ///   - mtu: the largest datagram in octets: 68 to 65,535; IPv6 needs 1,280.
  ///   - offload: what the device does about checksums.
  /// - Throws: `invalidArgument`; nothing has changed then (ROB-171). An MTU below 1,280 is refused while the
  ///   interface has an address, or an entry, of IPv6.
  /// - Complexity: looks at every entry once when the MTU of an interface that was up changes.
  public mutating func setInterface(
    _ number: Int, mtu: Int, offload: ChecksumOffload = ChecksumOffload()
  ) throws(CallError) {
    guard number >= 0, number < interfaces.count else { throw .invalidArgument }
    guard mtu >= Int(Interface.minimumMTU), mtu <= 65_535,
      mtu >= Int(Interface.minimumMTUForIPv6) || !hasIPv6(number)
    else { throw .invalidArgument }
    let before = interfaces[number].mtu
    interfaces[number].mtu = UInt32(truncatingIfNeeded: mtu)
    interfaces[number].offload = offload
    if before != 0 && before != interfaces[number].mtu { rescheduleConnections(on: number) }
    // Replies from destinations that are not ours; from one of ours there would be an address.
    if mtu < Int(Interface.minimumMTUForIPv6) {
      state.replies.removeAll(replies) { !$0.tuple.isIPv4 && Int($0.interface) == number }
    }
  }

  /// With other segment sizes something may be ready to be sent that was not before, and what was may have to
  /// wait: a narrow window takes no full segment any more, and then a timer brings out what waits.
  private mutating func rescheduleConnections(on number: Int) {
    for position in 0..<connections.count
    where slots[position].isTaken && Int(connections[position].interface) == number {
      let entry = Entry(connection: position)
      switch connections[entry].state {
      case .closed, .listen, .timeWait: break
      case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
        updateWindowTimer(entry)
      }
      enqueueIfSending(entry)
    }
  }

  /// The largest MTU of the interfaces: what a buffer for `transmit` must hold.
  public var largestMTU: Int {
    var largest = 0
    for number in 0..<interfaces.count {
      let mtu = Int(truncatingIfNeeded: interfaces[number].mtu)
      if mtu > largest { largest = mtu }
    }
    return largest
  }

  private func hasIPv6(_ number: Int) -> Bool {
    for index in 0..<Int(interfaces[number].addressCount)
    where !interfaces[number].address(index).address.isIPv4 {
      return true
    }
    // A listener may have taken connections to addresses that are not ours.
    for position in 0..<connections.count where slots[position].isTaken {
      if !connections[position].tuple.isIPv4 && Int(connections[position].interface) == number
        && (connections[position].state != .closed || connections[position].needsRST)
      {
        return true
      }
    }
    for position in 0..<halfOpen.count where slots[connections.count &+ position].isTaken {
      if !halfOpen[position].tuple.isIPv4 && Int(halfOpen[position].interface) == number { return true }
    }
    let first = connections.count &+ halfOpen.count
    for position in 0..<timeWait.count where slots[first &+ position].isTaken {
      if !timeWait[position].tuple.isIPv4 && Int(timeWait[position].interface) == number { return true }
    }
    return false
  }

  /// Gives an interface an address, or changes the prefix of one it has.
  ///
  /// ```swift
  /// try host.addAddress(Address(192, 0, 2, 1), prefix: 24, to: 0)
  /// ```
  ///
  /// - Throws: `invalidArgument` for an interface that is not set up, a prefix out of range, or IPv6 on an
  ///   MTU below 1,280; `invalidAddress`; `insufficientResources` after eight addresses.
  public mutating func addAddress(
    _ address: Address, prefix: Int, to number: Int = 0
  ) throws(CallError) {
    guard number >= 0, number < interfaces.count, interfaces[number].isUp else { throw .invalidArgument }
    guard address.isValidUnicast else { throw .invalidAddress }
    guard prefix >= 0, prefix <= (address.isIPv4 ? 32 : 128) else { throw .invalidArgument }
    // What is sent to a broadcast address is not taken (MUST-57), so it could never be of use.
    guard !address.isBroadcast(of: address, prefix: prefix) else { throw .invalidAddress }
    guard address.isIPv4 || interfaces[number].mtu >= Interface.minimumMTUForIPv6 else {
      throw .invalidArgument
    }
    let new = InterfaceAddress(address, prefix: UInt8(truncatingIfNeeded: prefix))
    guard interfaces[number].add(new) else { throw .insufficientResources }
  }

  /// Takes an address away. Connections that use it on this interface end with the reason `addressGone`,
  /// those in TIME-WAIT with `finished`, as both streams were; nothing more is sent from it, waiting replies
  /// and resets included.
  ///
  /// ```swift
  /// try host.removeAddress(Address(192, 0, 2, 1), from: 0, at: now)
  /// ```
  ///
  /// - Complexity: looks at every connection once.
  public mutating func removeAddress(
    _ address: Address, from number: Int = 0, at now: Instant
  ) throws(CallError) {
    advance(to: now)
    guard number >= 0, number < interfaces.count else { throw .invalidArgument }
    guard interfaces[number].remove(address) else { throw .addressNotAvailable }
    for position in 0..<connections.count where slots[position].isTaken {
      let entry = Entry(connection: position)
      guard connections[entry].tuple.localAddress == address,
        Int(connections[entry].interface) == number,
        connections[entry].state != .closed || connections[entry].needsRST
      else { continue }
      let context = context(connections[entry].interface)
      if connections[entry].timeWaitEntry != EntryID.none {
        removeTimeWait(timeWaitEntry(connections[entry].timeWaitEntry))
        continue
      }
      if connections[entry].state == .closed {
        connections[entry].needsRST = false
      } else {
        connections[entry].end(.addressGone, context)
      }
      schedule(entry)
    }
    removeEntries(using: address, on: number)
    state.replies.removeAll(replies) { $0.tuple.localAddress == address && Int($0.interface) == number }
  }

  private mutating func removeEntries(using address: Address, on number: Int) {
    for position in 0..<halfOpen.count {
      let id = EntryID(connections.count &+ position)
      guard slots[id].isTaken, halfOpen[position].tuple.localAddress == address,
        Int(halfOpen[position].interface) == number
      else { continue }
      removeHalfOpen(halfOpenEntry(id))
    }
    for position in 0..<timeWait.count {
      let id = EntryID(connections.count &+ halfOpen.count &+ position)
      guard slots[id].isTaken, timeWait[position].tuple.localAddress == address,
        Int(timeWait[position].interface) == number
      else { continue }
      removeTimeWait(timeWaitEntry(id))
    }
  }
}
