import TCPCore
import Testing

/// draft-ietf-ccwg-bbr-06, segment by segment.
@Suite("BBR: a pace from the path's model (draft-ietf-ccwg-bbr-06)") struct BBRFigures {
  /// Segments carry 1,000 octets, and a round trip takes 20 ms.
  private let open = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    set control bbr
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
    status control bbr

    """

  private func sampling(_ figure: String, line: Int = #line) {
    play(
      figure, after: open,
      configuration: {
        var ringClass = $0.ringClass(0)
        ringClass.samplesDeliveryRate = true
        $0.setRingClass(0, ringClass)
      }, line: line)
  }

  @Test("The window leaves at once, and what comes back says how fast the path is") func firstRoundTrip() {
    // BBR-1, BBR-2: the SYN, and then 10,000 octets, in 20 ms. What was delivered before is noted in eights.
    sampling(
      """
      status rate 50
      write 20000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status rate 500050
      status phase slowStart
      ...
      """)
  }

  @Test("One lost segment of ten leaves again, and takes nothing down") func loss() {
    sampling(
      """
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><SACK=3101:10101>
      ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      status losses 1
      +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status ssthresh max
      count timeouts 0
      ...
      """)
  }

  @Test("A time-out leaves a window of one segment, which grows by what is acknowledged") func timeout() {
    sampling(
      """
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +40ms ESTABLISHED --> <SEQ=9101><ACK=301><CTL=PSH,ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 1000
      status ssthresh max
      +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status cwnd 11000
      ...
      """)
  }
}
