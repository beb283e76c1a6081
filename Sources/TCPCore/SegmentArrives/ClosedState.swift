// RFC 9293 section 3.10.7.1 and 3.5.2: the answer to a segment without a connection.

/// A reset that answers a segment.
package struct ResetReply: BitwiseCopyable {
  package var sequence: SequenceNumber
  package var acknowledgment: SequenceNumber
  package var flags: SegmentFlags
  /// RFC7323-PAWS-6: the answer to a timestamped segment echoes its timestamp, with a value of zero.
  package var timestamps: Timestamps?

  /// The reset that answers `segment`, or `nil`: a reset is never answered (RFC9293-X-4).
  ///
  /// EV-SEG-CLOSED-1...4: text and FIN count in SEG.LEN and are otherwise not looked at (ROB-351).
  package init?(answering segment: SegmentHeader) {
    guard !segment.flags.contains(.rst) else { return nil }
    if segment.flags.contains(.ack) {
      sequence = segment.acknowledgment
      acknowledgment = SequenceNumber(0)
      flags = .rst
    } else {
      sequence = SequenceNumber(0)
      acknowledgment = segment.sequence + segment.length
      flags = .rst | .ack
    }
    if let arrived = segment.options.timestamps {
      timestamps = Timestamps(value: 0, echo: arrived.value)
    }
  }
}
