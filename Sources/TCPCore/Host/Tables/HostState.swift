/// What a host knows apart from its tables. Lies at the start of the region, so that the region is all there
/// is.
struct HostState: BitwiseCopyable {
  /// Tells a region with a host from any other memory: "tcpcore" and the version of the layout.
  var magic: UInt64
  var byteCount: UInt64
  /// Where the tables are.
  var layout: HostLayout
  var configuration: HostConfiguration
  var keys: HostKeys
  /// The latest moment that any call has named.
  var now: Instant
  /// The tick that the wheel has reached, in full.
  var wheelTick: UInt64
  /// The tick of the clock that the last initial sequence number was made with.
  var sequenceTick: UInt64 = 0
  /// How many numbers were drawn from the random stream.
  var drawn: UInt64 = 0
  /// How many datagrams left that may be fragmented.
  var identified: UInt64 = 0
  var connectionSlots: [4 of SlotTable]
  var halfOpenSlots: SlotTable
  var timeWaitSlots: SlotTable
  var listenerSlots: SlotTable
  /// Entries that have a segment to send.
  var sendQueue: EntryList
  /// Half-open entries whose SYN the program has not heard of: linked as the send queue is, since nothing is
  /// sent for them.
  var requestQueue: EntryList
  /// Connections that have events for their user.
  var eventQueue: EntryList
  /// Connections whose handle was released.
  var released: EntryList
  /// Listeners with more half-open entries than their share.
  var overShare: EntryList
  /// TIME-WAIT entries, oldest first.
  var timeWaitByAge: EntryList
  var replies = ReplyQueue()
  /// The cookies that were accepted last.
  var acceptedCookies = AcceptedCookies()
  /// How many listeners serve all ports, and how many destinations that are not ours.
  var anyPortListenerCount: UInt32 = 0
  var foreignListenerCount: UInt32 = 0
  /// Whether a connection to one of our own addresses was ever begun: then what leaves may be for ourselves.
  var mayLoopBack = false
  /// Whether the next datagram is a reply, if one waits.
  var isReplyTurn = true

  static var magic: UInt64 { 0x7463_7063_6f72_6507 }
}
