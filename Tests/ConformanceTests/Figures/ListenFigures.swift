import TCPCore
import Testing

/// RFC 9293 section 3.10.7.2 where a program decides, and where the address is nobody's.
@Suite("SYNs that wait for the program, and listeners for foreign destinations")
struct ListenFigures {
  @Test("A SYN waits in LISTEN until it is answered") func held() {
    // EV-SEG-LISTEN-4
    play(
      """
      listen held
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
      quiet
      event requested
      event none
      +10s
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
      quiet
      event none
      answer
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      answer
      error staleHandle
      +1s
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +30ms
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=5>
      event accepted
      read 5
      write 5
      ESTABLISHED  --> <SEQ=101><ACK=306><CTL=ACK><LEN=5>
      """)
  }

  @Test("The program refuses: a reset as from a closed port, or nothing") func refused() {
    // EV-SEG-CLOSED-3
    play(
      """
      listen held
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      event requested
      refuse
      LISTEN       --> <SEQ=0><ACK=301><CTL=RST,ACK>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      event requested
      refuse silently
      quiet
      refuse
      error staleHandle
      deadline none
      """)
  }

  @Test("Nothing else tells the peer that its SYN waits") func meanwhile() {
    // EV-SEG-LISTEN-2, EV-SEG-LISTEN-6
    play(
      """
      listen held
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      event requested
      SYN-RECEIVED <-- <SEQ=301><CTL=FIN>
      outcome missingAcknowledgment
      SYN-RECEIVED <-- <SEQ=900><CTL=SYN>
      outcome outsideWindow
      SYN-RECEIVED <-- <SEQ=302><CTL=RST>
      outcome resetOutsideWindow
      quiet
      SYN-RECEIVED <-- <SEQ=301><ACK=777><CTL=ACK>
      SYN-RECEIVED --> <SEQ=777><CTL=RST>
      LISTEN       <-- <SEQ=301><CTL=RST>
      answer
      error staleHandle
      deadline none
      """)
  }

  @Test("Nobody decides: it is over after 63 seconds, without a word") func over() {
    play(
      """
      listen held
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      deadline +63s
      +63s
      quiet
      event none
      count halfOpenExpired 1
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      event requested
      """)
  }

  @Test("An address that is not ours, and any port: handshake, text and close") func foreign() {
    play(
      """
      listen anywhere
      address gone
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=5>
      event accepted
      read 5
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=306><CTL=FIN,ACK>
      TIME-WAIT    <-- <SEQ=306><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=307><CTL=ACK>
      """)
  }

  @Test("Without such a listener nobody answers for addresses of others") func notOurs() {
    // MUST-57
    play(
      """
      listen
      address gone
      LISTEN       <-- <SEQ=300><CTL=SYN>
      outcome notForUs
      quiet
      LISTEN       <-- <SEQ=300><ACK=9><CTL=ACK>
      outcome notForUs
      quiet
      """)
  }
}
