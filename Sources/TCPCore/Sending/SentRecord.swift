/// One record of sequence space that was sent, and when.
package struct SentRecord: BitwiseCopyable {
  /// Its first sequence number.
  package var sequence: SequenceNumber
  /// Its length, SYN and FIN included.
  package var count: UInt32
  /// When it was last sent, and in the low bits what became of it.
  package private(set) var stamp: SendStamp

  package init(sequence: SequenceNumber, count: Int, at stamp: SendStamp) {
    self.sequence = sequence
    self.count = UInt32(truncatingIfNeeded: count)
    self.stamp = stamp
  }

  @inline(__always)
  package var end: SequenceNumber { SequenceNumber(sequence.rawValue &+ count) }
  /// How long ago it was last sent, in microseconds.
  @inline(__always)
  package func age(at now: Instant) -> UInt64 { stamp.age(at: now) }
  /// When it was last sent.
  @inline(__always)
  package func sentAt(now: Instant) -> Instant { Instant(microseconds: now.microseconds &- age(at: now)) }
  /// Whether it was sent after another one.
  @inline(__always)
  func wasSent(after other: SentRecord) -> Bool { stamp.isLater(than: other.stamp) }
  /// Believed lost, and not sent again since.
  @inline(__always)
  package var isLost: Bool { stamp.marks & 1 != 0 }
  /// Sent more than once: an acknowledgment of it says nothing about the round trip (Karn).
  @inline(__always)
  package var isRetransmitted: Bool { stamp.marks & 2 != 0 }
  /// Reported by the peer, though not yet acknowledged (RFC2018-8).
  @inline(__always)
  package var isSACKed: Bool { stamp.marks & 4 != 0 }
  /// Sent once, and neither lost nor reported as far as is known.
  @inline(__always)
  var isPlain: Bool { stamp.marks == 0 }

  mutating func markLost() { stamp.marks |= 1 }
  mutating func markSACKed() { stamp.marks = stamp.marks & ~1 | 4 }
  mutating func clearLost() { stamp.marks &= ~1 }
  mutating func clearSACKed() { stamp.marks &= ~4 }
  mutating func markResent(at stamp: SendStamp) {
    self.stamp = stamp
    self.stamp.marks = 2
  }
  mutating func extend(by added: Int, at stamp: SendStamp) {
    count &+= UInt32(truncatingIfNeeded: added)
    let marks = self.stamp.marks
    self.stamp = stamp
    self.stamp.marks = marks
  }
}
