import Testing

/// The choice between CUBIC (RFC 9438) and NewReno, seen from the wire.
@Suite("Check5: the choice of congestion control (RFC 9438, RFC 9406)") struct ControlFigures {
  @Test("CUBIC keeps seven tenths of what was in flight, and no window falls below two segments")
  func sevenTenths() {
    // RFC9438-6, RFC9438-7, RFC9438-9
    play(
      """
      connected <MSS=1000>
      status control cubic
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x3 <SEQ=301><ACK=101><CTL=ACK>
      status ssthresh 7000
      status phase recovery
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
    play(
      """
      connected <MSS=1000>
      write 2000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status ssthresh 2000
      status cwnd 1000
      ...
      """)
  }

  @Test("After a time-out slow start goes up to the threshold, and no further") func afterTimeout() {
    // RFC9438-12, RFC9438-14
    play(
      """
      connected <MSS=1000>
      write 40000
          ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status ssthresh 7000
      status phase slowStart
          ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status cwnd 7000
      status phase avoidance
      ...
      """)
  }

  @Test("Another controller, chosen in the middle, begins with the window and the threshold as they are")
  func change() {
    // RFC9438-7, RFC5681-20, MAY-18
    play(
      """
      connected <MSS=1000>
      write 60000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x3 <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      set control newreno
      status control newreno
      status ssthresh 7000
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 2000
      status phase slowStart
      ...
      """)
  }
}
