import TCPCore
import Testing

/// RFC 9293 section 3.10.1 and 3.1: the calls that open, and what is in the headers.
@Suite("RFC 9293 section 3.10.1: OPEN, and the headers it makes") struct OpenFigures {
  @Test("Text written before the connection is established leaves as soon as it is")
  func textBeforeEstablished() {
    // EV-SEND-SYN-SENT-1, EV-RECEIVE-SYN-SENT-1
    play(
      """
      open
      write 30
      read block
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=30>
      ESTABLISHED  <-- <SEQ=301><ACK=131><CTL=ACK>
      """)
  }

  @Test("A full send ring in SYN-SENT takes no more") func fullRingBeforeEstablished() {
    // EV-SEND-SYN-SENT-2
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      write 600 takes 500
      write 1
      error wouldBlock
      """, sendCapacity: 500)
  }

  @Test("An active open on a listener takes its place") func turnListener() {
    // EV-OPEN-LISTEN-2
    play(
      """
      listen
      turn
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      """)
  }

  @Test("An open needs a remote side and a free slot; where it fails a listener stays") func openFails() {
    // EV-OPEN-CLOSED-5
    play(
      """
      open nowhere
      error remoteUnspecified
      """)
    // EV-OPEN-LISTEN-1
    play(
      """
      listen
      turn nowhere
      error remoteUnspecified
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      """)
    // EV-OPEN-CLOSED-2, EV-OPEN-LISTEN-3
    play(
      """
      connected
      open
      error insufficientResources
      listen
      turn
      error insufficientResources
      count connections 1
      """,
      configuration: { $0.setRingClass(0, RingClass(connections: 1, sendCapacity: 10, receiveCapacity: 10)) })
  }

  @Test("Options are read whatever their order, alignment and padding") func options() {
    // MUST-4, MUST-6, MUST-64, MUST-69, MUST-14
    let lists = [
      "020403E8", "01020403E8010101", "0101020403E80101", "010101020403E801", "020403E800FFFFFF",
      "FD04AAAA020403E8", "FD03AA020403E801", "020403E8FD00AAAA",
    ]
    for list in lists {
      play(
        """
        listen
        SYN-RECEIVED <-- <SEQ=300><CTL=SYN><RAW=\(list)>
        SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
        ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
        accept
        status segment 1000
        """)
    }
  }

  @Test("The initial sequence number of a pair grows by one each four microseconds") func clock() {
    // MUST-8, SHLD-1, RFC6528-1, ROB-014, ROB-261
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      abort
      +1ms open
      SYN-SENT --> <SEQ=100+250><CTL=SYN>
      abort
      +1h  open
      SYN-SENT --> <SEQ=100+250+3600*250000><CTL=SYN>
      """, .all)
  }

  @Test("Code point and hop limit are the user's choice") func internetHeader() {
    // MUST-48, MUST-49, SHLD-21, SHLD-22
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><DSCP=46><TTL=17>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><DSCP=46><TTL=17>
      set dscp 10
      write 1
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1><DSCP=10><TTL=17>
      abort
      CLOSED      --> <SEQ=102><ACK=301><CTL=RST,ACK><DSCP=10><TTL=17>
      """, .all,
      options: {
        $0.dscp = 46
        $0.hopLimit = 17
      })
    // ROB-228
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><DSCP=46><TTL=17>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      ESTABLISHED  <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><DSCP=46><TTL=17>
      """,
      options: {
        $0.dscp = 46
        $0.hopLimit = 17
      })
  }

  @Test("A second open of the same pair is refused in every state") func openAgain() {
    // EV-OPEN-{SYN-SENT,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1, ROB-093
    play(
      """
      open
      open
      error connectionExists
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      open
      error connectionExists
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      open
      error connectionExists
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      open
      error connectionExists
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      open
      error connectionExists
      """)
    // EV-OPEN-{CLOSE-WAIT,LAST-ACK}-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      open
      error connectionExists
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      open
      error connectionExists
      """)
    // EV-OPEN-{SYN-RECEIVED,CLOSING}-1
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      open
      error connectionExists
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      open
      error connectionExists
      """)
  }
}
