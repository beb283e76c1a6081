import TCPCore

/// A segment, read naively (RFC 9293 section 3.1).
package struct NaiveSegment {
  /// What the core says in `SegmentError`; -1 where the octets are a segment.
  package var reason = -1
  var sourcePort = 0
  var destinationPort = 0
  var sequence = 0
  var acknowledgment = 0
  var reserved = 0
  var flags = 0
  var window = 0
  var checksum = 0
  var urgentPointer = 0
  var options = NaiveOptions()
  /// Where the text starts.
  var headerCount = 0
  var textCount = 0
  /// SEG.LEN: text, SYN and FIN (RFC 9293 section 3.4).
  var length = 0

  /// Reads a segment, or says why it is none.
  @inline(__always)
  init(_ octets: Octets) {
    if octets.count < 20 {
      reason = Int(SegmentError.tooShort.rawValue)
      return
    }
    let words = octets[12] / 16
    if words < 5 {
      reason = Int(SegmentError.dataOffsetTooSmall.rawValue)
      return
    }
    if words * 4 > octets.count {
      reason = Int(SegmentError.dataOffsetBeyondSegment.rawValue)
      return
    }
    sourcePort = octets.word(0)
    destinationPort = octets.word(2)
    sequence = octets.long(4)
    acknowledgment = octets.long(8)
    reserved = octets[12] % 16
    flags = octets[13]
    window = octets.word(14)
    checksum = octets.word(16)
    urgentPointer = octets.word(18)
    options = readNaiveOptions(octets.part(20, words * 4))
    headerCount = words * 4
    textCount = octets.count - headerCount
    let syn = flags / 2 % 2
    let fin = flags % 2
    length = textCount + syn + fin
  }

  /// The core's reading in these terms.
  @inline(__always)
  init(_ core: Result<SegmentHeader, SegmentError>, count: Int) {
    switch core {
    case .failure(let error): reason = Int(error.rawValue)
    case .success(let header):
      sourcePort = Int(header.sourcePort)
      destinationPort = Int(header.destinationPort)
      sequence = Int(header.sequence.rawValue)
      acknowledgment = Int(header.acknowledgment.rawValue)
      reserved = Int(header.reserved)
      flags = Int(header.flags.rawValue)
      window = Int(header.window)
      checksum = Int(header.checksum)
      urgentPointer = Int(header.urgentPointer)
      options = NaiveOptions(header.options)
      headerCount = count - header.payloadCount
      textCount = header.payloadCount
      length = header.length
    }
  }

  /// The first thing about which the core and a naive reading disagree.
  @inline(__always)
  static func difference(_ core: NaiveSegment, _ naive: NaiveSegment) -> Difference? {
    var comparison = Comparison()
    comparison.field("the reason to reject it", core.reason, naive.reason)
    comparison.field("source port", core.sourcePort, naive.sourcePort)
    comparison.field("destination port", core.destinationPort, naive.destinationPort)
    comparison.field("sequence number", core.sequence, naive.sequence)
    comparison.field("acknowledgment number", core.acknowledgment, naive.acknowledgment)
    comparison.field("reserved", core.reserved, naive.reserved)
    comparison.field("flags", core.flags, naive.flags)
    comparison.field("window", core.window, naive.window)
    comparison.field("checksum", core.checksum, naive.checksum)
    comparison.field("urgent pointer", core.urgentPointer, naive.urgentPointer)
    comparison.field("header count", core.headerCount, naive.headerCount)
    comparison.field("text count", core.textCount, naive.textCount)
    comparison.field("SEG.LEN", core.length, naive.length)
    NaiveOptions.compare(core.options, naive.options, &comparison)
    return comparison.first
  }
}

/// The first thing about which the core and a naive reading disagree.
@_silgen_name("__sanitizer_segment_difference")
func difference(_ core: NaiveSegment, _ naive: NaiveSegment) -> Difference? {
  NaiveSegment.difference(core, naive)
}
