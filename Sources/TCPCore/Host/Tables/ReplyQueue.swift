/// A segment without text that belongs to no connection.
struct Reply: BitwiseCopyable {
  var tuple: FourTuple
  var header: SegmentHeader
  var interface: UInt8
  var dscp: UInt8 = 0
  var hopLimit: UInt8 = 64
}

/// Replies that wait to leave: a small fixed queue. When it is full, new ones are dropped and counted.
struct ReplyQueue: BitwiseCopyable {
  private var head: UInt32 = 0
  private(set) var count: UInt32 = 0

  /// Whether the numbers fit a table of `capacity` replies; a restore checks this.
  func isSound(_ capacity: Int) -> Bool {
    Int(truncatingIfNeeded: head) < capacity && Int(truncatingIfNeeded: count) <= capacity
  }

  /// Adds a reply; `false` if there is no room.
  mutating func append(_ reply: Reply, _ replies: Table<Reply>) -> Bool {
    guard Int(truncatingIfNeeded: count) < replies.count else { return false }
    var position = Int(truncatingIfNeeded: head &+ count)
    if position >= replies.count { position &-= replies.count }
    replies[position] = reply
    count &+= 1
    return true
  }

  /// Where the reply at a position below `count` is, oldest first.
  func slot(at index: Int, _ replies: Table<Reply>) -> Int {
    let sum = Int(truncatingIfNeeded: head) &+ index
    return sum >= replies.count ? sum &- replies.count : sum
  }

  /// The oldest reply.
  func first(_ replies: Table<Reply>) -> Reply? {
    // unreached: the caller has seen that a reply waits
    count == 0 ? nil : replies[Int(truncatingIfNeeded: head)]
  }

  /// Takes out what a condition holds for; the others keep their order.
  mutating func removeAll(_ replies: Table<Reply>, where isGone: (Reply) -> Bool) {
    var kept: UInt32 = 0
    for index in 0..<Int(truncatingIfNeeded: count) {
      let reply = replies[slot(at: index, replies)]
      if isGone(reply) { continue }
      replies[slot(at: Int(truncatingIfNeeded: kept), replies)] = reply
      kept &+= 1
    }
    count = kept
  }

  /// Takes the oldest reply out.
  mutating func removeFirst(_ replies: Table<Reply>) {
    guard count > 0 else { return }  // unreached: the caller has seen that a reply waits
    head &+= 1
    if Int(truncatingIfNeeded: head) >= replies.count { head = 0 }
    count &-= 1
  }
}

extension Reply {
  func add(to digest: inout StateDigest) {
    digest.add(tuple)
    digest.add(header.sequence)
    digest.add(remote: header.acknowledgment)
    digest.add(header.flags.rawValue)
    digest.add(UInt32(header.window))
    digest.add(UInt32(header.options.maximumSegmentSize ?? 0))
    digest.add(header.options.windowScale ?? 255)
    digest.add(header.options.isSACKPermitted)
    if let timestamps = header.options.timestamps {
      digest.add(timestamps.value)
      digest.add(timestamps.echo)
    }
    digest.add(interface)
    digest.add(dscp)
    digest.add(hopLimit)
  }
}
