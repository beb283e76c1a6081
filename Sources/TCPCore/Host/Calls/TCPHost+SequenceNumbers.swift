extension TCPHost {
  /// The initial sequence number that a connection of this host would get at a moment. For tests that want
  /// numbers near the wrap.
  package func initialSequenceNumber(_ tuple: FourTuple, at moment: Instant) -> SequenceNumber {
    state.keys.initialSequenceNumber(tuple, tick: moment.microseconds &>> 2)
  }

  /// The initial sequence number of a connection that begins now.
  ///
  /// The clock moves on with each, so that a pair which begins again within one tick does not get the same
  /// number: the peer's segments for the former connection would be taken for ones of the new.
  mutating func nextInitialSequenceNumber(_ tuple: FourTuple) -> SequenceNumber {
    let reading = state.now.microseconds &>> 2
    let next = state.sequenceTick &+ 1
    state.sequenceTick = reading > next ? reading : next
    return state.keys.initialSequenceNumber(tuple, tick: state.sequenceTick)
  }
}
