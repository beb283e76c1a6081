import TCPCore

/// How the numbers of a figure and those on the wire belong together.
///
/// Our initial sequence number is the host's own choice, so it is learned from the SYN that leaves, and our
/// numbers are shifted by the difference. The peer's numbers are shifted only where a figure is played near
/// an edge of theirs.
struct FigureNumbers {
  /// What the figure calls our next initial sequence number.
  var iss: UInt32
  /// Whether our SYN has left.
  var isLearned = false
  /// Real numbers of ours less those of the figure.
  var shift: UInt32 = 0
  /// Real numbers of the peer less those of the figure.
  var peerShift: UInt32 = 0
  /// The peer's initial sequence number, as the figure counts.
  var peerInitial: UInt32 = 0
  /// Real timestamps of ours less those of the figure.
  var timestampShift: UInt32?
  /// Real timestamps of the peer less those of the figure.
  var peerTimestampShift: UInt32 = 0
  /// The real timestamp that we sent last.
  var lastTimestamp: UInt32 = 0
  /// The real number behind the last octet that we have sent, over all incarnations.
  var highest: UInt32?

  /// Takes up our SYN, unless it is known.
  mutating func learn(_ header: SegmentHeader) throws(FigureProblem) {
    let real = header.sequence.rawValue
    if header.flags.contains(.syn) && !isLearned {
      // MUST-8, MAY-2: a new incarnation begins beyond the old one.
      if let highest, Int32(bitPattern: real &- highest) <= 0 {
        throw FigureProblem("the new initial sequence number lies below those already used")
      }
      shift = real &- iss
      isLearned = true
    }
    let end = real &+ UInt32(truncatingIfNeeded: header.length)
    let isReset = header.flags.contains(.rst)
    if isLearned && !isReset && Int32(bitPattern: end &- (highest ?? end)) >= 0 { highest = end }
  }

  /// A departing segment in the figure's numbers.
  mutating func translate(
    _ datagram: Datagram, _ header: SegmentHeader, _ text: [UInt8]
  ) -> FigureDeparture {
    var departure = FigureDeparture(
      datagram: datagram, header: header, sequence: header.sequence.rawValue &- shift,
      acknowledgment: header.acknowledgment.rawValue &- peerShift, timestampValue: 0, timestampEcho: 0,
      text: text)
    if let timestamps = header.options.timestamps {
      if !header.flags.contains(.rst) { lastTimestamp = timestamps.value }
      departure.timestampValue = timestamps.value &- (timestampShift ?? 0)
      // What a SYN echoes is a plain 0.
      let isEcho = header.flags.contains(.ack)
      departure.timestampEcho = timestamps.echo &- (isEcho ? peerTimestampShift : 0)
    }
    return departure
  }
}
