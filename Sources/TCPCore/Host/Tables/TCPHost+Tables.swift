// Where the tables of a host are found: each from its place in the layout, which is in the region itself.
extension TCPHost {
  @inline(__always)
  var state: Table<HostState> { region.table(HostState.self, at: 0, count: 1) }

  @inline(__always)
  private func table<Element: ~Copyable>(
    _ element: Element.Type, _ start: UInt32, _ count: UInt32
  ) -> Table<Element> {
    region.table(element, at: start, count: Int(truncatingIfNeeded: count))
  }

  @inline(__always)
  var counterTable: Table<Counters> { table(Counters.self, state[0].layout.counters, 1) }

  @inline(__always)
  var wheel: Table<TimerWheel> { table(TimerWheel.self, state[0].layout.wheel, 1) }

  @inline(__always)
  var interfaces: Table<Interface> {
    table(Interface.self, state[0].layout.interfaces, state[0].layout.interfaceCount)
  }

  @inline(__always)
  var slots: Table<SlotState> {
    table(SlotState.self, state[0].layout.slots, state[0].layout.entryCount)
  }

  @inline(__always)
  var timers: Table<TimerNode> {
    table(TimerNode.self, state[0].layout.timers, state[0].layout.entryCount)
  }

  @inline(__always)
  var tupleIndex: TupleIndex {
    TupleIndex(
      buckets: table(UInt32.self, state[0].layout.buckets, state[0].layout.bucketCount),
      entries: table(IndexedEntry.self, state[0].layout.indexEntries, state[0].layout.entryCount))
  }

  @inline(__always)
  var sendQueueLinks: Table<IndexLinks> {
    table(IndexLinks.self, state[0].layout.sendQueueLinks, state[0].layout.entryCount)
  }

  /// Links of the event queue for connections, of the queues by age for half-open and TIME-WAIT entries.
  @inline(__always)
  var eventAndAgeLinks: Table<IndexLinks> {
    table(IndexLinks.self, state[0].layout.eventAndAgeLinks, state[0].layout.entryCount)
  }

  @inline(__always)
  var acceptLinks: Table<IndexLinks> {
    table(IndexLinks.self, state[0].layout.acceptLinks, state[0].layout.connectionCount)
  }

  @inline(__always)
  var connections: Table<Connection> {
    table(Connection.self, state[0].layout.connections, state[0].layout.connectionCount)
  }

  @inline(__always)
  var halfOpen: Table<HalfOpen> {
    table(HalfOpen.self, state[0].layout.halfOpen, state[0].layout.halfOpenCount)
  }

  @inline(__always)
  var timeWait: Table<TimeWait> {
    table(TimeWait.self, state[0].layout.timeWait, state[0].layout.timeWaitCount)
  }

  @inline(__always)
  var listeners: Table<Listener> {
    table(Listener.self, state[0].layout.listeners, state[0].layout.listenerCount)
  }

  @inline(__always)
  var replies: Table<Reply> {
    table(Reply.self, state[0].layout.replies, state[0].layout.replyCount)
  }
}
