// RFC 7323 section 5.3: before the sequence test.

extension Connection {
  /// PAWS. Returns the outcome if the segment ends here. Text that waits beyond a gap is not judged again
  /// (RFC7323-PAWS-3).
  ///
  /// A reset is exempt (RFC7323-PAWS-5): it is judged by its sequence number alone.
  @inline(__always)  // on a segment's way
  mutating func checkTimestamps(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    // RFC7323-TS-9: timestamps that were not agreed on are ignored.
    guard usesTimestamps, !segment.flags.contains(.rst) else { return nil }
    guard let timestamps = segment.options.timestamps else {
      // RFC7323-TS-8: where it is dropped, quietly: the connection is unharmed.
      if options.requiresTimestamps { return .missingTimestamp }
      // RFC7323-TS-7, which says SHOULD drop, is declined: proxies, load balancers and some stacks leave
      // timestamps out in mid-stream, and dropping what they send hangs the connection.
      context.counters.timestampsMissing &+= 1
      return nil
    }
    guard receive.isOld(timestamps.value, now: context.now) else { return nil }
    // RFC7323-PAWS-2, PEER-04: answered with an acknowledgment, and dropped.
    acknowledgeRejected(&segment, context)
    return .oldTimestamp
  }

  /// Notes the acknowledgment that answers a segment which is not taken.
  ///
  /// Empty segments could bounce between two confused ends forever, so their answers are throttled (CVE-19),
  /// those to probes, which are one before RCV.NXT, by a quota of their own that honest probes never exhaust
  /// (ROB-269). What has text or FIN is always answered (ROB-268): no answer of another TCP's has.
  mutating func acknowledgeRejected(_ segment: inout SegmentHeader, _ context: ConnectionContext) {
    if segment.length > 0 {
      if usesSACK {
        // RFC2883-1, also where PAWS drops it (RFC 2883 section 4.3).
        receive.noteDuplicate(segment.sequence, count: segment.payloadCount, in: context.region)
      }
      ackPolicy.acknowledgeNow()
    } else if segment.sequence == receive.next - 1 {
      acknowledgeProbe(context)
    } else {
      challenge(context)
    }
  }
}
