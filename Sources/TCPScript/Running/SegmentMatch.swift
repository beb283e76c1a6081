import TCPCore

/// Compares what left with what a script says.
struct SegmentMatch {
  let pattern: SegmentPattern
  let segment: LeftSegment
  let flow: Flow
  let leniencies: Set<Leniency>

  /// What is different, each as a sentence; empty if nothing is.
  var differences: [String] {
    var result: [String] = []
    let header = segment.header
    let hidden = leniencies.contains(.psh) ? SegmentFlags.psh.rawValue : 0
    let isAccurate = header.reserved & 1 != 0
    if header.flags.rawValue | hidden != pattern.flags.rawValue | hidden
      || isAccurate != pattern.isAccurateECN
    {
      result.append(
        "the flags are \(SegmentText.flags(header.flags, isAccurate)),"
          + " not \(SegmentText.flags(pattern.flags, pattern.isAccurateECN))")
    }
    if !hasSequence {
      let found = SegmentText.sequence(
        flow.script(header.sequence.rawValue, header.flags), segment.text.count)
      result.append(
        "the sequence numbers are \(found), not \(SegmentText.sequence(pattern.sequence, pattern.length))")
    }
    if let wanted = pattern.acknowledgment, pattern.flags.contains(.ack), header.flags.contains(.ack),
      wanted != flow.peerScript(header.acknowledgment.rawValue, header.flags)
    {
      let found = flow.peerScript(header.acknowledgment.rawValue, header.flags)
      result.append("it acknowledges \(found), not \(wanted)")
    }
    if let wanted = pattern.window, wanted != header.window, !leniencies.contains(.window) {
      result.append("the window is \(header.window), not \(wanted)")
    }
    if let wanted = pattern.urgentPointer, wanted != header.urgentPointer {
      result.append("the urgent pointer is \(header.urgentPointer), not \(wanted)")
    }
    if let difference = optionDifference { result.append(difference) }
    return result + internetDifferences
  }

  private var hasSequence: Bool {
    guard segment.text.count == pattern.length else { return false }
    if flow.script(segment.header.sequence.rawValue, segment.header.flags) == pattern.sequence { return true }
    // A reset that answers a segment without ACK has a plain 0.
    return segment.header.flags.contains(.rst) && pattern.sequence == 0
      && segment.header.sequence.rawValue == 0
  }

  private var internetDifferences: [String] {
    var result: [String] = []
    let found = segment.datagram.codepoint
    switch pattern.codepoint {
    case .exactly(let wanted)? where wanted != found:
      result.append("the ECN field is \(SegmentText.name(found)), not \(SegmentText.name(wanted))")
    case .capable? where found != .capable0 && found != .capable1:
      result.append("the ECN field is \(SegmentText.name(found)), not ect0 or ect1")
    default: break
    }
    if let wanted = pattern.trafficClass, wanted != segment.datagram.trafficClass {
      result.append("the type of service is \(segment.datagram.trafficClass), not \(wanted)")
    }
    if let wanted = pattern.hopLimit, wanted != segment.datagram.hopLimit {
      result.append("the time to live is \(segment.datagram.hopLimit), not \(wanted)")
    }
    return result
  }

  private var optionDifference: String? {
    guard let wanted = pattern.options else { return nil }
    if wanted.isEmpty && leniencies.contains(.options) { return nil }
    var left = wanted
    var right = segment.options(in: flow)
    if leniencies.contains(.optionOrder) {
      left = SegmentMatch.sorted(left)
      right = SegmentMatch.sorted(right)
    }
    let isEqual = left.count == right.count && zip(left, right).allSatisfy(SegmentMatch.isAlike)
    if isEqual { return nil }
    let hint = wanted.isEmpty ? " (without < > a segment has no option; <...> takes any)" : ""
    let found = SegmentText.options(segment.options(in: flow), flow)
    return "the options are \(found), not \(SegmentText.options(wanted, nil))\(hint)"
  }

  /// Values of timestamps are judged elsewhere, by the clock.
  private static func isAlike(_ wanted: OptionPattern, _ found: OptionPattern) -> Bool {
    if case .timestamps(_, let echo) = wanted, case .timestamps(_, let other) = found { return echo == other }
    return wanted == found
  }

  /// Without padding, and in the order of kinds.
  private static func sorted(_ options: [OptionPattern]) -> [OptionPattern] {
    options.filter { $0 != .noOperation && $0 != .endOfList }
      .sorted { SegmentText.option($0, nil) < SegmentText.option($1, nil) }
  }
}
