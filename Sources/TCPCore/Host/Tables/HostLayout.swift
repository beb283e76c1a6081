/// Where each table of a host is in its region, and how long it is. The same walk gives the size and the
/// places.
struct HostLayout: BitwiseCopyable {
  let connectionCount: UInt32
  let halfOpenCount: UInt32
  let timeWaitCount: UInt32
  let entryCount: UInt32
  let bucketCount: UInt32
  let listenerCount: UInt32
  let replyCount: UInt32
  let interfaceCount: UInt32
  let counters: UInt32
  let wheel: UInt32
  let interfaces: UInt32
  let slots: UInt32
  let timers: UInt32
  let indexEntries: UInt32
  let buckets: UInt32
  let sendQueueLinks: UInt32
  let eventAndAgeLinks: UInt32
  let acceptLinks: UInt32
  let connections: UInt32
  let halfOpen: UInt32
  let timeWait: UInt32
  let listeners: UInt32
  let replies: UInt32
  /// Where the rings and tables of the first connection of each class begin, and how far apart they are.
  let rings: [4 of UInt32]
  let ringStrides: [4 of UInt32]
  let byteCount: Int

  /// Lays out a valid configuration.
  init(_ configuration: HostConfiguration) throws(ConfigurationError) {
    var layout = RegionLayout()
    let entries = configuration.entryCapacity
    let connectionCapacity = configuration.connectionCapacity
    let bucketCapacity = TupleIndex.bucketCount(for: entries)
    connectionCount = UInt32(truncatingIfNeeded: connectionCapacity)
    halfOpenCount = UInt32(truncatingIfNeeded: configuration.halfOpenCapacity)
    timeWaitCount = UInt32(truncatingIfNeeded: configuration.timeWaitCapacity)
    entryCount = UInt32(truncatingIfNeeded: entries)
    bucketCount = UInt32(truncatingIfNeeded: bucketCapacity)
    listenerCount = UInt32(truncatingIfNeeded: configuration.listenerCapacity)
    replyCount = UInt32(truncatingIfNeeded: configuration.replyCapacity)
    interfaceCount = UInt32(truncatingIfNeeded: configuration.interfaceCount)
    _ = layout.reserve(count: 1, stride: MemoryLayout<HostState>.stride)  // always at the start
    counters = layout.reserve(count: 1, stride: MemoryLayout<Counters>.stride)
    wheel = layout.reserve(count: 1, stride: MemoryLayout<TimerWheel>.stride)
    interfaces = layout.reserve(
      count: configuration.interfaceCount, stride: MemoryLayout<Interface>.stride)
    slots = layout.reserve(count: entries, stride: MemoryLayout<SlotState>.stride)
    timers = layout.reserve(count: entries, stride: MemoryLayout<TimerNode>.stride)
    indexEntries = layout.reserve(count: entries, stride: MemoryLayout<IndexedEntry>.stride)
    buckets = layout.reserve(count: bucketCapacity, stride: MemoryLayout<IndexBucket>.stride)
    sendQueueLinks = layout.reserve(count: entries, stride: MemoryLayout<EntryLinks>.stride)
    eventAndAgeLinks = layout.reserve(count: entries, stride: MemoryLayout<EntryLinks>.stride)
    acceptLinks = layout.reserve(count: connectionCapacity, stride: MemoryLayout<EntryLinks>.stride)
    layout.alignToLine()  // Connection.swift
    connections = layout.reserve(count: connectionCapacity, stride: MemoryLayout<Connection>.stride)
    halfOpen = layout.reserve(
      count: configuration.halfOpenCapacity, stride: MemoryLayout<SynReceivedState>.stride)
    timeWait = layout.reserve(
      count: configuration.timeWaitCapacity, stride: MemoryLayout<TimeWaitState>.stride)
    listeners = layout.reserve(
      count: configuration.listenerCapacity, stride: MemoryLayout<Listener>.stride)
    replies = layout.reserve(count: configuration.replyCapacity, stride: MemoryLayout<Reply>.stride)
    // survives `repeating: 1`: equivalent: places of classes beyond ringClassCount are not looked at
    var starts = [4 of UInt32](repeating: 0)
    var strides = [4 of UInt32](repeating: 0)
    for index in 0..<configuration.ringClassCount {
      let ringClass = configuration.ringClasses[index]
      let stride = HostLayout.ringStride(ringClass)
      starts[index] = layout.reserve(count: ringClass.connections, stride: stride)
      strides[index] = UInt32(truncatingIfNeeded: stride / RegionLayout.unit)
    }
    rings = starts
    ringStrides = strides
    // The place of everything inside must fit 32 bits as a count of units.
    guard let byteCount = layout.byteCount, UInt64(count: byteCount) &>> 36 == 0 else { throw .tooLarge }
    self.byteCount = byteCount
  }

  /// Octets for the rings and tables of one connection, each part rounded up to whole units.
  static func ringStride(_ ringClass: RingClass) -> Int {
    padded(ringClass.sendCapacity) &+ padded(ringClass.receiveCapacity)
      &+ padded(ringClass.transmissions &* MemoryLayout<SentRecord>.stride)
      &+ Int(truncatingIfNeeded: sampleUnits(ringClass)) &* RegionLayout.unit
      &+ padded(ringClass.ranges &* MemoryLayout<SequenceRange>.stride)
  }

  /// Units for what belongs to delivery rates (SentRecords+DeliveryRate.swift).
  static func sampleUnits(_ ringClass: RingClass) -> UInt32 {
    guard ringClass.samplesDeliveryRate else { return 0 }
    let octets = SentRecords.sampleOctets(ringClass.transmissions)
    return units(octets.snapshots) &+ units(octets.model)
  }

  /// The same in units.
  static func units(_ count: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: padded(count) / RegionLayout.unit)
  }

  private static func padded(_ count: Int) -> Int {
    (count &+ RegionLayout.unit &- 1) / RegionLayout.unit &* RegionLayout.unit
  }
}

extension HostLayout {
  /// Octets in front of the rings.
  var ringStart: Int { Int(truncatingIfNeeded: rings[0]) &* RegionLayout.unit }

  static func == (left: HostLayout, right: HostLayout) -> Bool {
    guard left.byteCount == right.byteCount, left.counters == right.counters, left.wheel == right.wheel,
      left.interfaces == right.interfaces, left.slots == right.slots, left.timers == right.timers,
      left.indexEntries == right.indexEntries, left.buckets == right.buckets,
      left.sendQueueLinks == right.sendQueueLinks, left.eventAndAgeLinks == right.eventAndAgeLinks,
      left.acceptLinks == right.acceptLinks, left.connections == right.connections,
      left.halfOpen == right.halfOpen, left.timeWait == right.timeWait,
      left.listeners == right.listeners, left.replies == right.replies,
      left.connectionCount == right.connectionCount, left.halfOpenCount == right.halfOpenCount,
      left.timeWaitCount == right.timeWaitCount, left.entryCount == right.entryCount,
      left.bucketCount == right.bucketCount, left.listenerCount == right.listenerCount,
      left.replyCount == right.replyCount, left.interfaceCount == right.interfaceCount
    else { return false }
    for index in 0..<4 {
      guard left.rings[index] == right.rings[index], left.ringStrides[index] == right.ringStrides[index]
      else { return false }
    }
    return true
  }
}
