import TCPCore

/// A segment that we have sent, with its numbers as the figure counts them.
struct FigureDeparture {
  var datagram: Datagram
  var header: SegmentHeader
  var sequence: UInt32
  var acknowledgment: UInt32
  var timestampValue: UInt32
  var timestampEcho: UInt32
  var text: [UInt8]
}

extension FigureSegment {
  /// What of a line does not fit the segment that left; empty if all of it does.
  func mismatches(_ departure: FigureDeparture) -> [String] {
    let header = departure.header
    var result: [String] = []
    func compare<T: Equatable>(_ name: String, _ wanted: T?, _ found: T?) {
      guard let wanted, wanted != found else { return }
      result.append("\(name) is \(found.map { "\($0)" } ?? "missing"), not \(wanted)")
    }
    if let flags, SegmentFlags.compared(flags, namesPush) != SegmentFlags.compared(header.flags, namesPush) {
      result.append("CTL is \(FigureSegment.names(header.flags)), not \(FigureSegment.names(flags))")
    }
    // A reset that answers a segment without ACK counts from a plain 0.
    let isPlain = sequence == 0 && header.flags.contains(.rst | .ack) && header.sequence.rawValue == 0
    if !isPlain { compare("SEQ", sequence, departure.sequence) }
    compare("ACK", acknowledgment, departure.acknowledgment)
    compare("LEN", length, header.payloadCount)
    compare("WND", window, header.window)
    compare("UP", urgentPointer, header.urgentPointer)
    compare("MSS", maximumSegmentSize, header.options.maximumSegmentSize)
    compare("WS", windowScale, header.options.windowScale)
    compare("SACKOK", isSACKPermitted, header.options.isSACKPermitted)
    compare("TS", hasTimestamps, header.options.timestamps != nil)
    compare("TSval", timestampValue, departure.timestampValue)
    compare("UTO", userTimeout?.text, header.options.userTimeout.text)
    compare("DSCP", dscp, departure.datagram.dscp)
    compare("ECN", codepoint, departure.datagram.codepoint)
    compare("TTL", hopLimit, departure.datagram.hopLimit)
    compare("TSecr", timestampEcho, header.options.timestamps == nil ? nil : departure.timestampEcho)
    return result + absent.compactMap { isPresent($0, header.options) ? "\($0) is there" : nil }
  }

  private func isPresent(_ name: String, _ options: SegmentOptions) -> Bool {
    switch name {
    case "MSS": options.maximumSegmentSize != nil
    case "WS": options.windowScale != nil
    case "SACKOK": options.isSACKPermitted
    case "TS": options.timestamps != nil
    case "UTO": options.userTimeout.exists
    default: options.sack.count > 0
    }
  }

  /// The control bits as a figure writes them.
  static func names(_ flags: SegmentFlags) -> String {
    let names = flagNames.filter { flags.contains($0.flag) }.map(\.name)
    return names.isEmpty ? "NONE" : names.joined(separator: ",")
  }
}

extension SegmentFlags {
  /// PSH is looked at only where a line names it.
  fileprivate static func compared(_ flags: SegmentFlags, _ namesPush: Bool) -> UInt8 {
    namesPush ? flags.rawValue : flags.rawValue & ~SegmentFlags.psh.rawValue
  }
}

extension UserTimeout {
  /// As a figure writes it.
  fileprivate var text: String { "\(rawValue & 0x7FFF)" + (rawValue & 0x8000 == 0 ? "s" : "min") }
}

extension FigureDeparture: CustomStringConvertible {
  /// The segment as a figure would show it.
  var description: String {
    var text = "<SEQ=\(sequence)>"
    if header.flags.contains(.ack) { text += "<ACK=\(acknowledgment)>" }
    text += "<CTL=\(FigureSegment.names(header.flags))>"
    if header.payloadCount > 0 { text += "<LEN=\(header.payloadCount)>" }
    text += "<WND=\(header.window)>"
    if header.urgentPointer > 0 { text += "<UP=\(header.urgentPointer)>" }
    if let size = header.options.maximumSegmentSize { text += "<MSS=\(size)>" }
    if let shift = header.options.windowScale { text += "<WS=\(shift)>" }
    if header.options.isSACKPermitted { text += "<SACKOK>" }
    if header.options.timestamps != nil { text += "<TS=\(timestampValue),\(timestampEcho)>" }
    if header.options.userTimeout.exists { text += "<UTO=\(header.options.userTimeout.text)>" }
    return text
  }
}
