import Testing

/// RFC 9293 section 3.8.5 and RFC 6093: urgent text.
@Suite("Check6: urgent text (RFC 9293 section 3.8.5)") struct UrgentFigures {
  @Test("The pointer we send is behind the last urgent octet") func sending() {
    // MUST-30, MUST-62, EV-SEND-ESTABLISHED-3
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      write urgent 5
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK,URG><LEN=5><UP=5>
      write 10
      ESTABLISHED <-- <SEQ=301><ACK=116><CTL=ACK>
      ESTABLISHED --> <SEQ=116><ACK=301><CTL=ACK><LEN=10><UP=0>
      ...
      """)
    // EV-SEND-CLOSE-WAIT-3
    play(
      """
      connected
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT  --> <SEQ=101><ACK=302><CTL=ACK>
      write urgent 5
      CLOSE-WAIT  --> <SEQ=101><ACK=302><CTL=ACK,URG><LEN=5><UP=5>
      ...
      """)
  }

  @Test("Urgent text may be of any length") func anyLength() {
    // MUST-31
    play(
      """
      connected <MSS=1000><WS=2>
      write urgent 70000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK,URG><LEN=1000><UP=65535>
      ESTABLISHED --> x3 <SEQ=1101><ACK=301><CTL=ACK,URG><LEN=1000><UP=65535>
      ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK,URG><LEN=1000><UP=65535>
      ESTABLISHED --> <SEQ=5101><ACK=301><CTL=ACK,URG><LEN=1000><UP=65000>
      ...
      """, sendCapacity: 80_000)
  }

  @Test("The first pointer and each advance are reported, and how much is left") func receiving() {
    // MUST-30, MUST-32, MUST-33, EV-SEG-ESTABLISHED-20, EV-RECEIVE-ESTABLISHED-3, ROB-289
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,URG><UP=20><LEN=10>
      event urgent
      event readable
      status urgent 20
      read 4
      status urgent 16
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK,URG><UP=10><LEN=10>
      event readable
      event none
      ESTABLISHED <-- <SEQ=321><ACK=101><CTL=ACK,URG><UP=30><LEN=10>
      event urgent
      status urgent 46
      read 26
      status urgent 20
      ESTABLISHED <-- <SEQ=331><ACK=101><CTL=ACK><LEN=40>
      read 20
      status urgent 0
      read 20
      ...
      """, .all)
  }

  @Test("Odd pointers do no harm") func odd() {
    // CVE-09, CVE-10, RFC9293-X-8
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,URG><UP=0><LEN=10>
      status urgent 0
      event readable
      event none
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK,URG><UP=65535>
      event urgent
      status urgent 65545
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK,URG><UP=1><LEN=10>
      status urgent 65545
      read 20
      status urgent 65525
      ...
      """)
  }

  @Test("Without URG the pointer means nothing") func withoutFlag() {
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><UP=5><LEN=10>
      status urgent 0
      ...
      """)
  }

  @Test("Window shut: the pointer still counts") func windowShut() {
    // MUST-66
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0>
      event forget
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK,URG><UP=9>
      event urgent
      status urgent 109
      quiet
      """, receiveCapacity: 100)
  }
}
