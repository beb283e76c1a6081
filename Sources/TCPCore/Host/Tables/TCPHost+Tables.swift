// Where the tables of a host are found: each from its place in the layout, which is in the region itself.
extension TCPHost {
  @inline(__always)
  var stateTable: Table<HostState> { region.table(HostState.self, at: 0, count: 1) }

  /// What the host knows apart from its tables, in place.
  var state: HostState {
    // The first element of a table of one.
    @inline(__always)
    unsafeAddress { unsafe UnsafePointer(stateTable.base) }
    @inline(__always)
    unsafeMutableAddress { unsafe stateTable.base }
  }

  @inline(__always)
  private func table<Element: ~Copyable>(
    _ element: Element.Type, _ start: UInt32, _ count: UInt32
  ) -> Table<Element> {
    region.table(element, at: start, count: Int(truncatingIfNeeded: count))
  }

  @inline(__always)
  var counterTable: Table<Counters> { table(Counters.self, state.layout.counters, 1) }

  /// What this host has counted so far.
  public internal(set) var counters: Counters {
    // The first element of a table of one.
    @inline(__always)
    unsafeAddress { unsafe UnsafePointer(counterTable.base) }
    @inline(__always)
    unsafeMutableAddress { unsafe counterTable.base }
  }

  @inline(__always)
  var wheelTable: Table<TimerWheel> { table(TimerWheel.self, state.layout.wheel, 1) }

  /// The timer wheel, in place.
  var wheel: TimerWheel {
    // The first element of a table of one.
    @inline(__always)
    unsafeAddress { unsafe UnsafePointer(wheelTable.base) }
    @inline(__always)
    unsafeMutableAddress { unsafe wheelTable.base }
  }

  /// An empty list through the links of the event queue and of the lists by age.
  var eventAndAgeList: EntryList {
    EntryList(start: state.layout.eventAndAgeLinks, size: state.layout.entryCount)
  }

  /// An empty list through the links of the accept queues.
  var acceptList: EntryList {
    EntryList(start: state.layout.acceptLinks, size: state.layout.connectionCount)
  }

  @inline(__always)
  var interfaces: Table<Interface> {
    table(Interface.self, state.layout.interfaces, state.layout.interfaceCount)
  }

  @inline(__always)
  var slots: Table<SlotState> {
    table(SlotState.self, state.layout.slots, state.layout.entryCount)
  }

  @inline(__always)
  var timers: Table<TimerNode> {
    table(TimerNode.self, state.layout.timers, state.layout.entryCount)
  }

  @inline(__always)
  var tupleIndex: TupleIndex {
    TupleIndex(
      buckets: table(IndexBucket.self, state.layout.buckets, state.layout.bucketCount),
      entries: table(IndexedEntry.self, state.layout.indexEntries, state.layout.entryCount))
  }

  @inline(__always)
  var sendQueueLinks: Table<EntryLinks> {
    table(EntryLinks.self, state.layout.sendQueueLinks, state.layout.entryCount)
  }

  /// Links of the event queue for connections, of the queues by age for half-open and TIME-WAIT entries.
  @inline(__always)
  var eventAndAgeLinks: Table<EntryLinks> {
    table(EntryLinks.self, state.layout.eventAndAgeLinks, state.layout.entryCount)
  }

  @inline(__always)
  var acceptLinks: Table<EntryLinks> {
    table(EntryLinks.self, state.layout.acceptLinks, state.layout.connectionCount)
  }

  @inline(__always)
  var connections: Table<Connection> {
    table(Connection.self, state.layout.connections, state.layout.connectionCount)
  }

  @inline(__always)
  var halfOpen: Table<SynReceivedState> {
    table(SynReceivedState.self, state.layout.halfOpen, state.layout.halfOpenCount)
  }

  @inline(__always)
  var timeWait: Table<TimeWaitState> {
    table(TimeWaitState.self, state.layout.timeWait, state.layout.timeWaitCount)
  }

  @inline(__always)
  var listeners: Table<Listener> {
    table(Listener.self, state.layout.listeners, state.layout.listenerCount)
  }

  @inline(__always)
  var replies: Table<Reply> {
    table(Reply.self, state.layout.replies, state.layout.replyCount)
  }
}
